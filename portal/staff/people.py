"""The team for administrators: who is in it, who is invited, and what each may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from wtforms import EmailField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal import audit, mail
from portal.filters import listed
from portal.identity import devices, invitations, people
from portal.identity.models import Invitation, User
from portal.identity.roles import ROLES
from portal.languages import LANGUAGES
from portal.staff import notices
from portal.staff.forms import StaffForm, _
from portal.staff.tables import Button, Column, Filter, Link, Table, Time
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response

bp = Blueprint("staff_people", __name__, url_prefix="/staff/people")


def _role_choices() -> list[SelectChoice]:
    return [
        SelectChoice(role, gettext("%(role)s: %(text)s", role=name, text=text))
        for role, (name, text) in ROLES.items()
    ]


class InviteForm(StaffForm):
    """Whom to invite, and as what."""

    email = EmailField(
        _("E-mail address"), validators=[DataRequired(_("Write an e-mail address.")), Length(max=254)]
    )
    name = StringField(
        _("Name"),
        description=_("They can change it when they make their account."),
        validators=[Length(max=200)],
    )
    roles = SelectMultipleField(
        _("Roles"),
        choices=_role_choices,
        validators=[DataRequired(_("Choose one role or more."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    language = SelectField(
        _("Language"),
        choices=lambda: [SelectChoice(code, name, {"lang": code}) for code, name in LANGUAGES.items()],
        validators=[DataRequired()],
    )


def role_names(roles: Iterable[str]) -> str:
    """The names of roles as a list in the page's language."""
    chosen = set(roles)
    return listed(str(name) for role, (name, _text) in ROLES.items() if role in chosen) or gettext("none")


def _person(pseudonym: str) -> User:
    return people.by_pseudonym(pseudonym) or abort(404)


def _page(person: User) -> Response:
    return redirect(url_for("staff_people.one", pseudonym=person.pseudonym), 303)


@bp.get("/")
def index() -> str:
    """Everybody of the team, and the invitations that wait."""
    table = Table(
        User.select(),
        [
            Column("name", _("Name"), sort=User.name, cell=_link),
            Column("roles", _("Roles"), cell=lambda row: role_names(row.role_names)),
            Column("factor", _("Second factor"), cell=lambda row: _yes(there=row.has_second_factor)),
            Column("seen", _("Last seen"), cell=lambda row: Time(devices.last_seen(row))),
            Column("active", _("Account"), cell=lambda row: _("open") if row.active else _("closed")),
        ],
        search=[User.name, User.email],
        filters=[Filter("active", _("Account"), {"yes": _("open"), "no": _("closed")}, _is_active)],
        order=(User.name, User.id),
        caption=_("The team"),
        name="team",
    )
    open_ones = Table(
        invitations.waiting(),
        [
            Column("email", _("E-mail address"), sort=Invitation.email),
            Column("roles", _("Roles"), cell=lambda row: role_names(row.roles)),
            Column(
                "until", _("Good until"), sort=Invitation.expires_at, cell=lambda row: Time(row.expires_at)
            ),
            Column("do", _("Do"), cell=_withdraw_button),
        ],
        order=(Invitation.created_at.desc(), Invitation.id),
        empty=_("No invitation waits for an answer."),
        caption=_("Open invitations"),
        name="invited",
    )
    return render_template("staff/people.html", table=table, invited=open_ones)


def _link(row: User) -> Link:
    return Link(row.name, url_for("staff_people.one", pseudonym=row.pseudonym))


def _yes(*, there: bool) -> object:
    return _("yes") if there else _("no")


def _is_active(value: str) -> Any:
    return User.active == (value == "yes")


def _withdraw_button(row: Invitation) -> Button:
    return Button(_("Withdraw"), url_for("staff_people.withdraw", ident=row.id), about=row.email)


