"""Everything held about one person or organization is found, handed out and erased, all over the portal."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from portal import audit, exports, jobs, mail
from portal.identity import people
from portal.identity.models import Device, Invitation, User
from portal.identity.roles import ADMINISTRATOR, ANALYST, EDITOR
from portal.jobs.models import JobRow
from portal.mail.models import Message
from portal.privacy import holdings, subjects
from surveys.responses import drafts, participants, records, releases, store, waves
from tests.portal.walking import SURVEY
from tests.staffing import make_person, person_of, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from tests.inspecting import InspectingClient

ORGANIZATION = "CANARY-organization Ottawa"
CONTACT = "canary.contact@secret.example.org"
MEMBER = "canary.member@secret.example.org"
NAME = "CANARY-member Quill"
TYPED = {
    "uses_messaging": "no",
    "comment": "CANARY-comment",
    "contact_consent": True,
    "contact_email": "Canary.Typed@Secret.example.org",
}

PERSONAL = re.compile(
    r"name|e_?mail|organi[sz]ation|recipient|answer|posted|history|password|totp|credential|browser|system|"
    r"actor|asked_by|invited_by|about|response|participant|receipt|user|person|pseudonym|phone|address|basis|body|"
    r"data|detail|argument|text|note"
)
"""Columns that look as if they held something of a person, or led to one."""

EXEMPT = {
    ("survey", "slug"): "a survey's name in addresses",
    ("instrument", "filename"): "a questionnaire's file",
    ("wave", "name"): "a wave's name: its version",
    ("wave", "receipts"): "a number",
    ("change", "response"): "a random id that no page shows; goes with the wave",
    ("counter", "name"): "what is counted",
    ("document", "body"): "published content, which an editor answers for",
    ("huey_task", "data"): "the id of a job",
    ("periodic", "name"): "a task's name",
    ("person_role_name", "name"): "a role's name",
}
"""(table, column) -> why nobody need be asked for it."""


def columns() -> set[tuple[str, str]]:
    """Every column of the database but those of the libraries that keep no word of anybody."""
    database = store.database.obj
    return {
        (table, column.name)
        for table in database.get_tables()
        for column in database.get_columns(table)
        if not table.startswith(("sqlite_", "schema_migration"))
    }


def test_every_personal_column_is_covered_or_exempt_with_a_reason(stored_app: Flask) -> None:
    with stored_app.app_context():
        found = {each for each in columns() if PERSONAL.search(each[1])}
        covered = {table for holding in holdings.registered() for table in holding.covers}
        tables = {table for table, _ in columns()}
    assert {each for each in found if each[0] not in covered} - EXEMPT.keys() == set()
    assert EXEMPT.keys() - columns_of(stored_app) == set(), "exempted columns that are no more"
    assert covered - tables == set(), "covered tables that are no more"


def columns_of(site: Flask) -> set[tuple[str, str]]:
    with site.app_context():
        return columns()


def plant(site: Flask) -> None:
    """Let an organization answer, in two waves' worth of ways, with a contact and messages to it."""
    with site.app_context():
        wave = waves.current(SURVEY)
        number = participants.enrol(wave, ORGANIZATION, email=CONTACT)
        draft_id = drafts.find(participants.token(number)).id
        drafts.save(draft_id, base_revision=None, values=TYPED)
        drafts.park(draft_id, "ahead", {"comment": ["CANARY-parked"]})
        with store.write():
            about = ("participant", number)
            mail.queue("survey-invitation", CONTACT, {"participant": number}, language="en", about=about)
        jobs.run_waiting()


@pytest.fixture
def planted(stored_app: Flask) -> Flask:
    """A site that knows an organization, on both databases."""
    plant(stored_app)
    return stored_app


@pytest.fixture
def here(planted: Flask) -> Iterator[Flask]:
    """The same, within the application."""
    with planted.app_context():
        yield planted


def held(query: str) -> dict[str, list[dict[str, Any]]]:
    subject = subjects.find(query)
    return {} if subject is None else holdings.export(subject)


