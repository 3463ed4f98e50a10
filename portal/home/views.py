"""The front of the house: the address without a language, the home page, and pages about the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, redirect, render_template, url_for

from portal import content, released
from portal.charts import drawings, known, sentences
from portal.filters import in_language
from portal.languages import preferred, speak
from portal.public_pages import public
from surveys.responses import waves

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from surveys.findings.model import ReleasedTable
    from surveys.findings.release import Release

front = Blueprint("front", __name__)
bp = speak(Blueprint("home", __name__))


@front.get("/")
def choose_language() -> Response:
    """To the home page in the reader's language."""
    answer = redirect(url_for("home.index", lang=preferred()), 302)
    answer.headers["Vary"] = "Accept-Language"
    return answer


@bp.get("/")
@public()
def index() -> str:
    """One finding as a headline with its chart, and three doors."""
    home = content.document("home", "home") or abort(404)
    survey = next((wave for wave in waves.surveys() if wave.state == "open"), None)
    releases = (released.latest(wave.survey) for wave in waves.surveys())
    release = next((release for release in releases if release is not None), None)
    table = _leading(release, home["featured_question"]) if release else None
    featured = known.figure(home["featured_figure"])
    return render_template(
        "home/index.html",
        home=home,
        survey=survey,
        release=release,
        table=table,
        featured=featured,
        say=sentences,
        draw=drawings,
    )


@bp.get("/<any(privacy, accessibility, method):slug>/")
@public()
def about(slug: str) -> str:
    """A page about the portal itself."""
    page = content.document("page", slug) or abort(404)
    contact = current_app.config["PORTAL"].contact
    known_contact = (
        f"[{contact}](mailto:{contact})" if contact else in_language(page.get("no_contact") or {}, None)
    )
    return render_template("home/about.html", page=page, contact=known_contact)


def _leading(release: Release, featured: str) -> ReleasedTable | None:
    """The table whose finding leads the home page: the editors' choice, else the first that says much."""
    names = [featured, *(listed.name for listed in release.questions if listed.theme)]
    listed = {listed.name for listed in release.questions}
    tables = (release.table(name, None) for name in names if name in listed)
    return next((table for table in tables if table.state == "shown" and sentences.says(table)), None)
