"""The judges of an open page see: a sound page passes under a strict policy, each planted fault is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page_judges import axe, hidden_focus, overflowing, wrong_direction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Route

    ShowPage = Callable[..., Page]

SOUND = """<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>صفحة</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/a.css"></head>
<body><main><h1>صفحة من صفحات الاستبيان</h1><p><a href="/ar/">الرئيسية</a></p>
<form><label for="a">العدد</label> <input id="a" name="a"> <button>إرسال</button></form>
<div class="scroller"><p class="wide">جدول</p></div></main></body></html>"""

STYLE = ":focus-visible{outline:3px solid #12436D} .scroller{overflow-x:auto} .wide{width:900px}"


@pytest.fixture
def show(chromium: Browser) -> Iterator[ShowPage]:
    """Opens a page made of the given HTML and style, under a policy without any exception."""
    context = chromium.new_context()

    def show(html: str, style: str = STYLE) -> Page:
        def answer(route: Route) -> None:
            if route.request.url.endswith(".css"):
                route.fulfill(body=style, content_type="text/css")
            else:
                policy = {
                    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'"
                }
                route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)

        page = context.new_page()
        page.route("**/*", answer)
        page.goto("http://portal.example.org/ar/")
        return page

    yield show
    context.close()


def test_judges_sound_page(show: ShowPage) -> None:
    page = show(SOUND)
    assert axe(page) == []
    assert overflowing(page, 320) == []
    assert hidden_focus(page) == []
    assert wrong_direction(page, "rtl") == []


def test_axe_missing_label(show: ShowPage) -> None:
    page = show(SOUND.replace('<label for="a">العدد</label>', ""))
    assert [fault.split(" ")[0] for fault in axe(page)] == ["label"]


def test_axe_faint_text(show: ShowPage) -> None:
    page = show(SOUND.replace("الاستبيان", "survey"), STYLE + "h1{color:#ccc;background:#fff}")
    assert [fault.split(" ")[0] for fault in axe(page)] == ["color-contrast"]


def test_overflowing_wide_paragraph(show: ShowPage) -> None:
    page = show(SOUND, STYLE.replace("overflow-x:auto", ""))
    assert overflowing(page, 320)[1:] == ['<p class="wide"></p>']
    assert overflowing(page, 1000) == []


def test_hidden_focus_without_a_ring(show: ShowPage) -> None:
    page = show(SOUND, "*:focus{outline:none}")
    assert [fault.split("<")[1].split(" ")[0].split(">")[0] for fault in hidden_focus(page)] == [
        "a",
        "input",
        "button",
    ]


def test_hidden_focus_with_nothing_to_focus(show: ShowPage) -> None:
    page = show('<!doctype html><html lang="en"><title>A</title><p>Nothing</p></html>')
    assert hidden_focus(page) == ["nothing on the page takes the focus"]


def test_wrong_direction_left_to_right(show: ShowPage) -> None:
    page = show(SOUND.replace('dir="rtl"', ""))
    assert wrong_direction(page, "rtl") == ["the page runs ltr instead of rtl"]
