"""The kinds of documents of the toolkit: its frame, stages with their steps, checklists, and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import content
from portal.content import Complaint, Kind, Part
from portal.content.shapes import Choice, Choices, Day, Flag, Line, Link, Many, Number, One, Ref, Words
from portal.searching import Passage
from portal.toolkit.templates import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Body = Mapping[str, Any]

ORIGINS = ("source", "adapted", "own")
"""Where a name or an idea comes from: the project's published list, a named source, or us."""

SAMPLES = ("policies", "guidelines", "tools")
"""Kinds of samples that the project named beside checklists."""

FIELD_KINDS = ("line", "lines", "choice", "languages", "hours")

NAME = r"[a-z][a-z0-9_]*"
ITEM = r"[a-z0-9]{1,12}"
"""Stands in addresses and on readers’ devices."""


class Sources:
    """The slugs of the toolkit's sources, read from its frame when a document is checked."""

    def __iter__(self) -> Iterator[str]:
        """Each slug in turn."""
        frame = content.document("toolkit", "toolkit") or {}
        return iter([source["slug"] for source in frame.get("sources", ())])


def _origin() -> Choice:
    return Choice("origin", _l("Where it comes from"), options=ORIGINS, required=True)


CODED = (Line("code", _l("Code"), required=True, pattern=NAME), Words("label", _l("Label")))

FRAME = Kind(
    "toolkit",
    _l("Toolkit"),
    fields=(
        Words("title", _l("Title")),
        Words("lead", _l("Introduction"), long=True),
        Words("note", _l("Note"), long=True),
        Words("origins_note", _l("Where the texts come from"), long=True),
        One(
            "origins",
            _l("Origin marks"),
            required=True,
            fields=(
                Words("source", _l("A name from the source")),
                Words("adapted", _l("An idea from a source")),
                Words("own", _l("Our own addition")),
            ),
        ),
        Words("licence", _l("Licence")),
        Many(
            "sources",
            _l("Sources"),
            fields=(
                Line("slug", _l("Short name"), required=True),
                Words("title", _l("Title")),
                Link("address", _l("Address"), required=True),
                Day("as_of", _l("Date")),
            ),
        ),
        One(
            "document",
            _l("Words around a document"),
            required=True,
            fields=(
                Words("notice", _l("Notice"), long=True),
                Words("blanks", _l("Heading of the table of blanks")),
                Words("blank", _l("First column")),
                Words("wording", _l("Second column")),
                Words("header", _l("Line above each page")),
                Words("footer", _l("Line below each page")),
                Words("message", _l("Heading of a message")),
                Many("days", _l("Days offered"), required=True, fields=CODED),
                Words("times", _l("From one time to another")),
                Words("hours", _l("Days and times together")),
            ),
        ),
    ),
    summary=lambda body: body["lead"],
    address=lambda _slug: url_for("toolkit.index"),
    passages=lambda body, code: [Passage(body["title"][code], body["lead"][code])],
)

STEP = (
    Line("slug", _l("Short name"), required=True),
    _origin(),
    Choices("sources", _l("Sources"), options=Sources()),
    Words("title", _l("Title")),
    Words("body", _l("Text"), long=True, markdown=True),
    Many("tips", _l("Tips"), fields=(Words("text", _l("Tip")),)),
    Ref("case_studies", _l("Examples"), kind="case-study", many=True),
)


def _stage_passages(body: Body, code: str) -> Iterator[Passage]:
    yield Passage(body["title"][code], body["lead"][code])
    for step in body["steps"]:
        tips = [tip["text"][code] for tip in step.get("tips") or ()]
        yield Passage(step["title"][code], "\n\n".join([step["body"][code], *tips]), step["slug"])


def _cases(body: Body) -> Iterator[str]:
    for part in (body, *body["steps"]):
        for slug in part.get("case_studies") or ():
            yield f"case:{slug}"


STAGE = Kind(
    "stage",
    _l("Stage of the toolkit"),
    fields=(
        _origin(),
        Choices("sources", _l("Sources"), options=Sources()),
        Words("title", _l("Title")),
        Words("lead", _l("Introduction")),
        Ref("case_studies", _l("Examples"), kind="case-study", many=True),
        Many("steps", _l("Steps"), required=True, fields=STEP),
    ),
    summary=lambda body: body["lead"],
    address=lambda slug: url_for("toolkit.stage", slug=slug),
    passages=_stage_passages,
    references=_cases,
    section="toolkit",
    parts=lambda body: [Part(step["slug"], step["title"], step["slug"]) for step in body["steps"]],
    part_target="step",
    check=lambda body: _twice(body["steps"], "slug", "steps"),
)

