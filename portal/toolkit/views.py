"""The toolkit: stages and steps, checklists to print, and policy templates as pages and documents."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template

from portal import content
from portal.languages import language, speak
from portal.public_pages import public
from portal.toolkit.documents import MEDIA_TYPE, policy_docx

bp = speak(Blueprint("toolkit", __name__, url_prefix="/toolkit"))


def _toolkit() -> dict[str, Any]:
    found = content.document("toolkit", "toolkit")
    if found is None:
        abort(404)
    return found


def _find(part: str, slug: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = _toolkit()[part]
    return next((item for item in items if item["slug"] == slug), None) or abort(404)


@bp.get("/")
@public()
def index() -> str:
    """The stages at a glance, the checklists and the templates."""
    return render_template("toolkit/index.html", toolkit=_toolkit())


@bp.get("/<slug>/")
@public()
def stage(slug: str) -> str:
    """One stage with its steps."""
    stages = _toolkit()["stages"]
    found = _find("stages", slug)
    place = stages.index(found)
    stories = {story["slug"]: story["title"] for story in content.documents("case-study")}
    return render_template(
        "toolkit/stage.html",
        toolkit=_toolkit(),
        stage=found,
        place=place + 1,
        before=stages[place - 1] if place else None,
        after=stages[place + 1] if place + 1 < len(stages) else None,
        stories=stories,
    )


@bp.get("/checklists/<slug>/")
@public()
def checklist(slug: str) -> str:
    """A checklist to tick on the page or on paper."""
    return render_template("toolkit/checklist.html", toolkit=_toolkit(), checklist=_find("checklists", slug))


@bp.get("/templates/<slug>/")
@public()
def policy(slug: str) -> str:
    """A policy template as a page."""
    return render_template("toolkit/policy.html", toolkit=_toolkit(), policy=_find("policies", slug))


@bp.get("/templates/<slug>.docx")
@public()
def policy_document(slug: str) -> Response:
    """A policy template as a document to fill in."""
    response = Response(policy_docx(_find("policies", slug), language()), mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{language()}.docx"'
    return response
