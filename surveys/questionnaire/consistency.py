"""What must hold between questions: expressions name what exists, was asked before, and can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from typing import Literal as OneOf

from surveys.questionnaire.complaints import said, suggestion
from surveys.questionnaire.dependencies import circle, needs
from surveys.questionnaire.tree import Call, Current, Literal, Operation, Reference, descend, references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from surveys.questionnaire.complaints import Complaints, Said
    from surveys.questionnaire.model import Question
    from surveys.questionnaire.tree import Node


Kind: TypeAlias = OneOf["relevant", "constraint", "calculation"]


@dataclass(frozen=True, slots=True)
class Site:
    """An expression where it stands in the file.

    Attributes:
        owner: the question it belongs to; for a page or a group the first question in it.
    """

    node: Node
    kind: Kind
    line: int
    owner: str


class Consistency:
    """Checks every expression against the questions.

    Args:
        questions: by name, in order.
        unread: names of questions that could not be read; references to them are no further complaint.
        complaints: takes what is found.
    """

    def __init__(
        self, questions: Mapping[str, Question], unread: frozenset[str], complaints: Complaints
    ) -> None:
        self._questions = questions
        self._unread = unread
        self._complaints = complaints
        self._place = {name: place for place, name in enumerate(questions)}
        self._pages = {page: n for n, page in enumerate(dict.fromkeys(q.page for q in questions.values()))}

    def check(self, sites: Sequence[Site]) -> None:
        """Complain about everything that does not fit."""
        self._check_circles(sites)
        for site in sites:
            self._check_names(site)
            self._check_choices(site)
            if site.kind == "relevant":
                self._check_earlier(site)
            elif site.kind == "constraint":
                self._check_page(site)

    def _add(self, site: Site, message: Said) -> None:
        self._complaints.add(site.line, site.kind, message)

    def _check_names(self, site: Site) -> None:
        answerable = [name for name, question in self._questions.items() if question.type != "note"]
        for node in descend(site.node):
            if isinstance(node, Current) and site.kind != "constraint":
                self._add(site, said("dot_outside"))
            if not isinstance(node, Reference) or node.name in self._unread:
                continue
            question = self._questions.get(node.name)
            if question is None:
                hint = suggestion(node.name, answerable)
                self._add(site, said("no_question", name=node.name, hint=hint))
            elif question.type == "note":
                self._add(site, said("note_has_no_answer", name=node.name))
            elif node.part:
                self._check_part(site, node, question)

    def _check_part(self, site: Site, node: Reference, question: Question) -> None:
        parts = [row.name for row in question.rows]
        if any(choice.other for choice in question.choices):
            parts.append("other")
        if node.part not in parts:
            hint = suggestion(node.part, parts)
            self._add(site, said("no_part", name=node.name, part=node.part, hint=hint))

    def _check_choices(self, site: Site) -> None:
        for reference, written in _comparisons(site.node):
            question = self._questions.get(reference.name)
            if (
                question is None
                or not question.choices
                or reference.part == "other"
                or written in {"", *question.choice}
            ):
                continue
            hint = suggestion(written, question.choice)
            self._add(site, said("no_such_choice", value=written, name=reference.name, hint=hint))

    def _check_earlier(self, site: Site) -> None:
        """A condition may read only what is decided before it, through calculations as well."""
        limit = self._place[site.owner]
        waiting, seen = sorted(references(site.node)), set[str]()
        while waiting:
            name = waiting.pop()
            question = self._questions.get(name)
            if question is None or name in seen:
                continue
            seen.add(name)
            if question.type == "calculate":
                waiting.extend(needs(question))
            elif self._place[name] >= limit:
                itself = name == site.owner
                self._add(site, said("depends_on_itself") if itself else said("depends_on_later", name=name))

    def _check_page(self, site: Site) -> None:
        here = self._pages[self._questions[site.owner].page]
        for name in sorted(references(site.node)):
            question = self._questions.get(name)
            if question is not None and question.type != "calculate" and self._pages[question.page] > here:
                self._add(site, said("later_page", name=name))

    def _check_circles(self, sites: Sequence[Site]) -> None:
        graph = {
            name: frozenset(n for n in references(question.calculation) if n in self._questions)
            for name, question in self._questions.items()
            if question.calculation is not None
        }
        walked = circle(graph, graph)
        for site in sites:
            if walked and site.kind == "calculation" and site.owner == walked[0]:
                way = " → ".join(walked)
                self._add(site, said("circle", way=way))


def _comparisons(node: Node) -> Iterator[tuple[Reference, str]]:
    """Every text that an expression compares with an answer or looks for among its choices."""
    for found in descend(node):
        if isinstance(found, Operation) and found.operator in {"=", "!="}:
            pair = found.operands
        elif isinstance(found, Call) and found.function == "selected":
            pair = found.arguments
        else:
            continue
        for left, right in (pair, reversed(pair)):
            if isinstance(left, Reference) and isinstance(right, Literal) and isinstance(right.value, str):
                yield left, right.value
