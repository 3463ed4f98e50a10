"""Links, saving and merging: nothing typed is lost, also where several save at once."""

from __future__ import annotations

import pytest

from surveys.responses import drafts, store, waves
from surveys.responses.model import Conflict, Saved, UnknownToken, WaveClosed
from tests.databases import at_once
from tests.responses.asked import add, answered, open_wave

pytestmark = pytest.mark.usefixtures("opened_store")


def test_a_response_is_found_by_its_token_alone() -> None:
    opened = drafts.start(open_wave(), "fr")
    found = drafts.find(opened.token)
    assert (found.id, found.survey, found.state, found.language) == (
        opened.response_id,
        "practice",
        "draft",
        "fr",
    )
    assert (found.revision, found.answers, found.receipt, found.verified) == (0, {}, None, False)


@pytest.mark.parametrize("token", ["", "nonsense", "é\udcff", "a" * 100_000])
def test_an_unknown_token_opens_nothing(token: str) -> None:
    open_wave()
    with pytest.raises(UnknownToken):
        drafts.find(token)


def test_a_token_is_long_unlike_others_and_not_in_the_database() -> None:
    wave = open_wave()
    tokens = {drafts.start(wave, "en").token for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 24 and token.isalnum() for token in tokens)
    kept = {row.hash for row in store.Token.select()}
    assert kept == {store.digest(token) for token in tokens}


def test_a_response_may_have_several_tokens() -> None:
    opened = drafts.start(open_wave(), "en")
    second = drafts.new_token(opened.response_id)
    assert drafts.find(opened.token) == drafts.find(second)


def test_a_wave_that_is_not_open_takes_no_response() -> None:
    wave = add()
    with pytest.raises(WaveClosed) as before:
        drafts.start(wave, "en")
    waves.close_wave(waves.open_wave(wave))
    with pytest.raises(WaveClosed) as after:
        drafts.start(wave, "en")
    assert (before.value.state, after.value.state) == ("draft", "closed")


def test_saving_keeps_every_kind_of_answer_as_it_is() -> None:
    values = {
        "uses": "yes",
        "platforms": ["whatsapp", "other"],
        "platforms:other": "مجموعة\x00 « d’aide » \ud800",
        "reach": 120,
        "barriers": {"time": "agree"},
        "change": "-0.5",
        "consent": True,
    }
    draft_id = answered(open_wave(), **values)
    assert drafts.get(draft_id).answers == values


def test_saving_the_same_again_makes_no_revision() -> None:
    draft_id = answered(open_wave(), uses="yes")
    assert drafts.save(draft_id, base_revision=1, values={"uses": "yes"}) == Saved(1, {})
    assert drafts.save(draft_id, base_revision=None, values={}) == Saved(1, {})


def test_none_clears_an_answer() -> None:
    draft_id = answered(open_wave(), uses="yes", reach=5)
    drafts.save(draft_id, base_revision=1, values={"reach": None})
    assert drafts.get(draft_id).answers == {"uses": "yes"}


def test_different_questions_from_one_revision_are_merged() -> None:
    draft_id = answered(open_wave(), uses="yes")
    drafts.save(draft_id, base_revision=1, values={"reach": 5})
    assert drafts.save(draft_id, base_revision=1, values={"comment": "mine"}) == Saved(3, {})
    assert drafts.get(draft_id).answers == {"uses": "yes", "reach": 5, "comment": "mine"}


def test_a_question_sent_back_untouched_does_not_undo_another_change() -> None:
    draft_id = answered(open_wave(), uses="yes", reach=5)
    drafts.save(draft_id, base_revision=1, values={"reach": 6})
    assert drafts.save(draft_id, base_revision=1, values={"uses": "yes", "reach": 5}) == Saved(2, {})
    assert drafts.get(draft_id).answers["reach"] == 6


def test_a_true_conflict_keeps_the_stored_answer_and_parks_the_other() -> None:
    draft_id = answered(open_wave(), uses="yes", reach=5)
    drafts.save(draft_id, base_revision=1, values={"reach": 6})
    saved = drafts.save(draft_id, base_revision=1, values={"reach": 7, "comment": "mine"}, page="use")
    assert saved == Saved(3, {"reach": Conflict(mine=7, theirs=6)})
    assert drafts.get(draft_id).answers == {"uses": "yes", "reach": 6, "comment": "mine"}
    kept = drafts.parked(draft_id)
    assert [(post.page, post.reason, post.posted) for post in kept] == [("use", "conflict", {"reach": ["7"]})]


