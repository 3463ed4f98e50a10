"""Releases as they were published: recorded once under a number, never changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from surveys.responses import store
from surveys.responses.model import NumberTaken, StoredRelease, UnknownSurvey, Wave
from surveys.responses.rows import locked_survey

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "NumberTaken",
    "StoredRelease",
    "basis",
    "by_number",
    "latest",
    "latest_of",
    "next_number",
    "record",
    "releases",
    "removed",
]


def next_number(slug: str) -> int:
    """The number the survey's next release will have; numbers run over all waves and are never reused.

    Raises:
        UnknownSurvey: when there is no such survey.
    """
    return _survey(slug).releases + 1


def record(wave: Wave, number: int, body: bytes | str, basis: Mapping[str, Any]) -> StoredRelease:
    """Record a release that was built under a number.

    Args:
        wave: whose answers it tells.
        number: what `next_number` said before it was built.
        body: its canonical JSON.
        basis: a JSON document of whom it counts, for the next release alone; stays on the server.

    Raises:
        NumberTaken: when another release was recorded meanwhile; ask for the next number and build again.
    """
    with store.write():
        survey = locked_survey(wave.survey)
        if number != survey.releases + 1:
            raise NumberTaken(number)
        survey.releases = number
        survey.save()
        text = body.decode() if isinstance(body, bytes) else body
        row = store.ReleaseRecord.create(
            survey=survey,
            wave=wave.id,
            number=number,
            body=text,
            sha256=store.digest(text),
            basis=dict(basis),
        )
        return _value(row)


def latest(slug: str) -> StoredRelease | None:
    """The newest release of a survey's real waves; while there is none, the demonstration's."""
    return _first(_of(slug).order_by(store.Wave.demonstration, store.ReleaseRecord.number.desc()))


def latest_of(wave: Wave) -> StoredRelease | None:
    """The newest release of one wave."""
    row = store.ReleaseRecord
    return _first(_of(wave.survey).where(row.wave == wave.id).order_by(row.number.desc()))


def releases(slug: str) -> tuple[StoredRelease, ...]:
    """All releases of a survey, newest first, the demonstration's included."""
    return tuple(_value(row) for row in _of(slug).order_by(store.ReleaseRecord.number.desc()))


def by_number(slug: str, number: int) -> StoredRelease | None:
    """A release by its number; None when it was removed or never made."""
    return _first(_of(slug).where(store.ReleaseRecord.number == number))


def removed(slug: str, number: int) -> bool:
    """Whether a release of this number was published once and was taken away."""
    found = store.Survey.get_or_none(store.Survey.slug == slug)
    return found is not None and 1 <= number <= found.releases and by_number(slug, number) is None


def basis(slug: str, number: int) -> dict[str, Any]:
    """The document of whom a release counted, as recorded. Never shown to anybody.

    Raises:
        LookupError: when there is no such release.
    """
    row = _of(slug).where(store.ReleaseRecord.number == number).first()
    if row is None:
        raise LookupError(f"{slug} has no release {number}")
    return dict(row.basis)


def forget(wave_id: str, response_id: str) -> None:
    """Put a name without meaning where releases remember a response that was withdrawn.

    What they published stays, and the next one still sees that somebody went; who it was is gone.
    """
    row, nobody = store.ReleaseRecord, store.random_id()
    for found in row.select().where(row.wave == wave_id):
        text = json.dumps(found.basis)
        if response_id in text:
            found.basis = json.loads(text.replace(response_id, nobody))
            found.save(only=[row.basis])


def _survey(slug: str) -> store.Survey:
    found = store.Survey.get_or_none(store.Survey.slug == slug)
    if found is None:
        raise UnknownSurvey(slug)
    return found


def _of(slug: str) -> Any:
    row, wave, survey = store.ReleaseRecord, store.Wave, store.Survey
    query = row.select(row, wave, survey).join(wave).switch(row).join(survey, on=(row.survey == survey.id))
    return query.where(survey.slug == slug)


def _first(query: Any) -> StoredRelease | None:
    row = query.first()
    return None if row is None else _value(row)


def _value(row: store.ReleaseRecord) -> StoredRelease:
    return StoredRelease(
        survey=row.survey.slug,
        wave_id=row.wave.id,
        wave=row.wave.name,
        demonstration=row.wave.demonstration,
        number=row.number,
        body=row.body,
        sha256=row.sha256,
        created_at=row.created_at,
    )
