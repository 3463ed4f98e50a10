"""Periodic work: when it is due one worker of several starts it, as a job like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from portal.jobs import registry
from portal.jobs.ledger import Job, start
from portal.jobs.models import JobRow, PeriodicRow
from surveys.responses import store


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of periodic work as pages list it.

    Attributes:
        name: its name.
        task: the task it starts.
        every: seconds from one start to the next.
        last_run_at: when it was started last, in seconds of UTC; None when never.
        last_job: the job that was started then.
        last_state: that job's state; None when it was never started.
        next_run_at: when it is due; None while no worker knows of it yet.
    """

    name: str
    task: str
    every: int
    last_run_at: int | None = None
    last_job: str | None = None
    last_state: str | None = None
    next_run_at: int | None = None

    @property
    def title(self) -> object:
        """What pages call it."""
        return registry.title(self.task)


def periodic_work() -> list[Work]:
    """All periodic work, in the order it is declared."""
    query = PeriodicRow.select(
        PeriodicRow.name, PeriodicRow.last_run_at, PeriodicRow.last_job, JobRow.state, PeriodicRow.next_run_at
    ).join(JobRow, JOIN.LEFT_OUTER, on=PeriodicRow.last_job == JobRow.id)
    rows: Any = query.tuples()
    known = {name: values for name, *values in rows}
    return [
        Work(one.name, one.task, one.every, *known.get(one.name, ())) for one in registry.PERIODIC.values()
    ]


def declare() -> None:
    """Note the periodic work that this version declares; a period that became shorter counts at once."""
    known = {row.name: row.next_run_at for row in PeriodicRow.select()}
    for one in registry.PERIODIC.values():
        latest = store.now() + one.every
        if one.name in known and known[one.name] <= latest:
            continue
        with store.write():
            PeriodicRow.insert(name=one.name, next_run_at=latest).on_conflict_ignore().execute()
            PeriodicRow.update(next_run_at=latest).where(
                PeriodicRow.name == one.name, PeriodicRow.next_run_at > latest
            ).execute()


def start_due() -> list[Job]:
    """Start what is due; of several workers one starts it. What was missed meanwhile is made up for once."""
    now = store.now()
    due = PeriodicRow.select().where(
        PeriodicRow.next_run_at <= now, PeriodicRow.name.in_(list(registry.PERIODIC))
    )
    started = []
    for row in list(due):
        one = registry.PERIODIC[row.name]
        with store.write():
            if (
                PeriodicRow.update(next_run_at=now + one.every)
                .where(PeriodicRow.name == one.name, PeriodicRow.next_run_at == row.next_run_at)
                .execute()
            ):
                started.append(_start(one, None))
    return started


def run_now(name: str, by: str | None = None) -> Job:
    """Start periodic work out of turn; if it is at work already, that job is returned.

    Args:
        name: the periodic work.
        by: pseudonym of the person who asks.

    Raises:
        UnknownTaskError: when nothing of this name is declared.
    """
    if name not in registry.PERIODIC:
        raise registry.UnknownTaskError(f"No periodic work is called {name!r}.")
    declare()
    with store.write():
        return _start(registry.PERIODIC[name], by)


def _start(one: registry.Periodic, by: str | None) -> Job:
    job = start(one.task, {}, key=f"periodic:{one.name}", by=by)
    PeriodicRow.update(last_run_at=store.now(), last_job=job.id).where(PeriodicRow.name == one.name).execute()
    return job
