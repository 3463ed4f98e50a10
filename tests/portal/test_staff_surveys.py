"""Surveys for the staff, through the pages: brought in, opened, invited to, counted, released, taken out."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from surveys.responses import drafts, erasure, participants, records, store, waves
from tests.inspecting import InspectingClient
from tests.portal.surveying import AT, WAVE, button, run_jobs, said, upload
from tests.portal.walking import SURVEY
from tests.responses.asked import SURVEY as PRACTICE
from tests.responses.asked import answered, submitted
from tests.staffing import signed_in

if TYPE_CHECKING:
    from flask import Flask


# ---- Bringing in --------------------------------------------------------------------------------


def test_a_questionnaire_is_read_and_then_brought_in(stored_app: Flask) -> None:
    client = signed_in(stored_app, "survey-designer")
    read = upload(client, PRACTICE, do="check")
    assert (read.status, read.page.one("//h2[@id='report']").text) == (200, "The questionnaire reads well")
    with stored_app.app_context():
        assert waves.waves("practice") == ()
    brought = upload(client, PRACTICE, do="import")
    assert (brought.status, brought.address) == (200, f"{AT}practice/1/")
    assert "brought a questionnaire in" in said(brought)
    with stored_app.app_context():
        (wave,) = waves.waves("practice")
    assert wave.state == "draft"


def test_complaints_name_the_line_and_nothing_is_brought_in(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    reply = upload(
        client, PRACTICE.replace("select_one yes_no", "select_one no_such_list"), do="import", slug="mine"
    )
    assert reply.status == 422
    (complaint,) = reply.page.all("//ul[@class='complaints']/li")
    assert re.match(r"practice\.yaml:\d+: .*no_such_list", "".join(complaint.itertext()))
    assert reply.page.one("//input[@name='slug']").get("value") == "mine"
    with app.app_context():
        assert (waves.waves("practice"), waves.waves("mine")) == ((), ())


@pytest.mark.parametrize(
    ("data", "name", "slug", "words"),
    [
        (b"", "practice.yaml", "", "This file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "practice.yaml", "", "not readable text"),
        (b"%PDF-1.7 nothing", "practice.xlsx", "", "not an Excel workbook"),
        (b"<html></html>", "practice.exe", "", "This kind of file cannot be used here"),
        (PRACTICE.encode(), "practice.yaml", "Mine!", "Write small letters, digits and hyphens only."),
    ],
)
def test_a_file_that_is_no_questionnaire_is_refused_in_a_sentence(
    app: Flask, data: bytes, name: str, slug: str, words: str
) -> None:
    reply = upload(signed_in(app, "survey-designer"), data, do="import", name=name, slug=slug)
    assert reply.status == 422
    assert words in said(reply)


def test_a_wave_with_responses_keeps_its_questionnaire(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    upload(client, PRACTICE, do="import")
    with app.app_context():
        submitted(waves.open_wave(waves.find("practice@1")), uses="no")
    reply = upload(client, PRACTICE.replace("Do you use it?", "Do you?"), do="import")
    assert reply.status == 422
    assert "The wave practice@1 has responses and keeps its questionnaire." in said(reply)


def test_a_questionnaire_that_lacks_a_language_is_not_opened_and_breaks_no_page(app: Flask) -> None:
    client = signed_in(app, "survey-designer", "analyst", language="ar")
    brought = upload(client, PRACTICE, do="import")
    assert brought.page.all("//h1/span[@lang='en']")
    with app.app_context():
        assert len(waves.waves("practice")) == 1
    visitor = InspectingClient(app)
    assert [visitor.get(f"/ar/{page}").status for page in ("surveys/", "findings/", "surveys/practice/")] == [
        200,
        200,
        404,
    ]
    opened = client.submit(brought, form="//form[contains(@action, '/open')]")
    assert "fr, ar" in said(opened)
    with app.app_context():
        assert waves.find("practice@1").state == "draft"
    for page in ("", "tables/", "tables/uses/", "release/", "organizations/", "responses/", "records/"):
        assert client.get(f"{AT}practice/1/{page}").status == 200


# ---- Opening and closing ------------------------------------------------------------------------


def test_closing_can_be_undone_and_both_are_in_the_activity(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    page = client.get(WAVE)
    closed = client.submit(page, form=button(page, "Close the survey"))
    assert "The survey is closed." in said(closed)
    with app.app_context():
        assert waves.find(SURVEY).state == "closed"
    undone = client.submit(closed, form=button(closed, "Undo"))
    assert "Undone. The survey is open." in said(undone)
    assert undone.page.all("//button[.='Undo']") == []
    with app.app_context():
        assert waves.find(SURVEY).state == "open"
    lines = [
        "".join(line.itertext()).split("UTC")[-1].strip()
        for line in undone.page.all("//ol[@class='activity']/li")
    ]
    assert lines == ["Ada Lovelace opened the survey", "Ada Lovelace closed the survey"]


def test_the_demonstration_is_not_opened(demo_app: Flask) -> None:
    client = signed_in(demo_app, "survey-designer")
    page = client.get(f"{AT}{SURVEY}/demonstration/")
    token = page.page.one("(//input[@name='csrf_token'])[1]").get("value")
    reply = client.post(f"{AT}{SURVEY}/demonstration/open", {"csrf_token": token})
    assert "The demonstration takes no answers and cannot be opened." in said(reply)


def test_whose_answers_count_is_chosen_and_taken_back(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    page = client.get(WAVE)
    every = client.submit(page, form=button(page, "Count every submitted answer"))
    with app.app_context():
        assert waves.find(SURVEY).entry == "open"
    undone = client.submit(every, form=button(every, "Undo"))
    assert "Undone. Only verified answers count now." in said(undone)
    assert undone.page.all("//button[.='Undo']") == []
    with app.app_context():
        assert waves.find(SURVEY).entry == "verified"


@pytest.mark.parametrize("address", [f"{AT}nothing/1/", f"{AT}{SURVEY}/9/", f"{AT}{SURVEY}/9/organizations/"])
def test_an_unknown_wave_has_no_page(app: Flask, address: str) -> None:
    assert signed_in(app, "survey-designer").get(address).status == 404


def block(client: InspectingClient, heading: str) -> list[tuple[str, str]]:
    """What a wave's page says under a heading."""
    facts = client.get(f"{AT}practice/1/").page.one(f"//section[h2='{heading}']/dl")
    words = ["".join(each.itertext()).strip() for each in facts]
    return list(zip(words[::2], words[1::2], strict=True))