@pytest.mark.usefixtures("here")
def test_an_organization_is_found_however_its_name_is_written() -> None:
    found = subjects.find("  canary-ORGANIZATION   ottawa ")
    assert found is not None
    assert (found.kind, found.name, len(found.participant_ids), len(found.response_ids)) == (
        "organization", ORGANIZATION, 1, 1,
    )  # fmt: skip
    assert subjects.find("CANARY-organization") is None
    assert subjects.similar("organization") == [ORGANIZATION]
    assert (subjects.similar(""), subjects.similar("nobody")) == ([], [])


@pytest.mark.usefixtures("here")
def test_everything_held_about_an_organization_is_handed_out() -> None:
    found = held(ORGANIZATION)
    assert sorted(found) == ["answers", "mail"]
    by_kind = {entry["kept"]: entry for entry in found["answers"]}
    assert by_kind["participant"] == {
        "kept": "participant", "wave": f"{SURVEY}@2026.1", "organization": ORGANIZATION, "email": CONTACT,
        "language": "en",
    }  # fmt: skip
    assert by_kind["response"]["answers"] == TYPED
    assert by_kind["typed and not stored"]["typed"] == {"comment": ["CANARY-parked"]}
    assert len([entry for entry in found["answers"] if entry["kept"] == "link"]) == 2
    assert [(entry["template"], entry["recipient"]) for entry in found["mail"]] == [
        ("survey-invitation", CONTACT)
    ]


@pytest.mark.usefixtures("here")
def test_of_a_contact_only_what_names_the_person_is_handed_out() -> None:
    found = held(CONTACT.upper())
    assert [entry["kept"] for entry in found["answers"]] == ["participant"]
    assert len(found["mail"]) == 1
    typed = held("canary.typed@secret.example.org")
    assert typed == {
        "answers": [
            {
                "kept": "answers that name the person",
                "wave": f"{SURVEY}@2026.1",
                "answers": {key: TYPED[key] for key in ("contact_consent", "contact_email")},
            }
        ]
    }


@pytest.mark.usefixtures("here")
def test_an_address_that_nobody_gave_is_held_nowhere() -> None:
    assert held("nobody@example.org") == {}


def member(site: Flask) -> InspectingClient:
    """A member of the team who was invited, has asked for a job and left traces."""
    make_person(site, ANALYST, email=MEMBER, name=NAME)
    client = signed_in(site, email=MEMBER)
    pseudonym = person_of(site, MEMBER).pseudonym
    with site.app_context(), store.write():
        Invitation.create(
            email=MEMBER, name=NAME, language="en", roles=["analyst"], hash=store.random_id(),
            invited_by="0" * 32, expires_at=store.now(), used_at=store.now(),
        )  # fmt: skip
        jobs.start("count-changed", by=pseudonym)
        mail.queue("test-message", MEMBER, {}, language="en", about=("person", pseudonym))
        audit.record("survey.opened", "wave", f"{SURVEY}@2026.1", by=pseudonym)
    with site.app_context():
        jobs.run_waiting()
    return client


def test_everything_held_about_a_member_of_the_team_is_handed_out(stored_app: Flask) -> None:
    member(stored_app)
    with stored_app.app_context():
        found = held(MEMBER)
    assert sorted(found) == ["account", "activity", "jobs", "mail"]
    assert [entry["kept"] for entry in found["account"]] == ["account", "device", "invitation"]
    assert (found["account"][0]["name"], found["account"][0]["roles"]) == (NAME, ["analyst"])
    assert [entry["action"] for entry in found["activity"]][-1] == "survey.opened"
    assert [entry["task"] for entry in found["jobs"]] == ["count-changed"]
    assert [entry["template"] for entry in found["mail"]] == ["test-message"]


def test_nothing_that_opens_an_account_is_handed_out(stored_app: Flask) -> None:
    member(stored_app)
    user = person_of(stored_app, MEMBER)
    with stored_app.app_context():
        text = json.dumps(held(MEMBER))
    secrets = (user.password, user.tf_totp_secret, user.fs_uniquifier, user.fs_webauthn_user_handle)
    assert [secret for secret in secrets if not secret or secret in text] == []


