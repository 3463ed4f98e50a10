"""What a closed wave holds of people is announced, erased once, and reported; and never before its time."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from portal import audit, counting, jobs, releasing
from portal.identity.roles import ADMINISTRATOR, ANALYST
from portal.jobs.models import JobRow
from portal.mail import written
from portal.mail.door import door
from portal.privacy import dates
from portal.privacy.dates import DateError
from portal.privacy.models import Retention
from portal.privacy.retention import TASK
from surveys.findings.release import NotReady
from surveys.responses import drafts, participants, records, releases, store, waves
from tests.inspecting import InspectingClient
from tests.portal.walking import SURVEY
from tests.staffing import make_person, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from surveys.responses.model import Wave

ANSWERS = {
    "province": "ON", "staff_size": "from_11_to_50", "setting": "large_city", "francophone": "no",
    "role": "frontline", "services": ["housing"], "uses_messaging": "no", "why_not": ["time"],
    "would_change": ["clear_rules"], "barriers": {"privacy": "a_lot"}, "training": "none",
    "needs": ["training"], "pilot": "maybe", "comment": "CANARY-comment", "contact_consent": True,
    "contact_email": "canary@secret.example.org",
}  # fmt: skip

ORGANIZATIONS = 12


@contextmanager
def held_wave(site: Flask) -> Iterator[Wave]:
    """A wave that is closed, within the application: all but the last organization have submitted."""
    with site.app_context():
        wave = waves.current(SURVEY)
        for number in range(ORGANIZATIONS + 1):
            name = f"CANARY-organization-{number}"
            token = participants.token(participants.enrol(wave, name, email=f"canary{number}@example.org"))
            draft_id = drafts.find(token).id
            drafts.save(draft_id, base_revision=None, values=ANSWERS)
            if number < ORGANIZATIONS:
                drafts.submit(draft_id)
        yield waves.close_wave(wave)


@pytest.fixture
def closed(stored_app: Flask) -> Iterator[Wave]:
    """The closed wave of a site with two administrators and somebody else, on both databases."""
    make_person(stored_app, ADMINISTRATOR, email="ada@example.org")
    make_person(stored_app, ADMINISTRATOR, email="bea@example.org")
    make_person(stored_app, ANALYST, email="cyd@example.org")
    with held_wave(stored_app) as wave:
        yield wave


def wait(days: int) -> None:
    """Let days pass: everything that was noted lies so much longer back."""
    seconds = days * 86_400
    with store.write():
        store.Wave.update(closed_at=store.Wave.closed_at - seconds).execute()
        for row in Retention.select():
            row.due_on = (date.fromisoformat(row.due_on) - timedelta(days=days)).isoformat()
            row.announced_at = None if row.announced_at is None else row.announced_at - seconds
            row.done_at = None if row.done_at is None else row.done_at - seconds
            row.save()


def work() -> dict[str, Any] | None:
    """A day's run of the job; gives what came of it, None when it failed."""
    with store.write():
        job = jobs.start(TASK)
    jobs.run_waiting()
    found = jobs.find(job.id)
    assert found is not None
    return dict(found.result) if found.result is not None else None


def letters() -> list[tuple[str, str]]:
    """Recipient and subject of every message sent."""
    jobs.run_waiting()
    return sorted((one.recipient, one.subject) for one in written.newest(door().folder))


def pin(wave: Wave) -> None:
    """Write the proposed dates down: months differ in length, and `wait` moves what is written by days."""
    with store.write():
        for due in dates.plan(now(wave)):
            dates.keep(wave, due.kind, due.due_on)


def now(wave: Wave) -> Wave:
    return waves.find(f"{wave.survey}@{wave.name}")


def days_until(wave: Wave, kind: str) -> int:
    due = next(due for due in dates.plan(now(wave)) if due.kind == kind)
    return (due.due_on - dates.today()).days


def said(action: str) -> list[dict[str, Any]]:
    return [dict(line.detail) for line in reversed(audit.latest(100)) if line.action == action]


