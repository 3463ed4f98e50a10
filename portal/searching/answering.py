"""A query answered: what fits it, best first, how much there is of each kind, and what was mistyped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from portal.searching import catalogue as catalogues
from portal.searching import counting, doors, excerpts, placing, queries, vocabulary, words
from portal.searching.models import of_entries
from portal.searching.plain import BETWEEN
from portal.searching.queries import SHORTEST_BEGINNING, Form
from portal.searching.words import Keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.searching.excerpts import Piece
    from portal.searching.placing import Place
    from portal.searching.queries import Part, Query, Scored

SHOWN = """
SELECT p.id, p.href, e.facets, p.title, p.plain,
p.title_exact, p.title_stem, p.title_light, p.exact, p.stem, p.light
FROM search_passage p JOIN search_entry e ON e.id = p.id WHERE p.id IN
"""

NAMED = "SELECT id, href, title FROM search_passage WHERE id IN"


@dataclass(frozen=True, slots=True)
class Also:
    """A further passage of the same document that fits.

    Attributes:
        address: where it stands.
        title: without the document's own where it begins with that.
    """

    address: str
    title: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that fits, by its best passage.

    Attributes:
        kind: of its document.
        slug: of its document.
        address: where it stands.
        title: in pieces, those that were found marked.
        excerpt: of its text, likewise.
        facets: name -> codes.
        also: the next best passages of the document.
    """

    kind: str
    slug: str
    address: str
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    facets: Mapping[str, Sequence[str]]
    also: tuple[Also, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """What a query finds.

    Attributes:
        query: as it was read.
        hits: those of one page, best first.
        total: how many documents there are on all pages.
        page: the page shown, from 1; the last one where a later one was asked for.
        pages: how many there are.
        counts: facet -> code -> how many would be found if it were chosen, the other facets as they are.
        corrected: the query that was answered instead, because a word of the typed one stands nowhere.
        partial: whether no page has all words, so that pages with some of them are shown.
        cut: whether only the beginning of the query was looked for.
    """

    query: str
    hits: tuple[Hit, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    corrected: str | None = None
    partial: bool = False
    cut: bool = False


def search(
    query: str,
    language: str,
    facets: Mapping[str, str],
    page: int,
    per_page: int,
    *,
    literal: bool = False,
) -> Results:
    """Answer a query; no text and no number makes it fail.

    Args:
        query: as it was typed.
        language: of the pages that are searched.
        facets: name -> the code that was chosen.
        page: from 1.
        per_page: documents on a page.
        literal: whether to look for what was typed alone, mistyped or not.
    """
    asked = queries.read(query, language)
    if not asked.parts:
        return Results(asked.text, cut=asked.cut)
    catalogue = catalogues.catalogue(language)
    index, corrected = doors.index(), None
    parts = _parts(asked)
    matches = index.find(parts, language, every=True)
    if not matches and not literal:
        mended = _mended(asked)
        corrected = mended.text if mended.text != asked.text else None
        parts = _parts(mended)
        matches = index.find(parts, language, every=True)
    partial = not matches and len(parts) > 1
    if partial:
        matches = index.find(parts, language, every=False)
    chosen = {name: code for name, code in facets.items() if code}
    units = {catalogue.units[ident] for ident in matches if ident in catalogue.units}
    wanted = counting.narrowed(catalogue, units, chosen)
    fitting = [ident for ident in matches if catalogue.units.get(ident) in wanted] if chosen else matches
    total = catalogue.documents(wanted)
    pages = -(-total // per_page)
    page = max(1, min(page, pages))

    def best(among: Sequence[int] | None, limit: int) -> list[Scored]:
        return index.best(parts, language, every=not partial, among=among, limit=limit)

    first, last = (page - 1) * per_page, page * per_page
    places = placing.places(catalogue, fitting, best, first, last, narrowed=bool(chosen))
    return Results(
        query=asked.text,
        hits=tuple(_hits(places, parts, language)),
        total=total,
        page=page,
        pages=pages,
        counts=counting.counts(catalogue, units, chosen),
        corrected=corrected if matches else None,
        partial=partial and bool(matches),
        cut=asked.cut,
    )


def _parts(query: Query) -> tuple[Part, ...]:
    """What is looked for; the first part may also be a title that is all of the query: that stands first."""
    first, *more = query.parts
    titles = [words.whole(query.text, query.language)]
    if not more:
        titles += [words.joined(word.exact for word in form.words) for form in first.forms]
    forms = [Form((Keys(title, stem="", light=""),)) for title in dict.fromkeys(titles)]
    titled = replace(first, forms=(*first.forms, *forms))
    return _present((titled, *more), query.language)


def _present(parts: Sequence[Part], language: str) -> tuple[Part, ...]:
    """The parts without forms that stand nowhere: ranking takes time for each form of each match."""
    same = [replace(part, forms=(form,)) for part in parts for form in part.forms[1:]]
    found = iter(doors.index().has(same, language))
    return tuple(
        replace(part, forms=(part.forms[0], *(form for form in part.forms[1:] if next(found))))
        for part in parts
    )


def _mended(asked: Query) -> Query:
    """The query with every word that stands nowhere replaced by the one that was meant.

    The last word may be one that is still being typed: then any word beginning so will do.
    """
    index, language = doors.index(), asked.language
    text, last = asked.text, asked.parts[-1]
    begun = False
    for part in reversed(asked.parts):  # from the end, so that places further in front stay where they are
        if index.has([part], language)[0] or part.single is None:
            continue
        open_ended = part is last and len(part.single.exact) >= SHORTEST_BEGINNING
        if open_ended and index.has([part.begun()], language)[0]:
            begun = True
            continue
        meant = vocabulary.mended(part.single.exact, language)
        if meant is not None:
            text = text[: part.start] + meant + text[part.end :]
    mended = queries.read(text, language) if text != asked.text else asked
    if not begun:
        return mended
    return queries.Query(text, language, (*mended.parts[:-1], mended.parts[-1].begun()))


def _hits(places: Sequence[Place], parts: Sequence[Part], language: str) -> list[Hit]:
    rows = {row[0]: row for row in of_entries(SHOWN, [place.ident for place in places])}
    also = [ident for place in places if place.also for ident in (place.lead, *place.also)]
    named = {ident: (href, title) for ident, href, title in of_entries(NAMED, also)}
    hits = []
    for place in places:
        if place.ident not in rows:  # taken out a moment ago
            continue
        _, href, facets, title, text, *keys = rows[place.ident]
        start = named[place.lead][1] + BETWEEN if place.also else ""
        hits.append(
            Hit(
                kind=place.kind,
                slug=place.slug,
                address=href,
                title=excerpts.whole(excerpts.Keyed(title, *keys[:3]), parts, language),
                excerpt=excerpts.excerpt(excerpts.Keyed(text, *keys[3:]), parts, language),
                facets=json.loads(facets),
                also=tuple(
                    Also(named[ident][0], named[ident][1].removeprefix(start)) for ident in place.also
                ),
            )
        )
    return hits
