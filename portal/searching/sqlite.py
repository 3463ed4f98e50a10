"""The index on SQLite: an FTS5 table over the passages, ranked by BM25."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.searching.queries import Form, Part, Scored

COLUMNS = "title_exact, title_stem, title_light, exact, stem, light"

WEIGHTS = "10.0, 6.0, 5.0, 2.0, 1.0, 0.8"
"""What a word counts in each column: a title names the subject, and what was typed is meant."""

FIND = "SELECT rowid FROM search_index WHERE search_index MATCH ?"

BEST = f"""
SELECT rowid, -bm25(search_index, {WEIGHTS}) AS score FROM search_index WHERE search_index MATCH ? {{among}}
ORDER BY score DESC LIMIT ?
"""  # noqa: S608 - weights of ours

HAS = "EXISTS (SELECT 1 FROM search_index WHERE search_index MATCH ?)"

AMONG = "AND +rowid IN (SELECT value FROM json_each(?))"

ADD = f"INSERT INTO search_index(rowid, {COLUMNS}) SELECT id, {COLUMNS} FROM search_passage WHERE id IN "  # noqa: S608 - columns of ours
DROP = (
    f"INSERT INTO search_index(search_index, rowid, {COLUMNS}) "  # noqa: S608 - columns of ours
    f"SELECT 'delete', id, {COLUMNS} FROM search_passage WHERE id IN "
)

AT_ONCE = 500


class SqliteIndex:
    """The index of a SQLite database."""

    def lock(self) -> None:
        """A SQLite writer is alone already."""

    def add(self, idents: Sequence[int]) -> None:
        """Index passages that were just written."""
        self._for_each(ADD, idents)

    def drop(self, idents: Sequence[int]) -> None:
        """Forget passages that are about to be deleted."""
        self._for_each(DROP, idents)

    def clear(self) -> None:
        """Forget everything."""
        _run("INSERT INTO search_index(search_index) VALUES ('delete-all')")

    def find(self, parts: Sequence[Part], language: str, *, every: bool) -> list[int]:
        """The ids of all entries that have all parts, or, unless `every`, any of them; in no order."""
        return [row[0] for row in _run(FIND, _question(parts, language, every=every))]

    def best(
        self,
        parts: Sequence[Part],
        language: str,
        *,
        every: bool,
        among: Sequence[int] | None,
        limit: int,
    ) -> list[Scored]:
        """Those that fit best, among some or all, best first and at most so many."""
        question = _question(parts, language, every=every)
        if among is None:
            return list(_run(BEST.format(among=""), question, limit))
        return list(_run(BEST.format(among=AMONG), question, json.dumps(among), limit))

    def has(self, parts: Sequence[Part], language: str) -> list[bool]:
        """Of each part whether any entry has it."""
        if not parts:
            return []
        statement = f"SELECT {', '.join([HAS] * len(parts))}"
        (row,) = _run(statement, *(asked(part, language) for part in parts))
        return list(map(bool, row))

    def _for_each(self, statement: str, idents: Sequence[int]) -> None:
        for first in range(0, len(idents), AT_ONCE):
            some = idents[first : first + AT_ONCE]
            _run(f"{statement}({', '.join('?' * len(some))})", *some)


def _question(parts: Sequence[Part], language: str, *, every: bool) -> str:
    return (" AND " if every else " OR ").join(asked(part, language) for part in parts)


def asked(part: Part, language: str) -> str:
    """A part as FTS5 asks for it; words are letters and digits alone, so nothing in them is syntax."""
    ways = dict.fromkeys(one for form in part.forms for one in _asked(form, language))
    return "(" + " OR ".join(ways) + ")"


def _asked(form: Form, language: str) -> Iterator[str]:
    def phrase(words: Sequence[str]) -> str:
        return '"' + " ".join(language + word for word in words) + '"'

    first, *more = form.words
    if form.beginning:
        yield f"{{title_exact exact}} : {phrase([first.exact])} *"
    elif more:
        yield f"{{title_stem stem}} : {phrase([word.stem for word in form.words])}"
    else:
        yield f"{{title_exact exact}} : {phrase([first.exact])}"
        if first.stem:
            yield f"{{title_stem stem}} : {phrase([first.stem])}"
        if first.light:
            yield f"{{title_light light}} : {phrase([first.light])}"


def _run(statement: str, *values: object) -> Any:
    return store.database.execute_sql(statement, values)
