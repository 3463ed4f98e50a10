"""The end of invitations: the key in each of them, and the list of who asked for no more.

Key and list know an address by a keyed hash alone. So the key works for as long as somebody keeps the
message, also when the portal has long forgotten whom it wrote to.
"""

from __future__ import annotations

import re

from flask import url_for
from itsdangerous import BadSignature, Signer

from portal import secret
from portal.filters import absolute
from portal.mail.addresses import normal
from portal.mail.models import Suppression
from surveys.responses import store

HASH = re.compile(r"[0-9a-f]{64}")


def link(address: str) -> str:
    """The address of the page that ends invitations, to be written into a message."""
    token = _signer().sign(_hash(address)).decode()
    return absolute(url_for("unsubscribe.page", token=token))


def read(token: str) -> str | None:
    """The hash that a key names; None for a key that is not ours."""
    try:
        found = _signer().unsign(token.encode()).decode()
    except (BadSignature, UnicodeError):
        return None
    return found if HASH.fullmatch(found) else None


def stop(hashed: str) -> None:
    """Send no more invitations to the address of a hash.

    There is no way back but the person's own: the portal cannot know who would undo it.
    """
    with store.write():
        Suppression.insert(hash=hashed, created_day=store.day(store.now())).on_conflict_ignore().execute()


def stopped(hashed: str) -> bool:
    """Whether invitations to the address of a hash have ended."""
    return Suppression.select().where(Suppression.hash == hashed).exists()


def suppressed(address: str) -> bool:
    """Whether invitations to an address have ended."""
    return stopped(_hash(address))


def _hash(address: str) -> str:
    return secret.keyed_hash("suppression", normal(address))


def _signer() -> Signer:
    return Signer(secret.derived("unsubscribe"), salt="unsubscribe")
