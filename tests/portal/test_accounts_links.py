"""Links that let somebody in: the set-up link, invitations, and the link to a new password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from portal import audit, jobs, mail
from portal.identity import invitations, people
from portal.identity.models import Device, Invitation, User
from portal.identity.roles import ROLES
from portal.mail.models import Message
from surveys.responses import store
from tests.page_rules import text_of
from tests.staffing import PASSWORD, SIGN_IN, browser, make_person, person_of, sign_in, signed_in

if TYPE_CHECKING:
    from flask import Flask

LINK = re.compile(r"http://localhost:\d+(/staff/account/[^\s]+)")

NEW = {"name": "Grace Hopper", "password": PASSWORD, "password_confirm": PASSWORD}


def run(app: Flask, *args: str) -> str:
    """What a command prints."""
    result = app.test_cli_runner().invoke(args=list(args))
    assert result.exit_code == 0, result.output
    return str(result.output)


def link_in(text: str) -> str:
    """The one link of a text."""
    found = LINK.findall(text)
    assert len(found) == 1, text
    return str(found[0])


def written(app: Flask) -> dict[str, str]:
    """Send what waits; template -> the text of the message that the template's newest row became."""
    with app.app_context():
        told = {}
        for message in list(Message.select().where(Message.state == "waiting")):
            template = mail.templates.find(message.template)
            with mail.templates.reading(message.language):
                arguments = template.prepare(message.arguments)
            told[message.template] = mail.render(message.template, arguments, message.language).text
        return told


def test_the_first_person_comes_by_the_link_that_was_printed_last(stored_app: Flask) -> None:
    first, second = (link_in(run(stored_app, "init")) for _ in range(2))
    assert first != second
    client = browser(stored_app)
    old = client.get(first)
    assert (old.status, old.h1) == (410, "This link works no more")
    page = client.get(second)
    assert page.h1 == "Set the portal up"
    done = client.submit(page, {**NEW, "email": "Grace@Example.org"})
    assert done.address == "/staff/account/second-factor"
    grace = person_of(stored_app, "grace@example.org")
    assert (grace.name, grace.role_names) == ("Grace Hopper", frozenset(ROLES))

    assert client.get(second).status == 410
    assert "set-up" not in run(stored_app, "init")
    with stored_app.app_context():
        assert invitations.set_up_link() is None
        assert [line.action for line in audit.lines("person", grace.pseudonym)] == [
            "people.sign_in",
            "people.joined",
        ]


def test_looking_at_a_link_changes_nothing(app: Flask) -> None:
    link = link_in(run(app, "init"))
    invited = link_in(run(app, "user", "invite", "ada@example.org", "--role", "editor"))

    def stored() -> object:
        with app.app_context():
            return User.select().count(), list(Invitation.select().tuples()), Device.select().count()

    client = browser(app, fingerprint=stored)
    assert [client.get(address).status for address in (link, invited)] == [200, 200]


def test_an_invitation_makes_an_account_once(stored_app: Flask) -> None:
    make_person(stored_app, "administrator")
    printed = run(
        stored_app,
        "user",
        "invite",
        "Ada@Example.org",
        "--role",
        "editor",
        "--role",
        "translator",
        "--name",
        "Ada",
    )
    link = link_in(printed)
    assert link_in(written(stored_app)["invitation-to-team"]) == link
    client = browser(stored_app)
    page = client.get(link)
    assert page.page.one("//input[@name='name']").get("value") == "Ada"
    refused = client.submit(page, {"password": "too short", "password_confirm": "too short"})
    assert [text_of(item) for item in refused.page.all("//*[@class='error-summary']//li")] == [
        "The password needs 12 characters or more. Several words in a row are easy to remember."
    ]
    assert client.submit(page, NEW).address == "/staff/"
    ada = person_of(stored_app, "ada@example.org")
    assert (ada.name, ada.role_names) == ("Grace Hopper", {"editor", "translator"})
    other = browser(stored_app)
    assert other.get(link).status == 410
    assert sign_in(other, stored_app, "ada@example.org").address == "/staff/"


