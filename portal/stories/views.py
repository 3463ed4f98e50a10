"""Case studies: the list with its filters, and each one in the sector's shape."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from portal import content
from portal.languages import speak
from portal.public_pages import public
from portal.stories.facets import FACETS, facets, matching

bp = speak(Blueprint("stories", __name__, url_prefix="/case-studies"))

KIND = "case-study"


@bp.context_processor
def vocabulary() -> dict[str, Any]:
    """What codes are called on a page."""
    return {"vocabulary": content.document("vocabulary", "vocabulary")}


@bp.get("/")
@public(args=FACETS)
def index() -> str:
    """All case studies, or those on a platform and for an audience."""
    every = content.documents(KIND)
    chosen = {name: request.args.get(name, "") for name in FACETS}
    options = facets(every, chosen)
    if any(chosen[name] not in {"", *(option.code for option in options[name])} for name in FACETS):
        abort(404)
    return render_template(
        "stories/index.html",
        stories=matching(every, chosen),
        total=len(every),
        chosen=chosen,
        facets=options,
    )


@bp.get("/<slug>/")
@public()
def story(slug: str) -> str:
    """One case study."""
    found = content.document(KIND, slug) or abort(404)
    named = {source["id"]: source for source in found["sources"]}
    return render_template("stories/story.html", story=found, named=named)
