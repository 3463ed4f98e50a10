"""Dated facts: quoted by reference, superseded but never overwritten, marked once their day has passed."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from flask import render_template_string

from portal import content, dated_facts, jobs, public_pages, thread
from portal.content import kinds as content_kinds
from portal.facts.statements import faults, guard
from portal.languages import away
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal import walking

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

SLUG = "whatsapp-group-limit"
REVIEW_BY = "2027-05-01"
EACH_LANGUAGE = pytest.mark.parametrize("language", walking.LANGUAGES)


def statement(name: str, value: int, **others: Any) -> dict[str, Any]:
    words = dict.fromkeys(walking.LANGUAGES, f"{value}")
    source = {"name": words, "address": "https://example.org/"}
    return {
        "id": name,
        "value": value,
        "qualifier": "exactly",
        "text": words,
        "as_of": "2024",
        "source": source,
        **others,
    }


def fact(*statements: dict[str, Any], **others: Any) -> dict[str, Any]:
    subject = dict.fromkeys(walking.LANGUAGES, "A limit")
    return {
        "slug": "limit",
        "area": "limits",
        "subject": subject,
        "unit": "members",
        "statements": list(statements),
        **others,
    }


def withdrawn(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "withdrawn": {"reason": dict.fromkeys(walking.LANGUAGES, "Misread"), "on": "2026-11-24"}}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the day."""

    def set_day(day: str) -> None:
        at = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp()
        monkeypatch.setattr(time, "time", lambda: at)

    return set_day


def kept(app: Flask, body: dict[str, Any]) -> None:
    with app.app_context(), store.write():
        content.save("fact", body["slug"], body)


def test_last_statement_not_withdrawn_is_current() -> None:
    first, second, third = statement("a", 100), statement("b", 256), withdrawn(statement("c", 512))
    read = dated_facts.of("limit", fact(first, second, third))
    assert read.current is not None
    assert read.current.id == "b"
    assert [read.state(one) for one in read.statements] == ["superseded", "current", "withdrawn"]
    assert [one.value for one in (read.stated("a"), read.stated()) if one] == [100, 256]
    assert read.stated("d") is None
    assert dated_facts.of("limit", fact(withdrawn(first))).current is None


@pytest.mark.parametrize(
    ("day", "expired"), [("2027-04-30", False), ("2027-05-01", False), ("2027-05-02", True)]
)
def test_a_fact_expires_the_day_after_it_was_to_be_checked(day: str, expired: bool) -> None:  # noqa: FBT001 - a table of days
    assert dated_facts.of("limit", fact(statement("a", 1, review_by=REVIEW_BY))).expired(day) is expired
    assert dated_facts.of("limit", fact(statement("a", 1, review_by=None))).expired(day) is False


@pytest.mark.parametrize(
    ("day", "due"),
    [("2027-05-01", []), ("2027-05-02", ["limit"]), ("2027-05-08", ["limit"]), ("2027-05-09", [])],
)
def test_a_passed_review_day_is_told_for_a_week(day: str, due: list[str]) -> None:
    assert (
        dated_facts.due_lately([dated_facts.of("limit", fact(statement("a", 1, review_by=REVIEW_BY)))], day)
        == due
    )


def test_statements_are_added_and_withdrawn_and_nothing_else() -> None:
    first, second = statement("a", 100, note=None), statement("b", 256, review_by=REVIEW_BY)
    old = fact(first, second, platform="whatsapp")

    def refused(*statements: dict[str, Any], **others: Any) -> list[str]:
        return [one.place for one in guard(old, fact(*statements, **{"platform": "whatsapp", **others}))]

    assert refused(first, second) == []
    assert refused(first, second, statement("c", 512)) == []
    assert refused(statement("a", 100), withdrawn(second)) == []
    assert refused(first, {**second, "value": 257}) == ["statements.2.value"]
    assert refused(first, {**second, "review_by": "2028-01-01"}) == ["statements.2.review_by"]
    assert refused({**first, "note": dict.fromkeys(walking.LANGUAGES, "New")}, second) == [
        "statements.1.note"
    ]
    assert refused(first) == ["statements.2"]
    assert refused(second, first) == ["statements.1"]
    assert refused(statement("0", 50), first, second) == ["statements.1"]
    assert refused(first, second, unit="people") == ["unit"]
    assert refused(first, second, platform=None) == ["platform"]
    gone = fact(withdrawn(first))
    assert [one.place for one in guard(gone, fact(first))] == ["statements.1.withdrawn"]


