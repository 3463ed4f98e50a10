"""Surveys and waves are brought in, found, opened and closed."""

from __future__ import annotations

import pytest

from surveys.questionnaire.reader import QuestionnaireError
from surveys.responses import store, waves
from surveys.responses.model import UnknownSurvey, WaveError
from tests.databases import at_once
from tests.responses.asked import SURVEY, add, answered, open_wave

pytestmark = pytest.mark.usefixtures("opened_store")

REWORDED = SURVEY.replace("How many people?", "How many people do you reach?")
NEXT = REWORDED.replace('version: "1"', 'version: "2"')


def test_a_questionnaire_becomes_a_wave_named_by_its_version() -> None:
    wave = add()
    assert (wave.survey, wave.name, wave.state, wave.entry) == ("practice", "1", "draft", "verified")
    assert (wave.demonstration, wave.opened_at) == (False, None)
    assert waves.questionnaire(wave).hash == wave.hash


def test_bringing_the_same_in_again_changes_nothing() -> None:
    wave = open_wave()
    assert add() == wave
    assert at_once([add] * 8) == [wave] * 8
    assert store.Wave.select().count() == 1


def test_eight_who_bring_a_new_one_in_make_one_wave() -> None:
    assert {wave.id for wave in at_once([add] * 8)} == {waves.current("practice").id}


def test_a_survey_may_be_named_otherwise_than_its_questionnaire() -> None:
    wave = add(slug="elsewhere")
    assert waves.current("elsewhere") == wave
    assert waves.questionnaire(wave).slug == "elsewhere"


def test_an_unsound_questionnaire_leaves_nothing() -> None:
    with pytest.raises(QuestionnaireError):
        waves.add("name: practice", "broken.yaml")
    assert waves.surveys() == ()


@pytest.mark.parametrize("version", ["demonstration", "a@b", "année", "x" * 101])
def test_a_version_that_cannot_name_a_wave_is_refused(version: str) -> None:
    with pytest.raises(WaveError, match="cannot name a wave"):
        waves.add(SURVEY.replace('version: "1"', f'version: "{version}"'), "practice.yaml")
    assert waves.surveys() == ()


def test_a_wave_without_responses_takes_a_reworded_questionnaire() -> None:
    wave = open_wave()
    changed = waves.add(REWORDED, "practice.yaml")
    assert (changed.id, changed.state) == (wave.id, "open")
    assert changed.hash != wave.hash


def test_a_wave_with_responses_keeps_its_questionnaire() -> None:
    wave = open_wave()
    answered(wave, uses="yes")
    with pytest.raises(WaveError, match="practice@1"):
        waves.add(REWORDED, "practice.yaml")
    assert waves.current("practice") == wave


def test_a_wave_is_found_by_survey_or_by_both_names() -> None:
    first = open_wave()
    second = waves.add(NEXT, "practice.yaml")
    assert waves.find("practice") == first
    assert waves.find("practice@2") == second
    assert waves.waves("practice") == (second, first)
    assert waves.surveys() == (first,)
    closed = waves.close_wave(first)
    assert waves.find("practice") == second
    assert waves.find("practice@1") == closed


@pytest.mark.parametrize("name", ["nothing", "practice@9", "@1", "practice@"])
def test_an_unknown_name_is_told(name: str) -> None:
    add()
    with pytest.raises(UnknownSurvey):
        waves.find(name)


def test_only_one_wave_of_a_survey_is_open() -> None:
    first = open_wave()
    second = waves.add(NEXT, "practice.yaml")
    with pytest.raises(WaveError, match="practice@1"):
        waves.open_wave(second)
    waves.close_wave(first)
    assert waves.open_wave(second).state == "open"


def test_opening_and_closing_twice_keeps_the_times() -> None:
    opened = open_wave()
    assert opened.opened_at is not None
    assert waves.open_wave(opened) == opened
    closed = waves.close_wave(opened)
    assert closed.closed_at is not None
    assert waves.close_wave(closed) == closed
    again = waves.open_wave(closed)
    assert (again.state, again.opened_at, again.closed_at) == ("open", opened.opened_at, None)


def test_entry_can_be_opened_to_everybody() -> None:
    assert waves.set_entry(add(), "open").entry == "open"
    assert waves.current("practice").entry == "open"
