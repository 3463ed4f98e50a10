"""A sheet on matplotlib's paper: the only place where matplotlib draws.

Everything lies on a bare `Figure` in pixels; no axes, no layout engine, no pyplot. The settings are
fixed once, when this module is first taken in, so that no file on the machine changes a chart.
"""

from __future__ import annotations

import io
from itertools import chain
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from surveys.findings.charts_sheet import PAPER, Rule, Sheet
from surveys.findings.charts_text import BOLD, REGULAR, drawable

if TYPE_CHECKING:
    from collections.abc import Iterable

POINTS = 72
"""Pixels of the sheet to an inch."""

PNG_DPI = 200

mpl.rcdefaults()
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "chart", "path.simplify": False})


def paint(sheet: Sheet) -> Figure:
    """The sheet as a matplotlib figure; marks carry their kind and place as ids (`bar-0`, `label-3`)."""
    figure = Figure(figsize=(sheet.width / POINTS, sheet.y / POINTS), dpi=POINTS, facecolor=PAPER)
    figure.patch.set_visible(False)
    pixels = Affine2D().scale(1 / POINTS, -1 / POINTS).translate(0, sheet.y / POINTS) + figure.dpi_scale_trans
    for place, bar in enumerate(sheet.bars):
        figure.add_artist(
            Rectangle(
                (bar.x, bar.y),
                bar.width,
                bar.height,
                facecolor=bar.colour,
                edgecolor="none",
                transform=pixels,
                gid=f"bar-{place}",
            )
        )
    styles = dict.fromkeys((rule.colour, rule.thickness) for rule in sheet.rules)
    for place, (colour, thickness) in enumerate(styles):
        alike = (rule for rule in sheet.rules if (rule.colour, rule.thickness) == (colour, thickness))
        figure.add_artist(_strokes(alike, colour, thickness, pixels, f"rule-{place}"))
    for text in _texts(sheet, pixels):
        figure.add_artist(text)
    return figure


def _strokes(rules: Iterable[Rule], colour: str, thickness: float, pixels: Transform, gid: str) -> PathPatch:
    """Lines of one look as one path."""
    ends = list(chain.from_iterable(((rule.x1, rule.y1), (rule.x2, rule.y2)) for rule in rules))
    codes = [Path.MOVETO, Path.LINETO] * (len(ends) // 2)
    return PathPatch(
        Path(ends, codes),
        facecolor="none",
        edgecolor=colour,
        linewidth=thickness,
        capstyle="butt",
        transform=pixels,
        gid=gid,
    )


def _texts(sheet: Sheet, pixels: Transform) -> Iterable[Text]:
    for place, label in enumerate(sheet.labels):
        font = FontProperties(fname=BOLD if label.bold else REGULAR, size=label.size)
        yield Text(
            label.x,
            label.y,
            drawable(label.text, bold=label.bold),
            color=label.colour,
            horizontalalignment=label.side,
            verticalalignment="baseline",
            fontproperties=font,
            parse_math=False,
            transform=pixels,
            gid=f"label-{place}",
        )


def png(sheet: Sheet) -> bytes:
    """The sheet as a PNG of 200 dots to the inch, without date or maker."""
    out = io.BytesIO()
    paint(sheet).savefig(out, format="png", dpi=PNG_DPI, facecolor=PAPER, metadata={"Software": None})
    return out.getvalue()


def svg(sheet: Sheet) -> bytes:
    """The sheet as matplotlib writes SVG; `charts_svg` makes it fit for a page."""
    out = io.BytesIO()
    nobody = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    paint(sheet).savefig(out, format="svg", metadata=nobody)
    return out.getvalue()