CHECKLIST = Kind(
    "checklist",
    _l("Checklist"),
    fields=(
        Words("title", _l("Title")),
        Words("intro", _l("Introduction")),
        Many(
            "items",
            _l("Items"),
            required=True,
            fields=(Line("id", _l("Short name"), required=True, pattern=ITEM), Words("text", _l("Sentence"))),
        ),
    ),
    summary=lambda body: body["intro"],
    address=lambda slug: url_for("toolkit.checklist", slug=slug),
    passages=lambda body, code: [
        Passage(body["title"][code], "\n\n".join([body["intro"][code], *_items(body, code)]))
    ],
    section="toolkit",
    target="checklist",
    check=lambda body: _twice(body["items"], "id", "items"),
)


def _items(body: Body, code: str) -> list[str]:
    return [item["text"][code] for item in body["items"]]


def _twice(groups: list[Body], key: str, place: str) -> Iterator[Complaint]:
    """Names that stand twice in a list, where each must be found by its name."""
    seen: set[str] = set()
    for number, group in enumerate(groups, start=1):
        if group[key] in seen:
            yield Complaint(f"{place}.{number}.{key}", _("“%(name)s” is taken already.", name=group[key]))
        seen.add(group[key])


def _template_faults(body: Body) -> Iterator[Complaint]:
    yield from _twice(body["fields"], "name", "fields")
    known = {field["name"] for field in body["fields"]}
    for number, field in enumerate(body["fields"], start=1):
        if field["kind"] == "choice" and not field.get("options"):
            yield Complaint(f"fields.{number}.options", _("Give the options to choose from."))
    texts = {f"sections.{n}.text": section["text"] for n, section in enumerate(body["sections"], start=1)}
    if body.get("message"):
        texts["message"] = body["message"]
    for place, text in texts.items():
        for code, written in text.items():
            for name in sorted({*BLANK.findall(written)} - known):
                sentence = _("There is no field for the blank {%(name)s}.", name=name)
                yield Complaint(f"{place}.{code}", sentence)


SOUGHT_AS = {
    "en": "Template, text to copy, wording",
    "fr": "Modèle, texte à copier, formulation",
    "ar": "نموذج، نص للنسخ، صيغة",
}
"""What a template is, in the words in which people look for one."""


def _template_passages(body: Body, code: str) -> list[Passage]:
    labels = {field["name"]: field["label"][code] for field in body["fields"]}

    def readable(text: str) -> str:
        return BLANK.sub(lambda found: labels.get(found[1], found[0]), text)

    sections = [f"{section['heading'][code]}\n\n{section['text'][code]}" for section in body["sections"]]
    message = (body.get("message") or {}).get(code, "")
    written = readable("\n\n".join([body["intro"][code], message, *sections]))
    return [Passage(body["title"][code], f"{written}\n\n{SOUGHT_AS[code]}")]


TEMPLATE = Kind(
    "template",
    _l("Template"),
    fields=(
        _origin(),
        Choice("sample", _l("Kind of sample"), options=SAMPLES, required=True),
        Words("title", _l("Title")),
        Words("intro", _l("Introduction"), long=True),
        Many(
            "fields",
            _l("Blanks"),
            required=True,
            fields=(
                Line("name", _l("Short name"), required=True, pattern=NAME),
                Choice("kind", _l("Kind of field"), options=FIELD_KINDS, required=True),
                Words("label", _l("Label")),
                Words("hint", _l("Hint"), required=False),
                Words("example", _l("Example"), required=False),
                Number("longest", _l("Most characters")),
                Many("options", _l("Options"), fields=CODED),
            ),
        ),
        Words("message", _l("Message to copy"), long=True, required=False),
        Many(
            "sections",
            _l("Sections"),
            required=True,
            fields=(
                Words("heading", _l("Heading")),
                Words("text", _l("Text"), long=True),
                Flag("members", _l("Written for members, to be copied")),
            ),
        ),
    ),
    summary=lambda body: body["intro"],
    address=lambda slug: url_for("toolkit.template", slug=slug),
    passages=_template_passages,
    card=lambda body: {"sample": body["sample"]},
    section="toolkit",
    target="template",
    check=_template_faults,
)

KINDS = (FRAME, STAGE, CHECKLIST, TEMPLATE)
