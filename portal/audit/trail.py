"""Writing the audit trail and reading it back: each line is chained to the one before it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from markupsafe import Markup
from peewee import fn

from portal.audit.actions import ACTIONS, MACHINES, SYSTEM, WORDS
from portal.audit.models import Row
from portal.identity import people
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Mapping

Detail = str | int | bool

LONGEST_DETAIL = 200
"""Characters of a text in a detail."""

_COUNTER = "audit"
_NAMED = re.compile(r"%\((\w+)\)s")
_IDENT = re.compile(r"[^@\s]{0,210}")
_WAVE = re.compile(r"[a-z0-9-]{1,100}@[A-Za-z0-9._-]{1,100}")


class AuditError(Exception):
    """The trail was asked for what it never says: an unknown action, or a detail that may name somebody."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail.

    Attributes:
        at: UTC seconds.
        actor: a pseudonym, or `command`, `job`, `link` or `system`.
        action: one of `ACTIONS`.
        kind: what kind of object it was done to.
        ident: which one, by its id or slug.
        detail: counts, codes and ids.
    """

    id: int
    at: int
    actor: str
    action: str
    kind: str
    ident: str
    detail: Mapping[str, Detail]


def record(action: str, kind: str, ident: str, *, by: str | None = None, **detail: Detail) -> None:
    """Add a line, in the transaction of what it tells.

    It takes the tail of the chain and holds it until the transaction ends, so it comes last in there: two
    transactions that take it and a response in different orders would wait for each other.

    Args:
        action: one of `ACTIONS`.
        kind: the kind of object: `wave`, `person`, `response` …
        ident: its id or slug; empty where there is no single one.
        by: the actor, where it is not whoever this request, command or job belongs to.
        detail: what the action's sentence names, and whatever else may be asked later: codes, ids, counts.

    Raises:
        AuditError: for an unknown action, a missing detail, and whatever could name a person.
    """
    _check(action, kind, ident, detail)
    with store.write():
        counter = store.Counter
        counter.insert(name=_COUNTER, value=1).on_conflict(
            conflict_target=[counter.name], update={counter.value: counter.value + 1}
        ).execute()
        number = int(counter.get_by_id(_COUNTER).value)
        before = Row.get_by_id(number - 1).hash if number > 1 else ""
        line = Line(number, store.now(), by or people.who(), action, kind, ident, detail)
        Row.insert(
            id=line.id,
            at=line.at,
            actor=line.actor,
            action=action,
            kind=kind,
            ident=ident,
            detail=dict(detail),
            hash=_hash(before, line),
        ).execute()


def lines(kind: str, ident: str, limit: int = 10) -> list[Line]:
    """The newest lines about one object, newest first."""
    query = Row.select().where((Row.kind == kind) & (Row.ident == ident))
    return [line_of(row) for row in query.order_by(Row.id.desc()).limit(limit)]


def latest(limit: int = 10) -> list[Line]:
    """The newest lines about anything, newest first."""
    return [line_of(row) for row in Row.select().order_by(Row.id.desc()).limit(limit)]


def by_actor(pseudonym: str) -> list[Line]:
    """Everything one person did or had done to their account, oldest first."""
    own = (Row.actor == pseudonym) | ((Row.kind == "person") & (Row.ident == pseudonym))
    return [line_of(row) for row in Row.select().where(own).order_by(Row.id)]


def happened(action: str, since: int) -> bool:
    """Whether an action is on record at or after a time in seconds of UTC."""
    return bool(Row.select().where((Row.action == action) & (Row.at >= since)).exists())


def last() -> int:
    """The number of the newest line; 0 when there is none."""
    found = store.Counter.get_or_none(store.Counter.name == _COUNTER)
    return 0 if found is None else int(found.value)


def verify() -> int | None:
    """Walk the whole chain.

    Returns:
        The number of the first line that was altered or is missing; None when all is as it was written.
    """
    newest = int(Row.select(fn.MAX(Row.id)).scalar() or 0)
    end = last()  # read after the newest line: no line is there before its number is
    before, expected = "", 1
    columns = (Row.id, Row.at, Row.actor, Row.action, Row.kind, Row.ident, Row.detail, Row.hash)
    rows = Row.select(*columns).where(Row.id <= end).order_by(Row.id).tuples().iterator()
    for *content, kept in rows:
        line = Line(*content)
        if line.id != expected or kept != _hash(before, line):
            return min(line.id, expected)
        before, expected = kept, expected + 1
    return expected if expected <= max(end, newest) else None


def line_of(row: Row) -> Line:
    """A stored line as a value."""
    return Line(row.id, row.at, row.actor, row.action, row.kind, row.ident, row.detail)


def sentence(line: Line) -> Markup:
    """A line in the page's language, its names and codes kept apart from the words around them."""
    who = named(line.actor) if line.actor in MACHINES else _apart(named(line.actor))
    told = ACTIONS.get(line.action)
    if told is None:  # a line outlives the version that wrote it
        return Markup("{}: {}").format(who, _apart(line.action))
    text = str(told)
    words = {name: _word(name, value) for name, value in line.detail.items()}
    return Markup(text) % {**dict.fromkeys(_NAMED.findall(text), "–"), **words, "who": who}  # noqa: S704 - our own sentence


def named(actor: str) -> str:
    """Who an actor is, in the page's language."""
    return _("The portal") if actor == SYSTEM else people.named(actor)


def _word(name: str, value: Detail) -> object:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return value
    return WORDS.get(name, {}).get(value) or _apart(value)


def _apart(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _check(action: str, kind: str, ident: str, detail: Mapping[str, Any]) -> None:
    if action not in ACTIONS:
        raise AuditError(f"The audit trail knows no action {action!r}; add it to portal/audit/actions.py.")
    shape = _WAVE if kind == "wave" and "@" in ident else _IDENT
    if not shape.fullmatch(ident):
        raise AuditError(f"{action}: a {kind} is named by its id, or by slug@wave.")
    missing = {*_NAMED.findall(str(ACTIONS[action]))} - {"who", *detail}
    if missing:
        raise AuditError(f"{action}: its sentence needs the details {sorted(missing)}.")
    for name, value in detail.items():
        if not isinstance(value, str | int):
            raise AuditError(f"{action}: the detail {name} is neither text nor a whole number nor yes or no.")
        if isinstance(value, str) and ("@" in value or len(value) > LONGEST_DETAIL):
            raise AuditError(f"{action}: the detail {name} is too long, or looks like an address.")


def _hash(before: str, line: Line) -> str:
    content = [line.id, line.at, line.actor, line.action, line.kind, line.ident, dict(line.detail)]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()
