"""What a dated fact is made of, and what lists, search and references are told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal import dated_facts
from portal.content import Kind
from portal.content.shapes import Choice, Day, Line, Link, Many, Number, One, Words
from portal.facts import statements
from portal.filters import in_language
from portal.languages import LANGUAGES
from portal.searching import Passage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from portal.dated_facts import Statement

PREVIOUSLY = {"en": "Previously: {}", "fr": "Auparavant : {}", "ar": "سابقًا: {}"}
"""What stands before a superseded value where search finds it."""

AREAS = ("limits", "groups", "scan", "surveys", "sector")
"""Parts of the list, in its order; what they are called is the content's matter, as for units."""

UNITS = (
    "members", "staff", "people", "organizations", "pilots", "languages", "hours", "percent", "cad",
    "million_cad", "gigabytes", "chats", "responses", "interviews", "groups", "cities", "communities",
    "items",
)  # fmt: skip

QUALIFIERS = ("exactly", "more_than", "almost", "about", "at_most", "at_least")

PLATFORMS = (
    "whatsapp", "telegram", "signal", "messenger", "wechat", "sms", "facebook_group", "live_chat", "app",
)  # fmt: skip

SOURCE = (
    Words("name", _l("Name of the source")),
    Link("address", _l("Address"), required=True),
)

STATEMENT = (
    Line("id", _l("Name of the statement"), required=True, pattern=r"[A-Za-z0-9._-]+"),
    Number("value", _l("Value")),
    Choice("qualifier", _l("How exact it is"), required=True, options=QUALIFIERS),
    Choice("platform", _l("Platform"), options=PLATFORMS),
    Words("text", _l("The value as a sentence quotes it")),
    Day("as_of", _l("True on"), hint=_l("As far as the source says: a year, a month or a day.")),
    Words("as_of_note", _l("What is known of the date"), required=False),
    One("source", _l("Source"), required=True, fields=SOURCE),
    Many("also", _l("Further sources"), fields=SOURCE),
    Day("review_by", _l("To be checked again by"), hint=_l("Empty where it tells of a time past.")),
    Words("note", _l("Note"), required=False),
    One(
        "withdrawn",
        _l("Withdrawn"),
        fields=(Words("reason", _l("Reason")), Day("on", _l("On"), required=True)),
    ),
)

FIELDS = (
    Choice("area", _l("Part of the list"), required=True, options=AREAS),
    Words("subject", _l("What it is about")),
    Choice("unit", _l("Unit"), required=True, options=UNITS),
    Choice("platform", _l("Platform"), options=PLATFORMS),
    Many("statements", _l("Statements, the oldest first"), required=True, fields=STATEMENT),
)


def card(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What lists and references need: the current statement, and each by its name."""
    fact = dated_facts.of("", body)
    now = fact.current
    return {
        "area": fact.area,
        "platforms": list(fact.platforms),
        "current": None
        if now is None
        else {"text": now.text, "as_of": now.as_of, "as_of_note": now.as_of_note, "review_by": now.review_by},
        "brief": None if now is None else _each(dated_facts.dated, now),
        "stated": {one.id: {"text": one.text, "state": fact.state(one)} for one in fact.statements},
    }


def quoted(known: Mapping[str, Any], pin: str, said: str) -> Markup:
    """What a sentence shows of a fact: the value in words, leading to the fact, and whether it may be old.

    Args:
        known: the fact's card.
        pin: the statement it is held to, or "".
        said: words of the sentence's own in place of the value, or "".
    """
    now = known["current"]
    words = known["stated"][pin]["text"] if pin else (now["text"] if now else None)
    shown = _("a figure that was withdrawn") if words is None else in_language(words)
    address = url_for("facts.fact", slug=known["slug"])
    link = Markup('<a class="fact" href="{}">{}</a>').format(address, said or shown)
    note = _beside(known, pin)
    return link + Markup(' <span class="small">({})</span>').format(note) if note else link


def _beside(known: Mapping[str, Any], pin: str) -> str:
    now = known["current"]
    if pin:
        return _("withdrawn") if known["stated"][pin]["state"] == dated_facts.WITHDRAWN else ""
    if now and now["review_by"] and now["review_by"] < dated_facts.today():
        return dated_facts.overdue_in_brackets(now["review_by"])
    return ""


def _summary(body: Mapping[str, Any]) -> Mapping[str, str]:
    fact = dated_facts.of("", body)
    return fact.subject if fact.current is None else _each(dated_facts.cited, fact.current)


def _each(words: Callable[[Statement, str], str], statement: Statement) -> Mapping[str, str]:
    """What is said of a statement in each language."""
    return {code: words(statement, code) for code in LANGUAGES}


def _passages(body: Mapping[str, Any], code: str) -> Iterator[Passage]:
    """What holds now stands first, so that an excerpt does not pass off an older value as today's."""
    fact = dated_facts.of("", body)
    said = []
    if fact.current is not None:
        said = [dated_facts.cited(fact.current, code)]
        said += [fact.current.note[code]] if fact.current.note else []
    for one in reversed(fact.statements):
        if fact.state(one) == dated_facts.SUPERSEDED:
            said.append(PREVIOUSLY[code].format(dated_facts.dated(one, code)))
            said += [one.note[code]] if one.note else []
    text = "\n\n".join(dict.fromkeys(said))
    yield Passage(fact.subject[code], text, facets={"platform": list(fact.platforms)})


FACT = Kind(
    name=dated_facts.KIND,
    label=_l("Dated fact"),
    fields=FIELDS,
    title=lambda body: body["subject"],
    summary=_summary,
    address=lambda slug: url_for("facts.fact", slug=slug),
    card=card,
    passages=_passages,
    section="facts",
    target="fact",
    quoted=quoted,
    pins=lambda known: known["stated"],
    check=statements.faults,
    guard=statements.guard,
)

WORDS = Kind("fact-words", _l("Words of the dated facts"), title=lambda _body: {})

KINDS = (FACT, WORDS)
