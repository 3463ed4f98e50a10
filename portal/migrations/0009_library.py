"""What lists say of documents, when they changed, what mentions what, and addresses that changed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from peewee import AutoField, BigIntegerField, CharField, Model, TextField

if TYPE_CHECKING:
    from peewee import Database

ADDED = {
    "key": CharField(max_length=16, default=""),
    "card": TextField(default="{}"),
    "published_at": BigIntegerField(default=0),
    "updated_at": BigIntegerField(default=0),
}


class Document(Model):
    id = AutoField()
    key = CharField(max_length=16)
    kind = CharField(max_length=40)
    slug = CharField(max_length=80)
    starter = CharField(max_length=64)

    class Meta:
        table_name = "document"


class Shipped(Model):
    id = AutoField()
    kind = CharField(max_length=40)
    slug = CharField(max_length=80)

    class Meta:
        table_name = "shipped"
        indexes = ((("kind", "slug"), True),)


class Mention(Model):
    id = AutoField()
    source_kind = CharField(max_length=40)
    source_slug = CharField(max_length=80)
    target_kind = CharField(max_length=20)
    target = CharField(max_length=200)

    class Meta:
        table_name = "mention"
        indexes = ((("source_kind", "source_slug"), False), (("target_kind", "target"), False))


class Moved(Model):
    old = CharField(primary_key=True, max_length=200)
    new = CharField(max_length=200)

    class Meta:
        table_name = "moved"


TABLES = [Mention, Moved, Shipped]


def up(migrator: Any, db: Database) -> None:
    """Add the columns and make the tables; what is derived is filled in by the next `init` or `upgrade`."""
    migrator.migrate(*(migrator.add_column("document", name, field) for name, field in ADDED.items()))
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    with db.bind_ctx([Document, Shipped]):
        for row in Document.select():
            Document.update(key=secrets.token_hex(8)).where(Document.id == row.id).execute()
            if row.starter:
                Shipped.create(kind=row.kind, slug=row.slug)


def down(migrator: Any, db: Database) -> None:
    """Take them away."""
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES, safe=False)
    migrator.migrate(*(migrator.drop_column("document", name) for name in ADDED))
