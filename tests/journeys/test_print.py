"""Pages on paper: nothing that can only be clicked, the width of a sheet, ink whatever the screen shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page_judges import overflowing

if TYPE_CHECKING:
    from tests.browser import OpenPage

A4 = 718
"""Width of an A4 page without its margins of one centimetre, in CSS pixels."""

PAGES = [
    "",
    "findings/digital-messaging/",
    "findings/digital-messaging/platforms/?by=province",
    "case-studies/ottawa-group/",
    "toolkit/checklists/before-you-start/",
    "toolkit/templates/privacy-and-consent/",
]

ONLY_FOR_SCREENS = ".site-nav, .languages, .trail, .actions, .by-menu, .downloads, .skip"

COLOURS = """() => [...document.body.querySelectorAll('*')].map((node) => {
  const style = getComputedStyle(node);
  return [style.color, style.backgroundColor, style.borderTopColor, style.fill].join();
})"""


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_printed_page_holds_only_what_can_be_read(open_page: OpenPage, path: str, language: str) -> None:
    page = open_page(f"/{language}/{path}", lang=language, width=A4)
    page.emulate_media(media="print")
    visible = "(nodes) => nodes.filter((node) => node.checkVisibility()).map((node) => node.className)"
    assert page.locator(ONLY_FOR_SCREENS).evaluate_all(visible) == []
    assert page.locator("h1").is_visible()
    assert overflowing(page, A4) == []


@pytest.mark.parametrize("path", PAGES)
def test_printed_page_has_the_same_ink_in_dark(open_page: OpenPage, path: str) -> None:
    page = open_page(f"/en/{path}", width=A4)
    on_paper = []
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        on_paper.append(page.evaluate(COLOURS))
    assert on_paper[0] == on_paper[1]
