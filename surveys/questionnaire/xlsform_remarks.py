"""The sheets of an XLSForm as values, and the complaints about them, each at its cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from surveys.questionnaire.complaints import Complaint, QuestionnaireError
from surveys.questionnaire.xlsform_cells import COLUMNS, SHEETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Key: TypeAlias = tuple[str, str]
"""A column: its name, and the code of its language or nothing."""

UNKNOWN = "und"
"""Stands for a language that the workbook does not name."""

_SHOWN = 60
"""Characters of a cell that a complaint repeats."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read; `index` counts from 0, `heading` is as written."""

    index: int
    heading: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is the one the spreadsheet shows."""

    number: int
    cells: Mapping[Key, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get((name, ""), "")

    def line(self, name: str) -> str:
        """A cell on one line."""
        return " ".join(self[name].split())

    def wording(self, name: str, languages: Sequence[str]) -> dict[str, str]:
        """A text in each language in which it is there."""
        return {code: self.cells[name, code] for code in languages if (name, code) in self.cells}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the columns that hold something, and the rows that do."""

    name: str
    columns: Mapping[Key, Column] = field(default_factory=dict)
    numbered: Mapping[int, Row] = field(default_factory=dict)
    missing: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows in their order."""
        return tuple(self.numbered.values())

    def value(self, row: int, key: Key) -> str:
        """What stands in a cell."""
        return self.numbered[row].cells.get(key, "") if row in self.numbered else ""


class Remarks:
    """Collects the complaints about a workbook, each at its cell."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._found: dict[tuple[int, int, int, str, str], Complaint] = {}
        self._places: set[tuple[str, int, str]] = set()

    def about_file(self, message: str) -> None:
        """Note a problem with the file as a whole."""
        self._found[-1, 0, 0, "", message] = Complaint(self._filename, 1, "", message)

    def add(self, sheet: Sheet, row: int, key: Key, message: str) -> None:
        """Note a problem with a cell, or with a column that is not there."""
        name = "::".join(part for part in key if part)
        column = sheet.columns.get(key)
        index = column.index if column else COLUMNS
        shown = f"{letters(column.index)} {column.heading}" if column else name
        self._note(sheet.name, row, index, shown, message)
        self._places.add((sheet.name, row, name))

    def at(self, sheet: str, row: int, index: int, heading: str, message: str) -> None:
        """Note a problem with a cell that has no name; `index` counts from 0, -1 is the whole sheet."""
        place = letters(index) if index >= 0 else ""
        self._note(sheet, row, index, f"{place} {heading}".strip(), message)

    def told(self, sheet: Sheet, row: int, key: Key) -> bool:
        """Whether a cell, or its whole column, has a complaint already."""
        name = "::".join(part for part in key if part)
        return any((sheet.name, place, name) in self._places for place in (1, row))

    def all(self) -> list[Complaint]:
        """The complaints in the order of the workbook."""
        return [self._found[place] for place in sorted(self._found)]

    def give_up(self) -> None:
        """Raise what was found, if anything was.

        Raises:
            QuestionnaireError: with all complaints, in the order of the workbook.
        """
        if self._found:
            raise QuestionnaireError(self.all())

    def _note(self, sheet: str, row: int, index: int, shown: str, message: str) -> None:
        complaint = Complaint(f"{self._filename} [{sheet}]", row, shown, message)
        self._found[SHEETS.index(sheet), row, index, shown, message] = complaint


def letters(index: int) -> str:
    """A column as the spreadsheet names it: 0 is A, 26 is AA."""
    name, rest = "", index + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name


def shown(value: str) -> str:
    """A cell as a complaint repeats it."""
    line = " ".join(value.split())
    return f"“{line[:_SHOWN]}{'…' if len(line) > _SHOWN else ''}”"
