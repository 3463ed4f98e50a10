"""Finding whom a request is about: a person by e-mail address, an organization by name, across all waves."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from peewee import fn

from portal.identity import people
from portal.privacy.holdings import Subject
from surveys.responses import erasure, store

if TYPE_CHECKING:
    from collections.abc import Iterable

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")

SIMILAR = 10
"""Names that are offered where none is exactly the one asked for."""


def find(query: str) -> Subject | None:
    """Whom a request is about.

    Args:
        query: an e-mail address, or an organization's name, however it is written in capitals and spaces.

    Returns:
        The subject; None when no wave knows an organization of that name.
    """
    text = " ".join(query.replace("\0", "").split())
    return _person(people.address(text)) if ADDRESS.fullmatch(text) else _organization(text)


def similar(query: str) -> list[str]:
    """Names of organizations in which a text occurs, in the order of the alphabet, the first few."""
    wanted = " ".join(query.split()).casefold()
    names = {row.organization for row in store.Participant.select(store.Participant.organization).distinct()}
    return sorted(name for name in names if wanted and wanted in name.casefold())[:SIMILAR]


def _person(address: str) -> Subject:
    user = people.find(address)
    contact = store.Contact
    numbers = contact.select(contact.participant).where(fn.LOWER(contact.email) == address)
    return Subject(
        kind="person",
        name=user.name if user else address,
        email=address,
        pseudonym=user.pseudonym if user else None,
        participant_ids=tuple(sorted(row.participant_id for row in numbers)),
        response_ids=tuple(sorted(_typed_in(address))),
    )


def _typed_in(address: str) -> set[str]:
    """Responses in which an address was typed, as an answer or as something that could not be stored."""
    row, parked, needle = store.Response, store.Parked, erasure.typed(address)
    kept = (row.answers, row.submitted_answers, row.history)
    anywhere = reduce(or_, (fn.LOWER(document).contains(needle) for document in kept))
    answered: Any = row.select(row.id).where(anywhere).tuples()
    refused: Any = parked.select(parked.response).where(fn.LOWER(parked.posted).contains(needle)).tuples()
    return {key for found in (answered, refused) for (key,) in found}


def _organization(name: str) -> Subject | None:
    row = store.Participant
    entries: Iterable[store.Participant] = row.select().order_by(row.id)
    # In Python, for SQLite knows capitals of English letters only.
    own = [found for found in entries if found.organization.casefold() == name.casefold()]
    if not own:
        return None
    return Subject(
        kind="organization",
        name=own[0].organization,
        participant_ids=tuple(found.id for found in own),
        response_ids=tuple(sorted(found.response_id for found in own)),
    )
