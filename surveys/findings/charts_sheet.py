"""The sheet a chart is laid out on: bars, lines and labels at places, mirrored for right-to-left pages.

A layout thinks from the start of the line (`x` grows with the reading direction); only the sheet knows
which side of the paper that is. Everything is in pixels, `y` grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from surveys.findings.charts_text import clean, directed, leans_right, width, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Anchor = Literal["start", "middle", "end"]
Size = Literal["wide", "narrow"]

WIDTHS: Mapping[Size, int] = MappingProxyType({"wide": 720, "narrow": 360})

PAPER, INK, SOFT, LINE = "#ffffff", "#1d2530", "#55606d", "#d9d0c1"
FIRST, FOURTH, QUIET = "#12436d", "#f46a25", "#6b7683"
LIKERT = ("#801650", "#bd86a4", "#b9b3a8", "#849db3", "#12436e")
ON_STRONG = "#fffffe"

PROPERTIES: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        PAPER: ("paper", 1),
        INK: ("ink", 1),
        SOFT: ("soft", 1),
        LINE: ("line", 1),
        FIRST: ("c1", 1),
        FOURTH: ("c4", 1),
        QUIET: ("c5", 1),
        LIKERT[0]: ("c3", 1),
        LIKERT[1]: ("c3", 0.52),
        LIKERT[2]: ("muted", 1),
        LIKERT[3]: ("c1", 0.52),
        LIKERT[4]: ("c1", 1),
        ON_STRONG: ("paper", 1),
    }
)
"""Colour -> the style sheet's custom property, and the opacity of a tint of it.

Tints let the page's paper through, so that they follow its theme; the colours here are what they look
like on white. A last digit may tell colours apart that look alike: matplotlib carries nothing else.
"""

TEXT = 14
"""Size of a label in pixels, and the default of the drawing."""
SMALL = 12.5
LEADING = 1.3
"""Line height over font size."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle; `x` is its left edge on paper."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    thickness: float


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text.

    Attributes:
        x, y: the anchor on paper, and the baseline.
        side: which part of the text stands at `x`: its left, middle or right.
        rtl: its base direction.
    """

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool
    side: Literal["left", "center", "right"]
    rtl: bool


@dataclass(slots=True)
class Sheet:
    """What is drawn, collected from top to bottom; `y` is the height used so far."""

    size: Size
    rtl: bool
    margin: float
    y: float = 0
    bars: list[Bar] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Width of the paper."""
        return WIDTHS[self.size]

    @property
    def start(self) -> float:
        """Where lines start."""
        return self.margin

    @property
    def end(self) -> float:
        """Where lines end."""
        return self.width - self.margin

    @property
    def wide(self) -> bool:
        """Whether there is room for labels beside the bars."""
        return self.size == "wide"

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle that begins at `x` and extends along the line; one of no width is left out."""
        if width > 0:
            self.bars.append(Bar(self.width - x - width if self.rtl else x, y, width, height, colour))

    def rule(self, x1: float, y1: float, x2: float, y2: float, colour: str, *, thickness: float = 1) -> None:
        """Draw a straight line."""
        if self.rtl:
            x1, x2 = self.width - x1, self.width - x2
        self.rules.append(Rule(x1, y1, x2, y2, colour, thickness))

    def label(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = TEXT,
        colour: str = INK,
        bold: bool = False,
        anchor: Anchor = "start",
    ) -> None:
        """Set one line of text on the baseline `y`."""
        cleaned = clean(text)
        if not cleaned:
            return
        sides: dict[Anchor, Literal["left", "center", "right"]] = {
            "start": "right" if self.rtl else "left",
            "middle": "center",
            "end": "left" if self.rtl else "right",
        }
        rtl = self.rtl and leans_right(cleaned)
        place = self.width - x if self.rtl else x
        self.labels.append(
            Label(place, y, directed(cleaned, rtl=rtl), size, colour, bold, sides[anchor], rtl)
        )

    def lines(
        self,
        x: float,
        top: float,
        texts: Sequence[str],
        *,
        size: float = TEXT,
        colour: str = INK,
        bold: bool = False,
        anchor: Anchor = "start",
    ) -> float:
        """Set lines of text one below the other from `top`.

        Returns:
            The height they take.
        """
        for place, text in enumerate(texts):
            baseline = top + tall(place, size) + size
            self.label(x, baseline, text, size=size, colour=colour, bold=bold, anchor=anchor)
        return tall(len(texts), size)

    def paragraph(
        self, text: str, *, size: float = TEXT, colour: str = INK, bold: bool = False, gap: float = 0
    ) -> None:
        """Set a text over the whole line at `y` and move below it; an empty one leaves no trace."""
        if not clean(text):
            return
        lines = wrap(text, self.end - self.start, size, bold=bold)
        self.y += self.lines(self.start, self.y, lines, size=size, colour=colour, bold=bold) + gap


def tall(lines: int, size: float = TEXT) -> int:
    """Height of lines of text in whole pixels, so that bars below them have sharp edges."""
    return lines * round(size * LEADING)


def column(texts: Sequence[str], most: float, size: float = TEXT) -> float:
    """Width in pixels of a column of texts, each wrapped so that it is at most `most` wide."""
    return widest([line for text in texts for line in wrap(text, most, size)], size)


def widest(texts: Sequence[str], size: float = TEXT, *, bold: bool = False) -> float:
    """Width in pixels of the widest of some texts, 0 for none."""
    return max((width(clean(text), size, bold=bold) for text in texts), default=0)
