"""The tables of mail: messages that were asked for, and addresses that want no more invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, CharField, IntegerField, Model, TextField

if TYPE_CHECKING:
    from peewee import Database


class Message(Model):
    id = CharField(primary_key=True, max_length=32)
    template = CharField(max_length=60)
    language = CharField(max_length=16)
    purpose = CharField(max_length=10)
    recipient = CharField(max_length=254, null=True)
    arguments = TextField()
    about_kind = CharField(max_length=20, null=True)
    about_id = CharField(max_length=64, null=True)
    key = CharField(max_length=200, null=True, unique=True)
    state = CharField(max_length=10)
    attempts = IntegerField()
    next_attempt_at = BigIntegerField()
    created_at = BigIntegerField()
    sent_at = BigIntegerField(null=True)
    error = CharField(max_length=40)

    class Meta:
        table_name = "message"
        indexes = (
            (("state", "next_attempt_at"), False),
            (("about_kind", "about_id"), False),
            (("created_at",), False),
        )


class Suppression(Model):
    hash = CharField(primary_key=True, max_length=64)
    created_day = CharField(max_length=10)

    class Meta:
        table_name = "suppression"


TABLES = [Message, Suppression]


def up(_migrator: Any, db: Database) -> None:
    """Make the tables."""
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)


def down(_migrator: Any, db: Database) -> None:
    """Drop the tables, and every address with them."""
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES, safe=False)
