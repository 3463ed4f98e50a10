"""The evidence thread on pages: references become values, charts and links, and nothing else gets in."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from portal import content, thread
from portal.languages import away
from surveys.responses import store
from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from flask import Flask

FINDING = "digital-messaging/platforms"
CASE = '<a href="/en/case-studies/ottawa-group/">'


def _rendered(app: Flask, text: str, language: str = "en") -> str:
    with away(app, language):
        return str(thread.text(text))


def _save(text: str, slug: str = "second") -> None:
    found = content.document("conference", "summit-2020")
    assert found is not None
    body: dict[str, Any] = copy.deepcopy(found)
    body["about"]["text"] = {
        "en": text,
        "fr": f"En français. {text}",
        "ar": f"بالعربية. {text}",
    }
    with store.write():
        content.save("conference", slug, {**body, "slug": slug})


def test_finding_alone_in_its_paragraph_is_a_chart_and_within_a_sentence_a_link(demo_app: Flask) -> None:
    block = _rendered(demo_app, f"[[finding:{FINDING}]]")
    assert block.count("<svg") == 1
    assert 'href="/en/findings/digital-messaging/platforms/"' in block
    assert "Demonstration data." in block
    assert "<svg" not in _rendered(demo_app, f"See [[finding:{FINDING}]].")
    worded = _rendered(demo_app, f"[[finding:{FINDING}|the chart]]")
    assert worded.strip() == '<p><a href="/en/findings/digital-messaging/platforms/">the chart</a></p>'


def test_finding_is_held_to_a_release_and_split(demo_app: Flask) -> None:
    pinned = _rendered(demo_app, f"[[finding:{FINDING}@1?by=role]]")
    assert 'href="/en/findings/digital-messaging/releases/1/platforms/?by=role"' in pinned
    assert pinned.count("<svg") == 1
    for reference in (
        f"{FINDING}@2",
        f"{FINDING}@{'9' * 20}",
        f"{FINDING}?by=shoes",
        "digital-messaging/shoes",
    ):
        with demo_app.app_context(), pytest.raises(content.RefusedError):
            _save(f"[[finding:{reference}]]")


def test_one_chart_on_a_page_is_drawn_once(demo_app: Flask) -> None:
    with demo_app.app_context():
        _save(f"First:\n\n[[finding:{FINDING}]]\n\nand again:\n\n[[finding:{FINDING}]]")
    page = InspectingClient(demo_app).get("/fr/conference/second/").text
    assert page.count("<svg class=") == 1 or page.count('class="quoted-finding"') == 1


def test_before_a_release_a_finding_is_a_link(app: Flask) -> None:
    assert re.fullmatch(
        r'<p><a href="/ar/findings/digital-messaging/">[^<]+</a></p>\n?',
        _rendered(app, f"[[finding:{FINDING}]]", "ar"),
    )


def test_fact_shows_what_is_stated_now_or_what_it_is_held_to(app: Flask) -> None:
    now = _rendered(app, "A group holds [[fact:whatsapp-group-limit]].")
    assert html.fromstring(now).text_content().strip() == "A group holds 1,024 members."
    then = _rendered(app, "Elle comptait [[fact:whatsapp-group-limit@256]].", "fr")
    assert html.fromstring(then).text_content().strip() == "Elle comptait 256 membres."
    assert 'href="/fr/facts/whatsapp-group-limit/"' in then


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("`[[case:ottawa-group]]`", "<p><code>[[case:ottawa-group]]</code></p>"),
        ("    [[case:ottawa-group]]", "[[case:ottawa-group]]"),
        ("**[[case:ottawa-group|bold]]**", f"<p><strong>{CASE}bold</a></strong></p>"),
        ("| a |\n|---|\n| [[case:ottawa-group\\|x]] |", f"<td>{CASE}x</a></td>"),
        ("## [[case:ottawa-group|Head]]", f"<h2>{CASE}Head</a></h2>"),
        ("[[case:ottawa-group|<b>x</b> & y]]", f"<p>{CASE}&lt;b&gt;x&lt;/b&gt; &amp; y</a></p>"),
        ("<b>raw</b> <script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ('[x](https://x.example "[[case:ottawa-group]]")', ' title="[[case:ottawa-group]]"'),
        ("&#xE000;0&#xE001; [[case:ottawa-group|x]]", f"<p>\ue0000\ue001 {CASE}x</a></p>"),
        ("[[case:nobody|gone]]", '<p><span class="unknown">gone</span></p>'),
        ("[[spell:frog]]", '<p><span class="unknown">no longer available</span></p>'),
    ],
)  # fmt: skip
def test_references_stand_in_text_alone_and_nothing_else_gets_in(
    app: Flask, written: str, shown: str
) -> None:
    assert shown in _rendered(app, written).replace("\n", "")


def test_line_is_escaped_and_plain_text_has_no_tags(app: Flask) -> None:
    written = "<b> & [[case:ottawa-group|it]] and [[fact:whatsapp-group-limit]], not [[case:nobody]]"
    with away(app, "en"):
        assert str(thread.line(written)).startswith(f"&lt;b&gt; &amp; {CASE}it</a> and <a ")
        assert thread.plain(written) == "<b> & it and 1,024 members, not no longer available"


def test_withdrawn_value_is_not_hidden_behind_words(app: Flask) -> None:
    with app.app_context():
        body = content.document("fact", "whatsapp-group-limit")
        assert body is not None
        last = {**body["statements"][-1], "review_by": "2026-01-01", "id": "older"}
        with store.write():
            content.save("fact", "whatsapp-group-limit", {**body, "statements": [*body["statements"], last]})
    shown = _rendered(app, "[[fact:whatsapp-group-limit|as many as this]]")
    assert 'as many as this</a> <span class="small">(' in shown


def test_search_quotes_what_is_stated_now(stored_app: Flask) -> None:
    with stored_app.app_context():
        _save("The zebra group holds [[fact:whatsapp-group-limit]].")
        body = content.document("fact", "whatsapp-group-limit")
        assert body is not None
        text = {"en": "4,096 members", "fr": "4\u00a0096 membres", "ar": "4,096 عضوًا"}
        newest = {**body["statements"][-1], "id": "4096", "value": 4096, "text": text}
        with store.write():
            content.save(
                "fact", "whatsapp-group-limit", {**body, "statements": [*body["statements"], newest]}
            )
    page = InspectingClient(stored_app).get("/en/search/?q=zebra").text
    found = html.fromstring(page).xpath(
        "//ol[contains(@class, 'hits')]//p | //ul[contains(@class, 'hits')]//p"
    )
    assert any("4,096 members" in node.text_content() for node in found)
