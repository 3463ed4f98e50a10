"""Charts: what they show, in which order and direction, and what a page and a file carry."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.findings.charts import Words, draw, draw_published
from surveys.findings.model import (
    WHOLE,
    Block,
    PublishedFigure,
    PublishedValue,
)
from tests.findings.chart_samples import (
    ARABIC,
    BANDS,
    ENGLISH,
    EVERY,
    GRID,
    PLATFORMS,
    REGIONS,
    ROOT,
    SVG,
    bars,
    parsed,
    row,
    said,
    table,
    texts,
)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("words", [ENGLISH, ARABIC], ids=["en", "ar"])
def test_chart_in_a_page_is_accessible_and_without_style(name: str, size: str, words: Words) -> None:
    svg = draw(EVERY[name], words, size=size)
    root = parsed(svg)
    assert root.tag == f"{SVG}svg"
    assert not re.search(rb"style|<\?xml|<!DOCTYPE|<metadata|clip|class=|href|on\w+=", svg)
    assert (root.get("role"), root.get("aria-labelledby"), root.get("lang")) == (
        "img",
        "platforms-title platforms-desc",
        words.language,
    )
    assert [element.get("id") for element in root.iter() if element.get("id")] == [
        "platforms-title",
        "platforms-desc",
    ]
    assert [root[0].text, root[1].text] == [words.title, words.description]
    assert (root.get("width"), root.get("height")) == (None, None)
    assert root.get("viewBox").split()[:3] == ["0", "0", "720" if size == "wide" else "360"]


def test_chart_in_a_page_colours_by_property_and_in_a_file_by_value() -> None:
    page, file = (draw(GRID, ENGLISH, inline=inline) for inline in (True, False))
    fills = {element.get("fill") for element in parsed(page).iter() if element.get("fill")}
    assert fills == {
        "var(--ink,#1d2530)",
        "var(--soft,#55606d)",
        "var(--paper,#ffffff)",
        "var(--muted,#b9b3a8)",
        "var(--c1,#12436d)",
        "var(--c3,#801650)",
    }
    assert b"var(" not in file
    assert file.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<svg ")


@pytest.mark.parametrize("form", ["svg", "png"])
def test_chart_is_the_same_in_another_process(form: str) -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import test_charts as t\n"
        f"sys.stdout.buffer.write(t.draw(t.GRID, t.ARABIC, form={form!r}, inline=False))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(ROOT), str(Path(__file__).parent)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert run.stdout == draw(GRID, ARABIC, form=form, inline=False)


def test_bars_stand_by_share_with_other_none_and_no_answer_last() -> None:
    assert texts(parsed(draw(PLATFORMS, ENGLISH))) == [
        *("WhatsApp", "60%", "Text messages", "33%", "Another", "41%"),
        *("None of these", "9%", "No answer", "12%"),
        "n = 300 · Thin lines: 95% interval",
    ]


def test_bands_keep_their_order_with_no_answer_last() -> None:
    first = PLATFORMS.blocks[0]
    moved = replace(BANDS, blocks=(replace(first, rows=(first.rows[-1], *first.rows[:-1])),))
    shown = texts(parsed(draw(moved, ENGLISH)))
    assert shown[1:10:2] == ["33%", "41%", "60%", "9%", "12%"]


@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("words", [ENGLISH, ARABIC], ids=["en", "ar"])
def test_bar_is_as_long_as_its_share(size: str, words: Words) -> None:
    drawn = bars(parsed(draw(PLATFORMS, words, size=size)))
    assert [bar["width"] / drawn[0]["width"] for bar in drawn] == pytest.approx(
        [share / 60 for share in (60, 33, 41, 9, 12)], abs=0.001
    )


def test_bars_of_all_levels_share_one_scale() -> None:
    for size in ("wide", "narrow"):
        widths = sorted(bar["width"] for bar in bars(parsed(draw(REGIONS, ENGLISH, size=size))))
        shares = sorted([50, 51, 52, 54, 55, 56, 20, 21, 22, 24, 25, 26])
        assert [wide / widths[0] for wide in widths] == pytest.approx(
            [share / shares[0] for share in shares], abs=0.005
        )


def test_level_with_too_few_answers_shows_counts_and_no_bar() -> None:
    few = replace(REGIONS, blocks=(REGIONS.blocks[3], REGIONS.blocks[0]))
    root = parsed(draw(few, ENGLISH))
    assert texts(root) == [
        *("Region 3", "n = 15", "Region 0", "n = 120"),
        *("First", "6", "50%", "Second", "6", "20%"),
        "Thin lines: 95% interval · Numbers without %: answers",
    ]
    assert len(bars(root)) == 2


def test_chart_of_counts_alone_draws_no_interval() -> None:
    root = parsed(draw(replace(REGIONS, by=None, blocks=(REGIONS.blocks[3],)), ENGLISH))
    assert texts(root) == ["First", "6", "Second", "6", "n = 15 · Numbers without %: answers"]
    assert [path.get("d").count("M") for path in root.iter(f"{SVG}path")] == [1]


def test_likert_shows_shares_totals_and_answers_outside_the_scale() -> None:
    root = parsed(draw(replace(GRID, blocks=GRID.blocks[:1]), ENGLISH))
    assert texts(root) == [
        *("no", "rather no", "so so", "rather yes", "yes"),
        *("na", "No", "answer"),
        "Statement one",
        *("11%", "18%", "20%", "27%", "14%", "29%", "41%"),
        *("7%", "3%"),
        "n = 300",
    ]
    stack = bars(root)[5:]
    assert [bar["width"] / stack[0]["width"] for bar in stack] == pytest.approx(
        [share / 11 for share in (11, 18, 20, 27, 14)], abs=0.005
    )


def test_likert_is_centred_on_the_middle_of_the_neutral_answer() -> None:
    root = parsed(draw(GRID, ENGLISH))
    stacks = [bars(root)[5:10], bars(root)[10:15]]
    middles = [stack[2]["x"] + stack[2]["width"] / 2 for stack in stacks]
    assert middles[0] == pytest.approx(middles[1], abs=0.1)


def test_likert_statements_stand_by_agreement() -> None:
    shown = texts(parsed(draw(GRID, ENGLISH)))
    assert [text for text in shown if text.startswith("Statement")] == ["Statement two", "Statement one"]


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_right_to_left_is_the_mirror_image(name: str, size: str) -> None:
    mirrored = replace(ENGLISH, rtl=True)
    left, right = (parsed(draw(EVERY[name], words, size=size)) for words in (ENGLISH, mirrored))
    paper = 720 if size == "wide" else 360
    assert [paper - bar["x"] - bar["width"] for bar in bars(right)] == pytest.approx(
        [bar["x"] for bar in bars(left)], abs=0.11
    )
    assert [paper - float(text.get("x")) for text in right.iter(f"{SVG}text")] == pytest.approx(
        [float(text.get("x")) for text in left.iter(f"{SVG}text")], abs=0.11
    )


def test_arabic_label_starts_at_the_right_edge_and_keeps_its_letters() -> None:
    root = parsed(draw(PLATFORMS, ARABIC))
    label, figure = list(root.iter(f"{SVG}text"))[:2]
    assert (label.text, label.get("direction"), label.get("text-anchor"), label.get("x")) == (
        "واتساب",
        "rtl",
        None,
        "718",
    )
    assert (figure.text, figure.get("direction")) == ("60%", None)
    assert root.get("direction") == "ltr"


def test_arabic_label_that_begins_in_latin_is_marked_as_arabic() -> None:
    block = Block(WHOLE, {}, 300, (row("wechat", said("WeChat", "WeChat (وي تشات)"), 21),))
    assert texts(parsed(draw(table(block), ARABIC)))[0] == "\u200fWeChat (وي تشات)"


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_file_carries_notice_title_source_and_base(size: str) -> None:
    words = replace(ENGLISH, notice="DEMONSTRATION DATA")
    shown = texts(parsed(draw(PLATFORMS, words, size=size, inline=False)))
    assert shown[:3] == ["DEMONSTRATION DATA", "Six in ten use WhatsApp", "Share of organizations"]
    assert shown[-2:] == ["n = 300 · Thin lines: 95% interval", "Survey 2026, release 1"]


def test_page_carries_the_notice_and_leaves_title_and_source_to_the_page() -> None:
    shown = texts(parsed(draw(PLATFORMS, replace(ENGLISH, notice="DEMONSTRATION DATA"))))
    assert shown[:2] == ["DEMONSTRATION DATA", "WhatsApp"]
    assert shown[-1] == "n = 300 · Thin lines: 95% interval"


@pytest.mark.parametrize(("size", "pixels"), [("wide", 2000), ("narrow", 1000)])
def test_png_is_drawn_at_200_dots_to_the_inch(size: str, pixels: int) -> None:
    png = draw(PLATFORMS, ARABIC, form="png", size=size)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", png[16:20]) == (pixels,)
    assert b"Software" not in png


def test_published_figure_keeps_its_order_and_writes_numbers_in_the_language() -> None:
    values = (PublishedValue("a", said("Answers"), 126), PublishedValue("b", said("Organizations"), 1543.5))
    figure = PublishedFigure(
        "scan", said("The scan"), "count", values, said("A report"), "2018", "https://a.example/"
    )
    french = replace(ENGLISH, language="fr", group="\u202f", decimal=",")
    root = parsed(draw_published(figure, french))
    assert texts(root) == ["Answers", "126", "Organizations", "1\u202f543,5"]
    assert bars(root)[0]["width"] / bars(root)[1]["width"] == pytest.approx(126 / 1543.5, abs=0.001)
    shares = replace(figure, unit="percent", values=(PublishedValue("a", said("Answers"), 36.5),))
    assert texts(parsed(draw_published(shares, replace(french, percent="{n}\u00a0%")))) == [
        "Answers",
        "36,5\u00a0%",
    ]


@pytest.mark.parametrize("other", [None, {}, "table", PLATFORMS.blocks[0]])
def test_nothing_but_released_tables_is_drawn(other: object) -> None:
    with pytest.raises(TypeError, match="only a ReleasedTable is drawn"):
        draw(other, ENGLISH)
    with pytest.raises(TypeError, match="only a PublishedFigure is drawn"):
        draw_published(other, ENGLISH)


def test_withheld_table_is_refused() -> None:
    with pytest.raises(ValueError, match="the table of platforms is withheld"):
        draw(replace(PLATFORMS, state="withheld", blocks=(), needed=20), ENGLISH)


@pytest.mark.parametrize("ids", ["", "1a", "a b", 'a"b', "a\n"])
def test_prefix_that_cannot_begin_an_id_is_refused(ids: str) -> None:
    with pytest.raises(ValueError, match="ids must be letters"):
        replace(ENGLISH, ids=ids)
