"""Platforms: the comparison of what they allow, and the profile of each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template

from portal import content, dated_facts
from portal.languages import speak
from portal.platforms.kinds import KIND
from portal.platforms.practice import practice
from portal.public_pages import public

bp = speak(Blueprint("platforms", __name__, url_prefix="/platforms"))


def _vocabulary() -> dict[str, Any]:
    """What platforms without a profile are called too, and the day."""
    words = content.document("vocabulary", "vocabulary") or abort(404)
    return {"platforms": words["platforms"], "day": dated_facts.today()}


@bp.get("/")
@public()
def index() -> str:
    """All platforms, compared by what holds now."""
    cards = content.cards(KIND.name)
    stories = content.cards("case-study")
    return render_template(
        "platforms/index.html",
        cards=cards,
        limits={card["slug"]: dated_facts.several((card["limits"] or ())[:1]) for card in cards},
        practices={card["slug"]: practice(card["slug"], stories) for card in cards},
        **_vocabulary(),
    )


@bp.get("/<slug>/")
@public()
def platform(slug: str) -> str:
    """One platform."""
    found = content.document(KIND.name, slug) or abort(404)
    return render_template(
        "platforms/platform.html",
        platform=found,
        limits=dated_facts.several(found["limits"] or ()),
        practice=practice(slug, content.cards("case-study")),
        named={source["id"]: source for source in found["sources"] or ()},
        profiles={card["slug"] for card in content.cards(KIND.name)},
        **_vocabulary(),
    )
