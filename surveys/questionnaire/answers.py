"""What was posted from one page, turned into values and checked against the questionnaire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from surveys.questionnaire import typed
from surveys.questionnaire.judging import AnswerError, judge
from surveys.questionnaire.routing import follow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from surveys.questionnaire.model import Answers, Choice, Page, Question, Questionnaire, Value

    Posted = Mapping[str, Sequence[str]]

__all__ = ["AnswerError", "PageCheck", "PostError", "check_page", "read_fields"]

FIELD_BYTES = 100_000
AGREED = frozenset({"yes", "on", "true", "1", "OK"})
"""What a ticked acknowledgement may post."""


class PostError(Exception):
    """A post that the page's form cannot have sent.

    Attributes:
        code: unknown_choice, too_long, repeated or invalid_text.
        field: the form field.
    """

    def __init__(self, code: str, field: str) -> None:
        super().__init__(f"{field}: {code}")
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class PageCheck:
    """The outcome for one page.

    Attributes:
        values: what to store, by answer name: every question considered; None for what was cleared. An answer
            that was refused, or could not be read, is left out, so that only what may stand is stored.
        errors: faults by form field (`name`, `name:other`, `grid:row`), in the order of the page.
        unseen: questions that these answers make relevant and that the page did not show.
    """

    values: Mapping[str, Value | None]
    errors: Mapping[str, AnswerError]
    unseen: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """What one question's form fields say.

    Attributes:
        present: whether the form sent an answer, were it an empty one.
        values: by answer name, None for empty; without what could not be read.
        errors: by form field, for what could not be read.
    """

    present: bool = False
    values: dict[str, Value | None] = field(default_factory=dict)
    errors: dict[str, AnswerError] = field(default_factory=dict)


def check_page(
    questionnaire: Questionnaire,
    page: Page,
    posted: Posted,
    answers: Answers,
    shown: frozenset[str] | None,
    *,
    today: date | None = None,
) -> PageCheck:
    """Read and check one page.

    Routing inside the page follows the newly posted answers. A question that they make irrelevant is stored
    if it was posted, and is never complained about.

    Args:
        questionnaire: the questionnaire.
        page: the page that was sent.
        posted: form fields with their values; unknown fields are ignored.
        answers: everything stored so far.
        shown: names of the questions visible when the page was sent; None for everything relevant after these
            answers.
        today: the date of `today()`; None for the present day.

    Raises:
        PostError: the post was tampered with.
    """
    questions = [question for question in page.questions if question.asks]
    readings = {question.name: read_fields(question, posted) for question in questions}
    considered = [q for q in questions if shown is None or q.name in shown or readings[q.name].present]
    route = follow(questionnaire.order, _merged(answers, considered, readings), today)
    values: dict[str, Value | None] = {}
    errors: dict[str, AnswerError] = {}
    for question in considered:
        reading = readings[question.name]
        if question.name in route.asked:
            faults = reading.errors or judge(question, route.values, today)
            errors.update(faults)
            values.update({key: v for key, v in reading.values.items() if v is None or key not in faults})
        elif reading.present:
            values.update(reading.values)
    names = {question.name for question in considered}
    unseen = tuple(q.name for q in questions if q.name in route.asked and q.name not in names)
    return PageCheck(values, errors, unseen)


def _merged(
    answers: Answers, considered: Sequence[Question], readings: Mapping[str, Reading]
) -> dict[str, Value]:
    """The answers as they would be after this page."""
    merged = dict(answers)
    for question in considered:
        for key in (question.name, f"{question.name}:other"):
            merged.pop(key, None)
        found = readings[question.name].values
        merged.update({key: value for key, value in found.items() if value is not None})
    return merged


def read_fields(question: Question, posted: Posted) -> Reading:
    """Read one question's form fields, without judging the answer.

    Args:
        question: a question that asks something.
        posted: form fields with their values.

    Raises:
        PostError: the post was tampered with.
    """
    name = question.name
    reading = Reading(present=name in posted)
    if question.type == "select_multiple":
        reading.values[name] = _several(question, posted) or None
    elif question.rows:
        rows = {row.name: _choice(question, posted, f"{name}:{row.name}") for row in question.rows}
        answered = {row: chosen for row, chosen in rows.items() if chosen}
        reading.present = bool(answered)
        reading.values[name] = answered or None
    elif question.choices:
        reading.values[name] = _choice(question, posted, name) or None
    else:
        _written(question, posted, reading)
    if question.other is not None:
        words = _single(posted, f"{name}:other")
        reading.values[f"{name}:other"] = words or None
        reading.present = reading.present or bool(words)
        if words:
            _tick_other(question, reading)
    return reading


def _tick_other(question: Question, reading: Reading) -> None:
    """Who writes what the other answer is has chosen it, unless a different single answer is chosen."""
    other = cast("Choice", question.other).name
    chosen = reading.values[question.name]
    if chosen is None:
        reading.values[question.name] = [other] if question.type == "select_multiple" else other
    elif isinstance(chosen, list):
        taken = {*chosen, other}
        reading.values[question.name] = [each.name for each in question.choices if each.name in taken]
    elif chosen != other:
        reading.errors[f"{question.name}:other"] = AnswerError("other_unticked")


def _written(question: Question, posted: Posted, reading: Reading) -> None:
    name = question.name
    words = _single(posted, name, multiline=question.appearance == "multiline")
    if not words:
        reading.values[name] = None
        return
    try:
        reading.values[name] = _value(question, words)
    except AnswerError as fault:
        reading.errors[name] = fault


def _value(question: Question, words: str) -> Value:
    match question.type:
        case "integer":
            return typed.integer(words)
        case "decimal":
            return typed.decimal(words)
        case "date":
            return typed.day(words)
        case "url":
            return typed.url(words)
        case "acknowledge":
            if words not in AGREED:
                raise PostError("unknown_choice", question.name)
            return True
        case _:
            return words


def _texts(posted: Posted, name: str, *, multiline: bool = False) -> list[str]:
    """A field's values, cleaned."""
    found = []
    for raw in posted.get(name, ()):
        # A character has at most four bytes, so short texts need not be encoded to be measured.
        if len(raw) * 4 > FIELD_BYTES and len(raw.encode("utf-8", "surrogatepass")) > FIELD_BYTES:
            raise PostError("too_long", name)
        words = typed.clean(raw, multiline=multiline)
        if words is None:
            raise PostError("invalid_text", name)
        found.append(words)
    return found


def _single(posted: Posted, name: str, *, multiline: bool = False) -> str:
    found = _texts(posted, name, multiline=multiline)
    if len(found) > 1:
        raise PostError("repeated", name)
    return found[0] if found else ""


def _choice(question: Question, posted: Posted, name: str) -> str:
    chosen = _single(posted, name)
    if chosen and chosen not in question.choice:
        raise PostError("unknown_choice", name)
    return chosen


def _several(question: Question, posted: Posted) -> list[str]:
    """The choices ticked, in the order of the list; an empty value is what an unticked form may send."""
    ticked = [chosen for chosen in _texts(posted, question.name) if chosen]
    if len(set(ticked)) < len(ticked):
        raise PostError("repeated", question.name)
    if not set(ticked) <= set(question.choice):
        raise PostError("unknown_choice", question.name)
    return [choice for choice in question.choice if choice in ticked]
