"""The tables of published content: documents, where each mentions another, and addresses that changed."""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, CharField, IntegerField, Model, TextField

from surveys.responses import store


class _Table(Model):
    class Meta:
        database = store.database


class Document(_Table):
    """One published document.

    Attributes:
        body: JSON in the shape of its kind, in every language.
        card: JSON of what lists, filters and links say of it; derived from the body when that is saved.
        key: what feeds call it for good; a random name, for numbers are given again.
        starter: hash of the shipped text it came from; a document whose body no longer has this hash
            was edited here, and seeding leaves it alone.
        published_at: UTC seconds when it was first published.
        updated_at: UTC seconds of its last change.
    """

    id = AutoField()
    key = CharField(max_length=16, default="")
    kind = CharField(max_length=40)
    slug = CharField(max_length=80)
    position = IntegerField(default=0)
    body = TextField()
    card = TextField(default="{}")
    starter = CharField(max_length=64, default="")
    published_at = BigIntegerField(default=0)
    updated_at = BigIntegerField(default=0)

    class Meta:
        """One document for a kind and slug."""

        table_name = "document"
        indexes = ((("kind", "slug"), True),)


class Mention(_Table):
    """A document that refers to something; derived, and made anew whenever the document is saved."""

    id = AutoField()
    source_kind = CharField(max_length=40)
    source_slug = CharField(max_length=80)
    target_kind = CharField(max_length=20)
    target = CharField(max_length=200)

    class Meta:
        """Found from either end."""

        table_name = "mention"
        indexes = ((("source_kind", "source_slug"), False), (("target_kind", "target"), False))


class Shipped(_Table):
    """A name under which a document shipped once: what was renamed or removed here does not come back."""

    id = AutoField()
    kind = CharField(max_length=40)
    slug = CharField(max_length=80)

    class Meta:
        """Each once."""

        table_name = "shipped"
        indexes = ((("kind", "slug"), True),)


class Moved(_Table):
    """An address that changed, without its language: `/case-studies/old/` is `/case-studies/new/` now."""

    old = CharField(primary_key=True, max_length=200)
    new = CharField(max_length=200)

    class Meta:
        """A name of its own."""

        table_name = "moved"


class Stamp(_Table):
    """One row that counts changes of anything public, so that cached pages know when they are old."""

    id = AutoField()
    changes = IntegerField(default=0)

    class Meta:
        """A table of one row."""

        table_name = "stamp"
