"""Who a session belongs to: asked of its device's row at each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, session

from portal.identity import devices

if TYPE_CHECKING:
    from portal.identity.models import User


def from_session(uniquifier: str) -> User | None:
    """The person of a session, as long as its device is signed in and the account open.

    Args:
        uniquifier: what the session says; it changes with the password.
    """
    device = devices.present()
    if device is None or device.user.fs_uniquifier != uniquifier or not device.user.active:
        return None
    devices.seen(device)
    g.fs_authn_via = "session"
    g.fs_paa = session.get("fs_paa", 0)
    g.device = device.id
    person: User = device.user
    return person
