"""The kinds of documents: what each is made of, where it is read, what lists and search are told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask
    from markupsafe import Markup

    from portal.content.shapes import Complaint, Field
    from portal.searching import Passage

Body = Mapping[str, Any]
Text = Mapping[str, str]


def nothing(*_args: object) -> tuple[()]:
    """Nothing at all."""
    return ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document that has an address of its own, as a step of a stage has.

    Attributes:
        slug: its name within the document.
        title: what it is called, by language.
        anchor: where it stands on the document's page.
    """

    slug: str
    title: Text
    anchor: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    Attributes:
        name: its name in the database.
        label: what one of them is called (lazy text).
        fields: its shape; empty for a kind whose room checks by itself.
        title: body -> what it is called, by language.
        summary: body -> what it says in a sentence, by language.
        address: slug -> the path of its page in the page's language; None where it has no page.
        card: body -> what lists and filters need of it, small, in all languages.
        passages: body, language code -> what search finds of it.
        references: body -> `kind:target` of each structured reference.
        section: the feed it belongs to, or "".
        target: what the thread calls it, or "".
        parts: body -> parts that can be referred to, as `part_target:slug/part`.
        part_target: what the thread calls a part, or "".
        quoted: card, pin, words -> what a reference within a sentence shows; None for title and link.
        pins: card -> the versions that a reference may be held to.
        guard: old body, new body -> what of the change is refused.
        check: body -> complaints beyond the shape.
    """

    name: str
    label: object
    fields: tuple[Field, ...] = ()
    title: Callable[[Body], Text] = lambda body: body["title"]
    summary: Callable[[Body], Text] = lambda body: body.get("summary") or {}
    address: Callable[[str], str] | None = None
    card: Callable[[Body], Body] = lambda _body: {}
    passages: Callable[[Body, str], Iterable[Passage]] = nothing
    references: Callable[[Body], Iterable[str]] = nothing
    section: str = ""
    target: str = ""
    parts: Callable[[Body], Iterable[Part]] = nothing
    part_target: str = ""
    quoted: Callable[[Body, str, str], Markup] | None = None
    pins: Callable[[Body], Collection[str]] = nothing
    guard: Callable[[Body, Body], Iterable[Complaint]] = nothing
    check: Callable[[Body], Iterable[Complaint]] = nothing


def install(app: Flask, kinds: Iterable[Kind]) -> None:
    """Tell the application its kinds.

    Raises:
        ValueError: when two kinds have the same name, or the thread calls two by the same.
    """
    whole = tuple(kinds)
    app.extensions["kinds"] = {kind.name: kind for kind in whole}
    targets = [name for kind in whole for name in (kind.target, kind.part_target) if name]
    if len(targets) != len(set(targets)) or len(app.extensions["kinds"]) != len(whole):
        listed = sorted([*targets, *(kind.name for kind in whole)])
        raise ValueError(f"Two kinds share a name, or a name in the thread: {listed}.")


def kinds() -> Mapping[str, Kind]:
    """Name -> kind, in the order of their rooms."""
    found: Mapping[str, Kind] = current_app.extensions["kinds"]
    return found


def with_target(name: str) -> Kind | None:
    """The kind that the thread calls so, or whose parts it calls so."""
    return next((kind for kind in kinds().values() if name in (kind.target, kind.part_target)), None)
