"""Sample tables and words that the tests of charts draw, and how they read a drawing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lxml import etree

from surveys.findings.charts_words import Words
from surveys.findings.model import NO_ANSWER, WHOLE, Block, ReleasedTable, Row

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).resolve().parents[2]

ENGLISH = Words(
    language="en",
    rtl=False,
    ids="platforms",
    title="Six in ten use WhatsApp",
    subtitle="Share of organizations",
    description="WhatsApp 60%, text messages 33%.",
    no_answer="No answer",
    note="Thin lines: 95% interval",
    few="Numbers without %: answers",
    source="Survey 2026, release 1",
)
ARABIC = replace(
    ENGLISH,
    language="ar",
    rtl=True,
    title="ست من عشر تستخدم واتساب",
    no_answer="بلا إجابة",
    base="العدد = {n}",
)


def said(english: str, arabic: str = "") -> dict[str, str]:
    return {"en": english, "fr": english, "ar": arabic or english}


def row(code: str, label: dict[str, str], percent: int | None, base: int = 300) -> Row:
    if percent is None:
        return Row(code, label, 6, base, None, None, None, "F")
    count = round(base * percent / 100)
    return Row(code, label, count, base, percent, max(0, percent - 5), min(100, percent + 5))


def table(
    *blocks: Block, kind: str = "multiple", by: str | None = None, scale: dict[str, int] | None = None
) -> ReleasedTable:
    wording = said("Which platforms?")
    return ReleasedTable("platforms", kind, wording, wording, by, {}, "shown", blocks, 1, scale=scale)


PLATFORMS = table(
    Block(
        WHOLE,
        {},
        300,
        (
            row("sms", said("Text messages", "رسائل نصية"), 33),
            row("other", said("Another", "منصة أخرى"), 41),
            row("whatsapp", said("WhatsApp", "واتساب"), 60),
            row("none", said("None of these", "لا شيء"), 9),
            row(NO_ANSWER, {}, 12),
        ),
    )
)
REGIONS = table(
    *(
        Block(
            f"r{place}",
            said(f"Region {place}", f"منطقة {place}"),
            base,
            (
                row("a", said("First"), None if base < 20 else 50 + place, base),
                row("b", said("Second"), None if base < 20 else 20 + place, base),
            ),
        )
        for place, base in enumerate((120, 60, 30, 15, 90, 45, 33))
    ),
    by="province",
)
SCALE = {"no": -2, "rather_no": -1, "so_so": 0, "rather_yes": 1, "yes": 2}
STEPS = (("no", 11), ("rather_no", 18), ("so_so", 20), ("rather_yes", 27), ("yes", 14), ("na", 7))


def statement(name: str, percents: tuple[tuple[str, int], ...]) -> Block:
    rows = tuple(row(code, said(code.replace("_", " ")), percent) for code, percent in percents)
    return Block(WHOLE, {}, 300, (*rows, row(NO_ANSWER, {}, 3)), name, said(f"Statement {name}"))


GRID = table(
    statement("one", STEPS),
    statement(
        "two", (("no", 5), ("rather_no", 6), ("so_so", 12), ("rather_yes", 40), ("yes", 30), ("na", 4))
    ),
    kind="likert",
    scale=SCALE,
)
BANDS = replace(PLATFORMS, kind="bands")
EVERY = {"multiple": PLATFORMS, "regions": REGIONS, "likert": GRID, "bands": BANDS}


def parsed(svg: bytes) -> etree._Element:
    return etree.fromstring(svg)


def texts(root: etree._Element) -> list[str]:
    return [element.text for element in root.iter(f"{SVG}text")]


def bars(root: etree._Element) -> list[dict[str, float]]:
    names = ("x", "y", "width", "height")
    return [{name: float(element.get(name)) for name in names} for element in root.iter(f"{SVG}rect")]
