"""The filters of the case studies: which values there are, and how many each would leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FACETS = ("platform", "audience")
"""Query argument of each filter; its values stand in a document under the plural."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, and the number of case studies choosing it would show."""

    code: str
    count: int


def matching(documents: Sequence[dict[str, Any]], chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """The documents that have every chosen value; "" chooses nothing."""
    return [
        document
        for document in documents
        if all(not value or value in document[f"{name}s"] for name, value in chosen.items())
    ]


def facets(documents: Sequence[dict[str, Any]], chosen: Mapping[str, str]) -> dict[str, list[Option]]:
    """For each filter, its values in the order they first occur, counted within the other filters' choice."""
    found = {}
    for name in FACETS:
        codes = dict.fromkeys(code for document in documents for code in document[f"{name}s"])
        counted = {code: len(matching(documents, {**chosen, name: code})) for code in codes}
        found[name] = [Option(code, count) for code, count in counted.items()]
    return found
