"""Invitations to the team: who is asked, which roles they get, and the one link that lets them in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from portal import audit, mail, secret
from portal.identity import people
from portal.identity.models import Invitation, SetUpLink, User
from portal.identity.roles import ROLES
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peewee import ModelSelect

DAYS = 7
"""How long an invitation is good."""

TEMPLATE = "invitation-to-team"


class InvitationUsedError(Exception):
    """The invitation was used, withdrawn, or is too old; or somebody has an account already."""


def invite(email: str, name: str, roles: Iterable[str], language: str) -> Invitation:
    """Invite somebody; the message leaves once the surrounding transaction is committed.

    An earlier invitation of the same address is withdrawn by it.

    Args:
        email: the address.
        name: what the person is called; they can change it.
        roles: names of roles.
        language: the language of the message, and of the person's pages later.

    Raises:
        AddressTakenError: when there is an account with this address.
        AddressError: when no message can go to it.
    """
    address = people.address(email)
    with store.write():
        if people.find(address) is not None:
            raise people.AddressTakenError
        Invitation.update(withdrawn_at=store.now()).where(Invitation.email == address, *_open()).execute()
        ident = store.random_id()
        made = Invitation.create(
            id=ident,
            hash=store.digest(_token(ident)),
            email=address,
            name=name.strip(),
            language=language,
            roles=sorted(set(roles) & ROLES.keys()),
            invited_by=people.who(),
            expires_at=store.now() + DAYS * 86400,
        )
        mail.queue(
            TEMPLATE,
            address,
            {"invitation": made.id},
            language=language,
            about=("invitation", made.id),
        )
        audit.record("people.invited", "invitation", made.id, roles=" ".join(made.roles))
    return made


def _open() -> tuple[object, ...]:
    return (
        Invitation.used_at.is_null(),
        Invitation.withdrawn_at.is_null(),
        Invitation.expires_at > store.now(),
    )


def waiting() -> ModelSelect[Invitation]:
    """The invitations that can still be used."""
    return Invitation.select().where(*_open()).order_by(Invitation.created_at.desc(), Invitation.id)


def mint(ident: str) -> tuple[Invitation, str] | None:
    """An invitation and the token of its link; None when it is not open any more.

    The token is made of the invitation's id by the portal's secret, so that a message that is sent again
    holds the same link, and the database alone holds none.
    """
    found = Invitation.get_or_none(Invitation.id == ident, *_open())
    return None if found is None else (found, _token(ident))


def _token(ident: str) -> str:
    return secret.keyed_hash("invitation", ident)


def withdraw(ident: str) -> bool:
    """Take an invitation back; returns whether it was open."""
    with store.write():
        query = Invitation.update(withdrawn_at=store.now())
        taken = bool(query.where(Invitation.id == ident, *_open()).execute())
        if taken:
            audit.record("people.invitation_withdrawn", "invitation", ident)
    return taken


def by_token(token: str) -> Invitation | None:
    """The invitation a link belongs to, open or not."""
    return Invitation.get_or_none(Invitation.hash == store.digest(token))


def is_open(invitation: Invitation) -> bool:
    """Whether it can still be used."""
    return Invitation.select().where(Invitation.id == invitation.id, *_open()).exists()


def accept(invitation: Invitation, name: str, password_hash: str) -> User:
    """Make the account somebody was invited to.

    Raises:
        InvitationUsedError: when the invitation is not open any more, or the address has an account.
    """
    with store.write():
        query = Invitation.update(used_at=store.now())
        if not query.where(Invitation.id == invitation.id, *_open()).execute():
            raise InvitationUsedError
        try:
            made = people.create(invitation.email, name, password_hash, invitation.roles, invitation.language)
        except people.AddressTakenError:
            raise InvitationUsedError from None
        audit.record("people.joined", "person", made.pseudonym, by=made.pseudonym)
    return made


def set_up_link() -> str | None:
    """A new token of the link that makes the first person, in place of the old; None once there is one."""
    token = secrets.token_urlsafe(32)
    with store.write():
        if people.anybody():
            return None
        SetUpLink.delete().execute()
        SetUpLink.create(hash=store.digest(token))
    return token


def sets_up(token: str) -> bool:
    """Whether a token is that of the set-up link that was printed last."""
    return SetUpLink.select().where(SetUpLink.hash == store.digest(token)).exists()


def set_up(token: str, email: str, name: str, password_hash: str, language: str) -> User:
    """Make the first person, with every role.

    Raises:
        InvitationUsedError: when somebody else was first.
    """
    with store.write():
        used = SetUpLink.delete().where(SetUpLink.hash == store.digest(token)).execute()
        if not used or people.anybody():
            raise InvitationUsedError
        made = people.create(email, name, password_hash, ROLES, language)
        audit.record("people.joined", "person", made.pseudonym, by=made.pseudonym)
    return made
