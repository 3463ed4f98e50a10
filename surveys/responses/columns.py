"""Responses as a table: which columns a questionnaire makes, and what stands in each cell."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from surveys.questionnaire.model import Question, Questionnaire, Value
    from surveys.responses.model import Record

Cell = str | int | Decimal
"""What stands in a cell; an empty text is an empty cell."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and how its cell is made from a response."""

    heading: str
    cell: Callable[[Record], Cell]


def columns(questionnaire: Questionnaire, *, identifiers: bool = False) -> tuple[Column, ...]:
    """The columns of a questionnaire's responses, in the order asked.

    A multiple choice has a column of 0 and 1 for each choice, a grid a column for each row, an "other"
    choice a column for its text. A cell is empty where the question was not asked or not answered.

    Args:
        questionnaire: what was asked.
        identifiers: also those that say who answered: e-mail addresses and what was given for contact.
    """
    own = [
        Column("id", lambda record: record.id),
        Column("verified", lambda record: int(record.verified)),
        Column("language", lambda record: record.language),
        Column("submitted_day", lambda record: record.submitted_day),
    ]
    for question in questionnaire.question.values():
        if question.type == "note" or (_identifies(question) and not identifiers):
            continue
        own.extend(_of(question))
    return tuple(own)


def guarded(text: str) -> str:
    """A text that a spreadsheet will not take for a formula: such a one gets an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _identifies(question: Question) -> bool:
    return question.type == "email" or question.consent == "contact"


def _of(question: Question) -> Iterator[Column]:
    name = question.name
    if question.type == "select_multiple":
        for choice in question.choices:
            yield Column(f"{name}/{choice.name}", _chosen(name, choice.name))
    elif question.rows:
        for row in question.rows:
            yield Column(f"{name}/{row.name}", _row(name, row.name))
    else:
        yield Column(name, _plain(name, number=question.type == "decimal"))
    if any(choice.other for choice in question.choices):
        yield Column(f"{name}:other", _plain(f"{name}:other"))


def _plain(field: str, *, number: bool = False) -> Callable[[Record], Cell]:
    def cell(record: Record) -> Cell:
        value: Value | None = record.answers.get(field)
        if value is None:
            return ""
        if isinstance(value, int):
            return int(value)
        return Decimal(str(value)) if number else guarded(str(value))

    return cell


def _chosen(field: str, choice: str) -> Callable[[Record], Cell]:
    def cell(record: Record) -> Cell:
        value = record.answers.get(field)
        return int(choice in value) if isinstance(value, list) else ""

    return cell


def _row(field: str, row: str) -> Callable[[Record], Cell]:
    def cell(record: Record) -> Cell:
        value = record.answers.get(field)
        return value.get(row, "") if isinstance(value, dict) else ""

    return cell
