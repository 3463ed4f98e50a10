"""Addresses for operators and for programs: health, readiness, metrics, robots.txt, security.txt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, json, request

from portal import metrics
from portal.filters import absolute
from portal.identity.operators import is_operator
from portal.languages import LANGUAGES
from portal.operators import figures, readiness

if TYPE_CHECKING:
    from flask import Flask

bp = Blueprint("operators", __name__)

NEVER_KEPT = {"Cache-Control": "no-store"}
KEPT_A_DAY = {"Cache-Control": "public, max-age=86400"}

CLOSED_TO_ROBOTS = ("/staff/", "/*/r/", "/*/unsubscribe/", "/api/")

FIRST_HALF = 6
"""Months of a half-year."""


@bp.get("/healthz")
def healthz() -> Response:
    """Whether the process answers; nothing else is asked, so that no fault elsewhere restarts it."""
    return Response("ok\n", mimetype="text/plain", headers=NEVER_KEPT)


@bp.get("/readyz")
def readyz() -> Response:
    """Whether the portal can do its work: yes or no to anyone, the reasons to operators."""
    found = readiness.problems(_app())
    told: dict[str, object] = {"ready": not found}
    if found and is_operator():
        told["not_ready"] = found
    status = 503 if found else 200
    return Response(json.dumps(told) + "\n", status, mimetype="application/json", headers=NEVER_KEPT)


@bp.get("/metrics", endpoint="metrics")
def running_figures() -> Response:
    """Figures of the running process, for operators; nobody else learns that there are any."""
    if not is_operator():
        abort(404)
    text = metrics.exposition(figures.families(_app()))
    return Response(text, content_type=metrics.CONTENT_TYPE, headers=NEVER_KEPT)


@bp.get("/robots.txt")
def robots() -> Response:
    """What search engines leave alone."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS)]
    lines += ["", f"Sitemap: {absolute('/sitemap.xml')}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain", headers=KEPT_A_DAY)


@bp.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Whom to tell of a weakness (RFC 9116); there is no such page where nobody is named."""
    contact = current_app.config["PORTAL"].contact
    if contact is None:
        abort(404)
    lines = [
        f"Contact: mailto:{contact}",
        f"Expires: {expiry(datetime.now(UTC)):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {absolute('/.well-known/security.txt')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain", headers=KEPT_A_DAY)


def expiry(now: datetime) -> datetime:
    """When the word on whom to tell should be looked at again: the half-year after the next one begins."""
    if now.month <= FIRST_HALF:
        return datetime(now.year + 1, 1, 1, tzinfo=UTC)
    return datetime(now.year + 1, 7, 1, tzinfo=UTC)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001 - Flask's way to the app itself


def install(app: Flask) -> None:
    """Answer `/healthz` before anything else of the application runs, the database included."""

    @app.before_request
    def answer_at_once() -> Response | None:
        return healthz() if request.endpoint == "operators.healthz" else None
