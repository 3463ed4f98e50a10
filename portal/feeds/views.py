"""Addresses for programs that follow the portal: a feed for each section and language, and the sitemap."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _

from portal.feeds import atom
from portal.feeds import sitemap as maps
from portal.feeds.entries import SECTIONS, Section, entries, section_of
from portal.filters import absolute
from portal.languages import language, preferred, speak
from portal.public_pages import public

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Redirect

front = Blueprint("feeds_front", __name__)
bp = speak(Blueprint("feeds", __name__))


@bp.app_template_global()
def section_here() -> Section | None:
    """The section that the page being made belongs to."""
    return section_of(request.path)


@front.get("/feed.atom")
def choose_language() -> Redirect:
    """To the feed of everything in the reader's language."""
    answer = redirect(url_for("feeds.everything", lang=preferred()), 302)
    answer.headers["Vary"] = "Accept-Language"
    return answer


@front.get("/sitemap.xml")
@public()
def sitemap() -> Response:
    """Every public page."""
    return Response(maps.sitemap(absolute("")), mimetype="application/xml")


@bp.get("/feed.atom")
@public()
def everything() -> Response:
    """What is new anywhere."""
    return _feed(None, _("DMSI portal"), url_for("home.index"))


@public()
def section(section: str) -> Response:
    """What is new in one section."""
    label, endpoint = SECTIONS[section]
    return _feed(section, _("%(section)s – DMSI portal", section=label), url_for(endpoint))


for name in SECTIONS:  # a rule for each, or the pages of the section would take the address for one of theirs
    bp.add_url_rule(f"/{name}/feed.atom", view_func=section, defaults={"section": name})


def _feed(section: str | None, title: str, page: str) -> Response:
    base = absolute("")
    body = atom.feed(
        entries(section),
        host=urlsplit(base).hostname or "localhost",
        base=base,
        address=request.path,
        page=page,
        title=title,
        language=language(),
    )
    return Response(body, mimetype="application/atom+xml")
