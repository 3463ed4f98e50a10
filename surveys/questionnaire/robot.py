"""A robot respondent: walks a questionnaire page by page through the same routing and checks as a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from surveys.questionnaire.answers import check_page, read_fields
from surveys.questionnaire.judging import judge
from surveys.questionnaire.model import Answers, Question
from surveys.questionnaire.routing import after, path, visible

if TYPE_CHECKING:
    from random import Random

    from surveys.questionnaire.answers import AnswerError
    from surveys.questionnaire.model import Page, Questionnaire, Value

Posted: TypeAlias = Mapping[str, Sequence[str]]
Choose: TypeAlias = Callable[[Question, Answers], Posted]
"""Gives the form fields a respondent fills in for a question, seeing the answers so far; empty for none."""


DRAWS = 100
"""How often a chance respondent tries to meet a constraint before giving up."""


class RobotError(Exception):
    """A page that refused the robot's answers.

    Attributes:
        page: the page's name.
        errors: the faults by form field.
    """

    def __init__(self, page: str, errors: Mapping[str, AnswerError]) -> None:
        faults = ", ".join(f"{field}: {fault.code} {fault.params}" for field, fault in errors.items())
        super().__init__(f"page “{page}” refuses the answers ({faults})")
        self.page = page
        self.errors = errors


def walk(questionnaire: Questionnaire, choose: Choose, *, today: date | None = None) -> Answers:
    """Answer a questionnaire from the first page to the last.

    Args:
        questionnaire: the questionnaire.
        choose: fills in one question; called once for each question shown, in order.
        today: the date of `today()`; None for the present day.

    Returns:
        The answers as they are stored at the end.

    Raises:
        RobotError: a page refused what `choose` filled in.
        PostError: `choose` filled in what no form can send.
    """
    answers: dict[str, Value] = {}
    pages = path(questionnaire, answers, today=today)
    name = pages[0].name if pages else None
    while name is not None:
        answers = _page(questionnaire, questionnaire.page[name], choose, answers, today)
        name = after(questionnaire, answers, name, today=today)
    return answers


def _page(
    questionnaire: Questionnaire,
    page: Page,
    choose: Choose,
    answers: dict[str, Value],
    today: date | None,
) -> dict[str, Value]:
    """Fill in one page, coming back to it as long as the answers make more of it relevant."""
    posted: dict[str, Sequence[str]] = {}
    seen: set[str] = set()
    while True:
        so_far = answers
        for question in visible(questionnaire, page, answers, today=today):
            if question.asks and question.name not in seen:
                seen.add(question.name)
                fields = choose(question, so_far)
                posted.update(fields)
                so_far = _applied(so_far, read_fields(question, fields).values)
        check = check_page(questionnaire, page, posted, answers, frozenset(seen), today=today)
        if check.errors:
            raise RobotError(page.name, check.errors)
        answers = _applied(answers, check.values)
        if not check.unseen:
            return answers


def _applied(answers: Mapping[str, Value], changes: Mapping[str, Value | None]) -> dict[str, Value]:
    merged = {**answers, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def at_random(rng: Random, *, skip: float = 0.2) -> Choose:
    """A respondent who chooses by lot among the answers that the question accepts.

    Args:
        rng: the source of chance.
        skip: the share of optional questions left empty.
    """

    def choose(question: Question, answers: Answers) -> Posted:
        if not question.required and rng.random() < skip:
            return {}
        fields: Posted = {}
        for _attempt in range(DRAWS):
            fields = _lot(question, rng)
            if not judge(question, _applied(answers, read_fields(question, fields).values)):
                return fields
        return fields if question.required else {}

    return choose


def _lot(question: Question, rng: Random) -> Posted:
    fields = _draw(question, rng)
    other = question.other
    if other is not None and other.name in fields.get(question.name, ()):
        return {**fields, f"{question.name}:other": ["something else"]}
    return fields


def _draw(question: Question, rng: Random) -> Posted:
    name, names = question.name, list(question.choice)
    if question.rows:
        return {f"{name}:{row.name}": [rng.choice(names)] for row in question.rows}
    if question.type == "select_multiple":
        first = rng.choice(names)
        if question.choice[first].exclusive:
            return {name: [first]}
        free = [choice for choice in names if not question.choice[choice].exclusive and choice != first]
        return {name: [first, *rng.sample(free, rng.randint(0, len(free)))]}
    return {name: [rng.choice(names) if names else _open(question, rng)]}


def _open(question: Question, rng: Random) -> str:
    """An answer to a question without choices."""
    if question.type in {"integer", "decimal"}:
        low = int(Decimal(question.low or "0").to_integral_value("ROUND_CEILING"))
        high = int(Decimal(question.high)) if question.high else low + 1000
        return question.low or "0" if low > high else str(rng.randint(low, high))
    if question.type == "date":
        first = date.fromisoformat(question.low or "2000-01-01")
        last = date.fromisoformat(question.high) if question.high else first + timedelta(days=365)
        return (first + timedelta(days=rng.randint(0, (last - first).days))).isoformat()
    words = {"email": "robot@example.org", "url": "https://example.org/", "acknowledge": "yes"}
    return words.get(question.type, "words"[: question.max_length])
