"""Erasing a wave step by step, and one organization at its wish: what goes, what stays, and what follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from surveys.responses import changes, drafts, erasure, participants, records, releases, store, tallies, waves
from surveys.responses.model import UnknownToken, Wave, WaveError
from tests.responses.asked import SURVEY, answered, open_wave, submitted

pytestmark = pytest.mark.usefixtures("opened_store")

STEPS = (erasure.erase_unfinished, erasure.erase_identifiers, erasure.erase_records)

CONTACT = {"address": "canary@secret.example.org", "person": "Canary Person"}


def invited(wave: Wave, name: str, **values: Any) -> str:
    """Enter an organization, answer for it by its link; returns the link's token."""
    token = participants.token(participants.enrol(wave, name, email=f"{name.lower()}@example.org"))
    drafts.save(drafts.find(token).id, base_revision=None, values=values)
    return token


@pytest.fixture
def wave() -> Wave:
    """A closed wave: an invited organization that submitted, one that stopped, and both by the open link."""
    opened = open_wave()
    drafts.submit(drafts.find(invited(opened, "Finisher", uses="no", why_not="costs", **CONTACT)).id)
    invited(opened, "Stopper", uses="no", why_not="canary-draft", **CONTACT)
    submitted(opened, uses="no", comment="open", **CONTACT)
    stopped = answered(opened, uses="no", comment="canary-open-draft")
    drafts.park(stopped, "use", {"reach": ["canary-parked"]})
    return waves.close_wave(opened)


def everything() -> str:
    """All rows of all tables that hold what somebody said or is called."""
    tables = (
        store.Response,
        store.Participant,
        store.Contact,
        store.Parked,
        store.Token,
        store.ReleaseRecord,
    )
    return repr([list(table.select().order_by(table._meta.primary_key).dicts()) for table in tables])


def states() -> list[tuple[str, dict[str, Any] | None]]:
    query = store.Response.select().order_by(store.Response.receipt.is_null(), store.Response.number)
    return [(row.state, row.submitted_answers) for row in query]


def asked(wave: Wave) -> list[dict[str, Any]]:
    """The submitted answers, without what is calculated from them."""
    calculated = "platform_count"
    return [
        {field: value for field, value in record.answers.items() if field != calculated}
        for record in records.records(wave)
    ]


@pytest.mark.parametrize("step", STEPS)
def test_a_wave_that_is_not_closed_keeps_everything(step: Any) -> None:
    invited(open_wave(), "Centre", uses="no")
    before = everything()
    with pytest.raises(WaveError, match="not closed"):
        step(waves.current("practice"))
    assert everything() == before


@pytest.mark.parametrize("step", STEPS)
def test_the_demonstration_is_not_erased_but_taken_away(step: Any) -> None:
    open_wave()
    made = waves.demonstration("practice", 3, lambda _asked, count: [{"uses": "no"}] * count)
    assert not erasure.identifiers_erased(made)
    with pytest.raises(WaveError, match="demo remove"):
        step(made)


def test_what_was_never_submitted_goes_and_what_was_submitted_stays(wave: Wave) -> None:
    before = records.records(wave)
    assert erasure.erase_unfinished(wave) == {"drafts": 2, "parked": 1}
    assert records.records(wave) == before
    held = everything()
    for canary in ("canary-draft", "canary-open-draft", "canary-parked"):
        assert canary not in held
    assert [row.organization for row in store.Participant.select().order_by(store.Participant.id)] == [
        "Finisher",
        "Stopper",
    ]
    assert [state for state, _ in states()] == ["submitted", "submitted", "draft"]
    assert erasure.erase_unfinished(wave) == {}


