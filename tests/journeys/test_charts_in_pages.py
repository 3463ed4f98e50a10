"""Charts as a browser draws them in a page: whole, mirrored for Arabic, legible in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import OpenPage

FINDINGS = "findings/digital-messaging/"
PAGES = {
    "home": "",
    "multiple": f"{FINDINGS}platforms/",
    "single": f"{FINDINGS}uses_messaging/",
    "split": f"{FINDINGS}platforms/?by=province",
    "likert": f"{FINDINGS}barriers/",
    "bands": f"{FINDINGS}reach/",
    "all-of-a-survey": FINDINGS,
    "known-so-far": "findings/known-so-far/",
}
WIDTHS = {1280: "wide", 360: "narrow"}

TEXT_FAULTS = """() => {
  const faults = [];
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 &&
    a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const shared = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
    Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const charts = [...document.querySelectorAll('main figure svg')].filter((svg) => svg.checkVisibility());
  for (const svg of charts) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map((node) =>
      [node.textContent, node.getBoundingClientRect()]);
    for (const [words, box] of texts) if (!inside(box, frame)) faults.push(`cut off: ${words}`);
    texts.forEach(([words, box], index) => {
      for (const [other, its] of texts.slice(index + 1)) {
        if (shared(box, its) > 0.1 * Math.min(box.width * box.height, its.width * its.height)) {
          faults.push(`one on the other: ${words} | ${other}`);
        }
      }
    });
  }
  return [charts.length, faults];
}"""

BARS = """() => {
  const svg = [...document.querySelectorAll('main figure svg')].find((chart) => chart.checkVisibility());
  return [...svg.querySelectorAll('rect[fill^="var(--c1"], rect[fill^="var(--c5"]')].map((bar) => {
    const box = bar.getBoundingClientRect();
    return { start: Math.round(box.left), end: Math.round(box.right), fill: getComputedStyle(bar).fill };
  });
}"""

COLOURS = """() => {
  const solid = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return node.parentElement && /, 0\\)$/.test(colour) ? solid(node.parentElement) : colour;
  };
  const covers = (outer, x, y) => outer.left <= x && x <= outer.right && outer.top <= y && y <= outer.bottom;
  const charts = [...document.querySelectorAll('main figure svg')].filter((svg) => svg.checkVisibility());
  return charts.flatMap((svg) => [...svg.querySelectorAll('text')].map((text) => {
    const box = text.getBoundingClientRect();
    const under = [...svg.querySelectorAll('rect')].filter((rect) =>
      covers(rect.getBoundingClientRect(), (box.left + box.right) / 2, (box.top + box.bottom) / 2)).pop();
    const ground = solid(svg.parentElement);
    const paint = under ? getComputedStyle(under) : { fill: ground, fillOpacity: 1 };
    return [text.textContent, getComputedStyle(text).fill, ground, paint.fill, Number(paint.fillOpacity)];
  }));
}"""


def channels(colour: str) -> tuple[float, ...]:
    """The three channels of a computed colour such as `rgb(18, 67, 109)`, each from 0 to 1."""
    assert colour.startswith("rgb("), colour
    return tuple(float(part) / 255 for part in colour[4:-1].split(","))


def painted(ground: str, paint: str, opacity: float) -> tuple[float, ...]:
    """The channels of a colour laid over another."""
    pairs = zip(channels(ground), channels(paint), strict=True)
    return tuple(below * (1 - opacity) + above * opacity for below, above in pairs)


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance, by WCAG 2.2."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Contrast ratio of two colours, by WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def bars(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(BARS)
    return found


def test_contrast_of_known_colours() -> None:
    white, grey, black = (channels(f"rgb({c}, {c}, {c})") for c in (255, 119, 0))
    assert [round(contrast(white, black), 2), round(contrast(grey, white), 2)] == [21, 4.48]
    assert painted("rgb(255, 255, 255)", "rgb(0, 0, 0)", 0.25) == (0.75, 0.75, 0.75)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_chart_texts_are_whole_and_apart(open_page: OpenPage, language: str, width: int) -> None:
    page = open_page(f"/{language}/", lang=language, width=width)
    faults = {}
    for name, path in PAGES.items():
        page.goto(f"/{language}/{path}")
        charts, found = page.evaluate(TEXT_FAULTS)
        assert charts > 0, f"{name} shows no chart"
        if found:
            faults[name] = found
    assert faults == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_chart_is_drawn_for_the_width(open_page: OpenPage, width: int) -> None:
    page = open_page(f"/en/{PAGES['multiple']}", width=width)
    shown = "(boxes) => boxes.filter((box) => box.checkVisibility()).map((box) => box.className)"
    assert page.locator("main figure > div").evaluate_all(shown) == [f"chart-{WIDTHS[width]}"]


@pytest.mark.parametrize("width", WIDTHS)
def test_chart_in_arabic_is_the_mirror_image(open_page: OpenPage, width: int) -> None:
    page = open_page(f"/en/{PAGES['multiple']}", width=width)
    rightwards = bars(page)
    page.goto(f"/ar/{PAGES['multiple']}")
    leftwards = bars(page)
    assert [len({bar["start"] for bar in rightwards}), len({bar["end"] for bar in leftwards})] == [1, 1]
    shares = []
    for drawn in (rightwards, leftwards):
        lengths = [bar["end"] - bar["start"] for bar in drawn]
        assert min(lengths) >= 1
        shares.append([length / max(lengths) for length in lengths])
    # Longer labels leave less room for the bars; their proportions stay, but for whole pixels.
    assert shares[0] == pytest.approx(shares[1], abs=0.02)
    assert len(shares[0]) > 5


def test_chart_in_dark_has_its_own_colours(open_page: OpenPage) -> None:
    fills = {}
    for scheme in (False, True):
        page = open_page(f"/en/{PAGES['multiple']}", dark=scheme)
        fills[scheme] = {bar["fill"] for bar in bars(page)}
    assert fills == {
        False: {"rgb(18, 67, 109)", "rgb(107, 118, 131)"},
        True: {"rgb(125, 180, 230)", "rgb(152, 162, 173)"},
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["home", "multiple", "split", "likert", "known-so-far"])
def test_chart_texts_stand_out(open_page: OpenPage, name: str, *, dark: bool) -> None:
    page = open_page(f"/en/{PAGES[name]}", dark=dark)
    texts = page.evaluate(COLOURS)
    contrasts = [(words, contrast(channels(ink), painted(*under))) for words, ink, *under in texts]
    assert len(contrasts) > 5
    assert [(words, found) for words, found in contrasts if found < 4.5] == []
