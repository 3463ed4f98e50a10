"""The conference: what is known of each, what was shown there, and what stays."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from portal import content
from portal.languages import speak
from portal.public_pages import public

bp = speak(Blueprint("conference", __name__, url_prefix="/conference"))

KIND = "conference"


@bp.get("/")
@public()
def index() -> str:
    """All conferences."""
    return render_template("conference/index.html", conferences=content.documents(KIND))


@bp.get("/<slug>/")
@public()
def conference(slug: str) -> str:
    """One conference."""
    found = content.document(KIND, slug) or abort(404)
    named = {source["id"]: source for source in found["sources"]}
    return render_template("conference/conference.html", conference=found, named=named)
