"""How far a wave is, in numbers, by day and by organization."""

from __future__ import annotations

import pytest

from surveys.responses import arrivals, drafts, participants, store
from surveys.responses.arrivals import Day, Standing, Way
from surveys.responses.model import UnknownParticipant, WaveClosed, Withdrawn
from surveys.responses.waves import close_wave
from tests.responses.asked import add, answered, open_wave, submitted

pytestmark = pytest.mark.usefixtures("opened_store")


def test_an_empty_wave_stands_at_nothing() -> None:
    wave = open_wave()
    assert arrivals.standing(wave) == Standing(invited=Way(), open=Way())
    assert arrivals.by_day(wave) == []


def test_every_response_is_counted_where_it_stands() -> None:
    wave, other = open_wave(), add(slug="other")
    untouched = [participants.enrol(wave, name) for name in ("Aurora", "Boreal")]
    opened = drafts.find(participants.token(untouched[0]))
    drafts.save(opened.id, base_revision=None, values={"uses": "yes"})
    submitted(wave, uses="no")
    accepted = submitted(wave, uses="no")
    participants.accept(wave, [str(drafts.get(accepted).receipt and drafts.get(accepted).receipt.code)])  # type: ignore[union-attr]
    drafts.withdraw(submitted(wave, uses="no"))
    drafts.start(wave, "en")  # opened and left untouched, by nobody we know
    participants.enrol(other, "Elsewhere")
    assert arrivals.standing(wave) == Standing(
        invited=Way(untouched=1, begun=1),
        open=Way(untouched=1, submitted=2, waiting=1, withdrawn=1),
    )


def test_days_count_what_was_begun_and_what_was_first_submitted() -> None:
    wave = open_wave()
    first, second = submitted(wave, uses="no"), answered(wave, uses="yes")
    participants.enrol(wave, "Never opened")
    row = store.Response
    row.update(created_day="2026-03-01", submitted_at=1_772_452_799).where(row.id == first).execute()
    row.update(created_day="2026-03-03").where(row.id == second).execute()
    assert arrivals.by_day(wave) == [
        Day("2026-03-01", begun=1, submitted=0),
        Day("2026-03-02", begun=0, submitted=1),
        Day("2026-03-03", begun=1, submitted=0),
    ]


def test_organizations_are_listed_with_their_state_and_address() -> None:
    wave = open_wave()
    one = participants.enrol(wave, " Aurora  Centre", "fr", "desk@example.org")
    two = participants.enrol(wave, "Boreal")
    drafts.save(drafts.find(participants.token(two)).id, base_revision=None, values={"uses": "yes"})
    rows = [
        (row.id, row.organization, row.state, row.revision, row.email, row.language)
        for row in arrivals.participants(wave).order_by(store.Participant.id)
    ]
    assert rows == [
        (one, "Aurora Centre", "draft", 0, "desk@example.org", "fr"),
        (two, "Boreal", "draft", 1, None, None),
    ]
    found = {
        state: [row.organization for row in arrivals.participants(wave).where(arrivals.in_state(state))]
        for state in ("untouched", "begun", "submitted", "withdrawn")
    }
    assert found == {"untouched": ["Aurora Centre"], "begun": ["Boreal"], "submitted": [], "withdrawn": []}
    assert arrivals.participant(add(slug="other"), one) is None


def test_entering_twice_keeps_one_response_and_the_newest_address() -> None:
    wave = open_wave()
    one = participants.enrol(wave, "Aurora", "en", "old@example.org")
    assert participants.enrol(wave, "Aurora", "fr", "new@example.org") == one
    assert participants.enrol(wave, "Aurora") == one
    found = arrivals.participant(wave, one)
    assert found is not None
    assert (found.email, found.language) == ("new@example.org", "fr")
    assert store.Response.select().count() == 1
    assert store.Token.select().count() == 0


def test_no_key_is_made_for_who_has_withdrawn_or_is_gone() -> None:
    wave = open_wave()
    one = participants.enrol(wave, "Aurora")
    drafts.withdraw(drafts.find(participants.token(one)).id)
    with pytest.raises(UnknownParticipant):
        participants.token(one)
    with pytest.raises(UnknownParticipant):
        participants.token(one + 1)
    with pytest.raises(UnknownParticipant):
        participants.wave_of(one + 1)
    with pytest.raises(Withdrawn):
        participants.enrol(wave, "Aurora")
    assert participants.wave_of(one) == wave
    with pytest.raises(WaveClosed):
        participants.enrol(close_wave(wave), "Boreal")