def search(client: InspectingClient, query: str) -> Any:
    return client.submit(client.get("/staff/privacy/"), {"query": query}, form=SEARCH)


SEARCH = "//main//form[contains(@class, 'staff-form')]"
EXPORT = "//main//form[@action='/staff/privacy/export/']"
ERASE = "//main//form[@action='/staff/privacy/erase/']"


def test_an_administrator_finds_downloads_and_erases_an_organization(planted: Flask) -> None:
    client = signed_in(planted, ADMINISTRATOR)
    found = search(client, ORGANIZATION.lower())
    assert found.h1 == f"What is held about {ORGANIZATION}"
    handed = client.submit(found, form=EXPORT)
    assert handed.headers["Content-Disposition"].startswith("attachment; filename=held-20")
    body = json.loads(handed.body)
    with planted.app_context():
        assert body["held"] == json.loads(json.dumps(held(ORGANIZATION)))
    asked = client.submit(found, form=ERASE)
    assert "Published releases stay" in asked.text
    wrong = client.submit(asked, {"confirmation": "yes"}, form=ERASE)
    assert "This is not the same. Nothing was erased." in wrong.text
    with planted.app_context():
        assert sorted(held(ORGANIZATION)) == ["answers", "mail"]
    done = client.submit(wrong, {"confirmation": ORGANIZATION.upper()}, form=ERASE)
    assert done.address == "/staff/privacy/"
    assert "Everything that may be erased is erased" in done.text
    assert "No survey knows an organization of this name." in search(client, ORGANIZATION).text
    with planted.app_context():
        assert held(ORGANIZATION) == held(CONTACT) == held("canary.typed@secret.example.org") == {}
        lines = [line for line in audit.latest() if line.action.startswith("privacy.")]
        assert [(line.action, line.kind, line.detail["count"] > 0) for line in lines] == [
            ("privacy.erased", "subject", True), ("privacy.exported", "subject", True),
        ]  # fmt: skip
        assert len({line.ident for line in lines}) == 1
        assert {line.actor for line in lines} == {User.get().pseudonym}
        assert [row.state for row in store.Response.select()] == ["withdrawn"]


def test_one_address_is_erased_and_its_organization_stays(planted: Flask) -> None:
    client = signed_in(planted, ADMINISTRATOR)
    for address in (CONTACT, "canary.typed@secret.example.org"):
        asked = client.submit(search(client, address), form=ERASE)
        client.submit(asked, {"confirmation": address}, form=ERASE)
    with planted.app_context():
        left = held(ORGANIZATION)
        assert sorted(left) == ["answers"]
        assert {entry["email"] for entry in left["answers"] if entry["kept"] == "participant"} == {None}
        (response,) = [entry for entry in left["answers"] if entry["kept"] == "response"]
        assert response["answers"] == {key: TYPED[key] for key in ("uses_messaging", "comment")}


def test_an_erased_member_is_signed_out_and_their_lines_name_nobody(stored_app: Flask) -> None:
    gone = member(stored_app)
    pseudonym = person_of(stored_app, MEMBER).pseudonym
    client = signed_in(stored_app, ADMINISTRATOR)
    assert gone.get("/staff/").status == 200
    asked = client.submit(search(client, MEMBER), form=ERASE)
    assert "without the account it names nobody" in asked.text
    client.submit(asked, {"confirmation": MEMBER}, form=ERASE)
    assert gone.get("/staff/", follow_redirects=False).status == 303
    with stored_app.app_context():
        assert held(MEMBER) == {}
        assert (people.find(MEMBER), Invitation.select().count()) == (None, 0)
        assert Device.select().count() == 1, "the administrator's"
        assert [row.asked_by for row in JobRow.select().where(JobRow.task == "count-changed")] == [None]
        assert Message.select().where(Message.about_id == pseudonym).count() == 0
        assert audit.named(pseudonym) == "someone who has left"
        assert "survey.opened" in [line.action for line in audit.by_actor(pseudonym)]
        assert audit.verify() is None


