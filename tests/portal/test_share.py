"""Pages become messages that fit the app they are for, and codes that lead back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from portal.share import messages
from tests.inspecting import InspectingClient
from tests.portal import walking

if TYPE_CHECKING:
    from flask import Flask

FOLDING = str.maketrans({"“": '"', "”": '"', "’": "'", "\u00a0": " "})

ADDRESS = "https://portal.example.org/fr/case-studies/ottawa-group/"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_parts_of_a_text_message_are_counted_as_networks_do(text: str, parts: int) -> None:
    """3GPP TS 23.038 and 23.040: 160 and 153 letters of seven bits, or 70 and 67 of sixteen."""
    assert messages.parts(text) == parts


def test_text_message_is_one_part_where_it_can_be() -> None:
    short = messages.sms("L’été à Ottawa – un groupe", ADDRESS)
    assert (short.text, short.parts) == (f"L'été à Ottawa - un groupe\n{ADDRESS}", 1)
    long = messages.sms("word " * 40, ADDRESS)
    assert long.parts == 1
    assert long.text.endswith(f"...\n{ADDRESS}")
    arabic = messages.sms("مجموعة محادثة تجيب عن أسئلة القادمين الجدد بالعربية خمسة أيام في الأسبوع", ADDRESS)
    assert arabic.parts == 2
    assert arabic.text.endswith(f"\n{ADDRESS}")


def test_what_must_not_be_lost_of_a_text_message_is_never_cut() -> None:
    said = "1,024 members (November 3, 2022)"
    short = messages.sms("A limit", ADDRESS, said)
    assert (short.text, short.parts) == (f"A limit\n{said}\n{ADDRESS}", 1)
    long = messages.sms("word " * 60, ADDRESS, said)
    assert long.parts == 2
    assert long.text.endswith(f"...\n{said}\n{ADDRESS}")


def test_long_and_hostile_titles_stay_one_line_and_fit() -> None:
    title = "one\ntwo\u202e three\u0000 *bold*"
    message = messages.whatsapp(title, "said " * 1000, ADDRESS)
    first, second, last = message.text.split("\n")
    assert (first, last) == ("*one two three *bold**", ADDRESS)
    assert len(message.text) <= messages.LONGEST_CHAT
    assert second.endswith("said…")
    assert unquote(urlsplit(message.href).query.removeprefix("text=")) == message.text


def test_nothing_makes_a_chat_message_longer_than_it_may_be() -> None:
    for title, summary in (("long " * 200, "said " * 200), ("x" * 5000, "y" * 5000), ("title", "")):
        for make in (messages.whatsapp, messages.telegram):
            text = make(title, summary, ADDRESS).text
            assert len(text) <= messages.LONGEST_CHAT
            assert text.endswith(f"\n{ADDRESS}")
            assert "\n\n" not in text


def test_telegram_is_given_the_address_apart() -> None:
    message = messages.telegram("Title & more", "Summary", ADDRESS)
    assert parse_qs(urlsplit(message.href).query) == {"url": [ADDRESS], "text": ["Title & more\nSummary"]}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_page_offers_messages_and_a_code_that_leads_back(app: Flask, language: str) -> None:
    client = InspectingClient(app)
    page = client.get(f"/{language}/share/session/summit-2020/define-your-goals/").text
    target = f"http://localhost/{language}/conference/summit-2020/#define-your-goals"
    assert page.count(target) == 4  # in each message, and beside the code
    code = client.get(f"/{language}/share/session/summit-2020/define-your-goals.svg")
    assert code.headers["Content-Type"].partition(";")[0] == "image/svg+xml"


def test_what_is_not_published_cannot_be_shared(app: Flask) -> None:
    client = InspectingClient(app)
    for target in ("case/nobody", "spell/frog", "session/summit-2020", "case/Ottawa Group", "finding/none/x"):
        assert client.get(f"/en/share/{target}/").status == 404
        assert client.get(f"/en/share/{target}.svg").status == 404


def test_shared_finding_says_what_it_is_and_that_it_is_made_up(demo_app: Flask) -> None:
    client = InspectingClient(demo_app)
    target = "digital-messaging/platforms"
    page = client.get(f"/en/share/finding/{target}/").page
    quoted = client.get(f"/en/findings/{target}/").page
    headline = walking.text_of(quoted.one("//h1"))
    said = f"Demonstration data, not for citation: {headline}"
    assert walking.text_of(page.one("//main//blockquote")) == said
    for box in page.all("//textarea"):
        assert said.translate(FOLDING) in walking.text_of(box).translate(FOLDING), box.get("id")


def test_share_page_is_marked_as_every_page_and_not_indexed(client: InspectingClient) -> None:
    page = client.get("/en/share/case/ottawa-group/").page
    assert page.one("//link[@rel='canonical']").get("href") == "http://localhost/en/share/case/ottawa-group/"
    assert page.one("//meta[@name='robots']").get("content") == "noindex"
    assert [link.get("hreflang") for link in page.all("//link[@hreflang]")] == ["en", "fr", "ar"]


def test_each_message_can_be_copied_and_is_named_after_what_it_is(client: InspectingClient) -> None:
    page = client.get("/en/share/case/ottawa-group/").page
    boxes = [box.get("id") for box in page.all("//textarea[@readonly]")]
    assert [button.get("data-copy") for button in page.all("//button[@data-copy and @hidden]")] == boxes
    assert [walking.text_of(page.one(f"//label[@for='{box}']")) for box in boxes] == [
        "Message for WhatsApp", "Message for Telegram", "Message to send as SMS",
    ]  # fmt: skip
    assert [urlsplit(script.get("src")).path for script in page.all("//script[@src]")] == [
        "/static/copying.js"
    ]


def test_paper_names_the_page_and_never_a_mistaken_address(client: InspectingClient) -> None:
    printed = client.get("/ar/facts/").page.all("//*[contains(@class, 'print-only')]")
    assert [walking.text_of(one) for one in printed] == ["http://localhost/ar/facts/"]
    assert client.get("/ar/facts/nobody/").page.all("//*[contains(@class, 'print-only')]") == []
