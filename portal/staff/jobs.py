"""Jobs for the administrators: what the portal does apart from pages, how far it is, and what is due when."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _

from portal import audit, jobs
from portal.filters import number
from portal.identity import people
from portal.identity.roles import ADMINISTRATOR
from portal.jobs.models import JobRow
from portal.staff import navigation, notices
from portal.staff.tables import Button, Column, Filter, Link, ListTable, Table, Time
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Response as Page
    from werkzeug.wrappers import Response

bp = Blueprint("staff_jobs", __name__, url_prefix="/staff/jobs")

REFRESH = 3
"""Seconds after which the page of an unfinished job loads itself anew."""

SILENT = 60
"""Seconds after which a worker that is not heard of counts as gone."""

LATELY = 86_400
"""Seconds for which a failed job stands on the desk."""


@navigation.waiting(ADMINISTRATOR)
def failed_jobs() -> Iterator[tuple[str, str]]:
    """Jobs that failed within a day."""
    failed = jobs.failed_since(store.now() - LATELY)
    if failed:
        yield (
            ngettext("%(num)d job failed", "%(num)d jobs failed", failed),
            url_for("staff_jobs.index", state="failed"),
        )


@bp.get("/")
def index() -> str:
    """Every job, the newest first, and the periodic work."""
    named = _names()
    table = Table(
        jobs.listing(),
        [
            Column("task", _("Job"), sort=JobRow.task, cell=lambda row: _link(jobs.read(row))),
            Column("state", _("State"), sort=JobRow.state, cell=lambda row: jobs.STATES[row.state]),
            Column("done", _("Progress"), cell=lambda row: _progress(jobs.read(row))),
            Column("asked", _("Asked for"), sort=JobRow.created_at, cell=lambda row: Time(row.created_at)),
            Column("ended", _("Ended"), sort=JobRow.finished_at, cell=lambda row: Time(row.finished_at)),
            Column("by", _("By"), cell=lambda row: named(row.asked_by or "job")),
        ],
        filters=[
            Filter("state", _("State"), jobs.STATES, JobRow.state),
            Filter("task", _("Job"), jobs.titles(), JobRow.task),
        ],
        order=(JobRow.created_at.desc(), JobRow.id),
        empty=_("No job was asked for yet."),
        caption=_("Jobs"),
    )
    seen = jobs.worker_seen()
    idle = seen is None or seen < store.now() - SILENT
    return render_template("staff/jobs.html", table=table, periodic=_periodic(), idle=idle)


@bp.get("/<ident>/")
def show(ident: str) -> Page:
    """One job; the page loads itself anew until the job is finished, unless the reader wants it still."""
    job = jobs.find(ident) or abort(404)
    still = "still" in request.args
    facts = [
        (_("Asked for"), Time(job.created_at)),
        (_("By"), people.named(job.asked_by or "job")),
        (_("Started"), Time(job.started_at)),
        (_("Ended"), Time(job.finished_at)),
        (_("Runs"), job.attempts),
    ]
    lines = audit.lines("job", job.id)
    page = make_response(
        render_template("staff/jobs_one.html", job=job, facts=facts, still=still, lines=lines, every=REFRESH)
    )
    if job.unfinished and not still:
        page.headers["Refresh"] = str(REFRESH)
    return page


@bp.post("/<ident>/cancel/")
def cancel(ident: str) -> Response:
    """Stop a job."""
    job = jobs.find(ident) or abort(404)
    with store.write():
        after = jobs.cancel(job.id)
        asked = after is not None and after.cancel_asked and not job.cancel_asked
        if asked:
            audit.record("job.cancelled", "job", job.id)
    if after is None or not asked:
        notices.refused(_("It had ended already, or was being stopped."))
    elif after.unfinished:
        notices.done(_("It stops when its present step is done."))
    else:
        notices.done(_("It is stopped."))
    return redirect(url_for(".show", ident=job.id), 303)


@bp.post("/periodic/<name>/")
def run_now(name: str) -> Response:
    """Start periodic work out of turn."""
    try:
        with store.write():
            job = jobs.run_now(name, people.who())
            audit.record("job.started", "job", job.id)
    except jobs.UnknownTaskError:
        abort(404)
    notices.done(_("It is started."))
    return redirect(url_for(".show", ident=job.id), 303)


def _link(job: jobs.Job) -> Link:
    return Link(job.title, url_for(".show", ident=job.id))


def _names() -> Callable[[str], str]:
    """Actor -> name, each asked for once."""
    return cache(people.named)


def _progress(job: jobs.Job) -> str | None:
    if job.counted:
        done, total = job.counted
        return _("%(done)s of %(total)s", done=number(done), total=number(total))
    return number(job.done) if job.done and not job.total else None


def _periodic() -> ListTable:
    return ListTable(
        jobs.periodic_work(),
        [
            Column("title", _("Job"), cell=lambda work: work.title),
            Column("every", _("Every"), cell=lambda work: format_timedelta(work.every)),
            Column("last", _("Last run"), cell=_last),
            Column("next", _("Next run"), cell=lambda work: Time(work.next_run_at)),
            Column(
                "now",
                _("Out of turn"),
                cell=lambda work: Button(_("Run now"), url_for(".run_now", name=work.name), about=work.title),
            ),
        ],
        caption=_("Periodic work"),
        name="periodic",
    )


def _last(work: jobs.Work) -> tuple[object, ...]:
    """When it ran last, and the job of that run while it is kept."""
    if work.last_job is None or work.last_state is None:
        return (Time(work.last_run_at),)
    return (Time(work.last_run_at), Link(jobs.STATES[work.last_state], url_for(".show", ident=work.last_job)))
