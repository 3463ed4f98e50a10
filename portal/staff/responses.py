"""The submitted responses of a wave, for analysts: accepted, and taken out as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, redirect, render_template, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import BooleanField, RadioField

from portal import audit, exports, jobs
from portal.identity import people
from portal.languages import NAMES
from portal.staff import notices
from portal.staff.forms import StaffForm
from portal.staff.tables import Button, Column, Filter, Table, Time
from portal.staff.waves import ADDRESS, brings_wave, ident, own, wave
from surveys.responses import arrivals, participants, store

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_l: Any = lazy_gettext
"""For labels: WTForms takes lazy texts, though its types ask for text."""

bp = brings_wave(Blueprint("staff_responses", __name__, url_prefix="/staff/surveys"))

VERIFIED = {"yes": _l("verified"), "no": _l("waiting")}


class ExportForm(StaffForm):
    """What a file of records holds."""

    form = RadioField(
        _l("Kind of file"),
        choices=[("csv", _l("CSV, for statistics programs")), ("xlsx", _l("Excel workbook"))],
        default="csv",
    )
    identifiers = BooleanField(_l("Also the columns that say who answered"))


@bp.get(ADDRESS + "/responses/")
def index() -> str:
    """Every submitted response, without its answers."""
    row = store.Response
    table = Table(
        arrivals.submissions(wave()),
        [
            Column("receipt", _("Receipt code"), sort=row.receipt),
            Column("language", _("Language"), sort=row.language, cell=lambda each: NAMES[each.language]),
            Column(
                "submitted", _("Submitted"), sort=row.submitted_at, cell=lambda each: Time(each.submitted_at)
            ),
            Column("verified", _("Counts"), sort=row.verified, cell=_verified),
            Column("accept", _("Accept"), cell=_accept),
        ],
        search=[row.receipt],
        filters=[
            Filter("verified", _("Counts"), VERIFIED, lambda value: row.verified == (value == "yes")),
            Filter("language", _("Language"), NAMES, row.language),
        ],
        order=[row.submitted_at.desc(), row.id],
        empty=_("Nothing has been submitted yet."),
        caption=_("Submitted responses"),
    )
    return render_template("staff/responses.html", wave=wave(), own=own, table=table)


@bp.post(ADDRESS + "/responses/accept")
def accept() -> Response:
    """Accept a response that came by the open link, so that it counts."""
    with store.write():
        count = participants.accept(wave(), [request.form.get("receipt", "")])
        if count:
            audit.record("answers.accepted", "wave", ident(wave()), count=count)
    if count:
        notices.done(ngettext("%(num)d response counts now.", "%(num)d responses count now.", count))
    else:
        notices.refused(_("No submitted response waits under this receipt code."))
    return redirect(own("staff_responses.index"), 303)


@bp.get(ADDRESS + "/records/")
def records() -> str:
    """Where records are taken out."""
    return render_template("staff/records.html", wave=wave(), own=own, form=ExportForm())


@bp.post(ADDRESS + "/records/")
def export() -> Response | tuple[str, int]:
    """Write the file in a job, and go to where it will be."""
    form = ExportForm()
    if not form.validate():
        return render_template("staff/records.html", wave=wave(), own=own, form=form), 422
    arguments = {
        "survey": wave().survey,
        "wave": wave().name,
        "form": form.form.data,
        "identifiers": form.identifiers.data,
    }
    with store.write():
        job = jobs.start(exports.TASK, arguments, by=people.who())
    return redirect(own("staff_responses.export_of", job=job.id), 303)


@bp.get(ADDRESS + "/records/<job>/")
def export_of(job: str) -> tuple[str, int, dict[str, str]]:
    """How far the file is; then where to take it from."""
    found = _own_job(job)
    lively = {"Refresh": "3"} if found.state in {"queued", "running"} else {}
    return render_template("staff/export.html", wave=wave(), own=own, job=found), 200, lively


@bp.get(ADDRESS + "/records/<job>/file")
def download(job: str) -> Response:
    """The file itself; it is taken away a day after it was written."""
    found = _own_job(job)
    path = exports.path(found.id) if found.state == "done" else None
    if path is None:
        abort(410)
    with store.write():
        audit.record(
            "answers.exported",
            "wave",
            ident(wave()),
            format=found.arguments["form"],
            rows=found.result["rows"],
            identifiers=found.result["identifiers"],
        )
    return send_file(path, as_attachment=True, download_name=found.result["name"])


def _own_job(job: str) -> Any:
    """The export of this wave that this person asked for; nobody else's."""
    found = jobs.find(job)
    if (
        found is None
        or found.task != exports.TASK
        or found.asked_by != people.who()
        or (found.arguments["survey"], found.arguments["wave"]) != (wave().survey, wave().name)
    ):
        abort(404)
    return found


def _verified(each: Any) -> str:
    return str(VERIFIED["yes" if each.verified else "no"])


def _accept(each: Any) -> Button | None:
    if each.verified:
        return None
    return Button(_("Accept"), own("staff_responses.accept"), {"receipt": each.receipt}, about=each.receipt)
