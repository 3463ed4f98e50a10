"""Which answers a question depends on: circles among calculations, and an order for deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.questionnaire.tree import references

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from surveys.questionnaire.model import Question


def needs(question: Question) -> frozenset[str]:
    """The names whose answers decide whether a question is asked, and what a calculation comes to."""
    found: frozenset[str] = frozenset()
    for node in (question.relevant, question.calculation):
        if node is not None:
            found |= references(node)
    return found


def order(questions: Mapping[str, Question]) -> tuple[Question, ...]:
    """All questions, each after everything it needs, otherwise as in the file.

    Args:
        questions: by name, in the order of the file. Names that are not among them are ignored, and a circle
            (which the reader refuses) is cut where it closes.
    """
    placed: dict[str, Question] = {}
    begun: set[str] = set()
    for start in questions:
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(needs(questions[start]))))]
        while stack:
            name, waiting = stack[-1]
            begun.add(name)
            following = next(waiting, None)
            if following is None:
                placed[name] = questions[name]
                stack.pop()
            elif following in questions and following not in begun:
                stack.append((following, iter(sorted(needs(questions[following])))))
    return tuple(placed.values())


def circle(names: Iterable[str], graph: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The first circle of a graph.

    Args:
        names: where to look, in order.
        graph: name -> the names it needs.

    Returns:
        The names along the circle, the first repeated at the end; empty when there is none.
    """
    done: set[str] = set()
    for start in names:
        way: dict[str, Iterator[str]] = {} if start in done else {start: iter(sorted(graph.get(start, ())))}
        while way:
            name, waiting = next(reversed(way.items()))
            following = next(waiting, None)
            if following is None:
                done.add(name)
                way.pop(name)
            elif following in way:
                walked = list(way)
                return (*walked[walked.index(following) :], following)
            elif following not in done:
                way[following] = iter(sorted(graph.get(following, ())))
    return ()
