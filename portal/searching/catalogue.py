"""Which document and facets each passage has, kept by each process until the index changes.

Reading this anew for thousands of matches took most of a query's time. Nothing of a query is kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.searching.models import Entry, State, facets_of, tuples

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The passages of one language, put together in units: those that share a place and have the same facets.

    Attributes:
        state: of the index it was read from.
        units: entry -> its unit, a number.
        leads: unit -> its lead.
        having: facet -> the units that have it.
        several: the units that share a place with another one.
        members: lead -> the entries that share its place, of those places that are shared.
    """

    state: str
    units: Mapping[int, int]
    leads: Sequence[int]
    having: Mapping[str, AbstractSet[int]]
    several: AbstractSet[int]
    members: Mapping[int, Sequence[int]]

    def documents(self, units: AbstractSet[int]) -> int:
        """How many places some units take."""
        several = units & self.several
        return len(units) - len(several) + len({self.leads[unit] for unit in several})

    def lead(self, ident: int) -> int | None:
        """The lead of an entry; None for one that was put a moment ago."""
        unit = self.units.get(ident)
        return None if unit is None else self.leads[unit]

    def companions(self, leads: Iterable[int]) -> dict[int, int]:
        """Entry -> lead, for all entries of some places that are shared."""
        return {ident: lead for lead in leads for ident in self.members.get(lead, ())}


_kept: dict[str, Catalogue] = {}
"""Language -> what was read last."""


def changed() -> None:
    """Say that the index changed; within the transaction that changes it."""
    state = secrets.token_hex(16)
    if not State.update(state=state).execute():
        State.create(state=state)


def catalogue(language: str) -> Catalogue:
    """The catalogue of a language, as the index is now."""
    # Read first: what changes in between is then read again by the next query.
    state = next((row[0] for row in tuples(State.select(State.state))), "")
    kept = _kept.get(language)
    if kept is None or kept.state != state:
        kept = _kept[language] = _read(language, state)
    return kept


def _read(language: str, state: str) -> Catalogue:
    numbers: dict[tuple[int, str], int] = {}
    units: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    columns = (Entry.id, Entry.lead, Entry.facets)
    for ident, lead, facets in tuples(Entry.select(*columns).where(Entry.language == language)):
        units[ident] = numbers.setdefault((lead, facets), len(numbers))
        members.setdefault(lead, []).append(ident)
    shared = {lead: idents for lead, idents in members.items() if len(idents) > 1}
    having: dict[str, set[int]] = {}
    first: dict[int, int] = {}
    several: set[int] = set()
    for (lead, facets), unit in numbers.items():
        for held in facets_of(facets):
            having.setdefault(held, set()).add(unit)
        if first.setdefault(lead, unit) != unit:
            several |= {first[lead], unit}
    return Catalogue(state, units, [lead for lead, _ in numbers], having, several, shared)
