"""Exact tables for analysts, and the next release: what it waits for, and building it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import gettext as _

from portal import audit, counting, fieldwork, jobs
from portal.filters import worded
from portal.identity import people
from portal.staff.tables import Column, Link, ListTable
from portal.staff.waves import ADDRESS, brings_wave, ident, own, questionnaire, wave
from surveys.findings.model import WHOLE
from surveys.findings.tables import menu
from surveys.responses import releases, store, tallies

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from surveys.questionnaire.model import Question

bp = brings_wave(Blueprint("staff_figures", __name__, url_prefix="/staff/surveys"))

SEEN_AGAIN = 3600
"""Seconds for which one person's looking at a wave's exact tables is one line of the trail."""


@bp.get(ADDRESS + "/tables/")
def tables() -> str:
    """Every closed question, each leading to its exact table."""
    table = ListTable(
        questionnaire().closed,
        [
            Column("label", _("Question"), cell=_named),
            Column("name", _("Name"), sort=lambda row: row.name),
        ],
        search=[lambda row: worded(row.label).striptags(), lambda row: row.name],
        empty=_("This questionnaire has no closed question."),
        caption=_("Questions with exact tables"),
    )
    counted = counting.counted(wave())
    return render_template("staff/tables.html", wave=wave(), own=own, table=table, counted=counted)


@bp.get(ADDRESS + "/tables/<question>/")
def table(question: str) -> str:
    """One exact table, for the whole or by a dimension."""
    asks = questionnaire().question.get(question)
    if asks is None or not asks.closed:
        abort(404)
    splits = [by for name, by in menu(questionnaire()) if name == question and by]
    by = request.args.get("by", "")
    by = by if by in splits else ""
    tally = tallies.kept(wave(), question)
    blocks = tally.body.get(by or WHOLE, []) if tally else []
    _seen(question)
    return render_template(
        "staff/table.html",
        wave=wave(),
        own=own,
        question=asks,
        items={row.name: row.label for row in asks.rows},
        splits=[questionnaire().question[name] for name in splits],
        by=by,
        tally=tally,
        blocks=blocks,
    )


def _seen(question: str) -> None:
    """Leave in the trail that exact figures were seen: once an hour for a person and a wave."""
    who, since = people.who(), store.now() - SEEN_AGAIN
    lately = (line for line in audit.lines("wave", ident(wave()), limit=50) if line.at > since)
    if not any(line.actor == who and line.action == "tables.seen" for line in lately):
        with store.write():
            audit.record("tables.seen", "wave", ident(wave()), question=question)


@bp.post(ADDRESS + "/tables/count")
def count() -> Response:
    """Count anew."""
    with store.write():
        job = jobs.start(fieldwork.COUNT, _arguments(), key=f"count-wave:{wave().id}", by=people.who())
    return redirect(own("staff_figures.work", job=job.id), 303)


@bp.get(ADDRESS + "/release/")
def release() -> str:
    """What the next release waits for, and the last one."""
    return render_template(
        "staff/release.html",
        wave=wave(),
        own=own,
        counted=counting.counted(wave()),
        last=releases.latest_of(wave()),
    )


@bp.post(ADDRESS + "/release/")
def build() -> Response:
    """Build the next release, in a job: it is refused there if it is not safe."""
    with store.write():
        job = jobs.start(fieldwork.RELEASE, _arguments(), key=f"build-release:{wave().id}", by=people.who())
    return redirect(own("staff_figures.work", job=job.id), 303)


@bp.get(ADDRESS + "/progress/<job>/")
def work(job: str) -> tuple[str, int, dict[str, str]]:
    """How far counting or a release is."""
    found = jobs.find(job)
    if (
        found is None
        or found.task not in {fieldwork.COUNT, fieldwork.RELEASE}
        or found.arguments != _arguments()
    ):
        abort(404)
    lively = {"Refresh": "3"} if found.state in {"queued", "running"} else {}
    return render_template("staff/work.html", wave=wave(), own=own, job=found), 200, lively


def _arguments() -> dict[str, Any]:
    return {"survey": wave().survey, "wave": wave().name}


def _named(row: Question) -> Link:
    return Link(worded(row.label), own("staff_figures.table", question=row.name))