def test_a_cleared_answer_that_another_changed_is_a_conflict() -> None:
    draft_id = answered(open_wave(), uses="yes", reach=5)
    drafts.save(draft_id, base_revision=1, values={"reach": 6})
    saved = drafts.save(draft_id, base_revision=1, values={"reach": None})
    assert saved.conflicts == {"reach": Conflict(mine=None, theirs=6)}


def test_both_giving_the_same_answer_is_no_conflict() -> None:
    draft_id = answered(open_wave(), uses="yes")
    drafts.save(draft_id, base_revision=1, values={"reach": 6})
    assert drafts.save(draft_id, base_revision=1, values={"reach": 6}) == Saved(2, {})


def test_the_text_behind_other_follows_its_question() -> None:
    draft_id = answered(open_wave(), platforms=["whatsapp"])
    drafts.save(draft_id, base_revision=1, values={"platforms": ["telegram"], "platforms:other": None})
    mine = {"platforms": ["other"], "platforms:other": "Signal"}
    saved = drafts.save(draft_id, base_revision=1, values=mine)
    assert drafts.get(draft_id).answers == {"platforms": ["telegram"]}
    assert saved.conflicts == {
        "platforms": Conflict(mine=["other"], theirs=["telegram"]),
        "platforms:other": Conflict(mine="Signal", theirs=None),
    }


def test_without_a_base_the_latest_is_meant() -> None:
    draft_id = answered(open_wave(), reach=5)
    drafts.save(draft_id, base_revision=1, values={"reach": 6})
    assert drafts.save(draft_id, base_revision=None, values={"reach": 7}) == Saved(3, {})


def test_answers_off_the_path_stay_until_submission() -> None:
    draft_id = answered(open_wave(), uses="yes", reach=5)
    drafts.save(draft_id, base_revision=1, values={"uses": "no"})
    assert drafts.get(draft_id).answers == {"uses": "no", "reach": 5}
    drafts.submit(draft_id)
    assert drafts.get(draft_id).answers == {"uses": "no"}


def test_a_closed_wave_parks_what_was_typed() -> None:
    wave = open_wave()
    draft_id = answered(wave, uses="yes")
    waves.close_wave(wave)
    for _ in range(3):
        with pytest.raises(WaveClosed):
            drafts.save(draft_id, base_revision=1, values={"barriers": {"time": "agree"}}, page="views")
    assert drafts.get(draft_id).answers == {"uses": "yes"}
    kept = drafts.parked(draft_id)
    assert [(post.page, post.reason, post.posted) for post in kept] == [
        ("views", "closed", {"barriers:time": ["agree"]})
    ]


def test_parked_text_comes_back_in_order_and_can_be_discarded() -> None:
    draft_id = answered(open_wave(), uses="yes")
    drafts.park(draft_id, "use", {"reach": ["many\x00"]})
    drafts.park(draft_id, "views", {"comment": ["\ud800"], "platforms": []}, reason="stale")
    first, second = drafts.parked(draft_id)
    assert (first.page, first.reason, first.posted) == ("use", "invalid", {"reach": ["many\x00"]})
    assert (second.page, second.reason) == ("views", "stale")
    assert second.posted == {"comment": ["\ud800"], "platforms": []}
    drafts.discard(draft_id, first.id)
    assert drafts.parked(draft_id) == (second,)


def test_parked_text_of_another_response_cannot_be_discarded() -> None:
    wave = open_wave()
    mine, theirs = answered(wave, uses="yes"), answered(wave, uses="no")
    drafts.park(theirs, "use", {"reach": ["many"]})
    drafts.discard(mine, drafts.parked(theirs)[0].id)
    assert len(drafts.parked(theirs)) == 1


def test_saves_from_eight_threads_lose_nothing() -> None:
    draft_id = drafts.start(open_wave(), "en").response_id

    def saves(worker: int) -> None:
        for number in range(15):
            values = {f"q{worker}_{number}": f"{worker}.{number}"}
            drafts.save(draft_id, base_revision=0, values=values)

    results = at_once([lambda worker=worker: saves(worker) for worker in range(8)])
    assert results == [None] * 8
    found = drafts.get(draft_id)
    assert found.answers == {f"q{w}_{n}": f"{w}.{n}" for w in range(8) for n in range(15)}
    assert found.revision == 120
