"""Texts in charts: no wording can leave its place, harm the page, or lose a word."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from surveys.findings.charts import Words, draw
from surveys.findings.charts_text import clean, leans_right, width, wrap
from surveys.findings.model import (
    WHOLE,
    Block,
    ReleasedTable,
)
from tests.findings.chart_samples import (
    ENGLISH,
    EVERY,
    ROOT,
    SVG,
    parsed,
    row,
    table,
)

if TYPE_CHECKING:
    from lxml import etree

HOSTILE = (
    "costs $5 or $x^2$ \\frac{1}{2}",
    "<script>alert(1)</script> & \"quoted\" 'quoted' ]]>",
    "w" * 300,
    "\u0634" * 300,
    "WhatsApp للأعمال (2026) and more",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e8\U0001f1e6 \U0001fae8",
    "bell\x07 null\x00 escape\x1b[31m line\nbreak \x85 \ufffe \ud800 \U0001fffe",
    "\u202eoverridden\u2066",
    "中文 ਪੰਜਾਬੀ ትግርኛ",
    "z" + "\u0301" * 200,
    " \t ",
)


def hostile(original: ReleasedTable, shift: int) -> ReleasedTable:
    """The table with a hostile text, another one each time, for every label of it."""
    labels = ({"en": text} for text in itertools.islice(itertools.cycle(HOSTILE), shift, None))
    blocks = tuple(
        replace(
            block,
            level_label=next(labels),
            item_label=next(labels),
            rows=tuple(replace(row, label=next(labels)) for row in block.rows),
        )
        for block in original.blocks
    )
    return replace(original, blocks=blocks)


def hostile_words(text: str, *, rtl: bool) -> Words:
    return replace(ENGLISH, rtl=rtl, title=text, description=text, notice=text, source=text, note=text)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("rtl", [False, True])
def test_hostile_labels_stay_text_inside_the_paper(name: str, size: str, *, rtl: bool) -> None:
    for shift in range(0, len(HOSTILE), 3):
        words = hostile_words(HOSTILE[shift], rtl=rtl)
        root = parsed(draw(hostile(EVERY[name], shift), words, size=size, inline=False))
        tags = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert tags == {"svg", "title", "desc", "rect", "path", "text"}
        assert root[0].text == clean(HOSTILE[shift])
        paper, height = (float(number) for number in root.get("viewBox").split()[2:])
        for element in root.iter(f"{SVG}text"):
            left, right = reaches(element)
            assert 0 <= left <= right <= paper, element.text
            assert 0 <= float(element.get("y")) <= height


@pytest.mark.parametrize("rtl", [False, True])
def test_hostile_labels_are_drawn_as_png(*, rtl: bool) -> None:
    rows = tuple(row(f"c{place}", {"en": text}, 50) for place, text in enumerate(HOSTILE))
    png = draw(
        table(Block(WHOLE, {}, 300, rows)), hostile_words(HOSTILE[5], rtl=rtl), form="png", size="narrow"
    )
    assert png.startswith(b"\x89PNG")


def reaches(element: etree._Element) -> tuple[float, float]:
    """Left and right end of a line of text, the reserve for other fonts included."""
    bold = element.get("font-weight") is not None
    wide = width(element.text, float(element.get("font-size", "14")), bold=bold)
    x, anchor = float(element.get("x")), element.get("text-anchor", "start")
    if element.get("direction") == "rtl":
        anchor = {"start": "end", "end": "start", "middle": "middle"}[anchor]
    begin = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    return begin, begin + wide


def test_wrapping_loses_no_word_and_ends_cut_texts_in_an_ellipsis() -> None:
    text = "Messaging helps us reach newcomers we would not reach otherwise"
    lines = wrap(text, 150, 14)
    assert " ".join(lines) == text
    assert max(width(line, 14) for line in lines) <= 150
    assert wrap(text, 150, 14, most=2)[0] == lines[0]
    assert wrap("w" * 300, 100, 14, most=2)[-1].endswith("…")
    assert wrap("", 100, 14) == ("",)


def test_text_is_right_to_left_by_its_letters() -> None:
    assert [leans_right(text) for text in ("العربية", "DMSI لعام", "45%", "Français")] == [
        True,
        True,
        False,
        False,
    ]


def test_contract_does_not_bring_matplotlib() -> None:
    program = "import sys, surveys.findings.model; print('matplotlib' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, cwd=ROOT
    )
    assert run.stdout == "False\n"


def test_text_is_cleaned_of_what_would_draw_outside_its_line() -> None:
    assert clean("a\u202eb\u2066c\x00d\ud800e\ufffff\tg\nh") == "abcdef g h"
    assert clean("z" + "\u0301" * 200 + "a") == "z" + "\u0301" * 4 + "a"
    assert clean("مُدَّة\u200c no\u00a0break") == "مُدَّة\u200c no\u00a0break"


def test_compound_words_break_behind_their_hyphen_and_nothing_else_does() -> None:
    assert wrap("Colombie-Britannique", 110, 14) == ("Colombie-", "Britannique")
    assert wrap("Colombie-Britannique et 10-99 - 5", 400, 14) == ("Colombie-Britannique et 10-99 - 5",)
    assert "".join(wrap("\u0634" * 60, 100, 14, most=40)) == "\u0634" * 60
