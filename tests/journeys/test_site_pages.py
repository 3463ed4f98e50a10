"""Every kind of page in a browser: no fault for axe, for narrow windows, for large text, or by keyboard.

`open_page` fails a test whose page loads anything from elsewhere, breaks the policy or has a faulty script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page_judges import axe, hidden_focus, overflowing, wrong_direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser import OpenPage

PAGES = {
    "home": "",
    "surveys": "surveys/",
    "survey": "surveys/digital-messaging/",
    "findings": "findings/",
    "known-so-far": "findings/known-so-far/",
    "findings-of-survey": "findings/digital-messaging/",
    "multiple-choice": "findings/digital-messaging/platforms/",
    "by-province": "findings/digital-messaging/platforms/?by=province",
    "likert": "findings/digital-messaging/barriers/",
    "bands": "findings/digital-messaging/reach/",
    "case-studies": "case-studies/",
    "case-studies-filtered": "case-studies/?platform=telegram",
    "case-study": "case-studies/ottawa-group/",
    "toolkit": "toolkit/",
    "stage": "toolkit/select-a-platform/",
    "checklist": "toolkit/checklists/before-you-start/",
    "policy": "toolkit/templates/privacy-and-consent/",
    "conference": "conference/",
    "summit": "conference/summit-2020/",
    "privacy": "privacy/",
    "accessibility": "accessibility/",
    "method": "method/",
    "missing": "nothing-here/",
}
WITH_EVERY_CONTROL = ("case-studies", "checklist", "by-province")
"""Pages that together hold each kind of thing that takes the focus."""

IN_FRENCH = ("home", "survey", "by-province", "likert", "case-study", "method")

VISITS = [
    *((language, name) for language in ("en", "ar") for name in PAGES),
    *(("fr", name) for name in IN_FRENCH),
]
DIRECTIONS = {"en": "ltr", "fr": "ltr", "ar": "rtl"}


LARGE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"
PHONE = 320
HALF_A_SCREEN = 640
"""Widths in CSS pixels."""


def faults(page: Page, language: str) -> Iterator[str]:
    """What axe, a narrow window, the Tab key, the direction of writing and doubled text bring to light."""
    yield from axe(page)
    yield from overflowing(page, PHONE)
    yield from hidden_focus(page)
    yield from wrong_direction(page, DIRECTIONS[language])
    page.evaluate(LARGE_TEXT)
    yield from (f"text at 200 %: {fault}" for fault in overflowing(page, HALF_A_SCREEN))


@pytest.mark.parametrize(
    ("language", "name"), VISITS, ids=[f"{language}-{name}" for language, name in VISITS]
)
def test_page_has_no_fault(open_page: OpenPage, language: str, name: str) -> None:
    page = open_page(f"/{language}/{PAGES[name]}", lang=language)
    assert list(faults(page, language)) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_in_dark_has_no_fault(open_page: OpenPage, name: str) -> None:
    # Colours do not depend on the language, and axe judges those of Latin letters.
    page = open_page(f"/en/{PAGES[name]}", dark=True)
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 30)"
    assert axe(page) == []


@pytest.mark.parametrize("name", WITH_EVERY_CONTROL)
def test_focus_in_dark_is_visible(open_page: OpenPage, name: str) -> None:
    assert hidden_focus(open_page(f"/en/{PAGES[name]}", dark=True)) == []
