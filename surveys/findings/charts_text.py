"""Texts in charts: cleaned of what XML refuses, measured, and wrapped to a width.

A reader's browser shapes the text of an SVG with its own fonts, so widths are measured with the font
that matplotlib carries and a reserve is kept.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
REGULAR = str(FONTS / "DejaVuSans.ttf")
BOLD = str(FONTS / "DejaVuSans-Bold.ttf")

RESERVE = 1.12
"""Room kept for fonts wider than the measured one."""

LONGEST = 600
"""Characters of one label that are looked at; the table beneath a chart has the rest."""

_MEASURED_AT = 64
MARKS = 4
"""Accents and vowel signs that one letter keeps; no language needs more."""

_BREAKS = re.compile(r"( |(?<=[^\W\d][-/])(?=\w))")
"""A space, or the place behind a hyphen or stroke in a compound word."""

_REVERSING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_REFUSED = frozenset({"Cc", "Cs"})
_NO_CHARACTER = 0xFFFE
"""The last two places of every plane hold no character, whatever their first digits."""

_MISSING = "□"
_LEFT_MARK, _RIGHT_MARK = "\u200e", "\u200f"


def clean(text: str) -> str:
    """Take out what no XML may hold, and what would draw outside its line.

    The first are control characters, lone surrogates and non-characters; the second towers of accents
    and characters that reverse their neighbours. White space (line breaks included) becomes a single
    space; no-break spaces stay.
    """
    spaced = "".join(" " if char in "\t\n\r\v\f\u2028\u2029" else char for char in text)
    kept = (
        char
        for char in spaced
        if unicodedata.category(char) not in _REFUSED
        and ord(char) & _NO_CHARACTER != _NO_CHARACTER
        and unicodedata.bidirectional(char) not in _REVERSING
    )
    flat = (
        "".join(itertools.islice(run, MARKS if mark else None))
        for mark, run in itertools.groupby(kept, lambda char: unicodedata.combining(char) > 0)
    )
    return " ".join(part for part in "".join(flat).split(" ") if part)


def directed(text: str, *, rtl: bool) -> str:
    """The text with a mark before it where its first letter would give it the other base direction."""
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in {"L", "R", "AL"}), None)
    if first is None or (first != "L") == rtl:
        return text
    return (_RIGHT_MARK if rtl else _LEFT_MARK) + text


def leans_right(text: str) -> bool:
    """Whether a text has any letter of a script written from right to left."""
    return any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)


@lru_cache(maxsize=8192)
def drawable(text: str, *, bold: bool) -> str:
    """The text as matplotlib is given it: without the characters that its font lacks."""
    font = get_font(BOLD if bold else REGULAR)
    return "".join(char if font.get_char_index(ord(char)) else _instead(char) for char in text)


def _instead(char: str) -> str:
    """A box for a character, nothing for one that only changes its neighbour."""
    return "" if unicodedata.category(char) in {"Cf", "Mn", "Me"} else _MISSING


@lru_cache(maxsize=8192)
def _ems(text: str, *, bold: bool) -> float:
    font = get_font(BOLD if bold else REGULAR)
    font.set_size(_MEASURED_AT, 72)
    font.set_text(drawable(text, bold=bold), 0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 / _MEASURED_AT


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text in pixels at a font size in pixels, the reserve included."""
    return _ems(text, bold=bold) * size * RESERVE


def wrap(text: str, room: float, size: float, *, bold: bool = False, most: int = 5) -> tuple[str, ...]:
    """Break a text into lines.

    Args:
        text: any text; it is cleaned first.
        room: widest line, in pixels.
        size: font size in pixels.
        bold: whether it is set in bold.
        most: lines at most; what does not fit ends in an ellipsis.

    Returns:
        At least one line (an empty text gives one empty line), none wider than `room` unless a single
        character is.
    """
    lines: list[str] = []
    line = ""
    split = ["", *_BREAKS.split(clean(text[:LONGEST]))]
    for space, part in zip(split[::2], split[1::2], strict=True):
        for place, piece in enumerate(_pieces(part, room, size, bold=bold)):
            longer = line + ("" if place else space) + piece
            if line and width(longer, size, bold=bold) > room:
                lines.append(line)
                line = piece
            else:
                line = longer
    lines.append(line)
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], _ended(lines[most - 1], room, size, bold=bold))


def parts(text: str) -> list[str]:
    """What a line may not break: words, and the parts of compound words with their hyphens."""
    return _BREAKS.split(text)[::2]


def _pieces(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    """The word, or its parts when it is wider than the room; marks stay with their letter."""
    if width(word, size, bold=bold) <= room:
        return [word]
    pieces, used = [""], 0.0
    for char in word:
        wide = width(char, size, bold=bold)
        mark = unicodedata.combining(char) or unicodedata.category(char) == "Cf"
        if used + wide > room and pieces[-1] and not mark:
            pieces.append("")
            used = 0.0
        pieces[-1] += char
        used += wide
    return pieces


def _ended(line: str, room: float, size: float, *, bold: bool) -> str:
    while line and width(line + "…", size, bold=bold) > room:
        line = line[:-1]
    return line.rstrip() + "…"
