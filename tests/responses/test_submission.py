"""Submitting happens once, whoever repeats it; corrections and withdrawals after it."""

from __future__ import annotations

import re

import pytest

from surveys.questionnaire.routing import Place
from surveys.responses import changes, drafts, store, waves
from surveys.responses.model import Incomplete, Receipt, WaveClosed, Withdrawn
from surveys.responses.submission import ALPHABET, tidy
from tests.databases import at_once
from tests.responses.asked import answered, open_wave, submitted

pytestmark = pytest.mark.usefixtures("opened_store")


def kinds() -> list[str]:
    return [change.kind for change in changes.since(0)]


def test_submitting_gives_a_receipt_that_can_be_read_aloud() -> None:
    draft_id = answered(open_wave(), uses="no")
    receipt = drafts.submit(draft_id)
    assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", receipt.code)
    assert not set("01ILOU") & set(ALPHABET)
    assert receipt.number == 1
    assert drafts.get(draft_id).receipt == receipt
    assert drafts.get(draft_id).state == "submitted"


def test_a_code_is_known_however_it_is_written() -> None:
    assert tidy(" abcd efgh2345 ") == "ABCD-EFGH-2345"


def test_what_is_missing_is_named_and_nothing_is_submitted() -> None:
    draft_id = answered(open_wave(), comment="so far")
    with pytest.raises(Incomplete) as refused:
        drafts.submit(draft_id)
    assert refused.value.places == (Place("use", "uses"),)
    assert (drafts.get(draft_id).state, kinds()) == ("draft", [])


def test_three_hundred_replays_give_one_row_and_one_receipt() -> None:
    draft_id = answered(open_wave(), uses="no")
    assert len({drafts.submit(draft_id) for _ in range(300)}) == 1
    assert store.Response.select().count() == 1
    assert kinds() == ["submitted"]


def test_twenty_at_once_give_one_receipt() -> None:
    draft_id = answered(open_wave(), uses="no")
    results = at_once([lambda: drafts.submit(draft_id)] * 20)
    assert results == [drafts.get(draft_id).receipt] * 20
    assert kinds() == ["submitted"]


def test_twenty_organizations_at_once_get_twenty_numbers() -> None:
    wave = open_wave()
    begun = [answered(wave, uses="no") for _ in range(20)]
    results = at_once([lambda draft_id=draft_id: drafts.submit(draft_id) for draft_id in begun])
    assert all(isinstance(result, Receipt) for result in results)
    assert sorted(result.number for result in results) == list(range(1, 21))
    assert len({result.code for result in results}) == 20


def test_a_closed_wave_refuses_a_first_submission_and_repeats_a_receipt() -> None:
    wave = open_wave()
    done, late = submitted(wave, uses="no"), answered(wave, uses="no")
    receipt = drafts.get(done).receipt
    waves.close_wave(wave)
    assert drafts.submit(done) == receipt
    with pytest.raises(WaveClosed):
        drafts.submit(late)
    assert drafts.get(late).answers == {"uses": "no"}


def test_the_submitted_answers_stand_until_the_correction_is_submitted() -> None:
    draft_id = submitted(open_wave(), uses="no", comment="first")
    receipt = drafts.get(draft_id).receipt
    drafts.save(draft_id, base_revision=1, values={"comment": "second"})
    correcting = drafts.get(draft_id)
    assert correcting.correcting
    assert correcting.answers["comment"] == "second"
    assert correcting.submitted_answers is not None
    assert correcting.submitted_answers["comment"] == "first"
    assert drafts.submit(draft_id) == receipt
    corrected = drafts.get(draft_id)
    assert not corrected.correcting
    assert corrected.submitted_answers is not None
    assert corrected.submitted_answers["comment"] == "second"
    assert kinds() == ["submitted", "edited"]


def test_a_replay_of_the_first_submission_does_not_submit_a_correction_begun_since() -> None:
    draft_id = submitted(open_wave(), uses="no", comment="first")
    drafts.save(draft_id, base_revision=1, values={"comment": "half of a sen"})
    drafts.submit(draft_id, revision=1)
    assert drafts.get(draft_id).correcting
    assert kinds() == ["submitted"]


def test_an_incomplete_correction_leaves_the_submitted_answers() -> None:
    draft_id = submitted(open_wave(), uses="no")
    drafts.save(draft_id, base_revision=1, values={"uses": None})
    with pytest.raises(Incomplete):
        drafts.submit(draft_id)
    standing = drafts.get(draft_id).submitted_answers
    assert standing is not None
    assert standing["uses"] == "no"


def test_a_form_from_before_the_submission_cannot_overwrite_it_unseen() -> None:
    draft_id = answered(open_wave(), uses="no", comment="first")
    drafts.save(draft_id, base_revision=1, values={"comment": "second"})
    drafts.submit(draft_id)
    saved = drafts.save(draft_id, base_revision=1, values={"comment": "stale"})
    assert set(saved.conflicts) == {"comment"}
    assert drafts.get(draft_id).answers["comment"] == "second"


def test_withdrawing_erases_the_answers_and_is_told_once() -> None:
    draft_id = submitted(open_wave(), uses="no", comment="mine")
    drafts.park(draft_id, "views", {"comment": ["typed"]})
    drafts.withdraw(draft_id)
    drafts.withdraw(draft_id)
    found = drafts.get(draft_id)
    assert (found.state, found.answers, found.submitted_answers) == ("withdrawn", {}, None)
    assert (drafts.parked(draft_id), kinds()) == ((), ["submitted", "withdrawn"])
    with pytest.raises(Withdrawn):
        drafts.save(draft_id, base_revision=None, values={"uses": "yes"})
    with pytest.raises(Withdrawn):
        drafts.submit(draft_id)
