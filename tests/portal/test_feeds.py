"""Programs that follow the portal: feeds read by an independent reader, the sitemap, data about pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree, html

from portal import content
from portal.feeds.entries import SECTIONS
from surveys.responses import store
from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from flask import Flask

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def _summit() -> dict[str, Any]:
    found = content.document("conference", "summit-2020")
    assert found is not None
    return found


def _feed(client: InspectingClient, address: str) -> feedparser.FeedParserDict:
    answer = client.get(address)
    assert answer.headers["Content-Type"].partition(";")[0] == "application/atom+xml"
    read = feedparser.parse(answer.body, response_headers={"content-type": answer.headers["Content-Type"]})
    assert not read.bozo
    return read


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("section", SECTIONS)
def test_feed_of_a_section_lists_its_pages(demo_app: Flask, section: str, language: str) -> None:
    client = InspectingClient(demo_app)
    read = _feed(client, f"/{language}/{section}/feed.atom")
    assert read.feed.language == language
    assert len({entry.id for entry in read.entries}) == len(read.entries) > 0
    for entry in read.entries:
        assert entry.title
        assert entry.summary
        path = urlsplit(entry.link).path
        assert path.startswith(f"/{language}/{section}/")
        assert client.get(path).status == 200
    updated = [entry.updated for entry in read.entries]
    assert updated == sorted(updated, reverse=True)
    assert read.feed.updated == updated[0]


def test_feed_of_everything_is_announced_on_pages(app: Flask) -> None:
    client = InspectingClient(app)
    assert client.get("/feed.atom").headers["Location"] == "/en/feed.atom"
    page = html.fromstring(client.get("/fr/case-studies/").text)
    found = page.xpath("//link[@type='application/atom+xml']/@href")
    assert found == ["/fr/feed.atom", "/fr/case-studies/feed.atom"]
    assert page.xpath("//link[@type='application/atom+xml']/@title")[1] == "Études de cas – Portail DMSI"
    for address in found:
        _feed(client, address)
    assert client.get("/en/nothing/feed.atom").status == 404


def test_pages_of_a_section_lead_to_its_feed(client: InspectingClient) -> None:
    expected = {
        "/en/toolkit/chooser/": ["/en/toolkit/feed.atom"],
        "/en/case-studies/ottawa-group/": ["/en/case-studies/feed.atom"],
        "/en/search/": [],
        "/en/": [],
    }
    followed = "//footer//a[@type='application/atom+xml']"
    assert {
        path: [link.get("href") for link in client.get(path).page.all(followed)] for path in expected
    } == expected


def test_a_page_that_is_not_there_leads_to_search_and_to_its_section(client: InspectingClient) -> None:
    def ways_on(path: str) -> list[str | None]:
        return [link.get("href") for link in client.get(path).page.all("//main//ul//a")]

    assert ways_on("/en/facts/nothing-of-the-kind/") == ["/en/search/", "/en/facts/"]
    assert ways_on("/en/toolkit/x/y/z/") == ["/en/search/", "/en/toolkit/"]
    assert ways_on("/en/nothing/") == ["/en/search/"]
    assert ways_on("/nothing") == ["/en/search/"]


def test_entry_keeps_its_name_when_its_address_changes(app: Flask) -> None:
    client = InspectingClient(app)
    with app.app_context(), store.write():
        content.save("conference", "second", {**_summit(), "slug": "second"})
    before = {entry.link: entry for entry in _feed(client, "/en/conference/feed.atom").entries}
    with app.app_context(), store.write():
        content.rename("conference", "second", "other")
    app.extensions["public_pages"].forget()
    after = {entry.link: entry for entry in _feed(client, "/en/conference/feed.atom").entries}
    old, new = (f"http://localhost/en/conference/{slug}/" for slug in ("second", "other"))
    assert after.keys() == before.keys() - {old} | {new}
    assert (after[new].id, after[new].published) == (before[old].id, before[old].published)


def test_sitemap_leads_to_every_page_in_every_language(demo_app: Flask) -> None:
    client = InspectingClient(demo_app)
    root = etree.fromstring(client.get("/sitemap.xml").body)
    places = [place.text for place in root.findall("s:url/s:loc", SITEMAP)]
    assert len(places) == len(set(places))
    assert {urlsplit(place).path[1:3] for place in places} == {"en", "fr", "ar"}
    for node in root.findall("s:url", SITEMAP):
        others = node.findall("x:link", SITEMAP)
        assert [other.get("hreflang") for other in others] == ["en", "fr", "ar"]
        assert node.find("s:loc", SITEMAP).text in [other.get("href") for other in others]
    english = [urlsplit(place).path for place in places if "/en/" in place]
    assert "/en/case-studies/ottawa-group/" in english
    assert "/en/findings/digital-messaging/platforms/" in english
    for path in english:
        assert client.get(path).status == 200
    assert client.get("/robots.txt").text.endswith("\nSitemap: http://localhost/sitemap.xml\n")


PAGES = {
    "/": "WebSite",
    "/case-studies/ottawa-group/": "Article",
    "/conference/summit-2020/": "Event",
    "/findings/digital-messaging/platforms/": "Dataset",
}


@pytest.mark.parametrize(("path", "kind"), PAGES.items())
def test_pages_tell_machines_what_they_are(demo_app: Flask, path: str, kind: str) -> None:
    page = html.fromstring(InspectingClient(demo_app).get(f"/ar{path}").text)
    (script,) = page.xpath("//script[@type='application/ld+json']/text()")
    told = json.loads(script)
    assert (told["@context"], told["@type"]) == ("https://schema.org", kind)
    assert told["url"] == f"http://localhost/ar{path}"


def test_data_about_a_page_cannot_break_out_of_its_script(app: Flask) -> None:
    with app.app_context(), store.write():
        hostile = "</script><script>alert(1)</script>&amp;\u2028"
        title = dict.fromkeys(("en", "fr", "ar"), hostile)
        content.save("conference", "hostile", {**_summit(), "slug": "hostile", "title": title})
    page = InspectingClient(app).get("/en/conference/hostile/").text
    assert "alert(1)</script>" not in page
    (script,) = html.fromstring(page).xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(script)["name"] == hostile
