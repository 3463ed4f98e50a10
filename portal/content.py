"""Published content: documents in every language, seeded from `starter/` folders and read from the database.

A document is what an editor would call an entry: a kind ("case-study"), a slug, and a body in the shape
its room documents. Rooms read documents here and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from peewee import AutoField, CharField, IntegerField, Model, TextField

from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Document(Model):
    """One published document.

    Attributes:
        starter: hash of the shipped text it came from; a document whose body no longer has this hash
            was edited here, and seeding leaves it alone.
    """

    id = AutoField()
    kind = CharField(max_length=40)
    slug = CharField(max_length=80)
    position = IntegerField(default=0)
    body = TextField()
    starter = CharField(max_length=64, default="")

    class Meta:
        """One document for a kind and slug."""

        database = store.database
        table_name = "document"
        indexes = ((("kind", "slug"), True),)


class Stamp(Model):
    """One row that counts changes of anything public, so that cached pages know when they are old."""

    id = AutoField()
    changes = IntegerField(default=0)

    class Meta:
        """A table of one row."""

        database = store.database
        table_name = "stamp"


@dataclass(frozen=True, slots=True)
class Starter:
    """Where a room's shipped content lies.

    Attributes:
        path: a YAML file.
        kind: the kind its documents get.
        key: the key whose list holds the documents; None when the file is one document.
    """

    path: Path
    kind: str
    key: str | None = None

    def documents(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Position, slug and body of each document in the file."""
        with self.path.open(encoding="utf-8") as file:
            content = yaml.load(file, Loader=_Loader)  # noqa: S506 - a safe loader, made faster below
        bodies = content[self.key] if self.key else [content]
        for position, body in enumerate(bodies):
            yield int(body.get("position", position)), str(body.get("slug", self.kind)), body


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def seed(starters: Iterator[Starter]) -> int:
    """Load shipped content that is new or was not edited here.

    Returns:
        The number of documents written.
    """
    written = 0
    with store.write():
        for starter in starters:
            for position, slug, body in starter.documents():
                written += _seed_one(starter.kind, slug, position, _canonical(body))
    return written


def _seed_one(kind: str, slug: str, position: int, body: str) -> int:
    digest = hashlib.sha256(body.encode()).hexdigest()
    kept = Document.get_or_none(Document.kind == kind, Document.slug == slug)
    if kept is None:
        Document.create(kind=kind, slug=slug, position=position, body=body, starter=digest)
        return 1
    edited = hashlib.sha256(kept.body.encode()).hexdigest() != kept.starter
    if edited or (kept.starter == digest and kept.position == position):
        return 0
    kept.body, kept.position, kept.starter = body, position, digest
    kept.save()
    return 1


def _canonical(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, default=str)  # keys stay in the editors' order


def documents(kind: str) -> list[dict[str, Any]]:
    """All documents of a kind, in their order."""
    rows = Document.select().where(Document.kind == kind).order_by(Document.position, Document.slug)
    return [json.loads(row.body) for row in rows]


def document(kind: str, slug: str) -> dict[str, Any] | None:
    """One document, or None."""
    row = Document.get_or_none(Document.kind == kind, Document.slug == slug)
    return json.loads(row.body) if row else None


def changed() -> None:
    """Say that something public changed; where a transaction makes the change, call it inside."""
    if not Stamp.update(changes=Stamp.changes + 1).execute():
        Stamp.create(changes=1)


def changes() -> int:
    """How many times something public changed."""
    row = Stamp.get_or_none()
    return row.changes if row else 0
