"""Who asks as an operator: this machine itself, or whoever has the operators' token."""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app, request

from portal.config import LOOPBACK

if TYPE_CHECKING:
    from portal.config import Settings

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip", "Via")
"""Headers of which a proxy sets at least one: what it passes on does not come from this machine."""


def is_operator() -> bool:
    """Whether the present request may see what runs inside."""
    settings: Settings = current_app.config["PORTAL"]
    return _has_token(settings.metrics_token) or _from_this_machine()


def _has_token(token: str | None) -> bool:
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {token}"
    return token is not None and hmac.compare_digest(given.encode(), expected.encode())


def _from_this_machine() -> bool:
    """Whether the connection begins here.

    A proxy on this machine connects from here too, for everybody: then it says so in a header, or it names
    the public host, as docs/settings.md asks of it.
    """
    try:
        near = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    named = urlsplit(f"//{request.host}").hostname in LOOPBACK
    return near and named and not any(name in request.headers for name in FORWARDED)
