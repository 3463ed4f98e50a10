"""Jobs on the pages of the administrators: listed, watched, cancelled, and started out of turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portal import audit, fieldwork, jobs
from portal.jobs import leases, registry
from portal.jobs.models import JobRow, WorkerRow
from surveys.responses import store, waves
from tests.page_rules import text_of
from tests.portal.walking import SURVEY
from tests.staffing import person_of, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.inspecting import InspectingClient, Reply

ADMINISTRATOR = "ada@example.org"


@pytest.fixture
def administrator(app: Flask) -> InspectingClient:
    """A browser in which an administrator is signed in."""
    return signed_in(app, "administrator", email=ADMINISTRATOR, name="Ada Lovelace")


@pytest.fixture(autouse=True)
def export() -> Iterator[None]:
    """A task that these tests ask for, and that finds nothing to do it with."""

    @jobs.task("test-export", title="Export for a test")
    def export(_job: jobs.Running) -> None:
        raise jobs.Refused("The wave is not there any more.")

    yield
    del registry.TASKS["test-export"]


def asked(app: Flask, name: str = "test-export") -> jobs.Job:
    with store.write():
        return jobs.start(name, by=person_of(app, ADMINISTRATOR).pseudonym)


def rows(reply: Reply, caption: str) -> list[list[str]]:
    """The words of a table's cells."""
    table = f"//table[caption='{caption}']/tbody/tr"
    return [[text_of(cell) for cell in row.xpath("./th|./td")] for row in reply.page.all(table)]


def facts(reply: Reply) -> dict[str, str]:
    terms, values = reply.page.all("//dl[@class='facts']/dt"), reply.page.all("//dl[@class='facts']/dd")
    return {text_of(term): text_of(value) for term, value in zip(terms, values, strict=True)}


def activity() -> list[tuple[str, str, str]]:
    return [(line.actor, line.action, line.ident) for line in audit.latest(20) if line.kind == "job"]


def test_jobs_are_listed_with_their_state(app: Flask, administrator: InspectingClient) -> None:
    page = administrator.get("/staff/jobs/")
    assert page.h1 == "Jobs"
    assert "No job was asked for yet." in page.text
    job = asked(app)
    with store.write():
        JobRow.update(state="running", done=3, total=8).where(JobRow.id == job.id).execute()
    ((title, state, progress, _, ended, by),) = rows(administrator.get("/staff/jobs/"), "Jobs")
    assert (title, state, progress, ended, by) == (
        "Export for a test",
        "Under way",
        "3 of 8",
        "– none",
        "Ada Lovelace",
    )
    assert rows(administrator.get("/staff/jobs/?state=failed"), "Jobs") == []
    assert len(rows(administrator.get("/staff/jobs/?state=running&task=test-export"), "Jobs")) == 1


def test_the_page_says_when_no_worker_is_at_work(administrator: InspectingClient) -> None:
    sentence = "No worker is at work, so jobs wait."
    assert sentence in administrator.get("/staff/jobs/").text
    with store.write():
        row = WorkerRow.create()
    assert sentence not in administrator.get("/staff/jobs/").text
    with store.write():
        WorkerRow.update(seen_at=store.now() - 70).where(WorkerRow.id == row.id).execute()
    assert sentence in administrator.get("/staff/jobs/").text


def test_the_page_of_a_job_loads_itself_anew_until_it_is_finished(
    app: Flask, administrator: InspectingClient
) -> None:
    job = asked(app)
    address = f"/staff/jobs/{job.id}/"
    waiting = administrator.get(address)
    assert waiting.h1 == "Export for a test"
    assert waiting.headers.get("Refresh") == "3"
    assert administrator.get(f"{address}?still=1").headers.get("Refresh") is None
    leases.take(job.id)
    with store.write():
        JobRow.update(done=1, total=4).where(JobRow.id == job.id).execute()
    bar = administrator.get(address).page.one("//progress")
    assert (bar.get("value"), bar.get("max")) == ("1", "4")
    with store.write():
        JobRow.update(state="queued").where(JobRow.id == job.id).execute()
    assert jobs.run_waiting() == 1
    ended = administrator.get(address)
    assert ended.headers.get("Refresh") is None
    assert text_of(ended.page.one("//p[@class='notice notice-warning']")) == "The wave is not there any more."
    assert facts(ended)["By"] == "Ada Lovelace"
    assert ended.page.all("//button[contains(., 'Cancel this job')]") == []


def test_a_job_never_shows_a_count_that_belies_its_state(app: Flask, administrator: InspectingClient) -> None:
    job = asked(app)
    shown = []
    for state, done in (("refused", 0), ("done", 0), ("done", 4), ("failed", 3)):
        with store.write():
            JobRow.update(state=state, done=done, total=4, finished_at=store.now()).execute()
        ((_, word, progress, *_rest),) = rows(administrator.get("/staff/jobs/"), "Jobs")
        page = administrator.get(f"/staff/jobs/{job.id}/")
        shown.append((word, progress, text_of(page.page.one("//p[@class='job-state']"))))
    assert shown == [
        ("Refused", "– none", "Refused"),
        ("Done", "– none", "Done"),
        ("Done", "4 of 4", "Done 4 of 4"),
        ("Failed", "3 of 4", "Failed 3 of 4"),
    ]


