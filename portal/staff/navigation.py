"""The areas of the staff room and who sees them, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _

from portal.identity import people
from portal.identity.roles import ADMINISTRATOR, ANALYST, DESIGNER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Waiting = Callable[[], Iterable[tuple[str, str]]]


DESK = "/staff/"


@dataclass(frozen=True, slots=True)
class Entry:
    """One area.

    Attributes:
        endpoint: its first page.
        label: its name.
        roles: who sees it, those with any of these; empty for everyone of the team.
        text: one sentence about it, for its card on the desk.
    """

    endpoint: str
    label: object
    roles: tuple[str, ...] = ()
    text: object = ""

    @property
    def href(self) -> str:
        """Its address."""
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        """Whether the present page belongs to it."""
        return request.path == self.href or (self.href != DESK and request.path.startswith(self.href))


ENTRIES: tuple[Entry, ...] = (
    Entry("staff.index", _("Desk")),
    Entry(
        "staff_surveys.index",
        _("Surveys"),
        (DESIGNER, ANALYST),
        _("Questionnaires, the organizations invited, answers as they come, exact tables and releases."),
    ),
    Entry(
        "staff_people.index",
        _("People"),
        (ADMINISTRATOR,),
        _("Who is in the team and may do what, invitations, and accounts that are closed."),
    ),
    Entry(
        "staff_mail.index",
        _("Mail"),
        (ADMINISTRATOR,),
        _("What was sent and what was not, and what messages say in each language."),
    ),
    Entry(
        "staff_jobs.index",
        _("Jobs"),
        (ADMINISTRATOR,),
        _("What takes longer than a page may, how far it is, and what is due by itself."),
    ),
    Entry(
        "staff_activity.index",
        _("Activity"),
        (ADMINISTRATOR,),
        _("Who saw, changed, exported or released what, on a record that is only ever added to."),
    ),
    Entry(
        "staff_privacy.index",
        _("Privacy"),
        (ADMINISTRATOR,),
        _("What is erased when, and everything held about one person or organization."),
    ),
)
"""The areas in the order they are listed; one whose page is left out of the portal is not listed."""

ACCOUNT = "accounts.index"
"""The signed-in person's own page."""

SIGN_OUT = "security.logout"
"""Where the sign-out button posts to."""

_waiting: list[tuple[tuple[str, ...], Waiting]] = []


def entries() -> list[Entry]:
    """The areas that the signed-in person may open."""
    present = (one for one in ENTRIES if one.endpoint in current_app.view_functions)
    return [one for one in present if not one.roles or people.has(*one.roles)]


def waiting(*roles: str) -> Callable[[Waiting], Waiting]:
    """Mark a function that tells what waits for people with one of these roles.

    It yields (sentence, address) for each thing that waits, with its count in the sentence. It runs whenever
    one of them opens the desk, so one query must do.

        @navigation.waiting(ADMINISTRATOR)
        def failed_mail() -> Iterator[tuple[str, str]]: ...

    Args:
        roles: whom it waits for; none for everyone of the team.
    """

    def mark(tells: Waiting) -> Waiting:
        _waiting.append((roles, tells))
        return tells

    return mark


def what_waits() -> list[tuple[str, str]]:
    """(sentence, address) for each thing that waits for the signed-in person."""
    mine = (tells for roles, tells in _waiting if not roles or people.has(*roles))
    return [thing for tells in mine for thing in tells()]


def has_page(endpoint: str) -> bool:
    """Whether a page is there: a room can be left out."""
    return endpoint in current_app.view_functions
