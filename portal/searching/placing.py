"""Which documents stand on a page of results, each at the place of its best passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from portal.searching.models import of_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from portal.searching.catalogue import Catalogue
    from portal.searching.queries import Scored

    Best: TypeAlias = Callable[[Sequence[int] | None, int], Sequence[Scored]]

MOST_ALSO = 2
"""Further passages of a document that are named under its best one."""

SPARE = 100
"""Passages asked for beyond a page's last place, for documents with several, and for equal ones."""

PLACES = "SELECT id, kind, slug, position FROM search_entry WHERE id IN"


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a page.

    Attributes:
        kind: of the document.
        slug: of the document.
        ident: of the entry that fits best.
        lead: of the entries that share the place.
        also: the next best of them.
    """

    kind: str
    slug: str
    ident: int
    lead: int
    also: tuple[int, ...] = ()


def places(
    catalogue: Catalogue, fitting: Collection[int], best: Best, first: int, last: int, *, narrowed: bool
) -> list[Place]:
    """The places of one page; equal ones in the order of their documents, whenever those were put.

    Args:
        catalogue: of the language.
        fitting: the entries that may stand there, in any order.
        best: entries to choose from (all when None), how many -> the best of them, with their scores.
        first: the page's first place, from 0.
        last: the place behind its last.
        narrowed: whether `fitting` are not all that the query finds.
    """
    among, limit = (list(fitting) if narrowed else None), last + SPARE
    while True:
        ranked = best(among, limit)
        reach = _reach(ranked, catalogue, last)
        if reach.whole or len(ranked) < limit:
            break
        limit *= 4
    if len(reach.scores) <= first:
        return []
    most, least = reach.scores[first], reach.scores[:last][-1]
    before = sum(score > most for score in reach.scores)
    near = {ident: (lead, score) for ident, lead, score in reach.best if least <= score <= most}
    told = sorted(of_entries(PLACES, list(near)), key=lambda row: (-near[row[0]][1], *row[1:]))
    tops: dict[int, Any] = {}
    for row in told:
        tops.setdefault(near[row[0]][0], row)
    shown = dict(list(tops.items())[first - before : last - before])
    also = _also(catalogue, fitting, best, {lead: row[0] for lead, row in shown.items()})
    return [Place(row[1], row[2], row[0], lead, also.get(lead, ())) for lead, row in shown.items()]


@dataclass(frozen=True, slots=True)
class Reach:
    """What may stand before a place.

    Attributes:
        best: of each document the passages with its highest score: id, lead and score.
        scores: that of each document, highest first.
        whole: whether everything behind it has a lower score.
    """

    best: Sequence[tuple[int, int, float]]
    scores: Sequence[float]
    whole: bool


def _reach(ranked: Sequence[Scored], catalogue: Catalogue, last: int) -> Reach:
    scores: dict[int, float] = {}
    reach: list[tuple[int, int, float]] = []
    least = float("-inf")
    for ident, score in ranked:
        if score < least:
            return Reach(reach, list(scores.values()), whole=True)
        lead = catalogue.lead(ident)
        if lead is not None and scores.setdefault(lead, score) == score:
            reach.append((ident, lead, score))
        if len(scores) == last:
            least = score
    return Reach(reach, list(scores.values()), whole=False)


def _also(
    catalogue: Catalogue, fitting: Collection[int], best: Best, shown: Mapping[int, int]
) -> dict[int, tuple[int, ...]]:
    """Lead -> the next best passages of the documents on a page.

    Args:
        catalogue: of the language.
        fitting: the entries that may be named.
        best: as for `places`.
        shown: lead -> the passage that is shown.
    """
    companions = catalogue.companions(shown)
    further = {ident: companions[ident] for ident in companions.keys() & set(fitting)}
    further = {ident: lead for ident, lead in further.items() if shown[lead] != ident}
    if not further:
        return {}
    positions = {row[0]: row[3] for row in of_entries(PLACES, list(further))}
    ranked = best(list(further), len(further))
    found: dict[int, tuple[int, ...]] = {}
    for ident, _ in sorted(ranked, key=lambda one: (-one[1], positions[one[0]])):
        lead = further[ident]
        found[lead] = (*found.get(lead, ()), ident)[:MOST_ALSO]
    return found
