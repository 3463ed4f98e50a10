"""The search page: a query, what it finds, and the ways of narrowing that.

What is typed may name a person, so it is written down nowhere: not in the log, not in a kept page, not by
search engines, and no other site is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, make_response, render_template, request, url_for

from portal import searching
from portal.languages import language, speak
from portal.public_pages import pass_by, public
from portal.search.facets import FACETS, LONGEST_CODE, facets, kind_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from portal.searching import Results

bp = speak(Blueprint("search", __name__, url_prefix="/search"))

PER_PAGE = 10

PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")

AROUND = 2
"""Pages named on either side of the present one."""


@bp.get("/")
@public()
def index() -> Response:
    """The form alone, or what a query finds."""
    typed = request.args.get("q")
    if typed is None:
        return make_response(render_template("search/index.html", results=None))
    pass_by()
    chosen = {name: request.args.get(name, "")[:LONGEST_CODE].replace("\0", "") for name in FACETS}
    literal = request.args.get("literal") == "1"
    results = searching.search(typed, language(), chosen, _page(), PER_PAGE, literal=literal)

    kept = urlencode({"q": results.query, **({"literal": "1"} if literal else {})})
    start, kinds = f"{url_for('search.index')}?{kept}", kind_labels()

    def address(values: Mapping[str, str], **more: object) -> str:
        narrowed = {name: code for name, code in values.items() if code}
        return f"{start}&{urlencode(narrowed | more)}" if narrowed or more else start

    answer = make_response(
        render_template(
            "search/index.html",
            results=results,
            chosen=chosen,
            narrowed=any(chosen.values()),
            facets=facets(results.counts, chosen, kinds, address),
            pages=[(number, address(chosen, page=number)) for number in _shown_pages(results)],
            address=lambda **more: address(chosen, **more),
            wide=address({}),
            literally=address(chosen, literal="1"),
            kinds=kinds,
        )
    )
    answer.headers["Cache-Control"] = "private, max-age=0"
    return answer


def _page() -> int:
    asked = request.args.get("page", "1")
    return int(asked) if PAGE_NUMBER.fullmatch(asked) else 1


def _shown_pages(results: Results) -> list[int]:
    """Numbers of the pages named beside each other: the first, those around the present one, the last."""
    around = range(results.page - AROUND, results.page + AROUND + 1)
    return sorted({1, results.pages, *around} & set(range(1, results.pages + 1)))
