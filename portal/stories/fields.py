"""The shape of a case study, as editors fill it in; what is not in a source stays empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.content.shapes import (
    Choice,
    Choices,
    Complaint,
    Day,
    Flag,
    Line,
    Link,
    Many,
    Names,
    One,
    Ref,
    Words,
)
from portal.languages import LANGUAGES
from portal.stories import codes, media

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class File(Link):
    """An address on the web, or the path of a file of this portal."""

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """A whole address, or a path."""
        if not isinstance(value, str) or not media.is_own(value):
            for _fault in Link.faults(self, value, place):
                sentence = _(
                    "Write the whole address, beginning with https://, or the path of a file of this portal."
                )
                yield Complaint(place, sentence)


OFFICIAL = (
    Line("text", _l("Title as published"), required=True),
    Line("language", _l("Language"), required=True),
)

MAKER = (Line("name", _l("Name"), required=True), Line("language", _l("Language of the name")))

SOURCE = (
    Line("id", _l("Name in the text"), required=True),
    Words("name", _l("Source")),
    Link("address", _l("Address")),
    Day("as_of", _l("Date")),
    Words("as_of_note", _l("What is known of its date"), required=False),
)

SAID = (Words("text", _l("Text"), long=True, markdown=True), Names("sources", _l("Sources"), required=True))

REASON = (Words("text", _l("Text")), Line("source", _l("Source"), required=True))

SWITCH = (
    Choice("from", _l("From platform"), required=True, options=codes.PLATFORMS),
    Choice("to", _l("To platform"), required=True, options=codes.PLATFORMS),
    Day("when", _l("When")),
    Words("when_note", _l("What is known of its date"), required=False),
    Many("reasons", _l("Reasons given"), fields=REASON),
    Ref("facts", _l("Dated limits"), kind="fact", many=True),
    Words("caution", _l("Caution"), required=False),
)

QUOTATION = (
    Words("text", _l("Quotation")),
    Choice("language", _l("Language of the original"), required=True, options=codes.LANGUAGES_OF_SERVICE),
    Words("by", _l("Who said it"), hint=_l("A role, never a person’s name.")),
    Line("source", _l("Source"), required=True),
)

CAPTIONS = (
    Choice("language", _l("Language"), required=True, options=tuple(LANGUAGES)),
    File("address", _l("Address"), required=True),
)

MEDIUM = (
    Choice("kind", _l("Kind"), required=True, options=codes.MEDIA),
    Words("name", _l("Name")),
    One("official_title", _l("Title as published"), fields=OFFICIAL),
    File("address", _l("Address"), hint=_l("Empty where a source names it and it was not found.")),
    Choice("provider", _l("Site that shows the video"), options=tuple(media.PROVIDERS)),
    Words("alternative", _l("What the image shows, in words"), required=False),
    Line("credit", _l("Credit")),
    Line("licence", _l("Licence")),
    Many("captions", _l("Captions"), fields=CAPTIONS),
    Words("transcript", _l("Transcript"), required=False, long=True, markdown=True),
    Line("named_in", _l("Source that names it")),
)

FIELDS = (
    One("official_name", _l("Name as published"), fields=OFFICIAL),
    Words("title", _l("Title"), hint=_l("A sentence that says what happened.")),
    Words("summary", _l("Summary"), long=True),
    Many("created_by", _l("Created by"), fields=MAKER),
    Flag("pilot", _l("Pilot of the project")),
    Words("city", _l("City"), required=False),
    Choice("country", _l("Country"), required=True, options=codes.COUNTRIES),
    Choice("province", _l("Province or territory"), options=codes.PROVINCES),
    Choices("also_provinces", _l("Other provinces and territories"), options=codes.PROVINCES),
    Choices("platforms", _l("Platforms"), options=codes.PLATFORMS),
    Choices("audiences", _l("Audiences"), options=codes.AUDIENCES),
    Choices("languages_of_service", _l("Languages of service"), options=codes.LANGUAGES_OF_SERVICE),
    Choices("purposes", _l("Purposes"), options=codes.PURPOSES),
    Choice("setting", _l("Reach"), options=codes.SETTINGS),
    Choice("size", _l("Size of the group"), required=True, options=codes.SIZES),
    One("period", _l("Period"), fields=(Day("from", _l("When it began")), Day("to", _l("When it ended")))),
    One(
        "sections",
        _l("Sections"),
        required=True,
        fields=(
            One("what_it_is", _l("What it is"), fields=SAID),
            One("why_started", _l("Why it started"), fields=SAID),
            One("why_platform", _l("Why this platform"), fields=SAID),
            One("how_it_runs", _l("How it runs"), fields=SAID),
            One("evaluated", _l("How it was evaluated"), fields=SAID),
            One("results", _l("What came of it"), fields=SAID),
            One("lessons", _l("Lessons"), fields=SAID),
        ),
    ),
    Ref("facts", _l("Dated facts"), kind="fact", many=True),
    Many("switches", _l("Changes of platform"), fields=SWITCH),
    Many("quotations", _l("Quotations"), fields=QUOTATION),
    Many("conflicts", _l("Where the sources disagree"), fields=SAID),
    Many("media", _l("Video, images and documents"), fields=MEDIUM),
    Names(
        "related",
        _l("Related"),
        hint=_l("As references write them: case:ottawa-group, step:right-for-you/what-it-asks."),
    ),
    Line("contact", _l("Contact")),
    Line("licence", _l("Licence of this text"), required=True),
    Many("sources", _l("Sources"), required=True, fields=SOURCE),
)
