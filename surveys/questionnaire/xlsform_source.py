"""A questionnaire's YAML text, written line by line, and the row of the workbook each line is from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 110

_INSIDE = re.compile(r"[^\W_][^,\[\]{}:#\"\n\t]*")
_ALONE = re.compile(r"[\w$(.][^\n\t]*")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line comes from; rows are counted from 1."""

    sheet: str
    row: int


class Lines:
    """The text so far, and where each of its lines comes from."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.origins: list[Origin] = []

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(f"{line}\n" for line in self._lines)

    def add(self, indent: int, line: str, origin: Origin) -> None:
        """Write one line."""
        self._lines.append(" " * indent + line)
        self.origins.append(origin)

    def gap(self) -> None:
        """An empty line."""
        self._lines.append("")
        self.origins.append(self.origins[-1])

    def wording(self, indent: int, key: str, text: Mapping[str, str], origin: Origin) -> None:
        """A text in its languages, side by side where they fit in a line; nothing when there is none."""
        line = f"{key}: {flow(text)}"
        if not text:
            return
        if indent + len(line) <= WIDTH:
            self.add(indent, line, origin)
            return
        self.add(indent, f"{key}:", origin)
        for language, words in text.items():
            self.add(indent + 2, f"{language}: {alone(words)}", origin)


def flow(text: Mapping[str, str]) -> str:
    """A text in its languages as `{en: …, fr: …}`."""
    return "{" + ", ".join(f"{language}: {inside(words)}" for language, words in text.items()) + "}"


def inside(text: str) -> str:
    """A scalar for a place between braces, quoted only where it must be."""
    return text if _INSIDE.fullmatch(text) else _quoted(text)


def alone(text: str) -> str:
    """A scalar for the rest of a line, quoted only where it must be."""
    plain = _ALONE.fullmatch(text) and ": " not in text and " #" not in text and not text.endswith(":")
    return text if plain and not text.startswith("...") else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
