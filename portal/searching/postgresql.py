"""The index on PostgreSQL: a `tsvector` beside each passage, made here and by no dictionary of the server.

A lexeme begins with the letter of its column (`e`xact, `s`tem, `l`ight) and the language. Weights: A and C
are the words as typed in title and text, B and D their stems.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from portal.searching.models import NO_KEY, Indexed
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.searching.queries import Form, Part, Scored

WEIGHTS = "{0.1, 0.2, 0.6, 1.0}"
"""What a word counts with weight D, C, B and A."""

BY_LENGTH = 1
"""How `ts_rank` divides by the length of a passage: by 1 + its logarithm."""

FIND = "SELECT id FROM search_passage WHERE tokens @@ (%s)::tsquery"

BEST = """
SELECT p.id, ts_rank(%s::float4[], p.tokens, q, %s) + (p.tokens @@ (%s)::tsquery)::int AS score
FROM (SELECT (%s)::tsquery AS q) asked, search_passage p WHERE p.tokens @@ q {among}
ORDER BY score DESC LIMIT %s
"""

AMONG = "AND p.id = ANY(%s)"

HAS = "EXISTS (SELECT 1 FROM search_passage WHERE tokens @@ (%s)::tsquery)"

LAST_POSITION = 16_383
"""A `tsvector` knows no position beyond it."""

LOCK = 613_011
"""The number of the lock that writers of the index take."""


class PostgresqlIndex:
    """The index of a PostgreSQL database."""

    def lock(self) -> None:
        """Let nobody else change the index until this transaction ends."""
        _run("SELECT pg_advisory_xact_lock(%s)", LOCK)

    def add(self, idents: Sequence[int]) -> None:
        """Index passages that were just written."""
        for row in Indexed.select().where(Indexed.id.in_(list(idents))):
            _run("UPDATE search_passage SET tokens = %s::tsvector WHERE id = %s", vector(row), row.id)

    def drop(self, idents: Sequence[int]) -> None:
        """The rows take their tokens with them."""

    def clear(self) -> None:
        """The rows take their tokens with them."""

    def find(self, parts: Sequence[Part], language: str, *, every: bool) -> list[int]:
        """The ids of all entries that have all parts, or, unless `every`, any of them; in no order."""
        return [row[0] for row in _asking(FIND, _question(parts, language, every=every))]

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
        values = (WEIGHTS, BY_LENGTH, _titles(parts, language), question)
        if among is None:
            return list(_asking(BEST.format(among=""), *values, limit))
        return list(_asking(BEST.format(among=AMONG), *values, list(among), limit))

    def has(self, parts: Sequence[Part], language: str) -> list[bool]:
        """Of each part whether any entry has it."""
        if not parts:
            return []
        (row,) = _asking(
            f"SELECT {', '.join([HAS] * len(parts))}", *(asked(part, language) for part in parts)
        )
        return list(row)


def vector(row: Indexed) -> str:
    """A passage's tokens as a `tsvector` is written; a text begins well behind its title."""
    title = len(row.title_exact.split())
    columns = (
        ("e", row.title_exact, 1, "A"), ("s", row.title_stem, 1, "B"), ("l", row.title_light, 1, "B"),
        ("e", row.exact, title + 9, "C"), ("s", row.stem, title + 9, "D"), ("l", row.light, title + 9, "D"),
    )  # fmt: skip
    return " ".join(chain.from_iterable(_lexemes(*column) for column in columns))


def _lexemes(column: str, keys: str, first: int, weight: str) -> Iterator[str]:
    for position, key in enumerate(keys.split(), first):
        if key == NO_KEY:
            continue
        yield f"{column}{key}:{min(position, LAST_POSITION)}{weight}"


def _titles(parts: Sequence[Part], language: str) -> str:
    """The titles that are the whole query: `ts_rank` knows no rare words, so these are put first by hand."""
    whole = [form.words[0].exact for part in parts for form in part.forms if not form.words[0].stem]
    return " | ".join(f"'e{language}{key}'" for key in whole) or "'0'"


def _question(parts: Sequence[Part], language: str, *, every: bool) -> str:
    return (" & " if every else " | ").join(asked(part, language) for part in parts)


def asked(part: Part, language: str) -> str:
    """A part as a `tsquery` asks for it; words are letters and digits alone, so nothing in them is syntax."""
    ways = dict.fromkeys(one for form in part.forms for one in _asked(form, language))
    return "(" + " | ".join(ways) + ")"


def _asked(form: Form, language: str) -> Iterator[str]:
    first, *more = form.words
    if form.beginning:
        yield f"'e{language}{first.exact}':*"
    elif more:
        yield "(" + " <-> ".join(f"'s{language}{word.stem}'" for word in form.words) + ")"
    else:
        yield f"'e{language}{first.exact}'"
        if first.stem:
            yield f"'s{language}{first.stem}'"
        if first.light:
            yield f"'l{language}{first.light}'"


def _run(statement: str, *values: object) -> Any:
    return store.database.execute_sql(statement, values)


def _asking(statement: str, *values: object) -> list[Any]:
    """The rows of a question to the index, answered by the index.

    The planner does not know that reading a whole table of tokens takes thirty times longer than it thinks.
    """
    with store.database.atomic():
        _run("SET LOCAL enable_seqscan = off")
        return list(_run(statement, *values))
