"""The organizations of a wave: who is invited, how far each is, invitations by mail or by a link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal import audit, fieldwork, mail
from portal.filters import absolute
from portal.languages import LANGUAGES, NAMES
from portal.staff import notices
from portal.staff.forms import StaffForm
from portal.staff.tables import Button, Column, Filter, Table
from portal.staff.waves import ADDRESS, brings_wave, ident, own, refusal, wave
from surveys.responses import arrivals, erasure, participants, store
from surveys.responses.model import UnknownParticipant, WaveClosed, WaveError, Withdrawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Response

_l: Any = lazy_gettext
"""For labels: WTForms takes lazy texts, though its types ask for text."""

bp = brings_wave(Blueprint("staff_organizations", __name__, url_prefix="/staff/surveys"))

MOST = 500
"""Organizations in one form; a registry's file is a matter of its own."""

STATES = {
    "untouched": _l("not begun"),
    "begun": _l("begun"),
    "submitted": _l("submitted"),
    "withdrawn": _l("withdrawn"),
}


NAMES_OFFERED: Any = [*NAMES.items()]
"""The languages, as a field offers them."""


class InvitationForm(StaffForm):
    """Who is invited, one organization to a line."""

    organizations = TextAreaField(
        _l("Organizations"),
        description=_l(
            "One to a line: its name, then a comma and the e-mail address to write to. Without an address "
            "you get a link to hand on yourself."
        ),
        validators=[InputRequired(_l("Write at least one organization.")), Length(max=100_000)],
        render_kw={"rows": 6, "dir": "auto"},
    )
    language = SelectField(_l("Language of the invitation"), choices=NAMES_OFFERED)


@bp.get(ADDRESS + "/organizations/")
def index() -> str:
    """Everyone invited, and the form to invite more."""
    return _page(InvitationForm())


@bp.post(ADDRESS + "/organizations/")
def invite() -> Response | str | tuple[str, int]:
    """Invite: all the lines or none of them."""
    form = InvitationForm()
    if not form.validate():
        return _page(form), 422
    lines = list(_lines(form.organizations.data or ""))
    faults = list(_faults(lines))
    if faults:
        form.organizations.errors = faults
        return _page(form), 422
    entered = _invited(form, lines)
    if entered is None:
        return _page(form), 422
    if entered.written:
        notices.done(
            ngettext(
                "%(num)d invitation is on its way.",
                "%(num)d invitations are on their way.",
                entered.written,
            )
        )
    _tell_withheld(entered.withheld)
    if entered.links:  # shown once: the portal keeps only what recognizes them
        return _page(InvitationForm(formdata=None), links=entered.links)
    return redirect(own("staff_organizations.index"), 303)


def _lines(text: str) -> Iterator[tuple[int, str, str | None]]:
    """(line number, organization, address or None) for each line that holds something."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            before, comma, after = line.rpartition(",")
            organization, address = (before, after) if comma and "@" in after else (line, "")
            yield number, " ".join(organization.split()), address.strip() or None


def _faults(lines: list[tuple[int, str, str | None]]) -> Iterator[str]:
    if len(lines) > MOST:
        yield _("These are %(count)s lines; write at most %(most)s at once.", count=len(lines), most=MOST)
        return
    longest = store.Participant.organization.max_length
    seen: dict[str, int] = {}
    for number, organization, address in lines:
        if not organization or len(organization) > longest:
            yield _("Line %(line)s: the name has 1 to %(most)s characters.", line=number, most=longest)
        elif organization in seen:
            yield _(
                "Line %(line)s is the organization of line %(other)s again.",
                line=number,
                other=seen[organization],
            )
        seen.setdefault(organization, number)
        if address is not None:
            try:
                mail.checked(address)
            except mail.AddressError as error:
                yield _("Line %(line)s: %(fault)s", line=number, fault=str(error))


class _Begun(Exception):  # noqa: N818 - a state of the response, not a fault
    """The organization of a line has begun to answer, and the line would hand out a key to its answers."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(slots=True)
class _Entered:
    """What came of inviting.

    Attributes:
        links: (organization, link) for those without an address.
        written: invitations on their way.
        withheld: invitations not written, because their address asked for no more mail.
    """

    links: list[tuple[str, str]] = field(default_factory=list)
    written: int = 0
    withheld: int = 0


def _invited(form: InvitationForm, lines: list[tuple[int, str, str | None]]) -> _Entered | None:
    """Enter them; None when nobody was entered, and the form says why."""
    try:
        return _enrol(lines, form.language.data)
    except _Begun as begun:
        form.organizations.errors = [
            _(
                "Line %(line)s: this organization has begun to answer, and a new link would open its "
                "answers. Use “Invite again”: it writes to the address the organization was invited by.",
                line=begun.line,
            )
        ]
    except WaveClosed as closed:
        form.form_errors.append(
            _("The survey is not open yet. Open it first: a link is of no use before.")
            if closed.state == "draft"
            else _("The wave is over: it takes no more answers, so nobody can be invited.")
        )
    except WaveError as error:
        form.form_errors.append(refusal(error))
    except (Withdrawn, ValueError) as error:
        form.organizations.errors = [str(error)]
    return None


