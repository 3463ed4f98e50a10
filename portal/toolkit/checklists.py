"""Checklists whose ticks travel in the address: `?done=gap.asked` names the ticked items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

JOIN = "."
"""Between the ids in an address; it needs no escaping there."""


def ticked(checklist: Mapping[str, Any], given: Iterable[str]) -> tuple[str, ...]:
    """The ids that an address ticks, in the checklist's order; those it does not have are passed over.

    Args:
        checklist: a document of the kind `checklist`.
        given: the values of `done`: one with all ids, or one for each, as a form sends them.
    """
    named = {ident for value in given for ident in value.split(JOIN)}
    return tuple(item["id"] for item in checklist["items"] if item["id"] in named)


def joined(ids: Iterable[str]) -> str:
    """Ids as one value for an address."""
    return JOIN.join(ids)
