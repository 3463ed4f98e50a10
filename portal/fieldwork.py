"""Work on a wave that takes its time: counting it, building its release; and the invitation to answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from portal import audit, counting, jobs, mail, releasing
from portal.filters import absolute, in_language
from portal.languages import LANGUAGES
from surveys.findings.release import NotReady
from surveys.responses import participants, releases, store, tallies, waves
from surveys.responses.model import UnknownParticipant, UnknownSurvey, WaveError
from surveys.responses.wave_keys import KeyFileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.jobs import Running
    from surveys.responses.model import Wave

COUNT, RELEASE, DRAWING = "count-wave", "build-release", "draw-charts"
INVITATION = "survey-invitation"

GONE = _l("The survey is no longer there.")


def open_wave(wave: Wave) -> Wave:
    """Let a wave take answers, if it speaks every language of the portal.

    Raises:
        WaveError: when a language is missing, and as `waves.open_wave` does.
    """
    missing = [code for code in LANGUAGES if code not in waves.questionnaire(wave).languages]
    if missing:
        names = ", ".join(missing)
        raise WaveError(
            f"The questionnaire of {wave.survey}@{wave.name} has no texts in: {names}. Its pages would be "
            "missing there; add the texts, give it a new version, and bring it in again.",
            "languages",
            missing=names,
        )
    return waves.open_wave(wave)


@jobs.task(COUNT, title=_l("Count a survey anew"))
def count_wave(job: Running, survey: str, wave: str) -> Mapping[str, Any]:
    """Count one wave: exact tables, and what its next release waits for."""
    found = _wave(survey, wave)
    job.progress(0, 1)
    counted = counting.count(found)
    job.progress(1, 1)
    return {"responses": counted}


@jobs.task("count-changed", title=_l("Count the surveys whose answers changed"))
def count_changed(job: Running) -> Mapping[str, Any]:
    """Count every wave whose responses changed since it was counted last."""
    changed = tallies.out_of_date()
    for done, found in enumerate(changed):
        job.progress(done, len(changed))
        counting.count(found)
    job.progress(len(changed), len(changed))
    return {"waves": len(changed)}


jobs.periodic("count-changed", task="count-changed", every=120)


@jobs.task(RELEASE, title=_l("Build a release"))
def build_release(job: Running, survey: str, wave: str) -> Mapping[str, Any]:
    """Build the next release of a wave; what is not safe is refused.

    Returns:
        The release's `number`.

    Raises:
        Refused: when it would not be safe, or the wave's key is lost.
    """
    found = _wave(survey, wave)
    job.progress(0, 1)
    last = releases.latest_of(found)
    if last is not None and job.attempt > 1 and last.created_at >= job.created_at:
        return {"number": last.number}  # an earlier run built it and died before it could say so
    try:
        with store.write():
            stored = releasing.build_release(found)
            jobs.start(DRAWING, {"survey": survey}, key=f"{DRAWING}:{survey}", by=job.asked_by)
            audit.record("release.built", "wave", f"{survey}@{wave}", by=job.asked_by, number=stored.number)
    except NotReady as error:
        raise jobs.Refused(releasing.FEW_NEW, **error.params) from None
    except KeyFileError:
        raise jobs.Refused(releasing.KEY_LOST) from None
    counting.count(found)
    job.progress(1, 1)
    return {"number": stored.number}


@jobs.task(DRAWING, title=_l("Draw a release’s charts"))
def draw_charts(job: Running, survey: str) -> None:
    """Draw what readers open first."""
    job.progress(0, 1)
    releasing.draw_pages(current_app._get_current_object(), survey)  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to the app itself
    job.progress(1, 1)


def _wave(survey: str, wave: str) -> Wave:
    try:
        return waves.find(f"{survey}@{wave}")
    except UnknownSurvey:
        raise jobs.Refused(GONE) from None


def _invitation(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the invitation says: its link is made now, for nobody but its reader has it."""
    number = int(arguments["participant"])
    wave = participants.wave_of(number)
    if wave.state == "closed":
        raise mail.NotNeeded
    path = url_for("respond.overview", token=participants.token(number))
    return {"survey": in_language(waves.questionnaire(wave).title), "link": absolute(path)}


def _prepare_invitation(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return _invitation(arguments)
    except UnknownParticipant:
        raise mail.NotNeeded from None


mail.register(
    mail.Template(
        name=INVITATION,
        title=_l("Invitation to a survey"),
        purpose="invitation",
        prepare=_prepare_invitation,
        sample={
            "survey": _l("Digital messaging in settlement services"),
            "link": "https://portal.example.org/…",
        },
    )
)
