"""Charts of shares by the levels of a dimension: side by side on wide paper, under each choice on narrow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from surveys.findings.charts_bars import Mark, mark, named, ordered, reach, stroke
from surveys.findings.charts_sheet import LINE, SMALL, SOFT, TEXT, Sheet, column, tall, widest
from surveys.findings.charts_text import parts, wrap

if TYPE_CHECKING:
    from surveys.findings.charts_words import Words
    from surveys.findings.model import Block, ReleasedTable

COLUMNS = 5
"""Levels side by side at most, fewer where their names are long; the others go into a second tier."""

HEAD = 13
"""Size of the names of levels in pixels."""

CHOICES = 0.26
"""Share of the line that the labels of choices may take beside several levels."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the dimension: its name, its base as written, its bars by the code of the choice."""

    name: str
    base: str
    marks: dict[str, Mark]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where levels stand side by side, in pixels.

    Attributes:
        labels: width of the labels of choices.
        figures: width of the figures before a bar.
        pitch: from one level to the next.
        unit: pixels for one per cent.
    """

    labels: float
    figures: float
    pitch: float
    unit: float


def draw_split(sheet: Sheet, table: ReleasedTable, words: Words) -> None:
    """A table split by a dimension, all levels on one scale."""
    levels = [_level(block, words) for block in table.blocks]
    labels = {code: next(level.marks[code].label for level in levels) for code in ordered(table)}
    if sheet.wide:
        _tiers(sheet, levels, labels)
    else:
        _grouped(sheet, levels, labels)


def _level(block: Block, words: Words) -> Level:
    marks = {row.code: mark(row, named(row, words), words) for row in block.rows}
    return Level(words.of(block.level_label), words.people(block.base), marks)


def _scale(levels: list[Level]) -> float:
    return reach([item for level in levels for item in level.marks.values() if item.certain])


def _figures(levels: list[Level]) -> float:
    return widest([item.figure for level in levels for item in level.marks.values()], bold=True) + 8


def _beside(sheet: Sheet, item: Mark, axis: float, middle: float, *, unit: float, thick: float) -> None:
    """One bar among those of other levels; a count has none there, for theirs are shares."""
    stroke(sheet, item if item.certain else replace(item, value=0), axis, middle, unit=unit, thick=thick)


def _tiers(sheet: Sheet, levels: list[Level], labels: dict[str, str]) -> None:
    """Choices as rows, levels as columns; where the levels do not fit, the rows are repeated."""
    inner = sheet.end - sheet.start
    wide = column(list(labels.values()), CHOICES * inner) + 14
    word = widest([word for level in levels for word in parts(level.name)], HEAD, bold=True)
    fitting = max(3, min(COLUMNS, int((inner - wide) / (word + 8))))
    across = ceil(len(levels) / ceil(len(levels) / fitting))
    pitch, figures = (inner - wide) / across, _figures(levels)
    columns = Columns(wide, figures, pitch, (pitch - figures - 14) / _scale(levels))
    for first in range(0, len(levels), across):
        sheet.y += 18 if first else 0
        _tier(sheet, levels[first : first + across], labels, columns)


def _tier(sheet: Sheet, levels: list[Level], labels: dict[str, str], columns: Columns) -> None:
    left = sheet.start + columns.labels
    axes = [left + place * columns.pitch + columns.figures for place in range(len(levels))]
    _heads(sheet, levels, left, columns.pitch)
    top = sheet.y
    for code, label in labels.items():
        lines = wrap(label, columns.labels - 14, TEXT, most=4)
        height = max(tall(len(lines)), 20)
        sheet.lines(sheet.start, sheet.y + (height - tall(len(lines))) / 2, lines)
        for level, axis in zip(levels, axes, strict=True):
            _beside(sheet, level.marks[code], axis, sheet.y + height / 2, unit=columns.unit, thick=14)
        sheet.y += height + 8
    for axis in axes:
        sheet.rule(axis, top - 2, axis, sheet.y - 4, LINE)


def _heads(sheet: Sheet, levels: list[Level], left: float, pitch: float) -> None:
    """The names of the levels, standing on one line, with their bases beneath."""
    names = [wrap(level.name, pitch - 8, HEAD, bold=True, most=4) for level in levels]
    most = max(len(name) for name in names)
    for place, (level, name) in enumerate(zip(levels, names, strict=True)):
        x = left + place * pitch
        sheet.lines(x, sheet.y + tall(most - len(name), HEAD), name, size=HEAD, bold=True)
        sheet.lines(x, sheet.y + tall(most, HEAD), [level.base], size=SMALL, colour=SOFT)
    sheet.y += tall(most, HEAD) + tall(1, SMALL) + 8


def _grouped(sheet: Sheet, levels: list[Level], labels: dict[str, str]) -> None:
    """Each choice as a heading, a thin bar for each level beneath it; the bases once, below all."""
    left = column([level.name for level in levels], 0.36 * (sheet.end - sheet.start), SMALL)
    axis = sheet.start + left + 10 + _figures(levels)
    unit = (sheet.end - axis) / _scale(levels)
    for code, label in labels.items():
        sheet.paragraph(label, bold=True, gap=4)
        for level in levels:
            lines = wrap(level.name, left, SMALL, most=3)
            sheet.lines(sheet.start, sheet.y, lines, size=SMALL, colour=SOFT)
            _beside(sheet, level.marks[code], axis, sheet.y + 8, unit=unit, thick=10)
            sheet.y += tall(len(lines), SMALL) + 4
        sheet.y += 10
    whole = [level.base.replace(" ", "\u00a0") for level in levels]
    bases = " · ".join(f"{level.name}: {base}" for level, base in zip(levels, whole, strict=True))
    sheet.paragraph(bases, size=SMALL, colour=SOFT, gap=4)
