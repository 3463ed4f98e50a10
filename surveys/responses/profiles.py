"""How often each answer is given in a demonstration: the profile beside a questionnaire, read and checked.

What a profile may say is written at the head of the profiles themselves (`instruments/*.demo.yaml`). Every
problem of the file is reported at once, with its line and remedy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import Complaints, suggestion
from surveys.questionnaire.document import Table, compose
from surveys.questionnaire.entries import Entry
from surveys.questionnaire.expressions import references, truth
from surveys.questionnaire.model import CHOICE_TYPES, NUMBER_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from surveys.questionnaire.complaints import Complaint
    from surveys.questionnaire.expressions import Node
    from surveys.questionnaire.model import Answers, Choice, Question, Questionnaire

PARTS = ("weights", "adjust", "numbers", "skip", "texts")
ADJUSTMENT_KEYS = ("when", "question", "row", "factors")
NUMBER_KEYS = ("median", "spread")
DEFAULT = "default"

_NUMBER = re.compile(r"\d+(\.\d+)?", re.ASCII)


class ProfileError(Exception):
    """A profile that does not fit its questionnaire.

    Attributes:
        complaints: the problems, at least one, in the order of the file.
    """

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = tuple(complaints)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Factors on a question's weights (`row` None: on every row) that apply while `when` holds."""

    when: Node
    row: str | None
    factors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Profile:
    """How often each answer is given.

    Attributes:
        weights: (question, row of a grid or None) -> choice -> weight.
        adjustments: by question.
        numbers: question -> `median`, and `spread`, the standard deviation of the logarithm.
        skip: question -> probability of no answer; those not named take `DEFAULT`'s.
        texts: question -> texts to choose from.
    """

    weights: Mapping[tuple[str, str | None], Mapping[str, float]] = field(default_factory=dict)
    adjustments: Mapping[str, Sequence[Adjustment]] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    skip: Mapping[str, float] = field(default_factory=dict)
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def factors(self, question: str, row: str | None, answers: Answers) -> dict[str, float]:
        """The product of the adjustments that hold of the answers so far, by choice."""
        found: dict[str, float] = {}
        for adjustment in self.adjustments.get(question, ()):
            if adjustment.row in {None, row} and truth(adjustment.when, answers.get):
                for name, factor in adjustment.factors.items():
                    found[name] = found.get(name, 1.0) * factor
        return found

    def skips(self, question: str) -> float:
        """The probability that a question is left out."""
        return self.skip.get(question, self.skip.get(DEFAULT, 0.0))


def read_profile(source: str, filename: str, questionnaire: Questionnaire) -> Profile:
    """Read a profile.

    Args:
        source: the YAML text.
        filename: what complaints call it.
        questionnaire: what the profile's names must be found in.

    Raises:
        ProfileError: with every problem of the file.
    """
    complaints = Complaints(filename)
    document = compose(source, complaints)
    profile = Profile()
    if isinstance(document, Table):
        profile = _Reading(Entry(document, complaints), questionnaire).whole()
    elif document is not None:
        complaints.add(document.line, "", "a profile is a mapping; start with “weights:”")
    if found := complaints.all():
        raise ProfileError(found)
    return profile


class _Reading:
    """The reading of one profile."""

    def __init__(self, entry: Entry, questionnaire: Questionnaire) -> None:
        self._entry = entry
        self._questions = questionnaire.question

    def whole(self) -> Profile:
        self._entry.only(PARTS, "a profile")
        skip = self._entry.entry("skip")
        profile = Profile(
            weights=self._weights(),
            adjustments=self._adjustments(),
            numbers={
                question.name: _numbers(entry, NUMBER_KEYS)
                for question, entry in self._by_question("numbers")
            },
            skip=_numbers(skip, (*self._questions, DEFAULT)) if skip else {},
            texts=self._texts(),
        )
        self._check_whole(profile)
        return profile

    def _by_question(self, part: str) -> Iterable[tuple[Question, Entry]]:
        inner = self._entry.entry(part)
        for name in inner.keys if inner else ():
            question = self._questions.get(name)
            entry = inner.entry(name) if inner and question else None
            if question and entry:
                yield question, entry
            elif inner and not question:
                inner.complain(
                    name, f"is no question; correct it. {suggestion(name, self._questions)}".rstrip()
                )

    def _weights(self) -> dict[tuple[str, str | None], Mapping[str, float]]:
        found: dict[tuple[str, str | None], Mapping[str, float]] = {}
        for question, entry in self._by_question("weights"):
            if not question.rows:
                found[question.name, None] = _numbers(entry, _names(question.choices))
                continue
            entry.only(_names(question.rows), "this grid")
            for row in question.rows:
                if (inner := entry.entry(row.name, required=True)) is not None:
                    found[question.name, row.name] = _numbers(inner, _names(question.choices))
        return found

    def _adjustments(self) -> dict[str, list[Adjustment]]:
        found: dict[str, list[Adjustment]] = {}
        for entry in self._entry.entries("adjust"):
            entry.only(ADJUSTMENT_KEYS, "an adjustment")
            when = entry.expression("when")
            name = entry.among("question", self._questions, required=True)
            factors = entry.entry("factors", required=True)
            if when is None or name is None or factors is None:
                if "when" not in entry:
                    entry.complain("when", "is missing; add it")
                continue
            for reference in sorted(references(when) - set(self._questions)):
                meant = suggestion(reference, self._questions)
                entry.complain("when", f"“{reference}” is no question; correct it. {meant}".rstrip())
            question = self._questions[name]
            row = entry.among("row", _names(question.rows))
            known = _names(question.choices) or ("median",)
            found.setdefault(name, []).append(Adjustment(when, row, _numbers(factors, known)))
        return found

    def _texts(self) -> dict[str, tuple[str, ...]]:
        inner = self._entry.entry("texts")
        if inner is None:
            return {}
        inner.only(self._questions, "texts")
        return {name: inner.texts(name) for name in inner.keys}

    def _check_whole(self, profile: Profile) -> None:
        """Whatever a respondent may have to answer must have its weights."""
        weighted = {name for name, _row in profile.weights}
        for question in self._questions.values():
            if profile.skips(question.name) >= 1 and not question.required:
                continue
            if question.type in CHOICE_TYPES and question.name not in weighted:
                self._entry.complain("weights", f"lack the question “{question.name}”; add it")
            if question.type in NUMBER_TYPES and question.name not in profile.numbers:
                self._entry.complain("numbers", f"lack the question “{question.name}”; add it")


def _names(choices: Iterable[Choice]) -> tuple[str, ...]:
    return tuple(choice.name for choice in choices)


def _numbers(entry: Entry, known: Iterable[str]) -> dict[str, float]:
    """A mapping of known names to numbers that are not negative."""
    entry.only(known, "this place")
    found: dict[str, float] = {}
    for name in entry.keys:
        written = entry.text(name)
        if written is None:
            continue
        if _NUMBER.fullmatch(written):
            found[name] = float(written)
        else:
            entry.complain(name, f"“{written}” is not a number; write digits, such as 0.5")
    return found
