"""Case studies in a browser: filtered on a phone and on a desk, compared in a narrow window and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page_judges import axe, hidden_focus, overflowing, wrong_direction

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import OpenPage

PHONE, WIDE_PHONE, DESK, A4 = 320, 360, 1280, 718
"""Widths in CSS pixels."""

COMPARED = "case-studies/compare/?a=ottawa-group&b=francophone-portal"
DIRECTIONS = {"en": "ltr", "ar": "rtl"}


def test_filters_wait_behind_a_line_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/en/case-studies/", width=PHONE)
    box = page.get_by_label("Telegram", exact=False).first
    assert not box.is_visible()
    page.locator("summary").first.click()
    box.check()
    page.get_by_role("button", name="Show these").click()
    assert "platform=telegram" in page.url
    assert page.locator("article.card").count() == 1
    assert overflowing(page, PHONE) == []
    page.locator(".chips a").first.click()
    assert page.locator("article.card").count() == 10


def test_filters_stand_open_on_a_desk(open_page: OpenPage) -> None:
    page = open_page("/en/case-studies/", width=DESK)
    button = page.get_by_role("button", name="Show these")
    assert button.is_visible()
    place, window = button.bounding_box(), page.viewport_size
    assert place is not None
    assert window is not None
    assert place["y"] + place["height"] <= window["height"]
    assert hidden_focus(page) == []


def bottom(page: Page, selector: str) -> float:
    """Where the lowest of some elements ends, in CSS pixels from the top of the window."""
    ends = page.locator(selector).evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().bottom)"
    )
    return max(ends)


@pytest.mark.parametrize("path", ["case-studies/ottawa-group/", "conference/summit-2020/"])
def test_everything_ends_above_the_footer_on_a_phone(open_page: OpenPage, path: str) -> None:
    page = open_page(f"/en/{path}", width=WIDE_PHONE)
    foot = page.locator("footer.site-foot").bounding_box()
    assert foot is not None
    assert bottom(page, "aside, aside *") <= foot["y"]


def test_values_at_a_glance_have_room_on_a_desk(open_page: OpenPage) -> None:
    page = open_page("/en/case-studies/ottawa-group/", width=DESK)
    widths = page.locator("aside .facts dd").evaluate_all("(all) => all.map((one) => one.clientWidth)")
    assert min(widths) > 120


def test_two_are_chosen_in_the_list_by_keyboard_and_compared(open_page: OpenPage) -> None:
    page = open_page("/en/case-studies/", width=DESK)
    for slug in ("ottawa-group", "francophone-portal"):
        page.locator(f"input[value='{slug}']").focus()
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?a=ottawa-group&b=francophone-portal")
    assert page.locator("tbody tr").count() > 12


@pytest.mark.parametrize("language", ["en", "ar"])
def test_comparison_is_stacked_on_a_phone_and_a_table_on_paper(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/{COMPARED}", lang=language, width=PHONE)
    assert axe(page) == []
    assert overflowing(page, PHONE) == []
    assert wrong_direction(page, DIRECTIONS[language]) == []
    display = "(cell) => getComputedStyle(cell).display"
    assert page.locator("tbody td").first.evaluate(display) == "block"
    head = page.locator("tbody th").first.bounding_box()
    assert head is not None
    assert head["width"] > PHONE * 3 / 4
    page.emulate_media(media="print")
    assert page.locator("tbody td").first.evaluate(display) == "table-cell"
    assert overflowing(page, A4) == []


def test_change_of_platform_reads_from_right_to_left_in_arabic(open_page: OpenPage) -> None:
    page = open_page("/ar/case-studies/ottawa-group/", lang="ar", width=DESK)
    first, second = (page.locator(".switch-line .bubble").nth(number).bounding_box() for number in (0, 1))
    assert first is not None
    assert second is not None
    assert first["x"] > second["x"]
