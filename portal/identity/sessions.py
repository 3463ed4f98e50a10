"""Sessions: a signed cookie that only the staff's addresses ever see, and none at all anywhere else."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface

if TYPE_CHECKING:
    from flask import Flask, Request

    from portal.config import Settings

PATH = "/staff"

LONGEST = timedelta(days=7)
"""How long somebody stays signed in at the most."""

READABLE = LONGEST + timedelta(days=1)
"""How long the cookie can be read: whoever sends a form just after the session ended is known by it."""

IDLE = timedelta(hours=12)
"""How long a device that is not used stays signed in."""


def is_staff(path: str) -> bool:
    """Whether an address belongs to the team."""
    return path == PATH or path.startswith(PATH + "/")


class StaffSessions(SecureCookieSessionInterface):
    """Flask's signed cookie for `/staff`; a session that nothing can be written to for everybody else."""

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """The session of a request; without a look at any cookie outside of `/staff`."""
        if not is_staff(request.path):
            return NullSession()
        opened = super().open_session(app, request)
        return NullSession() if opened is None else opened


def install(app: Flask, settings: Settings) -> None:
    """Keep sessions to the staff's addresses."""
    app.session_interface = StaffSessions()
    app.config.update(
        SESSION_COOKIE_NAME="staff",
        SESSION_COOKIE_PATH=PATH,
        SESSION_COOKIE_SECURE=not settings.development,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=READABLE,
    )
