"""Every page that a reader reaches, in each language: whole, linked, switched, shared; what goes wrong."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import docx
import pytest
from PIL import Image

from tests.portal import walking
from tests.portal.walking import SURVEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.inspecting import InspectingClient, Reply
    from tests.portal.walking import Crawl

# The tests of one walk stay on one worker, so that it is done once.
each_language = pytest.mark.parametrize(
    "language",
    [pytest.param(code, marks=pytest.mark.xdist_group(f"walk-{code}")) for code in walking.LANGUAGES],
)

ROOMS = (
    "surveys/",
    "findings/",
    "case-studies/",
    "toolkit/",
    "conference/",
    "privacy/",
    "accessibility/",
    "method/",
)


def _html(crawl: Crawl) -> dict[str, Reply]:
    return {
        address: reply
        for address, reply in crawl.replies.items()
        if reply.status == 200 and reply.headers["Content-Type"].startswith("text/html")
    }


@each_language
def test_every_page_is_sound(language: str, crawled: Callable[[str], Crawl]) -> None:
    assert crawled(language).faults == []


@each_language
def test_every_link_answers(language: str, crawled: Callable[[str], Crawl]) -> None:
    replies = crawled(language).replies
    # The findings' list of releases leads on to the newest one.
    assert {address: reply.status for address, reply in replies.items() if reply.status != 200} == {}
    assert {f"/{language}/{room}" for room in ROOMS} <= replies.keys()


@each_language
def test_language_switch_keeps_the_page(language: str, crawled: Callable[[str], Crawl]) -> None:
    for address, reply in _html(crawled(language)).items():
        switch = reply.page.one("//nav[@class='languages'] | //div[@class='languages']")
        links = {link.get("hreflang"): link.get("href") for link in switch.xpath(".//a")}
        others = [code for code in walking.LANGUAGES if code != language]
        assert links == {code: f"/{code}{address[3:]}" for code in others}
        assert [walking.text_of(item) for item in switch.xpath(".//*[@aria-current]")] == [
            {"en": "English", "fr": "Français", "ar": "العربية"}[language]
        ]
        alternates = {link.get("hreflang"): link.get("href") for link in reply.page.all("//link[@hreflang]")}
        assert alternates == {code: f"http://localhost/{code}{address[3:]}" for code in walking.LANGUAGES}


@each_language
def test_every_page_unfolds_in_a_chat(language: str, crawled: Callable[[str], Crawl]) -> None:
    titles = {}
    for address, reply in _html(crawled(language)).items():
        told = {meta.get("property"): meta.get("content") for meta in reply.page.all("//meta[@property]")}
        assert told["og:description"] == reply.page.one("//meta[@name='description']").get("content")
        assert 20 <= len(told["og:description"]) <= 400, address
        assert told["og:url"] == f"http://localhost{address}"
        assert told["og:locale"] == {"en": "en_CA", "fr": "fr_CA", "ar": "ar_AR"}[language]
        assert walking.text_of(reply.page.one("//title")).startswith(" ".join(told["og:title"].split()))
        if "/releases/" not in address:
            titles.setdefault(told["og:title"], []).append(address)
    assert {title: pages for title, pages in titles.items() if len(pages) > 1} == {}


def test_shared_picture_is_an_image(client: InspectingClient) -> None:
    told = client.get("/ar/").page.one("//meta[@property='og:image']").get("content")
    picture = client.get(told.removeprefix("http://localhost"))
    assert (told.startswith("http://localhost/static/"), picture.headers["Content-Type"]) == (
        True,
        "image/png",
    )
    assert Image.open(io.BytesIO(picture.body)).size == (1200, 630)


@each_language
def test_static_files_are_kept_for_good(language: str, crawled: Callable[[str], Crawl]) -> None:
    addresses = {
        str(address)
        for reply in _html(crawled(language)).values()
        for address in reply.page.tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href|//script/@src")
    }
    assert {urlsplit(address).query.partition("=")[0] for address in addresses} == {"v"}


@each_language
def test_nothing_is_loaded_from_elsewhere(language: str, crawled: Callable[[str], Crawl]) -> None:
    loaded = set()
    for reply in _html(crawled(language)).values():
        loaded |= {
            str(address)
            for address in reply.page.tree.xpath(
                "//*/@src|//*/@srcset|//*/@poster|//link[not(@rel='canonical' or @rel='alternate')]/@href"
                "|//form/@action|//*[local-name()='use']/@href|//*[local-name()='image']/@href|//object/@data"
            )
        }
    assert loaded
    assert {urlsplit(address).netloc for address in loaded} == {""}


@each_language
def test_links_to_elsewhere_tell_nothing(language: str, crawled: Callable[[str], Crawl]) -> None:
    for reply in _html(crawled(language)).values():
        outward = reply.page.all("//a[starts-with(@href, 'http')]")
        assert [link.get("href") for link in outward if "noreferrer" not in link.get("rel", "")] == []


def test_root_leads_to_the_readers_language(client: InspectingClient) -> None:
    wanted = {
        "fr-CA,fr;q=0.9,en;q=0.5": "fr",
        "ar": "ar",
        "de": "en",
        "": "en",
        "*": "en",
        "de,ar;q=0.3": "ar",
    }
    found = {}
    for accept in wanted:
        reply = client.get("/", headers={"Accept-Language": accept})
        assert (reply.status, reply.headers["Vary"]) == (302, "Accept-Language")
        found[accept] = reply.headers["Location"].strip("/")
    assert found == wanted


@pytest.mark.parametrize("language", walking.LANGUAGES)
def test_missing_page_says_so_in_its_language(language: str, client: InspectingClient) -> None:
    addresses = (
        "nothing/",
        "findings/nothing/",
        "surveys/nothing/",
        "case-studies/nothing/",
        "toolkit/nothing/",
        "toolkit/templates/nothing.docx",
        "conference/nothing/",
        "r/nothing/",
        "toolkit/checklists/x/",
        "findings/known-so-far/nothing.svg",
        "index.php",
        ".env",
        "é/",
    )
    replies = [client.get(f"/{language}/{address}") for address in addresses]
    assert {reply.status for reply in replies} == {404}
    assert {reply.page.tree.get("lang") for reply in replies} == {language}
    assert len({reply.h1 for reply in replies}) == 1
    ways = [[link.get("href") for link in reply.page.all("//main//a")] for reply in replies]
    assert {tuple(way[:2]) for way in ways} == {(f"/{language}/", f"/{language}/search/")}
    sections = {way[2] for way in ways if len(way) > 2}
    assert sections == {
        f"/{language}/{room}/" for room in ("findings", "case-studies", "toolkit", "conference")
    }


def test_errors_are_worded_in_each_language(client: InspectingClient) -> None:
    missing = {client.get(f"/{code}/nothing/").h1 for code in walking.LANGUAGES}
    refused = [client.post(f"/{code}/toolkit/") for code in walking.LANGUAGES]
    assert len(missing) == 3
    assert [reply.status for reply in refused] == [405] * 3
    assert len({reply.h1 for reply in refused} | missing) == 6


def test_page_without_language_answers_in_the_readers(client: InspectingClient) -> None:
    reply = client.get("/wp-login.php", headers={"Accept-Language": "fr"})
    assert (reply.status, reply.page.tree.get("lang")) == (404, "fr")


def test_address_without_final_slash_is_led_on(client: InspectingClient) -> None:
    reply = client.get("/fr/toolkit")
    assert (reply.status, reply.headers["Location"]) == (308, "http://localhost/fr/toolkit/")


def test_case_studies_of_the_ottawa_group_tell_of_its_platform(client: InspectingClient) -> None:
    telegram = client.get("/en/case-studies/?platform=telegram")
    assert "/en/case-studies/ottawa-group/" in telegram.page.tree.xpath("//article//a/@href")
    ticked = telegram.page.one("//fieldset//input[@name='platform'][@checked]")
    assert ticked.get("value") == "telegram"


@pytest.mark.parametrize(
    "query", ["platform=fax", "platform=telegram&audience=nobody", "platform=TELEGRAM", "platform=%3Cb%3E"]
)
def test_unknown_filter_is_left_out_and_named(query: str, client: InspectingClient) -> None:
    reply = client.get(f"/en/case-studies/?{query}")
    kept = 1 if "platform=telegram" in query else 10
    assert (reply.status, _cards(reply)) == (200, kept)
    assert walking.text_of(reply.page.one("//p[@class='notice']")).endswith("and was left out.")


@pytest.mark.parametrize("query", ["platform=", "utm_source=x", "platform[]=x"])
def test_odd_query_shows_all_case_studies(query: str, client: InspectingClient) -> None:
    assert _cards(client.get(f"/fr/case-studies/?{query}")) == 10


@pytest.mark.parametrize("language", walking.LANGUAGES)
def test_toolkit_offers_checklists_and_templates(language: str, client: InspectingClient) -> None:
    toolkit = client.get(f"/{language}/toolkit/")
    links = [str(href) for href in toolkit.page.tree.xpath("//main//a/@href")]
    checklists = [link for link in links if "/checklists/" in link]
    policies = [link for link in links if "/templates/" in link]
    assert (len(checklists), len(policies)) == (3, 5)
    for link in checklists:
        assert len(client.get(link).page.all("//ul[@class='checklist']//input[@type='checkbox']")) >= 5
    for link in policies:
        page = client.get(link)
        document = client.get(page.page.one("//a[contains(@href, '.docx')]").get("href"))
        assert document.headers["Content-Disposition"] == (
            f'attachment; filename="{link.split("/")[-2]}-{language}.docx"'
        )
        paragraphs = docx.Document(io.BytesIO(document.body)).paragraphs
        words = [" ".join(paragraph.text.split()) for paragraph in paragraphs]
        assert page.h1 in words


def test_doors_of_the_home_page_lead_into_the_rooms(client: InspectingClient) -> None:
    home = client.get("/ar/")
    doors = home.page.all("//div[contains(@class, 'doors')]//a")
    assert [door.get("href") for door in doors] == [
        f"/ar/surveys/{SURVEY}/",
        "/ar/findings/",
        "/ar/case-studies/",
    ]


def test_home_page_leads_with_a_finding_of_the_demonstration(demo_client: InspectingClient) -> None:
    card = demo_client.get("/en/").page.one("//section[@aria-labelledby='headline']")
    assert len(card.xpath(".//*[contains(@class, 'notice-demo')]")) == 1
    assert len(card.xpath(".//*[local-name()='svg']")) == 1
    assert card.xpath(".//h2/a/@href")[0].startswith(f"/en/findings/{SURVEY}/")


def test_home_page_without_answers_leads_with_a_published_figure(client: InspectingClient) -> None:
    card = client.get("/en/").page.one("//section[@aria-labelledby='headline']")
    assert card.xpath(".//*[contains(@class, 'notice-demo')]") == []
    assert len(card.xpath(".//*[local-name()='svg']")) == 1


def test_contact_is_shown_when_it_is_known(make_site: Callable[..., Flask], starter_folder: object) -> None:
    from tests.inspecting import InspectingClient  # noqa: PLC0415 - the only test that makes its own

    client = InspectingClient(make_site(starter_folder, PORTAL_CONTACT="team@example.org"))
    for page in ("privacy", "accessibility"):
        assert client.get(f"/fr/{page}/").page.all("//a[@href='mailto:team@example.org']") != []


def _cards(reply: Reply) -> int:
    return len(reply.page.all("//article[@class='card']"))
