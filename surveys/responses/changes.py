"""The change feed: what happened to responses, in the one order in which it was committed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from surveys.responses import store

Kind = Literal["submitted", "edited", "accepted", "withdrawn", "removed"]

_NEXT = "change"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the feed.

    Attributes:
        sequence: 1, 2, 3 …; a reader remembers the last it has seen. Only lines of a removed wave go missing.
        kind: `removed` is a whole wave taken away, its `response` is then empty.
        revision: the submitted revision from this change on; 0 when nothing stands any more.
        changed_at: seconds of UTC.
    """

    sequence: int
    kind: Kind
    wave: str
    response: str
    revision: int
    changed_at: int


def append(kind: Kind, *, wave: str, response: str, revision: int, at: int) -> int:
    """Add a line, inside the transaction that makes the change; returns its sequence number.

    The number is taken from one row that stays locked until the transaction ends: the next writer waits,
    so numbers become visible in their order and a rollback gives its number back.
    """
    counter = store.Counter
    counter.insert(name=_NEXT, value=1).on_conflict(
        conflict_target=[counter.name], update={counter.value: counter.value + 1}
    ).execute()
    sequence = int(counter.get_by_id(_NEXT).value)
    store.Change.insert(
        sequence=sequence, kind=kind, wave=wave, response=response, revision=revision, changed_at=at
    ).execute()
    return sequence


def since(sequence: int, limit: int = 10_000) -> list[Change]:
    """The lines after a sequence number, oldest first.

    Args:
        sequence: the last line already seen, 0 for none.
        limit: the most lines to return; fewer than that means there is no more at this moment.
    """
    row = store.Change
    query = row.select().where(row.sequence > sequence).order_by(row.sequence).limit(limit)
    return [
        Change(
            sequence=found.sequence,
            kind=cast("Kind", found.kind),
            wave=found.wave,
            response=found.response,
            revision=found.revision,
            changed_at=found.changed_at,
        )
        for found in query
    ]


def last() -> int:
    """The sequence number of the newest line, 0 when there is none."""
    found = store.Counter.get_or_none(store.Counter.name == _NEXT)
    return 0 if found is None else int(found.value)
