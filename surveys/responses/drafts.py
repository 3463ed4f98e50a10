"""Answering: a response is begun, saved page by page, submitted once, and corrected."""

from __future__ import annotations

import json
import secrets
import string
from typing import TYPE_CHECKING

from surveys.responses import merge, rows, store
from surveys.responses.model import (
    Conflict,
    Draft,
    Incomplete,
    Opened,
    ParkedPost,
    Receipt,
    Saved,
    UnknownToken,
    Wave,
    WaveClosed,
    Withdrawn,
)
from surveys.responses.submission import submit, withdraw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveys.questionnaire.model import Value

__all__ = [
    "Conflict",
    "Draft",
    "Incomplete",
    "Opened",
    "ParkedPost",
    "Receipt",
    "Saved",
    "UnknownToken",
    "WaveClosed",
    "Withdrawn",
    "begin",
    "discard",
    "find",
    "get",
    "new_token",
    "park",
    "parked",
    "prepare",
    "save",
    "start",
    "submit",
    "withdraw",
]

_TOKEN_LETTERS = string.ascii_letters + string.digits
_TOKEN_LENGTH = 24
"""142 bits, in letters and digits only: a link ending in a dash is cut short by some chat applications."""


PARKED = 5
"""Refused posts of one page that are kept to be offered back."""


def start(wave: Wave, language: str, *, verified: bool = False) -> Opened:
    """Begin a response.

    Args:
        wave: the wave to answer.
        language: the language it is answered in.
        verified: whether it is known who answers.

    Raises:
        WaveClosed: when the wave is not open.
    """
    with store.write():
        row = store.Wave.get_by_id(wave.id)
        if row.state != "open":
            raise WaveClosed(row.state)
        return begin(row, language, verified=verified)


def begin(wave: store.Wave, language: str, *, verified: bool) -> Opened:
    """Make the row of a response and its first token, inside a transaction."""
    response_id = prepare(wave, language, verified=verified)
    return Opened(response_id, _mint(response_id))


def prepare(wave: store.Wave, language: str, *, verified: bool) -> str:
    """Make the row of a response that nobody has a key to yet, inside a transaction; returns its id."""
    row = store.Response.create(
        wave=wave,
        instrument=wave.instrument_id,
        language=language,
        verified=verified,
        created_day=store.day(store.now()),
    )
    return str(row.id)


def find(token: str) -> Draft:
    """The response that a link opens.

    Raises:
        UnknownToken: when there is none.
    """
    key = store.Token.get_or_none(store.Token.hash == store.digest(token))
    if key is None:
        raise UnknownToken
    return get(key.response_id)


def get(draft_id: str) -> Draft:
    """A response by its id.

    Raises:
        UnknownToken: when there is none.
    """
    return rows.draft_value(rows.response(draft_id))


def new_token(draft_id: str) -> str:
    """One more key to a response; those given before stay good.

    Raises:
        UnknownToken: when there is no such response.
    """
    rows.response(draft_id)
    with store.write():
        return _mint(draft_id)


def _mint(draft_id: str) -> str:
    token = "".join(secrets.choice(_TOKEN_LETTERS) for _ in range(_TOKEN_LENGTH))
    store.Token.insert(
        hash=store.digest(token), response=draft_id, created_day=store.day(store.now())
    ).execute()
    return token


def save(
    draft_id: str,
    *,
    base_revision: int | None,
    values: Mapping[str, Value | None],
    page: str = "",
    language: str | None = None,
) -> Saved:
    """Save what was answered, merged question by question with what others saved meanwhile.

    Where both changed the same question differently the stored answer stays, and the one sent is parked
    and returned. After submitting, what is saved is a correction that nobody sees until it is submitted.

    Args:
        draft_id: the response.
        base_revision: the revision the sent form was rendered from; None for the latest.
        values: field -> checked value, None for a cleared one; fields that are absent stay as they are.
        page: the page that was sent, to offer parked text back on it.
        language: the language it is answered in from now on; None leaves it.

    Raises:
        UnknownToken: when there is no such response.
        Withdrawn: when it was withdrawn.
        WaveClosed: when the wave takes no answers; what was sent is parked.
    """
    rows.response(draft_id)
    with store.write():
        row = store.lock(store.Response, draft_id)
        if row.state == "withdrawn":
            raise Withdrawn(draft_id)
        state = row.wave.state
        if state == "open":
            return _merge(row, base_revision, values, page, language)
        _park(draft_id, page, merge.as_posted(values), "closed")
    # Raised only here, after the transaction: inside it would undo the parking.
    raise WaveClosed(state)


def _merge(
    row: store.Response,
    base_revision: int | None,
    values: Mapping[str, Value | None],
    page: str,
    language: str | None,
) -> Saved:
    base = row.revision if base_revision is None else base_revision
    merged = merge.merge(row.answers, row.history, row.revision, base, values)
    if merged.changed:
        row.answers, row.history = merged.answers, merged.history
        row.revision += 1
    if merged.changed or language not in (None, row.language):
        row.language = language or row.language
        own = store.Response
        row.save(only=[own.answers, own.history, own.revision, own.language])
    if merged.conflicts:
        mine = {field: conflict.mine for field, conflict in merged.conflicts.items()}
        _park(row.id, page, merge.as_posted(mine), "conflict")
    return Saved(row.revision, merged.conflicts)


def park(draft_id: str, page: str, posted: Mapping[str, Sequence[str]], reason: str = "invalid") -> None:
    """Keep something typed that cannot be stored as an answer; the same thing twice is kept once.

    Of each page the last `PARKED` are kept: one link must not fill the disk.

    Args:
        draft_id: the response.
        page: the page that was sent.
        posted: field -> texts, as posted.
        reason: `invalid`, `stale`, `conflict` or `closed`.

    Raises:
        UnknownToken: when there is no such response.
    """
    rows.response(draft_id)
    with store.write():
        _park(draft_id, page, posted, reason)


def _park(draft_id: str, page: str, posted: Mapping[str, Sequence[str]], reason: str) -> None:
    plain = {field: list(texts) for field, texts in posted.items()}
    row, digest = store.Parked, store.digest(json.dumps([page, plain], sort_keys=True))
    row.delete().where((row.response == draft_id) & (row.digest == digest)).execute()  # it is the last again
    row.insert(
        response=draft_id, page=page, reason=reason, posted=plain, digest=digest, parked_at=store.now()
    ).on_conflict_ignore().execute()
    kept = row.select(row.id).where((row.response == draft_id) & (row.page == page))
    surplus = [old.id for old in kept.order_by(row.id.desc()).offset(PARKED).limit(PARKED)]
    if surplus:
        row.delete().where(row.id.in_(surplus)).execute()


def parked(draft_id: str) -> tuple[ParkedPost, ...]:
    """What is parked for a response, oldest first."""
    row = store.Parked
    query = row.select().where(row.response == draft_id).order_by(row.id)
    return tuple(
        ParkedPost(found.id, found.page, found.reason, found.posted, found.parked_at) for found in query
    )


def discard(draft_id: str, parked_id: int) -> None:
    """Forget something parked, once its respondent has taken it back or does not want it."""
    row = store.Parked
    with store.write():
        row.delete().where((row.id == parked_id) & (row.response == draft_id)).execute()
