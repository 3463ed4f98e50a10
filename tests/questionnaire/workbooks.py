"""Real workbooks for tests, written cell by cell."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import xlsxwriter

from surveys.questionnaire import xlsform
from surveys.questionnaire.reader import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveys.questionnaire.model import Question

Rows = "Sequence[Sequence[object]]"

SETTINGS = (
    ("form_title", "form_title::fr", "summary", "summary::fr", "form_id", "version", "default_language"),
    ("Title", "Titre", "Summary", "Résumé", "My_form", 2026.1, "English (en)"),
)
HEADINGS = ("type", "name", "label::English (en)", "label::French (fr)")
CHOICES = (
    ("list_name", "name", "label", "label::fr"),
    ("yes_no", "yes", "Yes", "Oui"),
    ("yes_no", "no", "No", "Non"),
)
ENGLISH = (("form_title", "summary", "form_id", "version", "default_language"), ("T", "S", "f", 1, "en"))


class Formula(str):
    """A cell that a spreadsheet computes; any other text stays as it is written."""

    __slots__ = ()


def workbook(**sheets: Rows) -> bytes:
    """A real workbook; a day is written as a day, None leaves a cell empty."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for index, value in enumerate(row):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(number, index, dt.datetime.combine(value, dt.time()), day)
                    elif isinstance(value, str) and not isinstance(value, Formula):
                        sheet.write_string(number, index, value)
                    elif value is not None:
                        sheet.write(number, index, value)
    return file.getvalue()


def form(*questions: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    return workbook(survey=(headings, *questions), choices=CHOICES, settings=SETTINGS)


def english(*questions: Sequence[object], headings: Sequence[str] = ("type", "name", "label")) -> bytes:
    return workbook(survey=(headings, *questions), settings=ENGLISH)


def questions(data: bytes) -> tuple[Question, ...]:
    return tuple(read(xlsform.to_source(data, "f.xlsx"), "f.xlsx").question.values())