def test_invited_organizations_and_answers_by_the_open_link_are_counted_apart(app: Flask) -> None:
    client = signed_in(app, "survey-designer")
    upload(client, PRACTICE, do="import")
    with app.app_context():
        wave = waves.open_wave(waves.find("practice@1"))
        participants.enrol(wave, "Aurora")
        boreal = drafts.find(participants.invite(wave, "Boreal")).id
        drafts.save(boreal, base_revision=None, values={"uses": "no"})
        drafts.submit(boreal)
        for _each in range(2):
            submitted(wave, uses="no")
        answered(wave, uses="yes")
    assert block(client, "Organizations invited") == [
        ("Not begun", "1"), ("Begun", "0"), ("Submitted", "1"), ("Withdrawn", "0"),
    ]  # fmt: skip
    assert block(client, "Answers by the open link") == [
        ("Begun", "1"), ("Submitted", "2"), ("Waiting to be accepted", "2"), ("Withdrawn", "0"),
    ]  # fmt: skip
    with app.app_context():
        erasure.erase_identifiers(waves.close_wave(wave))
    page = client.get(f"{AT}practice/1/")
    assert page.page.all("//h2[.='Organizations invited' or .='Answers by the open link']") == []
    assert block(client, "All answers")[:2] == [("Begun", "1"), ("Submitted", "3")]


# ---- Counting and releasing ---------------------------------------------------------------------


@pytest.fixture
def practice(stored_app: Flask) -> Flask:
    """A survey that three organizations have answered, one of them by the open link."""
    client = signed_in(stored_app, "survey-designer")
    upload(client, PRACTICE, do="import")
    with stored_app.app_context():
        wave = waves.open_wave(waves.find("practice@1"))
        for answers in ({"uses": "yes", "platforms": ["whatsapp"]}, {"uses": "no"}, {"uses": "no"}):
            submitted(wave, **answers)
        codes = [row.receipt for row in store.Response.select().order_by(store.Response.number)]
        participants.accept(wave, codes[:2])
    return stored_app


