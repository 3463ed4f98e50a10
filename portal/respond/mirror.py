"""A mirror for the respondent: three of one's own answers beside the last release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal import released
from portal.respond.review import words
from surveys.findings.model import NO_ANSWER
from surveys.findings.release import UnknownTable
from surveys.questionnaire import routing

if TYPE_CHECKING:
    from surveys.findings.model import ReleasedTable, Row
    from surveys.findings.release import Release
    from surveys.questionnaire.model import Question, Questionnaire
    from surveys.responses.model import Draft

PLACES = 3
SHOWN = 3
"""How many questions are mirrored, and how many answers of the country for each."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One question: one's own answer, and the country's most frequent ones."""

    question: Question
    own: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Mirror:
    """The questions mirrored, with the release they are compared to."""

    number: int
    demo: bool
    items: tuple[Beside, ...]


def beside(questionnaire: Questionnaire, draft: Draft) -> Mirror | None:
    """The first questions answered that the last release can show; None when there is nothing to compare."""
    release = released.latest(questionnaire.slug)
    if release is None:
        return None
    answers = routing.on_path(questionnaire, draft.submitted_answers or {})
    items: list[Beside] = []
    for question in questionnaire.closed:
        if question.dimension or question.rows or question.name not in answers or len(items) == PLACES:
            continue
        table = _national(release, question.name)
        if table is not None and table.state == "shown":
            items.append(Beside(question, words(question, answers), _most_frequent(table)))
    return Mirror(release.number, release.demonstration, tuple(items)) if items else None


def _national(release: Release, question: str) -> ReleasedTable | None:
    """The question's table in a release that may be of an earlier questionnaire without it."""
    try:
        return release.table(question, None)
    except UnknownTable:
        return None


def _most_frequent(table: ReleasedTable) -> tuple[Row, ...]:
    rows = [row for row in table.blocks[0].rows if row.code != NO_ANSWER and row.percent is not None]
    return tuple(sorted(rows, key=lambda row: -(row.percent or 0))[:SHOWN])