def test_dates_are_proposed_when_a_wave_closes(closed: Wave) -> None:
    with store.write():
        store.Wave.update(closed_at=1_803_686_400).where(store.Wave.id == closed.id).execute()  # 27 Feb 2027
    planned = [(due.kind, due.due_on.isoformat(), due.proposed) for due in dates.plan(now(closed))]
    assert planned == [
        ("unfinished", "2027-05-27", True),
        ("identifiers", "2027-08-27", True),
        ("records", "2032-02-27", True),
    ]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-11-30", 3, "2027-02-28"), ("2026-12-31", 2, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"),
     ("2026-06-15", 60, "2031-06-15"), ("2026-06-30", 6, "2026-12-30")],
)  # fmt: skip
def test_months_are_counted_as_people_do(start: str, months: int, end: str) -> None:
    assert dates.months_after(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_nothing_is_announced_early_and_everything_once(closed: Wave) -> None:
    pin(closed)
    wait(days_until(closed, "unfinished") - 15)
    assert work() == {"announced": 0, "erased": 0}
    wait(1)
    assert [work() for _ in range(3)] == [
        {"announced": 1, "erased": 0}, {"announced": 0, "erased": 0}, {"announced": 0, "erased": 0},
    ]  # fmt: skip
    due = dates.plan(now(closed))[0].due_on
    subject = f"To be erased on {due:%B} {due.day}, {due.year}: National survey"
    assert [(who, what[: len(subject)]) for who, what in letters()] == [
        ("ada@example.org", subject), ("bea@example.org", subject),
    ]  # fmt: skip
    assert said("privacy.retention_announced") == [{"what": "unfinished", "due": due.isoformat()}]
    assert said("privacy.retention_done") == []


def test_what_was_not_announced_in_time_is_not_erased_although_it_is_due(closed: Wave) -> None:
    wait(days_until(closed, "unfinished") + 40)
    assert work() == {"announced": 1, "erased": 0}
    for days in (0, 1, 12):
        wait(days)
        assert work() == {"announced": 0, "erased": 0}
    wait(1)
    assert work() == {"announced": 0, "erased": 1}


def test_what_is_due_is_erased_once_and_reported(closed: Wave) -> None:
    pin(closed)
    wait(days_until(closed, "identifiers") - 14)
    assert work() == {"announced": 2, "erased": 0}
    assert store.Participant.select().count() == ORGANIZATIONS + 1
    wait(14)
    assert work() == {"announced": 0, "erased": 2}
    assert work() == {"announced": 0, "erased": 0}
    assert (store.Participant.select().count(), store.Contact.select().count()) == (0, 0)
    assert {str(sorted(record.answers)) for record in records.records(closed)} == {
        str(sorted(ANSWERS.keys() - {"contact_consent", "contact_email"} | _calculated(closed)))
    }
    fields = ORGANIZATIONS * 2
    assert said("privacy.retention_done") == [
        {"what": "unfinished", "count": 1},
        {"what": "identifiers", "count": 3 * (ORGANIZATIONS + 1) + fields},
    ]
    assert [line.actor for line in audit.latest(100) if line.action.startswith("privacy.")] == ["job"] * 4
    done = [one for one in letters() if one[1].startswith("Erased: ")]
    assert [who for who, _ in done] == ["ada@example.org"] * 2 + ["bea@example.org"] * 2
    (row,) = Retention.select().where(Retention.kind == "identifiers")
    assert row.counts == {
        "organizations": 13, "contacts": 13, "links": 13, "fields": fields,
    }  # fmt: skip
    texts = [
        one.text for one in written.newest(door().folder) if "E-mail addresses of contacts: 13" in one.text
    ]
    assert len(texts) == 2


def test_without_an_administrator_nothing_is_announced_and_nothing_erased(stored_app: Flask) -> None:
    make_person(stored_app, ANALYST)
    with held_wave(stored_app) as wave:
        wait(days_until(wave, "unfinished") + 100)
        assert work() == {"announced": 0, "erased": 0}
        wait(100)
        assert work() == {"announced": 0, "erased": 0}
        assert (letters(), Retention.select().count()) == ([], 0)


def test_a_date_that_is_changed_is_announced_again(closed: Wave) -> None:
    pin(closed)
    wait(days_until(closed, "unfinished") - 14)
    work()
    wait(10)
    later = dates.today() + timedelta(days=5)
    (changed,) = dates.set_dates(now(closed), {"unfinished": later})
    assert (changed.due_on, changed.announced_at) == (later, None)
    assert changed.first_day == dates.today() + timedelta(days=14)
    assert work() == {"announced": 1, "erased": 0}
    wait(5)
    assert work() == {"announced": 0, "erased": 0}
    wait(9)
    assert work() == {"announced": 0, "erased": 1}
    assert len([one for one in letters() if one[1].startswith("To be erased")]) == 4


@pytest.mark.parametrize(
    ("kind", "days", "code"),
    [("unfinished", -1, "past"), ("identifiers", 3000, "order"), ("records", 1, "order")],
)
def test_a_date_that_makes_no_sense_is_refused(closed: Wave, kind: str, days: int, code: str) -> None:
    before = dates.plan(closed)
    with pytest.raises(DateError) as refused:
        dates.set_dates(closed, {kind: dates.today() + timedelta(days=days)})
    assert refused.value.code == code
    assert (dates.plan(closed), said("privacy.retention_set")) == (before, [])


def test_what_is_erased_has_no_date_any_more(closed: Wave) -> None:
    pin(closed)
    wait(days_until(closed, "unfinished") - 14)
    work()
    wait(14)
    work()
    with pytest.raises(DateError) as refused:
        dates.set_dates(now(closed), {"unfinished": dates.today() + timedelta(days=9)})
    assert (refused.value.kind, refused.value.code) == ("unfinished", "done")


def test_the_answers_do_not_go_before_who_answered(closed: Wave) -> None:
    soon = dates.today() + timedelta(days=20)
    dates.set_dates(closed, dict.fromkeys(("unfinished", "identifiers", "records"), soon))
    wait(6)
    assert work() == {"announced": 3, "erased": 0}
    wait(10)
    dates.set_dates(now(closed), {"identifiers": dates.today() + timedelta(days=1)})
    assert work() == {"announced": 1, "erased": 0}
    wait(4)
    assert work() == {"announced": 0, "erased": 1}, (
        "unfinished answers alone: who answered was announced too late"
    )
    assert len(records.records(closed)) == ORGANIZATIONS
    wait(10)
    assert work() == {"announced": 0, "erased": 2}
    assert [line["what"] for line in said("privacy.retention_done")] == [
        "unfinished",
        "identifiers",
        "records",
    ]


def test_a_run_that_breaks_half_way_changes_nothing_and_the_next_one_does_all(closed: Wave) -> None:
    pin(closed)
    wait(days_until(closed, "identifiers") - 14)
    work()
    wait(14)
    for statement in _fault():
        store.database.execute_sql(statement)
    assert work() is None
    assert store.Participant.select().count() == ORGANIZATIONS + 1
    assert said("privacy.retention_done") == []
    store.database.execute_sql(_repair())
    with store.write():
        JobRow.delete().execute()
    assert work() == {"announced": 0, "erased": 2}
    assert store.Participant.select().count() == 0
    assert len(said("privacy.retention_done")) == 2


def _fault() -> list[str]:
    """The database breaks at the last step of an erasure: when it is noted as done."""
    if "sqlite" in type(store.database.obj).__name__.lower():
        return [
            "CREATE TRIGGER fault BEFORE UPDATE OF done_at ON retention BEGIN SELECT RAISE(ABORT, 'x'); END"
        ]
    return [
        "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'x'; END $$",
        "CREATE TRIGGER fault BEFORE UPDATE OF done_at ON retention FOR EACH ROW EXECUTE FUNCTION fault()",
    ]


def _repair() -> str:
    on = "" if "sqlite" in type(store.database.obj).__name__.lower() else " ON retention"
    return f"DROP TRIGGER fault{on}"


def _calculated(wave: Wave) -> set[str]:
    questions = waves.questionnaire(wave).question.values()
    return {one.name for one in questions if one.type == "calculate"} & {
        field for record in records.records(wave) for field in record.answers
    }


def test_a_wave_that_opens_again_is_held_and_gets_new_dates(closed: Wave) -> None:
    pin(closed)
    wait(days_until(closed, "unfinished") - 14)
    work()
    waves.open_wave(now(closed))
    wait(100)
    assert work() == {"announced": 0, "erased": 0}
    again = waves.close_wave(now(closed))
    first = dates.plan(again)[0]
    assert (first.proposed, first.due_on) == (True, dates.months_after(dates.today(), 3))
    assert Retention.select().count() == 0


def test_a_wave_without_its_answers_takes_no_further_release_and_keeps_those_it_has(
    stored_app: Flask,
) -> None:
    make_person(stored_app, ADMINISTRATOR)
    page = f"/en/findings/{SURVEY}/"
    with held_wave(stored_app) as wave:
        releasing.build_release(wave)
        before = releases.latest(SURVEY)
    shown = InspectingClient(stored_app).get(page).body
    with stored_app.app_context():
        pin(wave)
        wait(days_until(wave, "records") - 14)
        work()
        wait(14)
        assert work() == {"announced": 0, "erased": 3}
        with pytest.raises(NotReady) as refused:
            releasing.build_release(now(wave))
        assert refused.value.params == {"new": "0", "needed": "10", "waiting": "0"}
        assert (counting.count(now(wave)), releases.latest(SURVEY)) == (0, before)
    assert InspectingClient(stored_app).get(page).body == shown


def test_nothing_that_was_erased_is_left_in_a_file(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path
) -> None:
    site = make_site(starter_folder)
    make_person(site, ADMINISTRATOR, email="ada@example.org")
    instance = tmp_path / "instance"

    def files() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(instance.rglob("*")) if path.is_file())

    with held_wave(site) as wave:
        store.keep_open()
        (instance / "exports").mkdir()
        (instance / "exports" / "waiting.export").write_text("canary")
        assert b"CANARY-organization-7" in files()
        pin(wave)
        wait(days_until(wave, "records") - 14)
        work()
        wait(14)
        work()
        jobs.run_waiting()
    assert [found for found in (b"canary", b"CANARY") if found in files()] == []


