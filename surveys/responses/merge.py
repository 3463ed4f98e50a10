"""Two people, or two tabs, answering at once: their answers are merged question by question.

A question and the text behind its "other" choice (`name` and `name:other`) belong together and are merged as
one. For each question the history holds `[revision, its fields from then on]`, oldest first, so that what a
form was rendered from is known and an answer that was not touched is never mistaken for a change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surveys.questionnaire.model import Answers, Value
from surveys.responses.model import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

Fields = dict[str, Value]
History = dict[str, list[list[Any]]]

DEPTH = 8
"""How many earlier states of a question are remembered; a form older than that is taken as all changed."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The answers after merging; `changed` tells whether they differ from before."""

    answers: Fields
    history: History
    conflicts: Mapping[str, Conflict]
    changed: bool


def merge(
    answers: Answers, history: History, revision: int, base: int, values: Mapping[str, Value | None]
) -> Merged:
    """Merge what was sent into what is stored.

    Args:
        answers: the stored answers.
        history: the stored history.
        revision: the stored revision; a change makes the next one.
        base: the revision the sent form was rendered from.
        values: field -> value as sent, None for a cleared one; fields that are absent stay as they are.
    """
    kept, remembered = dict(answers), dict(history)
    conflicts: dict[str, Conflict] = {}
    for question in dict.fromkeys(_question(field) for field in values):
        sent = {field: value for field, value in values.items() if _question(field) == question}
        theirs = {field: value for field, value in answers.items() if _question(field) == question}
        states = history.get(question, [])
        before = _state(states, base) if states and states[-1][0] > base else theirs
        mine = _overlaid(theirs if before is None else before, sent)
        if mine in (theirs, before):
            continue
        if theirs == before:
            for field in theirs:
                del kept[field]
            kept.update(mine)
            remembered[question] = _remember(states, revision + 1, mine)
            continue
        for field in sorted(mine.keys() | theirs.keys()):
            if mine.get(field) != theirs.get(field):
                conflicts[field] = Conflict(mine.get(field), theirs.get(field))
    return Merged(kept, remembered, conflicts, changed=remembered != history)


def settle(history: History, answers: Answers) -> History:
    """Forget what submitted answers were before: only the revision of the last change is of use now."""
    present = {_question(field) for field in answers}
    return {
        question: states[-1:] if len(states) == 1 else [[0, None], states[-1]]
        for question, states in history.items()
        if question in present
    }


def as_posted(values: Mapping[str, Value | None]) -> dict[str, list[str]]:
    """Values as a form would post them again: field -> texts."""
    posted: dict[str, list[str]] = {}
    for field, value in values.items():
        if isinstance(value, dict):
            posted |= {f"{field}:{row}": [choice] for row, choice in value.items()}
        elif isinstance(value, list):
            posted[field] = list(value)
        else:
            posted[field] = [] if value is None else [_text(value)]
    return posted


def _text(value: str | int) -> str:
    return "yes" if value is True else str(value)


def _question(field: str) -> str:
    return field.partition(":")[0]


def _overlaid(state: Fields, sent: Mapping[str, Value | None]) -> Fields:
    return {field: value for field, value in {**state, **sent}.items() if value is not None}


def _state(states: list[list[Any]], base: int) -> Fields | None:
    """The question's fields at a revision; None when that is not remembered any more."""
    found: Fields | None = {}
    for revision, fields in states:
        if revision <= base:
            found = fields
    return found


def _remember(states: list[list[Any]], revision: int, fields: Fields) -> list[list[Any]]:
    grown = [*states, [revision, fields]]
    return grown if len(grown) <= DEPTH else [[0, None], *grown[-(DEPTH - 1) :]]
