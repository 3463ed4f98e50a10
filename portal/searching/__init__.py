"""The search index: everything published, by language, as passages that are found and shown.

`put` and `remove` are called within the write that saves a document; `search` answers. All of it is derived:
`clear`, and putting the same documents again, gives the same results.
"""

from __future__ import annotations

from portal.searching.answering import Also, Hit, Results, search
from portal.searching.excerpts import Piece
from portal.searching.indexing import clear, documents, put, remove, tidy
from portal.searching.models import Passage

__all__ = [
    "Also",
    "Hit",
    "Passage",
    "Piece",
    "Results",
    "clear",
    "documents",
    "put",
    "remove",
    "search",
    "tidy",
]
