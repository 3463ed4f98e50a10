"""The search index: entries, passages and words; FTS5 on SQLite, a `tsvector` on PostgreSQL. All derived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    CompositeKey,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)

if TYPE_CHECKING:
    from peewee import Database


class Entry(Model):
    id = AutoField()
    kind = CharField(max_length=40)
    slug = CharField(max_length=200)
    language = CharField(max_length=16)
    position = IntegerField()
    lead = IntegerField()
    facets = TextField()

    class Meta:
        table_name = "search_entry"
        indexes = ((("kind", "slug", "language", "position"), True),)


class Indexed(Model):
    id = IntegerField(primary_key=True)
    href = TextField()
    title = TextField()
    plain = TextField()
    title_exact = TextField()
    title_stem = TextField()
    title_light = TextField()
    exact = TextField()
    stem = TextField()
    light = TextField()

    class Meta:
        table_name = "search_passage"


class Word(Model):
    language = CharField(max_length=16)
    word = CharField(max_length=64)
    shown = CharField(max_length=80)
    count = IntegerField()
    length = IntegerField()
    letters = BigIntegerField()

    class Meta:
        table_name = "search_word"
        primary_key = CompositeKey("language", "word")
        indexes = ((("language", "length"), False),)


class State(Model):
    state = CharField(max_length=32)

    class Meta:
        table_name = "search_state"


TABLES = [Entry, Indexed, Word, State]

FTS5 = """
CREATE VIRTUAL TABLE search_index USING fts5(
  title_exact, title_stem, title_light, exact, stem, light,
  content='search_passage', content_rowid='id', tokenize='unicode61 remove_diacritics 0'
)
"""

TSVECTOR = (
    "ALTER TABLE search_passage ADD COLUMN tokens tsvector",
    "ALTER TABLE search_passage ALTER COLUMN tokens SET STORAGE EXTERNAL",  # unpacking took half of a query
    "CREATE INDEX search_passage_tokens ON search_passage USING gin (tokens)",
)


def up(_migrator: Any, db: Database) -> None:
    """Make the tables, and the index of this database's kind."""
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    for statement in (FTS5,) if isinstance(db, SqliteDatabase) else TSVECTOR:
        db.execute_sql(statement)


def down(_migrator: Any, db: Database) -> None:
    """Drop the index; putting the content again makes it anew."""
    if isinstance(db, SqliteDatabase):
        db.execute_sql("DROP TABLE search_index")
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES, safe=False)
