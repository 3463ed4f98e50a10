"""Exact tables: who stands in which cell. Staff may see them; the public sees only what `disclosure` makes.

People are bits: bit *i* of a mask stands for the *i*-th identity of the population, so that bases,
complements and differences are single operations on whole numbers of any length.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias

from surveys.findings.model import NO_ANSWER, WHOLE, Kind, Text
from surveys.questionnaire.routing import asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from surveys.questionnaire.model import Answers, Question, Questionnaire, Value
    from surveys.responses.model import Entry

Cell: TypeAlias = tuple[str | None, str]
"""The statement of a grid (None elsewhere) and the category's code."""


class Record(Protocol):
    """One submitted response; its answers are those on its path."""

    @property
    def id(self) -> str: ...  # noqa: D102 - told above

    @property
    def verified(self) -> bool: ...  # noqa: D102

    @property
    def answers(self) -> Answers: ...  # noqa: D102


class TableError(ValueError):
    """Answers and questionnaire do not fit together; the message names the question and the remedy."""


@dataclass(frozen=True)
class ExactTable:
    """Who was asked one question, in which group, and what they said.

    Attributes:
        by: the dimension, None in the national table.
        everyone: mask of the whole population, asked or not.
        asked: mask of those the question was asked of.
        groups: answer to the dimension -> mask of everyone who gave it; `WHOLE` alone if national.
        cells: cell -> mask of those asked who stand in it, `NO_ANSWER` last.
    """

    question: Question
    kind: Kind
    by: Question | None
    everyone: int
    asked: int
    groups: Mapping[str, int]
    cells: Mapping[Cell, int]

    @property
    def key(self) -> tuple[str, str | None]:
        """The names of the question and of the dimension."""
        return self.question.name, self.by.name if self.by else None

    @property
    def routed(self) -> bool:
        """Whether the question is asked only under a condition."""
        return self.question.relevant is not None

    def members(self, levels: Iterable[str]) -> int:
        """Mask of everyone in any of these groups."""
        return union(self.groups[level] for level in levels)


@dataclass(frozen=True)
class Population:
    """The responses of a wave that enter a base, tabulated.

    Attributes:
        ids: identities by bit position; those known from an earlier release keep their positions.
        everyone: mask of those present now (a known identity may have withdrawn).
        asked: question -> mask of those it was asked of.
        cells: question -> its cells.
    """

    questionnaire: Questionnaire
    ids: tuple[str, ...]
    everyone: int
    asked: Mapping[str, int]
    cells: Mapping[str, Mapping[Cell, int]]

    def table(self, question: str, by: str | None = None) -> ExactTable:
        """The exact table of one question.

        Args:
            question: name of a closed question.
            by: name of another question with a dimension; None for the national table.

        Raises:
            TableError: if the pair is not in the menu.
        """
        if (question, by) not in self.menu:
            raise TableError(f"There is no table of {question!r} by {by!r}.")
        asks = self.questionnaire.question[question]
        dimension = self.questionnaire.question[by] if by else None
        return ExactTable(
            question=asks,
            kind=kind(asks),
            by=dimension,
            everyone=self.everyone,
            asked=self.asked[question],
            groups=self._groups(dimension),
            cells=self.cells[question],
        )

    @cached_property
    def menu(self) -> Mapping[tuple[str, str | None], None]:
        """Every table there is, in order: a question's national table, then its splits."""
        return dict.fromkeys(menu(self.questionnaire))

    def _groups(self, dimension: Question | None) -> Mapping[str, int]:
        if dimension is None:
            return {WHOLE: self.everyone}
        cells = self.cells[dimension.name]
        return {level: cells[None, level] for level in categories(dimension)}


def tabulate(
    questionnaire: Questionnaire,
    records: Iterable[Record],
    *,
    known: Sequence[str] = (),
    entry: Entry = "verified",
    today: date | None = None,
) -> Population:
    """Put every response that enters a base into the cells of every closed question.

    Args:
        questionnaire: the one the answers were given to.
        records: submitted responses.
        known: identities in the order of an earlier release, whose bit positions are kept.
        entry: "verified" leaves out what nobody vouches for; "open" takes everything.
        today: the date of `today()` in conditions; None for the present day.

    Raises:
        TableError: if an answer fits no category, or the questionnaire cannot be tabulated.
    """
    present = {record.id: record for record in records if record.verified or entry == "open"}
    ids = (*known, *sorted(present.keys() - set(known)))
    questions = questionnaire.closed
    cells = {question.name: dict.fromkeys(_empty(question), 0) for question in questions}
    reached = dict.fromkeys(cells, 0)
    everyone = 0
    for position, identity in enumerate(ids):
        if (record := present.get(identity)) is None:
            continue
        bit = 1 << position
        everyone |= bit
        path = asked(questionnaire, record.answers, today=today)
        for question in questions:
            if question.name in path:
                reached[question.name] |= bit
                for cell in _stands_in(question, record.answers.get(question.name)):
                    cells[question.name][cell] |= bit
    return Population(questionnaire, ids, everyone, reached, cells)


def menu(questionnaire: Questionnaire) -> Iterator[tuple[str, str | None]]:
    """Every table that may ever be published: a closed list, so that no filter can be built.

    Raises:
        TableError: if the groups of a dimension overlap.
    """
    for dimension in questionnaire.dimensions:
        if kind(dimension) not in {"single", "bands"}:
            raise TableError(f"{dimension.name!r} cannot split tables: use a select_one, or bands.")
    for question in questionnaire.closed:
        yield question.name, None
        for dimension in questionnaire.dimensions:
            if dimension.name != question.name:
                yield question.name, dimension.name


def kind(question: Question) -> Kind:
    """What the distribution of a closed question is."""
    if question.bands or question.chart == "bands":
        return "bands"
    if question.type == "likert":
        return "likert"
    return "multiple" if question.type == "select_multiple" else "single"


def categories(question: Question) -> Mapping[str, Text]:
    """What the answers to a closed question fall into: its bands or its choices, with their wordings."""
    return {category.name: dict(category.label) for category in question.bands or question.choices}


def union(masks: Iterable[int]) -> int:
    """Everyone who is in any of the masks."""
    together = 0
    for mask in masks:
        together |= mask
    return together


def _empty(question: Question) -> Iterator[Cell]:
    items: tuple[str | None, ...] = tuple(row.name for row in question.rows) or (None,)
    for item in items:
        for code in (*categories(question), NO_ANSWER):
            yield item, code


def _stands_in(question: Question, value: Value | None) -> Iterator[Cell]:
    if question.rows:
        given = value if isinstance(value, dict) else {}
        for row in question.rows:
            yield row.name, _category(question, given.get(row.name))
    elif isinstance(value, list):
        for code in value or [NO_ANSWER]:
            yield None, code if code == NO_ANSWER else _category(question, code)
    else:
        yield None, _category(question, value)


def _category(question: Question, value: Value | None) -> str:
    if value is None or value == "":
        return NO_ANSWER
    if question.bands:
        return _band(question, value)
    if value not in question.choice:
        raise TableError(f"{question.name!r}: an answer is none of its choices; add the choice back.")
    return str(value)


def _band(question: Question, value: Value) -> str:
    whole = int(str(value))
    for band in question.bands:
        if (band.low is None or band.low <= whole) and (band.high is None or whole <= band.high):
            return band.name
    raise TableError(f"{question.name!r}: an answer lies in none of its bands; widen the first or the last.")
