"""How a text refers to something of the portal: `[[fact:whatsapp-group-limit]]`, read from any text.

The whole form is `[[kind:target@pin?by=dimension|words]]`: `@pin` holds the reference to one version (a
release of a finding, a statement of a fact), `?by=` splits a finding, and `words` replace the target's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PATTERN = re.compile(
    r"\[\[\s*(?P<kind>[a-z]+):(?P<target>[a-z0-9_/-]+)"
    r"(?:@(?P<pin>[A-Za-z0-9._-]+))?(?:\?by=(?P<by>[a-z0-9_-]+))?"
    r"(?:\|(?P<words>[^\[\]|]+)|\s*)\]\]"
)

BRACKETS = re.compile(r"\[ ?\[")

SHOWN = 40
"""Characters of a text from its brackets on that a complaint shows."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference.

    Attributes:
        kind: what it refers to (`fact`, `case`, `finding` …).
        target: the name within the kind; parts of a document follow it after a slash.
        pin: the version it is held to, or "" for the present one.
        by: the dimension that splits a finding, or "".
        words: what to show in place of the target's own words, or "".
    """

    kind: str
    target: str
    pin: str = ""
    by: str = ""
    words: str = ""

    def __str__(self) -> str:
        """As an editor writes it, without the words."""
        pin = f"@{self.pin}" if self.pin else ""
        by = f"?by={self.by}" if self.by else ""
        return f"[[{self.kind}:{self.target}{pin}{by}]]"


def parse(found: re.Match[str]) -> Reference:
    """The reference that a match of `PATTERN` is."""
    return Reference(**{name: (value or "").strip() for name, value in found.groupdict().items()})


def of_code(code: str) -> Reference:
    """The reference that a structured field names as `kind:target`.

    Raises:
        ValueError: when the code is none.
    """
    found = PATTERN.fullmatch(f"[[{code}]]")
    if found is None:
        raise ValueError(f"{code!r} is no reference; write kind:target.")
    return parse(found)


def within(text: str) -> Iterator[Reference]:
    """The references in a text, in their order."""
    return (parse(found) for found in PATTERN.finditer(text))


def unreadable(text: str) -> list[str]:
    """What opens two brackets and cannot be read as a reference, as far as a complaint shows it."""
    rest = PATTERN.sub("", text)
    return [rest[found.start() :][:SHOWN].split("\n")[0] for found in BRACKETS.finditer(rest)]


def renamed(text: str, kinds: Collection[str], old: str, new: str) -> str:
    """A text in which references to a document, or to its parts, name it anew.

    Args:
        text: any text.
        kinds: what the thread calls the document and its parts.
        old: its name before.
        new: its name now.
    """

    def name(found: re.Match[str]) -> str:
        slug, slash, part = found["target"].partition("/")
        if found["kind"] not in kinds or slug != old:
            return found.group()
        start, end = found.start("target") - found.start(), found.end("target") - found.start()
        return found.group()[:start] + new + slash + part + found.group()[end:]

    return PATTERN.sub(name, text)


def texts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a document's body with the place it stands at (`sections.results.text.fr`)."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from texts(inner, f"{place}.{number}" if place else str(number))