def test_statements_have_names_dates_and_whole_review_days() -> None:
    first = statement("a", 1, review_by="2027-05")
    second = statement("a", 2, as_of=None)
    third = withdrawn(statement("c", 3, as_of=None, as_of_note={"en": "undated"}))
    third["withdrawn"]["on"] = "2026-02-30"
    assert [one.place for one in faults(fact(first, second, third))] == [
        "statements.1.review_by", "statements.2.id", "statements.2.as_of", "statements.3.withdrawn.on",
    ]  # fmt: skip


def test_saving_refuses_to_overwrite_and_keeps_what_was(stored_app: Flask) -> None:
    with stored_app.app_context():
        body = content.document("fact", SLUG)
        assert body is not None
        body["statements"][-1]["value"] = 2048
        with pytest.raises(content.RefusedError) as refused, store.write():
            content.save("fact", SLUG, body)
        assert [one.place for one in refused.value.complaints] == ["statements.4.value"]
        read = dated_facts.find(SLUG)
    assert read is not None
    assert read.current is not None
    assert read.current.value == 1024


@EACH_LANGUAGE
def test_facts_are_listed_by_area_and_lead_to_their_pages(language: str, app: Flask) -> None:
    client = InspectingClient(app)
    page = client.get(f"/{language}/facts/").page
    with app.app_context():
        slugs = [card["slug"] for card in content.cards("fact")]
    links = [link.get("href") for link in page.all("//main//ul[@class='fact-list']//a")]
    assert sorted(links) == sorted(f"/{language}/facts/{slug}/" for slug in slugs)
    assert [one.get("aria-labelledby") for one in page.all("//main/section")] == [
        "limits", "groups", "scan", "surveys", "sector",
    ]  # fmt: skip
    for link in links:
        client.get(link)


def test_facts_of_one_platform(client: InspectingClient) -> None:
    page = client.get("/en/facts/?platform=telegram").page
    assert [link.get("href") for link in page.all("//main//ul[@class='fact-list']//a")] == [
        f"/en/facts/{slug}/"
        for slug in ("telegram-group-limit", "telegram-group-admins", "ottawa-group-members")
    ]
    assert client.get("/en/facts/?platform=viber").status == 404
    assert client.get("/en/facts/nothing-of-the-kind/").status == 404


def test_a_fact_shows_its_whole_history_and_what_was_withdrawn(app: Flask) -> None:
    kept(app, fact(statement("a", 100), withdrawn(statement("b", 999)), statement("c", 256)))
    page = InspectingClient(app).get("/en/facts/limit/").page
    assert walking.text_of(page.one("//p[@class='fact-large']")) == "256"
    assert [
        (one.get("id"), one.get("class"), walking.text_of(one.xpath("./p[1]")[0]))
        for one in page.all("//ol[@class='timeline']/li")
    ] == [
        ("statement-a", "stated-superseded", "100 superseded"),
        ("statement-b", "stated-withdrawn", "999 withdrawn"),
        ("statement-c", "stated-current", "256 current"),
    ]
    assert (
        walking.text_of(page.one("//li[@id='statement-b']/p[3]")) == "Withdrawn on November 24, 2026: Misread"
    )


def test_a_fact_says_where_it_is_used(client: InspectingClient) -> None:
    page = client.get("/en/facts/toronto-sms-funding/").page
    used = [link.get("href") for link in page.all("//section[@class='used-in']//a")]
    assert "/en/platforms/sms/" in used


