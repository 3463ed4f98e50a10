"""Surveys and their waves: brought in, found, opened and closed."""

from __future__ import annotations

import re

from surveys.questionnaire.model import Questionnaire
from surveys.responses import instruments, store
from surveys.responses.demo_wave import DEMONSTRATION, demonstration, remove_demonstration
from surveys.responses.instruments import questionnaire
from surveys.responses.model import Entry, Pinned, UnknownSurvey, Wave, WaveClosed, WaveError
from surveys.responses.rows import locked_survey, new_wave, wave_value

__all__ = [
    "DEMONSTRATION",
    "Pinned",
    "Questionnaire",
    "UnknownSurvey",
    "Wave",
    "WaveClosed",
    "WaveError",
    "add",
    "close_wave",
    "current",
    "demonstration",
    "find",
    "open_wave",
    "questionnaire",
    "remove_demonstration",
    "set_entry",
    "surveys",
    "waves",
]


_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


def add(source: str, filename: str, slug: str | None = None) -> Wave:
    """Bring a questionnaire in: as a new wave named by its version, or into the wave that has that name.

    Bringing the same file in again changes nothing. A wave with responses keeps its questionnaire.

    Args:
        source: the questionnaire's text.
        filename: its name, for complaints.
        slug: the survey's name in addresses; None takes the questionnaire's own.

    Returns:
        The wave that asks it.

    Raises:
        QuestionnaireError: with every complaint about the source.
        WaveError: when the wave of that version already has responses to another text, or the version
            cannot name a wave.
    """
    with store.write():
        read = instruments.keep(source, filename)
        if not _NAME.fullmatch(read.version) or read.version == DEMONSTRATION:
            raise WaveError(
                f"The version {read.version!r} cannot name a wave; write letters, digits, dots and dashes.",
                "version",
                version=read.version,
            )
        survey = locked_survey(slug or read.slug, create=True)
        row = store.Wave
        own = row.select().where((row.survey == survey) & ~row.demonstration).order_by(row.ordinal.desc())
        same = own.where(row.instrument == read.hash).first()
        if same is not None:
            return wave_value(same)
        named = own.where(row.name == read.version).first()
        if named is None:
            return wave_value(new_wave(survey, read.version, read.hash))
        if store.Response.select().where(store.Response.wave == named).exists():
            raise WaveError(
                f"The wave {survey.slug}@{named.name} has responses and keeps its questionnaire; "
                "give the changed one a new version.",
                "has_responses",
                wave=f"{survey.slug}@{named.name}",
            )
        named.instrument = read.hash
        named.save()
        return wave_value(named)


def find(name: str) -> Wave:
    """The wave of `slug@wave`, or the current wave of `slug`.

    Raises:
        UnknownSurvey: when there is none.
    """
    slug, at, wave = name.partition("@")
    if not at:
        return current(slug)
    for found in waves(slug):
        if found.name == wave:
            return found
    raise UnknownSurvey(name)


def current(slug: str) -> Wave:
    """The open wave of a survey, else its newest; never the demonstration.

    Raises:
        UnknownSurvey: when there is none.
    """
    own = [wave for wave in waves(slug) if not wave.demonstration]
    if not own:
        raise UnknownSurvey(slug)
    return next((wave for wave in own if wave.state == "open"), own[0])


def waves(slug: str) -> tuple[Wave, ...]:
    """All waves of a survey, newest first, the demonstration included; empty for an unknown survey."""
    wave, survey = store.Wave, store.Survey
    query = wave.select(wave, survey).join(survey).where(survey.slug == slug)
    return tuple(wave_value(row) for row in query.order_by(wave.ordinal.desc()))


def surveys() -> tuple[Wave, ...]:
    """The current wave of every survey, by slug."""
    return tuple(current(row.slug) for row in store.Survey.select().order_by(store.Survey.slug))


def open_wave(wave: Wave) -> Wave:
    """Let a wave take answers; opening an open one changes nothing, a closed one takes answers again.

    Raises:
        WaveError: for the demonstration, and while another wave of the survey is open.
    """
    if wave.demonstration:
        raise WaveError("The demonstration takes no answers and cannot be opened.", "demonstration")
    with store.write():
        survey = locked_survey(wave.survey)
        row = store.Wave
        other = row.get_or_none((row.survey == survey) & (row.state == "open") & (row.id != wave.id))
        if other is not None:
            name = f"{wave.survey}@{other.name}"
            raise WaveError(f"The wave {name} is open; close it first.", "other_open", wave=name)
        found = store.lock(row, wave.id)
        if (
            store.Response.select()
            .where((store.Response.wave == found) & (store.Response.state == "erased"))
            .exists()
        ):
            # Its next release would be made of the new answers alone, beside those already published.
            raise WaveError("The answers of this wave were erased; it cannot be opened again.", "erased")
        if found.state != "open":
            found.state, found.closed_at = "open", None
            found.opened_at = found.opened_at or store.now()
            found.save()
        return wave_value(found)


def close_wave(wave: Wave) -> Wave:
    """End a wave; closing a closed one changes nothing."""
    with store.write():
        found = store.lock(store.Wave, wave.id)
        if found.state != "closed":
            found.state, found.closed_at = "closed", store.now()
            found.save()
        return wave_value(found)


def set_entry(wave: Wave, entry: Entry) -> Wave:
    """Say whose answers enter a base: verified ones only, or everybody's."""
    with store.write():
        found = store.lock(store.Wave, wave.id)
        found.entry = entry
        found.save()
        return wave_value(found)
