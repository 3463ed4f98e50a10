"""Releases are recorded once under numbers that are never reused."""

from __future__ import annotations

import hashlib

import pytest

from surveys.responses import drafts, releases, waves
from surveys.responses.model import NumberTaken, UnknownSurvey
from tests.databases import at_once
from tests.responses.asked import SURVEY, add, open_wave, submitted

pytestmark = pytest.mark.usefixtures("opened_store")

BODY = '{"title":"Pratique « numérique »"}'


def demonstration() -> waves.Wave:
    return waves.demonstration("practice", 3, lambda _asked, count: [{"uses": "no"}] * count)


def test_a_release_is_kept_as_it_was_published() -> None:
    wave = add()
    made = releases.record(
        wave, 1, BODY.encode(), {"ids": ["a", "b"], "tables": [{"question": "uses", "by": None}]}
    )
    assert (made.survey, made.wave, made.wave_id, made.number) == ("practice", "1", wave.id, 1)
    assert (made.body, made.sha256) == (BODY, hashlib.sha256(BODY.encode()).hexdigest())
    assert releases.by_number("practice", 1) == made
    assert releases.latest("practice") == made
    assert releases.latest_of(wave) == made
    assert releases.basis("practice", 1) == {"ids": ["a", "b"], "tables": [{"question": "uses", "by": None}]}


def test_before_the_first_release_there_is_none() -> None:
    wave = add()
    assert releases.next_number("practice") == 1
    assert (releases.latest("practice"), releases.latest_of(wave), releases.by_number("practice", 1)) == (
        None,
    ) * 3
    assert not releases.removed("practice", 1)
    with pytest.raises(LookupError):
        releases.basis("practice", 1)


def test_an_unknown_survey_has_no_release() -> None:
    assert releases.latest("nothing") is None
    assert not releases.removed("nothing", 1)
    with pytest.raises(UnknownSurvey):
        releases.next_number("nothing")


def test_numbers_run_over_all_waves_of_a_survey_and_not_over_surveys() -> None:
    first, second = add(), waves.add(SURVEY.replace('"1"', '"2"'), "practice.yaml")
    releases.record(first, 1, BODY, {})
    releases.record(second, 2, BODY, {})
    releases.record(add(slug="other"), 1, BODY, {})
    assert [release.number for release in releases.releases("practice")] == [2, 1]
    assert releases.next_number("practice") == 3


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_number_is_neither_reused_nor_skipped(number: int) -> None:
    wave = add()
    releases.record(wave, 1, BODY, {})
    with pytest.raises(NumberTaken):
        releases.record(wave, number, BODY, {})


def test_of_two_built_at_once_one_is_recorded() -> None:
    wave = add()
    results = at_once([lambda: releases.record(wave, 1, BODY, {})] * 5)
    assert sorted(type(result).__name__ for result in results) == ["NumberTaken"] * 4 + ["StoredRelease"]


def test_a_real_release_goes_before_the_demonstration() -> None:
    wave = add()
    invented = releases.record(demonstration(), 1, BODY, {})
    assert invented.demonstration
    assert releases.latest("practice") == invented
    real = releases.record(wave, 2, BODY, {})
    releases.record(demonstration(), 3, BODY, {})
    assert releases.latest("practice") == real


def test_a_removed_release_is_known_to_have_been_and_its_number_stays_taken() -> None:
    wave = add()
    releases.record(demonstration(), 1, BODY, {})
    waves.remove_demonstration()
    assert releases.by_number("practice", 1) is None
    assert [releases.removed("practice", number) for number in (0, 1, 2)] == [False, True, False]
    assert releases.next_number("practice") == 2
    releases.record(wave, 2, BODY, {})
    assert not releases.removed("practice", 2)


def test_a_withdrawn_response_is_a_name_without_meaning_in_every_release() -> None:
    wave = open_wave()
    went, stayed = submitted(wave, uses="no"), submitted(wave, uses="yes")
    told = {"ids": [stayed, went], "digests": {went: "d1", stayed: "d2"}, "masks": ["3", "1"]}
    for number in (1, 2):
        releases.record(wave, number, BODY, told)
    before = releases.by_number("practice", 1)
    drafts.withdraw(went)
    drafts.withdraw(went)
    names = set()
    for number in (1, 2):
        basis = releases.basis("practice", number)
        (nobody,) = set(basis["ids"]) - {stayed}
        names.add(nobody)
        assert basis == {
            "ids": [stayed, nobody],
            "digests": {nobody: "d1", stayed: "d2"},
            "masks": ["3", "1"],
        }
    assert len(names - {went}) == 1, "one organization is one, in whichever release"
    assert releases.by_number("practice", 1) == before


def test_a_response_withdrawn_before_any_release_counted_it_changes_none() -> None:
    wave = open_wave()
    draft_id = submitted(wave, uses="no")
    releases.record(wave, 1, BODY, {"ids": ["somebody"]})
    drafts.withdraw(draft_id)
    assert releases.basis("practice", 1) == {"ids": ["somebody"]}
