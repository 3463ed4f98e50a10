"""Personal links and the acceptance of answers."""

from __future__ import annotations

import pytest

from surveys.responses import changes, drafts, participants, waves
from surveys.responses.model import WaveClosed
from surveys.responses.records import records
from tests.databases import at_once
from tests.responses.asked import add, answered, open_wave, submitted

pytestmark = pytest.mark.usefixtures("opened_store")


def codes(*draft_ids: str) -> list[str]:
    return [receipt.code for draft_id in draft_ids if (receipt := drafts.get(draft_id).receipt)]


def test_a_personal_link_opens_a_verified_response() -> None:
    token = participants.invite(open_wave(), "Ottawa  Newcomer Centre ", "fr")
    draft = drafts.find(token)
    assert (draft.verified, draft.language, draft.state) == (True, "fr", "draft")
    assert participants.organization(draft.id) == "Ottawa Newcomer Centre"


def test_an_open_link_names_nobody() -> None:
    assert participants.organization(answered(open_wave(), uses="yes")) is None


def test_inviting_again_gives_another_key_to_the_same_response() -> None:
    wave = add()
    first = participants.invite(wave, "Centre")
    second = participants.invite(wave, " Centre")
    assert first != second
    assert drafts.find(first) == drafts.find(second)


def test_inviting_one_organization_at_once_makes_one_response() -> None:
    wave = open_wave()
    tokens = at_once([lambda: participants.invite(wave, "Centre")] * 8)
    assert len(set(tokens)) == 8
    assert len({drafts.find(token).id for token in tokens}) == 1


def test_nobody_is_invited_to_a_closed_wave() -> None:
    with pytest.raises(WaveClosed):
        participants.invite(waves.close_wave(open_wave()), "Centre")


@pytest.mark.parametrize("name", ["", "  ", "x" * 301])
def test_a_name_that_cannot_be_kept_is_refused(name: str) -> None:
    wave = open_wave()
    with pytest.raises(ValueError, match="1 to 300 characters"):
        participants.invite(wave, name)


def test_accepting_by_code_verifies_those_alone_and_once() -> None:
    wave = open_wave()
    first, second = submitted(wave, uses="no"), submitted(wave, uses="no")
    (code,) = codes(first)
    assert participants.accept(wave, [code.lower().replace("-", " "), "ZZZZ-ZZZZ-ZZZZ"]) == 1
    assert participants.accept(wave, [code]) == 0
    assert {record.id: record.verified for record in records(wave)} == {first: True, second: False}
    assert [(line.kind, line.response) for line in changes.since(2)] == [("accepted", first)]


def test_accepting_all_leaves_drafts_and_other_waves() -> None:
    wave, other = open_wave(), waves.open_wave(add(slug="other"))
    submitted(wave, uses="no")
    submitted(wave, uses="no")
    begun, elsewhere = answered(wave, uses="no"), submitted(other, uses="no")
    assert participants.accept(wave, None) == 2
    assert [drafts.get(draft_id).verified for draft_id in (begun, elsewhere)] == [False, False]


def test_accepting_while_others_correct_and_submit_loses_nothing() -> None:
    wave = open_wave()
    there = [submitted(wave, uses="no") for _ in range(6)]

    def correct(draft_id: str) -> None:
        drafts.save(draft_id, base_revision=None, values={"comment": "corrected"})
        drafts.submit(draft_id)

    results = at_once(
        [lambda: participants.accept(wave, None)]
        + [lambda draft_id=draft_id: correct(draft_id) for draft_id in there]
    )
    assert results == [6] + [None] * 6
    assert [(record.verified, record.answers.get("comment")) for record in records(wave)] == [
        (True, "corrected")
    ] * 6
