"""What the pages about the portal and its home page are made of."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.content import Kind
from portal.content.shapes import Words
from portal.searching import Passage

HOME = Kind("home", _l("Home page"), title=lambda _body: {})

FIGURE = Kind(
    "figure",
    _l("Published chart"),
    summary=lambda body: body["headline"],
    address=lambda slug: url_for("findings.known_so_far") + f"#{slug}",
    passages=lambda body, code: [Passage(body["title"][code], body["headline"][code])],
)

PAGE = Kind(
    "page",
    _l("About this portal"),
    fields=(
        Words("title", _l("Title")),
        Words("lead", _l("Lead"), long=True),
        Words("no_contact", _l("Where there is no contact"), required=False),
        Words("body", _l("Text"), long=True, markdown=True),
    ),
    summary=lambda body: body["lead"],
    address=lambda slug: url_for("home.about", slug=slug),
    passages=lambda body, code: [
        Passage(body["title"][code], f"{body['lead'][code]}\n\n{body['body'][code]}")
    ],
)
