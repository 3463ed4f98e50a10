"""Dated facts: all of them by subject, and each one with its history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from portal import content, dated_facts
from portal.facts.kinds import AREAS, PLATFORMS, WORDS
from portal.languages import speak
from portal.public_pages import public

bp = speak(Blueprint("facts", __name__, url_prefix="/facts"))


def _vocabulary() -> dict[str, Any]:
    """What codes are called on a page."""
    return {
        "words": content.document(WORDS.name, WORDS.name),
        "platforms": (content.document("vocabulary", "vocabulary") or abort(404))["platforms"],
    }


@bp.get("/")
@public(args=("platform",))
def index() -> str:
    """All facts by the area they belong to, or those of one platform."""
    every = content.cards(dated_facts.KIND)
    known = [code for code in PLATFORMS if any(code in card["platforms"] for card in every)]
    chosen = request.args.get("platform", "")
    if chosen not in {"", *known}:
        abort(404)
    shown = [card for card in every if not chosen or chosen in card["platforms"]]
    day = dated_facts.today()
    return render_template(
        "facts/index.html",
        areas=[(area, found) for area in AREAS if (found := [one for one in shown if one["area"] == area])],
        known=known,
        chosen=chosen,
        shown=len(shown),
        total=len(every),
        overdue_slugs={card["slug"] for card in shown if _is_overdue(card, day)},
        **_vocabulary(),
    )


def _is_overdue(card: dict[str, Any], day: str) -> bool:
    now = card["current"]
    return bool(now and now["review_by"] and now["review_by"] < day)


@bp.get("/<slug>/")
@public()
def fact(slug: str) -> str:
    """One fact: what is stated now, and everything stated before."""
    found = dated_facts.find(slug) or abort(404)
    return render_template("facts/fact.html", fact=found, day=dated_facts.today(), **_vocabulary())
