"""Counting a wave for the staff: exact tables, and what its next release waits for, kept until next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.findings import exact
from surveys.findings.basis import Basis
from surveys.findings.release import Readiness, readiness
from surveys.findings.tables import tabulate
from surveys.responses import records, releases, tallies, waves

if TYPE_CHECKING:
    from surveys.responses.model import Wave


def count(wave: Wave) -> int:
    """Count a wave anew; returns the number of submitted responses."""
    position = tallies.position()
    found = records.records(wave)
    last = releases.latest_of(wave)
    basis = Basis.from_document(releases.basis(wave.survey, last.number)) if last else None
    population = tabulate(
        waves.questionnaire(wave), found, known=basis.ids if basis else (), entry=wave.entry
    )
    stands = readiness(population, len(found), basis)
    whole = {"new": stands.new, "needed": stands.needed, "waiting": stands.waiting, "submitted": len(found)}
    tallies.keep(wave, position, {tallies.WHOLE_WAVE: whole, **exact.documents(population)})
    return len(found)


def counted(wave: Wave) -> tuple[Readiness, tallies.Tally] | None:
    """What the next release waits for, as counted last; None when the wave was never counted."""
    tally = tallies.kept(wave)
    if tally is None:
        return None
    body = tally.body
    return Readiness(new=body["new"], needed=body["needed"], waiting=body["waiting"]), tally
