"""What may be published, as values: released tables, and published figures from named sources.

Only `disclosure` makes a `ReleasedTable`, and only a release carries one; charts and exports accept
nothing else, so that a number that was not protected cannot be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Text = Mapping[str, str]
"""A wording by language code."""

NO_ANSWER = "no_answer"
"""The category of those who were asked and left the question; its label is the website's."""

WHOLE = "all"
"""The level of a table that is not split by a dimension."""

Kind = Literal["single", "multiple", "likert", "bands"]


@dataclass(frozen=True, slots=True)
class Row:
    """One category of one block; every figure is computed from protected counts.

    Attributes:
        count: protected count, a multiple of the rounding base.
        base: protected number of those asked.
        percent: whole per cent of the base, None under the rule set's smallest base for percentages.
        low, high: 95 % interval in whole per cent, privacy noise included; None with `percent`.
        symbol: "" | "E" (use with caution) | "F" (too few for percentages: counts only).
    """

    code: str
    label: Text
    count: int
    base: int
    percent: int | None
    low: int | None
    high: int | None
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The distribution of one group: a level of the dimension, and a grid's statement if it is a grid.

    Attributes:
        level: the level's code, `WHOLE` in a national table.
        level_label: its wording; empty in a national table.
        item: the statement's name in a grid, else None.
    """

    level: str
    level_label: Text
    base: int
    rows: tuple[Row, ...]
    item: str | None = None
    item_label: Text | None = None


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """One question's table, national (`by` is None) or split by a dimension.

    Attributes:
        question: the question's name; `wording` is its label and `short` its short name.
        state: "shown", or "withheld" with `blocks` empty.
        needed: when withheld, the number of answers from which it can be shown.
        as_of: the number of the release whose figures these are (a table that was not safe to refresh
            keeps its older figures).
        scale: choice name -> position (-2 to 2) for a likert scale; choices outside the scale are absent.
    """

    question: str
    kind: Kind
    wording: Text
    short: Text
    by: str | None
    by_label: Text
    state: Literal["shown", "withheld"]
    blocks: tuple[Block, ...]
    as_of: int
    needed: int | None = None
    scale: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """One bar of a published figure: a number that its source states, or that is derived from it."""

    code: str
    label: Text
    value: float


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure from a named source, public already: it needs no disclosure control.

    Attributes:
        unit: "percent" or "count".
        as_of: the date or year the source gives, as text.
        address: where it stands, as an absolute address.
    """

    slug: str
    title: Text
    unit: Literal["percent", "count"]
    values: tuple[PublishedValue, ...]
    source: Text
    as_of: str
    address: str