def test_an_administrator_sees_the_dates_and_changes_them(stored_app: Flask) -> None:
    with held_wave(stored_app) as wave:
        address = f"/staff/privacy/{wave.survey}/{wave.name}/"
    client = signed_in(stored_app, ADMINISTRATOR)
    rows = client.get("/staff/privacy/").page.all("//table//tbody/tr")
    assert len(rows) == 3
    form = "//main//form[contains(@class, 'staff-form')]"
    reply = client.submit(client.get(address), {"unfinished": "2020-01-01"}, form=form)
    assert "This date is over. Choose a later one." in reply.text
    reply = client.submit(client.get(address), {"identifiers": ""}, form=form)
    assert "Choose a date." in reply.text
    with stored_app.app_context():
        wanted = dates.today() + timedelta(days=30)
    reply = client.submit(client.get(address), {"unfinished": wanted.isoformat()}, form=form)
    assert (reply.status, reply.address) == (200, address)
    assert "The dates are set." in reply.text
    assert "as the date of erasing: unfinished answers" in reply.text
    with stored_app.app_context():
        assert dates.plan(now(wave))[0].due_on == wanted
        (line,) = (line for line in audit.latest() if line.action == "privacy.retention_set")
        assert line.detail == {"what": "unfinished", "due": wanted.isoformat()}


def test_an_open_survey_has_no_dates_yet(app: Flask) -> None:
    reply = signed_in(app, ADMINISTRATOR).get(f"/staff/privacy/{SURVEY}/2026.1/", follow_redirects=True)
    assert reply.address == "/staff/privacy/"
    assert "Dates can be set once the survey is closed." in reply.text
