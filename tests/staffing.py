"""People of the team for tests: made with a password, and signed in through the real form, code and all.

`client = signed_in(app, "administrator")` is a browser whose person has that role; `person_of(app, email)` is
the row. Whoever needs a second factor has an authenticator set up, unless `second_factor=False`.
"""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING, Any

from flask_security import hash_password

from portal.identity import people
from portal.identity.models import User
from portal.identity.roles import SEES_RECORDS
from surveys.responses import store
from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import Reply

SIGN_IN = "/staff/account/sign-in"

PASSWORD = "a long walk to the river"  # noqa: S105 - nobody real has it
"""The password of everybody made here."""

_numbers = count(1)


def make_person(
    app: Flask,
    *roles: str,
    email: str | None = None,
    name: str = "Ada Lovelace",
    language: str = "en",
    second_factor: bool | None = None,
) -> str:
    """Make an account; returns its address.

    Args:
        app: the site.
        roles: names of roles.
        email: the address; one of its own when None.
        name: what the person is called.
        language: the language of the person's pages.
        second_factor: whether an authenticator is set up; None where a role needs one.
    """
    address = email or f"person{next(_numbers)}@example.org"
    wanted = bool(set(roles) & SEES_RECORDS) if second_factor is None else second_factor
    with app.test_request_context():
        with store.write():
            user = people.create(address, name, hash_password(PASSWORD), roles, language)
        if wanted:
            security = app.extensions["security"]
            security.datastore.tf_set(
                user, "authenticator", totp_secret=security.totp_factory.generate_totp_secret()
            )
    return address


def person_of(app: Flask, email: str) -> User:
    """The row of a person."""
    with app.app_context():
        found = people.find(email)
    assert found is not None, f"nobody has the address {email}"
    return found


def code_of(app: Flask, email: str, *, later: int = 0) -> str:
    """The code that a person's authenticator app shows.

    Args:
        app: the site.
        email: whose.
        later: seconds from now.
    """
    totp = app.extensions["security"].totp_factory._totp
    secret = person_of(app, email).tf_totp_secret
    assert secret is not None, f"{email} has no authenticator"
    return str(totp.from_source(secret).generate(int(time.time()) + later).token)


def browser(app: Flask, **options: Any) -> InspectingClient:
    """A browser that keeps cookies."""
    return InspectingClient(app, cookies=True, **options)


def sign_in(
    client: InspectingClient, app: Flask, email: str, *, password: str = PASSWORD, address: str = SIGN_IN
) -> Reply:
    """Sign somebody in through the form, and the code where one is asked for; returns the last page."""
    reply = client.submit(client.get(address), {"email": email, "password": password})
    if reply.address == "/staff/account/code":
        _forget_last_code(app, email)
        reply = client.submit(reply, {"code": code_of(app, email)})
    return reply


def _forget_last_code(app: Flask, email: str) -> None:
    """A test signs the same person in twice within half a minute; a person would wait for the next code."""
    with app.app_context(), store.write():
        User.update(totp_counter=None).where(User.email == people.address(email)).execute()


def signed_in(
    app: Flask, *roles: str, language: str = "en", email: str | None = None, **options: Any
) -> InspectingClient:
    """A browser in which somebody with these roles is signed in.

    Args:
        app: the site.
        roles: names of roles.
        language: the language of the person's pages.
        email: the address; whoever has an account with it is signed in with the roles they have.
        options: those of `make_person`.
    """
    with app.app_context():
        there = email is not None and people.find(email) is not None
    address = (
        email if there and email else make_person(app, *roles, email=email, language=language, **options)
    )
    client = browser(app)
    reply = sign_in(client, app, address)
    assert reply.address == "/staff/", f"signing {address} in ended at {reply.address} ({reply.status})"
    return client
