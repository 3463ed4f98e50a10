"""Dated facts: what is stated now, what was stated before, and whether it was to be checked again by now.

A fact is a list of statements that only grows, oldest first. The last one that was not withdrawn is current.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import content, filters, jobs
from portal.languages import LOCALES, language
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from flask import Flask

    from portal.jobs import Running

KIND = "fact"

CURRENT, SUPERSEDED, WITHDRAWN = "current", "superseded", "withdrawn"

LOOKS_BACK = timedelta(days=7)
"""How long after a review day its passing is still told, should the worker have stood still."""

TASK = "review-facts"
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a fact.

    Attributes:
        id: its name within the fact.
        text: the value in words, as a sentence quotes it, by language.
        value: the number, or None where it is none.
        as_of: the day, month or year it was true; None where the source gives none.
        as_of_note: what is known of the date beyond that, by language.
        sources: each with `name` by language and `address`; the first is the one it rests on.
        review_by: the day by which it is to be checked again; None where it tells of a time past.
        platform: code, or None.
        note: a sentence beside it, by language, or None.
        withdrawn: `reason` by language and the day `on`, or None.
    """

    id: str
    text: Mapping[str, str]
    value: float | None
    as_of: str | None
    as_of_note: Mapping[str, str] | None
    sources: tuple[Mapping[str, Any], ...]
    review_by: str | None
    platform: str | None
    note: Mapping[str, str] | None
    withdrawn: Mapping[str, Any] | None

    def expired(self, on: str) -> bool:
        """Whether its review day has passed.

        Args:
            on: a day, YYYY-MM-DD.
        """
        return self.review_by is not None and self.review_by < on


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with its whole history.

    Attributes:
        subject: what it is about, by language.
        unit: code of what its values count.
        area: code of the part of the list it stands in.
        statements: oldest first.
    """

    slug: str
    subject: Mapping[str, str]
    unit: str
    area: str
    statements: tuple[Statement, ...]

    @property
    def current(self) -> Statement | None:
        """The last statement that was not withdrawn; None when all were."""
        return next((one for one in reversed(self.statements) if one.withdrawn is None), None)

    @property
    def platforms(self) -> Collection[str]:
        """Codes of the platforms it tells of, in the order of its statements."""
        return list(dict.fromkeys(one.platform for one in self.statements if one.platform))

    def stated(self, pin: str = "") -> Statement | None:
        """The statement of a name, withdrawn or not; the current one for ""; None where there is none."""
        if not pin:
            return self.current
        return next((one for one in self.statements if one.id == pin), None)

    def state(self, statement: Statement) -> str:
        """Whether one of its statements is `current`, `superseded` or `withdrawn`."""
        if statement.withdrawn is not None:
            return WITHDRAWN
        return CURRENT if statement == self.current else SUPERSEDED

    def expired(self, on: str) -> bool:
        """Whether what it states now was to be checked again before a day."""
        return self.current is not None and self.current.expired(on)


def of(slug: str, body: Mapping[str, Any]) -> Fact:
    """A fact as its document tells it."""
    statements = tuple(
        Statement(
            id=one["id"],
            text=one["text"],
            value=one.get("value"),
            as_of=one.get("as_of"),
            as_of_note=one.get("as_of_note"),
            sources=(one["source"], *(one.get("also") or ())),
            review_by=one.get("review_by"),
            platform=one.get("platform") or body.get("platform"),
            note=one.get("note"),
            withdrawn=one.get("withdrawn"),
        )
        for one in body["statements"]
    )
    return Fact(slug, body["subject"], body["unit"], body["area"], statements)


def find(slug: str) -> Fact | None:
    """One fact, or None."""
    body = content.document(KIND, slug)
    return None if body is None else of(slug, body)


def several(slugs: Iterable[str]) -> list[Fact]:
    """The facts of these slugs, in that order; unknown ones are left out."""
    found = ((slug, content.document(KIND, slug)) for slug in slugs)
    return [of(slug, body) for slug, body in found if body is not None]


def every() -> list[Fact]:
    """All facts, in their order."""
    return [of(body["slug"], body) for body in content.documents(KIND)]


def today() -> str:
    """The present day in UTC, YYYY-MM-DD."""
    return store.day(store.now())


def overdue(review_by: str) -> str:
    """What a page says of a statement whose review day has passed."""
    day = filters.day(review_by)
    return _("This was to be checked again by %(day)s; it may have changed.", day=day)


def overdue_in_brackets(review_by: str) -> str:
    """The same for use within a sentence."""
    return _("to be checked again by %(day)s; it may have changed", day=filters.day(review_by))


def when(statement: Statement, code: str) -> str:
    """When a statement was true, as far as its source says.

    Args:
        statement: the statement.
        code: the language to say it in.

    Raises:
        MissingTextError: where neither a date nor a note on it was written.
    """
    if statement.as_of is None or statement.as_of_note:
        return filters.in_language(statement.as_of_note or {}, code)
    return _day(statement.as_of, code)


def _day(known: str, code: str) -> str:
    """A day, month or year in words, without a page: cards hold every language at once."""
    if len(known) == len("2026"):
        return known
    if len(known) == len("2026-01"):
        return str(format_date(date.fromisoformat(f"{known}-01"), "MMMM y", LOCALES[code]))
    on = date.fromisoformat(known)
    written = str(format_date(on, "long", LOCALES[code]))
    return written.replace("1 ", "1er ", 1) if code == "fr" and on.day == 1 else written


def dated(statement: Statement, code: str) -> str:
    """A statement with its date, in a language."""
    return f"{filters.in_language(statement.text, code)} ({when(statement, code)})"


def cited(statement: Statement, code: str | None = None) -> str:
    """A statement with its date and the source it rests on, in a language; in the page's by default."""
    code = code or language()
    text, source = (filters.in_language(it, code) for it in (statement.text, statement.sources[0]["name"]))
    semicolon = "؛" if code == "ar" else ";"
    return f"{text} ({when(statement, code)}{semicolon} {source})"


def due_lately(facts: Iterable[Fact], on: str) -> list[str]:
    """Slugs of the facts whose review day passed within the last week before a day."""
    since = (date.fromisoformat(on) - LOOKS_BACK).isoformat()
    stated = ((fact.slug, fact.current) for fact in facts)
    return [slug for slug, now in stated if now and now.review_by and since <= now.review_by < on]


@jobs.task(TASK, title=_l("Mark the facts that are to be checked again"))
def review(_job: Running) -> Mapping[str, Any]:
    """Have public pages made anew where a fact's review day has passed: they say so from now on."""
    passed = due_lately(every(), today())
    if passed:
        with store.write():
            content.changed()
    return {"passed": len(passed)}


jobs.periodic(TASK, task=TASK, every=DAY)


def install(app: Flask) -> None:
    """Give templates a fact by its slug, the day it is, and what to say of an old one."""
    app.jinja_env.globals.update(dated_fact=find, dated_today=today, overdue=overdue, cited_fact=cited)
