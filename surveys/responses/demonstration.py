"""Invented organizations that answer a questionnaire, for the demonstration wave.

A profile says how often each answer is given; a robot respondent walks the questionnaire with it, so that
every invented answer has passed the same routing and checking as a real one.
"""

from __future__ import annotations

from math import exp, log
from random import Random
from typing import TYPE_CHECKING

from surveys.questionnaire.expressions import truth
from surveys.questionnaire.model import NUMBER_TYPES
from surveys.questionnaire.robot import walk
from surveys.responses.profiles import Profile, ProfileError, read_profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from surveys.questionnaire.model import Answers, Question, Questionnaire, Value

__all__ = ["Profile", "ProfileError", "respondents"]

TRIES = 100
"""Draws until a number meets its constraint; after that the question stays unanswered."""


def respondents(
    questionnaire: Questionnaire, profile_source: str, count: int, seed: int
) -> Iterator[Answers]:
    """Let invented organizations answer.

    Args:
        questionnaire: what they are asked.
        profile_source: how often each answer is given, as YAML.
        count: how many organizations.
        seed: the same seed gives the same answers; the n-th organization does not depend on `count`.

    Yields:
        The checked answers of one organization after the other.

    Raises:
        ProfileError: before the first organization, when the profile does not fit the questionnaire.
    """
    profile = read_profile(profile_source, f"{questionnaire.slug}.demo.yaml", questionnaire)
    for number in range(count):
        # Repeatable, not secret: that is what a demonstration needs.
        yield walk(questionnaire, _Organization(profile, Random(f"{seed}:{number}")))  # noqa: S311


class _Organization:
    """One invented organization: decides what it posts for each question."""

    def __init__(self, profile: Profile, random: Random) -> None:
        self._profile = profile
        self._random = random

    def __call__(self, question: Question, answers: Answers) -> Mapping[str, Sequence[str]]:
        """Answer one question.

        Args:
            question: what is asked.
            answers: those given so far.

        Returns:
            Form field -> values as posted; nothing when the question is left unanswered.
        """
        if not question.required and self._random.random() < self._profile.skips(question.name):
            return {}
        if question.rows:
            return {
                f"{question.name}:{row.name}": [self._one(question, row.name, answers)]
                for row in question.rows
            }
        if question.type == "select_multiple":
            return self._with_other(question, self._several(question, answers))
        if question.choices:
            return self._with_other(question, [self._one(question, None, answers)])
        if question.type in NUMBER_TYPES:
            return self._number(question, answers)
        texts = ("true",) if question.type == "acknowledge" else self._profile.texts.get(question.name)
        return {question.name: [self._random.choice(texts)]} if texts else {}

    def _weights(self, question: Question, row: str | None) -> dict[str, float]:
        """A question's weights, without the "other" choice where there is no text to write behind it."""
        written = bool(self._profile.texts.get(question.name))
        return {
            name: weight
            for name, weight in self._profile.weights[question.name, row].items()
            if written or not question.choice[name].other
        }

    def _one(self, question: Question, row: str | None, answers: Answers) -> str:
        weights = self._weights(question, row)
        factors = self._profile.factors(question.name, row, answers)
        adjusted = [weight * factors.get(name, 1.0) for name, weight in weights.items()]
        return self._random.choices(tuple(weights), adjusted)[0]

    def _several(self, question: Question, answers: Answers) -> list[str]:
        factors = self._profile.factors(question.name, None, answers)
        chances = {
            name: _adjusted(chance, factors.get(name, 1.0))
            for name, chance in self._weights(question, None).items()
        }
        for choice in question.choices:
            if choice.exclusive and self._random.random() < chances.pop(choice.name, 0.0):
                return [choice.name]
        chosen = [name for name, chance in chances.items() if self._random.random() < chance]
        chosen = chosen or self._random.choices(tuple(chances), tuple(chances.values()))
        while chosen and not _holds(question, chosen, answers):
            chosen.remove(self._random.choice(chosen))
        return chosen

    def _number(self, question: Question, answers: Answers) -> Mapping[str, Sequence[str]]:
        shape = self._profile.numbers[question.name]
        median = shape["median"] * self._profile.factors(question.name, None, answers).get("median", 1.0)
        for _draw in range(TRIES):
            value = _rounded(exp(self._random.gauss(log(median), shape["spread"])))
            value = max(value, int(question.low)) if question.low else value
            value = min(value, int(question.high)) if question.high else value
            if _holds(question, value, answers):
                return {question.name: [str(value)]}
        return {}

    def _with_other(self, question: Question, chosen: Sequence[str]) -> Mapping[str, Sequence[str]]:
        if not any(question.choice[name].other for name in chosen):
            return {question.name: chosen} if chosen else {}
        text = self._random.choice(self._profile.texts[question.name])
        return {question.name: chosen, f"{question.name}:other": [text]}


def _adjusted(chance: float, factor: float) -> float:
    """A probability whose odds are multiplied: no factor makes a certainty of a tendency."""
    return chance * factor / (1 - chance + chance * factor) if chance < 1 else 1.0


def _rounded(drawn: float) -> int:
    """As people give numbers: two digits that count, the rest zeros."""
    return int(float(f"{drawn:.2g}"))


def _holds(question: Question, value: Value, answers: Answers) -> bool:
    return question.constraint is None or truth(question.constraint, answers.get, value)
