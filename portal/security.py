"""The security floor: headers of every answer, and what a respondent's pages add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, request

if TYPE_CHECKING:
    from flask import Flask, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script or style anywhere and no nonce, so that a page can be cached whole."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}

PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
"""A respondent's link is the key to the answers: no copy of the page, no word of its address."""

LIMITS = {
    "MAX_CONTENT_LENGTH": 1_000_000,
    "MAX_FORM_MEMORY_SIZE": 1_000_000,
    "MAX_FORM_PARTS": 1_000,
}
"""Bytes of a post, bytes of its fields, and number of its fields."""


HTTPS_FOR = 31_536_000
"""Seconds for which a browser remembers that this portal speaks HTTPS: one year."""

BY_LINK = ("/r/", "/unsubscribe/")
"""What follows the language in addresses that hold a key."""


def is_private(path: str) -> bool:
    """Whether an address holds somebody's key: `/<language>/r/…`, `/<language>/unsubscribe/…`."""
    return path.startswith(BY_LINK, 3)


def install(app: Flask) -> None:
    """Send the headers with every answer, error pages included."""
    app.config.update(LIMITS)
    headers = dict(HEADERS)
    if (app.config["PORTAL"].base_url or "").startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={HTTPS_FOR}"

    @app.before_request
    def refuse_null() -> None:
        # No address of ours holds a null character, and PostgreSQL refuses to look one up.
        if "\0" in request.path:
            abort(404)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if is_private(request.path):
            response.headers.update(PRIVATE_HEADERS)
        return response
