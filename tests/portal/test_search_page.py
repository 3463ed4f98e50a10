"""The page that people search with: what it shows, where it leads, and what it keeps to itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from portal import limits, public_pages, searching
from portal.searching import Passage
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.page_rules import text_of
from tests.portal.searchable import BAD, GROUP, LINE, fill

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import Reply


@pytest.fixture
def searched(app: Flask) -> InspectingClient:
    """A visitor of a site whose index holds the content of these tests and nothing else."""
    with app.app_context():
        searching.clear()
        fill()
    return InspectingClient(app)


def results_of(reply: Reply) -> list[str]:
    """Addresses of the results on a page, in their order."""
    return [str(link.get("href")) for link in reply.page.all("//h3[@class='hit-title']/a")]


def address(language: str = "en", **arguments: object) -> str:
    """A search page."""
    return f"/{language}/search/?{urlencode(arguments)}"


def test_every_page_has_a_form_that_leads_to_the_search(searched: InspectingClient) -> None:
    for language, title in (("en", "Search"), ("fr", None), ("ar", None)):
        home = searched.get(f"/{language}/")
        form = home.page.one("//header//form")
        assert (form.get("method"), form.get("action")) == ("get", f"/{language}/search/")
        empty = searched.get(f"/{language}/search/")
        assert empty.status == 200
        assert results_of(empty) == []
        assert title is None or empty.h1 == title
        assert len(empty.page.all("//input[@name='q']")) == 1


def test_a_page_shows_what_was_found(searched: InspectingClient) -> None:
    reply = searched.get(address(q="whatsapp"))
    assert results_of(reply) == [f"/en{GROUP}"]
    assert [text_of(mark) for mark in reply.page.all("//mark")] == ["WhatsApp"]
    assert text_of(reply.page.one("//p[@role='status']")) == "1 result"
    assert text_of(reply.page.one("//li[@class='hit']/p[@class='kicker']")) == "Case study · 2016"
    assert reply.page.one("//meta[@name='robots']").get("content") == "noindex"
    assert reply.page.one("//input[@name='q']").get("value") == "whatsapp"
    line = searched.get(address(q="sms"))
    assert "&lt;b&gt;No app&lt;/b&gt; &amp; no data plan" in line.text


@pytest.mark.parametrize(
    ("language", "query"), [("en", "newcomers"), ("fr", "refugies"), ("ar", "منظمة"), ("ar", "WhatsApp")]
)
def test_results_are_in_the_language_of_the_page(
    language: str, query: str, searched: InspectingClient
) -> None:
    reply = searched.get(address(language, q=query))
    assert f"/{language}{GROUP}" in results_of(reply)
    assert len(reply.page.all("//mark")) >= 1
    others = {str(link.get("href")) for link in reply.page.all("//nav[@class='languages']//a")}
    assert others == {address(code, q=query) for code in ("en", "fr", "ar") if code != language}


def test_a_facet_is_a_link_that_narrows_and_another_that_undoes(searched: InspectingClient) -> None:
    wide = searched.get(address(q="newcomers"))
    links = {text_of(link): str(link.get("href")) for link in wide.page.all("//aside//li/a")}
    assert set(links) == {
        "Case study",
        "WhatsApp",
        "Text messages (SMS)",
        "Ontario",
        "Quebec",
        "2020",
        "2016",
    }
    narrow = searched.get(links["Quebec"])
    assert results_of(narrow) == [f"/en{LINE}"]
    (chosen,) = narrow.page.all("//aside//a[@aria-current='true']")
    assert text_of(chosen).startswith("Quebec")
    assert results_of(searched.get(str(chosen.get("href")))) == results_of(wide)
    narrower = searched.get(f"{links['Quebec']}&kind=fact")
    assert results_of(narrower) == []
    (all_of_them,) = narrower.page.all("//main//p/a[text()='Search without narrowing']")
    assert results_of(searched.get(str(all_of_them.get("href")))) == results_of(wide)


def test_a_document_has_one_place_with_links_to_its_other_passages(
    app: Flask, searched: InspectingClient
) -> None:
    passages = [
        Passage("Bus riders", "About buses."),
        Passage("Bus riders · Why this platform", "Buses were late, and so was <i>this</i> bus.", "why"),
    ]
    with app.app_context(), store.write():
        searching.put("case-study", "bus", "en", "/en/bus/", passages)
    reply = searched.get(address(q="buses"))
    assert text_of(reply.page.one("//p[@role='status']")) == "1 result"
    assert results_of(reply) == ["/en/bus/"]
    also = reply.page.one("//li[@class='hit']/p[@class='small']")
    assert text_of(also) == "Also: Why this platform"
    assert [link.get("href") for link in also.xpath("a")] == ["/en/bus/#why"]


def test_a_mistyped_query_says_what_was_looked_for_instead(searched: InspectingClient) -> None:
    reply = searched.get(address(q="voluntears"))
    assert results_of(reply) == [f"/en{GROUP}"]
    notice = reply.page.one("//main//div[@class='notice']")
    assert text_of(notice).startswith("Did you mean volunteers ? These are its results.")
    link = notice.xpath(".//a")[0]
    literal = searched.get(str(link.get("href")))
    assert results_of(literal) == []
    assert "Nothing was found for" in literal.text
    assert literal.page.all("//main//ul/li/a[@href='/en/case-studies/']")


def test_pages_of_results_lead_to_each_other(app: Flask, searched: InspectingClient) -> None:
    with app.app_context(), store.write():
        for number in range(25):
            searching.put(
                "fact", f"f{number:02}", "en", f"/en/f/{number:02}/", [Passage("Same", "Same text")]
            )
    first = searched.get(address(q="same"))
    assert (len(results_of(first)), first.page.all("//a[@rel='prev nofollow']")) == (10, [])
    second = searched.get(str(first.page.one("//a[@rel='next nofollow']").get("href")))
    last = searched.get(str(second.page.one("//a[@rel='next nofollow']").get("href")))
    shown = [href for reply in (first, second, last) for href in results_of(reply)]
    assert shown == [f"/en/f/{number:02}/" for number in range(25)]
    assert last.page.one("//ol[@class='hits']").get("start") == "21"
    for odd in ("0", "-1", "x", "٣", "1e3", "999999999999"):
        assert searched.get(address(q="same", page=odd)).status == 200
    assert results_of(searched.get(address(q="same", page=999))) == results_of(last)


def test_no_address_makes_the_page_fail(searched: InspectingClient) -> None:
    for query in BAD:
        typed = query.encode(errors="surrogatepass")
        assert searched.get(address(q=typed)).status == 200
    assert searched.get("/en/search/?q=%ff%fe&kind=%00&platform=%ff&year=%0a&page=%00").status == 200
    assert searched.get("/en/search/?q=whatsapp&kind=" + "x" * 3000).status == 200
    assert searched.get("/en/search/?q=a&q=b&kind=a&kind=b").status == 200
    assert searched.get("/ar/search/?q=whatsapp&platform=nobody").status == 200


def test_a_query_is_kept_nowhere(
    app: Flask, searched: InspectingClient, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = app.extensions["public_pages"]
    assert isinstance(pages, public_pages.PublicPages)
    pages.forget()
    capsys.readouterr()
    served = {"environ_overrides": {"SERVER_SOFTWARE": "test"}}
    reply = searched.get(address(q="Quillon Canary 613-555-0199", kind="fact"), **served)
    assert reply.headers["Cache-Control"] == "private, max-age=0"
    log = "".join(capsys.readouterr())
    assert [json.loads(line)["endpoint"] for line in log.splitlines()] == ["/<language:lang>/search/"]
    assert "canary" not in log.lower()
    assert "613-555" not in log
    assert len(pages._pages) == 0
    searched.get("/en/search/")
    assert [path for _, path in pages._pages] == ["/en/search/?"]


def test_a_fault_of_the_database_does_not_tell_the_query(
    app: Flask, searched: InspectingClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context():
        store.database.execute_sql("DROP TABLE search_entry")
    capsys.readouterr()
    assert searched.get(address(q="Quillon Canary")).status == 503
    log = "".join(capsys.readouterr())
    assert json.loads(log.splitlines()[0])["message"] == "database: no such table: search_entry"
    assert "canary" not in log.lower()


def test_searching_too_often_is_refused(searched: InspectingClient) -> None:
    limit = limits.LIMITS["search.index"]
    assert limit.rate == "600 per minute"
    rate = limits.parse(limit.rate)
    assert limits.limiter.limiter.hit(rate, "search.index", "127.0.0.1", cost=599)
    assert [searched.get(address(q="group")).status for _ in range(2)] == [200, 429]
