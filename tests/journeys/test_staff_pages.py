"""The staff's pages in a browser: no fault for axe, on a phone, in large text, by keyboard, in the dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portal import create_app
from portal.identity.roles import ROLES
from surveys.responses import store
from tests.page_judges import axe, hidden_focus, overflowing, wrong_direction
from tests.staffing import PASSWORD, SIGN_IN, code_of, make_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.browser import LiveSite, OpenPage

    OpenStaffPage = Callable[..., Page]

WAVE = "/staff/surveys/digital-messaging/demonstration/"

PAGES = {
    "desk": "/staff/",
    "surveys": "/staff/surveys/",
    "survey": WAVE,
    "organizations": f"{WAVE}organizations/",
    "responses": f"{WAVE}responses/",
    "tables": f"{WAVE}tables/",
    "table": f"{WAVE}tables/platforms/",
    "release": f"{WAVE}release/",
    "new-survey": "/staff/surveys/new/",
    "people": "/staff/people/",
    "invite": "/staff/people/invite/",
    "mail": "/staff/mail/",
    "messages": "/staff/mail/templates/",
    "jobs": "/staff/jobs/",
    "activity": "/staff/activity/",
    "privacy": "/staff/privacy/",
    "account": "/staff/account/",
    "password": "/staff/account/password",
    "second-factor": "/staff/account/second-factor",
    "passkeys": "/staff/account/passkeys",
    "missing": "/staff/nothing-here/",
}

DIRECTIONS = {"en": "ltr", "fr": "ltr", "ar": "rtl"}
IN_ARABIC = ("desk", "survey", "responses", "table", "people", "invite", "account")
"""Pages that together hold each kind of thing that could stand on the wrong side."""

VISITS = [*(("en", name) for name in PAGES), ("fr", "desk"), *(("ar", name) for name in IN_ARABIC)]

LARGE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"
PHONE = 320
HALF_A_SCREEN = 640
"""Widths in CSS pixels."""


@pytest.fixture(scope="session")
def cookies(chromium: Browser, live_site: LiveSite) -> Any:
    """The cookies of a browser in which somebody with every role has signed in, password and code."""
    app = create_app({"PORTAL_INSTANCE": live_site.instance, "PORTAL_BASE_URL": live_site.address})
    try:
        email = make_person(app, *ROLES, name="Ada Lovelace")
        code = code_of(app, email)
    finally:
        store.let_go()
        store.database.close()
    context = chromium.new_context(base_url=live_site.address, locale="en-CA")
    page = context.new_page()
    page.goto(SIGN_IN)
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.fill("[name=code]", code)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.staff-nav")
    kept = context.cookies()
    context.close()
    return kept


@pytest.fixture
def open_staff_page(open_page: OpenPage, cookies: Any) -> OpenStaffPage:
    """Like `open_page`, with somebody signed in."""

    def open_staff_page(path: str, **options: Any) -> Page:
        page = open_page("/static/icon.svg", **options)
        page.context.add_cookies(cookies)
        page.goto(path)
        assert "sign-in" not in page.url
        return page

    return open_staff_page


@pytest.mark.parametrize(
    ("language", "name"), VISITS, ids=[f"{language}-{name}" for language, name in VISITS]
)
def test_page_has_no_fault(open_staff_page: OpenStaffPage, language: str, name: str) -> None:
    page = open_staff_page(f"{PAGES[name]}?lang={language}", lang=language)
    assert axe(page) == []
    assert overflowing(page, PHONE) == []
    assert hidden_focus(page) == []
    assert wrong_direction(page, DIRECTIONS[language]) == []
    page.evaluate(LARGE_TEXT)
    assert overflowing(page, HALF_A_SCREEN) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_on_a_phone_in_the_dark_has_no_fault(open_staff_page: OpenStaffPage, name: str) -> None:
    page = open_staff_page(PAGES[name], dark=True, width=PHONE)
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 30)"
    assert axe(page) == []
    assert hidden_focus(page) == []


def test_skip_link_leads_to_the_content(open_staff_page: OpenStaffPage) -> None:
    page = open_staff_page("/staff/", javascript=False)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("/staff/#main")


def test_table_is_sorted_and_narrowed_without_javascript(open_staff_page: OpenStaffPage) -> None:
    page = open_staff_page(f"{WAVE}tables/", javascript=False)
    page.fill("[type=search]", "staff_size")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tables/?q=staff_size**")
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name="Show all").click()
    page.wait_for_url("**/tables/")


def test_rows_stand_as_blocks_on_a_phone(open_staff_page: OpenStaffPage) -> None:
    page = open_staff_page(f"{WAVE}responses/", width=PHONE)
    lefts = (
        page.locator("tbody tr")
        .first.locator("th, td")
        .evaluate_all("cells => cells.map(cell => Math.round(cell.getBoundingClientRect().left))")
    )
    assert len(set(lefts)) == 1
    label = "cell => getComputedStyle(cell, '::before').content"
    assert page.locator("tbody td").first.evaluate(label) == '"Language"'


def test_summary_of_errors_takes_the_focus(open_staff_page: OpenStaffPage) -> None:
    page = open_staff_page("/staff/people/invite/", javascript=False)
    page.locator("main form button").last.click()
    page.wait_for_selector(".error-summary")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "email"
