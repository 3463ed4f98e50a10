"""The tables of the search, all derived: what is found, what it holds, and the words there are.

An entry is narrow, for all that match a query are read; a passage is wide, and read for one page of results.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from peewee import AutoField, BigIntegerField, CharField, CompositeKey, IntegerField, Model, TextField

from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


AT_ONCE = 500
"""Entries that one statement asks for."""

NO_KEY = "-"
"""Stands where a word has no second stem, so that a word's keys have the same number in each column."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that is found by itself.

    Attributes:
        title: plain text or Markdown.
        text: plain text or Markdown, with references of the thread or without.
        anchor: the id on its page, without `#`; empty for the page.
        facets: name -> codes, for example `{"platform": ["telegram"]}`.
        alone: whether results show it for itself, as a session of a conference; all others of a document
            share one place there.
    """

    title: str
    text: str
    anchor: str = ""
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    alone: bool = False


class Entry(Model):
    """One passage in one language: where it belongs.

    Attributes:
        lead: id of the entry whose place in results it shares: its own, or the document's first.
        facets: JSON, name -> codes, the kind and the year included; written one way, so that equal is equal.
    """

    id = AutoField()
    kind = CharField(max_length=40)
    slug = CharField(max_length=200)
    language = CharField(max_length=16)
    position = IntegerField()
    lead = IntegerField()
    facets = TextField()

    class Meta:
        """One passage in each place of a document."""

        database = store.database
        table_name = "search_entry"
        indexes = ((("kind", "slug", "language", "position"), True),)


class Indexed(Model):
    """What one entry holds: its texts, and the keys of their words, one for each word and in their order.

    Attributes:
        id: of its entry.
        href: the page's address, with the passage's anchor.
    """

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
        """The wide half of an entry."""

        database = store.database
        table_name = "search_passage"


class Word(Model):
    """A word that stands somewhere, for mending what was mistyped.

    Attributes:
        word: as `words.fold` writes it.
        shown: as readers write it.
        count: passages it stands in.
        letters: which letters it has, one bit each; see `vocabulary.letters`.
    """

    language = CharField(max_length=16)
    word = CharField(max_length=64)
    shown = CharField(max_length=80)
    count = IntegerField()
    length = IntegerField()
    letters = BigIntegerField()

    class Meta:
        """A word of a language stands once."""

        database = store.database
        table_name = "search_word"
        primary_key = CompositeKey("language", "word")
        indexes = ((("language", "length"), False),)


class State(Model):
    """The one row that says which state the index is in.

    Attributes:
        state: a random name; another one after every change.
    """

    state = CharField(max_length=32)

    class Meta:
        """Read by every query."""

        database = store.database
        table_name = "search_state"


def tuples(select: Any) -> list[tuple[Any, ...]]:
    """The rows of a select as plain tuples, which peewee makes several times faster than models."""
    return list(select.tuples())


def of_entries(statement: str, idents: Sequence[int]) -> list[tuple[Any, ...]]:
    """The rows of some entries.

    Args:
        statement: without values, up to and with `IN`.
        idents: of the entries; any number.
    """
    rows: list[tuple[Any, ...]] = []
    for first in range(0, len(idents), AT_ONCE):
        some = idents[first : first + AT_ONCE]
        marks = ", ".join([store.database.param] * len(some))
        rows += store.database.execute_sql(f"{statement} ({marks})", some)
    return rows


def facets_text(kind: str, year: str | None, passage: Passage) -> str:
    """The facets of a passage as an entry keeps them."""
    facets = {name: sorted({str(code) for code in codes}) for name, codes in passage.facets.items() if codes}
    facets["kind"] = [kind]
    if year:
        facets["year"] = [year]
    return json.dumps(facets, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=16_384)
def facets_of(text: str) -> frozenset[str]:
    """The facets an entry keeps, each as `facet` writes it."""
    return frozenset(facet(name, code) for name, codes in json.loads(text).items() for code in codes)


def facet(name: str, code: str) -> str:
    """A facet's name and one of its codes, as one text: counting thousands of pairs takes twice as long."""
    return f"{name}={code}"
