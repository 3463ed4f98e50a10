"""The findings: a survey's released tables as pages and files, and figures known from elsewhere.

These pages read releases and documents, never answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, url_for

from portal import released
from portal.charts import drawings, known, sentences
from portal.findings import overview
from portal.languages import language, speak
from portal.public_pages import public
from surveys.findings import export
from surveys.findings.release import UnknownTable
from surveys.responses import releases

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Redirect

    from surveys.findings.model import ReleasedTable
    from surveys.findings.release import Release

bp = speak(Blueprint("findings", __name__, url_prefix="/findings"))

PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
FORMS = "svg,png,csv,json"


@bp.before_request
def find_release() -> None:
    """Turn survey and number of an address into the release they name, before the view runs."""
    values: dict[str, Any] = request.view_args or {}
    if "slug" not in values:
        return
    slug, number = values.pop("slug"), values.pop("number", None)
    g.slug, g.pinned = slug, number
    g.release = released.latest(slug) if number is None else released.numbered(slug, number)
    if g.release is None and number is not None:
        abort(410 if releases.removed(slug, number) else 404)
    if g.release is None and not overview.has_survey(slug):
        abort(404)


@bp.context_processor
def words() -> dict[str, object]:
    """What the findings pages say again and again, and links that keep the release they were read in."""
    return {
        "say": sentences,
        "draw": drawings,
        "here": here,
        "release": g.get("release"),
        "pinned": g.get("pinned"),
    }


def here(view: str, **values: Any) -> str:
    """An address within the present survey, of the pinned release if the reader is in one."""
    return url_for(f"findings.{view}", slug=g.slug, number=g.pinned, **values)


def release() -> Release:
    """The release of the present request; without one there is nothing of the kind to show."""
    return g.release or abort(404)  # type: ignore[no-any-return]


def table(name: str) -> ReleasedTable:
    """The table that address and `by` name."""
    try:
        return release().table(name, request.args.get("by") or None)
    except UnknownTable:
        abort(404)


@bp.get("/")
@public()
def index() -> str:
    """All findings: the surveys', and those known so far from other sources."""
    return render_template("findings/index.html", surveys=overview.surveys(), known=known.figures())


@bp.get("/known-so-far/")
@public()
def known_so_far() -> str:
    """Published figures from named sources: real ones, and older than any survey here."""
    return render_template("findings/known.html", themes=known.by_theme())


@bp.get(f"/known-so-far/<figure>.<any({FORMS}):form>")
@public()
def known_file(figure: str, form: str) -> Response:
    """A published figure as a file."""
    found = known.figure(figure) or abort(404)
    if form in PICTURES:
        return _file(
            drawings.published_file(found.chart, form), PICTURES[form], f"{figure}-{language()}.{form}"
        )
    if form == "csv":
        return _file(known.as_csv(found), "text/csv", f"{figure}-{language()}.csv")
    return jsonify(known.as_json(found))


@bp.get("/<slug>/")
@bp.get("/<slug>/releases/<int(max=999999):number>/")
@public()
def survey() -> str:
    """All national tables of a release, theme by theme."""
    if g.release is None:
        return render_template("findings/none.html", title=overview.title(g.slug))
    return render_template("findings/survey.html", themes=overview.themes(release()))


@bp.get("/<slug>/releases/")
def release_list() -> Redirect:
    """The releases of a survey start from its newest."""
    return redirect(here("survey"), 302)


@bp.get("/<slug>/<name>/")
@bp.get("/<slug>/releases/<int(max=999999):number>/<name>/")
@public(args=("by",))
def question(name: str) -> str:
    """One question: headline, chart, table, files, and the ways to split it."""
    shown = table(name)
    menu = overview.menu(release(), name)
    return render_template(
        "findings/question.html", table=shown, menu=menu, national=release().table(name, None)
    )


@bp.get(f"/<slug>/<name>.<any({FORMS}):form>")
@bp.get(f"/<slug>/releases/<int(max=999999):number>/<name>.<any({FORMS}):form>")
@public(args=("by",))
def file(name: str, form: str) -> Response:
    """A table as a file: the same figures as on its page."""
    shown = table(name)
    called = export.filename(shown, release(), language(), form)
    if form == "json":
        told = export.table_json(shown, release(), language(), no_answer=sentences.no_answer())
        return _file(jsonify(told).get_data(), "application/json", called)
    if form == "csv":
        return _file(
            export.table_csv(shown, release(), language(), no_answer=sentences.no_answer()),
            "text/csv",
            called,
        )
    if shown.state == "withheld":
        abort(404)
    return _file(drawings.file(shown, release(), form), PICTURES[form], called)


def _file(body: bytes | str, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
