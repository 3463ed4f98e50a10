"""Which questions and pages a respondent is asked, worked out from the answers at each request.

No current step is stored. A question that is not asked reads as unanswered in every condition, but its answer
is kept, so that going back and changing one's mind loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from surveys.questionnaire.evaluation import evaluate, truth
from surveys.questionnaire.functions import text
from surveys.questionnaire.judging import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from surveys.questionnaire.functions import Atom
    from surveys.questionnaire.model import Answers, Page, Question, Questionnaire, Value


@dataclass(frozen=True, slots=True)
class Place:
    """A question on its page."""

    page: str
    question: str


@dataclass(frozen=True, slots=True)
class Route:
    """One respondent's way through the questions.

    Attributes:
        asked: the names of the questions and notes on it.
        values: the answers given on it and the calculations' values; what is behind "other" as `name:other`.
    """

    asked: frozenset[str]
    values: Mapping[str, Value | Atom]

    def lookup(self, name: str) -> Value | Atom | None:
        """What an expression reads under a name."""
        return self.values.get(name)


def follow(order: Iterable[Question], answers: Answers, today: date | None = None) -> Route:
    """Decide question by question what is asked; each is looked at once.

    Args:
        order: questions, each after all that decides about it (`Questionnaire.order`).
        answers: everything stored, on the path or not; empty values count as none.
        today: the date of `today()`; None for the present day.
    """
    asked: set[str] = set()
    values: dict[str, Value | Atom] = {}
    for question in order:
        name = question.name
        if question.relevant is not None and not truth(question.relevant, values.get, today=today):
            continue
        if question.calculation is not None:
            values[name] = evaluate(question.calculation, values.get, today=today)
            continue
        asked.add(name)
        value = answers.get(name) if question.asks else None
        if value is None or value in ("", [], {}):
            continue
        values[name] = value
        other = question.other
        if other is not None and (value == other.name or (isinstance(value, list) and other.name in value)):
            words = answers.get(f"{name}:other")
            if words:
                values[f"{name}:other"] = words
    return Route(frozenset(asked), values)


def asked(questionnaire: Questionnaire, answers: Answers, *, today: date | None = None) -> frozenset[str]:
    """The names of the questions on the path, notes included; calculations are not asked."""
    return follow(questionnaire.order, answers, today).asked


def on_path(questionnaire: Questionnaire, answers: Answers, *, today: date | None = None) -> dict[str, Value]:
    """The answers that count: those to questions asked, and the calculations, in the questionnaire's order.

    Args:
        questionnaire: the questionnaire.
        answers: everything stored; stored calculations are ignored and worked out anew.
        today: the date of `today()`; None for the present day.
    """
    route = follow(questionnaire.order, answers, today)
    found: dict[str, Value] = {}
    for name in questionnaire.question:
        for key in (name, f"{name}:other"):
            value = _stored(route.values[key]) if key in route.values else None
            if value is not None:
                found[key] = value
    return found


def _stored(value: Value | Atom) -> Value | None:
    """A value in the form in which answers are stored; None for an empty one."""
    if isinstance(value, Decimal):
        whole = value.is_finite() and value == value.to_integral_value()
        return int(value) if whole else text(value) or None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value) or None
    if isinstance(value, str):
        return value or None
    return value if isinstance(value, bool | int | list | dict) else dict(value)


def path(questionnaire: Questionnaire, answers: Answers, *, today: date | None = None) -> tuple[Page, ...]:
    """The pages that have something to show, in order."""
    return _pages(questionnaire, follow(questionnaire.order, answers, today))


def _pages(questionnaire: Questionnaire, route: Route) -> tuple[Page, ...]:
    return tuple(page for page in questionnaire.pages if any(q.name in route.asked for q in page.questions))


def visible(
    questionnaire: Questionnaire, page: Page, answers: Answers, *, today: date | None = None
) -> tuple[Question, ...]:
    """The questions and notes that a page shows, in order."""
    names = follow(questionnaire.order, answers, today).asked
    return tuple(question for question in page.questions if question.name in names)


def after(
    questionnaire: Questionnaire, answers: Answers, page_name: str, *, today: date | None = None
) -> str | None:
    """The next page on the path.

    Args:
        questionnaire: the questionnaire.
        answers: everything stored.
        page_name: a page of the questionnaire, which need not be on the path any more.
        today: the date of `today()`; None for the present day.

    Returns:
        The page's name; None when only the review is left.

    Raises:
        KeyError: the questionnaire has no such page.
    """
    place = _place(questionnaire, page_name)
    names = (page.name for page in path(questionnaire, answers, today=today))
    return next((name for name in names if _place(questionnaire, name) > place), None)


def before(
    questionnaire: Questionnaire, answers: Answers, page_name: str, *, today: date | None = None
) -> str | None:
    """The page before on the path; None when it is the overview. Arguments and errors as for `after`."""
    place = _place(questionnaire, page_name)
    names = (page.name for page in reversed(path(questionnaire, answers, today=today)))
    return next((name for name in names if _place(questionnaire, name) < place), None)


def _place(questionnaire: Questionnaire, page_name: str) -> int:
    return questionnaire.pages.index(questionnaire.page[page_name])


def unanswered(
    questionnaire: Questionnaire, answers: Answers, *, today: date | None = None
) -> tuple[Place, ...]:
    """What stands between the answers and their submission.

    Returns:
        The questions asked that are required and have no answer, or whose answer is not (or no longer) valid.
    """
    route = follow(questionnaire.order, answers, today)
    return tuple(
        Place(page.name, question.name)
        for page in questionnaire.pages
        for question in page.questions
        if question.name in route.asked and judge(question, route.values, today)
    )


def progress(questionnaire: Questionnaire, answers: Answers, *, today: date | None = None) -> tuple[int, int]:
    """How far the respondent is.

    Returns:
        Pages done, pages on the path. A page is done when nothing required is missing on it, and it or a page
        behind it has an answer.
    """
    route = follow(questionnaire.order, answers, today)
    pages = _pages(questionnaire, route)
    reached = done = 0
    for place, page in enumerate(pages, start=1):
        if any(question.name in route.values and question.asks for question in page.questions):
            reached = place
    for page in pages[:reached]:
        names = (question for question in page.questions if question.name in route.asked)
        done += not any(judge(question, route.values, today) for question in names)
    return done, len(pages)
