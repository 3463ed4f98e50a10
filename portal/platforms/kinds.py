"""What a platform's profile is made of, and what lists and search are told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.content import Kind
from portal.content.shapes import Day, Line, Link, Many, Names, Ref, Words
from portal.searching import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOURCE = (
    Line("id", _l("Name in the text"), required=True),
    Words("name", _l("Source")),
    Link("address", _l("Address"), required=True),
    Day("as_of", _l("Date")),
    Words("as_of_note", _l("What is known of its date"), required=False),
)

SAID = (Words("text", _l("Text")), Names("sources", _l("Sources")))

FIELDS = (
    Words("name", _l("Name")),
    Words("summary", _l("Summary")),
    Ref("limits", _l("Dated limits"), kind="fact", many=True),
    Many("tools", _l("For those who administer"), fields=SAID),
    Many("advice", _l("What it means for a service"), fields=(Words("text", _l("Text")),)),
    Many("cautions", _l("Cautions"), fields=SAID),
    Many("unchecked", _l("Not checked for this page"), fields=(Words("text", _l("Text")),)),
    Words("survey", _l("What the survey says"), long=True, markdown=True),
    Many("sources", _l("Sources"), fields=SOURCE),
)


def _passages(body: Mapping[str, Any], code: str) -> Iterator[Passage]:
    parts = [
        body["summary"],
        *(one["text"] for key in ("tools", "advice", "cautions") for one in body[key] or ()),
    ]
    text = "\n\n".join(part[code] for part in parts)
    yield Passage(body["name"][code], text, facets={"platform": [body["slug"]]})


def _references(body: Mapping[str, Any]) -> Iterator[str]:
    return (f"fact:{slug}" for slug in body["limits"] or ())


KIND = Kind(
    name="platform",
    label=_l("Platform"),
    fields=FIELDS,
    title=lambda body: body["name"],
    summary=lambda body: body["summary"],
    address=lambda slug: url_for("platforms.platform", slug=slug),
    card=lambda body: {"limits": body["limits"], "tools": len(body["tools"] or ())},
    passages=_passages,
    references=_references,
    section="platforms",
    target="platform",
)

KINDS = (KIND,)
