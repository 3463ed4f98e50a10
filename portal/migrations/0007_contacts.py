"""Where organizations are written to, and the exact tables as counted last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model, TextField

if TYPE_CHECKING:
    from peewee import Database


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Wave(Frozen):
    id = CharField(primary_key=True, max_length=32)


class Participant(Frozen):
    id = AutoField()


class Contact(Frozen):
    participant = ForeignKeyField(Participant, primary_key=True, on_delete="CASCADE")
    email = CharField(max_length=254)
    language = CharField(max_length=16)


class Tally(Frozen):
    wave = ForeignKeyField(Wave, on_delete="CASCADE")
    question = CharField(max_length=100)
    sequence = BigIntegerField()
    counted_at = BigIntegerField()
    body = TextField()

    class Meta:
        indexes = ((("wave", "question"), True),)


TABLES = [Contact, Tally]


def up(_migrator: Any, db: Database) -> None:
    """Make the tables."""
    with db.bind_ctx([Wave, Participant, *TABLES]):
        db.create_tables(TABLES, safe=False)


def down(_migrator: Any, db: Database) -> None:
    """Drop the tables, and every address with them."""
    with db.bind_ctx([Wave, Participant, *TABLES]):
        db.drop_tables(TABLES, safe=False)
