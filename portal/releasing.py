"""Making a release: answers in, the public record out, with the wave's key from outside the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import lazy_gettext as _l

from portal import content, jobs
from portal.languages import LANGUAGES
from portal.thread import passages
from surveys.findings.basis import Basis
from surveys.findings.release import NotReady, Release, build
from surveys.responses import records, releases, store, wave_keys, waves

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from flask import Flask

    from surveys.responses.model import StoredRelease, Wave


FEW_NEW, KEY_LOST = ":few_new", ":key_lost"

jobs.FAULTS[FEW_NEW] = _l(
    "%(new)s of %(needed)s new answers are there: with fewer, a release could tell what one organization "
    "answered."
)
jobs.FAULTS[KEY_LOST] = _l(
    "The key of this survey is missing or damaged. Restore the folder of keys from a backup."
)
"""Why a release is not built, for the pages of its job."""


def build_release(wave: Wave) -> StoredRelease:
    """Build and record the next release of a wave.

    Raises:
        NotReady: when too few answers came since the last one.
    """
    before = releases.latest_of(wave)
    number = releases.next_number(wave.survey)
    built = build(
        waves.questionnaire(wave),
        records.records(wave),
        wave=wave.name,
        number=number,
        today=datetime.now(UTC).date(),
        key=wave_keys.key(current_app.config["PORTAL"].keys, wave.id, make=before is None),
        previous=Release.from_json(before.body) if before else None,
        basis=Basis.from_document(releases.basis(wave.survey, before.number)) if before else None,
        demonstration=wave.demonstration,
        entry=wave.entry,
        opened=_day(wave.opened_at),
        closed=_day(wave.closed_at),
    )
    with store.write():
        stored = releases.record(wave, number, built.release.to_json(), built.basis.to_document())
        passages.index()
        content.changed()
    return stored


def build_if_ready(wave: Wave) -> bool:
    """Build a release where enough is new; returns whether one was made."""
    try:
        build_release(wave)
    except NotReady:
        return False
    return True


def draw_pages(app: Flask, survey: str) -> None:
    """Draw what readers open first, so that the first of them does not wait."""
    client = app.test_client()
    for language in LANGUAGES:
        for page in ("", "findings/", "findings/known-so-far/", f"findings/{survey}/"):
            with app.app_context():  # each page speaks its own language; one context remembers the first
                client.get(f"/{language}/{page}").close()


def forget_keys(wave_ids: Iterable[str]) -> None:
    """Take away the keys of waves that are gone."""
    for wave_id in wave_ids:
        wave_keys.remove(current_app.config["PORTAL"].keys, wave_id)


def _day(at: int | None) -> date | None:
    return datetime.fromtimestamp(at, UTC).date() if at is not None else None
