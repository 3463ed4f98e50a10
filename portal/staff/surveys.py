"""Surveys for the staff: a questionnaire is brought in, its wave opened and closed, and watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal import audit, complaining, content, counting, fieldwork, readings, uploads
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
from surveys.responses import arrivals, erasure, releases, store, waves
from surveys.responses.model import WaveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from werkzeug.wrappers import Response

    from portal.uploads import Upload
    from surveys.questionnaire.complaints import Complaint
    from surveys.questionnaire.lint import Report
    from surveys.responses.model import Wave

_l: Any = lazy_gettext
"""For labels: WTForms takes lazy texts, though its types ask for text."""

bp = brings_wave(Blueprint("staff_surveys", __name__, url_prefix="/staff/surveys"))

MOST = 2_000_000
"""Bytes of a questionnaire's file."""

uploads.room("staff_surveys.bring_in", MOST + readings.LARGEST)

LATEST_DAYS = 60
"""Days shown of a wave, the last ones."""

STATES = {"draft": _l("in preparation"), "open": _l("open"), "closed": _l("closed")}

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


class FileOrReading(InputRequired):
    """A file is needed unless the form carries one that was read before."""

    def __call__(self, form: Any, field: Any) -> None:
        """Hold the form against it."""
        if not form.reading.data:
            super().__call__(form, field)


class QuestionnaireForm(StaffForm):
    """A questionnaire's file, and under which name it comes in."""

    file = FileField(
        _l("File"),
        description=_l(
            "A questionnaire in YAML, or an XLSForm workbook (.xlsx or .xls) as Kobo and ODK use it."
        ),
        validators=[FileOrReading(_l("Choose a file."))],
        render_kw={"accept": ".yaml,.yml,.xlsx,.xls"},
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
    reading = HiddenField()


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
    return render_template("staff/survey_new.html", form=QuestionnaireForm())


@bp.post("/new/")
def bring_in() -> Response | str | tuple[str, int]:
    """Read a questionnaire; bring it in if that was asked for and nothing is wrong with it."""
    form = QuestionnaireForm()
    complaints: Iterable[Complaint] = ()
    remarks: Iterable[Complaint] = ()
    report: Report | None = None
    carried = form.reading.data if not form.file.data else ""
    if form.validate():
        carried = ""
        try:
            upload = _upload(form)
            source, placed = _source(upload, form.slug.data or None)
            report = lint.lint(read(source, upload.name))
            if request.form.get("do") == "import":
                return redirect(_bring_in(source, upload.name, form.slug.data or None), 303)
        except uploads.UploadError as error:
            form.file.errors = [*form.file.errors, error.sentence]
        except QuestionnaireError as error:
            complaints = error.complaints
        except WaveError as error:
            form.form_errors.append(refusal(error))
        if report is not None:
            carried = readings.sealed(upload, people.who(), store.now())
            remarks = [placed(complaint) for complaint in report.complaints]
    form.reading.data = carried
    page = render_template(
        "staff/survey_new.html",
        form=form,
        complaints=complaining.lines(complaints),
        report=report,
        remarks=complaining.lines(remarks),
    )
    return page, 422 if form.errors or complaints else 200


def _upload(form: QuestionnaireForm) -> Upload:
    """The file that was chosen; where none was, the one that was read before, which the form carries."""
    if form.file.data:
        return uploads.accept(form.file.data, kinds={"yaml", "xlsx", "xls"}, max_bytes=MOST)
    return readings.opened(form.reading.data or "", people.who(), store.now())


def _source(upload: Upload, slug: str | None) -> tuple[str, Callable[[Complaint], Complaint]]:
    """A questionnaire's text, and what says where in its file a complaint about the text belongs."""
    if upload.kind == "yaml":
        return upload.text, lambda complaint: complaint
    translation = xlsform.translate(upload.data, upload.name, slug=slug)
    return translation.source, translation.placed


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
        who_answered_was_erased=erasure.identifiers_erased(wave()),
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
