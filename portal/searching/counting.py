"""How many documents a query finds, and how many with each facet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.searching.models import facet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from portal.searching.catalogue import Catalogue

    Units = AbstractSet[int]


def narrowed(catalogue: Catalogue, units: Units, chosen: Mapping[str, str]) -> Units:
    """Those units that have all chosen facets.

    Args:
        catalogue: of the language.
        units: what fits the query.
        chosen: facet -> code.
    """
    for name, code in chosen.items():
        units = units & catalogue.having.get(facet(name, code), frozenset())
    return units


def counts(catalogue: Catalogue, units: Units, chosen: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Facet -> code -> documents that would be left with it, most first; a chosen facet as if it were not.

    Args:
        catalogue: of the language.
        units: what fits the query.
        chosen: facet -> code.
    """
    fitting = narrowed(catalogue, units, chosen)
    # A chosen facet tells what each of its other codes would leave.
    left = {
        name: narrowed(catalogue, units, {other: chosen[other] for other in chosen if other != name})
        for name in chosen
    }
    numbers = []
    for held, having in catalogue.having.items():
        name, _, code = held.partition("=")
        number = catalogue.documents(left.get(name, fitting) & having)
        if number:
            numbers.append((-number, name, code))
    found: dict[str, dict[str, int]] = {}
    for number, name, code in sorted(numbers):
        found.setdefault(name, {})[code] = -number
    return found
