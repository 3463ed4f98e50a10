"""Submitting: the answers on the path are frozen, numbered and announced, in one transaction."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from surveys.questionnaire import routing
from surveys.responses import changes, merge, releases, rows, store
from surveys.responses.instruments import by_hash
from surveys.responses.model import Incomplete, Receipt, WaveClosed, Withdrawn
from surveys.responses.rows import given_receipt

if TYPE_CHECKING:
    from surveys.questionnaire.model import Questionnaire

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody confuses when reading a code aloud (no 0 O, 1 I L, U V)."""

_GROUPS, _GROUP = 3, 4


def tidy(code: str) -> str:
    """A receipt code as it is kept, from however it was written down."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def settle(row: store.Response, wave: store.Wave, questionnaire: Questionnaire, at: int) -> Receipt:
    """Submit a response, or its correction. Both rows are locked by the caller.

    Args:
        row: the response; it is saved.
        wave: its wave; it is saved when a receipt number is given.
        questionnaire: the version the response is answered under.
        at: now, in seconds of UTC.

    Raises:
        Incomplete: when the path has required questions without a valid answer.
    """
    places = routing.unanswered(questionnaire, row.answers)
    if places:
        raise Incomplete(places)
    first = row.receipt is None
    row.submitted_answers = routing.on_path(questionnaire, row.answers)
    asking = {question.name for question in questionnaire.question.values() if question.asks}
    row.answers = {
        field: value
        for field, value in row.submitted_answers.items()
        if field.partition(":")[0] in asking
    }  # fmt: skip
    row.history = merge.settle(row.history, row.answers)
    row.state, row.submitted_revision = "submitted", row.revision
    if first:
        wave.receipts += 1
        wave.save(only=[store.Wave.receipts])
        row.receipt, row.number, row.submitted_at = _new_code(), wave.receipts, at
    else:
        row.corrected_at = at
    row.save()
    changes.append(
        "submitted" if first else "edited", wave=wave.id, response=row.id, revision=row.revision, at=at
    )
    return given_receipt(row)


def submit(draft_id: str, *, revision: int | None = None) -> Receipt:
    """Submit a response exactly once; however often it is repeated, the receipt is the first one.

    Answers changed after that are a correction, and submitting again submits the correction.

    Args:
        draft_id: the response.
        revision: the revision its review page showed. With it, a repeated post of the first submission
            is told from the submission of a correction begun since.

    Raises:
        UnknownToken: when there is no such response.
        Withdrawn: when it was withdrawn.
        WaveClosed: when the wave takes no answers, unless this repeats what was submitted.
        Incomplete: when required answers are missing.
    """
    pinned = rows.response(draft_id)
    questionnaire = by_hash(pinned.wave.survey.slug, pinned.instrument_id)
    with store.write():
        row = store.lock(store.Response, draft_id)
        if row.state == "withdrawn":
            raise Withdrawn(draft_id)
        submitted = row.submitted_revision
        if submitted is not None and (
            row.revision == submitted or (revision is not None and revision <= submitted)
        ):
            return given_receipt(row)
        wave = store.lock(store.Wave, row.wave_id)
        if wave.state != "open":
            raise WaveClosed(wave.state)
        return settle(row, wave, questionnaire, store.now())


def withdraw(draft_id: str) -> None:
    """Withdraw a response: its answers are erased, its receipt stays; repeating it changes nothing.

    Raises:
        UnknownToken: when there is no such response.
    """
    rows.response(draft_id)
    with store.write():
        row = store.lock(store.Response, draft_id)
        if row.state == "withdrawn":
            return
        counted = row.state == "submitted"
        row.state, row.answers, row.history, row.submitted_answers = "withdrawn", {}, {}, None
        row.submitted_revision = None
        row.revision += 1
        row.save()
        store.Parked.delete().where(store.Parked.response == row).execute()
        releases.forget(row.wave_id, row.id)
        if counted:
            changes.append("withdrawn", wave=row.wave_id, response=row.id, revision=0, at=store.now())


def _new_code() -> str:
    while True:
        plain = "".join(secrets.choice(ALPHABET) for _ in range(_GROUPS * _GROUP))
        code = tidy(plain)
        if not store.Response.select().where(store.Response.receipt == code).exists():
            return code
