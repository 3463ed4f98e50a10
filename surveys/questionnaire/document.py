"""A YAML file as plain elements that remember their lines; every scalar is kept as the text that was written.

Nothing is resolved: `no` stays "no" and `2026.10` stays "2026.10". Anchors, aliases and tags are refused, so
that a file says what it shows and cannot grow while it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import yaml

from surveys.questionnaire.complaints import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveys.questionnaire.complaints import Complaints, Said

SIZE = 2_000_000
DEPTH = 30

# The same parser written in C where PyYAML was built with it; ten times faster, same events.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written, without quotes."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    elements: tuple[Element, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; `lines` tells where each key stands."""

    elements: Mapping[str, Element]
    lines: Mapping[str, int]
    line: int


Element: TypeAlias = Scalar | Items | Table


def compose(source: str, complaints: Complaints) -> Element | None:
    """Read a YAML text.

    Args:
        source: the file's text.
        complaints: takes what is wrong with it.

    Returns:
        The one document, or None (with a complaint) when it cannot be read.
    """
    if len(source) > SIZE:
        complaints.add(1, "", said("file_large", most=SIZE))
        return None
    builder = _Builder(complaints)
    try:
        for event in yaml.parse(source, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        what = " ".join(part for part in (problem.context, problem.problem) if part)
        complaints.add(mark.line + 1 if mark else 1, "", said("not_yaml", problem=what))
        return None
    except (yaml.YAMLError, UnicodeError) as problem:
        complaints.add(1, "", said("not_text", problem=str(problem)))
        return None
    if builder.document is None and not builder.refused:
        complaints.add(1, "", said("file_empty"))
    return None if builder.refused else builder.document


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    line: int
    elements: list[Element]
    keys: list[Scalar] | None
    """The keys so far, for a mapping; None for a list."""


class _Builder:
    """Puts the parser's events together, without recursion."""

    def __init__(self, complaints: Complaints) -> None:
        self.document: Element | None = None
        self.refused = False
        self._complaints = complaints
        self._open: list[_Open] = []

    def take(self, event: yaml.Event) -> None:
        if self.refused:
            return
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            self._refuse(line, said("anchor", sign="& and *"))
        elif isinstance(event, yaml.NodeEvent) and event.anchor:
            self._refuse(line, said("anchor", sign=f"&{event.anchor}"))
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            self._refuse(line, said("tag", tag=event.tag))
        elif isinstance(event, yaml.ScalarEvent):
            self._close(Scalar(event.value.strip(), line))
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= DEPTH:
                self._refuse(line, said("nested_deep", most=DEPTH))
            self._open.append(_Open(line, [], [] if isinstance(event, yaml.MappingStartEvent) else None))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(self._finished(self._open.pop()))

    def _refuse(self, line: int, message: Said) -> None:
        self._complaints.add(line, "", message)
        self.refused = True

    def _close(self, element: Element) -> None:
        """Give a finished element to what it stands in."""
        if not self._open:
            if self.document is not None:
                self._refuse(element.line, said("documents"))
            self.document = element
            return
        above = self._open[-1]
        if above.keys is None or len(above.keys) > len(above.elements):
            above.elements.append(element)
        elif isinstance(element, Scalar):
            above.keys.append(element)
        else:
            self._refuse(element.line, said("key_no_text"))

    def _finished(self, opened: _Open) -> Items | Table:
        if opened.keys is None:
            return Items(tuple(opened.elements), opened.line)
        elements: dict[str, Element] = {}
        lines: dict[str, int] = {}
        for key, element in zip(opened.keys, opened.elements, strict=True):
            if key.text in elements:
                first = lines[key.text]
                self._complaints.add(key.line, key.text, said("key_twice", line=first))
                continue
            elements[key.text] = element
            lines[key.text] = key.line
        return Table(elements, lines, opened.line)
