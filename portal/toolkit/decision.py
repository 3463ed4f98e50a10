"""The decision file of the chooser, read: its questions, and its outcomes with their conditions and reasons.

Conditions are expressions of XLSForm, as in questionnaires. They read an answer as `${apps}`, a number of the
chosen option as `${size:most}`, the present value of a fact as `${fact:whatsapp-group-limit}`, and as
`${others}` how many outcomes fit that do not read it themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surveys.questionnaire.expressions import Operation, parse, references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from surveys.questionnaire.expressions import Node

    Text = Mapping[str, str]

FACT, OTHERS = "fact", "others"
"""Names in conditions that are no questions."""

NUMBERS = ("least", "most")
"""Numbers an option may carry: the fewest and the most members of a group."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen.

    Attributes:
        numbers: `least` and `most`, as far as the option has them.
        exclusive: whether it stands alone where several can be chosen.
    """

    code: str
    words: Text
    numbers: Mapping[str, str]
    exclusive: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `short` is its subject, `several` says that more than one option may be chosen."""

    code: str
    short: Text
    words: Text
    hint: Text | None
    several: bool
    options: Mapping[str, Option]


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """An expression, taken apart at `and` and `or` so that its parts are judged once.

    Attributes:
        names: the questions it reads, and `fact` and `others` if it does.
        parts: the operands of an `and` or `or`; empty for anything else.
    """

    node: Node
    names: tuple[str, ...]
    parts: tuple[Condition, ...]

    def leaves(self) -> Iterator[Condition]:
        """The parts that are neither `and` nor `or`."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """A sentence that is said where it is true; `weight` is the points it gives, or takes in a caution."""

    when: Condition
    text: Text
    weight: int


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What can be recommended; `entry` is its part of the file, with the texts of the page."""

    code: str
    entry: Mapping[str, Any]
    when: Condition
    because: tuple[Reason, ...]
    but: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision file, read."""

    questions: Mapping[str, Question]
    outcomes: tuple[Outcome, ...]

    def outcome(self, code: str) -> Outcome:
        """The outcome of a code."""
        return next(outcome for outcome in self.outcomes if outcome.code == code)


def read(body: Mapping[str, Any]) -> Decision:
    """The decision of a file.

    Args:
        body: the document, as `starter/chooser.yaml` has it.

    Raises:
        ExpressionError: when a condition is no expression.
        KeyError: when a part is missing; `chooser_kind.faults` and the shape say which.
    """
    questions = {entry["code"]: _question(entry) for entry in body["questions"]}
    return Decision(questions, tuple(_outcome(entry) for entry in body["outcomes"]))


def _question(entry: Mapping[str, Any]) -> Question:
    options = {
        option["code"]: Option(
            option["code"],
            option["words"],
            {name: str(option[name]) for name in NUMBERS if option.get(name) is not None},
            bool(option.get("exclusive")),
        )
        for option in entry["options"]
    }
    return Question(
        code=entry["code"],
        short=entry["short"],
        words=entry["words"],
        hint=entry.get("hint"),
        several=bool(entry.get("several")),
        options=options,
    )


def _outcome(entry: Mapping[str, Any]) -> Outcome:
    because = tuple(_reason(reason, 1) for reason in entry["because"])
    but = tuple(_reason(reason, 0) for reason in entry.get("but") or ())
    return Outcome(entry["code"], entry, condition(entry["when"]), because, but)


def _reason(entry: Mapping[str, Any], weight: int) -> Reason:
    given = entry.get("weight")
    return Reason(condition(entry["when"]), entry["text"], weight if given is None else int(given))


def condition(text: str) -> Condition:
    """An expression, ready to be judged.

    Raises:
        ExpressionError: when it is none.
    """
    return _condition(parse(text))


def _condition(node: Node) -> Condition:
    chained = isinstance(node, Operation) and node.operator in {"and", "or"}
    parts = tuple(_condition(operand) for operand in node.operands) if chained else ()  # type: ignore[union-attr]
    return Condition(node, tuple(sorted(references(node))), parts)
