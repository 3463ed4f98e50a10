"""Surveys for the staff: a questionnaire is brought in, its wave opened and closed, and watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal import audit, content, counting, fieldwork, uploads
from portal.filters import worded
from portal.identity import people
from portal.identity.roles import ANALYST
from portal.staff import notices
from portal.staff.forms import StaffForm
from portal.staff.notices import Undo
from portal.staff.tables import Column, Link, ListTable
from portal.staff.waves import ADDRESS, brings_wave, ident, own, questionnaire, refusal, wave
from surveys.questionnaire import lint, xlsform
from surveys.questionnaire.complaints import QuestionnaireError
from surveys.questionnaire.reader import read
from surveys.responses import arrivals, releases, store, waves
from surveys.responses.model import WaveError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response

    from surveys.questionnaire.complaints import Complaint
    from surveys.questionnaire.lint import Report
    from surveys.responses.model import Wave

_l: Any = lazy_gettext
"""For labels: WTForms takes lazy texts, though its types ask for text."""

bp = brings_wave(Blueprint("staff_surveys", __name__, url_prefix="/staff/surveys"))

MOST = 2_000_000
"""Bytes of a questionnaire's file."""

uploads.room("staff_surveys.bring_in", MOST)

LATEST_DAYS = 60
"""Days shown of a wave, the last ones."""

STATES = {"draft": _l("in preparation"), "open": _l("open"), "closed": _l("closed")}

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


class QuestionnaireForm(StaffForm):
    """A questionnaire's file, and under which name it comes in."""

    file = FileField(
        _l("File"),
        description=_l("A questionnaire in YAML, or an XLSForm workbook (.xlsx) as Kobo and ODK use it."),
        validators=[InputRequired(_l("Choose a file."))],
        render_kw={"accept": ".yaml,.yml,.xlsx"},
    )
    slug = StringField(
        _l("Name in addresses"),
        description=_l("Small letters, digits and hyphens. Left empty, the questionnaire's own."),
        filters=[lambda text: (text or "").strip()],
        validators=[
            Optional(),
            Length(max=100),
            Regexp(SLUG + "$", message=_l("Write small letters, digits and hyphens only.")),
        ],
        render_kw={"dir": "ltr"},
    )


@bp.get("/")
def index() -> str:
    """Every wave of every survey."""
    found = [each for current in waves.surveys() for each in waves.waves(current.survey)]
    table = ListTable(
        found,
        [
            Column("survey", _("Survey"), sort=ident, cell=_named),
            Column("state", _("State"), sort=lambda row: row.state, cell=lambda row: STATES[row.state]),
            Column("entry", _("Whose answers count"), cell=_entry),
            Column("data", _("Answers"), cell=lambda row: _("made up") if row.demonstration else _("real")),
        ],
        empty=_("There is no survey yet. Bring a questionnaire in."),
        caption=_("Surveys and their waves"),
    )
    return render_template("staff/surveys.html", table=table)


@bp.get("/new/")
def new() -> str:
    """Where a questionnaire is brought in."""
    return render_template("staff/survey_new.html", form=QuestionnaireForm(), complaints=(), report=None)


@bp.post("/new/")
def bring_in() -> Response | str | tuple[str, int]:
    """Read a questionnaire; bring it in if that was asked for and nothing is wrong with it."""
    form = QuestionnaireForm()
    complaints: Iterable[Complaint] = ()
    report: Report | None = None
    if form.validate():
        try:
            source, name = _source(form)
            report = lint.lint(read(source, name))
            if request.form.get("do") == "import":
                return redirect(_bring_in(source, name, form.slug.data or None), 303)
        except uploads.UploadError as error:
            form.file.errors = [*form.file.errors, error.sentence]
        except QuestionnaireError as error:
            complaints = error.complaints
        except WaveError as error:
            form.form_errors.append(refusal(error))
    status = 422 if form.errors or complaints else 200
    page = render_template("staff/survey_new.html", form=form, complaints=complaints, report=report)
    return page, status


def _source(form: QuestionnaireForm) -> tuple[str, str]:
    """The questionnaire's text and the name of its file."""
    upload = uploads.accept(form.file.data, kinds={"yaml", "xlsx"}, max_bytes=MOST)
    if upload.kind == "xlsx":
        return xlsform.to_source(upload.data, upload.name, slug=form.slug.data or None), upload.name
    return upload.data.decode("utf-8-sig"), upload.name


def _bring_in(source: str, name: str, slug: str | None) -> str:
    with store.write():
        brought = waves.add(source, name, slug)
        content.changed()
        audit.record("survey.imported", "wave", ident(brought))
    notices.done(_("%(wave)s was brought in.", wave=ident(brought)))
    return url_for("staff_surveys.survey", slug=brought.survey, name=brought.name)


@bp.get(ADDRESS + "/")
def survey() -> str:
    """One wave: how it stands, what can be done, what happened."""
    counted = counting.counted(wave()) if people.has(ANALYST) else None
    return render_template(
        "staff/survey.html",
        wave=wave(),
        title=worded(questionnaire().title),
        standing=arrivals.standing(wave()),
        days=arrivals.by_day(wave())[-LATEST_DAYS:],
        counted=counted,
        release=releases.latest_of(wave()),
        states=STATES,
        own=own,
        lines=audit.lines("wave", ident(wave())),
    )


@bp.post(ADDRESS + "/open")
def open_() -> Response:
    """Let the wave take answers."""
    return _change(
        "survey.opened",
        lambda: fieldwork.open_wave(wave()),
        _("The survey is open."),
        back="staff_surveys.close",
    )


@bp.post(ADDRESS + "/close")
def close() -> Response:
    """End the wave."""
    return _change(
        "survey.closed",
        lambda: waves.close_wave(wave()),
        _("The survey is closed."),
        back="staff_surveys.open_",
    )


def _change(action: str, change: object, sentence: str, *, back: str) -> Response:
    before = wave().state
    try:
        with store.write():
            changed = change()  # type: ignore[operator]
            content.changed()
            audit.record(action, "wave", ident(changed))
    except WaveError as error:
        notices.refused(refusal(error))
    else:
        undo = Undo(own(back)) if before in {"open", "closed"} and before != changed.state else None
        notices.done(sentence, undo)
    return redirect(own("staff_surveys.survey"), 303)


@bp.post(ADDRESS + "/entry")
def entry() -> Response:
    """Say whose answers count."""
    wanted = "open" if request.form.get("entry") == "open" else "verified"
    with store.write():
        waves.set_entry(wave(), wanted)  # type: ignore[arg-type] # one of its two values
        audit.record("survey.entry_set", "wave", ident(wave()), entry=wanted)
    reverse = Undo(own("staff_surveys.entry"), {"entry": wave().entry})
    notices.done(
        _("Every submitted answer counts now.")
        if wanted == "open"
        else _("Only verified answers count now."),
        reverse if wanted != wave().entry else None,
    )
    return redirect(own("staff_surveys.survey"), 303)


def _named(row: Wave) -> Link:
    return Link(ident(row), url_for("staff_surveys.survey", slug=row.survey, name=row.name))


def _entry(row: Wave) -> str:
    return _("everybody's") if row.entry == "open" else _("verified ones only")
