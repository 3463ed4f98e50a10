"""The ways through a questionnaire, found by trying the answers that its conditions can tell apart.

Questions whose conditions share no answer are independent, so each such part is tried on its own: the number
of combinations stays small although the number of whole paths is their product.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product
from math import prod
from random import Random
from typing import TYPE_CHECKING

from surveys.questionnaire.dependencies import needs
from surveys.questionnaire.functions import iso_date
from surveys.questionnaire.judging import judge
from surveys.questionnaire.routing import follow
from surveys.questionnaire.tree import Literal, Reference, descend, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from surveys.questionnaire.model import Question, Questionnaire, Value
    from surveys.questionnaire.tree import Node

COMBINATIONS = 4096
"""Tried in full up to this many for each part; of more, this many are drawn (always the same ones)."""

SUBSETS = 4
"""Up to this many choices of a multiple choice that conditions name are tried in every combination."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one combination of deciding answers leads to, within one part.

    Attributes:
        chosen: the deciding answers.
        asked: the names of the part's questions that are asked.
    """

    chosen: Mapping[str, Value]
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """Questions that depend on each other, with the outcomes found; at least one."""

    questions: frozenset[str]
    outcomes: tuple[Outcome, ...]


def explore(questionnaire: Questionnaire) -> tuple[Part, ...]:
    """Find the independent parts of a questionnaire and what can come of each.

    Args:
        questionnaire: the questionnaire.

    Returns:
        The parts; a question that is always asked and decides nothing is in none of them.
    """
    literals = _literals(questionnaire)
    return tuple(_part(questionnaire, names, literals) for names in _groups(questionnaire))


def deciding(questionnaire: Questionnaire) -> frozenset[str]:
    """The questions whose answers decide whether another one is asked, through calculations as well."""
    found = (_closure(questionnaire, q) for q in questionnaire.question.values() if q.relevant is not None)
    return frozenset(name for names in found for name in names if questionnaire.question[name].asks)


def _closure(questionnaire: Questionnaire, question: Question) -> set[str]:
    """All names that decide about a question, near and far."""
    waiting, found = list(needs(question)), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(needs(questionnaire.question[name]))
    return found


def _groups(questionnaire: Questionnaire) -> list[set[str]]:
    groups: list[set[str]] = []
    for question in questionnaire.question.values():
        if question.relevant is None:
            continue
        merged = {question.name} | _closure(questionnaire, question)
        for group in [group for group in groups if group & merged]:
            merged |= group
            groups.remove(group)
        groups.append(merged)
    return groups


def _part(questionnaire: Questionnaire, names: set[str], literals: Mapping[str, set[str]]) -> Part:
    order = [question for question in questionnaire.order if question.name in names]
    deciders = deciding(questionnaire) & names
    candidates = {
        question.name: _candidates(question, literals.get(question.name, set()))
        for question in order
        if question.name in deciders
    }
    outcomes = []
    for combination in _combinations(candidates):
        chosen = {name: value for name, value in combination.items() if value is not None}
        outcomes.append(Outcome(chosen, follow(order, chosen).asked))
    return Part(frozenset(names), tuple(outcomes))


def _combinations(candidates: Mapping[str, list[Value | None]]) -> Iterator[dict[str, Value | None]]:
    if prod(len(values) for values in candidates.values()) <= COMBINATIONS:
        for values in product(*candidates.values()):
            yield dict(zip(candidates, values, strict=True))
        return
    rng = Random(0)  # noqa: S311 # the same draws each time, nothing secret
    for _draw in range(COMBINATIONS):
        yield {name: rng.choice(values) for name, values in candidates.items()}


def _literals(questionnaire: Questionnaire) -> dict[str, set[str]]:
    """For each question, the texts and numbers that stand in conditions and calculations with it."""
    found: dict[str, set[str]] = {}
    for question in questionnaire.question.values():
        for node in (question.relevant, question.calculation):
            for smallest in _statements(node):
                written = {str(n.value) for n in descend(smallest) if isinstance(n, Literal)}
                for name in references(smallest):
                    found.setdefault(name, set()).update(written)
    # What a calculation is compared with matters to all that it is made of.
    for question in reversed(questionnaire.order):
        if question.calculation is not None:
            for name in references(question.calculation):
                found.setdefault(name, set()).update(found.get(question.name, ()))
    return found


def _statements(node: Node | None) -> Iterable[Node]:
    """The parts of a condition between its `and` and `or`."""
    if node is None:
        return []
    below = getattr(node, "operands", ()) if getattr(node, "operator", "") in {"and", "or"} else ()
    return [part for child in below for part in _statements(child)] if below else [node]


def _candidates(question: Question, written: set[str]) -> list[Value | None]:
    """Answers that conditions can tell apart; None stands for no answer."""
    if question.rows:
        found: list[Value] = [{row.name: c for row in question.rows} for c in question.choice]
    elif question.type == "select_multiple":
        found = list(_multiples(question, written))
    elif question.choices:
        found = list(question.choice)
    elif question.type in {"integer", "decimal"}:
        found = _numbers(question, written)
    elif question.type == "date":
        found = _dates(question, written)
    elif question.type == "acknowledge":
        found = [True]
    else:
        found = ["words", *sorted(written - {""})]
    alone = question.constraint is None or not any(
        isinstance(node, Reference) for node in descend(question.constraint)
    )
    valid = [value for value in found if not alone or not judge(question, {question.name: value})]
    return [*(valid or found), *([] if question.required else [None])]


def _multiples(question: Question, written: set[str]) -> Iterator[list[str]]:
    """Every choice alone, every size, and the combinations of the choices that conditions name."""
    free = [choice.name for choice in question.choices if not choice.exclusive]
    named = [name for name in free if name in written][:SUBSETS]
    sets = [[name] for name in question.choice] + [free[:size] for size in range(2, len(free) + 1)]
    for size in range(2, len(named) + 1):
        sets.extend(list(chosen) for chosen in combinations(named, size))
    yield from {tuple(chosen): chosen for chosen in sets if chosen}.values()


def _numbers(question: Question, written: set[str]) -> list[Value]:
    marks = {Decimal(text) for text in written if text.lstrip("-").replace(".", "", 1).isdigit()}
    near = {mark + step for mark in marks | {Decimal(0)} for step in (-1, 0, 1)}
    ends = {Decimal(end) for end in (question.low, question.high) if end is not None}
    inside = [
        value
        for value in sorted(near | ends)
        if (question.low is None or value >= Decimal(question.low))
        and (question.high is None or value <= Decimal(question.high))
    ]
    return [int(value) if question.type == "integer" else format(value, "f") for value in inside]


def _dates(question: Question, written: set[str]) -> list[Value]:
    marks = {day for text in {*written, question.low or "", question.high or ""} if (day := iso_date(text))}
    near = {day + timedelta(days=step) for day in marks or {date(2000, 1, 1)} for step in (-1, 0, 1)}
    return [day.isoformat() for day in sorted(near)]
