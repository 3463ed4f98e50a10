"""The questionnaire as values: pages of questions, each with its wording in every language.

Everything here is frozen. `reader` makes a `Questionnaire`, every other module only reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from surveys.questionnaire import dependencies

if TYPE_CHECKING:
    from surveys.questionnaire.expressions import Node

Text = Mapping[str, str]
"""A researcher's text: language code -> wording. Never filled in from another language."""

Value = str | int | bool | list[str] | dict[str, str]
"""One answer as stored: a choice, whole number, decimal or date as text, choices, or grid row -> choice."""

Answers = Mapping[str, Value]
"""Answers by question name; the text behind an "other" choice stands under `name:other`."""

CHOICE_TYPES = frozenset({"select_one", "select_multiple", "likert"})
NUMBER_TYPES = frozenset({"integer", "decimal"})
SILENT_TYPES = frozenset({"note", "calculate"})
"""Types that ask the respondent nothing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question, or one row of a grid.

    Attributes:
        exclusive: chosen alone or not at all ("none of these").
        other: opens a text field, stored under `question:other`.
        scale: position on a likert scale, -2 to 2; None for "does not apply" and outside scales.
    """

    name: str
    label: Text
    exclusive: bool = False
    other: bool = False
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A range a number falls into when it is published; both ends belong to it, None is open."""

    name: str
    label: Text
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Dimension:
    """How a question may split tables.

    Attributes:
        label: the dimension's name in a table ("Region").
        parents: level -> next coarser level, the hierarchy along which small levels are merged.
        labels: names of the coarser levels.
        coarse: level -> level of the declared coarse partition for small waves.
    """

    label: Text
    parents: Mapping[str, str]
    labels: Mapping[str, Text]
    coarse: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One question, note, acknowledgement or calculation.

    Attributes:
        relevant: the condition under which it is asked, its groups' and page's conditions included.
        constraint: must hold of the answer (`.`) when there is one.
        calculation: the value of a `calculate`, never stored.
        rows: the statements of a likert grid; `choices` are then the scale.
        bands: how a number is published.
        chart: preferred form: `bar`, `likert`, `bands`; None for what is never charted.
        theme: the heading it stands under in the findings.
        short: a short name for the findings ("Platforms used").
        max_length: longest text accepted, in characters.
        low, high: smallest and largest number or date accepted, both included.
        line: where it stands in its file, for complaints.
    """

    name: str
    type: str
    label: Text
    page: str
    hint: Text = field(default_factory=dict)
    required: bool = False
    required_message: Text = field(default_factory=dict)
    relevant: Node | None = None
    constraint: Node | None = None
    constraint_message: Text = field(default_factory=dict)
    calculation: Node | None = None
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    bands: tuple[Band, ...] = ()
    dimension: Dimension | None = None
    chart: str | None = None
    theme: str | None = None
    short: Text = field(default_factory=dict)
    appearance: str = ""
    sensitive: bool = False
    consent: str | None = None
    max_length: int | None = None
    low: str | None = None
    high: str | None = None
    line: int = 0

    @cached_property
    def choice(self) -> Mapping[str, Choice]:
        """Choices by name."""
        return {choice.name: choice for choice in self.choices}

    @cached_property
    def other(self) -> Choice | None:
        """The choice that opens a text field, if there is one."""
        return next((choice for choice in self.choices if choice.other), None)

    @property
    def asks(self) -> bool:
        """Whether the respondent is asked something (a note and a calculation ask nothing)."""
        return self.type not in SILENT_TYPES

    @property
    def closed(self) -> bool:
        """Whether its answers can be tabulated: a choice, a grid, or a number with bands."""
        return self.type in CHOICE_TYPES or bool(self.bands)


@dataclass(frozen=True)
class Page:
    """What the respondent sees at once; `line` is where it stands in its file."""

    name: str
    label: Text
    questions: tuple[Question, ...]
    hint: Text = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Questionnaire:
    """A whole questionnaire in all its languages.

    Attributes:
        slug: its name in addresses.
        hash: SHA-256 of the source, hexadecimal; responses are pinned to it.
        themes: heading name -> wording, in the order of the findings.
        file: what complaints call its file.
    """

    slug: str
    version: str
    title: Text
    summary: Text
    languages: tuple[str, ...]
    pages: tuple[Page, ...]
    themes: Mapping[str, Text]
    hash: str
    file: str = ""

    @cached_property
    def order(self) -> tuple[Question, ...]:
        """Every question and calculation, each after all that decides about it."""
        return dependencies.order(self.question)

    @cached_property
    def question(self) -> Mapping[str, Question]:
        """Questions by name, in the order asked."""
        return {question.name: question for page in self.pages for question in page.questions}

    @cached_property
    def page(self) -> Mapping[str, Page]:
        """Pages by name, in order."""
        return {page.name: page for page in self.pages}

    @cached_property
    def dimensions(self) -> tuple[Question, ...]:
        """The questions that may split tables."""
        return tuple(question for question in self.question.values() if question.dimension)

    @cached_property
    def closed(self) -> tuple[Question, ...]:
        """The questions that are tabulated, in the order asked."""
        return tuple(question for question in self.question.values() if question.closed)
