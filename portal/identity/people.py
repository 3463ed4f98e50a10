"""Who is signed in, who acts, what a person is called, and people made and given roles."""

from __future__ import annotations

import unicodedata
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from flask import g, has_request_context, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from portal.identity.models import Device, Passkey, User, UserRole
from portal.identity.roles import ADMINISTRATOR
from portal.identity.sessions import is_staff
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MACHINES = {
    "command": lazy_gettext("The command line"),
    "job": lazy_gettext("The portal"),
    "link": lazy_gettext("Somebody with a link"),
}
"""Actors that are nobody's pseudonym, and what they are called."""

_actor: ContextVar[str | None] = ContextVar("actor", default=None)


class LastAdministratorError(Exception):
    """Without this person nobody could invite anybody or give roles any more."""


class RolesChangedError(Exception):
    """Somebody else changed the roles meanwhile; `roles` are those there are now."""

    def __init__(self, roles: frozenset[str]) -> None:
        super().__init__()
        self.roles = roles


class AddressTakenError(Exception):
    """Somebody has an account with this address already."""


def person() -> User | None:
    """The signed-in person of the present request; None for everybody else, and outside of a request."""
    if not has_request_context() or not is_staff(request.path):
        return None
    found = current_user._get_current_object()  # noqa: SLF001 - the proxy's own way to what it stands for
    return found if isinstance(found, User) else None


def who() -> str:
    """Who acts, for the audit: a pseudonym, `command`, `job`, or `link` for whoever holds a link."""
    named_actor = _actor.get()
    if named_actor is not None:
        return named_actor
    signed_in = person()
    if signed_in is not None:
        return signed_in.pseudonym
    return "link" if has_request_context() and g.get("admitted") else "command"


@contextmanager
def acting(name: str) -> Iterator[None]:
    """Act under a name, whatever the context: `job` in a job, a person's pseudonym while signing in.

    Args:
        name: what `who` answers meanwhile.
    """
    token = _actor.set(name)
    try:
        yield
    finally:
        _actor.reset(token)


def named(pseudonym: str) -> str:
    """The name to show for an actor, in the page's language."""
    if pseudonym in MACHINES:
        return str(MACHINES[pseudonym])
    found = User.select(User.name).where(User.pseudonym == pseudonym).first()
    return found.name if found else _("someone who has left")


def has(*roles: str) -> bool:
    """Whether the signed-in person has one of these roles."""
    signed_in = person()
    return signed_in is not None and bool(signed_in.role_names & set(roles))


def with_role(role: str) -> list[User]:
    """The active people with a role, by name."""
    query = User.select().join(UserRole).where(UserRole.role == role, User.active == True)  # noqa: E712 - SQL
    return list(query.order_by(User.name, User.id))


def anybody() -> bool:
    """Whether anybody has an account."""
    return User.select().exists()


def address(text: str) -> str:
    """An e-mail address as it is kept: composed and in small letters, so that one person has one."""
    return unicodedata.normalize("NFC", text.strip()).lower()


def find(email: str) -> User | None:
    """The person with an address."""
    found: User | None = User.get_or_none(User.email == address(email))
    return found


def create(email: str, name: str, password_hash: str, roles: Iterable[str], language: str) -> User:
    """Make an account; within `store.write()`.

    Args:
        email: the address.
        name: what the person is called.
        password_hash: the hash of the password.
        roles: names of roles.
        language: the language the person works in.

    Raises:
        AddressTakenError: when there is an account with this address.
    """
    if find(email) is not None:
        raise AddressTakenError
    made = User.create(email=address(email), name=name.strip(), password=password_hash, language=language)
    for role in sorted(set(roles)):
        UserRole.create(user=made, role=role)
    return made


def by_pseudonym(pseudonym: str) -> User | None:
    """The person of a pseudonym; None for somebody who has left."""
    found: User | None = User.get_or_none(User.pseudonym == pseudonym)
    return found


def set_roles(user: User, before: Iterable[str], after: Iterable[str]) -> bool:
    """Give a person exactly these roles; within `store.write()`.

    Args:
        user: who.
        before: the roles that whoever asks for it has seen.
        after: the roles from now on.

    Returns:
        Whether that changed anything.

    Raises:
        RolesChangedError: when the person has other roles than those seen.
        LastAdministratorError: when nobody could give roles any more.
    """
    _lock_team()
    user.__dict__.pop("role_names", None)
    wanted, present = frozenset(after), user.role_names
    if present != frozenset(before):
        raise RolesChangedError(present)
    if ADMINISTRATOR not in wanted:
        _keep_an_administrator(user)
    for role in sorted(present - wanted):
        UserRole.delete().where(UserRole.user == user, UserRole.role == role).execute()
    for role in sorted(wanted - present):
        UserRole.create(user=user, role=role)
    user.__dict__.pop("role_names", None)
    return wanted != present


def take_second_factor_away(user: User) -> None:
    """Let somebody in by the password alone who lost everything else; within `store.write()`."""
    User.update(tf_primary_method=None, tf_totp_secret=None, totp_counter=None, mf_recovery_codes=None).where(
        User.id == user.id
    ).execute()
    Passkey.delete().where(Passkey.user == user).execute()


def set_active(user: User, *, active: bool) -> None:
    """Let a person in again, or no longer; within `store.write()`.

    Raises:
        LastAdministratorError: when nobody could give roles any more.
    """
    _lock_team()
    if not active:
        _keep_an_administrator(user)
        end = Device.update(ended_at=store.now())
        end.where(Device.user == user, Device.ended_at.is_null()).execute()
    User.update(active=active).where(User.id == user.id).execute()


def _lock_team() -> None:
    """Two administrators who remove each other at once must not both succeed."""
    query = User.select(User.id).order_by(User.id)
    if store.database.for_update:
        query = query.for_update()
    list(query)


def _keep_an_administrator(user: User) -> None:
    if {found.id for found in with_role(ADMINISTRATOR)} == {user.id}:
        raise LastAdministratorError
