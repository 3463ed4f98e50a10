"""Who may run a job: one run at a time, for as long as it is heard of.

A run takes a job by one conditional update and marks it as its own. A run that is not heard of until its
lease ends is given up, and the job waits again: each step of this is a conditional update too, so it does not
matter how many processes do it at once.
"""

from __future__ import annotations

from typing import Any

from peewee import fn

from portal.jobs import messages, wording
from portal.jobs.models import CANCELLED, FAILED, QUEUED, RUNNING, JobRow
from surveys.responses import store

LEASE = 60
"""Seconds after which a run that is not heard of is given up."""

BEAT = 15
"""Seconds between two renewals of a lease."""

MOST_RUNS = 5
"""Runs that are interrupted before the job is given up."""


class LostLeaseError(Exception):
    """The job is another run's by now, or finished."""


def take(ident: str) -> JobRow | None:
    """Make a waiting job this run's own; None when it does not wait: cancelled, taken, or not due yet."""
    now = store.now()
    with store.write():
        taken = (
            JobRow.update(
                state=RUNNING,
                holder=store.random_id(),
                attempts=JobRow.attempts + 1,
                lease_until=now + LEASE,
                heartbeat_at=now,
                started_at=fn.COALESCE(JobRow.started_at, now),
            )
            .where(JobRow.id == ident, JobRow.state == QUEUED, JobRow.due_at <= now)
            .execute()
        )
        row: JobRow | None = JobRow.get_by_id(ident) if taken else None
        if row is not None and row.cancel_asked:  # asked in the moment between two runs
            _end(_held(row), CANCELLED)
            return None
        return row


def _held(row: JobRow) -> Any:
    return (JobRow.id == row.id) & (JobRow.holder == row.holder) & (JobRow.state == RUNNING)


def renew(row: JobRow, **progress: int | None) -> bool:
    """Keep a job for another while.

    Args:
        row: the job as it was taken.
        progress: `done` and `total`, where there is news of them.

    Returns:
        Whether somebody asked to cancel it.

    Raises:
        LostLeaseError: when it is not this run's any more.
    """
    now = store.now()
    with store.write():
        if (
            not JobRow.update(heartbeat_at=now, lease_until=now + LEASE, **progress)
            .where(_held(row))
            .execute()
        ):
            raise LostLeaseError(row.id)
        return bool(JobRow.select(JobRow.cancel_asked).where(JobRow.id == row.id).scalar())


def finish(row: JobRow, state: str, **values: Any) -> bool:
    """End a job for good; False when it was not this run's any more, and nothing is changed then."""
    with store.write():
        return bool(_end(_held(row), state, **values))


def _end(which: Any, state: str, **values: Any) -> int:
    ended = {"state": state, "finished_at": store.now(), "holder": None, "lease_until": None}
    return int(JobRow.update({**ended, **values}).where(which).execute())


def give_back(row: JobRow, *, after: int = 0, counted: bool = True) -> None:
    """Let a job wait again; one that somebody asked to cancel is cancelled instead.

    Args:
        row: the job as it was taken.
        after: seconds before it may be taken again.
        counted: whether this run counts as an attempt.
    """
    with store.write():
        if _end(_held(row) & JobRow.cancel_asked, CANCELLED):
            return
        waits = _wait(_held(row), after, attempts=JobRow.attempts - (0 if counted else 1))
        if waits and not after:
            messages.send(row.id)


def _wait(which: Any, after: int, **values: Any) -> int:
    waiting = {"state": QUEUED, "due_at": store.now() + after, "holder": None, "lease_until": None}
    return int(JobRow.update({**waiting, **values}).where(which).execute())


def sweep() -> None:
    """Take up what was left lying: runs that are not heard of, and waiting jobs that no message tells of."""
    now = store.now()
    expired = JobRow.select().where(JobRow.state == RUNNING, JobRow.lease_until < now)
    for row in list(expired):
        with store.write():
            still = _held(row) & (JobRow.lease_until < now)
            if row.cancel_asked:
                _end(still, CANCELLED)
            elif row.attempts >= MOST_RUNS:
                _end(still, FAILED, error=wording.LOST)
            elif _wait(still, 0):
                messages.send(row.id)
    due = JobRow.select(JobRow.id).where(JobRow.state == QUEUED, JobRow.due_at <= now).order_by(JobRow.due_at)
    waiting = [row.id for row in due]
    if waiting:
        known = messages.waiting()
        for ident in waiting:
            if ident not in known:
                with store.write():
                    messages.send(ident)
