"""A respondent in a browser: answers what a page shows, and goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import Locator, Page

SURVEY = "digital-messaging"

PREFERRED: Mapping[str, str] = {"uses_messaging": "yes", "switch_from": "whatsapp"}
"""Answers that lead along the longest path; elsewhere the first choice is taken."""

TYPED: Mapping[str, str] = {"reach": "120", "contact_email": "name@example.org"}

LONGEST = 20
"""More pages than the survey has on any path."""


def name_of(page: Page) -> str:
    """The last part of the address: a page's name, `review` or `done`."""
    return page.url.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2]


def start(page: Page) -> None:
    """Begin the survey from its page."""
    page.locator("main form[method=post] button").click()
    page.wait_for_url("**/r/*/*/")


def go_on(page: Page) -> None:
    """Leave a page of questions by its main button."""
    with page.expect_navigation():
        page.locator("main form .actions button").first.click()


def answer(page: Page) -> None:
    """Answer every question that the page shows, the first row of each grid included."""
    seen: set[str] = set()
    # An answer can bring further questions, so look again until there is nothing new.
    while new := [
        question for question in page.locator("[data-question]:visible").all() if _name(question) not in seen
    ]:
        for question in new:
            seen.add(_name(question))
            _answer(question, _name(question))


def answered_until(page: Page, place: str, look: Callable[[Page], None] = lambda _: None) -> list[str]:
    """Answer page by page until the page called `place`; the names of the pages passed.

    Args:
        page: a page of questions.
        place: `review`, or a page's name.
        look: is called on each page, with its answers filled in.
    """
    passed: list[str] = []
    while name_of(page) != place:
        assert len(passed) < LONGEST, f"the survey goes round: {passed}"
        passed.append(name_of(page))
        answer(page)
        look(page)
        go_on(page)
    return passed


def submit(page: Page) -> str:
    """Submit on the review page; the receipt's code."""
    page.locator("main form button").click()
    page.wait_for_url("**/done/")
    code = page.locator(".receipt-code")
    expect(code).to_be_visible()
    return code.inner_text()


def _name(question: Locator) -> str:
    return question.get_attribute("data-question") or ""


def _answer(question: Locator, name: str) -> None:
    choices = question.locator("input[type=radio], input[type=checkbox]")
    if not choices.count():
        for control in question.locator("input, textarea").all():
            control.fill(TYPED.get(name, "12"))
        return
    for row in sorted({box.get_attribute("name") or "" for box in choices.all()}):
        wanted = PREFERRED.get(name)
        of_row = question.locator(f'input[name="{row}"]')
        (question.locator(f'input[value="{wanted}"]') if wanted else of_row.first).check()
