"""Charts of released tables and published figures, as SVG for pages and as SVG and PNG files.

This is the door: it takes nothing but a `ReleasedTable` or a `PublishedFigure`, so that a number that
was not protected cannot be drawn. The same arguments give the same bytes on every machine. Import it
where a chart is drawn, not at start-up: it brings matplotlib.
"""

from __future__ import annotations

from typing import Literal

from surveys.findings.charts_bars import draw_figure, draw_whole
from surveys.findings.charts_likert import draw_likert
from surveys.findings.charts_paint import png, svg
from surveys.findings.charts_sheet import FOURTH, INK, PAPER, SMALL, SOFT, Bar, Sheet, Size, tall
from surveys.findings.charts_split import draw_split
from surveys.findings.charts_svg import finish
from surveys.findings.charts_text import wrap
from surveys.findings.charts_words import Words
from surveys.findings.model import PublishedFigure, ReleasedTable

__all__ = ["Form", "Size", "Words", "draw", "draw_published"]

Form = Literal["svg", "png"]

EDGE = 24
"""Margin of a file in pixels; a page has its own."""


def draw(
    table: ReleasedTable, words: Words, *, form: Form = "svg", size: Size = "wide", inline: bool = True
) -> bytes:
    """Draw a released table.

    Args:
        table: single, multiple, bands or likert, national or split by a dimension.
        words: what the website says around the figures.
        form: "svg", or "png" at 200 dots to the inch.
        size: "wide" (720 px) or "narrow" (360 px, labels above the bars).
        inline: for a page, which says title and source itself and colours by custom properties; a PNG
            is always a file.

    Returns:
        The drawing; the same for the same arguments, byte for byte.

    Raises:
        TypeError: if `table` is no released table.
        ValueError: if the table is withheld: there is nothing to draw.
    """
    if not isinstance(table, ReleasedTable):
        raise TypeError(f"only a ReleasedTable is drawn, not {type(table).__name__}")
    if table.state != "shown" or not table.blocks:
        raise ValueError(f"the table of {table.question} is withheld: there is nothing to draw")
    sheet = _open(words, size, inline=inline and form == "svg")
    if table.kind == "likert":
        draw_likert(sheet, table, words)
    elif table.by is None:
        draw_whole(sheet, table, words)
    else:
        draw_split(sheet, table, words)
    bases = {block.base for block in table.blocks}
    rows = [row for block in table.blocks for row in block.rows]
    few = any(row.percent is None for row in rows)
    intervals = table.kind != "likert" and any(row.low is not None for row in rows)
    base = words.people(bases.pop()) if len(bases) == 1 else ""
    notes = (base, words.note if intervals else "", words.few if few else "")
    return _close(sheet, words, notes, form, inline=inline)


def draw_published(
    figure: PublishedFigure,
    words: Words,
    *,
    form: Form = "svg",
    size: Size = "wide",
    inline: bool = True,
) -> bytes:
    """Draw a published figure: bars in the order given. Arguments and result as `draw`.

    Raises:
        TypeError: if `figure` is no published figure.
        ValueError: if it has no values.
    """
    if not isinstance(figure, PublishedFigure):
        raise TypeError(f"only a PublishedFigure is drawn here, not {type(figure).__name__}")
    if not figure.values:
        raise ValueError(f"the figure {figure.slug} has no values: there is nothing to draw")
    sheet = _open(words, size, inline=inline and form == "svg")
    draw_figure(sheet, figure, words)
    return _close(sheet, words, (), form, inline=inline)


def _open(words: Words, size: Size, *, inline: bool) -> Sheet:
    """Paper with the notice and, in a file, the headline."""
    sheet = Sheet(size, words.rtl, 2 if inline else EDGE, 2 if inline else EDGE)
    if words.notice:
        lines = wrap(words.notice, sheet.end - sheet.start - 14, SMALL, bold=True, most=3)
        sheet.bar(sheet.start, sheet.y, 4, tall(len(lines), SMALL) + 2, FOURTH)
        height = sheet.lines(sheet.start + 12, sheet.y, lines, size=SMALL, bold=True)
        sheet.y += height + 14
    if not inline:
        sheet.paragraph(words.title, size=21 if sheet.wide else 18, colour=INK, bold=True, gap=4)
        sheet.paragraph(words.subtitle, colour=SOFT)
        sheet.y += 18
    return sheet


def _close(sheet: Sheet, words: Words, notes: tuple[str, ...], form: Form, *, inline: bool) -> bytes:
    """Notes beneath the chart, in a file the source, then the bytes."""
    page = inline and form == "svg"
    sheet.y += 12
    sheet.paragraph(" · ".join(note for note in notes if note), size=SMALL, colour=SOFT, gap=2)
    if not page:
        sheet.paragraph(words.source, size=SMALL, colour=SOFT)
    sheet.y = round(sheet.y + sheet.margin)
    if form == "png":
        return png(sheet)
    if not page:
        sheet.bars.insert(0, Bar(0, 0, sheet.width, sheet.y, PAPER))
    return finish(svg(sheet), sheet, words, inline=page)