def test_a_correction_that_was_never_submitted_goes_and_the_submitted_answers_stand() -> None:
    opened = open_wave()
    done = submitted(opened, uses="no", why_not="first", comment="same")
    drafts.save(done, base_revision=None, values={"why_not": "canary-correction", "comment": None})
    wave = waves.close_wave(opened)
    (before,) = records.records(wave)
    assert erasure.erase_unfinished(wave) == {"corrections": 1}
    found = drafts.get(done)
    assert not found.correcting
    assert found.answers == {"uses": "no", "why_not": "first", "comment": "same"}
    (after,) = records.records(wave)
    assert after.answers == before.answers
    assert "canary-correction" not in everything()
    assert erasure.erase_unfinished(wave) == {}


def test_a_correction_can_be_made_in_a_wave_that_opens_again() -> None:
    opened = open_wave()
    done = submitted(opened, uses="no", why_not="first")
    drafts.save(done, base_revision=None, values={"why_not": "second"})
    erasure.erase_unfinished(waves.close_wave(opened))
    waves.open_wave(opened)
    assert drafts.save(done, base_revision=2, values={"why_not": "third"}).conflicts == {}
    drafts.submit(done)
    assert [record.answers["why_not"] for record in records.records(opened)] == ["third"]


def test_who_answered_goes_and_the_answers_stay(wave: Wave) -> None:
    erasure.erase_unfinished(wave)
    receipts = [row.receipt for row in store.Response.select().order_by(store.Response.id)]
    counts = erasure.erase_identifiers(wave)
    assert counts == {"organizations": 2, "contacts": 2, "links": 3, "fields": 4}
    held = everything()
    for canary in ("Finisher", "Stopper", "example.org", "Canary Person"):
        assert canary not in held
    assert sorted(asked(wave), key=str) == [
        {"uses": "no", "comment": "open"},
        {"uses": "no", "why_not": "costs"},
    ]
    assert [row.receipt for row in store.Response.select().order_by(store.Response.id)] == receipts
    assert erasure.erase_identifiers(wave) == {}


def test_a_link_stops_working_when_it_is_erased_who_answered() -> None:
    opened = open_wave()
    token = invited(opened, "Centre", uses="no")
    drafts.submit(drafts.find(token).id)
    erasure.erase_identifiers(waves.close_wave(opened))
    with pytest.raises(UnknownToken):
        drafts.find(token)


def test_nobody_is_invited_once_it_was_erased_who_answered() -> None:
    """The organization could have answered already, and nobody could tell any more."""
    opened = open_wave()
    drafts.submit(drafts.find(invited(opened, "Centre", uses="no")).id)
    waves.open_wave(waves.close_wave(opened))
    assert not erasure.identifiers_erased(opened)
    participants.enrol(opened, "Another")
    erasure.erase_identifiers(waves.close_wave(opened))
    waves.open_wave(opened)
    assert erasure.identifiers_erased(opened)
    for name in ("Centre", "A third"):
        with pytest.raises(WaveError, match="nobody can be invited") as refused:
            participants.enrol(opened, name)
        assert refused.value.code == "identifiers"
    assert (store.Participant.select().count(), store.Response.select().count()) == (0, 2)


def test_the_answers_go_with_all_that_was_made_of_them(wave: Wave) -> None:
    code = next(row.receipt for row in store.Response.select() if row.receipt)
    response = records.records(wave)[0].id
    basis = {"wave": "1", "number": 1, "ids": [response], "digests": {response: "ab"}, "masks": ["1"]}
    releases.record(wave, 1, '{"public": 1}', basis)
    tallies.keep(wave, changes.last(), {"uses": {"no": 2}})
    feed = changes.last()
    counts = erasure.erase_records(wave)
    assert counts == {
        "drafts": 2, "parked": 1, "organizations": 2, "contacts": 2, "links": 3, "fields": 4, "responses": 3,
    }  # fmt: skip
    assert states() == [("erased", None)] * 3
    assert records.records(wave) == []
    assert participants.by_receipt(wave, code or "") is None
    held = everything()
    for canary in ("costs", "canary", "Finisher", "'uses'", response + "'], "):
        assert canary not in held
    assert releases.basis("practice", 1) == {"wave": "1", "number": 1, "ids": [], "digests": {}, "masks": []}
    assert [release.body for release in releases.releases("practice")] == ['{"public": 1}']
    assert tallies.kept(wave, "uses") is None
    assert [(line.sequence, line.kind, line.wave, line.response) for line in changes.since(0)] == [
        (feed + 1, "removed", wave.id, "")
    ]


