"""What references lead to: found among the documents, their parts, and what other rooms register.

Every kind of document with a name in the thread is found here by itself; a room whose targets are no
documents registers how they are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_babel import gettext as _

from portal.content import reading, references
from portal.content.kinds import kinds, with_target
from portal.filters import in_language

if TYPE_CHECKING:
    import re

    from flask import Flask
    from markupsafe import Markup

    from portal.content.kinds import Kind
    from portal.content.references import Reference


@dataclass(frozen=True, slots=True)
class Coming:
    """A document that is about to be kept, and may refer to itself: its kind, name, and card."""

    kind: Kind
    slug: str
    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a reference leads to.

    Attributes:
        title: what it is called, in the page's language.
        address: the path of its page in the page's language.
        inline: what shows within a sentence; None for the title as a link.
        block: makes what shows where the reference is a paragraph of its own; None for the same as inline.
        summary: what it says in a sentence, in the page's language, with whatever must go with that; "" where
            its document says it.
    """

    title: str
    address: str
    inline: Markup | None = None
    block: Callable[[], Markup | None] | None = None
    summary: str = ""


Finder = Callable[["Reference"], Found | None]
"""Looks one reference up, in the page's language; None where there is no such thing."""


def register(app: Flask, name: str, finder: Finder, says: Callable[[Reference], bool] | None = None) -> None:
    """Say how the targets of a name are found that are no documents.

    Args:
        app: the portal.
        name: what the thread calls them.
        finder: looks one up in the page's language.
        says: whether there is one, without a page; the finder by default.
    """
    app.extensions.setdefault("targets", {})[name] = (
        finder,
        says or (lambda reference: finder(reference) is not None),
    )


def names() -> list[str]:
    """Every kind of target there is."""
    own = [name for kind in kinds().values() for name in (kind.target, kind.part_target) if name]
    return sorted([*own, *current_app.extensions.get("targets", {})])


def exists(reference: Reference, coming: Coming | None = None) -> bool:
    """Whether a reference leads anywhere.

    Args:
        reference: the reference.
        coming: the document it stands in, as that will be.
    """
    kind = with_target(reference.kind)
    if kind is None:
        registered = current_app.extensions.get("targets", {}).get(reference.kind)
        return registered is not None and bool(registered[1](reference))
    slug, _slash, part = reference.target.partition("/")
    own = coming is not None and (coming.kind.name, coming.slug) == (kind.name, slug)
    card = coming.card if own and coming else next(iter(reading.cards(kind.name, [slug])), None)
    if card is None or reference.by or bool(part) != (reference.kind == kind.part_target):
        return False
    if part and part not in card.get("parts", {}):
        return False
    return not reference.pin or reference.pin in kind.pins(card)


def fault(reference: Reference, coming: Coming | None = None) -> str | None:
    """What is wrong with a reference, in a sentence; None when it leads somewhere.

    Args:
        reference: the reference.
        coming: the document it stands in, as that will be.
    """
    if reference.kind not in names():
        listed = ", ".join(names())
        return _("%(reference)s: there is no kind “%(kind)s”; there are %(kinds)s.",
                 reference=str(reference), kind=reference.kind, kinds=listed)  # fmt: skip
    if not exists(reference, coming):
        return _("%(reference)s leads nowhere; correct its name or take it out.", reference=str(reference))
    return None


def find(references: Iterable[Reference]) -> dict[Reference, Found]:
    """What several references lead to, in the page's language; one query for each kind among them."""
    asked = list(dict.fromkeys(references))
    found: dict[Reference, Found] = {}
    by_kind: dict[str, list[Reference]] = {}
    for reference in asked:
        by_kind.setdefault(reference.kind, []).append(reference)
    for name, group in by_kind.items():
        kind = with_target(name)
        if kind is None:
            finder = current_app.extensions.get("targets", {}).get(name, (None,))[0]
            looked_up = {reference: finder(reference) for reference in group} if finder else {}
            found.update({reference: it for reference, it in looked_up.items() if it is not None})
            continue
        slugs = {reference.target.partition("/")[0] for reference in group}
        cards = {card["slug"]: card for card in reading.cards(kind.name, slugs)}
        for reference in group:
            it = _of_document(kind, cards.get(reference.target.partition("/")[0]), reference)
            if it is not None:
                found[reference] = it
    return found


def plain(written: str) -> str:
    """A text for places that take no HTML: each reference is the words it would show."""
    known = find(references.within(written))

    def said(place: re.Match[str]) -> str:
        reference = references.parse(place)
        it = known.get(reference)
        if it is None:
            return reference.words or _("no longer available")
        return reference.words or (it.title if it.inline is None else it.inline.striptags())

    return references.PATTERN.sub(said, written)


def _of_document(kind: Kind, card: Mapping[str, Any] | None, reference: Reference) -> Found | None:
    part = reference.target.partition("/")[2]
    if card is None or kind.address is None or bool(part) != (reference.kind == kind.part_target):
        return None
    address = kind.address(card["slug"])
    if part:
        named = card.get("parts", {}).get(part)
        return Found(in_language(named["title"]), f"{address}#{named['anchor']}") if named else None
    if reference.pin and reference.pin not in kind.pins(card):
        return None
    inline = kind.quoted(card, reference.pin, reference.words) if kind.quoted else None
    return Found(in_language(card["title"]), address, inline)