def test_a_fact_of_which_everything_was_withdrawn_says_so(app: Flask) -> None:
    kept(app, fact(withdrawn(statement("a", 100))))
    client = InspectingClient(app)
    assert client.get("/en/facts/limit/").page.all("//p[@class='fact-large']") == []
    assert "withdrawn" in walking.text_of(
        client.get("/en/facts/").page.one("//li[a[contains(@href, '/facts/limit/')]]")
    )
    with away(app, "en"):
        assert "a figure that was withdrawn" in thread.line("[[fact:limit]]")
        assert "a figure that was withdrawn" in quoted("limit")


def quoted(slug: str, pin: str = "") -> str:
    template = '{% from "macros/facts.html" import quoted %}{{ quoted(slug, pin)|striptags }}'
    return render_template_string(template, slug=slug, pin=pin)


def test_texts_quote_what_is_stated_now_or_the_statement_they_are_held_to(
    app: Flask, clock: Callable[[str], None]
) -> None:
    clock("2027-05-01")
    link = '<a class="fact" href="/fr/facts/whatsapp-group-limit/">{}</a>'
    with away(app, "fr"):
        assert thread.line(f"[[fact:{SLUG}]]") == link.format("1\u00a0024 membres")
        assert thread.line(f"[[fact:{SLUG}@256]]") == link.format("256 membres")
        assert quoted(SLUG) == (
            "1 024 membres (3 novembre 2022; Indian Express, sur le déploiement des Communautés WhatsApp)"
        )
        assert (
            quoted(SLUG, "100") == "100 membres (année non indiquée; mag92.com, sur le passage de 100 à 256)"
        )
    kept(app, fact(statement("a", 100), withdrawn(statement("b", 256))))
    with away(app, "en"):
        assert thread.line("[[fact:limit@b]]").striptags() == "256 (withdrawn)"
        assert quoted("limit", "b") == "256 (2024; 256) This was withdrawn."


def test_an_old_fact_is_marked_wherever_it_is_quoted(app: Flask, clock: Callable[[str], None]) -> None:
    clock("2027-05-02")
    with away(app, "en"):
        said = thread.line(f"[[fact:{SLUG}]]").striptags()
        assert said == "1,024 members (to be checked again by May 1, 2027; it may have changed)"
        assert thread.line(f"[[fact:{SLUG}@1024]]").striptags() == "1,024 members"
        assert quoted(SLUG).endswith("This was to be checked again by May 1, 2027; it may have changed.")
        assert quoted(SLUG, "1024").endswith("WhatsApp Communities)")


def reviewed() -> dict[str, Any] | None:
    """A day's run of the job; gives what came of it."""
    with store.write():
        job = jobs.start(dated_facts.TASK)
    jobs.run_waiting()
    found = jobs.find(job.id)
    return dict(found.result) if found is not None and found.result is not None else None


def test_kept_pages_say_so_once_the_day_has_passed(
    stored_app: Flask, clock: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_pages, "FRESH_FOR", -1.0)  # changes are seen at once
    client = InspectingClient(stored_app)
    sentence = "This was to be checked again by May 1, 2027; it may have changed."

    def warned() -> list[str]:
        return [
            walking.text_of(one) for one in client.get(f"/en/facts/{SLUG}/").page.all("//div[@role='note']")
        ]

    clock(REVIEW_BY)
    assert warned() == []
    with stored_app.app_context():
        assert reviewed() == {"passed": 0}
    clock("2027-05-02")
    assert warned() == [], "the page was kept before"
    with stored_app.app_context():
        due = [one for one in dated_facts.every() if one.current and one.current.review_by == REVIEW_BY]
        assert reviewed() == {"passed": len(due)}
    assert warned() == [sentence]
    marked = client.get("/en/facts/").page.all("//li[.//span[contains(@class, 'fact-overdue')]]")
    assert len(marked) == len(due)


