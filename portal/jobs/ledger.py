"""Jobs as the rest of the portal sees them: started, found, cancelled and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import IntegrityError, fn

from portal.jobs import messages, registry, wording
from portal.jobs.models import CANCELLED, DONE, FAILED, LIVE, QUEUED, REFUSED, JobRow, WorkerRow
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Mapping


class OutsideWriteError(RuntimeError):
    """A job was started outside `store.write()`: it could run although the change around it was lost."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stood when it was read.

    Attributes:
        done: steps that are done.
        total: steps in all; None while that is not known.
        result: what the task gave back; None until it is done.
        fault: why it was refused or failed, as kept: see `error`.
        created_at: seconds of UTC, as the other times.
        asked_by: pseudonym of the person who asked for it; None for the portal itself.
    """

    id: str
    task: str
    arguments: Mapping[str, Any]
    key: str | None
    state: str
    done: int
    total: int | None
    result: Mapping[str, Any] | None
    fault: str | None
    attempts: int
    cancel_asked: bool
    created_at: int
    started_at: int | None
    finished_at: int | None
    asked_by: str | None

    @property
    def title(self) -> object:
        """What pages call this kind of work."""
        return registry.title(self.task)

    @property
    def error(self) -> str | None:
        """Why it was refused or failed, a sentence in the page's language; None when it was not."""
        return wording.sentence(self.fault)

    @property
    def counted(self) -> tuple[int, int] | None:
        """Steps done and in all, for pages; None while none is known, and where they would belie the state.

        Work can end well before its last step, when there turns out to be no more to do.
        """
        if not self.total or self.state in {QUEUED, REFUSED}:
            return None
        return None if self.state == DONE and self.done < self.total else (self.done, self.total)

    @property
    def unfinished(self) -> bool:
        """Whether it waits or runs."""
        return self.state in LIVE


def read(row: JobRow) -> Job:
    """A row of `listing()` as a value."""
    return Job(
        id=row.id,
        task=row.task,
        arguments=row.arguments,
        key=row.key,
        state=row.state,
        done=row.done,
        total=row.total,
        result=row.result,
        fault=row.error,
        attempts=row.attempts,
        cancel_asked=row.cancel_asked,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        asked_by=row.asked_by,
    )


def start(
    name: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    by: str | None = None,
) -> Job:
    """Ask for work, inside `store.write()`: the job exists if and only if the change around it is committed.

    Args:
        name: the task.
        arguments: what it is called with: JSON, and ids only, for they stay in the database for months.
        key: while a job with this key waits or runs, that one is returned instead of a second.
        by: pseudonym of the person who asks; None for the portal itself.

    Raises:
        UnknownTaskError: when there is no such task.
        OutsideWriteError: outside `store.write()`.
    """
    registry.find(name)
    if not store.database.in_transaction():
        raise OutsideWriteError(f"Start {name!r} inside store.write().")
    while True:
        present = _live(key)
        if present is not None:
            return read(present)
        try:
            with store.write():
                row = JobRow.create(task=name, arguments=dict(arguments or {}), key=key, asked_by=by)
        except (
            IntegrityError
        ):  # another process has just started it; it is found now, unless it is done already
            if key is None:
                raise
            continue
        messages.send(row.id)
        return read(row)


def _live(key: str | None) -> JobRow | None:
    if key is None:
        return None
    row: JobRow | None = JobRow.get_or_none(JobRow.key == key, JobRow.state.in_(LIVE))
    return row


def find(ident: str) -> Job | None:
    """The job of an id; None when there is none, or not any more."""
    row = JobRow.get_or_none(JobRow.id == ident)
    return None if row is None else read(row)


def cancel(ident: str) -> Job | None:
    """Stop a job: one that waits at once, one that runs when it next tells its progress.

    Returns:
        The job as it stands then; None when there is none.
    """
    with store.write():
        JobRow.update(cancel_asked=True).where(JobRow.id == ident, JobRow.state.in_(LIVE)).execute()
        JobRow.update(state=CANCELLED, finished_at=store.now()).where(
            JobRow.id == ident, JobRow.state == QUEUED
        ).execute()
        return find(ident)


def listing() -> Any:
    """All jobs, as a peewee query over `portal.jobs.models.JobRow`; `read` makes a value of a row."""
    return JobRow.select()


def counts() -> dict[str, int]:
    """State -> number of jobs in it, every state named."""
    query = JobRow.select(JobRow.state, fn.COUNT(JobRow.id)).group_by(JobRow.state)
    rows: Any = query.tuples()
    return {**dict.fromkeys(wording.STATES, 0), **dict(rows)}


def failed_since(at: int) -> int:
    """How many jobs failed since a time, in seconds of UTC."""
    return int(JobRow.select().where(JobRow.state == FAILED, JobRow.finished_at >= at).count())


def oldest_waiting() -> int | None:
    """Seconds for which the oldest job has waited although it may run; None when none waits."""
    now = store.now()
    since = JobRow.select(fn.MIN(JobRow.due_at)).where(JobRow.state == QUEUED, JobRow.due_at <= now).scalar()
    return None if since is None else max(0, now - int(since))


def worker_seen() -> int | None:
    """When a worker was heard of last, in seconds of UTC; None when none is known."""
    seen = WorkerRow.select(fn.MAX(WorkerRow.seen_at)).scalar()
    return None if seen is None else int(seen)