def test_a_refused_release_says_why_in_the_language_of_its_reader(
    app: Flask, administrator: InspectingClient
) -> None:
    with store.write():
        wave = waves.current(SURVEY)
        arguments = {"survey": wave.survey, "wave": wave.name}
        job = jobs.start(fieldwork.RELEASE, arguments, by=person_of(app, ADMINISTRATOR).pseudonym)
    jobs.run_waiting()
    page = administrator.get(f"/staff/jobs/{job.id}/")
    assert text_of(page.page.one("//p[@class='job-state']")) == "Refused"
    assert text_of(page.page.one("//p[@class='notice notice-warning']")) == (
        "0 of 10 new answers are there: with fewer, a release could tell what one organization answered."
    )
    french = administrator.get(f"/staff/jobs/{job.id}/?lang=fr").page.one(
        "//p[@class='notice notice-warning']"
    )
    assert "0" in text_of(french)
    assert "new answers" not in text_of(french)


def test_a_job_shows_its_result(app: Flask, administrator: InspectingClient) -> None:
    job = asked(app, "tidy-jobs")
    jobs.run_waiting()
    assert facts(administrator.get(f"/staff/jobs/{job.id}/"))["removed"] == "0"


def test_a_waiting_job_is_cancelled(app: Flask, administrator: InspectingClient) -> None:
    job = asked(app)
    page = administrator.get(f"/staff/jobs/{job.id}/")
    form = f"//form[@action='/staff/jobs/{job.id}/cancel/']"
    ended = administrator.submit(page, form=form)
    assert "It is stopped." in ended.text
    assert ended.address == f"/staff/jobs/{job.id}/"
    assert activity() == [(person_of(app, ADMINISTRATOR).pseudonym, "job.cancelled", job.id)]
    found = jobs.find(job.id)
    assert found is not None
    assert found.state == "cancelled"
    again = administrator.submit(page, form=form)
    assert "It had ended already, or was being stopped." in again.text
    assert len(activity()) == 1


def test_a_running_job_is_asked_to_stop(app: Flask, administrator: InspectingClient) -> None:
    job = asked(app)
    leases.take(job.id)
    page = administrator.get(f"/staff/jobs/{job.id}/")
    after = administrator.submit(page, form=f"//form[@action='/staff/jobs/{job.id}/cancel/']")
    assert "It stops when its present step is done." in after.text
    found = jobs.find(job.id)
    assert found is not None
    assert (found.state, found.cancel_asked) == ("running", True)


def test_periodic_work_is_listed_and_started_out_of_turn(app: Flask, administrator: InspectingClient) -> None:
    def tidying(reply: Reply) -> list[str]:
        return next(row for row in rows(reply, "Periodic work") if row[0] == "Remove old jobs")

    page = administrator.get("/staff/jobs/")
    assert tidying(page)[1:4] == ["1 day", "– none", "– none"]
    started = administrator.submit(page, form="//form[@action='/staff/jobs/periodic/tidy-jobs/']")
    assert started.h1 == "Remove old jobs"
    job = started.address.split("/")[-2]
    assert activity() == [(person_of(app, ADMINISTRATOR).pseudonym, "job.started", job)]
    assert jobs.run_waiting() == 1
    _, _, last, upcoming, _ = tidying(administrator.get("/staff/jobs/"))
    assert last.endswith("Done")
    assert upcoming.endswith("UTC")


def test_what_is_not_there_is_not_found(administrator: InspectingClient) -> None:
    page = administrator.get("/staff/jobs/")
    token = page.page.all("//input[@name='csrf_token']")[0].get("value")
    assert administrator.get("/staff/jobs/no-such-job/").status == 404
    for address in ("/staff/jobs/no-such-job/cancel/", "/staff/jobs/periodic/no-such-work/"):
        assert administrator.post(address, {"csrf_token": token}).status == 404
    assert activity() == []


def test_failed_jobs_stand_on_the_desk_for_a_day(app: Flask, administrator: InspectingClient) -> None:
    def waits() -> list[Any]:
        return administrator.get("/staff/").page.all("//a[@href='/staff/jobs/?state=failed']")

    job = asked(app)
    jobs.run_waiting()
    assert waits() == []  # it was refused: whoever asked for it reads why
    with store.write():
        JobRow.update(state="failed").where(JobRow.id == job.id).execute()
    assert [text_of(link) for link in waits()] == ["1 job failed"]
    with store.write():
        JobRow.update(finished_at=store.now() - 90_000).where(JobRow.id == job.id).execute()
    assert waits() == []


@pytest.mark.parametrize("role", ["analyst", "survey-designer"])
def test_jobs_are_for_administrators(app: Flask, role: str) -> None:
    client = signed_in(app, role)
    assert client.get("/staff/jobs/").status in {403, 404}
