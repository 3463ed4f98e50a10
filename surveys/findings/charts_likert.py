"""Charts of agreement: stacked bars around the middle of the scale, one row for each statement or level.

The neutral answer is centred on the line, the totals of either side stand at the ends, and answers
outside the scale ("does not apply", no answer) stand in columns of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from surveys.findings.charts_bars import named
from surveys.findings.charts_sheet import (
    INK,
    LIKERT,
    ON_STRONG,
    PAPER,
    SMALL,
    SOFT,
    TEXT,
    Sheet,
    column,
    tall,
    widest,
)
from surveys.findings.charts_text import width, wrap
from surveys.findings.model import WHOLE, Block, ReleasedTable, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveys.findings.charts_words import Words

THICK = 24
"""Height of a bar in pixels."""

ENDS = 42
"""Room for the total at either end of a bar, in pixels."""

GAP = 7
"""Between a label and the bar beneath it, in pixels."""

COLUMN = 72
"""Width of a column of answers outside the scale, in pixels."""


@dataclass(frozen=True, slots=True)
class Line:
    """One bar: the scale's rows from the lowest on, and the rows outside the scale."""

    label: str
    base: int
    steps: tuple[tuple[int, Row], ...]
    outside: tuple[Row, ...]

    @property
    def certain(self) -> bool:
        """Whether there are enough answers for shares."""
        return all(row.percent is not None for _, row in self.steps)

    def total(self, sign: int) -> int:
        """The printed shares of one side added up, in per cent, so that a reader's own sum agrees."""
        return sum(row.percent or 0 for place, row in self.steps if place * sign > 0)

    @property
    def neutral(self) -> int:
        """The share of the middle of the scale, in per cent."""
        return sum(row.percent or 0 for place, row in self.steps if place == 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the bars stand: the middle line, pixels for one per cent, and the columns behind them."""

    left: float
    middle: float
    right: float
    unit: float
    labels: float


def draw_likert(sheet: Sheet, table: ReleasedTable, words: Words) -> None:
    """A likert question or grid, split by a dimension or not."""
    scale = table.scale or {}
    groups = _groups(table, words, scale)
    lines = [line for _, group in groups for line in group]
    outside = {row.code: named(row, words) for line in lines for row in line.outside}
    steps = {place: named(row, words) for line in lines for place, row in line.steps}
    _key(sheet, steps)
    frame = _frame(sheet, lines, len(outside))
    if sheet.wide:
        _heads(sheet, list(outside.values()), frame)
    same = len({line.base for line in lines}) == 1
    for heading, group in groups:
        sheet.paragraph(heading, bold=True, gap=6)
        for line in group:
            _row(sheet, line, frame, words, outside, bare=same)
        sheet.y += 10 if heading else 0


def _groups(
    table: ReleasedTable, words: Words, scale: Mapping[str, int]
) -> list[tuple[str, tuple[Line, ...]]]:
    """Statements in the order of agreement; in a split grid a heading for each, its levels beneath."""
    lines = [(block, _line(block, words, scale)) for block in table.blocks]
    if table.by is None:
        alone = [line for _, line in lines]
        return [("", tuple(sorted(alone, key=lambda line: -line.total(1))))]
    together = groupby(lines, key=lambda pair: pair[0].item)
    by_item: dict[str | None, tuple[str, list[Line]]] = {}
    for item, pairs in together:
        for block, line in pairs:
            by_item.setdefault(item, (words.of(block.item_label), []))[1].append(line)
    return [(heading, tuple(group)) for heading, group in by_item.values()]


def _line(block: Block, words: Words, scale: Mapping[str, int]) -> Line:
    label = words.of(block.item_label) if block.level == WHOLE else words.of(block.level_label)
    steps = sorted(
        ((scale[row.code], row) for row in block.rows if row.code in scale), key=lambda step: step[0]
    )
    return Line(label, block.base, tuple(steps), tuple(row for row in block.rows if row.code not in scale))


def _frame(sheet: Sheet, lines: Sequence[Line], columns: int) -> Frame:
    inner = sheet.end - sheet.start
    labels = column([line.label for line in lines], 0.34 * inner) if sheet.wide else inner
    left = sheet.start + ENDS + (labels + 14 if sheet.wide and labels else 0)
    right = sheet.end - ENDS - (columns * COLUMN if sheet.wide else 0)
    low = max((line.total(-1) + line.neutral / 2 for line in lines), default=0)
    high = max((line.total(1) + line.neutral / 2 for line in lines), default=0)
    unit = (right - left) / (low + high or 100)
    middle = left + low * unit if low + high else (left + right) / 2
    return Frame(left, middle, right, unit, labels)


def _colour(place: int) -> str:
    return LIKERT[max(-2, min(2, place)) + 2]


def _key(sheet: Sheet, steps: Mapping[int, str]) -> None:
    """The scale's names beside their colours, flowing over as many lines as they need."""
    x = sheet.start
    for place in sorted(steps):
        lines = wrap(steps[place], sheet.end - sheet.start - 18, SMALL, most=2)
        wide = 18 + widest(lines, SMALL)
        if x > sheet.start and x + wide > sheet.end:
            x = sheet.start
            sheet.y += tall(1, SMALL) + 4
        sheet.bar(x, sheet.y + 2, 12, 12, _colour(place))
        sheet.lines(x + 18, sheet.y, lines, size=SMALL)
        if len(lines) > 1:
            sheet.y += tall(len(lines) - 1, SMALL)
        x += wide + 10
    sheet.y += tall(1, SMALL) + 14


def _heads(sheet: Sheet, names: Sequence[str], frame: Frame) -> None:
    heads = [wrap(name, COLUMN - 8, SMALL, most=4) for name in names]
    most = max((len(head) for head in heads), default=0)
    for place, head in enumerate(heads):
        x = frame.right + ENDS + (place + 1) * COLUMN
        top = sheet.y + tall(most - len(head), SMALL)
        sheet.lines(x, top, head, size=SMALL, colour=SOFT, anchor="end")
    sheet.y += tall(most, SMALL) + (6 if most else 0)


def _row(
    sheet: Sheet, line: Line, frame: Frame, words: Words, outside: Mapping[str, str], *, bare: bool
) -> None:
    """One bar with its label: beside it on wide paper, above it on narrow."""
    names = wrap(line.label, frame.labels, TEXT) if line.label else ()
    bases = () if bare else (words.people(line.base),)
    beside = tall(len(names)) + tall(len(bases), SMALL)
    height = max(beside, THICK) if sheet.wide else beside + THICK + GAP
    above = sheet.y + ((height - beside) / 2 if sheet.wide else 0)
    sheet.lines(sheet.start, above, names)
    sheet.lines(sheet.start, above + tall(len(names)), bases, size=SMALL, colour=SOFT)
    top = sheet.y + ((height - THICK) / 2 if sheet.wide else beside + GAP)
    _stack(sheet, line, frame, words, top)
    for end in (top - 5, top + THICK) if line.certain else ():  # not over the neutral answer's share
        sheet.rule(frame.middle, end, frame.middle, end + 5, INK)
    sheet.y += height + 10
    shares = {row.code: _figure(row, words) for row in line.outside}
    if sheet.wide:
        for place, code in enumerate(outside):
            x = frame.right + ENDS + (place + 1) * COLUMN
            sheet.label(x, top + THICK / 2 + 5, shares.get(code, ""), colour=SOFT, anchor="end")
    else:
        text = " · ".join(f"{outside[code]} {share}" for code, share in shares.items())
        sheet.paragraph(text, size=SMALL, colour=SOFT, gap=8)


def _figure(row: Row, words: Words) -> str:
    return words.number(row.count) if row.percent is None else words.share(row.percent)


def _stack(sheet: Sheet, line: Line, frame: Frame, words: Words, top: float) -> None:
    """The segments of one bar with their shares; counts alone where there are too few for shares."""
    baseline = top + THICK / 2 + 5
    if not line.certain:
        pitch = (frame.right - frame.left) / max(1, len(line.steps))
        for place, (step, row) in enumerate(line.steps):
            x = frame.left + place * pitch
            sheet.bar(x, top + THICK / 2 - 5, 10, 10, _colour(step))
            sheet.label(x + 15, baseline, words.number(row.count), colour=SOFT)
        return
    x = begin = frame.middle - (line.total(-1) + line.neutral / 2) * frame.unit
    for step, row in line.steps:
        length = (row.percent or 0) * frame.unit
        sheet.bar(x, top, length, THICK, _colour(step))
        if x > begin and length:
            sheet.rule(x, top, x, top + THICK, PAPER, thickness=1.5)
        share = words.share(row.percent or 0)
        if width(share, SMALL) + 2 <= length:
            on = ON_STRONG if abs(step) > 1 else INK
            sheet.label(x + length / 2, top + THICK / 2 + 4.5, share, size=SMALL, colour=on, anchor="middle")
        x += length
    sheet.label(begin - 7, baseline, words.share(line.total(-1)), bold=True, anchor="end")
    sheet.label(x + 7, baseline, words.share(line.total(1)), bold=True)