def test_an_invitation_is_used_up_by_the_first_of_two_at_once(stored_app: Flask) -> None:
    link = link_in(run(stored_app, "user", "invite", "ada@example.org", "--role", "editor"))
    one, other = browser(stored_app), browser(stored_app)
    page, same = one.get(link), other.get(link)
    assert one.submit(page, NEW).address == "/staff/"
    assert other.submit(same, NEW).status == 410
    with stored_app.app_context():
        assert User.select().where(User.email == "ada@example.org").count() == 1


@pytest.mark.parametrize("what", ["expired", "withdrawn", "again", "forged"])
def test_a_link_that_is_no_good_says_so(app: Flask, what: str) -> None:
    link = link_in(run(app, "user", "invite", "ada@example.org", "--role", "editor"))
    with app.app_context():
        invitation = Invitation.get()
        if what == "expired":
            with store.write():
                Invitation.update(expires_at=store.now()).execute()
        elif what == "withdrawn":
            assert invitations.withdraw(invitation.id)
            assert not invitations.withdraw(invitation.id)
    if what == "again":
        run(app, "user", "invite", "ada@example.org", "--role", "analyst")
    if what == "forged":
        link = link.replace(link[-10:], "0000000000"[:9] + "/")
    client = browser(app)
    assert client.get(link).status == (404 if what == "forged" else 410)
    with app.app_context():
        assert people.find("ada@example.org") is None


def test_a_withdrawn_invitation_is_not_sent(app: Flask) -> None:
    run(app, "user", "invite", "ada@example.org", "--role", "editor")
    with app.app_context():
        invitations.withdraw(Invitation.get().id)
        jobs.run_waiting()
        assert [message.state for message in Message.select()] == ["cancelled"]


def test_an_address_with_an_account_is_not_invited(app: Flask) -> None:
    email = make_person(app, "editor")
    result = app.test_cli_runner().invoke(args=["user", "invite", email.upper(), "--role", "editor"])
    assert (result.exit_code, result.output) == (1, "Error: Somebody has an account with this address.\n")


def test_the_database_holds_no_link(app: Flask) -> None:
    token = link_in(run(app, "user", "invite", "ada@example.org", "--role", "editor")).split("/")[-2]
    first = link_in(run(app, "init")).split("/")[-2]
    with app.app_context():
        store.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    content = (app.config["PORTAL"].instance / "portal.sqlite").read_bytes()
    assert (token.encode() in content, first.encode() in content) == (False, False)


def test_a_new_password_comes_by_a_link_and_signs_everybody_out(stored_app: Flask) -> None:
    email = make_person(stored_app, "editor")
    inside = signed_in(stored_app, email=email)
    client = browser(stored_app)
    sentence = "If there is an account with this address, a link is on its way to it."
    told = []
    for address in (email, "nobody@example.org"):
        reply = client.submit(client.get("/staff/account/reset"), {"email": address})
        told.append(text_of(reply.page.one("//*[@role='status']")))
    assert told == [sentence, sentence]
    with stored_app.app_context():
        assert [(row.recipient, row.template) for row in Message.select()] == [(email, "password-reset")]
    link = link_in(written(stored_app)["password-reset"])

    new = "another walk along the shore"
    page = client.get(link)
    done = client.submit(page, {"password": new, "password_confirm": new})
    assert done.address == SIGN_IN
    assert inside.get("/staff/account/").status == 303
    assert sign_in(browser(stored_app), stored_app, email, password=new).address == "/staff/"
    assert client.get(link).status == 302
    assert "password-changed" in written(stored_app)


def test_a_closed_account_is_sent_no_link(app: Flask) -> None:
    email = make_person(app, "editor")
    with app.app_context(), store.write():
        people.set_active(person_of(app, email), active=False)
    client = browser(app)
    client.submit(client.get("/staff/account/reset"), {"email": email})
    with app.app_context():
        assert Message.select().count() == 0


@pytest.mark.parametrize("language", ["en"])
@pytest.mark.parametrize("template", ["password-reset", "password-changed", "invitation-to-team"])
def test_every_letter_can_be_shown(app: Flask, template: str, language: str) -> None:
    with app.app_context():
        sample = mail.templates.find(template).sample
        said = mail.render(template, sample, language)
    assert sample["link"] in said.text
    assert sample["link"] in said.html
    assert said.subject
