"""An organization answers the survey in a browser, from the survey's page to the receipt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import respondent
from tests.page_judges import axe, overflowing, wrong_direction

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import OpenPage

CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4})+")

PATH = [
    "organization",
    "place",
    "offer",
    "messaging",
    "tools",
    "purposes",
    "audience",
    "team",
    "practice",
    "moves",
    "obstacles",
    "support",
    "ahead",
]
"""The pages of an organization that uses digital messaging."""


def survey_page(language: str) -> str:
    return f"/{language}/surveys/{respondent.SURVEY}/"


def begun(open_page: OpenPage, **options: object) -> Page:
    """A response just begun, on its first page."""
    page = open_page(survey_page(str(options.get("lang", "en"))), **options)
    respondent.start(page)
    return page


def test_journey_in_english_has_no_fault(open_page: OpenPage) -> None:
    page = open_page(survey_page("en"))
    faults: dict[str, list[str]] = {}

    def look(page: Page) -> None:
        faults[respondent.name_of(page)] = axe(page)

    look(page)
    respondent.start(page)
    respondent.go_on(page)
    expect(page.locator(".error-summary")).to_be_visible()
    faults["refused"] = axe(page)
    assert respondent.answered_until(page, "review", look) == PATH
    look(page)
    page.goto(page.url.replace("review/", ""))
    faults["overview"] = axe(page)
    page.goto(f"{page.url}review/")
    assert CODE.fullmatch(respondent.submit(page))
    look(page)
    assert list(faults) == [respondent.SURVEY, "refused", *PATH, "review", "overview", "done"]
    assert {place: found for place, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("language", "direction", "javascript"), [("ar", "rtl", False), ("fr", "ltr", True)], ids=["ar", "fr"]
)
def test_journey_on_a_phone(open_page: OpenPage, language: str, direction: str, *, javascript: bool) -> None:
    page = open_page(survey_page(language), lang=language, width=360, javascript=javascript)
    faults: list[str] = []

    def look(page: Page) -> None:
        faults.extend(f"{respondent.name_of(page)}: {fault}" for fault in overflowing(page, 320))
        faults.extend(wrong_direction(page, direction))

    look(page)
    respondent.start(page)
    # Without a script the question that an answer brings is asked by a second visit to its page.
    assert list(dict.fromkeys(respondent.answered_until(page, "review", look))) == PATH
    look(page)
    assert CODE.fullmatch(respondent.submit(page))
    look(page)
    assert faults == []
    assert page.context.cookies() == []


def test_journey_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(survey_page("en"))
    press = page.keyboard.press

    def reach(selector: str) -> None:
        for _ in range(120):
            if page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
            press("Tab")
        raise AssertionError(f"the Tab key never comes to {selector} on {page.url}")

    def commit() -> None:
        with page.expect_navigation():
            press("Enter")

    reach("main form button")
    commit()
    for _ in range(respondent.LONGEST):
        place = respondent.name_of(page)
        if place == "review":
            break
        for group in page.evaluate(GROUPS):
            reach(f'[name="{group}"]')
            press("Space")
        if place == "messaging":
            expect(page.locator("[name=uses_messaging]").first).to_be_checked()
        reach("main form .actions button")
        commit()
    reach("main form button")
    commit()
    assert CODE.fullmatch(page.locator(".receipt-code").inner_text())


GROUPS = """() => {
  const boxes = [...document.querySelectorAll('main form input:is([type=radio], [type=checkbox])')];
  const asked = boxes.filter((box) => box.checkVisibility() && box.name !== 'contact_consent');
  return [...new Set(asked.map((box) => box.name))];
}"""
"""The names of the choices to be made on a page."""


def to(page: Page, place: str) -> None:
    """Go straight to a page of an organization that uses digital messaging."""
    page.goto(page.url.replace("/organization/", "/messaging/"))
    page.locator("[name=uses_messaging][value=yes]").check()
    respondent.go_on(page)
    page.goto(page.url.replace("/tools/", f"/{place}/"))


def test_conditional_question_appears_at_once(open_page: OpenPage) -> None:
    page = begun(open_page)
    to(page, "moves")
    question = page.locator("#q-switch_reason")
    expect(question).to_be_hidden()
    page.locator("[name=switch_from][value=whatsapp]").check()
    expect(question).to_be_visible()
    expect(page.locator('[name=":shown"]')).to_have_value("switch_from switch_reason")
    page.locator("[name=switch_from][value=none]").check()
    expect(question).to_be_hidden()
    expect(page.locator('[name=":shown"]')).to_have_value("switch_from")


def test_conditional_question_behind_a_tick_appears_at_once(open_page: OpenPage) -> None:
    page = begun(open_page)
    to(page, "ahead")
    address = page.locator("[name=contact_email]")
    expect(address).to_be_hidden()
    page.locator("[name=contact_consent]").check()
    expect(address).to_be_visible()
    page.locator("[name=contact_consent]").uncheck()
    expect(address).to_be_hidden()


def test_conditional_question_without_script_comes_by_the_next_page(open_page: OpenPage) -> None:
    page = begun(open_page, lang="ar", javascript=False)
    to(page, "moves")
    expect(page.locator("#q-switch_reason")).to_be_hidden()
    page.locator("[name=switch_from][value=whatsapp]").check()
    respondent.go_on(page)
    assert page.url.endswith("/moves/#q-switch_reason")
    expect(page.locator("#q-switch_reason")).to_be_visible()


def test_exclusive_choice_clears_the_rest(open_page: OpenPage) -> None:
    page = begun(open_page)
    to(page, "practice")
    rules = page.locator("[name=rules]")
    rules.and_(page.locator("[value=consent]")).check()
    rules.and_(page.locator("[value=records]")).check()
    rules.and_(page.locator("[value=none]")).check()
    checked = "(boxes) => boxes.filter((box) => box.checked).map((box) => box.value)"
    assert rules.evaluate_all(checked) == ["none"]
    rules.and_(page.locator("[value=privacy]")).check()
    assert rules.evaluate_all(checked) == ["privacy"]


def test_other_text_shows_when_ticked(open_page: OpenPage) -> None:
    page = begun(open_page)
    to(page, "tools")
    words = page.get_by_label("Which?").first
    expect(words).to_be_hidden()
    page.locator("[name=platforms][value=other]").check()
    expect(words).to_be_visible()
    respondent.go_on(page)
    summary = page.locator(".error-summary a")
    expect(summary).to_have_text("Write what the other answer is, or untick it.")
    summary.click()
    expect(words).to_be_focused()


def test_refused_page_takes_the_focus_to_what_is_wrong(open_page: OpenPage) -> None:
    page = begun(open_page)
    respondent.go_on(page)
    expect(page.locator(".error-summary")).to_be_focused()
    links = page.locator(".error-summary a")
    assert links.all_inner_texts() == ["Choose a province or territory.", "Choose a number of staff."]
    links.nth(1).click()
    expect(page.locator("[name=staff_size]").first).to_be_focused()
    assert page.title().startswith("Error: ")


def test_enter_goes_on(open_page: OpenPage) -> None:
    page = begun(open_page)
    to(page, "audience")
    page.locator("[name=reach]").fill("٥٠")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert (respondent.name_of(page), page.locator("html").get_attribute("lang")) == ("team", "en")


def test_back_and_other_language_keep_the_answers(open_page: OpenPage) -> None:
    page = begun(open_page)
    page.locator("[name=province][value=QC]").check()
    page.locator("[name=staff_size]").first.check()
    respondent.go_on(page)
    page.locator("[name=francophone]").first.check()
    page.get_by_role("button", name="Français").click()
    page.wait_for_url("**/fr/r/*/place/")
    expect(page.locator("[name=francophone]").first).to_be_checked()
    page.locator('[value="back"]').click()
    page.wait_for_url("**/organization/")
    expect(page.locator("[name=province][value=QC]")).to_be_checked()


def test_copy_button_copies_the_link(open_page: OpenPage) -> None:
    page = begun(open_page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    respondent.answer(page)
    respondent.go_on(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == page.url.replace("place/", "")
    page.goto(copied)
    expect(page.get_by_role("link", name="Continue")).to_have_attribute("href", re.compile("/place/$"))
