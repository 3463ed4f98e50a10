"""A number for each request: on the answer, on error pages and in log lines, so that one finds the other."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from flask import has_request_context, request

from portal.public_pages import is_kept

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from flask import Flask, Response

HEADER = "X-Request-Id"

KEY = "portal.request_id"
"""Where the number stands in a request's environment."""

BYTES = 6
"""Random bytes of a number: twelve digits that can be read out over the telephone."""

GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
"""What a proxy in front may give instead."""


def give(environ: WSGIEnvironment, *, trusted: bool) -> str:
    """Number a request.

    Args:
        environ: its environment, in which the number is left.
        trusted: whether proxies of ours stand in front, whose number is taken over.
    """
    brought = environ.get("HTTP_X_REQUEST_ID", "") if trusted else ""
    number = brought if GIVEN.fullmatch(brought) else secrets.token_hex(BYTES)
    environ[KEY] = number
    return number


def current() -> str | None:
    """The number of the present request; None where nobody asked through the web."""
    return request.environ.get(KEY) if has_request_context() else None


def install(app: Flask) -> None:
    """Tell the number with every answer that is made anew; a kept page is the same bytes for everybody."""

    @app.after_request
    def tell(response: Response) -> Response:
        number = current()
        if number is not None and not is_kept():
            response.headers[HEADER] = number
        return response
