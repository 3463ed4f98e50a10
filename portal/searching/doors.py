"""The one door to the index of either database: it takes entries in and out, and finds what a query asks for.

Each word stands in the index with its language in front, so that one language never finds another's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from peewee import SqliteDatabase

from portal.searching.postgresql import PostgresqlIndex
from portal.searching.sqlite import SqliteIndex
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.searching.queries import Part, Scored


class Index(Protocol):
    """What each kind of database does in its own way."""

    def lock(self) -> None:
        """Let nobody else change the index until this transaction ends."""

    def add(self, idents: Sequence[int]) -> None:
        """Index passages that were just written."""

    def drop(self, idents: Sequence[int]) -> None:
        """Forget passages that are about to be deleted."""

    def clear(self) -> None:
        """Forget everything; the passages are still there."""

    def find(self, parts: Sequence[Part], language: str, *, every: bool) -> list[int]:
        """The ids of all entries that have all parts, or, unless `every`, any of them; in no order."""

    def best(
        self,
        parts: Sequence[Part],
        language: str,
        *,
        every: bool,
        among: Sequence[int] | None,
        limit: int,
    ) -> list[Scored]:
        """Those that fit best, among some or all, best first and at most so many.

        Apart from `find`, for a score takes longer to make than all else; that of most is not needed.
        """

    def has(self, parts: Sequence[Part], language: str) -> list[bool]:
        """Of each part whether any entry has it."""


def index() -> Index:
    """The index of this process's database."""
    return SqliteIndex() if isinstance(store.database.obj, SqliteDatabase) else PostgresqlIndex()
