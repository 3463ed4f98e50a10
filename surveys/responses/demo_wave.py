"""The demonstration's wave: closed, filled with invented answers, taken away without a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING

from surveys.questionnaire.model import Answers, Questionnaire
from surveys.responses import changes, store, submission
from surveys.responses.instruments import by_hash
from surveys.responses.model import UnknownSurvey
from surveys.responses.rows import locked_survey, new_wave, wave_value

if TYPE_CHECKING:
    from surveys.responses.model import Wave

DEMONSTRATION = "demonstration"
"""The name of the wave of invented answers."""

Respond = Callable[[Questionnaire, int], Iterable[Answers]]
"""Invents organizations: (questionnaire, how many) -> the answers of one after the other."""


def demonstration(slug: str, count: int, respond: Respond) -> Wave:
    """Fill the demonstration of a survey up to a number of invented responses, all of them or none.

    Args:
        slug: the survey; the demonstration asks what its newest wave asks.
        count: how many responses there are afterwards; those that exist are kept and counted.
        respond: invents the organizations, each time in the same order.

    Returns:
        The demonstration wave, closed.

    Raises:
        UnknownSurvey: when the survey has no wave.
        Incomplete: when an invented response leaves a required question.
    """
    with store.write():
        survey = locked_survey(slug)
        wave = store.lock(store.Wave, _wave(survey).id)
        questionnaire = by_hash(slug, wave.instrument_id)
        at = store.now()
        for answers in islice(respond(questionnaire, count), wave.receipts, count):
            row = store.Response.create(
                wave=wave,
                instrument=wave.instrument_id,
                language=questionnaire.languages[0],
                verified=True,
                revision=1,
                answers=dict(answers),
                created_day=store.day(at),
            )
            submission.settle(row, wave, questionnaire, at)
        return wave_value(wave)


def remove_demonstration() -> tuple[str, ...]:
    """Take every demonstration wave away with its responses, their lines in the feed, and its releases.

    One new line in the feed tells other processes to forget the wave. The numbers of its releases are
    not given again.

    Returns:
        The ids of the waves removed, whose keys and cached charts are the caller's to remove.
    """
    wave, change = store.Wave, store.Change
    with store.write():
        removed = sorted(row.id for row in wave.select(wave.id).where(wave.demonstration))
        for wave_id in removed:
            store.lock(wave, wave_id)
            change.delete().where(change.wave == wave_id).execute()
            wave.delete().where(wave.id == wave_id).execute()
            changes.append("removed", wave=wave_id, response="", revision=0, at=store.now())
        return tuple(removed)


def _wave(survey: store.Survey) -> store.Wave:
    row = store.Wave
    own = row.select().where(row.survey == survey)
    found: store.Wave | None = own.where(row.demonstration).first()
    if found is not None:
        return found
    newest: store.Wave | None = own.order_by(row.ordinal.desc()).first()
    if newest is None:
        raise UnknownSurvey(survey.slug)
    made = new_wave(survey, DEMONSTRATION, newest.instrument_id, demonstration=True)
    made.state, made.opened_at, made.closed_at = "closed", made.created_at, made.created_at
    made.save()
    return made
