"""Taking documents into the index and out of it; everything here can be made again from the content."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from portal.searching import catalogue, doors, vocabulary, words
from portal.searching.models import NO_KEY, Entry, Indexed, Word, facets_text, tuples
from portal.searching.plain import plain
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.searching.models import Passage


def put(  # noqa: PLR0917 - what names a document, and what is found of it
    kind: str,
    slug: str,
    language: str,
    address: str,
    passages: Sequence[Passage],
    year: str | None = None,
) -> bool:
    """Replace everything indexed of a document in one language; call it within the write that saves it.

    Args:
        kind: of the document, as its room calls it.
        slug: of the document.
        language: of the passages.
        address: path of its page.
        passages: what is found, in their order; none takes the document out.
        year: for the facet of that name.

    Returns:
        Whether anything was different.
    """
    with store.write():
        index = doors.index()
        index.lock()
        told = [_told(passage, kind, address, year) for passage in passages]
        old = _kept(kind, slug, language)
        leads = _leads([passage.alone for passage in passages])
        at = {row[0]: place for place, row in enumerate(old)}
        if [row[2:] for row in old] == told and [at.get(row[1]) for row in old] == leads:
            return False
        counts: Counter[str] = Counter()
        _take_out([row[0] for row in old], language, counts)
        shown: dict[str, str] = {}
        idents: list[int] = []
        for position, (facets, href, title, text) in enumerate(told):
            lead = idents[leads[position]] if leads[position] < position else 0
            named = {"kind": kind, "slug": slug, "language": language, "position": position}
            ident = Entry.insert(**named, lead=lead, facets=facets).execute()
            keys = {**_keys("title_", title, language, shown), **_keys("", text, language, shown)}
            keys["title_exact"] += f" {language}{words.whole(title, language)}"
            Indexed.insert(id=ident, href=href, title=title, plain=text, **keys).execute()
            counts.update(vocabulary.standing(language, (keys["title_exact"], keys["exact"])))
            idents.append(ident)
        Entry.update(lead=Entry.id).where(Entry.id << idents, Entry.lead == 0).execute()
        index.add(idents)
        vocabulary.change(language, counts, shown)
        catalogue.changed()
        return True


def remove(kind: str, slug: str | None = None) -> None:
    """Forget a document in every language, or all documents of a kind."""
    with store.write():
        doors.index().lock()
        named = (Entry.kind == kind) if slug is None else ((Entry.kind == kind) & (Entry.slug == slug))
        rows = tuples(Entry.select(Entry.id, Entry.language).where(named))
        for language in sorted({language for _, language in rows}):
            counts: Counter[str] = Counter()
            _take_out([ident for ident, code in rows if code == language], language, counts)
            vocabulary.change(language, counts, {})
        if rows:
            catalogue.changed()


def documents() -> set[tuple[str, str]]:
    """Kind and slug of every document that something is found of."""
    return set(tuples(Entry.select(Entry.kind, Entry.slug).distinct()))


def clear() -> None:
    """Forget everything; the same documents, put again, are found the same way."""
    with store.write():
        index = doors.index()
        index.lock()
        index.clear()
        for table in (Indexed, Entry, Word):
            table.delete().execute()
        catalogue.changed()


def tidy() -> int:
    """Count the words anew; returns how many had a wrong count."""
    with store.write():
        doors.index().lock()
        return vocabulary.recount()


def _told(passage: Passage, kind: str, address: str, year: str | None) -> tuple[str, str, str, str]:
    href = f"{address}#{passage.anchor}" if passage.anchor else address
    return facets_text(kind, year, passage), href, plain(passage.title), plain(passage.text)


def _leads(alone: Sequence[bool]) -> list[int]:
    """Which passage each one shares its place in results with, by their numbers."""
    first = next((number for number, by_itself in enumerate(alone) if not by_itself), 0)
    return [number if by_itself else first for number, by_itself in enumerate(alone)]


def _kept(kind: str, slug: str, language: str) -> list[tuple[Any, ...]]:
    rows = (
        Entry.select(Entry.id, Entry.lead, Entry.facets, Indexed.href, Indexed.title, Indexed.plain)
        .join(Indexed, on=Entry.id == Indexed.id)
        .where(Entry.kind == kind, Entry.slug == slug, Entry.language == language)
        .order_by(Entry.position)
    )
    return tuples(rows)


def _take_out(idents: Sequence[int], language: str, counts: Counter[str]) -> None:
    if not idents:
        return
    rows = Indexed.select(Indexed.title_exact, Indexed.exact).where(Indexed.id.in_(list(idents)))
    for columns in tuples(rows):
        counts.subtract(vocabulary.standing(language, columns))
    doors.index().drop(idents)
    Indexed.delete().where(Indexed.id.in_(list(idents))).execute()
    Entry.delete().where(Entry.id.in_(list(idents))).execute()


def _keys(column: str, text: str, language: str, shown: dict[str, str]) -> dict[str, str]:
    """The keys of a text's words, a column each; adds to `shown` how the words are written."""
    exact, stem, light = [], [], []
    for token in words.tokens(text):
        keys = words.keys(token.written, language)
        exact.append(language + keys.exact)
        stem.append(language + keys.stem)
        light.append(language + keys.light if keys.light else NO_KEY)
        shown[keys.exact] = max(shown.get(keys.exact, ""), words.shown(token.written))
    return {
        f"{column}exact": " ".join(exact),
        f"{column}stem": " ".join(stem),
        f"{column}light": " ".join(light) if any(key != NO_KEY for key in light) else "",
    }
