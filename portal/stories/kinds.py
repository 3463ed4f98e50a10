"""What lists, search and references are told of a case study, and what is refused beyond its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import content
from portal.content import Complaint, Kind
from portal.content.references import PATTERN
from portal.searching import Passage
from portal.stories import codes, media
from portal.stories.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.content.kinds import Body

NAME = "case-study"

TAKEN = frozenset({"compare"})
"""Names in addresses that are pages of the room itself."""


def _card(body: Body) -> Body:
    return {
        "city": body.get("city"),
        "country": body.get("country"),
        "province": body.get("province"),
        "provinces": _provinces(body),
        **{
            key: list(dict.fromkeys(body.get(key) or ()))
            for key in ("platforms", "audiences", "languages_of_service", "purposes")
        },
        "setting": body.get("setting"),
        "size": body.get("size") or "unknown",
        "year": _year(body),
        "switches": [
            {
                "from": switch["from"],
                "to": switch["to"],
                "when": switch.get("when"),
                "reasons": [reason["text"] for reason in switch.get("reasons") or ()],
            }
            for switch in body.get("switches") or ()
        ],
        "pilot": bool(body.get("pilot")),
    }


def _provinces(body: Body) -> list[str]:
    found = (body.get("province"), *(body.get("also_provinces") or ()))
    return [code for code in dict.fromkeys(found) if code]


def _year(body: Body) -> int | None:
    began = (body.get("period") or {}).get("from")
    return int(began[:4]) if began else None


def _passages(body: Body, code: str) -> Iterator[Passage]:
    """The case study, and each of its sections by itself, called by what the page calls it."""
    words = (content.document("vocabulary", "vocabulary") or {}).get("sections", {})
    facets = {"platform": list(dict.fromkeys(body["platforms"] or ())), "province": _provinces(body)}
    title, city = body["title"][code], (body.get("city") or {}).get(code, "")
    makers = ", ".join(by["name"] for by in body["created_by"] or ())
    named = (body.get("official_name") or {}).get("text", "")
    yield Passage(
        title, "\n\n".join(filter(None, (body["summary"][code], named, makers, city))), facets=facets
    )
    for section in codes.SECTIONS:
        said = body["sections"].get(section)
        if said:
            heading = words[section][code] if section in words else ""
            yield Passage(" · ".join(filter(None, (title, heading))), said["text"][code], section, facets)
    for number, medium in enumerate(body.get("media") or (), start=1):
        if medium.get("transcript"):
            yield Passage(medium["name"][code], medium["transcript"][code], f"medium-{number}", facets)


def _references(body: Body) -> Iterator[str]:
    """Facts and related things; what is no reference is left to the shape, which refuses it."""
    switches = [one for one in _listed(body, "switches") if isinstance(one, dict)]
    facts = [*_listed(body, "facts"), *(slug for switch in switches for slug in _listed(switch, "facts"))]
    named = [*(f"fact:{slug}" for slug in facts), *_listed(body, "related")]
    return (code for code in dict.fromkeys(map(str, named)) if PATTERN.fullmatch(f"[[{code}]]"))


def _listed(body: Body, key: str) -> list[Any]:
    found = body.get(key)
    return found if isinstance(found, list) else []


def _faults(body: Body) -> Iterator[Complaint]:
    """What its shape cannot tell: sources cited and not there, media that cannot be shown as they are."""
    if body.get("slug") in TAKEN:
        yield Complaint("slug", _("“%(name)s” is taken already.", name=body["slug"]))
    yield from _source_faults(body)
    period = body.get("period") or {}
    if period.get("from") and period.get("to") and period["to"] < period["from"][: len(period["to"])]:
        yield Complaint("period.to", _("It ends before it begins."))
    for number, medium in enumerate(body.get("media") or (), start=1):
        yield from _medium_faults(medium, f"media.{number}")
    for number, code in enumerate(body.get("related") or (), start=1):
        found = PATTERN.fullmatch(f"[[{code}]]")
        if found is None or found["kind"] not in codes.RELATED:
            sentence = _(
                "“%(value)s” is no reference to one of: %(kinds)s.",
                value=code,
                kinds=", ".join(codes.RELATED),
            )
            yield Complaint(f"related.{number}", sentence)


def _source_faults(body: Body) -> Iterator[Complaint]:
    named = [source["id"] for source in body["sources"]]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield Complaint("sources", _("Two sources are called “%(name)s”.", name=name))
    for place, name in _cited(body):
        if name not in named:
            yield Complaint(place, _("There is no source called “%(name)s”.", name=name))


def _cited(body: Body) -> Iterator[tuple[str, str]]:
    """Where each source is cited: the place, and the name."""
    for section, said in body["sections"].items():
        yield from ((f"sections.{section}.sources", name) for name in (said or {}).get("sources") or ())
    for number, conflict in enumerate(body.get("conflicts") or (), start=1):
        yield from ((f"conflicts.{number}.sources", name) for name in conflict["sources"])
    for number, switch in enumerate(body.get("switches") or (), start=1):
        for other, reason in enumerate(switch.get("reasons") or (), start=1):
            yield f"switches.{number}.reasons.{other}.source", reason["source"]
    for number, quotation in enumerate(body.get("quotations") or (), start=1):
        yield f"quotations.{number}.source", quotation["source"]
    for number, medium in enumerate(body.get("media") or (), start=1):
        if medium.get("named_in"):
            yield f"media.{number}.named_in", medium["named_in"]


def _medium_faults(medium: Body, place: str) -> Iterator[Complaint]:
    address = medium.get("address")
    if address and medium["kind"] == "image":
        for key in ("alternative", "credit", "licence"):
            if not medium.get(key):
                yield Complaint(f"{place}.{key}", _("This is missing; fill it in."))
    if medium.get("provider") and address and media.frame(medium) is None:
        yield Complaint(f"{place}.address", _("This is not the address of a video of that site."))
    if media.is_own(address):
        for number, captions in enumerate(medium.get("captions") or (), start=1):
            if not media.is_own(captions["address"]):
                sentence = _("Captions of a video of this portal must be files of this portal too.")
                yield Complaint(f"{place}.captions.{number}.address", sentence)


VOCABULARY = Kind("vocabulary", _l("Words of the case studies"), title=lambda _body: {})

STORY = Kind(
    NAME,
    _l("Case study"),
    fields=FIELDS,
    address=lambda slug: url_for("stories.story", slug=slug),
    card=_card,
    passages=_passages,
    references=_references,
    section="case-studies",
    target="case",
    check=_faults,
)

KINDS = (VOCABULARY, STORY)
"""Case studies, and what the codes in them are called."""
