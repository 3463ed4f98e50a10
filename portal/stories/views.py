"""Case studies: the list with its filters, each one in the sector's shape, and two side by side."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from portal import content, security
from portal.content import targets
from portal.content.references import of_code
from portal.filters import in_language
from portal.languages import language, speak
from portal.public_pages import pass_by, public
from portal.stories import comparing, facets, media
from portal.stories.codes import SECTIONS
from portal.stories.kinds import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from werkzeug.wrappers import Response as Redirect

bp = speak(Blueprint("stories", __name__, url_prefix="/case-studies"))

PER_PAGE = 24

PAGE_NUMBER = re.compile(r"[1-9]\d{0,3}")

AROUND = 2
"""Pages named on either side of the present one."""

COMPARED = 2

NAMED = 5
"""How many values that no filter has are named; an address can hold very many."""

READABLE = 40
"""Characters shown of such a value."""

SHELF = "case_studies"
"""Where the application keeps what the list is made from."""


@bp.get("/")
@public(args=("sort", "page", *(facet.name for facet in facets.FACETS)))
def index() -> str:
    """All case studies, or those with the chosen values; values that no filter has are named and left out."""
    asked = facets.asked(request.args)
    chosen = asked.chosen
    sort = request.args.get("sort", "")
    whole = _shelf()
    narrowed = facets.narrow(whole, chosen)
    if len(request.args) > 1 or asked.unknown or not narrowed.cards:
        pass_by()  # there are very many combinations, and each is read by few
    page, pages = _page(len(narrowed.cards))
    if sort not in facets.SORTS:
        abort(404)
    shown = facets.ordered(narrowed.cards, sort, language())[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "stories/index.html",
        vocabulary=_words(),
        stories=shown,
        fitting=len(narrowed.cards),
        total=len(whole.cards),
        facets=facets.FACETS,
        options=narrowed.options,
        left_out=[(facet, _readable(code)) for facet, code in asked.unknown[:NAMED]],
        chips=list(_chips(chosen, sort)),
        sort=sort,
        page=page,
        pages=[(number, _address(chosen, sort, number)) for number in _named(page, pages)],
        last=pages,
        at=lambda number: _address(chosen, sort, number),
    )


def _readable(code: str) -> str:
    """A value from an address as it may be shown: without marks that steer a page, and not too long."""
    return "".join(letter for letter in code if letter.isprintable())[:READABLE]


def _words() -> dict[str, Any]:
    """What codes are called on a page."""
    return content.document("vocabulary", "vocabulary") or abort(404)


def _shelf() -> facets.Shelf:
    """All cards, read once in a process and kept until something public changes."""
    stamp = content.changes()  # before the cards: a change in between has them read again next time
    kept: tuple[int, facets.Shelf] | None = current_app.extensions.get(SHELF)
    if kept is None or kept[0] != stamp:
        kept = (stamp, facets.shelf(content.cards(NAME)))
        current_app.extensions[SHELF] = kept
    return kept[1]


def _page(fitting: int) -> tuple[int, int]:
    """The page asked for, and the number of pages."""
    asked, pages = request.args.get("page") or "1", max(1, -(-fitting // PER_PAGE))
    if not PAGE_NUMBER.fullmatch(asked) or int(asked) > pages:
        abort(404)
    return int(asked), pages


def _named(page: int, pages: int) -> list[int]:
    return sorted({1, pages, *range(page - AROUND, page + AROUND + 1)} & set(range(1, pages + 1)))


def _address(chosen: facets.Chosen, sort: str, page: int = 1) -> str:
    told = [(name, code) for name, codes in chosen.items() for code in codes]
    told += [("sort", sort)] if sort else []
    told += [("page", str(page))] if page > 1 else []
    return url_for("stories.index") + (f"?{urlencode(told)}" if told else "")


def _chips(chosen: facets.Chosen, sort: str) -> Iterator[tuple[facets.Facet, str, str]]:
    """Each chosen value: its filter, its code, and the address without it."""
    for facet in facets.FACETS:
        for code in chosen[facet.name]:
            others = tuple(other for other in chosen[facet.name] if other != code)
            yield facet, code, _address({**chosen, facet.name: others}, sort)


@bp.get("/<slug>/")
@public()
def story(slug: str) -> Response:
    """One case study."""
    found = content.document(NAME, slug) or abort(404)
    published, updated = content.times(NAME, slug) or abort(404)
    listed = found.get("media") or []
    answer = make_response(
        render_template(
            "stories/story.html",
            vocabulary=_words(),
            story=found,
            slug=slug,
            named=_named_sources(found),
            sections=SECTIONS,
            related=_related(found),
            frame=media.frame,
            is_own=media.is_own,
            period=comparing.period(found),
            published=_day(published),
            updated=_day(updated),
        )
    )
    if media.plays_own(listed):
        answer.headers["Content-Security-Policy"] = f"{security.POLICY}; media-src 'self'"
    return answer


def _day(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def _named_sources(found: Mapping[str, Any]) -> dict[str, Any]:
    return {source["id"]: source for source in found["sources"]}


def _related(found: Mapping[str, Any]) -> list[targets.Found]:
    """What it names as related, in the page's language; what is gone is left out."""
    asked = [of_code(code) for code in found.get("related") or ()]
    known = targets.find(asked)
    return [known[reference] for reference in asked if reference in known]


@bp.get("/<slug>/video/<int(min=1, max=99):number>/")
@public()
def video(slug: str, number: int) -> Response:
    """A video of another site in a frame: the one page whose policy lets that site in."""
    found = content.document(NAME, slug) or abort(404)
    medium = dict(enumerate(found.get("media") or (), start=1)).get(number) or abort(404)
    frame = media.frame(medium) or abort(404)
    answer = make_response(
        render_template("stories/video.html", story=found, slug=slug, medium=medium, frame=frame)
    )
    answer.headers["Content-Security-Policy"] = f"{security.POLICY}; frame-src {frame.origin}"
    return answer


@bp.get("/compare/")
@public(args=("a", "b"))
def compare() -> str | Redirect:
    """Two case studies side by side, or the choice of them."""
    if request.args:
        pass_by()
    picked = list(dict.fromkeys(slug for slug in request.args.getlist("story") if slug))
    if len(picked) == COMPARED:
        return redirect(url_for("stories.compare", a=picked[0], b=picked[1]))
    a, b = request.args.get("a", ""), request.args.get("b", "")
    first, second = (content.document(NAME, slug) if slug else None for slug in (a, b))
    if (a and not first) or (b and not second):
        abort(404)
    if first and second and a != b:
        words = _words()
        return render_template(
            "stories/compare.html",
            vocabulary=words,
            both=[(a, first), (b, second)],
            rows=comparing.glance(first, second, words),
            sections=comparing.sections(first, second),
        )
    cards = sorted(content.cards(NAME), key=lambda card: in_language(card["title"]))
    kept = picked or list(dict.fromkeys(slug for slug in (a, b) if slug))
    return render_template(
        "stories/compare_choice.html",
        cards=cards,
        kept=dict(zip("ab", kept, strict=False)),
        ticked=len(picked),
        same=bool(a and b),
        missing="b" in request.args and bool(a) != bool(b),
    )