def test_search_and_lists_know_a_fact(app: Flask) -> None:
    with app.app_context():
        (card,) = content.cards("fact", [SLUG])
        kind = content_kinds.kinds()["fact"]
        body = content.document("fact", SLUG) or {}
        (passage,) = kind.passages(body, "ar")
    assert (card["area"], card["platforms"], card["current"]["as_of"]) == (
        "limits",
        ["whatsapp"],
        "2022-11-03",
    )
    assert list(card["stated"]) == ["100", "256", "512", "1024"]
    assert passage.title == body["subject"]["ar"]
    assert passage.facets == {"platform": ["whatsapp"]}
    now, *older = [said for said in passage.text.split("\n\n") if "(" in said]
    assert now.startswith("1,024 عضوًا (3 نوفمبر 2022؛ ")
    assert [said.partition(" (")[0] for said in older] == [
        "سابقًا: 512 عضوًا", "سابقًا: 256 عضوًا", "سابقًا: 100 عضو",
    ]  # fmt: skip


def test_search_finds_what_holds_first_and_nothing_withdrawn(app: Flask) -> None:
    note = dict.fromkeys(walking.LANGUAGES, "Checked twice")
    body = fact(
        statement("a", 100),
        withdrawn(statement("b", 999)),
        statement("c", 256, as_of="2024-02-01", note=note),
    )
    with app.app_context():
        kind = content_kinds.kinds()["fact"]
    (passage,) = kind.passages(body, "fr")
    assert passage.text.split("\n\n") == [
        "256 (1er février 2024; 256)", "Checked twice", "Auparavant : 100 (2024)",
    ]  # fmt: skip
    (nothing,) = kind.passages(fact(withdrawn(statement("a", 100))), "fr")
    assert (nothing.title, nothing.text) == ("A limit", "")


def test_what_is_told_of_a_fact_elsewhere_has_its_date_and_source(app: Flask) -> None:
    kept(app, fact(statement("a", 100), statement("b", 256, as_of="2024-02")))
    client = InspectingClient(app)
    described = client.get("/en/facts/limit/").page.one("//meta[@name='description']").get("content")
    assert described == "A limit: 256 (February 2024; 256)"
    shared = client.get("/en/share/fact/limit/").page
    address = "http://localhost/en/facts/limit/"
    assert [walking.text_of(one) for one in shared.all("//textarea")] == [
        f"*A limit* 256 (February 2024; 256) {address}",
        f"A limit 256 (February 2024; 256) {address}",
        f"A limit 256 (February 2024) {address}",
    ]


def test_a_fact_can_be_cited_and_each_statement_linked(app: Flask) -> None:
    kept(app, fact(statement("a", 100), statement("b", 256, as_of=None, as_of_note={
        "en": "about 2024", "fr": "vers 2024", "ar": "نحو 2024",
    })))  # fmt: skip
    page = InspectingClient(app).get("/en/facts/limit/").page
    assert walking.text_of(page.one("//section[@aria-labelledby='citation']/p")) == (
        "A limit: 256 (about 2024; 256). DMSI portal. http://localhost/en/facts/limit/#statement-b"
    )
    assert [link.get("href") for link in page.all("//ol[@class='timeline']//a[starts-with(@href, '#')]")] == [
        "#statement-a", "#statement-b",
    ]  # fmt: skip


def test_a_fact_of_which_everything_was_withdrawn_is_still_told_of(app: Flask) -> None:
    kept(app, fact(withdrawn(statement("a", 100))))
    client = InspectingClient(app)
    told = feedparser.parse(client.get("/en/facts/feed.atom").body).entries
    assert [one.summary for one in told if one.title == "A limit"] == ["A limit"]
    address = "http://localhost/en/facts/limit/"
    assert walking.text_of(client.get("/en/share/fact/limit/").page.one("//textarea[@id='sms-text']")) == (
        f"A limit {address}"
    )
