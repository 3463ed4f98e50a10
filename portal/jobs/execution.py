"""One run of a job: the task is called, heard of while it works, and what came of it is written down."""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import TYPE_CHECKING

from portal.identity import people
from portal.jobs import leases, registry, wording
from portal.jobs.models import CANCELLED, DONE, FAILED, REFUSED
from portal.jobs.pulse import Pulse
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from flask import Flask

    from portal.jobs.models import JobRow

log = logging.getLogger(__name__)

WAITS = (30, 120)
"""Seconds to wait after the first, the second … unexpected failure; after one more the job fails."""

WRITE_EVERY = 1.0
"""Seconds between two writings of a job's progress."""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """Raised by a task that cannot do what it was asked for; it is not run again."""

    def __init__(self, why: object, **params: str) -> None:
        """Refuse.

        Args:
            why: the sentence that people read, or the code of one in `wording.FAULTS`.
            params: what that one names.
        """
        super().__init__(wording.kept(why, params))


class Cancelled(Exception):  # noqa: N818 - a wish, not a fault
    """Raised by `progress` when somebody asked to stop: let it pass, after tidying what is half done."""


class Stopped(Cancelled):
    """Raised by `progress` when the worker ends: another run goes on with the job later."""


class Running:
    """A job while it runs, in the hands of its task."""

    def __init__(self, row: JobRow, stop: threading.Event) -> None:
        """Begin a run.

        Args:
            row: the job as it was taken.
            stop: set when the worker is to end.
        """
        self.id: str = row.id
        self.attempt: int = row.attempts
        self.asked_by: str | None = row.asked_by
        self.created_at: int = row.created_at
        self.done = 0
        self.total: int | None = None
        self._row = row
        self._stop = stop
        self._asked = False
        self._lost = False
        self._written = -WRITE_EVERY

    def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far the work is, between two steps: the only place where a job is stopped.

        It is written once a second at the most. Within a transaction nothing is written, for it would be
        seen too late and hold others up.

        Args:
            done: steps done.
            total: steps in all, once that is known.

        Raises:
            Cancelled: when somebody asked to stop, or the worker ends.
        """
        self.done = done
        self.total = self.total if total is None else total
        self._go_on()
        if store.database.in_transaction():
            return
        now = time.monotonic()
        if now - self._written >= WRITE_EVERY or done == self.total:
            self._written = now
            self.beat()
            self._go_on()

    def beat(self) -> None:
        """Renew the lease, and learn whether to go on."""
        try:
            self._asked = leases.renew(self._row, done=self.done, total=self.total)
        except leases.LostLeaseError:
            self._lost = True

    def _go_on(self) -> None:
        if self._lost or self._stop.is_set():
            raise Stopped(self.id)
        if self._asked:
            raise Cancelled(self.id)


def run(app: Flask, row: JobRow, stop: threading.Event | None = None) -> None:
    """Run a job that was taken, to whatever end.

    Args:
        app: the portal.
        row: the job as it was taken.
        stop: set when the worker is to end.
    """
    if row.task not in registry.TASKS:
        leases.finish(row, FAILED, error=wording.UNKNOWN)
        return
    running = Running(row, stop or threading.Event())
    with app.app_context(), people.acting("job"), Pulse(leases.BEAT, running.beat):
        _call(running, row)


def _call(running: Running, row: JobRow) -> None:
    began = time.monotonic()
    values: dict[str, object] = {}
    try:
        values["result"] = _result(running, row)
        state = DONE
    except Stopped:
        leases.give_back(row, counted=False)
        log.info("Job %s (%s) waits for another worker.", row.id, row.task)
        return
    except Cancelled:
        state = CANCELLED
    except Refused as refusal:
        state, values = REFUSED, {"error": str(refusal)}
    except Exception:  # whatever a task raises ends its run, never the worker
        log.exception("Job %s (%s) failed in run %d.", row.id, row.task, row.attempts)
        if row.attempts <= len(WAITS):
            leases.give_back(row, after=WAITS[row.attempts - 1])
            return
        state, values = FAILED, {"error": wording.UNEXPECTED}
    if leases.finish(row, state, done=running.done, total=running.total, **values):
        log.info("Job %s (%s) is %s after %.1f s.", row.id, row.task, state, time.monotonic() - began)
    else:
        log.warning("Job %s (%s) was another run's when it ended here.", row.id, row.task)


def _result(running: Running, row: JobRow) -> Mapping[str, Any] | None:
    """Call the task; what it gives back must be JSON, or else it is the task's fault."""
    result = registry.TASKS[row.task].function(running, **row.arguments)
    if result is None:
        return None
    plain: Mapping[str, Any] = json.loads(json.dumps(dict(result), allow_nan=False))
    return plain
