"""Privacy for administrators: dates of erasure, and what is held about one person or organization.

A name or an address is never part of an address of a page: whoever is looked for is posted from page to page.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length

from portal import audit, database, secret
from portal.filters import day
from portal.identity import people
from portal.identity.people import LastAdministratorError
from portal.identity.roles import ADMINISTRATOR
from portal.privacy import dates, holdings, leftovers, subjects
from portal.privacy.retention import ENTRIES
from portal.staff import notices
from portal.staff.forms import StaffForm
from portal.staff.tables import Column, Link, ListTable
from portal.staff.waves import brings_wave, own, wave
from surveys.responses import store

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

    from portal.privacy.dates import Due
    from portal.privacy.holdings import Subject
    from surveys.responses.model import Wave

bp = brings_wave(Blueprint("staff_privacy", __name__, url_prefix="/staff/privacy"))

_l: Any = lazy_gettext
"""For labels: WTForms takes lazy texts, though its types ask for text."""

LONGEST = 300
"""Characters of a name that is looked for: an organization's longest."""


class SearchForm(StaffForm):
    """Whom a request is about."""

    query = StringField(
        _l("E-mail address, or name of an organization"),
        description=_l("The whole address or name, however it is written in capitals."),
        filters=[lambda text: " ".join((text or "").split())],
        validators=[DataRequired(_l("Write an address or a name.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "off", "dir": "auto"},
    )


class DatesForm(StaffForm):
    """When what of a wave is erased."""

    unfinished = DateField(dates.TITLES["unfinished"], description=dates.MEANINGS["unfinished"])
    identifiers = DateField(dates.TITLES["identifiers"], description=dates.MEANINGS["identifiers"])
    records = DateField(dates.TITLES["records"], description=dates.MEANINGS["records"])


@bp.get("/")
def index() -> str:
    """Look for somebody, and see what is erased when."""
    return _index(SearchForm())


@bp.get("/find/")
@bp.get("/export/")
@bp.get("/erase/")
def start() -> Answer:
    """Begin again: whoever was looked for is no part of an address, so coming back by one begins anew."""
    return redirect(url_for("staff_privacy.index"), 303)


@bp.post("/find/")
def find() -> str:
    """What is held about one person or organization."""
    form = SearchForm()
    if not form.validate():
        return _index(form)
    query = form.query.data or ""
    subject = subjects.find(query)
    if subject is None:
        return render_template("staff/privacy_subject.html", query=query, similar=subjects.similar(query))
    return render_template(
        "staff/privacy_subject.html", query=query, subject=subject, table=_holdings(holdings.export(subject))
    )


@bp.post("/export/")
def export() -> Answer:
    """Everything held about one person or organization, as one JSON file."""
    subject = subjects.find(request.form.get("query", ""))
    if subject is None:
        return start()
    with store.write():
        held = holdings.export(subject)
        audit.record("privacy.exported", *_named(subject), count=sum(len(each) for each in held.values()))
    today = store.day(store.now())
    about = {"kind": subject.kind, "name": subject.name, "email": subject.email}
    text = json.dumps({"about": about, "exported_on": today, "held": held}, ensure_ascii=False, indent=2)
    found = Response(text + "\n", mimetype="application/json")
    found.headers["Content-Disposition"] = f"attachment; filename=held-{today}.json"
    return found


@bp.post("/erase/")
def erase() -> str | Answer:
    """Say what goes and what stays; and once that is confirmed in writing, erase it."""
    subject = subjects.find(request.form.get("query", ""))
    if subject is None:
        return start()
    typed = request.form.get("confirmation")
    if typed is None or not _is_confirmed(subject, typed):
        return _confirm(subject, wrong=typed is not None)
    try:
        with store.write():
            _keep_an_administrator(subject)
            kind, ident = _named(subject)
            count = sum(holdings.erase(subject).values())
            audit.record("privacy.erased", kind, ident, count=count)
    except LastAdministratorError:
        notices.refused(_("Nothing was erased: this is the last administrator. Make another one first."))
        return start()
    _clear()
    notices.done(_("Everything that may be erased is erased (entries: %(count)s).", count=count))
    return start()


@bp.route("/<slug>/<name>/", methods=["GET", "POST"])
def wave_dates() -> str | Answer:
    """When what of one wave is erased."""
    if wave().state != "closed" or wave().demonstration:
        notices.refused(dates.REFUSALS["not_closed"])
        return start()
    planned = {due.kind: due for due in dates.plan(wave())}
    form = DatesForm(data={kind: due.due_on for kind, due in planned.items()})
    for kind, due in planned.items():
        form[kind].validators = [DataRequired(_("Choose a date."))]
        if due.done_at is not None:
            del form[kind]
    if request.method == "POST" and form.validate():
        try:
            changed = dates.set_dates(wave(), {field.name: field.data for field in form})
        except dates.DateError as error:
            form[error.kind].errors = [dates.REFUSALS[error.code]]
        else:
            if changed:
                notices.done(_("The dates are set. Administrators are told again before anything is erased."))
            return redirect(own("staff_privacy.wave_dates"), 303)
    lines = audit.lines("wave", dates.name(wave()))
    facts = [(dates.TITLES[due.kind], _state(due)) for due in planned.values()]
    return render_template(
        "staff/privacy_dates.html", form=form, wave=wave(), title=dates.title(wave()), facts=facts,
        lines=[line for line in lines if line.action.startswith("privacy.")],
    )  # fmt: skip


def _index(form: SearchForm) -> str:
    rows = [(found, due) for found in dates.closed_waves() for due in dates.plan(found)]
    table = ListTable(
        rows,
        [
            Column("survey", _("Survey"), cell=lambda row: _link(row[0])),
            Column("what", _("What"), cell=lambda row: dates.TITLES[row[1].kind]),
            Column("due", _("Date"), sort=lambda row: row[1].due_on, cell=lambda row: day(row[1].due_on)),
            Column("state", _("State"), cell=lambda row: _state(row[1])),
        ],
        empty=_("No survey is closed yet. Dates are proposed when one closes."),
        caption=_("What is erased when"),
    )
    return render_template("staff/privacy.html", form=form, table=table)


def _link(found: Wave) -> Link:
    address = url_for("staff_privacy.wave_dates", slug=found.survey, name=found.name)
    return Link(_("%(survey)s (%(wave)s)", survey=dates.title(found), wave=found.name), address)


def _state(due: Due) -> Any:
    if due.done_at is not None:
        went = [f"{ENTRIES.get(name, name)}: {count}" for name, count in (due.counts or {}).items()]
        return [_("erased on %(day)s", day=day(due.done_at)), *went]
    if due.announced_at is not None:
        return _("announced; will be erased on %(day)s", day=day(due.first_day))
    if due.proposed:
        return _("proposed; not before %(day)s", day=day(due.first_day))
    return _("set; not before %(day)s", day=day(due.first_day))


def _holdings(held: dict[str, list[dict[str, Any]]]) -> ListTable:
    return ListTable(
        holdings.registered(),
        [
            Column("title", _("What"), cell=lambda row: row.title),
            Column("count", _("Entries"), cell=lambda row: len(held.get(row.name, []))),
        ],
        caption=_("What is held"),
    )


def _confirm(subject: Subject, *, wrong: bool) -> str:
    held = holdings.export(subject)
    present = [holding for holding in holdings.registered() if holding.name in held]
    return render_template(
        "staff/privacy_erase.html",
        subject=subject,
        wrong=wrong,
        going=[(holding.title, len(held[holding.name])) for holding in present],
        staying=[holding.keeps for holding in present if holding.keeps],
    )


def _is_confirmed(subject: Subject, typed: str) -> bool:
    return " ".join(typed.split()).casefold() == (subject.email or subject.name).casefold()


def _keep_an_administrator(subject: Subject) -> None:
    """Refuse before anything is touched: written messages are no part of the transaction.

    Raises:
        LastAdministratorError: when nobody could give roles any more.
    """
    administrators = [person.pseudonym for person in people.with_role(ADMINISTRATOR)]
    if administrators == [subject.pseudonym]:
        raise LastAdministratorError


def _named(subject: Subject) -> tuple[str, str]:
    """A subject as the audit names it: by pseudonym, or by a hash that only the portal can make."""
    if subject.pseudonym is not None:
        return "person", subject.pseudonym
    whole = (subject.email or subject.name).casefold()
    return "subject", secret.keyed_hash("privacy requests", whole)[:32]


def _clear() -> None:
    try:
        leftovers.clear()
    except database.Fault as error:  # what was asked for is done; the daily job clears again
        current_app.logger.warning("Clearing after an erasure failed: %s", error)
        notices.refused(_("The remains in the database’s files are cleared away by tonight’s job."))
