"""Invented answers live in a wave of their own and go away without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveys.responses import changes, drafts, releases, store, waves
from surveys.responses.model import Incomplete, UnknownSurvey, WaveClosed, WaveError
from surveys.responses.records import records
from tests.responses.asked import add, open_wave, submitted

if TYPE_CHECKING:
    from surveys.questionnaire.model import Answers, Questionnaire

pytestmark = pytest.mark.usefixtures("opened_store")


def invented(_asked: Questionnaire, count: int) -> list[Answers]:
    return [{"uses": "no", "comment": f"invented {number}"} for number in range(count)]


def test_the_demonstration_is_a_closed_wave_of_verified_answers() -> None:
    add()
    wave = waves.demonstration("practice", 5, invented)
    assert (wave.name, wave.state, wave.demonstration) == ("demonstration", "closed", True)
    found = records(wave)
    assert sorted(str(record.answers["comment"]) for record in found) == [f"invented {n}" for n in range(5)]
    assert all(record.verified for record in found)
    with pytest.raises(WaveClosed):
        drafts.start(wave, "en")
    with pytest.raises(WaveError):
        waves.open_wave(wave)


def test_filling_it_again_adds_only_what_is_missing() -> None:
    add()
    first = waves.demonstration("practice", 3, invented)
    assert waves.demonstration("practice", 2, invented) == first
    assert waves.demonstration("practice", 5, invented) == first
    assert sorted(str(record.answers["comment"]) for record in records(first)) == [
        f"invented {n}" for n in range(5)
    ]


def test_it_is_never_the_current_wave() -> None:
    real = open_wave()
    invented_wave = waves.demonstration("practice", 2, invented)
    assert waves.current("practice") == real
    assert waves.find("practice@demonstration") == invented_wave
    assert waves.surveys() == (real,)


def test_a_demonstration_of_nothing_is_refused() -> None:
    with pytest.raises(UnknownSurvey):
        waves.demonstration("nothing", 2, invented)


def test_an_invented_answer_that_does_not_hold_leaves_nothing() -> None:
    add()
    with pytest.raises(Incomplete):
        waves.demonstration("practice", 2, lambda _asked, _count: [{"uses": "no"}, {}])
    assert [wave.name for wave in waves.waves("practice")] == ["1"]


def test_removing_it_leaves_real_answers_and_one_line_in_the_feed() -> None:
    real = open_wave()
    response = submitted(real, uses="no")
    wave = waves.demonstration("practice", 4, invented)
    releases.record(wave, 1, "{}", {})
    assert waves.remove_demonstration() == (wave.id,)
    assert [record.id for record in records(real)] == [response]
    assert store.Response.select().count() == 1
    assert [(line.sequence, line.kind, line.wave) for line in changes.since(0)] == [
        (1, "submitted", real.id),
        (6, "removed", wave.id),
    ]
    assert waves.waves("practice") == (real,)
    assert waves.remove_demonstration() == ()


def test_a_new_demonstration_never_has_the_id_of_a_removed_one() -> None:
    add()
    first = waves.demonstration("practice", 1, invented)
    waves.remove_demonstration()
    assert waves.demonstration("practice", 1, invented).id != first.id