@bp.route("/invite/", methods=["GET", "POST"])
def invite() -> Any:
    """Invite somebody."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            with store.write():
                invitations.invite(
                    form.email.data or "", form.name.data or "", form.roles.data or [], form.language.data
                )
        except people.AddressTakenError:
            form.email.errors = [gettext("Somebody has an account with this address.")]
        except mail.AddressError:
            form.email.errors = [gettext("This is not an e-mail address. Write it like name@example.org.")]
        else:
            notices.done(gettext("The invitation is on its way."))
            return redirect(url_for("staff_people.index"), 303)
    return render_template("staff/people_invite.html", form=form)


@bp.post("/invitations/<ident>/withdraw/")
def withdraw(ident: str) -> Response:
    """Take an invitation back."""
    if invitations.withdraw(ident):
        notices.done(gettext("The invitation is withdrawn; its link works no more."))
    else:
        notices.refused(gettext("This invitation was used or withdrawn already, or is too old."))
    return redirect(url_for("staff_people.index"), 303)


@bp.get("/<pseudonym>/")
def one(pseudonym: str) -> str:
    """One person."""
    person = _person(pseudonym)
    return render_template(
        "staff/people_one.html",
        one=person,
        roles=ROLES,
        role_names=person.role_names,
        devices=list(devices.live(person)),
        described=devices.described,
        facts=[
            (_("E-mail address"), person.email),
            (_("Roles"), role_names(person.role_names)),
            (_("Language"), LANGUAGES.get(person.language, person.language)),
            (_("Second factor"), _yes(there=person.has_second_factor)),
            (_("Last seen"), Time(devices.last_seen(person))),
            (_("Account"), _("open") if person.active else _("closed")),
        ],
        lines=audit.lines("person", person.pseudonym),
    )


@bp.post("/<pseudonym>/roles/")
def roles(pseudonym: str) -> Response:
    """Change what a person may do, unless somebody else did so meanwhile."""
    person = _person(pseudonym)
    before = request.form.get("before", "").split()
    after = set(request.form.getlist("roles")) & ROLES.keys()
    try:
        with store.write():
            changed = people.set_roles(person, before, after)
            if changed:
                _end_devices(person)
                audit.record("people.roles_changed", "person", pseudonym, roles=" ".join(sorted(after)))
    except people.RolesChangedError as error:
        notices.refused(
            gettext(
                "Somebody else changed these roles meanwhile: you saw %(before)s, and now they are %(now)s. "
                "Nothing was changed by you.",
                before=role_names(before),
                now=role_names(error.roles),
            )
        )
    except people.LastAdministratorError:
        notices.refused(_alone())
    else:
        notices.done(gettext("The roles are changed.") if changed else gettext("The roles were so already."))
    return _page(person)


@bp.post("/<pseudonym>/deactivate/")
def deactivate(pseudonym: str) -> Response:
    """Close an account; nothing is deleted."""
    person = _person(pseudonym)
    try:
        with store.write():
            people.set_active(person, active=False)
            audit.record("people.deactivated", "person", pseudonym)
    except people.LastAdministratorError:
        notices.refused(_alone())
    else:
        notices.done(gettext("The account is closed, and signed out everywhere."))
    return _page(person)


@bp.post("/<pseudonym>/reactivate/")
def reactivate(pseudonym: str) -> Response:
    """Open an account again."""
    person = _person(pseudonym)
    with store.write():
        people.set_active(person, active=True)
        audit.record("people.reactivated", "person", pseudonym)
    notices.done(gettext("The account is open again."))
    return _page(person)


@bp.post("/<pseudonym>/devices/")
def end_devices(pseudonym: str) -> Response:
    """Sign a person out everywhere."""
    person = _person(pseudonym)
    with store.write():
        count = _end_devices(person)
        if count:
            audit.record("people.devices_ended", "person", pseudonym, count=count)
    notices.done(gettext("The person is signed out everywhere."))
    return _page(person)


@bp.post("/<pseudonym>/second-factor/")
def second_factor(pseudonym: str) -> Response:
    """Take a lost second factor away: authenticator app, passkeys and recovery codes."""
    person = _person(pseudonym)
    with store.write():
        people.take_second_factor_away(person)
        _end_devices(person)
        audit.record("people.second_factor_removed", "person", pseudonym)
    notices.done(
        gettext("The second factor is taken away. The person sets up a new one at the next sign-in.")
    )
    return _page(person)


def _end_devices(person: User) -> int:
    """Sign a person out, but not whoever does it to themselves here."""
    return devices.end_all(person, but=devices.present_id() if person == people.person() else None)


def _alone() -> str:
    return gettext("This is the last administrator. Make somebody else an administrator first.")