def test_the_last_administrator_cannot_be_erased(stored_app: Flask) -> None:
    client = signed_in(stored_app, ADMINISTRATOR, email="ada@example.org")
    asked = client.submit(search(client, "ada@example.org"), form=ERASE)
    refused = client.submit(asked, {"confirmation": "ada@example.org"}, form=ERASE)
    assert "Nothing was erased: this is the last administrator." in refused.text
    with stored_app.app_context():
        assert held("ada@example.org")["account"][0]["active"]
        assert [line for line in audit.latest() if line.action == "privacy.erased"] == []


def test_an_administrator_can_be_erased_once_there_is_another(stored_app: Flask) -> None:
    make_person(stored_app, ADMINISTRATOR, email="bea@example.org")
    client = signed_in(stored_app, ADMINISTRATOR, email="ada@example.org")
    asked = client.submit(search(client, "ada@example.org"), form=ERASE)
    done = client.submit(asked, {"confirmation": "ada@example.org"}, form=ERASE)
    assert done.address == "/staff/account/sign-in"
    with stored_app.app_context():
        assert [user.email for user in User.select()] == ["bea@example.org"]
        assert audit.verify() is None


def test_whoever_is_looked_for_is_in_no_address(planted: Flask) -> None:
    client = signed_in(planted, ADMINISTRATOR)
    found = search(client, CONTACT)
    addresses = [found.address, *found.page.all("//@href"), *found.page.all("//@action")]
    assert [address for address in addresses if "secret.example" in str(address)] == []
    for address in ("/staff/privacy/find/", "/staff/privacy/export/", "/staff/privacy/erase/"):
        assert client.get(address, follow_redirects=True).address == "/staff/privacy/"


@pytest.mark.parametrize(
    "address", ["/staff/privacy/find/", "/staff/privacy/export/", "/staff/privacy/erase/"]
)
def test_nobody_else_finds_hands_out_or_erases(planted: Flask, address: str) -> None:
    client = signed_in(planted, ANALYST, EDITOR)
    token = client.get("/staff/").page.one("//input[@name='csrf_token']").get("value")
    fields = {"query": ORGANIZATION, "confirmation": ORGANIZATION}
    assert client.post(address, {**fields, "csrf_token": token}).status == 403
    own = signed_in(planted, ADMINISTRATOR)
    assert own.post(address, fields).status == 400, "a post from another site"
    with planted.app_context():
        assert sorted(held(ORGANIZATION)) == ["answers", "mail"]


def test_nothing_of_whom_was_erased_is_left_in_a_file(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path
) -> None:
    site = make_site(starter_folder)
    plant(site)
    instance = tmp_path / "instance"
    with site.app_context():
        wave = waves.current(SURVEY)
        (key,) = [row.id for row in store.Response.select()]
        store.Response.update(
            state="submitted", submitted_answers=TYPED, submitted_revision=1, submitted_at=store.now()
        ).execute()
        releases.record(wave, 1, "{}", {"wave": wave.name, "number": 1, "ids": [key]})
        exports.folder().mkdir()
        (exports.folder() / "waiting.export").write_text("CANARY-comment")
        store.keep_open()
        assert len(records.records(wave)) == 1
    member(site)
    pseudonym = person_of(site, MEMBER).pseudonym

    def left() -> list[bytes]:
        found = b"".join(path.read_bytes() for path in sorted(instance.rglob("*")) if path.is_file())
        return [one for one in canaries if one in found]

    canaries = [
        b"CANARY",
        b"secret.example",
        b"Canary.Typed",
        b"CANARY-parked",
        NAME.encode(),
        MEMBER.encode(),
    ]
    assert left() == canaries
    client = signed_in(site, ADMINISTRATOR)
    for query in (ORGANIZATION, MEMBER):
        asked = client.submit(search(client, query), form=ERASE)
        client.submit(asked, {"confirmation": query}, form=ERASE)
    assert left() == []
    with site.app_context():
        assert key not in repr(releases.basis(SURVEY, 1))
        assert [line.actor for line in audit.by_actor(pseudonym)][-1] != "command"
