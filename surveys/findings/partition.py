"""How the levels of a dimension are grouped until each group is large enough to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveys.findings.model import WHOLE, Text
from surveys.findings.tables import categories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from surveys.questionnaire.model import Dimension, Question

JOIN = "+"
"""Between the codes, and with spaces between the labels, of levels that were merged without a parent."""


@dataclass(frozen=True, slots=True)
class Level:
    """One group of a partition.

    Attributes:
        code: a choice or band, a coarser level of the hierarchy, or several joined with `JOIN`.
        choices: the dimension's choices or bands it holds, in the order of the questionnaire.
    """

    code: str
    choices: tuple[str, ...]


Partition = tuple[Level, ...]

NATIONAL: Partition = (Level(WHOLE, (WHOLE,)),)
"""The partition of a table that is not split."""


def coarse(question: Question) -> Partition | None:
    """The coarse partition the questionnaire declares; None if it declares none."""
    declared = _dimension(question).coarse
    if not declared:
        return None
    codes = dict.fromkeys(declared[choice] for choice in categories(question))
    return tuple(
        Level(code, tuple(choice for choice in categories(question) if declared[choice] == code))
        for code in codes
    )


def roots(question: Question) -> Partition:
    """The coarsest levels of the hierarchy, before any are joined."""
    parents = _dimension(question).parents
    codes = dict.fromkeys(_root(choice, parents) for choice in categories(question))
    return tuple(Level(code, _under(code, question)) for code in codes)


def merged(question: Question, passes: Callable[[Level], bool], size: Callable[[Level], int]) -> Partition:
    """Merge the finest levels until every one passes, or only one is left.

    The smallest level that does not pass is replaced, with its siblings, by its parent; a level
    without a parent is joined to the smallest of the others at the top of the hierarchy.

    Args:
        question: the dimension's own.
        passes: whether a group may be shown.
        size: how many people a group holds; decides what is smallest, ties by the questionnaire's order.
    """
    parents = _dimension(question).parents
    groups: Partition = tuple(Level(choice, (choice,)) for choice in categories(question))
    while len(groups) > 1 and (failing := [group for group in groups if not passes(group)]):
        smallest = min(failing, key=size)
        if parent := parents.get(smallest.code):
            grown = Level(parent, _under(parent, question))
        else:
            others = _tops((group for group in groups if group != smallest), question)
            grown = _joined(smallest, min(others, key=size), question)
        groups = tuple(_replaced(groups, grown))
    return groups


def label(code: str, question: Question) -> Text:
    """The wording of a level, by language; merged levels are named one after the other."""
    parts = [_label(part, question) for part in code.split(JOIN)]
    return {language: f" {JOIN} ".join(part[language] for part in parts) for language in parts[0]}


def _replaced(groups: Partition, grown: Level) -> Iterator[Level]:
    placed = False
    for group in groups:
        if not set(group.choices) <= set(grown.choices):
            yield group
        elif not placed:
            placed = True
            yield grown


def _tops(groups: Iterable[Level], question: Question) -> list[Level]:
    """The groups as seen from the top: those of one family as their common ancestor."""
    parents = _dimension(question).parents
    tops: dict[str, Level] = {}
    for group in groups:
        top = _root(group.code, parents)
        tops[top] = group if top == group.code else Level(top, _under(top, question))
    return list(tops.values())


def _joined(one: Level, other: Level, question: Question) -> Level:
    held = {*one.choices, *other.choices}
    order = list(categories(question))
    first, second = sorted((one, other), key=lambda level: order.index(level.choices[0]))
    return Level(JOIN.join((first.code, second.code)), tuple(choice for choice in order if choice in held))


def _under(code: str, question: Question) -> tuple[str, ...]:
    parents = _dimension(question).parents
    return tuple(choice for choice in categories(question) if code in _ancestors(choice, parents))


def _ancestors(code: str, parents: Mapping[str, str]) -> Iterator[str]:
    yield code
    while code in parents:
        code = parents[code]
        yield code


def _root(code: str, parents: Mapping[str, str]) -> str:
    *_, top = _ancestors(code, parents)
    return top


def _label(code: str, question: Question) -> Text:
    if code in (levels := categories(question)):
        return levels[code]
    if code not in _dimension(question).labels:
        raise ValueError(f"{question.name!r}: the level {code!r} has no label; name it under labels.")
    return dict(_dimension(question).labels[code])


def _dimension(question: Question) -> Dimension:
    if question.dimension is None:
        raise ValueError(f"{question.name!r} splits no table: it declares no dimension.")
    return question.dimension
