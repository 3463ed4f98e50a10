"""The tables of who answered: surveys, waves, responses, links, the change feed and releases.

The models are frozen copies: what the engine's tables become later is the matter of later migrations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

if TYPE_CHECKING:
    from peewee import Database


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Survey(Frozen):
    slug = CharField(unique=True, max_length=100)
    releases = IntegerField()
    created_at = BigIntegerField()


class Instrument(Frozen):
    hash = CharField(primary_key=True, max_length=64)
    filename = CharField()
    source = TextField()
    created_at = BigIntegerField()


class Wave(Frozen):
    id = CharField(primary_key=True, max_length=32)
    survey = ForeignKeyField(Survey, on_delete="CASCADE")
    name = CharField(max_length=100)
    ordinal = IntegerField()
    instrument = ForeignKeyField(Instrument)
    state = CharField(max_length=10)
    entry = CharField(max_length=10)
    demonstration = BooleanField()
    receipts = IntegerField()
    created_at = BigIntegerField()
    opened_at = BigIntegerField(null=True)
    closed_at = BigIntegerField(null=True)

    class Meta:
        indexes = ((("survey", "name"), True),)


class Response(Frozen):
    id = CharField(primary_key=True, max_length=32)
    wave = ForeignKeyField(Wave, on_delete="CASCADE")
    instrument = ForeignKeyField(Instrument)
    state = CharField(max_length=10)
    language = CharField(max_length=16)
    verified = BooleanField()
    revision = IntegerField()
    answers = TextField()
    history = TextField()
    submitted_answers = TextField(null=True)
    submitted_revision = IntegerField(null=True)
    submitted_at = BigIntegerField(null=True)
    corrected_at = BigIntegerField(null=True)
    receipt = CharField(max_length=14, null=True, unique=True)
    number = IntegerField(null=True)
    created_day = CharField(max_length=10)

    class Meta:
        indexes = ((("wave", "state"), False),)


class Token(Frozen):
    hash = CharField(primary_key=True, max_length=64)
    response = ForeignKeyField(Response, on_delete="CASCADE")
    created_day = CharField(max_length=10)


class Participant(Frozen):
    wave = ForeignKeyField(Wave, on_delete="CASCADE")
    organization = CharField(max_length=300)
    response = ForeignKeyField(Response, unique=True, on_delete="CASCADE")

    class Meta:
        indexes = ((("wave", "organization"), True),)


class Parked(Frozen):
    response = ForeignKeyField(Response, on_delete="CASCADE")
    page = CharField(max_length=100)
    reason = CharField(max_length=10)
    posted = TextField()
    digest = CharField(max_length=64)
    parked_at = BigIntegerField()

    class Meta:
        indexes = ((("response", "digest"), True),)


class Counter(Frozen):
    name = CharField(primary_key=True, max_length=40)
    value = BigIntegerField()


class Change(Frozen):
    sequence = BigIntegerField(primary_key=True)
    kind = CharField(max_length=10)
    wave = CharField(max_length=32, index=True)
    response = CharField(max_length=32)
    revision = IntegerField()
    changed_at = BigIntegerField()


class ReleaseRecord(Frozen):
    survey = ForeignKeyField(Survey, on_delete="CASCADE")
    wave = ForeignKeyField(Wave, on_delete="CASCADE")
    number = IntegerField()
    body = TextField()
    sha256 = CharField(max_length=64)
    basis = TextField()
    created_at = BigIntegerField()

    class Meta:
        indexes = ((("survey", "number"), True),)


TABLES = [Survey, Instrument, Wave, Response, Token, Participant, Parked, Counter, Change, ReleaseRecord]


def up(_migrator: Any, db: Database) -> None:
    """Make the tables."""
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)


def down(_migrator: Any, db: Database) -> None:
    """Drop the tables, and every answer with them."""
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES, safe=False)
