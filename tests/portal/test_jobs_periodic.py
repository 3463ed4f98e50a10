"""Periodic work: started when it is due, by one worker of several, and out of turn when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal import jobs
from portal.jobs import registry, schedule
from portal.jobs.models import PeriodicRow
from surveys.responses import store
from tests.databases import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask


@pytest.fixture
def hourly(stored_app: Flask) -> Iterator[Callable[[int], None]]:
    """Declares work that is due each hour, and nothing else; the function lets time pass for it."""
    assert stored_app.testing
    others = dict(registry.PERIODIC)
    registry.PERIODIC.clear()
    jobs.task("hourly", title="Each hour")(lambda _job: None)
    jobs.periodic("hourly", task="hourly", every=3600)
    schedule.declare()

    def later(seconds: int) -> None:
        with store.write():
            PeriodicRow.update(next_run_at=PeriodicRow.next_run_at - seconds).execute()

    yield later
    del registry.TASKS["hourly"]
    registry.PERIODIC.clear()
    registry.PERIODIC.update(others)


def listed() -> jobs.Work:
    return next(one for one in jobs.periodic_work() if one.name == "hourly")


def test_periodic_work_starts_when_it_is_due(hourly: Callable[[int], None]) -> None:
    first = listed()
    assert (first.last_run_at, first.last_job, first.last_state) == (None, None, None)
    assert str(first.title) == "Each hour"
    hourly(3590)
    assert schedule.start_due() == []
    hourly(20)
    (job,) = schedule.start_due()
    assert (listed().last_job, listed().last_state) == (job.id, "queued")
    assert (listed().next_run_at or 0) - (listed().last_run_at or 0) == 3600
    assert schedule.start_due() == []
    jobs.run_waiting()
    assert listed().last_state == "done"


def test_one_of_several_workers_starts_what_is_due(hourly: Callable[[int], None]) -> None:
    hourly(4000)
    started = at_once([schedule.start_due] * 8)
    assert sorted(map(len, started)) == [*[0] * 7, 1]
    assert jobs.listing().count() == 1


@pytest.mark.usefixtures("hourly")
def test_periodic_work_runs_out_of_turn_but_not_beside_itself() -> None:
    due = listed().next_run_at
    job = jobs.run_now("hourly", by="a1b2")
    assert (job.task, job.asked_by) == ("hourly", "a1b2")
    assert jobs.run_now("hourly") == job
    assert (listed().last_job, listed().next_run_at) == (job.id, due)
    with pytest.raises(jobs.UnknownTaskError):
        jobs.run_now("no-such-work")


@pytest.mark.usefixtures("hourly")
def test_a_period_that_became_shorter_counts_at_once() -> None:
    registry.PERIODIC["hourly"] = registry.Periodic("hourly", "hourly", 60)
    schedule.declare()
    assert (listed().next_run_at or 0) <= store.now() + 60
