"""From rows to values, and the rows that several modules here find, lock or make."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from peewee import fn

from surveys.responses import store
from surveys.responses.model import Draft, Receipt, UnknownSurvey, UnknownToken, Wave

if TYPE_CHECKING:
    from typing import Literal

    from surveys.responses.model import Entry, State


def wave_value(row: store.Wave) -> Wave:
    """A wave as a value."""
    return Wave(
        id=row.id,
        survey=row.survey.slug,
        name=row.name,
        hash=row.instrument_id,
        state=cast("State", row.state),
        entry=cast("Entry", row.entry),
        demonstration=row.demonstration,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def draft_value(row: store.Response) -> Draft:
    """A response as a value."""
    return Draft(
        id=row.id,
        survey=row.wave.survey.slug,
        wave=wave_value(row.wave),
        hash=row.instrument_id,
        state=cast("Literal['draft', 'submitted', 'withdrawn', 'erased']", row.state),
        language=row.language,
        verified=row.verified,
        revision=row.revision,
        answers=row.answers,
        submitted_answers=row.submitted_answers,
        submitted_revision=row.submitted_revision,
        receipt=None if row.receipt is None else given_receipt(row),
    )


def given_receipt(row: store.Response) -> Receipt:
    """The receipt of a response that has been submitted.

    Raises:
        ValueError: when it never was.
    """
    if row.receipt is None or row.number is None or row.submitted_at is None:
        raise ValueError(row.id)
    return Receipt(row.receipt, row.number, row.submitted_at)


def response(draft_id: str) -> store.Response:
    """A response with its wave and survey.

    Raises:
        UnknownToken: when there is no such response.
    """
    row, wave, survey = store.Response, store.Wave, store.Survey
    found = row.select(row, wave, survey).join(wave).join(survey).where(row.id == draft_id).first()
    if found is None:
        raise UnknownToken(draft_id)
    return cast("store.Response", found)


def locked_survey(slug: str, *, create: bool = False) -> store.Survey:
    """The row of a survey, locked until the transaction ends.

    Raises:
        UnknownSurvey: when there is none and none is to be made.
    """
    survey = store.Survey
    if create:
        survey.insert(slug=slug, created_at=store.now()).on_conflict_ignore().execute()
    found = survey.get_or_none(survey.slug == slug)
    if found is None:
        raise UnknownSurvey(slug)
    return store.lock(survey, found.id)


def new_wave(
    survey: store.Survey, name: str, instrument: str, *, demonstration: bool = False
) -> store.Wave:  # fmt: skip
    """Make a wave in preparation, after the survey's others; the survey is locked by the caller."""
    wave = store.Wave
    newest = wave.select(fn.MAX(wave.ordinal)).where(wave.survey == survey).scalar() or 0
    return wave.create(
        survey=survey, name=name, instrument=instrument, demonstration=demonstration, ordinal=newest + 1
    )
