"""The gate before every view: who may pass, and where everybody else is sent."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from flask import abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from portal.identity import held_forms, operators, people, speaking
from portal.identity.sessions import is_staff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Response
    from werkzeug.wrappers import Response as Answer

FRESH_FOR = 900
"""Seconds for which a password need not be asked again."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

LONGEST_NEXT = 1000

OWN_PAGES = ("accounts.", "security.")
"""Endpoints of whoever still has to set a second factor up: their own account and nothing else."""

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


csrf = CSRFProtect()


class Audience(Protocol):
    """What the gate asks of an audience."""

    @property
    def names(self) -> frozenset[str]:
        """The audience's names."""

    @property
    def fresh(self) -> bool:
        """Whether the password must have been given lately."""

    @property
    def roles(self) -> frozenset[str] | None:
        """The roles of which one is needed; None where no account is."""


def admit(audiences: Mapping[str, Audience]) -> Answer | None:
    """Let the present request pass (None), or answer it with the way in.

    Args:
        audiences: endpoint -> audience.
    """
    g.admitted = True
    if is_staff(request.path):
        speaking.choose()
    if request.endpoint is None:
        return None  # there is no page here, and Flask says so
    audience = audiences.get(request.endpoint)
    if audience is None:
        abort(403)
    if audience.names & {"public", "link"}:
        return None
    if "operator" in audience.names:
        if not operators.is_operator():
            abort(404)
        return None
    _refuse_strange_next()
    if audience.roles is not None and people.person() is None:
        # Asked first: where the session ended while a form was filled in, the way on is to sign in.
        return redirect(url_for("security.login", next=_onward()), 303)
    if audience.roles is None:
        if request.method not in SAFE:
            csrf.protect()
        return None
    return _late_form() or _pass(audience, audience.roles)


def _late_form() -> Answer | None:
    """Check the token of a form; one of before its person signed in again, in another tab, is held."""
    if request.method in SAFE:
        return None
    try:
        csrf.protect()
    except CSRFError:
        kept = _held()
        if kept is None:
            raise
        return redirect(kept, 303)
    return None


def _pass(audience: Audience, roles: frozenset[str]) -> Answer | None:
    """Let a signed-in person with the right role pass."""
    person = people.person()
    if person is None:
        abort(403)
    if not current_app.config["SECURITY_WEBAUTHN"] and person.has_passkeys_alone:
        abort(403)  # the password alone has let this person in, which must not open anything
    own = (request.endpoint or "").startswith(OWN_PAGES)
    if not own and person.needs_second_factor and not person.has_second_factor:
        _held()  # the account page, where setting up ends, tells of it
        return redirect(url_for("security.two_factor_setup"), 303)
    if roles and not person.role_names & roles:
        abort(403)
    if audience.fresh and not is_fresh():
        return redirect(url_for("security.verify", next=_onward()), 303)
    return None


def is_fresh() -> bool:
    """Whether the person of this session proved who they are within the last minutes."""
    given_at = session.get("fs_paa", 0)
    return isinstance(given_at, int | float) and 0 <= time.time() - given_at < FRESH_FOR


def _onward() -> str:
    """Where to go on after the way in: to what was typed, if it is held, else to where one was going."""
    kept = _held()
    if kept is None:
        return _here()
    flash(_("What you typed is kept for one hour. Once you have shown who you are, you can send it."), "info")
    return kept


def _held() -> str | None:
    """The address of the form that was just sent, now held; None where there is none to hold.

    Forms of the account's own pages hold passwords and codes, and little else.
    """
    path = request.full_path.rstrip("?")
    if request.method in SAFE or (request.endpoint or "").startswith(OWN_PAGES) or not is_own(path):
        return None
    ident = held_forms.hold(path, _here())
    return None if ident is None else url_for("accounts.held", ident=ident)


def _here() -> str:
    """The address to come back to: this one, or for a form that was sent the page it stood on."""
    if request.method in SAFE:
        kept = request.full_path.rstrip("?")
        return kept if is_own(kept) else "/staff/"
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and is_own(came_from.path):
        return came_from.path
    return "/staff/"


def is_own(address: str) -> bool:
    """Whether an address to go on to is one of the staff's pages here, however a browser may read it."""
    plain = unquote(address)
    parts = urlsplit(address)
    return (
        len(address) <= LONGEST_NEXT
        and not parts.scheme
        and not parts.netloc
        and is_staff(parts.path)
        and not re.search(r"[\\\x00-\x20\x7f]|//", plain.partition("?")[0])
        and ".." not in plain.partition("?")[0].split("/")
    )


def _refuse_strange_next() -> None:
    """Nobody is sent on to an address that is not one of the staff's own."""
    asked = request.args.getlist("next")
    if request.blueprint in {"security", "accounts"} and request.method not in SAFE:
        asked += request.form.getlist("next")
    if any(address and not is_own(address) for address in asked):
        abort(400)


def install(app: Flask) -> None:
    """Protect forms, and let nothing keep a copy of the staff's pages."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    csrf.init_app(app)

    @app.after_request
    def keep_private(response: Response) -> Response:
        if is_staff(request.path):
            response.headers.update(HEADERS)
        return response
