"""Platforms: compared by what holds now, our advice marked as ours, and who came to each or left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal import content
from portal.platforms.practice import Move, practice
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal import walking

if TYPE_CHECKING:
    from flask import Flask

SLUGS = ["whatsapp", "telegram", "signal", "messenger", "wechat", "sms"]
EACH_LANGUAGE = pytest.mark.parametrize("language", walking.LANGUAGES)


@EACH_LANGUAGE
def test_every_profile_is_reached_and_sound(language: str, app: Flask) -> None:
    client = InspectingClient(app)
    page = client.get(f"/{language}/platforms/").page
    rows = [link.get("href") for link in page.all("//table//th[@scope='row']/a")]
    cards = [link.get("href") for link in page.all("//article//a")]
    assert rows == cards == [f"/{language}/platforms/{slug}/" for slug in SLUGS]
    for address in rows:
        client.get(address)


def test_comparison_shows_the_current_limits(client: InspectingClient) -> None:
    page = client.get("/en/platforms/").page
    told = [walking.text_of(cell) for cell in page.all("//table//tbody/tr/td[1]")]
    assert told == [
        "1,024 members", "200,000 members", "1,000 members", "250 members", "500 members", "not checked",
    ]  # fmt: skip
    links = [link.get("href") for link in page.all("//table//tbody/tr/td[1]//a")]
    assert links == [f"/en/facts/{slug}-group-limit/" for slug in SLUGS[:-1]]


def test_comparison_follows_a_fact_that_is_superseded(app: Flask) -> None:
    with app.app_context():
        body = content.document("fact", "signal-group-limit") or {}
        newer = {**body["statements"][0], "id": "1500", "value": 1500}
        newer["text"] = dict.fromkeys(walking.LANGUAGES, "1,500 members")
        with store.write():
            content.save("fact", body["slug"], {**body, "statements": [*body["statements"], newer]})
    page = InspectingClient(app).get("/en/platforms/").page
    assert walking.text_of(page.one("//table//tbody/tr[3]/td[1]")) == "1,500 members"


def test_a_profile_says_what_is_ours_what_is_sourced_and_what_was_not_checked(
    client: InspectingClient,
) -> None:
    page = client.get("/en/platforms/telegram/").page
    assert [one.get("id") for one in page.all("//main//div[contains(@class, 'platform-profile')]//h2")] == [
        "limits", "tools", "service", "cautions", "practice", "survey",
    ]  # fmt: skip
    assert walking.text_of(page.one("//section[@aria-labelledby='service']/p")) == "Our own advice"
    assert page.all("//section[@aria-labelledby='service']//a[@class='cite']") == []
    items = page.all("//section[@aria-labelledby='tools']//li")
    assert [item for item in items if not item.xpath("./a[@class='cite']")] == []
    assert len(page.all("//section[@aria-labelledby='cautions']//div[@class='notice']//li")) == 3
    assert [walking.text_of(one) for one in page.all("//p[@class='limit-value']")] == [
        "200,000 members", "up to 50 administrators",
    ]  # fmt: skip
    assert client.get("/en/platforms/viber/").status == 404


def test_who_uses_a_platform_who_came_and_who_left() -> None:
    title = {"en": "A group"}
    why = {"en": "Room"}
    cards = [
        {"slug": "one", "title": title, "platforms": ["whatsapp", "telegram"],
         "switches": [{"from": "whatsapp", "to": "telegram", "when": "2020", "reasons": [why]}]},
        {"slug": "two", "title": title, "platforms": ["sms"], "switches": []},
    ]  # fmt: skip
    found = practice("whatsapp", cards)
    assert ([card["slug"] for card in found.used], found.came) == (["one"], ())
    assert found.left == (Move("one", title, "telegram", "2020", (why,)),)
    found = practice("telegram", cards)
    assert (found.came, found.left) == ((Move("one", title, "whatsapp", "2020", (why,)),), ())
    assert practice("signal", cards).used == ()


def test_the_move_of_the_ottawa_group_shows_on_both_platforms(client: InspectingClient) -> None:
    story = "/en/case-studies/ottawa-group/"
    for slug, heading in (("whatsapp", "Left it for Telegram"), ("telegram", "Came to it from WhatsApp")):
        section = client.get(f"/en/platforms/{slug}/").page.one("//section[@aria-labelledby='practice']")
        assert [walking.text_of(one) for one in section.xpath("./h3")] == [heading]
        assert section.xpath("./h3/following-sibling::ul[1]/li/a/@href") == [story]


def test_every_reference_of_profiles_and_facts_leads_somewhere(app: Flask) -> None:
    with app.app_context():
        assert [one for one in content.broken() if one[0] in {"fact", "platform"}] == []


def test_profiles_and_the_chooser_lead_to_each_other(client: InspectingClient) -> None:
    for path in ("/en/platforms/", "/en/platforms/signal/"):
        beneath = client.get(path).page.one("//main/p[contains(@class, 'lead')]/following-sibling::p[1]/a")
        assert beneath.get("href") == "/en/toolkit/chooser/"
    cards = client.get("/en/toolkit/").page.all("//main//article//a")
    leads = [link.get("href") for link in cards]
    assert leads[:2] == ["/en/toolkit/chooser/", "/en/platforms/"]
