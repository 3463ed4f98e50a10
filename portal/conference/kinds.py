"""What a conference is made of, as editors fill it in and as search finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.content import Kind, Part
from portal.content.shapes import Choice, Day, Flag, Line, Link, Many, Names, One, Words
from portal.searching import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.content.kinds import Body

OFFICIAL = (
    Line("text", _l("Title as published"), required=True),
    Line("language", _l("Language"), required=True),
)

SOURCE = (
    Line("id", _l("Name in the text"), required=True),
    Words("name", _l("Source")),
    Link("address", _l("Address")),
    Day("as_of", _l("Date")),
    Words("as_of_note", _l("What is known of its date"), required=False),
)

SAID = (Words("text", _l("Text"), long=True, markdown=True), Names("sources", _l("Sources")))

SESSION = (
    Line("slug", _l("Name in addresses"), required=True),
    Choice("kind", _l("Kind"), options=("talk", "workshop", "panel")),
    Choice("certainty", _l("Certainty"), options=("stated", "probable"), required=True),
    One("official_title", _l("Title as published"), fields=OFFICIAL),
    Words("title", _l("Title")),
    Words("summary", _l("Abstract"), long=True, markdown=True),
    Words("format", _l("Format"), required=False),
    Words("note", _l("Note"), required=False),
    Names("sources", _l("Sources")),
)

MATERIAL = (
    Line("slug", _l("Name in addresses"), required=True),
    Choice("kind", _l("Kind"), options=("toolkit", "slides", "handout", "recording")),
    One("official_title", _l("Title as published"), fields=OFFICIAL),
    Words("title", _l("Title")),
    Words("text", _l("Text"), long=True, markdown=True),
    Names("sources", _l("Sources")),
)

FIELDS = (
    One("official_name", _l("Name as published"), fields=OFFICIAL),
    Words("name", _l("Name")),
    Words("title", _l("Title")),
    Words("summary", _l("Summary"), long=True),
    Day("year", _l("Year"), required=True),
    Flag("complete", _l("The record is complete")),
    Words("dates", _l("Dates"), required=False),
    Words("place", _l("Place"), required=False),
    Words("reach", _l("Reach"), required=False),
    One("about", _l("About"), fields=SAID, required=True),
    Many("sessions", _l("Sessions"), fields=SESSION),
    Many("materials", _l("Materials"), fields=MATERIAL),
    Many(
        "not_published", _l("Not published"), fields=(Line("code", _l("Code")), Words("label", _l("Words")))
    ),
    Many("conflicts", _l("Where the sources disagree"), fields=SAID),
    Line("licence", _l("Licence"), required=True),
    Many("sources", _l("Sources"), fields=SOURCE),
)


def passages(body: Body, code: str) -> Iterator[Passage]:
    """A conference, and each session and material by itself."""
    about = body["about"]["text"][code]
    yield Passage(body["title"][code], f"{body['name'][code]}\n\n{body['summary'][code]}\n\n{about}")
    for session in body["sessions"]:
        said = [session["summary"][code], (session.get("format") or {}).get(code, "")]
        yield Passage(session["title"][code], "\n\n".join(said), anchor=session["slug"])
    for item in body["materials"]:
        yield Passage(item["title"][code], item["text"][code], anchor=f"material-{item['slug']}")


KIND = Kind(
    "conference",
    _l("Conference"),
    fields=FIELDS,
    address=lambda slug: url_for("conference.conference", slug=slug),
    card=lambda body: {"year": body["year"]},
    passages=passages,
    section="conference",
    parts=lambda body: [Part(it["slug"], it["title"], it["slug"]) for it in body["sessions"]],
    part_target="session",
)
