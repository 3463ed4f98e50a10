"""Exact tables as counted last: kept, told to be old, never overwritten by an older count, thrown away."""

from __future__ import annotations

import pytest

from surveys.responses import drafts, tallies
from tests.responses.asked import add, open_wave, submitted

pytestmark = pytest.mark.usefixtures("opened_store")


def test_a_wave_that_was_never_counted_has_no_tally() -> None:
    wave = open_wave()
    assert tallies.kept(wave) is None
    assert tallies.out_of_date() == []


def test_a_tally_says_how_many_changes_came_since() -> None:
    wave, other = open_wave(), add(slug="other")
    submitted(wave, uses="no")
    assert tallies.out_of_date() == [wave]
    tallies.keep(wave, tallies.position(), {tallies.WHOLE_WAVE: {"new": 1}, "uses": {"all": [1]}})
    assert tallies.out_of_date() == []
    assert (tallies.kept(other), tallies.kept(wave, "platforms")) == (None, None)
    again = submitted(wave, uses="no")
    drafts.withdraw(again)
    found = tallies.kept(wave, "uses")
    assert found is not None
    assert (found.body, found.newer) == ({"all": [1]}, 2)
    assert tallies.out_of_date() == [wave]


def test_a_count_begun_earlier_does_not_replace_a_later_one() -> None:
    wave = open_wave()
    submitted(wave, uses="no")
    early = tallies.position()
    submitted(wave, uses="no")
    tallies.keep(wave, tallies.position(), {tallies.WHOLE_WAVE: {"submitted": 2}})
    tallies.keep(wave, early, {tallies.WHOLE_WAVE: {"submitted": 1}})
    found = tallies.kept(wave)
    assert found is not None
    assert (found.body, found.newer) == ({"submitted": 2}, 0)


def test_what_was_counted_can_be_thrown_away() -> None:
    wave = open_wave()
    submitted(wave, uses="no")
    tallies.keep(wave, tallies.position(), {tallies.WHOLE_WAVE: {}})
    tallies.forget(wave)
    assert tallies.kept(wave) is None
    assert tallies.out_of_date() == [wave]
