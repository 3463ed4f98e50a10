"""Charts of shares: horizontal bars, one for each choice or band.

Every bar starts at zero and carries its figure; the thin line over its end is the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

from surveys.findings.charts_sheet import (
    FIRST,
    INK,
    PAPER,
    QUIET,
    SOFT,
    TEXT,
    Sheet,
    column,
    tall,
    widest,
)
from surveys.findings.charts_text import wrap
from surveys.findings.model import NO_ANSWER, PublishedFigure, ReleasedTable, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveys.findings.charts_words import Words

LAST = ("other", "none", "not_sure", "dont_know", "prefer_not", NO_ANSWER)
"""Choices that stand below the others, in this order, however many chose them."""

SHORTEST = 30
"""Where a scale of shares ends at the earliest, in per cent, so that small shares look small."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar with its figure.

    Attributes:
        value: length in units of the scale: per cent, or a count.
        low, high: ends of the interval, None for none.
        figure: the number as written.
        certain: whether there are enough answers for a share; else `value` is a count.
    """

    label: str
    value: float
    low: float | None
    high: float | None
    figure: str
    colour: str
    certain: bool = True


def mark(row: Row, label: str, words: Words) -> Mark:
    """The bar of a row: its share, or its count in grey where there are too few for shares."""
    if row.percent is None:
        return Mark(label, row.count, None, None, words.number(row.count), QUIET, certain=False)
    colour = QUIET if row.code == NO_ANSWER else FIRST
    return Mark(label, row.percent, row.low, row.high, words.share(row.percent), colour)


def ordered(table: ReleasedTable) -> list[str]:
    """Codes of the rows from top to bottom: scales and bands as asked, else the most frequent first."""
    counts: dict[str, int] = {}
    for block in table.blocks:
        for row in block.rows:
            counts[row.code] = counts.get(row.code, 0) + row.count
    codes = list(counts)
    if table.kind == "bands" or table.scale:
        return sorted(codes, key=lambda code: code == NO_ANSWER)
    return sorted(codes, key=lambda code: (LAST.index(code) if code in LAST else -1, -counts[code]))


def named(row: Row, words: Words) -> str:
    """The label of a row."""
    return words.no_answer if row.code == NO_ANSWER else words.of(row.label)


def reach(marks: Sequence[Mark]) -> float:
    """Where the scale of some shares ends, in per cent."""
    longest = max((max(item.value, item.high or 0) for item in marks), default=0)
    return max(SHORTEST, ceil(longest / 10) * 10)


def draw_whole(sheet: Sheet, table: ReleasedTable, words: Words) -> None:
    """A table that is not split: one bar for each row."""
    rows = {row.code: row for row in table.blocks[0].rows}
    marks = [mark(rows[code], named(rows[code], words), words) for code in ordered(table)]
    shares = all(item.certain for item in marks)
    draw_marks(sheet, marks, reach(marks) if shares else max(item.value for item in marks))


def draw_figure(sheet: Sheet, figure: PublishedFigure, words: Words) -> None:
    """A published figure: its bars in the order the source (or the editor) gives."""
    percent = figure.unit == "percent"
    marks = [
        Mark(
            words.of(value.label),
            value.value,
            None,
            None,
            words.share(value.value) if percent else words.number(value.value),
            FIRST,
        )
        for value in figure.values
    ]
    draw_marks(sheet, marks, reach(marks) if percent else max((item.value for item in marks), default=0))


def draw_marks(sheet: Sheet, marks: Sequence[Mark], end: float) -> None:
    """Bars one below the other: labels beside them on wide paper, above them on narrow."""
    figures = widest([item.figure for item in marks], bold=True) + 8
    labels = column([item.label for item in marks], 0.42 * (sheet.end - sheet.start))
    axis = sheet.start + figures + (labels + 16 if sheet.wide else 0)
    top = sheet.y
    for item in marks:
        room = labels if sheet.wide else sheet.end - sheet.start
        lines = wrap(item.label, room, TEXT)
        height = max(tall(len(lines)), 20) if sheet.wide else tall(len(lines)) + 22
        middle = sheet.y + (height / 2 if sheet.wide else height - 10)
        above = sheet.y + (max(0.0, height - tall(len(lines))) / 2 if sheet.wide else 0)
        sheet.lines(sheet.start, above, lines)
        stroke(sheet, item, axis, middle, unit=(sheet.end - axis) / (end or 1), thick=18)
        sheet.y += height + (9 if sheet.wide else 8)
    sheet.y -= 4
    if sheet.wide:
        sheet.rule(axis, top - 2, axis, sheet.y, INK)


def stroke(sheet: Sheet, item: Mark, axis: float, middle: float, *, unit: float, thick: float) -> None:
    """One bar from the axis on, its figure before the axis and its interval over it.

    Args:
        sheet: what is drawn on.
        item: the bar.
        axis: where bars begin.
        middle: half the height of the bar, from the top of the sheet.
        unit: pixels for one per cent (or for one answer).
        thick: height of the bar; that of a count is half of it.
    """
    colour = INK if item.certain else SOFT
    sheet.label(axis - 8, middle + 5, item.figure, bold=item.certain, colour=colour, anchor="end")
    length = item.value * unit
    height = thick if item.certain else thick / 2
    sheet.bar(axis, middle - height / 2, length, height, item.colour)
    if item.low is None or item.high is None:
        return
    middle = floor(middle) + 0.5  # a thin line is sharp in the middle of a pixel
    low, high = axis + item.low * unit, axis + item.high * unit
    tip = axis + length
    if low < tip:
        sheet.rule(low, middle, min(tip, high), middle, PAPER, thickness=1.2)
    if high > tip:
        sheet.rule(max(tip, low), middle, high, middle, INK, thickness=1.2)
