"""Bringing shipped content in: what is new or was not edited here, through the same checks as an edit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.content import deriving
from portal.content.checking import faults_of_change, faults_of_shape
from portal.content.kinds import kinds
from portal.content.models import Document, Shipped
from portal.content.reading import changed
from portal.content.writing import RefusedError, canonical, completed, keep
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portal.content.starters import Starter


@dataclass(frozen=True, slots=True)
class Seeded:
    """What came of bringing shipped content in.

    Attributes:
        written: the number of documents written.
        left: a sentence for each document that was left as it was although the shipped one differs.
    """

    written: int
    left: tuple[str, ...]


def seed(starters: Iterable[Starter]) -> Seeded:
    """Load shipped content that is new or was not edited here.

    What refers to each other comes in together, so references are looked at afterwards, by `broken`. What was
    renamed or removed here does not come back.

    Raises:
        RefusedError: when shipped content has not the shape of its kind.
    """
    written: list[tuple[str, str, dict[str, Any]]] = []
    left: list[str] = []
    with store.write():
        changed()
        for starter in starters:
            for position, slug, body in starter.documents():
                whole = _seed_one(starter.kind, slug, position, body, left)
                if whole is not None:
                    written.append((starter.kind, slug, whole))
        for kind, slug, body in written:
            deriving.derive(kind, slug, body)
        old = Document.select().where(Document.updated_at == 0, Document.kind.in_(list(kinds())))
        underived = old.exists()
    if underived:  # edited under a version of the portal that derived nothing yet
        left += deriving.rebuild()[1]
    return Seeded(len(written), tuple(left))


def _seed_one(
    kind: str, slug: str, position: int, body: Mapping[str, Any], left: list[str]
) -> dict[str, Any] | None:
    """Keep one shipped document; returns it if it was written."""
    faults = faults_of_shape(kind, slug, body)
    if faults:
        raise RefusedError(kind, slug, faults)
    whole = completed(kind, slug, body)
    digest = hashlib.sha256(canonical(whole).encode()).hexdigest()
    kept = Document.get_or_none(Document.kind == kind, Document.slug == slug)
    shipped = Shipped.get_or_none(Shipped.kind == kind, Shipped.slug == slug)
    if kept is None and shipped is not None:
        return None
    if kept is not None:
        edited = hashlib.sha256(kept.body.encode()).hexdigest() != kept.starter
        if edited or (kept.starter == digest and kept.position == position and kept.updated_at):
            return None
        refused = faults_of_change(kind, slug, whole) if json.loads(kept.body) != whole else []
        if refused:
            left.append(f"{kind} {slug}, {refused[0]}")
            return None
    keep(kind, slug, whole, position=position, starter=digest)
    if shipped is None:
        Shipped.create(kind=kind, slug=slug)
    return whole