def _enrol(lines: list[tuple[int, str, str | None]], language: str) -> _Entered:
    """Enter all of them, queue the invitations that are wanted.

    Raises:
        WaveClosed: when the wave is not open.
        WaveError: when it was erased who answered.
        _Begun: when a line would give the key of a response that somebody has begun.
    """
    if wave().state != "open":
        raise WaveClosed(wave().state)
    entered = _Entered()
    with store.write():
        for number, organization, given in lines:
            address = mail.checked(given) if given else None
            participant = participants.enrol(wave(), organization, language)
            row = arrivals.participant(wave(), participant)
            known = row.email if row else None
            if state(row) != "untouched" and (address is None or known != address):
                raise _Begun(number)
            if address is None:
                entered.links.append((organization, _link(participant, language)))
                continue
            participants.enrol(wave(), organization, language, address)
            if mail.suppressed(address):
                entered.withheld += 1
            else:
                _write_to(participant, address, language)
                entered.written += 1
        audit.record("survey.invited", "wave", ident(wave()), count=len(lines))
    return entered


def _tell_withheld(count: int) -> None:
    if count:
        notices.refused(
            ngettext(
                "%(num)d invitation was not sent: its address asked for no more mail.",
                "%(num)d invitations were not sent: their addresses asked for no more mail.",
                count,
            )
        )


def _write_to(participant: int, address: str, language: str) -> None:
    mail.queue(
        fieldwork.INVITATION,
        address,
        {"participant": participant},
        language=language,
        about=("participant", str(participant)),
    )


def _link(participant: int, language: str) -> str:
    token = participants.token(participant)
    return absolute(url_for("respond.overview", lang=language, token=token))


@bp.post(ADDRESS + "/organizations/<int:participant>/again")
def again(participant: int) -> Response | str | tuple[str, int]:
    """One more link to the same response: by mail where an address is known, else shown once."""
    row = arrivals.participant(wave(), participant)
    if row is None:
        return redirect(own("staff_organizations.index"), 303)
    if row.email is None and state(row) != "untouched":
        notices.refused(
            _(
                "This organization has begun to answer, and a new link would open its answers: it is only "
                "sent to an address that was known before."
            )
        )
        return redirect(own("staff_organizations.index"), 303)
    if _unwanted(row):
        _tell_withheld(1)
        return redirect(own("staff_organizations.index"), 303)
    links = []
    try:
        with store.write():
            if row.email is None:
                language = request.form.get("language", "en")
                links = [(row.organization, _link(participant, language if language in LANGUAGES else "en"))]
            else:
                _write_to(participant, row.email, row.language)
            audit.record("survey.invited_again", "wave", ident(wave()), participant=participant)
    except UnknownParticipant:
        notices.refused(_("This organization has withdrawn its response."))
        return redirect(own("staff_organizations.index"), 303)
    if links:
        return _page(InvitationForm(formdata=None), links=links)
    notices.done(_("One more invitation is on its way."))
    return redirect(own("staff_organizations.index"), 303)


def _page(form: InvitationForm, *, links: list[tuple[str, str]] | None = None) -> str:
    row, response = store.Participant, store.Response
    table = Table(
        arrivals.participants(wave()),
        [
            Column("organization", _("Organization"), sort=row.organization),
            Column("state", _("Answers"), sort=response.state, cell=lambda each: STATES[state(each)]),
            Column("email", _("Written to"), cell=_written_to),
            Column("again", _("Invite again"), cell=_again),
        ],
        search=[row.organization],
        filters=[Filter("state", _("Answers"), STATES, arrivals.in_state)],
        order=row.organization,
        empty=_("No organization is invited yet."),
        caption=_("Organizations invited"),
    )
    return render_template(
        "staff/organizations.html",
        wave=wave(),
        own=own,
        form=form,
        table=table,
        links=links or [],
        who_answered_was_erased=erasure.identifiers_erased(wave()),
    )


def _unwanted(each: Any) -> bool:
    """Whether its address asked for no more invitations."""
    return each.email is not None and mail.suppressed(each.email)


def _written_to(each: Any) -> Any:
    if each.email is None:
        return None
    masked = mail.masked(each.email)
    return [masked, _("asked for no more mail")] if _unwanted(each) else masked


def _again(each: Any) -> Any:
    if wave().state == "closed" or state(each) == "withdrawn" or _unwanted(each):
        return None
    url = own("staff_organizations.again", participant=each.id)
    return Button(_("Invite again"), url, about=each.organization)


def state(each: Any) -> str:
    """How far an organization is."""
    if each.state == "draft":
        return "begun" if each.revision else "untouched"
    return str(each.state)
