"""The page that ends invitations, for whoever has the link from one: a GET asks, a POST does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, make_response, render_template

from portal.languages import speak
from portal.mail import unsubscribing
from portal.security import PRIVATE_HEADERS

if TYPE_CHECKING:
    from flask import Response

bp = speak(Blueprint("unsubscribe", __name__, url_prefix="/unsubscribe"))


@bp.get("/<token>/")
def page(token: str) -> Response:
    """Ask whether invitations shall end; this changes nothing, for mail programs open links by themselves."""
    hashed = unsubscribing.read(token) or abort(404)
    return _answer(stopped=unsubscribing.stopped(hashed))


@bp.post("/<token>/")
def confirm(token: str) -> Response:
    """End invitations; a mail program may send this by itself (RFC 8058), and follows no redirect."""
    hashed = unsubscribing.read(token) or abort(404)
    unsubscribing.stop(hashed)
    return _answer(stopped=True)


def _answer(*, stopped: bool) -> Response:
    answer = make_response(render_template("mail/unsubscribe.html", stopped=stopped))
    answer.headers.update(PRIVATE_HEADERS)
    return answer
