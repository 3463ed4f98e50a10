"""Holding guesses up without locking anybody out: attempts are counted where they come from.

A failed attempt counts for the account and the place it came from together, and for the place alone, never
for the account alone: whoever guesses at an account keeps only themselves out. The place is the network
address, or for a browser that signed in to this account before, that browser: a neighbour behind the same
address cannot hold it up.
"""

from __future__ import annotations

import hmac
import math
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from portal import secret
from portal.identity import people
from portal.identity.sessions import PATH
from portal.limits import client_address

if TYPE_CHECKING:
    from flask import Flask, Response
    from limits.limits import RateLimitItem

COOKIE = "device"
COOKIE_AGE = 180 * 86400
"""Seconds for which a browser is known again."""

MINUTES = 15
HERE = RateLimitItemPerMinute(10, MINUTES)
"""Attempts at one account from one place."""

PLACE = RateLimitItemPerMinute(60, MINUTES)
"""Failed attempts from one place, at whatever accounts."""

RESETS = RateLimitItemPerMinute(5, 60)
"""Links to a new password asked for from one place, for one account."""

KEY = "attempts"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt.

    Attributes:
        kind: what is guessed at: `password`, `code` or `reset`.
        account: what stands for the account, whether there is one or not.
        place: where it comes from.
    """

    kind: str
    account: str
    place: str

    @property
    def limit(self) -> RateLimitItem:
        """How many attempts are let through."""
        return RESETS if self.kind == "reset" else HERE


def attempt(kind: str, address: str) -> Attempt:
    """An attempt at an account, from where the present request comes.

    Args:
        kind: `password`, `code` or `reset`.
        address: the e-mail address that was typed.
    """
    account = _account(address)
    known = _known_device()
    if known is not None and hmac.compare_digest(known[1], account):
        return Attempt(kind, account, f"device {known[0]}")
    return Attempt(kind, account, f"address {client_address()}")


def _account(address: str) -> str:
    return secret.keyed_hash("account", people.address(address)[:300])[:32]


def _limiter() -> MovingWindowRateLimiter:
    limiter: MovingWindowRateLimiter = current_app.extensions[KEY]
    return limiter


def wait(made: Attempt) -> int:
    """Seconds to wait before the attempt may be made; 0 when it may be made now, and then it is counted."""
    limiter = _limiter()
    if not limiter.test(PLACE, made.kind, made.place):
        return _until(PLACE, made.kind, made.place)
    if not limiter.hit(made.limit, made.kind, made.account, made.place):
        return _until(made.limit, made.kind, made.account, made.place)
    return 0


def _until(limit: RateLimitItem, *names: str) -> int:
    stats = _limiter().get_window_stats(limit, *names)
    return max(1, math.ceil(stats.reset_time - time.time()))


def failed(made: Attempt) -> None:
    """Count a failed attempt for the place it came from."""
    _limiter().hit(PLACE, made.kind, made.place)


def succeeded(made: Attempt) -> None:
    """Forget the attempts at an account from a place: whoever made them has shown who they are."""
    _limiter().clear(made.limit, made.kind, made.account, made.place)


def _known_device() -> tuple[str, str] | None:
    ident, _, rest = request.cookies.get(COOKIE, "").partition(".")
    account, _, seal = rest.partition(".")
    genuine = hmac.compare_digest(_seal(ident, account).encode(), seal.encode())
    return (ident, account) if ident and account and genuine else None


def _seal(ident: str, account: str) -> str:
    return secret.keyed_hash("device cookie", f"{ident}.{account}")


def remember(response: Response, address: str) -> Response:
    """Let the browser of this answer be known again when it signs in to this account.

    Args:
        response: the answer.
        address: the account's e-mail address.
    """
    account = _account(address)
    known = _known_device()
    ident = known[0] if known and hmac.compare_digest(known[1], account) else secrets.token_hex(16)
    response.set_cookie(
        COOKIE,
        f"{ident}.{account}.{_seal(ident, account)}",
        max_age=COOKIE_AGE,
        path=PATH,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def install(app: Flask) -> None:
    """Count in this process's memory, unless the portal's limits are kept elsewhere."""
    app.extensions[KEY] = MovingWindowRateLimiter(MemoryStorage())
