"""The daily job that erases what is due: announced first, done once, reported afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _

from portal import audit, jobs, mail
from portal.filters import absolute
from portal.identity import people
from portal.identity.roles import ADMINISTRATOR
from portal.privacy import dates, leftovers
from portal.privacy.models import Retention
from surveys.responses import erasure, store
from surveys.responses.rows import wave_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portal.jobs import Running
    from surveys.responses.model import Wave

TASK = "carry-out-retention"

DAY = 86_400
"""Seconds."""

ERASERS: Mapping[str, Callable[[Wave], Mapping[str, int]]] = {
    "unfinished": erasure.erase_unfinished,
    "identifiers": erasure.erase_identifiers,
    "records": erasure.erase_records,
}
"""Kind -> how it is erased."""

ENTRIES: Mapping[str, object] = {
    "drafts": _("Drafts"),
    "corrections": _("Corrections that were not submitted"),
    "parked": _("Things typed that could not be stored"),
    "organizations": _("Names of organizations"),
    "contacts": _("E-mail addresses of contacts"),
    "links": _("Links"),
    "fields": _("Answers that name somebody"),
    "responses": _("Responses"),
}
"""What a count counts, in words."""


@jobs.task(TASK, title=_("Erase what is due"))
def carry_out(job: Running) -> Mapping[str, Any]:
    """Announce what is due soon, and erase what is due and was announced in time; any number of times."""
    _forget_reopened()
    closed = dates.closed_waves()
    announced = erased = 0
    for done, wave in enumerate(closed):
        job.progress(done, len(closed))
        announced += sum(_announce(wave, due) for due in dates.plan(wave))
        erased += sum(_erase(wave, kind) for kind in ERASERS)
    if leftovers.expected():
        leftovers.clear()
    return {"announced": announced, "erased": erased}


jobs.periodic(TASK, task=TASK, every=DAY)


def _forget_reopened() -> None:
    """A wave that was opened again is held as long as any other: dates are proposed anew when it closes."""
    opened = store.Wave.select(store.Wave.id).where(store.Wave.state != "closed")
    with store.write():
        Retention.delete().where(Retention.wave.in_(opened)).execute()


def _announce(wave: Wave, due: dates.Due) -> bool:
    """Tell the administrators of a date, once. Without any there is nobody to tell, and nothing is erased."""
    if due.announced_at is not None or due.done_at is not None:
        return False
    if dates.today() < due.due_on - timedelta(days=dates.NOTICE_DAYS):
        return False
    with store.write():
        if not people.with_role(ADMINISTRATOR):
            return False
        if due.proposed:
            dates.keep(wave, due.kind, due.due_on)
        row = store.lock(Retention, _row(wave, due.kind).id)
        if row.announced_at is not None or row.due_on != due.due_on.isoformat():
            return False  # another run told them, or somebody has just changed the date
        row.announced_at = store.now()
        row.save(only=[Retention.announced_at])
        _tell("retention-announced", row)
        _record("privacy.retention_announced", wave, what=due.kind, due=row.due_on)
    return True


def _erase(wave: Wave, kind: str) -> bool:
    """Erase one kind of a wave, if its time has come: all of it in one transaction, or nothing."""
    row = _row(wave, kind)
    if row is None or not _ready(row):
        return False
    with store.write():
        row = store.lock(Retention, row.id)
        if not _ready(row):
            return False
        counts = dict(ERASERS[kind](wave))
        row.done_at, row.counts = store.now(), counts
        row.save(only=[Retention.done_at, Retention.counts])
        _tell("retention-done", row)
        _record("privacy.retention_done", wave, what=kind, count=sum(counts.values()))
    return True


def _ready(row: Retention) -> bool:
    """Whether its day has come, it was announced in time, and nothing stands before it in the order."""
    if row.done_at is not None or row.announced_at is None:
        return False
    if row.due_on > dates.today().isoformat() or row.announced_at > store.now() - dates.NOTICE_DAYS * DAY:
        return False
    if row.kind != "records":
        return True
    done = Retention.done_at.is_null(is_null=False)
    before = Retention.select().where((Retention.wave == row.wave_id) & (Retention.kind != row.kind) & done)
    return int(before.count()) == len(ERASERS) - 1


def _row(wave: Wave, kind: str) -> Any:
    return Retention.get_or_none((Retention.wave == wave.id) & (Retention.kind == kind))


def _tell(template: str, row: Retention) -> None:
    for person in people.with_role(ADMINISTRATOR):
        mail.queue(
            template,
            person.email,
            {"retention": row.id},
            language=person.language,
            about=("person", person.pseudonym),
            key=f"{template}:{row.id}:{row.due_on}:{row.announced_at}:{person.id}",
        )


def _record(action: str, wave: Wave, **detail: str | int) -> None:
    audit.record(action, "wave", dates.name(wave), by="job", **detail)


def _prepare(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    row = Retention.get_or_none(Retention.id == int(arguments["retention"]))
    if row is None or row.announced_at is None:
        raise mail.NotNeeded  # the wave was opened again, or the date was changed
    wave = wave_value(row.wave)
    counts = row.counts or {}
    return {
        "survey": dates.title(wave),
        "wave": wave.name,
        "what": dates.TITLES[row.kind],
        "meaning": dates.MEANINGS[row.kind],
        "due": row.due_on,
        "entries": [(label, counts[name]) for name, label in ENTRIES.items() if name in counts],
        "link": absolute(url_for("staff_privacy.index")) if _has_page() else absolute("/staff/"),
    }


def _has_page() -> bool:
    return "staff_privacy.index" in current_app.view_functions


SAMPLE = {
    "survey": _("Digital messaging in settlement services"),
    "wave": "2026",
    "what": dates.TITLES["identifiers"],
    "meaning": dates.MEANINGS["identifiers"],
    "due": "2027-03-31",
    "entries": [(ENTRIES["organizations"], 120), (ENTRIES["contacts"], 118)],
    "link": "https://portal.example.org/staff/privacy/",
}

ANNOUNCED = mail.register(
    mail.Template("retention-announced", mail.NOTICE, _prepare, SAMPLE, _("Personal data will be erased"))
)
DONE = mail.register(
    mail.Template("retention-done", mail.NOTICE, _prepare, SAMPLE, _("Personal data was erased"))
)
