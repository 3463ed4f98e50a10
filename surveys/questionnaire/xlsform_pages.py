"""The questions of an XLSForm put onto pages, and written in our YAML."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from surveys.questionnaire.xlsform_source import Origin, alone, flow
from surveys.questionnaire.xlsform_survey import Group, flag, kind_of
from surveys.questionnaire.xlsform_types import CHOICE_TYPES, PASSED, TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveys.questionnaire.xlsform_remarks import Remarks, Row, Sheet
    from surveys.questionnaire.xlsform_source import Lines
    from surveys.questionnaire.xlsform_survey import Node

_ONE_LINE = {ord("\n"): " ", ord("\u00a0"): " "}


TITLE = Origin("settings", 2)
"""Where the headings of pages come from that have none of their own."""


class Pages:
    """Writes the sheet “survey”.

    Args:
        sheet: the sheet.
        languages: those of the workbook.
        remarks: takes what is wrong with a cell.
    """

    def __init__(self, sheet: Sheet, languages: Sequence[str], remarks: Remarks) -> None:
        self._sheet = sheet
        self._languages = languages
        self._remarks = remarks

    def write(self, lines: Lines, tree: Sequence[Node], title: Mapping[str, str]) -> None:
        """Write the pages.

        Args:
            lines: where to.
            tree: the rows in their groups.
            title: the heading of pages that have none of their own.
        """
        pages = _pages(tree)
        lines.add(0, "survey:" if pages else "survey: []", Origin("survey", 1))
        taken = {page.row.line("name") for page in pages if page.row}
        free = (name for n in count(1) if (name := f"page-{n}") not in taken)
        for number, page in enumerate(pages):
            if number:
                lines.gap()
            if page.row is not None:
                self._write_group(lines, page, "page", 2)
                continue
            origin = Origin("survey", _first(page).number)
            lines.add(2, "- type: page", origin)
            lines.add(4, f"name: {next(free)}", origin)
            lines.add(4, f"label: {flow(title)}", TITLE)
            self._write_inside(lines, page, 4, origin)

    def _write_group(self, lines: Lines, group: Group, what: str, indent: int) -> None:
        row = group.row
        if row is None:
            return
        origin = Origin("survey", row.number)
        lines.add(indent, f"- type: {what}", origin)
        self._write_scalar(lines, indent + 2, row, "name")
        if what == "page":
            self._write_wordings(lines, indent + 2, row, ("label", "hint"))
        self._write_rest(lines, indent + 2, row)
        self._write_inside(lines, group, indent + 2, origin)

    def _write_inside(self, lines: Lines, group: Group, indent: int, origin: Origin) -> None:
        lines.add(indent, "questions:" if group.children else "questions: []", origin)
        for child in group.children:
            if isinstance(child, Group):
                self._write_group(lines, child, "group", indent + 2)
            else:
                self._write_question(lines, indent + 2, child)

    def _write_question(self, lines: Lines, indent: int, row: Row) -> None:
        origin = Origin("survey", row.number)
        kind, rest = kind_of(row)
        appearance = row.line("appearance")
        if kind == "select_one" and appearance == "likert":
            kind, appearance = "likert", ""
        lists = kind in {*CHOICE_TYPES, "likert"}
        what = " ".join([kind, *rest[:1]]) if lists else row.line("type") if kind in TYPES else ""
        lines.add(indent, f"- type: {alone(what)}", origin)  # the reader takes an empty one for unread
        self._write_scalar(lines, indent + 2, row, "name")
        self._write_wordings(lines, indent + 2, row, ("label", "hint"))
        if lists and not row.wording("short", self._languages):
            lines.wording(indent + 2, "short", row.wording("label", self._languages), origin)
        if appearance:
            lines.add(indent + 2, f"appearance: {alone(appearance)}", origin)
        self._write_rest(lines, indent + 2, row)

    def _write_rest(self, lines: Lines, indent: int, row: Row) -> None:
        """The keys that mean the same for whatever has them."""
        self._write_wordings(lines, indent, row, ("short", "required_message", "constraint_message"))
        for name in ("required", "sensitive"):
            if flag(self._sheet, row, name, self._remarks):
                lines.add(indent, f"{name}: yes", Origin("survey", row.number))
        for name in PASSED:
            self._write_scalar(lines, indent, row, name)

    def _write_scalar(self, lines: Lines, indent: int, row: Row, name: str) -> None:
        if written := row[name].translate(_ONE_LINE):
            lines.add(indent, f"{name}: {alone(written)}", Origin("survey", row.number))

    def _write_wordings(self, lines: Lines, indent: int, row: Row, names: Sequence[str]) -> None:
        for name in names:
            lines.wording(indent, name, row.wording(name, self._languages), Origin("survey", row.number))


def _first(group: Group) -> Row:
    """The first row of a page of loose questions."""
    return next(child for child in group.children if not isinstance(child, Group))


def _pages(tree: Sequence[Node]) -> list[Group]:
    """The outermost groups as pages, with a page for each run of questions between them.

    A run of nothing but calculations asks nothing, so it joins a page that is always there, if one is.
    """
    pages: list[Group] = []
    for node in tree:
        if isinstance(node, Group):
            pages.append(node)
        elif pages and pages[-1].row is None:
            pages[-1].children.append(node)
        else:
            pages.append(Group(None, [node]))
    silent = [
        page for page in pages if page.row is None and all(_calculates(child) for child in page.children)
    ]
    for page in silent:
        place = pages.index(page)
        hosts = [host for host in pages if host not in silent and not (host.row and host.row["relevant"])]
        before = [host for host in hosts if pages.index(host) < place]
        if before:
            before[-1].children.extend(page.children)
        elif hosts:
            hosts[0].children[:0] = page.children
        else:
            continue
        pages.remove(page)
    return pages


def _calculates(node: Node) -> bool:
    return not isinstance(node, Group) and kind_of(node)[0] == "calculate"
