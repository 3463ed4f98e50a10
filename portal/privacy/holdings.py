"""What each part of the portal holds about one person or organization: listed, handed out and erased as one.

A part registers a `Holding` for its tables when the portal starts. A test walks all tables of the database
and fails when one with a personal column is covered by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a request is about.

    Attributes:
        kind: a person, known by an e-mail address, or an organization, known by its name.
        name: the organization's name, or the person's where it is known; else the address.
        email: the person's address in small letters; None for an organization.
        pseudonym: of the person's account; None when there is none.
        participant_ids: the organization's entries in waves, or those that name the person as contact.
        response_ids: the organization's responses, or those in which the person's address was typed.
    """

    kind: Literal["person", "organization"]
    name: str
    email: str | None = None
    pseudonym: str | None = None
    participant_ids: tuple[int, ...] = ()
    response_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """What one part of the portal holds.

    Attributes:
        name: its key in the file that is handed out.
        title: what it is called on pages, lazily translated.
        export: everything held about a subject, as JSON objects.
        erase: erases it inside the caller's transaction and returns how many entries went.
        covers: the tables it answers for.
        keeps: why something must stay, as a lazy sentence; None when nothing does.
    """

    name: str
    title: LazyString
    export: Callable[[Subject], list[dict[str, Any]]]
    erase: Callable[[Subject], int]
    covers: tuple[str, ...] = ()
    keeps: LazyString | None = None


_REGISTERED: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add a holding; registering one of the same name again replaces it."""
    _REGISTERED[holding.name] = holding


def registered() -> tuple[Holding, ...]:
    """Every holding, in the order they were registered."""
    return tuple(_REGISTERED.values())


def export(subject: Subject) -> dict[str, list[dict[str, Any]]]:
    """Everything held about a subject: holding -> its entries, holdings without any left out."""
    found = ((holding.name, holding.export(subject)) for holding in registered())
    return {name: entries for name, entries in found if entries}


def erase(subject: Subject) -> dict[str, int]:
    """Erase everything held about a subject, inside the caller's transaction.

    The subject was found before and names what is to go, so the order does not matter.

    Returns:
        Holding -> how many entries went, holdings without any left out.
    """
    counts = {holding.name: holding.erase(subject) for holding in registered()}
    return {name: count for name, count in counts.items() if count}
