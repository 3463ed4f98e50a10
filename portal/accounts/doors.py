"""The library's views behind our doors: attempts counted and held up, and what happened written down."""

from __future__ import annotations

import time
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import (
    abort,
    after_this_request,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import user_logged_out
from flask_security import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
)
from flask_security.signals import wan_deleted, wan_registered

from portal import audit
from portal.accounts import throttle
from portal.identity import devices, people
from portal.identity.models import User
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

    View = Callable[..., Any]

GUARDED = {
    "security.login": "password",
    "security.verify": "password",
    "security.change_password": "password",
    "security.two_factor_token_validation": "code",
    "security.mf_recovery": "code",
    "security.forgot_password": "reset",
}
"""Endpoints where something can be guessed, or a message be set off -> what is counted."""

CODE_WITHIN = 900
"""Seconds between the password and the code."""

OK = 200


def guard(view: View, kind: str) -> View:
    """Hold attempts up where there were too many, and note each that failed."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        elsewhere = _elsewhere() if kind == "code" else None
        if elsewhere is not None:
            return elsewhere
        if request.method != "POST":
            return view(**values)
        if request.is_json:
            abort(415)
        address = _account()
        made = throttle.attempt(kind, address)
        seconds = throttle.wait(made)
        if seconds:
            return too_often(seconds)
        answer = make_response(view(**values))
        if kind == "reset":
            throttle.failed(made)
        elif answer.status_code == OK:
            throttle.failed(made)
            _note_failure(address)
        elif kind != "code" or g.get("signed_in"):  # a code is only right if it let somebody in
            throttle.succeeded(made)
            if "tf_user_id" in session and kind == "password":
                session["tf_at"] = int(time.time())
        return answer

    return guarded


def _elsewhere() -> Any:
    """Where somebody goes who has no business with a code: signed in already, or without a password given."""
    if people.person() is not None:
        return redirect(url_for("accounts.index"), 303)
    return redirect(url_for("security.login"), 303) if _too_late() else None


def _too_late() -> bool:
    """Whether a code comes long after its password, or without any."""
    given_at = session.get("tf_at", 0)
    if "tf_user_id" in session and time.time() - given_at <= CODE_WITHIN:
        return False
    session.pop("tf_user_id", None)
    return True


def _account() -> str:
    """The address of the account that somebody tries to get into."""
    person = people.person()
    if person is None and request.endpoint in {
        "security.two_factor_token_validation",
        "security.mf_recovery",
    }:
        person = User.get_or_none(User.fs_uniquifier == session.get("tf_user_id", ""))
    return person.email if person is not None else request.form.get("email", "")


def _note_failure(address: str) -> None:
    """Write a failed attempt down; the same for accounts that are there and for those that are not."""
    found = people.find(address)
    with store.write():
        audit.record("people.sign_in_failed", "person", found.pseudonym if found else "")


def too_often(seconds: int) -> Response:
    """The page that asks to wait.

    Args:
        seconds: for how long.
    """
    minutes = -(-seconds // 60)
    answer = make_response(render_template("accounts/wait.html", minutes=minutes), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _signed_in(_app: Flask, user: User, authn_via: list[str] | None = None, **_rest: Any) -> None:
    """A new device for every sign-in; what was left over from before goes."""
    g.signed_in = True
    if authn_via == ["change"]:
        with store.write():
            devices.end_all(user)
    devices.begin(user)
    for left in ("_flashes", "tf_at", "csrf_token"):
        session.pop(left, None)  # no form from before the sign-in works after it
    g.pop("csrf_token", None)
    if authn_via != ["change"]:
        with store.write():
            audit.record("people.sign_in", "person", user.pseudonym, by=user.pseudonym)

    @after_this_request
    def known_again(response: Response) -> Response:
        return throttle.remember(response, user.email)


def _signed_out(_app: Flask, user: User | None = None, **_rest: Any) -> None:
    if user is not None:
        with store.write():
            devices.end_present()


def _noting(action: str, *, everywhere: bool = False) -> Callable[..., None]:
    """Something changed about a person's way in: written down, and where it must, everybody signed out."""

    def note(_app: Flask, user: Any, **_rest: Any) -> None:
        with store.write():
            if everywhere:
                devices.end_all(User.get(User.id == user.id))
            audit.record(action, "person", user.pseudonym, by=user.pseudonym)

    return note


LISTENERS = (
    (user_authenticated, _signed_in),
    (user_logged_out, _signed_out),
    (password_changed, _noting("people.password_changed")),
    (password_reset, _noting("people.password_changed", everywhere=True)),
    (tf_profile_changed, _noting("people.second_factor_set")),
    (tf_disabled, _noting("people.second_factor_removed")),
    (wan_registered, _noting("people.passkey_added")),
    (wan_deleted, _noting("people.passkey_removed")),
)


def install(app: Flask) -> None:
    """Stand before the views, and listen to what they did."""
    throttle.install(app)
    for endpoint, kind in GUARDED.items():
        app.view_functions[endpoint] = guard(app.view_functions[endpoint], kind)
    for signal, listener in LISTENERS:
        signal.connect(listener, app)
