"""A questionnaire from an XLSForm workbook: translated into our YAML, which the one reader then judges.

What is kept of a workbook is the YAML text, so that a wave is pinned to something that can be read.
Complaints name sheet, row and column of the workbook, whoever makes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveys.questionnaire import xlsform_cells
from surveys.questionnaire.complaints import Complaint, QuestionnaireError, said, suggestion
from surveys.questionnaire.reader import read
from surveys.questionnaire.xlsform_cells import SHEETS
from surveys.questionnaire.xlsform_pages import Pages
from surveys.questionnaire.xlsform_remarks import UNKNOWN, Remarks, Sheet, shown
from surveys.questionnaire.xlsform_sheets import check_size, check_wordings, default_language, read_sheet
from surveys.questionnaire.xlsform_source import WIDTH, Lines, Origin, alone, flow, inside
from surveys.questionnaire.xlsform_survey import Survey, flag
from surveys.questionnaire.xlsform_types import CHOICE_TYPES, COLUMNS, TRANSLATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveys.questionnaire.complaints import Said
    from surveys.questionnaire.xlsform_cells import Workbook
    from surveys.questionnaire.xlsform_remarks import Key, Row

SUFFIXES = frozenset({".xlsx", ".xls"})
"""How the names of workbooks end."""

_HEAD = {"name": "form_id", "title": "form_title", "label": "form_title", "languages": "default_language"}
_LIST = re.compile(r"[^\s,\[\]{}:#&*!|>'\"%@`?-][^\s,\[\]{}:#]{0,59}")


@dataclass(frozen=True, slots=True)
class Translation:
    """A workbook in our own words.

    Attributes:
        source: the YAML text; the reader accepts it.
        filename: the workbook's name.
    """

    source: str
    filename: str
    _places: _Places

    def placed(self, complaint: Complaint) -> Complaint:
        """A complaint about the text, at the cell of the workbook it is about."""
        sheet, row, key = self._places.of(complaint)
        remarks = Remarks(self.filename)
        remarks.add(sheet, row, key, _with_value(sheet, row, key, complaint.message))
        return remarks.all()[0]


@dataclass(frozen=True, slots=True)
class _Places:
    """Which cell of the workbook each line and key of the text is from."""

    origins: tuple[Origin, ...]
    sheets: Mapping[str, Sheet]
    languages: tuple[str, ...]

    def of(self, complaint: Complaint) -> tuple[Sheet, int, Key]:
        """Sheet, row and column of a complaint about the text."""
        origin = self.origins[min(complaint.line, len(self.origins)) - 1]
        name, _, rest = complaint.key.partition(".")
        if origin.sheet == "settings":
            name = _HEAD.get(name, name)
        if name == "questions":
            name = "type"
        sheet = self.sheets[origin.sheet]
        if name == "short" and not any(sheet.value(origin.row, (name, code)) for code in self.languages):
            name = "label"  # which stands in for it
        if name in TRANSLATED[origin.sheet]:
            return sheet, origin.row, (name, rest or self.languages[0])
        return sheet, origin.row, (name if name in COLUMNS[origin.sheet] else complaint.key, "")


def to_source(data: bytes, filename: str, *, slug: str | None = None) -> str:
    """Translate a workbook.

    Args:
        data: the bytes of an .xlsx or .xls file.
        filename: what complaints call it.
        slug: the survey's name in addresses; None takes `form_id` from the settings.

    Returns:
        The questionnaire as YAML, which `reader.read` accepts; the same bytes give the same text.

    Raises:
        QuestionnaireError: with every problem of the workbook, each at its sheet, row and column.
    """
    return translate(data, filename, slug=slug).source


def translate(data: bytes, filename: str, *, slug: str | None = None) -> Translation:
    """Translate a workbook, and keep where everything comes from; arguments and errors as `to_source`."""
    remarks = Remarks(filename)
    try:
        workbook = xlsform_cells.read(data)
    except xlsform_cells.UnreadableError as error:
        raise QuestionnaireError([Complaint(filename, 1, "", said(error.code))]) from None
    sheets, languages = _sheets(workbook, remarks)
    for sheet in sheets.values():
        check_wordings(sheet, languages, remarks)
    survey = Survey(sheets["survey"], languages, remarks)
    if survey.uses_choices and sheets["choices"].missing:
        remarks.at("choices", 1, -1, "", _no_sheet("choices", said("columns_of_choices"), workbook))
    lines = Lines()
    title = _write_head(lines, sheets["settings"], languages, slug, remarks)
    _write_choices(lines, sheets["choices"], languages, survey, remarks)
    Pages(sheets["survey"], languages, remarks).write(lines, survey.tree, title)
    places = _Places(tuple(lines.origins), sheets, languages)
    _judge(lines.text, places, remarks)
    remarks.give_up()
    return Translation(lines.text, filename, places)


def _sheets(workbook: Workbook, remarks: Remarks) -> tuple[dict[str, Sheet], tuple[str, ...]]:
    """Our sheets, and their languages, the default one first; gives up where nothing can be read."""
    for name, cells in workbook.sheets.items():
        check_size(name, cells, remarks)
    remarks.give_up()
    default, written = default_language(workbook.sheets)
    sheets = {name: read_sheet(name, workbook.sheets.get(name), default, remarks) for name in SHEETS}
    if sheets["survey"].missing:
        remarks.at("survey", 1, -1, "", _no_sheet("survey", said("columns_of_survey"), workbook))
    if sheets["settings"].missing:
        remarks.at("settings", 1, -1, "", _no_sheet("settings", said("columns_of_settings"), workbook))
    if sheets["survey"].missing:
        remarks.give_up()
    found = [code for name in SHEETS for _, code in sheets[name].columns if code]
    if not sheets["settings"].missing:
        _check_default(sheets["settings"], default, written, found, remarks)
    return sheets, tuple(dict.fromkeys([code for code in found if code == default] + found)) or (UNKNOWN,)


def _check_default(sheet: Sheet, default: str, written: str, found: list[str], remarks: Remarks) -> None:
    """Complain of a default language that is needed but not told, or told but not there."""
    if default == UNKNOWN and UNKNOWN in found:
        message = said("default_no_code", value=shown(written)) if written else said("default_missing")
    elif written and found and default not in found:
        known = ", ".join(dict.fromkeys(found))
        message = said("default_nowhere", value=shown(written), known=known)
    else:
        return
    row = sheet.rows[0].number if sheet.rows else 2
    remarks.add(sheet, row, ("default_language", ""), message)


def _no_sheet(name: str, columns: Said, workbook: Workbook) -> Said:
    hint = suggestion(name, (other for other in workbook.names if other.lower() != name))
    if name in workbook.sheets:
        return said("sheet_empty", columns=columns)
    return said("sheet_missing", name=name, columns=columns, hint=hint)


def _write_head(
    lines: Lines, sheet: Sheet, languages: tuple[str, ...], slug: str | None, remarks: Remarks
) -> dict[str, str]:
    """Write what the settings say; gives the title."""
    for row in sheet.rows[1:]:
        cell = next(iter(row.cells))
        remarks.add(sheet, row.number, cell, said("settings_rows", value=shown(row.cells[cell])))
    settings = sheet.rows[0] if sheet.rows else None
    origin = Origin("settings", settings.number if settings else 2)
    name = slug or (re.sub(r"[_. ]+", "-", settings["form_id"].lower()) if settings else "")
    title = settings.wording("form_title", languages) if settings else {}
    version = settings.line("version") if settings else ""
    for key, written in (("name", name), ("version", version)):
        if written:
            lines.add(0, f"{key}: {alone(written)}", origin)
    lines.add(0, f"languages: [{', '.join(languages)}]", origin)
    lines.wording(0, "title", title, origin)
    lines.wording(0, "summary", settings.wording("summary", languages) if settings else {}, origin)
    lines.gap()
    return title


def _write_choices(
    lines: Lines, sheet: Sheet, languages: tuple[str, ...], survey: Survey, remarks: Remarks
) -> None:
    """Write the choice lists in the order in which they begin."""
    lists: dict[str, list[Row]] = {}
    for row in sheet.rows:
        name = row.line("list_name")
        if not _LIST.fullmatch(name):
            what = said("list_no_name", value=shown(name)) if name else said("missing")
            remarks.add(sheet, row.number, ("list_name", ""), what)
            continue
        lists.setdefault(name, []).append(row)
    for name, user in survey.others.items():
        if name in lists and not any(_opens(row) for row in lists[name]):
            remarks.add(survey.sheet, user.number, ("type", ""), said("or_other", list=name))
    if not lists:
        return
    lines.add(0, "choices:", Origin("choices", 1))
    for name, rows in lists.items():
        lines.add(2, f"{inside(name)}:", Origin("choices", rows[0].number))
        marked = name in survey.others and not any(row["other"] for row in rows)
        for row in rows:
            _write_choice(
                lines, sheet, row, languages, remarks, marked=marked and row.line("name") == "other"
            )
    lines.gap()


def _opens(row: Row) -> bool:
    return row.line("name") == "other" or bool(row["other"])


def _write_choice(
    lines: Lines, sheet: Sheet, row: Row, languages: tuple[str, ...], remarks: Remarks, *, marked: bool
) -> None:
    origin = Origin("choices", row.number)
    label = row.wording("label", languages)
    name = row.line("name")
    parts = {"name": inside(name)} if name else {}
    if label:
        parts["label"] = flow(label)
    for name in ("exclusive", "other"):
        if flag(sheet, row, name, remarks) or (marked and name == "other"):
            parts[name] = "yes"
    if row["scale"]:
        parts["scale"] = inside(row.line("scale"))
    whole = "- {" + ", ".join(f"{key}: {written}" for key, written in parts.items()) + "}"
    if len(whole) + 4 <= WIDTH or not name:
        lines.add(4, whole, origin)
        return
    lines.add(4, f"- name: {parts.pop('name')}", origin)
    if parts.pop("label", None):
        lines.wording(6, "label", label, origin)
    for key, written in parts.items():
        lines.add(6, f"{key}: {written}", origin)


def _judge(source: str, places: _Places, remarks: Remarks) -> None:
    """Have the text read, and take over what the reader says about cells that have no complaint yet."""
    try:
        read(source, "")
    except QuestionnaireError as error:
        for complaint in error.complaints:
            if not complaint.key:
                remarks.about_file(complaint.message)
                continue
            sheet, row, key = places.of(complaint)
            if not (remarks.told(sheet, row, key) or _follows(sheet, row, key, places)):
                remarks.add(sheet, row, key, _with_value(sheet, row, key, complaint.message))


def _follows(sheet: Sheet, row: int, key: Key, places: _Places) -> bool:
    """Whether a complaint only follows from what has been said already."""
    name, code = key
    kind = sheet.value(row, ("type", "")).split(maxsplit=1)[:1]
    return (
        sheet.missing
        or code == UNKNOWN
        or (name == "type" and places.sheets["choices"].missing and {*kind} <= {*CHOICE_TYPES})
    )


def _with_value(sheet: Sheet, row: int, key: Key, message: str) -> str:
    """A message that tells what stands in the cell."""
    value = sheet.value(row, key)
    if not value or f"“{value}”" in message:
        return message
    return said("quoted", value=shown(value), message=message)
