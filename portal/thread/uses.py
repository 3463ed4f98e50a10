"""Where something is used: every published document that refers to it."""

from __future__ import annotations

from dataclasses import dataclass

from portal.content import kinds, reading
from portal.filters import in_language


@dataclass(frozen=True, slots=True)
class Use:
    """A document that refers to something.

    Attributes:
        label: what kind of document it is (lazy text).
        title: what it is called, in the page's language.
        address: the path of its page in the page's language.
    """

    label: object
    title: str
    address: str


def uses(target_kind: str, target: str) -> list[Use]:
    """The documents that refer to a target, in the page's language; those without a page are left out.

    Args:
        target_kind: what the thread calls it: `case`, `finding` …
        target: its name, as references write it.
    """
    by_kind: dict[str, list[str]] = {}
    for source, slug in reading.mentioning(target_kind, target):
        by_kind.setdefault(source, []).append(slug)
    found = []
    for name, slugs in by_kind.items():
        kind = kinds.kinds().get(name)
        if kind is None or kind.address is None:
            continue
        own = target.partition("/")[0] if target_kind in (kind.target, kind.part_target) else None
        found += [
            Use(kind.label, in_language(card["title"]), kind.address(card["slug"]))
            for card in reading.cards(name, slugs)
            if card["slug"] != own
        ]
    return found
