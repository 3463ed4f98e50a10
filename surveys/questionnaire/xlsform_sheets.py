"""The reading of a sheet: which column means what, in which language, and the rows below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import said, suggestion
from surveys.questionnaire.xlsform_cells import COLUMNS as WIDEST
from surveys.questionnaire.xlsform_cells import ROWS as LONGEST
from surveys.questionnaire.xlsform_remarks import UNKNOWN, Column, Row, Sheet, letters, shown
from surveys.questionnaire.xlsform_types import (
    COLUMNS,
    LANGUAGE_CODES,
    NEEDED,
    REFUSED_COLUMNS,
    TRANSLATED,
    WORDED,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveys.questionnaire.xlsform_cells import Cells
    from surveys.questionnaire.xlsform_remarks import Key, Remarks

_CODE = re.compile(r"(?:.*\()?([a-z]{2,3}(?:-[A-Za-z]{4})?(?:-[A-Z]{2})?)\)?")
_UNPRINTABLE = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def language_code(written: str) -> str | None:
    """The code in `English (en)` or `en`; None when there is none."""
    found = _CODE.fullmatch(written.strip())
    return found[1] if found else None


def check_size(name: str, cells: Cells, remarks: Remarks) -> None:
    """Complain of a sheet that was not read to its end."""
    if cells.height > LONGEST + 1:
        message = said("many_rows", number=cells.height, most=LONGEST + 1)
        remarks.at(name, LONGEST + 2, 0, "", message)
    if cells.width > WIDEST:
        message = said("many_columns", number=cells.width, most=WIDEST)
        remarks.at(name, 1, WIDEST, "", message)


def read_sheet(name: str, cells: Cells | None, default: str, remarks: Remarks) -> Sheet:
    """One sheet with its columns named.

    Args:
        name: which of ours it is.
        cells: what stands in it; None when the workbook has no such sheet.
        default: the code of the language of columns that name none.
        remarks: takes what is wrong with it.

    Returns:
        The sheet; its columns and rows are those that are read and not empty.
    """
    if cells is None:
        return Sheet(name, missing=True)
    rows = [
        [_clean(name, number, index, text, remarks) for index, text in enumerate(row)]
        for number, row in enumerate(cells.rows, 1)
    ]
    if not any(any(row) for row in rows[1:]):
        return Sheet(name, missing=True)
    columns = _columns(name, rows, default, remarks)
    read: dict[int, Row] = {}
    for number, row in enumerate(rows[1:], 2):
        named = {key: row[column.index] for key, column in columns.items() if column.index < len(row)}
        if any(named.values()):
            read[number] = Row(number, {key: text for key, text in named.items() if text})
    sheet = Sheet(name, columns, read)
    for needed in NEEDED[name]:
        if (needed, "") not in columns:
            remarks.add(sheet, 1, (needed, ""), said("column_missing", name=needed))
    return sheet


def check_wordings(sheet: Sheet, languages: Sequence[str], remarks: Remarks) -> None:
    """Complain of every column of wordings that lacks a language the workbook has."""
    if sheet.missing:
        return
    for name in sorted(TRANSLATED[sheet.name]):
        there = [code for code in languages if (name, code) in sheet.columns]
        for code in languages if there or name in WORDED[sheet.name] else ():
            if code in there:
                continue
            settings = sheet.name == "settings"
            if code == UNKNOWN:
                unworded = "setting_unworded" if settings else "column_unworded"
                remarks.add(sheet, 1, (name, ""), said(unworded, name=name))
            else:
                lacking = "setting_language" if settings else "column_language"
                remarks.add(sheet, 1, (name, code), said(lacking, name=name, language=code))


def default_language(sheets: Mapping[str, Cells]) -> tuple[str, str]:
    """The language of columns that name none.

    Where the settings do not say, it is the language of the first label that names one, unless that stands
    beside the same column without a language, which then is in another.

    Args:
        sheets: the sheets as they stand in the workbook.

    Returns:
        Its code, or `UNKNOWN`; and what the settings say, or nothing.
    """
    filled = {name: _filled(cells) for name, cells in sheets.items()}
    named = [text.partition("::")[2] for headings in filled.values() for text in headings if "::" in text]
    written = _setting(sheets.get("settings"), "default_language")
    if not written:
        labels = [text.partition("::")[2] for text in filled.get("survey", ()) if _base(text) == "label"]
        codes = [code for language in [*labels, *named] if (code := language_code(language))]
        beside = any(
            _base(text) in {_base(other) for other in headings if "::" not in other}
            for headings in filled.values()
            for text in headings
            if "::" in text and codes[:1] == [language_code(text.partition("::")[2])]
        )
        return (codes[0] if codes and not beside else UNKNOWN), ""
    if code := language_code(written):
        return code, written
    same = {
        code
        for language in named
        if (code := language_code(language)) and language.partition("(")[0].strip() == written
    }
    return (same.pop() if len(same) == 1 else UNKNOWN), written


def _filled(cells: Cells) -> list[str]:
    """The headings of the columns that hold something."""
    return [
        heading
        for index, heading in enumerate(cells.rows[0] if cells.rows else ())
        if any(row[index].strip() for row in cells.rows[1:] if index < len(row))
    ]


def _setting(cells: Cells | None, wanted: str) -> str:
    """A value of the settings, before their columns are named."""
    rows = cells.rows if cells else ()
    for index, heading in enumerate(rows[0] if rows else ()):
        if _base(heading) == wanted:
            return next(
                (row[index].strip() for row in rows[1:] if index < len(row) and row[index].strip()), ""
            )
    return ""


def _base(heading: str) -> str:
    return "_".join(heading.partition("::")[0].lower().split())


def _columns(sheet: str, rows: Sequence[Sequence[str]], default: str, remarks: Remarks) -> dict[Key, Column]:
    """The columns that are read and hold something; complains of the others that hold something."""
    found: dict[Key, Column] = {}
    width = max(len(row) for row in rows)
    for index in range(width):
        if not any(row[index] for row in rows[1:] if index < len(row)):
            continue
        heading = rows[0][index] if index < len(rows[0]) else ""
        key = _key(sheet, index, heading, default, remarks)
        if key is None:
            continue
        if key in found:
            first = letters(found[key].index)
            remarks.at(sheet, 1, index, heading, said("column_twice", column=first))
            continue
        found[key] = Column(index, heading)
    return found


def _key(sheet: str, index: int, heading: str, default: str, remarks: Remarks) -> Key | None:
    """What a heading means; None, with a complaint, when that is nothing we read."""
    name, language = _base(heading), heading.partition("::")[2].strip()
    if not heading:
        remarks.at(sheet, 1, index, "", said("no_heading"))
    elif name not in COLUMNS[sheet]:
        remedy = REFUSED_COLUMNS.get(name) or said("correct_column", hint=suggestion(name, COLUMNS[sheet]))
        remarks.at(sheet, 1, index, heading, said("column_not_read", remedy=remedy))
    elif name not in TRANSLATED[sheet]:
        if not language:
            return name, ""
        remarks.at(sheet, 1, index, heading, said("column_no_languages", name=name))
    elif not language:
        return name, default
    elif code := language_code(language):
        return name, code
    else:
        likely = LANGUAGE_CODES.get(language.lower(), "en")
        message = said("column_no_code", name=name, language=language, code=likely)
        remarks.at(sheet, 1, index, heading, message)
    return None


def _clean(sheet: str, row: int, index: int, text: str, remarks: Remarks) -> str:
    """A cell without spaces at its ends; complains of characters that cannot be seen."""
    text = _BREAK.sub("\n", text).replace("\t", " ")
    if found := _UNPRINTABLE.search(text):
        sign = f"U+{ord(found[0]):04X}"
        value = shown(_UNPRINTABLE.sub("□", text))
        remarks.at(sheet, row, index, "", said("control_character", value=value, sign=sign))
    return _UNPRINTABLE.sub("", text).strip()
