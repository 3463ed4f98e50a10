"""The toolkit in a browser: ticks that are remembered, carried and printed; a form filled in by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page_judges import axe, hidden_focus, overflowing, wrong_direction

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import OpenPage

LIST = "/en/toolkit/checklists/day-to-day/"
MESSAGE = "toolkit/templates/after-hours-message/"
PHONE = 320
A4 = 718
"""Widths in CSS pixels."""

MARGINS = {"top": "1.5cm", "bottom": "1.5cm", "left": "1cm", "right": "1cm"}
ANSWERED = (
    "purpose=answer_questions&apps=whatsapp&size=257_to_1024&risk=little&access=data&hours=full&voice=reads"
)


def ticked(page: Page) -> list[str]:
    """The ids of the ticked boxes."""
    return page.locator("input[name=done]:checked").evaluate_all("(boxes) => boxes.map((box) => box.value)")


def progress(page: Page) -> str:
    """What is announced of the progress."""
    return page.get_by_role("status").inner_text()


def tick(page: Page, *idents: str) -> None:
    """Tick items as a reader does."""
    for ident in idents:
        page.locator(f"input[value={ident}]").click()


def test_ticks_are_remembered_on_the_device_in_every_language(open_page: OpenPage) -> None:
    page = open_page(LIST)
    assert progress(page) == "0 of 12 done"
    tick(page, "night", "off")
    assert progress(page) == "2 of 12 done"

    page.reload()
    assert ticked(page) == ["night", "off"]
    page.goto(LIST.replace("/en/", "/ar/"))
    assert ticked(page) == ["night", "off"]


def test_clear_forgets_the_ticks(open_page: OpenPage) -> None:
    page = open_page(LIST)
    tick(page, "night")
    page.get_by_role("link", name="Clear").click()
    assert (ticked(page), progress(page)) == ([], "0 of 12 done")

    page.reload()
    assert ticked(page) == []
    assert page.evaluate("() => localStorage.length") == 0


def test_link_carries_the_ticks(open_page: OpenPage) -> None:
    page = open_page(LIST)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tick(page, "talk", "night")
    page.get_by_role("button", name="Copy a link with these ticks").click()
    page.get_by_role("button", name="Copied").wait_for()
    link = page.get_by_label("Link with these ticks").input_value()
    assert link.endswith(f"{LIST}?done=night.talk")
    assert page.evaluate("() => navigator.clipboard.readText()") == link

    assert ticked(open_page(link)) == ["night", "talk"]


def test_ticks_of_the_address_win_and_the_devices_wait(open_page: OpenPage) -> None:
    page = open_page(LIST)
    tick(page, "night", "open")
    page.goto(f"{LIST}?done=talk")
    assert ticked(page) == ["talk"]
    tick(page, "off")
    assert page.url.endswith("?done=off.talk")

    page.get_by_role("button", name="Show mine").click()
    assert ticked(page) == ["night", "open"]
    assert page.url.endswith(LIST)
    page.reload()
    assert ticked(page) == ["night", "open"]


def test_reader_may_keep_the_ticks_of_the_address(open_page: OpenPage) -> None:
    page = open_page(LIST)
    tick(page, "night")
    page.goto(f"{LIST}?done=talk.off")
    page.get_by_role("button", name="Keep the ticks shown").click()

    page.goto(LIST)
    assert ticked(page) == ["off", "talk"]
    assert not page.get_by_role("button", name="Show mine").is_visible()


def test_ticks_of_an_address_are_only_looked_at_until_something_is_ticked(open_page: OpenPage) -> None:
    page = open_page(f"{LIST}?done=talk")
    page.goto(LIST)
    assert ticked(page) == []
    page.goto(f"{LIST}?done=talk")
    tick(page, "off")
    page.goto(LIST)
    assert ticked(page) == ["off", "talk"]


def test_list_works_where_the_browser_keeps_nothing(open_page: OpenPage) -> None:
    page = open_page("/en/")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
    )
    page.goto(LIST)
    tick(page, "night")
    assert progress(page) == "1 of 12 done"
    assert page.get_by_text("Ticks stay on this page only while it is open.").is_visible()


def test_without_scripts_the_address_keeps_the_ticks(open_page: OpenPage) -> None:
    page = open_page(LIST, javascript=False)
    tick(page, "night", "talk")
    page.get_by_role("button", name="Make a link with these ticks").click()
    assert page.url.endswith("?done=night.talk")
    assert ticked(page) == ["night", "talk"]
    page.get_by_role("link", name="Clear").click()
    assert ticked(page) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_printed_list_has_boxes_and_room_for_notes(open_page: OpenPage, language: str) -> None:
    page = open_page(f"/{language}/toolkit/checklists/day-to-day/?done=night", lang=language, width=A4)
    page.emulate_media(media="print")
    assert overflowing(page, A4) == []
    assert page.locator("input[name=done]").count() == 12
    assert page.locator(".notes-line").is_visible()
    for hidden in ("[data-progress]", ".used-in", ".site-foot"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert not page.locator("#ticks-link").is_visible()
    borders = "(boxes) => new Set(boxes.map((box) => getComputedStyle(box).borderTopStyle)).size"
    assert page.locator("input[name=done]").evaluate_all(borders) == 1


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("slug", ["before-you-start", "day-to-day", "privacy-and-consent"])
def test_list_prints_on_one_page(open_page: OpenPage, slug: str, language: str) -> None:
    page = open_page(f"/{language}/toolkit/checklists/{slug}/", lang=language, width=A4)
    assert page.pdf(format="A4", margin=MARGINS).count(b"/Type /Page\n") == 1


def test_result_of_the_chooser_is_copied(open_page: OpenPage) -> None:
    page = open_page(f"/en/toolkit/chooser/?{ANSWERED}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == page.get_by_label("Address of this result").input_value()
    assert copied.endswith(f"/en/toolkit/chooser/?{ANSWERED}")
    whole = "(field) => field.scrollHeight <= field.clientHeight && field.scrollWidth <= field.clientWidth"
    assert page.get_by_label("Address of this result").evaluate(whole)


def test_form_is_filled_in_by_keyboard_and_downloaded(open_page: OpenPage) -> None:
    page = open_page(f"/en/{MESSAGE}")
    page.get_by_label("Organization name").fill("Harbour Centre")
    page.get_by_label("Organization name").press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("Monday to Friday").is_checked()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download (.docx)").press("Enter")
    assert download.value.suggested_filename == "after-hours-message-en.docx"


def test_filled_text_is_shown_copied_and_printed_alone(open_page: OpenPage) -> None:
    page = open_page(f"/en/{MESSAGE}", width=A4)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("Organization name").fill("Harbour Centre")
    page.get_by_role("button", name="Show it to print").click()
    page.get_by_role("button", name="Copy", exact=True).first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("Hello, this is Harbour Centre.")

    page.emulate_media(media="print")
    assert overflowing(page, A4) == []
    assert not page.get_by_label("Organization name").is_visible()
    ours = page.locator(".site-foot, .lead, main .notice, textarea, .used-in")
    assert ours.evaluate_all("(nodes) => nodes.filter((node) => node.checkVisibility()).length") == 0
    assert page.locator("bdi", has_text="Harbour Centre").first.is_visible()


def test_complaint_takes_the_focus_and_leads_to_its_field(open_page: OpenPage) -> None:
    page = open_page(f"/en/{MESSAGE}")
    page.get_by_label("From, for example 9:00").fill("nine")
    page.get_by_role("button", name="Show it to print").click()
    page.locator(".error-summary:focus").wait_for()
    page.get_by_role("link", name="Write a time as 9:00 or 17:30.").click()
    assert page.evaluate("() => document.activeElement.id") == "b-hours.from"


@pytest.mark.parametrize(
    ("language", "path"),
    [
        ("en", f"/en/{MESSAGE}"),
        ("ar", f"/ar/{MESSAGE}"),
        ("ar", "/ar/toolkit/templates/messaging-policy/"),
        ("ar", "/ar/toolkit/organize-and-run/"),
        ("en", f"{LIST}?done=night"),
    ],
)
def test_page_has_no_fault(open_page: OpenPage, language: str, path: str) -> None:
    page = open_page(path, lang=language)
    assert axe(page) == []
    assert overflowing(page, PHONE) == []
    assert hidden_focus(page) == []
    assert wrong_direction(page, "rtl" if language == "ar" else "ltr") == []


def test_filled_page_has_no_fault(open_page: OpenPage) -> None:
    page = open_page("/en/toolkit/templates/messaging-policy/", dark=True)
    page.get_by_label("Organization name").fill("W" * 200)
    page.get_by_label("From, for example 9:00").fill("9")
    page.get_by_role("button", name="Show it to print").click()
    assert axe(page) == []
    page.get_by_label("To, for example 17:00").fill("17")
    page.get_by_role("button", name="Show it to print").click()
    assert axe(page) == []
    assert overflowing(page, PHONE) == []
