"""One page per thing that can go wrong: what happened, whether anything was lost, and the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, g, render_template, request
from flask_babel import gettext as _
from peewee import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from portal.languages import LANGUAGES, preferred

if TYPE_CHECKING:
    from types import TracebackType

    Caught = tuple[type[BaseException], BaseException, TracebackType | None]

SERVER_FAULT = 500


class Portal(Flask):
    """Flask that keeps respondents' tokens out of its log."""

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> None:
        """Log a fault under the kind of address it happened at, never under a respondent's own."""
        where = request.url_rule.rule if request.url_rule else "an unknown address"
        self.logger.error("Fault at %s %s", request.method, where, exc_info=exc_info)


def sentences(status: int) -> tuple[str, str]:
    """Title and explanation for a status, in the page's language."""
    known = {
        400: (_("This request could not be read"), _("Go back and try again. Nothing was changed.")),
        404: (_("There is no page here"), _("The address may be mistyped, or the page may have moved.")),
        405: (_("This address does not work that way"), _("Go back and use the buttons on the page.")),
        410: (_("This page was taken away"), _("What stood here is no longer published.")),
        415: (_("This request could not be read"), _("Go back and try again. Nothing was changed.")),
        413: (_("That is too much at once"), _("Shorten what you sent and try again. Nothing was changed.")),
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


def install(app: Flask) -> None:
    """Answer every error with its page, in the language of the address."""

    def page(status: int) -> tuple[str, int]:
        if "language" not in g:
            head = request.path[1:3]
            g.language = head if head in LANGUAGES else preferred()
        title, text = sentences(status)
        return render_template("error.html", status=status, title=title, text=text), status

    @app.errorhandler(SecurityError)
    def foreign_host(_error: SecurityError) -> Response:
        # A request for a host that is not ours has no addresses to make links with.
        return Response("This address is not served here.\n", 400, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int] | HTTPException:
        if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects are answers, not errors
            return error
        return page(error.code)

    @app.errorhandler(InternalServerError)
    def failed(_error: InternalServerError) -> tuple[str, int]:
        return page(SERVER_FAULT)

    @app.errorhandler(OperationalError)
    def cannot_save(error: OperationalError) -> tuple[str, int]:
        app.logger.error("database: %s", error)
        return page(503)
