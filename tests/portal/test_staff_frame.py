"""The staff area's frame: who sees which areas, what waits, what was just done and how to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import redirect, render_template_string, request, url_for

from portal import audiences, audit, jobs
from portal.identity.roles import ADMINISTRATOR, ANALYST, EDITOR
from portal.jobs.models import JobRow
from portal.staff import navigation, notices
from portal.staff.navigation import Entry
from portal.staff.notices import Undo
from surveys.responses import store
from tests.inspecting import InspectingClient, inspect
from tests.page_rules import Page, read_page, text_of
from tests.staffing import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.wrappers import Response

HEADERS = {"Content-Security-Policy": "default-src 'none'"}

TRY = """{% extends "layouts/staff.html" %}{% from "macros/staff.html" import post_button %}
{% block title %}Trying{% endblock %}
{% block content %}<h1>Trying</h1>{{ post_button("/staff/trying/", "Do it", {"number": 3}, about="Ottawa") }}
{% endblock %}"""


def texts(page: Page, xpath: str) -> list[str]:
    return [" ".join(text_of(element).split()) for element in page.all(xpath)]


AREAS = "//header//nav//a"


def test_desk_without_signing_in_is_the_way_in(app: Flask) -> None:
    reply = InspectingClient(app, cookies=True).get("/staff/", follow_redirects=True)
    assert (reply.status, reply.address) == (200, "/staff/account/sign-in")


def test_desk_greets_its_person(app: Flask) -> None:
    client = signed_in(app, EDITOR, name="Zoé <b>Tremblay</b>")
    reply = client.get("/staff/")
    assert reply.h1 == "Hello, Zoé <b>Tremblay</b>"
    assert texts(reply.page, "//*[@aria-labelledby='waiting']/p") == ["Nothing is waiting for you."]
    assert texts(reply.page, "//nav//a[@aria-current]") == ["Desk"]
    account = reply.page.one("//header//a[bdi]")
    assert (account.get("href"), text_of(account)) == (
        "/staff/account/",
        "Your account: Zoé <b>Tremblay</b>",
    )


def test_sign_out_button_signs_out(app: Flask) -> None:
    client = signed_in(app, EDITOR)
    client.submit(client.get("/staff/"), form="//header//form")
    assert client.get("/staff/", follow_redirects=False).status == 303


@pytest.fixture
def areas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three areas of different people, and one that was left out of the portal."""
    entries = (
        Entry("staff.index", "Desk"),
        Entry("accounts.index", "For everyone", (), "What everyone may do."),
        Entry("accounts.language", "For analysts", (ANALYST,)),
        Entry("security.logout", "For two roles", (EDITOR, ADMINISTRATOR), "What two roles do."),
        Entry("nowhere.index", "Left out"),
    )
    monkeypatch.setattr(navigation, "ENTRIES", entries)


@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        ((), ["Desk", "For everyone"]),
        ((EDITOR,), ["Desk", "For everyone", "For two roles"]),
        ((ANALYST,), ["Desk", "For everyone", "For analysts"]),
        ((ANALYST, EDITOR), ["Desk", "For everyone", "For analysts", "For two roles"]),
    ],
)
def test_everybody_sees_their_own_areas(app: Flask, roles: tuple[str, ...], seen: list[str]) -> None:
    page = signed_in(app, *roles).get("/staff/").page
    assert texts(page, AREAS) == seen
    assert texts(page, "//*[@aria-labelledby='areas']//h3") == seen[1:]


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two things that wait for analysts, one for everyone."""
    monkeypatch.setattr(navigation, "_waiting", [])

    @navigation.waiting(ANALYST)
    def answers() -> Iterator[tuple[str, str]]:
        yield "3 answers wait", "/staff/answers/"
        yield "1 release waits", "/staff/releases/"

    @navigation.waiting()
    def everyone() -> list[tuple[str, str]]:
        return [("<b>Read</b> the news", "/staff/news/")]


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ((EDITOR,), [("<b>Read</b> the news", "/staff/news/")]),
        (
            (ANALYST,),
            [
                ("3 answers wait", "/staff/answers/"),
                ("1 release waits", "/staff/releases/"),
                ("<b>Read</b> the news", "/staff/news/"),
            ],
        ),
    ],
)
def test_what_waits_for_whom(app: Flask, roles: tuple[str, ...], told: list[tuple[str, str]]) -> None:
    page = signed_in(app, *roles).get("/staff/").page
    links = page.all("//*[@aria-labelledby='waiting']//a")
    assert [(text_of(link), link.get("href")) for link in links] == told


def test_latest_activity_is_for_administrators(app: Flask) -> None:
    administrator = signed_in(app, ADMINISTRATOR)
    with app.app_context(), store.write():
        for number in range(12):
            audit.record("people.devices_ended", "person", "0123456789abcdef", by="command", count=number)
    page = administrator.get("/staff/").page
    with app.test_request_context():
        sentences = [audit.sentence(line) for line in audit.latest(10)]
    assert texts(page, "//*[@class='activity']/li/span") == sentences
    assert len(page.all("//*[@class='activity']/li/time[@datetime]")) == 10
    assert signed_in(app, EDITOR).get("/staff/").page.all("//*[@class='activity']") == []


@pytest.fixture
def trying(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A site with one more page, whose button does something and whose Undo takes it back."""
    allowed = {**audiences.AUDIENCES, "trying": audiences.Audience(frozenset({"team"}))}
    monkeypatch.setattr(audiences, "AUDIENCES", allowed)

    def view() -> str | Response:
        if request.method == "GET":
            return render_template_string(TRY)
        number = request.form["number"]
        if number == "0":
            notices.refused("Nothing to do.")
        elif "back" in request.form:
            notices.done(f"Took {number} back.")
        else:
            notices.done(f"Did <b>{number}</b>.", Undo(url_for("trying"), {"number": number, "back": 1}))
        return redirect(url_for("trying"), 303)

    app.add_url_rule("/staff/trying/", "trying", view, methods=["GET", "POST"])
    return app


