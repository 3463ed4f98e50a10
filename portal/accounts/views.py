"""A person's own account: language and devices; and the doors of the first person and of invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import hash_password, login_user
from flask_security.proxies import _security

from portal import audit
from portal.accounts import forms, library
from portal.identity import devices, held_forms, invitations, people, speaking
from portal.identity.models import User
from portal.identity.roles import ROLES
from portal.languages import LANGUAGES
from surveys.responses import store

if TYPE_CHECKING:
    from portal.identity.models import Invitation

bp = Blueprint("accounts", __name__, url_prefix=library.PREFIX)

GONE = 410


def _me() -> User:
    person = people.person()
    assert person is not None  # noqa: S101 - the gate let nobody else in
    return person


@bp.get("/")
def index() -> str:
    """The person's own account."""
    person = _me()
    return render_template(
        "accounts/index.html",
        me=person,
        held=held_forms.waiting(person),
        devices=list(devices.live(person)),
        present=devices.present_id(),
        passkeys=list(person.webauthn) if library.passkeys() else None,
        languages=LANGUAGES,
        roles=ROLES,
        described=devices.described,
        recovery_codes=len(person.mf_recovery_codes or []),
    )


@bp.post("/language")
def language() -> Any:
    """Choose the language of the staff's pages."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    with store.write():
        User.update(language=chosen).where(User.id == _me().id).execute()
    session.pop(speaking.KEY, None)
    g.language = chosen
    flash(_("Your pages are in this language from now on."), "success")
    return redirect(url_for("accounts.index"), 303)


@bp.post("/devices/<ident>/end")
def end_device(ident: str) -> Any:
    """Sign one of one's own devices out."""
    person = _me()
    with store.write():
        if devices.end(person, ident):
            audit.record("people.devices_ended", "person", person.pseudonym, count=1)
    flash(_("That device is signed out."), "success")
    return redirect(url_for("accounts.index"), 303)


@bp.post("/devices/end-others")
def end_other_devices() -> Any:
    """Sign every other device out."""
    person = _me()
    with store.write():
        count = devices.end_all(person, but=devices.present_id())
        if count:
            audit.record("people.devices_ended", "person", person.pseudonym, count=count)
    flash(_("All your other devices are signed out."), "success")
    return redirect(url_for("accounts.index"), 303)


@bp.get("/held/<ident>/")
def held(ident: str) -> Any:
    """Show what was typed into a form that came too late."""
    found = held_forms.find(ident, _me())
    if found is None:
        return render_template("accounts/not_held.html"), GONE
    return render_template("accounts/held.html", form=found)


@bp.post("/held/<ident>/send")
def send_held(ident: str) -> Any:
    """Let the browser send it once more to where it was going, with what this post brings."""
    found = held_forms.take(ident, _me())
    if found is None:
        return render_template("accounts/not_held.html"), GONE
    return redirect(found.path, 307)


@bp.route("/invitation/<token>/", methods=["GET", "POST"])
def invitation(token: str) -> Any:
    """Accept an invitation."""
    found = invitations.by_token(token)
    if found is None:
        abort(404)
    if not invitations.is_open(found) or people.find(found.email) is not None:
        return _gone(_("Ask whoever invited you for a new invitation, or sign in if you have an account."))
    form = forms.Joining(name=found.name)
    if form.validate_on_submit() and _sound_password(form):
        return _join(found, form)
    return render_template("accounts/join.html", form=form, email=found.email, first=False)


def _join(found: Invitation, form: forms.Joining) -> Any:
    try:
        made = invitations.accept(found, form.name.data or "", hash_password(form.password.data))
    except invitations.InvitationUsedError:
        return _gone(_("Ask whoever invited you for a new invitation, or sign in if you have an account."))
    return _enter(made)


@bp.route("/set-up/<token>/", methods=["GET", "POST"])
def set_up(token: str) -> Any:
    """Make the first account of all."""
    if people.anybody() or not invitations.sets_up(token):
        return _gone(
            _("A set-up link works once. If nobody has an account yet, start the portal again for a new one.")
        )
    form = forms.FirstPerson()
    if form.validate_on_submit() and _sound_password(form):
        secret_hash = hash_password(form.password.data)
        try:
            made = invitations.set_up(
                token, form.email.data or "", form.name.data or "", secret_hash, g.language
            )
        except invitations.InvitationUsedError:
            return _gone(_("Somebody else has just used this link. Sign in, or ask them for an invitation."))
        return _enter(made)
    return render_template("accounts/join.html", form=form, email=None, first=True)


def _sound_password(form: forms.Joining) -> bool:
    """Whether a new password will do; it is normalised by that."""
    complaints, form.password.data = _security.password_util.validate(form.password.data, is_register=True)
    form.password.errors = [*form.password.errors, *(complaints or [])]
    return not complaints


def _enter(made: User) -> Any:
    login_user(made, authn_via=["invitation"])
    return redirect(forms.START, 303)


def _gone(text: str) -> tuple[str, int]:
    return render_template("accounts/gone.html", text=text), GONE
