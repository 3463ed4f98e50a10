"""How far a wave is: its responses by state, by day, and organization by organization. For the staff only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import JOIN, SQL, Case, fn

from surveys.responses import store

if TYPE_CHECKING:
    from peewee import ModelSelect

    from surveys.responses.model import Wave

DAY = 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Way:
    """How many responses that came one way in stand where.

    Attributes:
        untouched: nothing was saved yet.
        begun: something was saved, and it is not submitted.
        submitted: submitted; corrections are not counted again.
        waiting: of the submitted, those that nobody has accepted yet.
        withdrawn: taken back by their organization.
    """

    untouched: int = 0
    begun: int = 0
    submitted: int = 0
    waiting: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a wave is: the organizations `invited` by name, and the answers by the `open` link."""

    invited: Way
    open: Way


@dataclass(frozen=True, slots=True)
class Day:
    """One UTC day (YYYY-MM-DD) of a wave: responses begun, and responses submitted for the first time."""

    day: str
    begun: int
    submitted: int


def standing(wave: Wave) -> Standing:
    """Count the responses of a wave, in one pass.

    Once it is erased who answered nobody is known to be invited: all responses count as open ones then.
    """
    row, participant = store.Response, store.Participant
    invited = participant.id.is_null(is_null=False)
    draft = row.state == "draft"
    counts: Any = (
        row.select(
            invited,
            _number(draft & (row.revision == 0)),
            _number(draft & (row.revision > 0)),
            _number(row.state == "submitted"),
            _number((row.state == "submitted") & ~row.verified),
            _number(row.state == "withdrawn"),
        )
        .join(participant, JOIN.LEFT_OUTER, on=(participant.response == row.id))
        .where(row.wave == wave.id)
        .group_by(SQL("1"))
        .tuples()
    )
    ways = {bool(way): Way(*(int(number) for number in numbers)) for way, *numbers in counts}
    return Standing(ways.get(True, Way()), ways.get(False, Way()))


def by_day(wave: Wave) -> list[Day]:
    """The days on which something was begun or submitted, oldest first.

    A response that was entered for an organization and never opened is not begun.
    """
    row = store.Response
    own = row.wave == wave.id
    begun: defaultdict[str, int] = defaultdict(int)
    submitted: defaultdict[str, int] = defaultdict(int)
    opened: Any = row.select(row.created_day, fn.COUNT(row.id)).where(own & (row.revision > 0))
    for day, count in opened.group_by(row.created_day).tuples():
        begun[day] = count
    number = row.submitted_at / DAY  # whole days since 1970: both databases divide whole numbers so
    sent: Any = row.select(number, fn.COUNT(row.id)).where(own & row.submitted_at.is_null(is_null=False))
    for day, count in sent.group_by(SQL("1")).tuples():
        submitted[store.day(int(day) * DAY)] = count
    return [Day(day, begun[day], submitted[day]) for day in sorted({*begun, *submitted})]


def in_state(state: str) -> Any:
    """The condition that an organization is `untouched`, has `begun`, has `submitted` or has `withdrawn`."""
    row = store.Response
    if state in {"untouched", "begun"}:
        return (row.state == "draft") & ((row.revision > 0) if state == "begun" else (row.revision == 0))
    return row.state == state


def participant(wave: Wave, number: int) -> Any | None:
    """One organization of a wave, as `participants` gives them, or None."""
    return participants(wave).where(store.Participant.id == number).first()


def participants(wave: Wave) -> ModelSelect[store.Participant]:
    """The organizations of a wave: `id`, `organization`, `state`, `revision`, `email` and `language`."""
    row, response, contact = store.Participant, store.Response, store.Contact
    query: ModelSelect[store.Participant] = (
        row.select(
            row.id,
            row.organization,
            response.state.alias("state"),
            response.revision.alias("revision"),
            contact.email.alias("email"),
            contact.language.alias("language"),
        )
        .join(response)
        .join(contact, JOIN.LEFT_OUTER, on=(contact.participant == row.id))
        .where(row.wave == wave.id)
        .objects()
    )
    return query


def submissions(wave: Wave) -> ModelSelect[store.Response]:
    """The submitted responses of a wave, without their answers."""
    row = store.Response
    query: ModelSelect[store.Response] = row.select(
        row.id, row.receipt, row.language, row.verified, row.submitted_at, row.corrected_at
    ).where((row.wave == wave.id) & (row.state == "submitted"))
    return query


def _number(condition: Any) -> Any:
    return fn.SUM(Case(None, ((condition, 1),), 0))
