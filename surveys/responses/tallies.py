"""Exact tables as counted last, question by question: derived, so that no page counts 5,000 responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import JOIN, fn

from surveys.responses import changes, store
from surveys.responses.rows import wave_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveys.responses.model import Wave

WHOLE_WAVE = ""
"""The name under which a tally keeps what concerns no single question."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted.

    Attributes:
        counted_at: when, in seconds of UTC.
        newer: how many changes of the wave's responses came since.
        body: the JSON document that was kept.
    """

    counted_at: int
    newer: int
    body: Mapping[str, Any]


def keep(wave: Wave, sequence: int, bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep what was counted, in place of what was kept before.

    Args:
        wave: the wave.
        sequence: the newest line of the change feed when the counting began.
        bodies: question, or `WHOLE_WAVE` -> JSON document.
    """
    row, at = store.Tally, store.now()
    with store.write():
        store.lock(store.Wave, wave.id)
        if row.select().where((row.wave == wave.id) & (row.sequence > sequence)).exists():
            return  # another count, begun later, was quicker
        row.delete().where(row.wave == wave.id).execute()
        for question, body in bodies.items():
            row.create(wave=wave.id, question=question, sequence=sequence, counted_at=at, body=dict(body))


def kept(wave: Wave, question: str = WHOLE_WAVE) -> Tally | None:
    """What was counted last, or None when nothing was."""
    found = store.Tally.get_or_none((store.Tally.wave == wave.id) & (store.Tally.question == question))
    if found is None:
        return None
    change = store.Change
    newer = change.select().where((change.wave == wave.id) & (change.sequence > found.sequence)).count()
    return Tally(found.counted_at, newer, found.body)


def out_of_date() -> list[Wave]:
    """The waves whose responses changed since they were counted last."""
    change, tally = store.Change, store.Tally
    newest = change.select(change.wave, fn.MAX(change.sequence).alias("newest")).group_by(change.wave)
    query = (
        store.Wave.select()
        .join(newest, on=(newest.c.wave == store.Wave.id))
        .join(tally, JOIN.LEFT_OUTER, on=((tally.wave == store.Wave.id) & (tally.question == WHOLE_WAVE)))
        .where(tally.sequence.is_null() | (tally.sequence < newest.c.newest))
        .order_by(store.Wave.id)
    )
    return [wave_value(row) for row in query]


def forget(wave: Wave) -> None:
    """Throw away what was counted."""
    with store.write():
        store.Tally.delete().where(store.Tally.wave == wave.id).execute()


def position() -> int:
    """The newest line of the change feed, to be read before counting begins."""
    return changes.last()
