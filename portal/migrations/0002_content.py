"""The tables of published content: documents, and the stamp that tells cached pages they are old.

The models are frozen copies: what the portal's tables become later is the matter of later migrations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import AutoField, CharField, IntegerField, Model, TextField

if TYPE_CHECKING:
    from peewee import Database


class Document(Model):
    id = AutoField()
    kind = CharField(max_length=40)
    slug = CharField(max_length=80)
    position = IntegerField()
    body = TextField()
    starter = CharField(max_length=64)

    class Meta:
        table_name = "document"
        indexes = ((("kind", "slug"), True),)


class Stamp(Model):
    id = AutoField()
    changes = IntegerField()

    class Meta:
        table_name = "stamp"


TABLES = [Document, Stamp]


def up(_migrator: Any, db: Database) -> None:
    """Make the tables."""
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)


def down(_migrator: Any, db: Database) -> None:
    """Take the tables away."""
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES, safe=False)
