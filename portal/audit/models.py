"""The table of the audit trail."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, Model

from surveys.responses import store
from surveys.responses.documents import DocumentField


class Row(Model):
    """One line as stored; the database refuses to change or delete it.

    Attributes:
        id: 1, 2, 3 … without a gap.
        hash: SHA-256 over the hash of the line before and this line's own content.
    """

    id = BigIntegerField(primary_key=True)
    at = BigIntegerField()
    actor = CharField(max_length=40, index=True)
    action = CharField(max_length=60, index=True)
    kind = CharField(max_length=40)
    ident = CharField(max_length=210)
    detail = DocumentField()
    hash = CharField(max_length=64)

    class Meta:
        """The lines about one object are looked up together."""

        database = store.database
        table_name = "audit"
        indexes = ((("kind", "ident"), False),)
