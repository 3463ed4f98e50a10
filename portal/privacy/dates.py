"""When what of a closed wave is erased: proposed when it closes, and changed by the staff."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _

from portal import audit
from portal.languages import language
from portal.privacy.models import Retention
from surveys.responses import store, waves
from surveys.responses.rows import wave_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveys.responses.model import Wave

MONTHS: Mapping[str, int] = {"unfinished": 3, "identifiers": 6, "records": 60}
"""Kind of personal data -> months from closing to the date that is proposed; in the order of erasing."""

TITLES: Mapping[str, Any] = {
    "unfinished": _("Unfinished answers"),
    "identifiers": _("Who answered"),
    "records": _("Single answers"),
}

MEANINGS: Mapping[str, Any] = {
    "unfinished": _(
        "Answers that were begun and never submitted, and what was typed and could not be stored."
    ),
    "identifiers": _(
        "Names and e-mail addresses of organizations, what was given for contact, and the links to answers."
    ),
    "records": _("Every single answer. Published releases stay; no further one can be made."),
}

NOTICE_DAYS = 14
"""Nothing is erased that the administrators were not told of so many days before."""

REFUSALS: Mapping[str, Any] = {
    "not_closed": _("Dates can be set once the survey is closed."),
    "past": _("This date is over. Choose a later one."),
    "done": _("This was erased already."),
    "order": _("Choose a date that is not later than that of the single answers."),
}


class DateError(Exception):
    """A date that cannot be set.

    Attributes:
        kind: whose.
        code: why, one of `REFUSALS`.
    """

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(kind, code)
        self.kind = kind
        self.code = code


@dataclass(frozen=True, slots=True)
class Due:
    """One kind of personal data of a wave and its date.

    Attributes:
        due_on: the first UTC day on which it may be erased.
        announced_at: when the administrators were told, in seconds of UTC; None while they were not.
        done_at: when it was erased; None while it is held.
        counts: what went.
        proposed: whether nobody has set the date and no one was told of it.
    """

    kind: str
    due_on: date
    announced_at: int | None = None
    done_at: int | None = None
    counts: Mapping[str, int] | None = None
    proposed: bool = True

    @property
    def first_day(self) -> date:
        """The first day on which it can happen: its date, and not before the notice is over."""
        told_on = today() if self.announced_at is None else _date(self.announced_at)
        return max(self.due_on, told_on + timedelta(days=NOTICE_DAYS))


def today() -> date:
    """The present UTC day."""
    return _date(store.now())


def closed_waves() -> list[Wave]:
    """Every closed wave of real answers, the one closed last first."""
    row = store.Wave
    query = (
        row.select(row, store.Survey).join(store.Survey).where((row.state == "closed") & ~row.demonstration)
    )
    return [wave_value(found) for found in query.order_by(row.closed_at.desc(), row.id)]


def plan(wave: Wave) -> list[Due]:
    """What of a closed wave is erased when, in the order of erasing: as set, else as proposed.

    Raises:
        DateError: when the wave is not closed.
    """
    if wave.state != "closed" or wave.closed_at is None or wave.demonstration:
        raise DateError("records", "not_closed")
    kept = {row.kind: row for row in Retention.select().where(Retention.wave == wave.id)}
    closed_on = _date(wave.closed_at)
    return [
        _due(kept[kind]) if kind in kept else Due(kind, months_after(closed_on, months))
        for kind, months in MONTHS.items()
    ]


def set_dates(wave: Wave, wanted: Mapping[str, date]) -> list[Due]:
    """Set dates of a closed wave; one that changes is announced anew.

    Args:
        wave: the wave.
        wanted: kind -> date; kinds that are left out keep theirs.

    Returns:
        Those that changed.

    Raises:
        DateError: for a wave that is not closed, what was erased already, a date that is over, and one later
            than that of the single answers: without them there is nothing that it could belong to.
    """
    with store.write():
        store.lock(store.Wave, wave.id)
        before = {due.kind: due for due in plan(wave)}
        changed = {kind: on for kind, on in wanted.items() if on != before[kind].due_on}
        for kind, on in changed.items():
            if before[kind].done_at is not None:
                raise DateError(kind, "done")
            if on < today():
                raise DateError(kind, "past")
        after = {kind: wanted.get(kind, due.due_on) for kind, due in before.items()}
        for kind, due in before.items():
            if due.done_at is None and after[kind] > after["records"]:
                raise DateError(kind, "order")
        for kind in MONTHS:
            if kind in changed:
                keep(wave, kind, changed[kind])
                audit.record(
                    "privacy.retention_set", "wave", name(wave), what=kind, due=changed[kind].isoformat()
                )
        return [due for due in plan(wave) if due.kind in changed]


def keep(wave: Wave, kind: str, on: date) -> None:
    """Write a date down, inside a transaction: nobody has been told of it yet."""
    fresh: dict[str, object] = {"due_on": on.isoformat(), "announced_at": None}
    Retention.insert(wave=wave.id, kind=kind, **fresh).on_conflict(
        conflict_target=[Retention.wave, Retention.kind], update=fresh
    ).execute()


def name(wave: Wave) -> str:
    """A wave as the audit names it."""
    return f"{wave.survey}@{wave.name}"


def title(wave: Wave) -> str:
    """What a wave's survey is called in the page's language; its slug where it has no title in that."""
    return waves.questionnaire(wave).title.get(language(), wave.survey)


def months_after(start: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _due(row: Retention) -> Due:
    return Due(
        kind=row.kind,
        due_on=date.fromisoformat(row.due_on),
        announced_at=row.announced_at,
        done_at=row.done_at,
        counts=row.counts,
        proposed=False,
    )


def _date(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()
