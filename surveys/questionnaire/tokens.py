"""The words of an expression: answers, texts, numbers, names and signs, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import said
from surveys.questionnaire.tree import Literal, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from surveys.questionnaire.complaints import Said

DIGITS = 30


class ExpressionError(Exception):
    """A text that is not an expression.

    Attributes:
        message: what is wrong and what to write instead.
        position: the character it stands at, counted from 0.
    """

    def __init__(self, message: Said, position: int) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position

    @property
    def said(self) -> Said:
        """The message with the place."""
        return said("at_character", problem=self.message, position=self.position + 1)

    def __str__(self) -> str:
        """The message with the place, in English."""
        return self.said


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<reference>\$\{\s*(?P<name>[^\s{}:]+)(?::(?P<part>[^\s{}:]+))?\s*\})
    | (?P<text>'[^']*' | "[^"]*" | [‘’][^‘’']*[‘’'] | [“”][^“”"]*[“”"])
    | (?P<number>\d+(?:\.\d+)?(?![\w.]) | \.\d+(?![\w.]))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z][A-Za-z0-9_]*)*)
    | (?P<symbol>!=|<=|>=|=(?!=)|[<>+\-*(),.])""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression; `node` is what a text, a number or an answer stands for."""

    kind: str
    text: str
    position: int
    node: Literal | Reference | None = None


def tokens(text: str) -> Iterator[Token]:
    """The words of an expression one after the other, an "end" last.

    Raises:
        ExpressionError: at the first character that begins no word.
    """
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise ExpressionError(_unreadable(text, position), position)
        kind = str(found.lastgroup if found.lastgroup not in {"name", "part"} else "reference")
        node: Literal | Reference | None = None
        if kind == "reference":
            node = Reference(found["name"], found["part"] or "")
        elif kind == "text":
            node = Literal(found["text"][1:-1])
        elif kind == "number":
            if len(found["number"]) > DIGITS:
                raise ExpressionError(said("digits", most=DIGITS), position)
            node = Literal(Decimal(found["number"]))
        if kind != "space":
            yield Token(kind, found[0], position, node)
        position = found.end()
    yield Token("end", "", len(text))


def _unreadable(text: str, position: int) -> Said:
    if text[position] in "'\"‘’“”":
        return said("no_quote")
    if text[position] == "$":
        return said("no_brace")
    if text[position] == "=":
        return said("equals")
    if text[position] in "&|":
        return said("sign_and_or")
    if text[position].isdigit():
        return said("no_number")
    return said("meaningless", sign=text[position])
