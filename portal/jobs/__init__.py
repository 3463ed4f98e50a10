"""Work outside requests: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

from portal.jobs import tidying as tidying
from portal.jobs.execution import Cancelled, Refused, Running
from portal.jobs.ledger import (
    Job,
    OutsideWriteError,
    cancel,
    counts,
    failed_since,
    find,
    listing,
    oldest_waiting,
    read,
    start,
    worker_seen,
)
from portal.jobs.registry import UnknownTaskError, periodic, task, titles
from portal.jobs.schedule import Work, periodic_work, run_now
from portal.jobs.wording import FAULTS, STATES
from portal.jobs.worker import install, run_waiting, work

__all__ = [
    "FAULTS",
    "STATES",
    "Cancelled",
    "Job",
    "OutsideWriteError",
    "Refused",
    "Running",
    "UnknownTaskError",
    "Work",
    "cancel",
    "counts",
    "failed_since",
    "find",
    "install",
    "listing",
    "oldest_waiting",
    "periodic",
    "periodic_work",
    "read",
    "run_now",
    "run_waiting",
    "start",
    "task",
    "titles",
    "work",
    "worker_seen",
]
