"""The passage of a text that answers a query, and in it the words that were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.searching import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.searching.queries import Form, Part

WIDTH = 220
"""Characters of an excerpt, give or take a word at each end."""

BEFORE = 50
"""Characters of it in front of the first word that was found."""

CUT = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that was found, or that stands between two such."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True)
class Keyed:
    """A text with the keys of its words: three columns, one key for each word and in their order.

    A key begins with its language.
    """

    text: str
    exact: str
    stem: str
    light: str


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text that fits a part of the query, by the part's number."""

    start: int
    end: int
    part: int


def whole(keyed: Keyed, parts: Sequence[Part], language: str) -> tuple[Piece, ...]:
    """All of a text, in pieces; for titles."""
    return tuple(_pieces(keyed.text, 0, len(keyed.text), _found(keyed, parts, language)))


def excerpt(keyed: Keyed, parts: Sequence[Part], language: str) -> tuple[Piece, ...]:
    """The stretch of a text in which most parts of a query stand, in pieces; the beginning if none does."""
    found = _found(keyed, parts, language)
    begin = _best(found)
    start, end = _bounds(keyed.text, begin)
    inside = [one for one in found if one.start >= start and one.end <= end]
    pieces = list(_pieces(keyed.text, start, end, inside))
    if start > 0:
        pieces.insert(0, Piece(CUT))
    if end < len(keyed.text):
        pieces.append(Piece(CUT))
    return tuple(pieces)


def _best(found: Sequence[Found]) -> int:
    """Where the first word of the best window stands: most parts, then most words, then the earliest."""
    best, begin = (0, 0), 0
    for first, one in enumerate(found):
        inside = []
        for other in found[first:]:
            if other.end > one.start + WIDTH - BEFORE:
                break
            inside.append(other.part)
        value = (len(set(inside)), len(inside))
        if value > best:
            best, begin = value, one.start
    return begin


def _bounds(text: str, begin: int) -> tuple[int, int]:
    """Start and end of the window around a place, at the ends of words."""
    if len(text) <= WIDTH:
        return 0, len(text)
    start = max(0, min(begin - BEFORE, len(text) - WIDTH))
    if start > 0:
        space = text.find(" ", start, begin)
        start = space + 1 if space >= 0 else begin
    end = min(len(text), start + WIDTH)
    if end < len(text):
        space = text.rfind(" ", max(start, begin + BEFORE), end)
        end = space if space > start else end
    return start, end


def _pieces(text: str, start: int, end: int, found: Sequence[Found]) -> Iterator[Piece]:
    at = start
    for one in found:
        if one.start > at:
            yield Piece(text[at : one.start])
        if one.end > at:
            yield Piece(text[max(at, one.start) : one.end], found=True)
            at = one.end
    if end > at:
        yield Piece(text[at:end])


def _found(keyed: Keyed, parts: Sequence[Part], language: str) -> list[Found]:
    """Every place of a text that fits a part, in their order; a longer one comes before a shorter."""
    columns = keyed.exact.split(), keyed.stem.split(), keyed.light.split()
    places = {
        place: number for number, part in enumerate(parts) for place in _places(part.forms, columns, language)
    }
    if not places:
        return []
    spans = words.spans(keyed.text)
    last = len(spans)
    return [
        Found(spans[at][0], spans[at + length - 1][1], places[at, length])
        for at, length in sorted(places, key=lambda place: (place[0], -place[1]))
        if at + length <= last
    ]


def _places(
    forms: Sequence[Form], columns: tuple[list[str], list[str], list[str]], language: str
) -> Iterator[tuple[int, int]]:
    """Which words of a text are one of these forms: the first word's number, and how many they are."""
    exact, stem, light = columns
    single = [form.words[0] for form in forms if len(form.words) == 1 and not form.beginning]
    wanted = (
        (exact, {language + word.exact for word in single}),
        (stem, {language + word.stem for word in single if word.stem}),
        (light, {language + word.light for word in single if word.light}),
    )
    for column, keys in wanted:
        yield from ((at, 1) for at, key in enumerate(column) if key in keys)
    for form in forms:
        if form.beginning:
            start = language + form.words[0].exact
            yield from ((at, 1) for at, key in enumerate(exact) if key.startswith(start))
        elif len(form.words) > 1:
            several = [language + word.stem for word in form.words]
            length = len(several)
            begun = (at for at, key in enumerate(stem) if key == several[0])
            yield from ((at, length) for at in begun if stem[at : at + length] == several)
