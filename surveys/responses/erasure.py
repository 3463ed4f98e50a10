"""Erasing what answers hold of people: a whole wave when its time has come, or one organization at its wish.

A wave is erased in three steps: what was never submitted, who answered, and at last the answers themselves.
Releases stand: they are public, and hold protected counts alone.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from peewee import SqliteDatabase, fn

from surveys.questionnaire.expressions import references
from surveys.responses import changes, store, submission
from surveys.responses.connection import LOCK_SECONDS
from surveys.responses.instruments import by_hash
from surveys.responses.model import WaveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from surveys.questionnaire.model import Question
    from surveys.responses.model import Wave

    Telling: TypeAlias = Callable[[Sequence[Question], dict[str, Any]], set[str]]

ERASED = "erased"
"""State of a response whose answers were erased with those of its whole wave."""

Counts = dict[str, int]
"""How much went, by kind of entry; what is zero is left out."""


def erase_unfinished(wave: Wave) -> Counts:
    """Erase what was typed in a closed wave and never submitted.

    A draft by the open link goes whole; that of an invited organization is emptied, for who was invited is
    still known. A correction that was begun and not submitted goes too: what was submitted stands.

    Returns:
        How many `drafts`, `corrections` and `parked` posts went.

    Raises:
        WaveError: when the wave is not closed, or is the demonstration.
    """
    with store.write():
        return _present(_unfinished(_locked(wave)))


def erase_identifiers(wave: Wave) -> Counts:
    """Erase who answered in a closed wave; the answers stay, and the links to them stop working.

    Answers that say who somebody is (e-mail addresses, what was given for contact) are identifiers too.
    Parked posts go as well, for without a link nobody can be offered them back.

    Returns:
        How many `organizations`, `contacts`, `links`, `parked` posts and identifying `fields` went.

    Raises:
        WaveError: when the wave is not closed, or is the demonstration.
    """
    with store.write():
        return _present(_identifiers(wave, _locked(wave)))


def identifiers_erased(wave: Wave) -> bool:
    """Whether a wave has answers of which nobody knows any more whose they are: it was erased who answered.

    Nobody is invited to such a wave again, for it could be an organization that has answered already, and
    would count twice. A keyed hash of each name could tell; but whoever has the key need only try the names
    there are, so it would keep what was announced as erased. Nobody stands behind the demonstration.
    """
    if wave.demonstration:
        return False
    row, held = store.Response, store.Participant
    known = held.select().where(held.response == row.id)
    opened = store.Token.select().where(store.Token.response == row.id)
    theirs = (row.wave == wave.id) & row.state.in_(["draft", "submitted"])
    return bool(row.select().where(theirs & ~fn.EXISTS(opened) & ~fn.EXISTS(known)).exists())


def erase_records(wave: Wave) -> Counts:
    """Erase every answer of a closed wave, and all that the two steps before erase.

    What is left of a response is its receipt and its days. The private side of the wave's releases and the
    tables counted for the staff are emptied too, and the change feed has one line that says the wave is gone.

    Returns:
        How many `responses` went, and what the other two steps count.

    Raises:
        WaveError: when the wave is not closed, or is the demonstration.
    """
    with store.write():
        rows = _locked(wave)
        before = erased(wave)
        counts = _unfinished(rows)
        for name, count in _identifiers(wave, rows).items():
            counts[name] = counts.get(name, 0) + count
        row, change = store.Response, store.Change
        emptied: dict[str, Any] = {
            "state": ERASED, "answers": {}, "history": {},
            "submitted_answers": None, "submitted_revision": None,
        }  # fmt: skip
        held = (row.wave == wave.id) & row.state.in_(["draft", "submitted"])
        counts["responses"] = row.update(emptied).where(held).execute()
        for record in store.ReleaseRecord.select().where(store.ReleaseRecord.wave == wave.id):
            record.basis = _emptied_basis(record.basis)
            record.save(only=[store.ReleaseRecord.basis])
        store.Tally.delete().where(store.Tally.wave == wave.id).execute()
        if not before:
            change.delete().where(change.wave == wave.id).execute()
            changes.append("removed", wave=wave.id, response="", revision=0, at=store.now())
        return _present(counts)


def erased(wave: Wave) -> bool:
    """Whether the answers of a wave were erased: it takes no further answer and no further release."""
    row = store.Response
    return bool(row.select().where((row.wave == wave.id) & (row.state == ERASED)).exists())


def erase_organization(participant_ids: Iterable[int], response_ids: Iterable[str]) -> Counts:
    """Erase an organization: its answers, what it typed, its name, its contact and its links.

    Its responses are withdrawn, so that the next release of each wave leaves them out. An empty row stays of
    each, with its receipt code and its days and no name.

    Returns:
        How many `responses`, `links` and `organizations` went.
    """
    counts: Counts = {"responses": 0, "links": 0}
    row = store.Response
    with store.write():
        for key in sorted(response_ids):
            submission.withdraw(key)
            counts["responses"] += 1
            counts["links"] += _delete(store.Token, store.Token.response == key)
            _delete(store.Tally, store.Tally.wave.in_(row.select(row.wave).where(row.id == key)))
        numbers = list(participant_ids)
        counts["organizations"] = _delete(store.Participant, store.Participant.id.in_(numbers))
    return _present(counts)


def erase_address(email: str, participant_ids: Iterable[int], response_ids: Iterable[str]) -> Counts:
    """Erase a person's e-mail address: as a contact, and in answers with what else identifies there.

    Args:
        email: the address.
        participant_ids: the organizations it is the contact of; they stay, without it.
        response_ids: responses in which it was typed; their other answers stay.

    Returns:
        How many `contacts`, `fields` and `parked` posts went.
    """
    with store.write():
        numbers = list(participant_ids)
        counts: Counts = {"contacts": _delete(store.Contact, store.Contact.participant.in_(numbers))}
        counts["fields"] = counts["parked"] = 0
        for key in sorted(response_ids):
            counts["fields"] += _strip(store.lock(store.Response, key), _naming(email))
            for post in store.Parked.select().where(store.Parked.response == key):
                if mentions(post.posted, email):
                    counts["parked"] += post.delete_instance()
    return _present(counts)


def fields_about(response_id: str, email: str) -> dict[str, Any]:
    """The answers that `erase_address` would take out of a response: they identify, or hold the address."""
    row = store.Response.get_by_id(response_id)
    fields = {**(row.submitted_answers or {}), **row.answers}
    told = _naming(email)(_questions(row), fields)
    return {field: value for field, value in fields.items() if field in told}


def mentions(document: Any, text: str) -> bool:
    """Whether a text occurs in a JSON document, in capitals or not."""
    return typed(text) in json.dumps(document).lower()


def typed(text: str) -> str:
    """A text as it stands within a stored document, in small letters: what to look for there."""
    return json.dumps(text)[1:-1].lower()


def scrub() -> None:
    """Leave nothing of erased rows in the files of the database, outside any transaction.

    SQLite only marks what is deleted as free, in the file and in its log: the file is written anew and the
    log emptied. PostgreSQL cleans up in its own time.
    """
    if not isinstance(store.database.obj, SqliteDatabase):
        return
    # A connection of its own: this thread's may still hold a query that was not read to its end.
    own = sqlite3.connect(store.database.obj.database, timeout=LOCK_SECONDS, isolation_level=None)
    try:
        own.execute("VACUUM")
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        own.close()


def _locked(wave: Wave) -> list[store.Response]:
    """The responses of a wave, then the wave: locked in the order in which a submission takes them."""
    row = store.Response
    keys = [each.id for each in row.select(row.id).where(row.wave == wave.id).order_by(row.id)]
    rows = [store.lock(row, key) for key in keys]
    own = store.lock(store.Wave, wave.id)
    if own.demonstration:
        raise WaveError("The demonstration is invented; take it away with `demo remove`.")
    if own.state != "closed":
        raise WaveError(f"The wave {wave.survey}@{own.name} is not closed: nothing of it is erased.")
    return rows


def _unfinished(rows: Sequence[store.Response]) -> Counts:
    counts: Counts = {"drafts": 0, "corrections": 0, "parked": 0}
    participant = store.Participant
    for row in rows:
        counts["parked"] += _delete(store.Parked, store.Parked.response == row)
        if row.state == "submitted" and row.revision != row.submitted_revision:
            _discard_correction(row)
            counts["corrections"] += 1
        elif row.state == "draft":
            invited = participant.select().where(participant.response == row).exists()
            counts["drafts"] += int(bool(row.answers) or not invited)
            row.answers, row.history, row.revision = {}, {}, row.revision + bool(row.answers)
            if invited:
                row.save()
            else:
                row.delete_instance()
    return counts


def _discard_correction(row: store.Response) -> None:
    """Go back to what was submitted: nothing is left to submit, and nothing of what was typed since."""
    asking = {asked.name for asked in _questions(row) if asked.asks}
    submitted = row.submitted_answers or {}
    row.answers = {field: value for field, value in submitted.items() if _question(field) in asking}
    row.history, row.submitted_revision = {}, row.revision
    row.save()


def _identifiers(wave: Wave, rows: Sequence[store.Response]) -> Counts:
    response, participant = store.Response, store.Participant
    own = response.select(response.id).where(response.wave == wave.id)
    invited = participant.select(participant.id).where(participant.wave == wave.id)
    counts: Counts = {
        "contacts": _delete(store.Contact, store.Contact.participant.in_(invited)),
        "organizations": _delete(participant, participant.wave == wave.id),
        "links": _delete(store.Token, store.Token.response.in_(own)),
        "parked": _delete(store.Parked, store.Parked.response.in_(own)),
        "fields": 0,
    }

    for row in rows:
        counts["fields"] += _strip(row, _told)
    return counts


def _questions(row: store.Response) -> tuple[Question, ...]:
    return tuple(by_hash(row.wave.survey.slug, row.instrument_id).question.values())


def _identifying(questions: Sequence[Question]) -> set[str]:
    """Questions whose answers say who somebody is, and what is calculated from them.

    One that is counted in tables does not: releases rest on it.
    """
    found: set[str] = set()
    for asked in questions:
        told = asked.type == "email" or asked.consent == "contact"
        if asked.calculation is not None:
            told = told or bool(found & set(references(asked.calculation)))
        if told and not asked.closed:
            found.add(asked.name)
    return found


def _told(questions: Sequence[Question], fields: dict[str, Any]) -> set[str]:
    """Fields that say who somebody is."""
    identifying = _identifying(questions)
    return {field for field in fields if _question(field) in identifying}


def _naming(email: str) -> Telling:
    """Finds the fields that hold an address, and those beside them that say whose it is."""

    def told(questions: Sequence[Question], fields: dict[str, Any]) -> set[str]:
        return _told(questions, fields) | {field for field, value in fields.items() if mentions(value, email)}

    return told


def _strip(row: store.Response, told: Telling) -> int:
    """Take fields out of a response, wherever it keeps them; returns how many there were."""
    questions = _questions(row)
    submitted = row.submitted_answers
    once = [fields for states in row.history.values() for _, fields in states if fields]
    gone = set().union(*(told(questions, fields) for fields in (row.answers, submitted or {}, *once)))
    if not gone:
        return 0
    row.answers = _without(row.answers, gone)
    row.submitted_answers = None if submitted is None else _without(submitted, gone)
    names = {_question(field) for field in gone}
    row.history = {name: states for name, states in row.history.items() if name not in names}
    own = store.Response
    row.save(only=[own.answers, own.submitted_answers, own.history])
    return len(gone)


def _without(fields: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if field not in gone}


def _question(field: str) -> str:
    return field.partition(":")[0]


def _emptied_basis(basis: dict[str, Any]) -> dict[str, Any]:
    """A basis of nobody: of which wave and release it is, and no word of who answered what."""
    return {name: value if name in {"wave", "number"} else type(value)() for name, value in basis.items()}


def _delete(model: Any, condition: Any) -> int:
    return int(model.delete().where(condition).execute())


def _present(counts: Counts) -> Counts:
    return {name: count for name, count in counts.items() if count}
