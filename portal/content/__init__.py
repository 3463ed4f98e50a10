"""Published content: documents in every language, seeded from `starter/` folders, read from the database.

A document is what an editor would call an entry: a kind ("case-study"), a slug, and a body in the shape that
its room declares (`portal/<room>/kinds.py`). Texts refer to each other as `[[kind:target]]`.
"""

from __future__ import annotations

from portal.content.checking import broken, complaints_of
from portal.content.deriving import rebuild
from portal.content.kinds import Kind, Part, install
from portal.content.models import Document
from portal.content.reading import (
    Published,
    cards,
    changed,
    changes,
    document,
    documents,
    mentioning,
    moved_to,
    published,
    times,
)
from portal.content.seeding import Seeded, seed
from portal.content.shapes import Complaint
from portal.content.starters import Starter
from portal.content.writing import RefusedError, remove, rename, save

__all__ = [
    "Complaint",
    "Document",
    "Kind",
    "Part",
    "Published",
    "RefusedError",
    "Seeded",
    "Starter",
    "broken",
    "cards",
    "changed",
    "changes",
    "complaints_of",
    "document",
    "documents",
    "install",
    "mentioning",
    "moved_to",
    "published",
    "rebuild",
    "remove",
    "rename",
    "save",
    "seed",
    "times",
]