NOTICES = "//main/*[@role='status']/p"
DO = "//form[button[contains(., 'Do it')]]"


def test_notice_is_told_once_and_undone(trying: Flask) -> None:
    client = signed_in(trying, EDITOR)
    page = client.get("/staff/trying/").page
    assert texts(page, NOTICES) == []
    assert texts(page, f"{DO}/button") == ["Do it Ottawa"]
    done = client.submit(client.get("/staff/trying/"), form=DO)
    assert texts(done.page, NOTICES) == ["Did <b>3</b>."]
    undone = client.submit(done, form="//main/*[@role='status']//form")
    assert texts(undone.page, NOTICES) == ["Undone. Took 3 back."]
    assert undone.page.all("//main/*[@role='status']//form") == []
    assert texts(client.get("/staff/trying/").page, NOTICES) == []


def test_refusal_is_told(trying: Flask) -> None:
    client = signed_in(trying, EDITOR)
    page = client.submit(client.get("/staff/trying/"), {"number": "0"}, form=DO).page
    assert texts(page, NOTICES) == ["Nothing to do."]
    assert page.all("//main/*[contains(@class, 'notice-warning')]")


def test_undo_without_a_token_does_nothing(trying: Flask) -> None:
    client = signed_in(trying, EDITOR)
    refused = client.post("/staff/trying/", {"number": "3", "back": "1"}, follow_redirects=False)
    assert refused.status == 400
    assert texts(client.get("/staff/trying/").page, NOTICES) == []


def test_undo_never_leaves_the_staff_area(app: Flask) -> None:
    with app.test_request_context("/staff/"), pytest.raises(ValueError, match="outside the staff area"):
        notices.done("Done", Undo("https://example.org/staff/"))


def test_a_cookie_holds_few_notices(app: Flask) -> None:
    with app.test_request_context("/staff/"):
        for number in range(20):
            notices.done(f"Did {number}")
        assert [one.text for one in notices.take()] == [f"Did {number}" for number in range(15, 20)]
        assert notices.take() == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_desk_in_the_language_of_the_profile(app: Flask, language: str) -> None:
    page = signed_in(app, EDITOR, language=language).get("/staff/").page
    assert page.tree.get("lang") == language


def test_language_of_the_session(app: Flask) -> None:
    client = signed_in(app, EDITOR)
    page = client.get("/staff/").page
    links = {link.get("hreflang"): link.get("href") for link in page.all("//footer//a[@hreflang]")}
    assert links == {"fr": "/staff/?lang=fr", "ar": "/staff/?lang=ar"}
    assert client.get(links["fr"]).page.tree.get("lang") == "fr"
    assert client.get("/staff/").page.tree.get("lang") == "fr"


MACROS = """<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Jobs</title></head>
<body><a href="/en/">Home</a><h1>Jobs</h1>{% from "macros/staff.html" import progress, facts %}
{% if job %}{{ progress(job) }}{% endif %}{% if pairs %}{{ facts(pairs) }}{% endif %}</body></html>"""


def drawn(app: Flask, **values: object) -> Page:
    with app.test_request_context("/staff/jobs/?a=1"):
        html = render_template_string(MACROS, **values)
    page = read_page("/staff/jobs/", 200, HEADERS, html)
    assert inspect(page) == []
    return page


@pytest.mark.parametrize(
    ("job", "words", "bar"),
    [
        (("queued", 0, 0), "Waiting to start Look again", []),
        (("running", 0, 0), "Under way Look again", [(None, None)]),
        (("running", 1200, 4000), "Under way 1,200 of 4,000 Look again", [("1200", "4000")]),
        (("done", 4000, 4000), "Done 4,000 of 4,000", []),
        (("done", 0, 1), "Done", []),
        (("refused", 0, 1), "Refused", []),
        (("failed", 7, 9), "Failed 7 of 9", []),
        (("cancelled", 7, 9), "Stopped 7 of 9", []),
    ],
)
def test_progress_of_a_job(
    app: Flask, job: tuple[str, int, int], words: str, bar: list[tuple[str | None, str | None]]
) -> None:
    state, done, total = job
    page = drawn(app, job=jobs.read(JobRow(id="a1", state=state, done=done, total=total)))
    assert texts(page, "//p") == [words]
    assert [(one.get("value"), one.get("max")) for one in page.all("//progress")] == bar


def test_facts(app: Flask) -> None:
    page = drawn(app, pairs=[("Name", "Zoé"), ("Answers", 1234), ("Closed", None)])
    told = list(zip(texts(page, "//dt"), texts(page, "//dd"), strict=True))
    assert told == [("Name", "Zoé"), ("Answers", "1,234"), ("Closed", "– none")]
    assert texts(page, "//dd/bdi") == ["Zoé"]


def test_every_area_is_a_page_of_this_portal(app: Flask) -> None:
    assert [entry for entry in navigation.ENTRIES if entry.endpoint not in app.view_functions] == []
    assert {navigation.ACCOUNT, navigation.SIGN_OUT} <= app.view_functions.keys()


def test_areas_are_shown_to_whoever_may_open_them() -> None:
    for entry in navigation.ENTRIES:
        assert audiences.AUDIENCES[entry.endpoint].roles == frozenset(entry.roles), entry.endpoint
