"""Reading published content; rooms read documents here and nowhere else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from portal.content.models import Document, Mention, Moved, Stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


LONGEST_MOVED = 200
"""Characters of an address that are looked for among those that changed."""


def documents(kind: str) -> list[dict[str, Any]]:
    """The bodies of all documents of a kind, in their order; for lists of many, `cards` is lighter."""
    rows = Document.select(Document.body).where(Document.kind == kind)
    return [json.loads(row.body) for row in rows.order_by(Document.position, Document.slug)]


def document(kind: str, slug: str) -> dict[str, Any] | None:
    """The body of one document, or None."""
    row = Document.get_or_none(Document.kind == kind, Document.slug == slug)
    return json.loads(row.body) if row else None


def cards(kind: str, slugs: Collection[str] | None = None) -> list[dict[str, Any]]:
    """What lists say of the documents of a kind, in their order: `slug`, `title`, `summary` and its own keys.

    Args:
        kind: the kind.
        slugs: only these; all when None.
    """
    rows = Document.select(Document.card).where(Document.kind == kind)
    if slugs is not None:
        rows = rows.where(Document.slug.in_(list(slugs)))
    found = cast("Iterator[tuple[str]]", rows.order_by(Document.position, Document.slug).tuples())
    whole: list[dict[str, Any]] = json.loads(f"[{','.join(card for (card,) in found)}]")
    return whole


@dataclass(frozen=True, slots=True)
class Published:
    """A document as feeds and the sitemap list it; times in UTC seconds, `key` what it is called for good."""

    key: str
    kind: str
    slug: str
    card: dict[str, Any]
    published_at: int
    updated_at: int


def published(kinds: Collection[str], limit: int | None = None) -> Iterator[Published]:
    """The documents of some kinds, the last changed first.

    Args:
        kinds: names of kinds.
        limit: at most so many; all when None.
    """
    rows = (
        Document.select(
            Document.key,
            Document.kind,
            Document.slug,
            Document.card,
            Document.published_at,
            Document.updated_at,
        )
        .where(Document.kind.in_(list(kinds)))
        .order_by(Document.updated_at.desc(), Document.kind, Document.slug)
    )
    for row in rows.limit(limit):
        yield Published(row.key, row.kind, row.slug, json.loads(row.card), row.published_at, row.updated_at)


def times(kind: str, slug: str) -> tuple[int, int] | None:
    """When a document was first published and last changed, UTC seconds; None where there is none."""
    row = Document.get_or_none(Document.kind == kind, Document.slug == slug)
    return (row.published_at, row.updated_at) if row else None


def mentioning(target_kind: str, target: str) -> list[tuple[str, str]]:
    """Kind and slug of each document that refers to a target."""
    rows = (
        Mention.select(Mention.source_kind, Mention.source_slug)
        .where(Mention.target_kind == target_kind, Mention.target == target)
        .distinct()
        .order_by(Mention.source_kind, Mention.source_slug)
    )
    return [(row.source_kind, row.source_slug) for row in rows]


def parts_of(kind: str, slug: str) -> set[str]:
    """Names of the parts of a document that can be referred to."""
    card = next(iter(cards(kind, [slug])), None)
    return set(card.get("parts", {})) if card else set()


def moved_to(path: str) -> str | None:
    """Where the page of a path is now, or None; what stands behind a moved page moved with it.

    Args:
        path: without the language, `/case-studies/old/`.
    """
    head = path[:LONGEST_MOVED]
    ends = [at + 1 for at, letter in enumerate(head) if letter == "/" and at]
    if not ends or "\0" in head:
        return None
    rows = list(Moved.select().where(Moved.old.in_([path[:end] for end in ends])))
    row = max(rows, key=lambda row: len(row.old), default=None)
    return row.new + path[len(row.old) :] if row else None


def changed() -> None:
    """Say that something public changed; where a transaction makes the change, call it inside."""
    if not Stamp.update(changes=Stamp.changes + 1).execute():
        Stamp.create(changes=1)


def changes() -> int:
    """How many times something public changed."""
    row = Stamp.get_or_none()
    return row.changes if row else 0
