"""One page per thing that can go wrong: what happened, whether anything was lost, and the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, Response, current_app, g, json, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from peewee import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, TooManyRequests

from portal import content, request_ids
from portal.languages import LANGUAGES, preferred

if TYPE_CHECKING:
    from types import TracebackType

    from werkzeug.wrappers import Response as BaseResponse

    Caught = tuple[type[BaseException], BaseException, TracebackType | None]

SERVER_FAULT = 500

READING = frozenset({"GET", "HEAD"})

MINUTE = 60

PAUSE = 60
"""Seconds to wait where a refusal does not say for how long it stands."""

FOR_MACHINES = "/api/"
FOR_STAFF = "/staff/"
"""How addresses begin that answer in JSON, and those whose pages are not the public site's."""


class Portal(Flask):
    """Flask that keeps respondents' tokens out of its log."""

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> None:
        """Log a fault under the kind of address it happened at, never under a respondent's own."""
        where = request.url_rule.rule if request.url_rule else "an unknown address"
        method = request.method if request.method.isalpha() else "other"
        self.logger.error("Fault at %s %s", method, where, exc_info=exc_info)


def sentences(status: int) -> tuple[str, str]:
    """Title and explanation for a status, in the page's language."""
    unreadable = (_("This request could not be read"), _("Go back and try again. Nothing was changed."))
    known = {
        400: unreadable,
        401: (_("Sign in first"), _("This page is for people with an account. Nothing was changed.")),
        403: (
            _("This page is not open to you"),
            _("Your account may lack the role for it, or its form was too old. Nothing was changed."),
        ),
        404: (_("There is no page here"), _("The address may be mistyped, or the page may have moved.")),
        405: (_("This address does not work that way"), _("Go back and use the buttons on the page.")),
        409: (
            _("Something changed in the meantime"),
            _("Go back, load the page again, and repeat what you wanted to do."),
        ),
        410: (_("This page was taken away"), _("What stood here is no longer published.")),
        413: (_("That is too much at once"), _("Shorten what you sent and try again. Nothing was changed.")),
        414: (_("This address is too long"), _("Go back and follow the link again. Nothing was changed.")),
        415: unreadable,
        422: (
            _("Something in what you sent does not fit"),
            _("Go back, look at what you wrote, and try again. Nothing was changed."),
        ),
        429: (
            _("That was very often in a short time"),
            _("Nothing you sent was lost from your browser. Wait, go back, and send it again."),
        ),
        503: (
            _("The portal cannot save right now"),
            _("Nothing you sent was lost from your browser. Wait a minute, go back, and send it again."),
        ),
    }
    fallback = (
        (_("Something went wrong here"), _("It is our fault, not yours. Try again in a few minutes."))
        if status >= SERVER_FAULT
        else known[400]
    )
    return known.get(status, fallback)


def waiting(seconds: int) -> str:
    """How long to wait, in words."""
    if seconds < MINUTE:
        return ngettext("Try again in %(num)s second.", "Try again in %(num)s seconds.", seconds)
    minutes = -(-seconds // MINUTE)
    return ngettext("Try again in %(num)s minute.", "Try again in %(num)s minutes.", minutes)


def page(status: int, error: HTTPException | None = None) -> Response:
    """The page of a status, for people in their language, for programs in JSON.

    Args:
        status: the status.
        error: what was raised, for the headers that go with it; None for a fault.
    """
    if "language" not in g:
        head = request.path[1:3]
        g.language = head if head in LANGUAGES else preferred()
    title, text = sentences(status)
    wait = _pause(error) if isinstance(error, TooManyRequests) else None
    if request.path.startswith(FOR_MACHINES):
        answer = _for_program(status, title, text)
    else:
        answer = Response(
            render_template(
                "error.html",
                status=status,
                title=title,
                text=text,
                waiting=waiting(wait) if wait else None,
                number=request_ids.current(),
                contact=current_app.config["PORTAL"].contact,
                neutral=request.path.startswith(FOR_STAFF),
            ),
            status,
            mimetype="text/html",
        )
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _moved() -> BaseResponse | None:
    """Where the page of this address is now, if it was here once."""
    language, _slash, rest = request.path[1:].partition("/")
    new = content.moved_to(f"/{rest}") if language in LANGUAGES and request.method in READING else None
    if new is None:
        return None
    query = request.query_string.decode("ascii", "ignore")
    answer = redirect(f"/{language}{quote(new)}" + (f"?{query}" if query else ""), 301)
    answer.headers["Cache-Control"] = "no-cache"  # the old name may be given again
    return answer


def _pause(error: TooManyRequests) -> int:
    """Seconds for which a refusal stands."""
    return error.retry_after if isinstance(error.retry_after, int) else PAUSE


def _for_program(status: int, title: str, text: str) -> Response:
    """The same for a program, as RFC 9457 has it."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": text}
    body = json.dumps({**told, "request_id": request_ids.current()})
    return Response(body, status, mimetype="application/problem+json")


def install(app: Flask) -> None:
    """Answer every error with its page, in the language of the address."""

    @app.errorhandler(SecurityError)
    def foreign_host(_error: SecurityError) -> Response:
        # A request for a host that is not ours has no addresses to make links with.
        return Response("This address is not served here.\n", 400, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> BaseResponse | HTTPException:
        if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects are answers, not errors
            return error
        try:
            moved = _moved() if error.code == 404 else None  # noqa: PLR2004 - not found
        except OperationalError as fault:
            return cannot_save(fault)
        return moved or page(error.code, error)

    @app.errorhandler(InternalServerError)
    def failed(_error: InternalServerError) -> Response:
        return page(SERVER_FAULT)

    @app.errorhandler(OperationalError)
    def cannot_save(error: OperationalError) -> Response:
        app.logger.error("database: %s", str(error).partition("\n")[0])
        return page(503)
