"""Jobs: asked for with a change, run once at a time, taken up again, ended in a sentence."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from portal import jobs
from portal.identity import people
from portal.jobs import execution, leases, messages, registry
from portal.jobs.models import JobRow, WorkerRow
from surveys.responses import store
from tests.databases import at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


class ChangeFailedError(Exception):
    """The change around a job did not come about."""


@pytest.fixture(autouse=True)
def site(stored_app: Flask) -> Iterator[Flask]:
    """A site on either database; the tasks and periodic work that a test declares end with it."""
    tasks, periodic = dict(registry.TASKS), dict(registry.PERIODIC)
    yield stored_app
    for known, before in ((registry.TASKS, tasks), (registry.PERIODIC, periodic)):
        known.clear()
        known.update(before)


def asked(name: str, arguments: dict[str, Any] | None = None, **options: Any) -> jobs.Job:
    """A job that is started and committed."""
    with store.write():
        return jobs.start(name, arguments, **options)


def again(job: jobs.Job) -> jobs.Job:
    """The job as it stands now."""
    found = jobs.find(job.id)
    assert found is not None
    return found


def passes(job: jobs.Job, seconds: int) -> None:
    """Let time pass for a job: what it waits for comes nearer."""
    with store.write():
        row = JobRow.get_by_id(job.id)
        row.due_at -= seconds
        row.lease_until = None if row.lease_until is None else row.lease_until - seconds
        row.save()


def test_a_job_runs_with_its_arguments_and_keeps_its_result() -> None:
    seen = []

    @jobs.task("add")
    def add(job: jobs.Running, left: int, right: int) -> dict[str, int]:
        seen.append((people.who(), job.asked_by, job.attempt))
        job.progress(1, 2)
        seen.append(again(first).done)
        job.progress(2)
        return {"sum": left + right}

    first = asked("add", {"left": 2, "right": 3}, by="a1b2")
    assert (first.state, first.done, first.total, first.result) == ("queued", 0, None, None)
    assert jobs.run_waiting() == 1
    done = again(first)
    assert seen == [("job", "a1b2", 1), 1]
    assert (done.state, done.done, done.total, done.result, done.error) == ("done", 2, 2, {"sum": 5}, None)
    assert done.created_at <= (done.started_at or 0) <= (done.finished_at or 0)
    assert not done.unfinished
    assert jobs.run_waiting() == 0


def test_what_a_job_asks_for_runs_too() -> None:
    @jobs.task("count-down")
    def count_down(_job: jobs.Running, number: int) -> None:
        if number:
            with store.write():
                jobs.start("count-down", {"number": number - 1})

    asked("count-down", {"number": 3})
    assert jobs.run_waiting() == 4
    assert jobs.counts() == {"queued": 0, "running": 0, "done": 4, "refused": 0, "failed": 0, "cancelled": 0}


def test_a_job_is_lost_with_the_change_that_asked_for_it() -> None:
    with suppress(ChangeFailedError), store.write():
        jobs.start("tidy-jobs")
        raise ChangeFailedError
    assert jobs.listing().count() == 0
    assert messages.empty()


def test_a_job_outside_a_write_and_an_unknown_task_are_refused() -> None:
    with pytest.raises(jobs.OutsideWriteError):
        jobs.start("tidy-jobs")
    with pytest.raises(jobs.UnknownTaskError), store.write():
        jobs.start("no-such-task")
    assert jobs.listing().count() == 0
    with store.write(), pytest.raises(RuntimeError):
        jobs.run_waiting()


def test_one_key_has_one_job_until_it_is_finished() -> None:
    first = asked("tidy-jobs", key="tidy")
    assert asked("tidy-jobs", key="tidy") == first
    assert asked("tidy-jobs").id != first.id
    assert jobs.run_waiting() == 2
    assert asked("tidy-jobs", key="tidy").id != first.id


def test_one_key_has_one_job_whoever_asks_at_once() -> None:
    made = at_once([lambda: asked("tidy-jobs", key="tidy")] * 8)
    assert made == [made[0]] * 8
    assert jobs.listing().count() == 1
    assert jobs.run_waiting() == 1


def test_one_run_takes_a_job_however_many_try() -> None:
    job = asked("tidy-jobs")
    taken = at_once([lambda: leases.take(job.id)] * 8)
    assert sorted(row is None for row in taken) == [False, *[True] * 7]
    assert (again(job).state, again(job).attempts) == ("running", 1)


def test_one_worker_receives_a_message_however_many_ask() -> None:
    ids = {asked("tidy-jobs").id for _ in range(4)}
    received = at_once([messages.receive] * 8)
    assert {one for one in received if one is not None} == ids
    assert received.count(None) == 4


def test_a_job_that_waits_is_cancelled_at_once() -> None:
    job = asked("tidy-jobs", key="tidy")
    cancelled = jobs.cancel(job.id)
    assert cancelled == again(job)
    assert cancelled.state == "cancelled"
    assert cancelled.finished_at is not None
    assert jobs.run_waiting() == 0
    assert asked("tidy-jobs", key="tidy").id != job.id
    assert jobs.cancel("no-such-job") is None


def test_a_running_job_stops_where_it_tells_its_progress() -> None:
    steps = []

    @jobs.task("long")
    def long(job: jobs.Running) -> None:
        for step in range(10):
            job.progress(step, 3 if step == 3 else 10)  # the last of three is written at once
            steps.append(step)
            if step == 1:
                assert again(asked_for).state == "running"
                jobs.cancel(job.id)

    asked_for = asked("long")
    jobs.run_waiting()
    assert steps == [0, 1, 2]
    assert (again(asked_for).state, again(asked_for).error) == ("cancelled", None)
    assert jobs.cancel(asked_for.id) == again(asked_for)


def test_a_refusal_ends_a_job_with_its_sentence() -> None:
    """What the job is about may have gone when it runs."""

    @jobs.task("describe-wave")
    def describe_wave(_job: jobs.Running, wave: str) -> dict[str, str]:
        row = store.Wave.get_or_none(store.Wave.id == wave)
        if row is None:
            raise jobs.Refused("The wave is not there any more.")
        return {"name": row.name}

    wave = store.Wave.select().get()
    there, gone = asked("describe-wave", {"wave": wave.id}), asked("describe-wave", {"wave": wave.id})
    passes(gone, -100)
    assert jobs.run_waiting() == 1
    assert again(there).result == {"name": wave.name}
    with store.write():
        wave.delete_instance(recursive=True)
    passes(gone, 100)
    assert jobs.run_waiting() == 1
    ended = again(gone)
    assert (ended.state, ended.error, ended.attempts) == ("refused", "The wave is not there any more.", 1)


def test_a_task_that_breaks_is_tried_three_times(site: Flask, caplog: pytest.LogCaptureFixture) -> None:
    @jobs.task("break")
    def breaks(_job: jobs.Running) -> None:
        raise ValueError("somebody@example.org")

    job = asked("break")
    for attempt, wait in ((1, 30), (2, 120)):
        assert jobs.run_waiting() == 1
        assert (again(job).state, again(job).attempts, again(job).error) == ("queued", attempt, None)
        passes(job, wait - 5)
        assert jobs.run_waiting() == 0, "it is tried again too soon"
        passes(job, 5)
    assert jobs.run_waiting() == 1
    with site.app_context():
        ended = again(job)
        assert (ended.state, ended.attempts) == ("failed", 3)
        assert ended.error == (
            "Something unexpected went wrong, several times. The log of the portal has the details."
        )
    assert "somebody" not in str(list(JobRow.select().tuples()))
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        f"Job {job.id} (break) failed in run {attempt}." for attempt in (1, 2, 3)
    ]


def test_a_result_that_is_no_json_is_a_fault_of_the_task() -> None:
    @jobs.task("odd")
    def odd(_job: jobs.Running) -> dict[str, Any]:
        return {"result": object()}

    job = asked("odd")
    jobs.run_waiting()
    assert (again(job).state, again(job).result) == ("queued", None)


def test_a_task_that_this_version_does_not_know_fails(site: Flask) -> None:
    jobs.task("dropped")(lambda _job: None)
    job = asked("dropped")
    del registry.TASKS["dropped"]
    assert jobs.run_waiting() == 1
    with site.app_context():
        assert (again(job).state, str(again(job).title)) == ("failed", "dropped")
        assert again(job).error == "This version of the portal does not know this kind of work."


def test_an_interrupted_run_is_taken_up_when_its_lease_ends() -> None:
    job = asked("tidy-jobs")
    assert messages.receive() == job.id
    assert leases.take(job.id) is not None
    passes(job, leases.LEASE - 5)
    assert jobs.run_waiting() == 0, "a run that may still live was taken up"
    passes(job, 10)
    assert jobs.run_waiting() == 1
    assert (again(job).state, again(job).attempts) == ("done", 2)


def test_a_job_that_is_interrupted_five_times_is_given_up(site: Flask) -> None:
    job = asked("tidy-jobs")
    for attempt in range(1, 6):
        row = leases.take(job.id)
        assert row is not None
        assert row.attempts == attempt
        passes(job, leases.LEASE + 5)
        leases.sweep()
    with site.app_context():
        assert again(job).state == "failed"
        assert again(job).error == (
            "The work was interrupted again and again and was given up. "
            "Start it anew when the portal is well."
        )


def test_an_interrupted_run_that_was_to_be_cancelled_is_cancelled() -> None:
    job = asked("tidy-jobs")
    leases.take(job.id)
    jobs.cancel(job.id)
    assert again(job).state == "running"
    passes(job, leases.LEASE + 5)
    leases.sweep()
    assert again(job).state == "cancelled"


def test_a_message_that_was_lost_is_sent_again_once() -> None:
    job = asked("tidy-jobs")
    assert messages.receive() == job.id  # and the worker dies before it takes the job
    leases.sweep()
    leases.sweep()
    assert messages.receive() == job.id
    assert messages.empty()


def test_a_run_that_lost_its_job_changes_nothing_any_more() -> None:
    reached = []

    @jobs.task("slow")
    def slow(job: jobs.Running) -> dict[str, int]:
        if job.attempt == 1:
            passes(asked_for, leases.LEASE + 5)  # it slept for very long, and another run has done the work
            assert jobs.run_waiting() == 1
            reached.append("before")
            job.progress(1, 1)
            reached.append("after")
        return {"attempt": job.attempt}

    asked_for = asked("slow")
    jobs.run_waiting()
    assert reached == ["before"]
    assert (again(asked_for).state, again(asked_for).result) == ("done", {"attempt": 2})


def test_a_job_waits_again_when_its_worker_is_to_end(site: Flask) -> None:
    stop = threading.Event()

    @jobs.task("two-steps")
    def two_steps(job: jobs.Running) -> dict[str, int]:
        job.progress(1, 2)
        stop.set()
        job.progress(2, 2)
        return {"attempt": job.attempt}

    job = asked("two-steps")
    assert messages.receive() == job.id
    row = leases.take(job.id)
    assert row is not None
    execution.run(site, row, stop)
    assert (again(job).state, again(job).attempts) == ("queued", 0)
    assert jobs.run_waiting() == 1
    assert (again(job).state, again(job).result) == ("done", {"attempt": 1})


def test_progress_within_a_transaction_is_not_written_with_it() -> None:
    @jobs.task("atomic")
    def atomic(job: jobs.Running) -> None:
        with suppress(ChangeFailedError), store.write():
            job.progress(5, 10)
            raise ChangeFailedError
        assert again(asked_for).done == 0
        job.progress(6)
        assert again(asked_for).done == 6

    asked_for = asked("atomic")
    jobs.run_waiting()
    assert again(asked_for).state == "done"


def test_names_are_given_once() -> None:
    with pytest.raises(ValueError, match="Two tasks are called 'tidy-jobs'"):
        jobs.task("tidy-jobs")(lambda _job: None)
    with pytest.raises(ValueError, match="declared twice"):
        jobs.periodic("tidy-jobs", task="tidy-jobs", every=5)


def test_old_finished_jobs_are_removed() -> None:
    day = 86_400
    old, young, waiting = asked("tidy-jobs"), asked("tidy-jobs"), asked("tidy-jobs")
    for job, ended in ((old, 91), (young, 89)):
        jobs.cancel(job.id)
        with store.write():
            JobRow.update(finished_at=store.now() - ended * day).where(JobRow.id == job.id).execute()
    assert jobs.run_waiting() == 1
    assert {row.id for row in jobs.listing()} == {young.id, waiting.id}
    assert again(waiting).result == {"removed": 1}


def test_what_is_measured() -> None:
    assert jobs.counts() == {"queued": 0, "running": 0, "done": 0, "refused": 0, "failed": 0, "cancelled": 0}
    assert (jobs.oldest_waiting(), jobs.worker_seen()) == (None, None)
    job = asked("tidy-jobs")
    later = asked("tidy-jobs")
    passes(later, -500)
    passes(job, 70)
    assert 70 <= (jobs.oldest_waiting() or 0) <= 75
    with store.write():
        WorkerRow.create(seen_at=1_000)
        WorkerRow.create(seen_at=2_000)
    assert jobs.worker_seen() == 2_000
    assert jobs.counts()["queued"] == 2