def test_erasing_the_answers_again_changes_nothing(wave: Wave) -> None:
    erasure.erase_records(wave)
    before, feed = everything(), changes.since(0)
    assert erasure.erase_records(wave) == {}
    assert (everything(), changes.since(0)) == (before, feed)


def test_another_wave_keeps_everything(wave: Wave) -> None:
    other = waves.open_wave(waves.add(SURVEY.replace('"1"', '"2"'), "practice.yaml"))
    token = invited(other, "Elsewhere", uses="no", why_not="mine", **CONTACT)
    drafts.submit(drafts.find(token).id)
    before = records.records(other)
    erasure.erase_records(wave)
    assert records.records(other) == before
    assert drafts.find(token).answers == {"uses": "no", "why_not": "mine", **CONTACT}
    assert [line.kind for line in changes.since(0) if line.wave == other.id] == ["submitted"]


def test_one_organization_is_erased_and_the_others_are_not(wave: Wave) -> None:
    row = store.Participant.get(store.Participant.organization == "Finisher")
    kept = {record.id for record in records.records(wave)} - {row.response_id}
    assert erasure.erase_organization([row.id], [row.response_id]) == {
        "responses": 1, "links": 1, "organizations": 1,
    }  # fmt: skip
    assert {record.id for record in records.records(wave)} == kept
    assert [found.organization for found in store.Participant.select()] == ["Stopper"]
    assert [found.email for found in store.Contact.select()] == ["stopper@example.org"]
    assert [(line.kind, line.response) for line in changes.since(2)] == [("withdrawn", row.response_id)]
    held = everything()
    for canary in ("Finisher", "finisher", "costs"):
        assert canary not in held
    assert erasure.erase_organization([row.id], []) == {}


def test_an_address_is_erased_wherever_it_was_typed_and_the_other_answers_stay() -> None:
    opened = open_wave()
    note = "write to Canary@Secret.example.org"
    done = submitted(opened, uses="no", why_not="costs", comment=note, **CONTACT)
    drafts.park(done, "views", {"address": ["canary@secret.example.org "]})
    drafts.park(done, "views", {"change": ["many"]})
    number = participants.enrol(opened, "Centre", email="canary@secret.example.org")
    assert erasure.erase_address("canary@secret.example.org", [number], [done]) == {
        "contacts": 1, "fields": 3, "parked": 1,
    }  # fmt: skip
    assert "secret.example" not in everything().lower()
    assert "Canary Person" not in everything()
    assert asked(opened) == [{"uses": "no", "why_not": "costs"}]
    assert [post.posted for post in drafts.parked(done)] == [{"change": ["many"]}]
    assert participants.organization(store.Participant.get_by_id(number).response_id) == "Centre"


def test_nothing_of_what_was_erased_is_left_in_the_files(store_url: str, wave: Wave) -> None:
    if not store_url.startswith("sqlite"):
        erasure.scrub()  # PostgreSQL cleans up by itself; asking changes nothing
        assert len(records.records(wave)) == 2
        return
    path = Path(store_url.removeprefix("sqlite:///"))
    canaries = (b"canary", b"Canary Person", b"Finisher", b"stopper@example.org")

    def files() -> bytes:
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))

    store.keep_open()
    found = files()
    assert [canary for canary in canaries if canary not in found] == []
    erasure.erase_records(wave)
    erasure.scrub()
    found = files()
    assert [canary for canary in canaries if canary in found] == []
    store.let_go()