def test_exact_tables_are_counted_by_a_job_and_looking_at_them_is_in_the_trail(practice: Flask) -> None:
    client = signed_in(practice, "analyst")
    page = client.get(f"{AT}practice/1/tables/")
    assert "This survey was not counted yet." in said(page)
    work = client.submit(page, form=button(page, "Count again"))
    assert work.headers["Refresh"] == "3"
    run_jobs(practice)
    assert "3 responses were counted." in said(client.get(work.address))
    table = client.get(f"{AT}practice/1/tables/uses/")
    rows = [
        [" ".join("".join(cell.itertext()).split()) for cell in row.iter("th", "td")]
        for row in table.page.all("//tbody/tr")
    ]
    assert rows == [["Yes", "1", "50", "9–91"], ["No", "1", "50", "9–91"], ["No answer", "0", "0", "0–66"]]
    client.get(f"{AT}practice/1/tables/platforms/")
    activity = client.get(f"{AT}practice/1/").page.all("//ol[@class='activity']/li/span")
    assert ["".join(line.itertext()) for line in activity].count("Ada Lovelace looked at exact tables") == 1


def test_a_release_says_what_it_waits_for_and_accepting_makes_a_response_count(practice: Flask) -> None:
    client = signed_in(practice, "analyst")
    work = client.submit(
        page := client.get(f"{AT}practice/1/release/"), form=button(page, "Build the release")
    )
    run_jobs(practice)
    assert "Build a release Refused No release was built." in said(client.get(work.address))
    assert "2 of 10 new answers are there" in said(client.get(work.address))
    responses = client.get(f"{AT}practice/1/responses/?verified=no")
    assert len(responses.page.all("//tbody/tr")) == 1
    accepted = client.submit(responses, form=button(responses, "Accept"))
    assert "1 response counts now." in said(accepted)
    assert client.get(f"{AT}practice/1/responses/?verified=no").page.all("//tbody/tr") == []


def test_a_release_that_is_safe_is_built_by_the_button(demo_app: Flask) -> None:
    with demo_app.app_context():
        wave = waves.current(SURVEY)
        for invented in records.records(waves.find(f"{SURVEY}@{waves.DEMONSTRATION}"))[:14]:
            submitted(wave, **invented.answers)
        participants.accept(wave, None)
    client = signed_in(demo_app, "analyst")
    page = client.get(f"{WAVE}release/")
    work = client.submit(page, form=button(page, "Build the release"))
    assert run_jobs(demo_app) >= 2
    assert "Release 2 is published." in said(client.get(work.address))
    assert client.get(f"/en/findings/{SURVEY}/releases/2/").status == 200
    page = client.get(f"{WAVE}release/")
    assert "Not ready yet. 0 of 10 new answers are there" in said(page)
    again = client.submit(page, form=button(page, "Build the release"))
    run_jobs(demo_app)
    assert "No release was built." in said(client.get(again.address))


# ---- Taking records out -------------------------------------------------------------------------


def test_records_are_written_by_a_job_for_one_person_and_only_for_a_day(practice: Flask) -> None:
    client = signed_in(practice, "analyst")
    form = client.get(f"{AT}practice/1/records/")
    waiting = client.submit(form, {"form": "csv"}, form="//form[.//input[@name='identifiers']]")
    run_jobs(practice)
    ready = client.get(waiting.address)
    (link,) = ready.page.all("//a[@download]")
    taken = client.get(link.get("href"))
    assert taken.headers["Content-Disposition"] == "attachment; filename=practice-1.csv"
    rows = list(csv.reader(io.StringIO(taken.body.decode("utf-8-sig"), newline="")))
    assert (len(rows), rows[0][:3]) == (4, ["id", "verified", "language"])
    stranger = signed_in(practice, "analyst")
    assert (stranger.get(waiting.address).status, stranger.get(link.get("href")).status) == (404, 404)
    for file in (practice.config["PORTAL"].instance / "exports").iterdir():
        file.unlink()
    assert client.get(link.get("href")).status == 410


def test_nothing_submitted_is_said_and_no_file_is_made(app: Flask) -> None:
    client = signed_in(app, "analyst")
    form = client.get(WAVE + "records/")
    waiting = client.submit(form, {"form": "xlsx"}, form="//form[.//input[@name='identifiers']]")
    run_jobs(app)
    reply = client.get(waiting.address)
    assert "Nothing has been submitted yet" in said(reply)
    assert reply.page.all("//a[@download]") == []
