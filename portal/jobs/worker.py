"""The worker: a process that runs what waits, takes up what was left lying, and starts what is due."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import current_app, has_app_context
from peewee import PeeweeException

from portal.jobs import execution, leases, messages, schedule
from portal.jobs.models import WorkerRow
from portal.jobs.pulse import Pulse
from surveys.responses import store

if TYPE_CHECKING:
    from flask import Flask

    from portal.jobs.models import JobRow

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Jobs that one worker runs at the same time, so that a long one does not hold up the mail."""

POLL = 1.5
"""Seconds between two looks at an empty queue."""

SWEEP = 15.0
"""Seconds between two sweeps."""

SEEN = 10.0
"""Seconds between two signs of life."""

FORGOTTEN = 86_400
"""Seconds after which a worker that ended without a word is not remembered any more."""

GRACE = 17.0
"""Seconds that the step of a running job may still take when the worker is to end."""

PAUSE = 5.0
"""Seconds to wait when the database cannot be used."""


class Worker:
    """Runs jobs, each in a thread, until it is told to stop."""

    def __init__(self, app: Flask) -> None:
        """Make a worker.

        Args:
            app: the portal.
        """
        self.stop = threading.Event()
        self._app = app
        self._id = store.random_id()
        self._next_sweep = 0.0
        self._free = threading.Semaphore(AT_ONCE)
        self._runs: list[threading.Thread] = []

    def run(self) -> None:
        """Work until `stop` is set."""
        with Pulse(SEEN, self._seen):
            announced = False
            while not self.stop.is_set():
                try:
                    if not announced:
                        self._announce()
                        announced = True
                    if not self._step():
                        self.stop.wait(POLL)
                except PeeweeException as error:
                    log.warning("The database cannot be used now: %s", type(error).__name__)
                    store.database.close()
                    self.stop.wait(PAUSE)
            for run in self._runs:
                run.join()
        with suppress(PeeweeException), store.write():
            WorkerRow.delete().where(WorkerRow.id == self._id).execute()
        store.database.close()

    def _announce(self) -> None:
        now = store.now()
        with store.write():
            WorkerRow.delete().where(WorkerRow.seen_at < now - FORGOTTEN).execute()
            WorkerRow.create(id=self._id)
        schedule.declare()

    def _seen(self) -> None:
        with store.write():
            WorkerRow.update(seen_at=store.now()).where(WorkerRow.id == self._id).execute()

    def _step(self) -> bool:
        """Look once; returns whether there was a message."""
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + SWEEP
            leases.sweep()
            schedule.start_due()
        if messages.empty() or not self._free.acquire(timeout=POLL):
            return False
        row = None
        try:
            row = _next()
        finally:
            if row is None:
                self._free.release()
        if row is not None:
            run = threading.Thread(target=self._run, args=(row,), daemon=True)
            self._runs = [*(one for one in self._runs if one.is_alive()), run]
            run.start()
        return True

    def _run(self, row: JobRow) -> None:
        try:
            execution.run(self._app, row, self.stop)
        except PeeweeException as error:
            # Nothing is lost: the lease ends, and a sweep takes the job up again.
            log.warning("What became of job %s could not be written: %s", row.id, type(error).__name__)
        finally:
            store.database.close()
            self._free.release()


def _next() -> JobRow | None:
    """The job of the next message that still waits to be run; None when there is none."""
    while (ident := messages.receive()) is not None:
        row = leases.take(ident)
        if row is not None:
            return row
    return None


def work(app: Flask, *, attached: bool = False) -> None:
    """Be a worker until the process is told to end; then the step that runs may finish, within 17 seconds.

    Args:
        app: the portal.
        attached: end also when standard input ends, as it does when the process that started this one dies.
    """
    worker = Worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    if attached:
        threading.Thread(target=_until_input_ends, args=(worker.stop,), daemon=True).start()
    # All work is done in other threads, so that this one is always free to hear a signal.
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    while thread.is_alive() and not worker.stop.is_set():
        thread.join(0.5)
    thread.join(GRACE)
    if thread.is_alive():
        log.warning("A step took too long to wait for; another worker takes the job up in a minute.")
        sys.stderr.flush()
        os._exit(0)
    if not worker.stop.is_set():
        raise RuntimeError("The worker ended by a fault of its own.")


def _until_input_ends(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()


_apps: list[Flask] = []


def install(app: Flask) -> None:
    """Remember the portal that `run_waiting` runs jobs in outside any context."""
    _apps[:] = [app]


def run_waiting() -> int:
    """Run everything that waits, in this process, and what it asks for in turn; for commands and tests.

    Jobs that wait because a run failed are left for a worker.

    Returns:
        How many runs there were.

    Raises:
        RuntimeError: inside a transaction, whose changes no other run would see.
    """
    if store.database.in_transaction():
        raise RuntimeError("Run jobs outside store.write().")
    app = current_app._get_current_object() if has_app_context() else _apps[-1]  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to the app itself
    leases.sweep()
    runs = 0
    while (row := _next()) is not None:
        execution.run(app, row)
        runs += 1
    return runs
