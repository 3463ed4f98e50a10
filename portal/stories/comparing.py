"""Two case studies side by side: what each says of the same thing, and where both say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.filters import day, in_language
from portal.stories.codes import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    Story = Mapping[str, Any]
    Words = Mapping[str, Any]

LISTS = (
    ("platforms", "platforms"),
    ("purposes", "purposes"),
    ("audiences", "audiences"),
    ("languages_of_service", "languages"),
)
"""Lists of codes, each with the part of the vocabulary that names them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that both are asked about.

    Attributes:
        key: what the vocabulary calls it by, among its fields.
        cells: what each says, in the page's language; empty where that is not published.
    """

    key: str
    cells: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def same(self) -> bool:
        """Whether both say the same, the order apart."""
        first, second = self.cells
        return bool(first) and sorted(first) == sorted(second)


def glance(first: Story, second: Story, words: Words) -> list[Row]:
    """What is known of two case studies at a glance.

    Args:
        first: the body of one.
        second: the body of the other.
        words: the vocabulary.
    """
    one, other = _told(first, words), _told(second, words)
    return [Row(key, (cell, other[key])) for key, cell in one.items()]


def _told(story: Story, words: Words) -> dict[str, tuple[str, ...]]:
    def named(part: str, codes: list[str | None]) -> tuple[str, ...]:
        return tuple(in_language(words[part][code]) for code in codes if code)

    size = story["size"]
    return {
        "created_by": tuple(by["name"] for by in story["created_by"] or ()),
        **{key: named(part, story[key] or []) for key, part in LISTS},
        "city": (in_language(story["city"]),) if story.get("city") else (),
        "province": named("provinces", [story.get("province"), *(story.get("also_provinces") or ())]),
        "setting": named("settings", [story.get("setting")]),
        "size": () if size == "unknown" else named("sizes", [size]),
        "period": period(story),
    }


def period(story: Story) -> tuple[str, ...]:
    """When it began, and when it ended, in the page's language, as far as that is known."""
    told = story.get("period") or {}
    return tuple(day(told[end]) for end in ("from", "to") if told.get(end))


def sections(first: Story, second: Story) -> list[tuple[str, tuple[Any, Any]]]:
    """The sections that at least one of two case studies has, each with what both say."""
    pairs = [(code, (first["sections"].get(code), second["sections"].get(code))) for code in SECTIONS]
    return [(code, pair) for code, pair in pairs if any(pair)]
