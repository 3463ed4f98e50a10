"""What `/metrics` tells: the process, its requests, jobs and mail. Nothing of it counts responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import database, jobs, mail, metrics
from portal.operators.bounded import Question, SlowError
from surveys.responses import store

if TYPE_CHECKING:
    from flask import Flask

    from portal.metrics import Family


def _stored() -> list[Family]:
    """Figures from the database."""
    seen = jobs.worker_seen()
    silent = None if seen is None else max(0, store.now() - seen)
    return [
        metrics.states("portal_jobs", "Jobs by state.", jobs.counts()),
        metrics.gauge(
            "portal_job_oldest_waiting_seconds", "Seconds the oldest job has waited; 0 when none waits.",
            jobs.oldest_waiting() or 0,
        ),
        metrics.states("portal_mail", "Messages by state.", mail.counts()),
        metrics.gauge(
            "portal_mail_oldest_waiting_seconds", "Seconds the oldest message waits; 0 when none waits.",
            mail.oldest_waiting() or 0,
        ),
        metrics.gauge("portal_worker_silent_seconds", "Seconds since a worker was heard of.", silent),
    ]  # fmt: skip


STORED = Question(_stored)


def families(app: Flask) -> list[Family]:
    """All figures; those from the database are missing while it is away."""
    stored: list[Family] = []
    try:
        stored = STORED.answer(app)
        up = 1
    except (SlowError, database.Fault):
        up = 0
    seen: metrics.Requests = app.extensions["requests_seen"]
    told = metrics.gauge("portal_database_up", "Whether the database answers: 1, or 0 when it is away.", up)
    return [*metrics.process(), told, *stored, *seen.families()]
