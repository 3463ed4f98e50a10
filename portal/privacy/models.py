"""The table of what of each wave is erased when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model

from surveys.responses import store
from surveys.responses.documents import DocumentField


class Retention(Model):
    """One kind of personal data of one wave.

    Attributes:
        kind: `unfinished`, `identifiers` or `records`.
        due_on: the first UTC day on which it may be erased, YYYY-MM-DD.
        announced_at: when the administrators were told, in seconds of UTC; None while they were not.
        done_at: when it was erased.
        counts: what went, by name of the kind of entry.
    """

    id = AutoField()
    wave = ForeignKeyField(store.Wave, on_delete="CASCADE")
    kind = CharField(max_length=20)
    due_on = CharField(max_length=10)
    announced_at = BigIntegerField(null=True)
    done_at = BigIntegerField(null=True)
    counts = DocumentField(null=True)

    if TYPE_CHECKING:
        wave_id: str

    class Meta:
        """Each kind once for a wave."""

        database = store.database
        table_name = "retention"
        indexes = ((("wave", "kind"), True),)
