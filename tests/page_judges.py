"""Judges of a page open in Chromium: axe-core, and three things that no engine sees.

Each answers the faults it found as sentences, so that a test reads `assert axe(page) == []`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_STOPS = 80
"""How many stops of the Tab key are looked at."""

_OVERFLOWING = """() => {
  const root = document.documentElement, width = root.clientWidth;
  if (root.scrollWidth <= width) return [];
  const scrolls = (node) => node && node !== document.body && node !== root &&
    (getComputedStyle(node).overflowX !== 'visible' || scrolls(node.parentElement));
  const name = (node) => node.cloneNode(false).outerHTML.slice(0, 120);
  const wide = [...document.body.querySelectorAll('*')].filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && (box.right > width + 1 || box.left < -1) && !scrolls(node.parentElement);
  });
  const found = wide.filter((node) => !wide.some((other) => other !== node && node.contains(other)));
  return [`the page is ${root.scrollWidth} px wide in ${width}`, ...found.slice(0, 5).map(name)];
}"""

_REMEMBER = """() => {
  const looks = (node) => {
    const s = getComputedStyle(node);
    const ring = s.outlineStyle === 'none' || s.outlineWidth === '0px' ? '' :
      [s.outlineStyle, s.outlineWidth, s.outlineColor].join();
    const rest = [s.boxShadow, s.backgroundColor, s.borderColor, s.borderWidth, s.textDecoration];
    return [ring, ...rest].join('|');
  };
  const around = (node) =>
    [node, node.parentElement, node.nextElementSibling, ...(node.labels || [])].filter(Boolean);
  const calm = new Map();
  document.activeElement?.blur();
  for (const node of document.querySelectorAll('*')) calm.set(node, looks(node));
  window.__focus = { seen: new Set(), judge() {
    const node = document.activeElement;
    if (!node || node === document.body || node === document.documentElement) return { end: true };
    if (this.seen.has(node)) return { end: true };
    this.seen.add(node);
    const box = node.getBoundingClientRect();
    const changed = around(node).some((other) => looks(other) !== calm.get(other));
    const html = node.outerHTML.slice(0, 120);
    return { end: false, html, changed, empty: box.width === 0 || box.height === 0 };
  } };
}"""


def axe(page: Page) -> list[str]:
    """Everything axe-core complains of; the page needs JavaScript, and its policy stays in force.

    The program is evaluated by the debugger, which no Content-Security-Policy stops. Joined Arabic letters
    look to it like an icon font, whose contrast it leaves alone: judge the same page in English for colours.
    """
    session = page.context.new_cdp_session(page)
    try:
        _evaluate(session, _program())
        result = _evaluate(session, "axe.run(document, {resultTypes: ['violations']})")
    finally:
        session.detach()
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {node['html'][:160]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


@cache
def _program() -> str:
    import axe_playwright_python  # noqa: PLC0415 - only its copy of axe-core is wanted

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text() + "\n;0"


def _evaluate(session: Any, code: str) -> Any:
    answer = session.send(
        "Runtime.evaluate", {"expression": code, "awaitPromise": True, "returnByValue": True}
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(f"axe-core: {answer['exceptionDetails']}")
    return answer["result"].get("value")


def overflowing(page: Page, width: int = 320) -> list[str]:
    """What makes the page scroll sideways in a window of this width, in CSS pixels."""
    size = page.viewport_size or {"width": 1280, "height": 900}
    page.set_viewport_size({"width": width, "height": size["height"]})
    found: list[str] = page.evaluate(_OVERFLOWING)
    page.set_viewport_size(size)
    return found


def hidden_focus(page: Page) -> list[str]:
    """The elements that look the same with the keyboard's focus as without it."""
    page.evaluate(_REMEMBER)
    faults = []
    stops = 0
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate("() => window.__focus.judge()")
        if stop["end"]:
            break
        stops += 1
        if not stop["changed"]:
            faults.append(f"no visible focus: {stop['html']}")
        elif stop["empty"]:
            faults.append(f"focus on nothing visible: {stop['html']}")
    return faults if stops else ["nothing on the page takes the focus"]


def wrong_direction(page: Page, direction: str) -> list[str]:
    """Whether the page really runs the other way: the start of its text is not on the side it should be."""
    computed = page.evaluate("() => getComputedStyle(document.body).direction")
    return [] if computed == direction else [f"the page runs {computed} instead of {direction}"]
