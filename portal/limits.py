"""How often somebody may ask: limits that an office or a conference hall behind one address never meets.

Kept pages are answered before any of this runs.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request
from flask_limiter import Limiter
from limits import parse
from werkzeug.exceptions import TooManyRequests

from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

IPV6_PREFIX = 64
"""Bits of an IPv6 address that name one customer; the others are as many as he likes."""

NOWHERE = "nowhere"
"""Whoever asks through a socket that has no address."""


def client_address() -> str:
    """Whom a limit counts: the IPv4 address that asks, or the /64 of an IPv6 address.

    Behind proxies this is the address that the outermost proxy of ours saw.
    """
    try:
        address = ipaddress.ip_address((request.remote_addr or "").partition("%")[0])
    except ValueError:
        return NOWHERE
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))


def response_link() -> str:
    """Whom a limit counts on a respondent's pages: the link, hashed, for no memory holds it whole."""
    return store.digest(str((request.view_args or {}).get("token", "")))


@dataclass(frozen=True, slots=True)
class Limit:
    """How often a route may be asked.

    Attributes:
        rate: as in `60 per minute`.
        by: whose requests are counted together.
    """

    rate: str
    by: Callable[[], str]


LIMITS: Mapping[str, Limit] = {
    "respond.start": Limit("60 per minute", client_address),
    "respond.save": Limit("600 per minute", response_link),
    "respond.submit": Limit("600 per minute", response_link),
    "search.index": Limit("600 per minute", client_address),
}
"""Endpoint -> its limit. Signing in has its own, where it is done."""

limiter = Limiter(client_address, storage_uri="memory://", strategy="moving-window", headers_enabled=False)
"""For limits of a room's own: `@limiter.limit("10 per minute")`."""


def install(app: Flask) -> None:
    """Count and refuse; what a limit counted is forgotten when the process ends."""
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)  # below that it names who was refused
    limiter.init_app(app)
    rates = {endpoint: parse(limit.rate) for endpoint, limit in LIMITS.items()}

    @app.before_request
    def refuse_too_many() -> None:
        endpoint = request.endpoint or ""
        if endpoint not in LIMITS:
            return
        rate, key = rates[endpoint], LIMITS[endpoint].by()
        if not limiter.limiter.hit(rate, endpoint, key):
            until = limiter.limiter.get_window_stats(rate, endpoint, key).reset_time
            raise TooManyRequests(retry_after=max(1, math.ceil(until - time.time())))
