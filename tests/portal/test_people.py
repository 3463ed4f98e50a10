"""The team's pages for administrators: roles, accounts, invitations, and what must not be done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from portal import audit
from portal.identity import people
from portal.identity.models import Invitation, User
from portal.identity.roles import ROLES
from portal.mail.models import Message
from surveys.responses import store
from tests.page_rules import text_of
from tests.staffing import browser, make_person, person_of, sign_in, signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import InspectingClient, Reply

ROLES_FORM = "//form[contains(@action, '/roles/')]"


def page_of(client: InspectingClient, app: Flask, email: str) -> Reply:
    """A person's page."""
    return client.get(f"/staff/people/{person_of(app, email).pseudonym}/")


def notice(reply: Reply) -> str:
    """What the page says was done or was not."""
    return text_of(reply.page.one("//*[contains(@class, 'staff-notice')]/p"))


def actions(app: Flask, email: str) -> list[str]:
    """What happened to a person, newest first, sign-ins left out."""
    with app.app_context():
        lines = audit.lines("person", person_of(app, email).pseudonym, limit=50)
    return [line.action for line in lines if line.action != "people.sign_in"]


def test_roles_are_given_and_taken_and_that_signs_the_person_out(stored_app: Flask) -> None:
    admin = signed_in(stored_app, "administrator")
    email = make_person(stored_app, "editor")
    theirs = signed_in(stored_app, email=email)
    done = admin.submit(
        page_of(admin, stored_app, email), {"roles": ["editor", "moderator"]}, form=ROLES_FORM
    )
    assert notice(done) == "The roles are changed."
    assert person_of(stored_app, email).role_names == {"editor", "moderator"}
    assert theirs.get("/staff/account/").status == 303
    none = admin.submit(done, {"roles": []}, form=ROLES_FORM)
    assert notice(none) == "The roles are changed."
    assert person_of(stored_app, email).role_names == frozenset()
    assert actions(stored_app, email) == ["people.roles_changed"] * 2
    assert notice(admin.submit(none, {"roles": []}, form=ROLES_FORM)) == "The roles were so already."


def test_two_administrators_do_not_overwrite_each_other(stored_app: Flask) -> None:
    one, other = signed_in(stored_app, "administrator"), signed_in(stored_app, "administrator")
    email = make_person(stored_app, "editor")
    seen, same = page_of(one, stored_app, email), page_of(other, stored_app, email)
    one.submit(seen, {"roles": ["editor", "moderator"]}, form=ROLES_FORM)
    refused = other.submit(same, {"roles": ["translator"]}, form=ROLES_FORM)
    assert notice(refused) == (
        "Somebody else changed these roles meanwhile: you saw Editor, and now they are Editor and Moderator. "
        "Nothing was changed by you."
    )
    assert person_of(stored_app, email).role_names == {"editor", "moderator"}


def test_the_last_administrator_stays(stored_app: Flask) -> None:
    email = make_person(stored_app, "administrator")
    client = signed_in(stored_app, email=email)
    page = page_of(client, stored_app, email)
    alone = "This is the last administrator. Make somebody else an administrator first."
    assert notice(client.submit(page, {"roles": ["editor"]}, form=ROLES_FORM)) == alone
    assert notice(client.submit(page, form="//form[contains(@action, '/deactivate/')]")) == alone
    assert (person_of(stored_app, email).role_names, person_of(stored_app, email).active) == (
        {"administrator"},
        True,
    )
    assert actions(stored_app, email) == []
    second = make_person(stored_app, "administrator")
    done = client.submit(
        page_of(client, stored_app, second), form="//form[contains(@action, '/deactivate/')]"
    )
    assert notice(done) == "The account is closed, and signed out everywhere."
    assert notice(client.submit(page, {"roles": ["editor"]}, form=ROLES_FORM)) == alone


def test_an_account_is_closed_and_opened_again(stored_app: Flask) -> None:
    admin = signed_in(stored_app, "administrator")
    email = make_person(stored_app, "editor")
    theirs = signed_in(stored_app, email=email)
    closed = admin.submit(page_of(admin, stored_app, email), form="//form[contains(@action, '/deactivate/')]")
    assert theirs.get("/staff/account/").status == 303
    assert sign_in(browser(stored_app), stored_app, email).address == "/staff/account/sign-in"
    admin.submit(closed, form="//form[contains(@action, '/reactivate/')]")
    assert theirs.get("/staff/account/").status == 303
    assert sign_in(browser(stored_app), stored_app, email).address == "/staff/"
    assert actions(stored_app, email) == [
        "people.reactivated",
        "people.sign_in_failed",
        "people.deactivated",
    ]


def test_a_lost_second_factor_is_taken_away(app: Flask) -> None:
    admin = signed_in(app, "administrator")
    email = make_person(app, "analyst")
    theirs = signed_in(app, email=email)
    admin.submit(page_of(admin, app, email), form="//form[contains(@action, '/second-factor/')]")
    assert theirs.get("/staff/account/").status == 303
    assert sign_in(browser(app), app, email).address == "/staff/account/second-factor"
    assert actions(app, email) == ["people.second_factor_removed"]


def test_devices_are_signed_out_from_afar(app: Flask) -> None:
    admin = signed_in(app, "administrator")
    email = make_person(app, "editor")
    theirs = signed_in(app, email=email)
    admin.submit(page_of(admin, app, email), form="//form[contains(@action, '/devices/')]")
    assert theirs.get("/staff/account/").status == 303
    assert actions(app, email) == ["people.devices_ended"]


def test_somebody_is_invited_and_the_invitation_withdrawn(stored_app: Flask) -> None:
    admin = signed_in(stored_app, "administrator")
    page = admin.get("/staff/people/invite/")
    offered = {box.get("value") for box in page.page.all("//input[@name='roles']")}
    assert offered == set(ROLES)
    form = "//form[@class='staff-form']"
    empty = admin.submit(page, {"email": "nobody"}, form=form)
    assert len(empty.page.all("//*[@class='error-summary']//li")) >= 1
    values = {"email": "ada@example.org", "name": "Ada", "roles": ["analyst"], "language": "fr"}
    listed = admin.submit(page, values, form=form)
    assert (listed.address, notice(listed)) == ("/staff/people/", "The invitation is on its way.")
    with stored_app.app_context():
        message = Message.get()
        assert (message.template, message.language) == ("invitation-to-team", "fr")
        assert message.arguments == {"invitation": Invitation.get().id}
    gone = admin.submit(listed, form="//form[contains(@action, '/withdraw/')]")
    assert notice(gone) == "The invitation is withdrawn; its link works no more."
    assert gone.page.all("//form[contains(@action, '/withdraw/')]") == []

    taken = admin.submit(page, {**values, "email": make_person(stored_app, "editor")}, form=form)
    assert "Somebody has an account with this address." in text_of(
        taken.page.one("//*[@class='error-summary']")
    )


def test_the_list_shows_everybody(app: Flask) -> None:
    admin = signed_in(app, "administrator", name="Zoe")
    for n in range(3):
        make_person(app, "editor", name=f"Person {n}")
    page = admin.get("/staff/people/")
    with app.app_context():
        assert User.select().count() == 4
    table = page.page.all("//table")[0]
    assert [text_of(row[0]) for row in table.iter("tr")][1:] == ["Person 0", "Person 1", "Person 2", "Zoe"]
    assert admin.get("/staff/people/nobody/").status == 404


def test_two_administrators_cannot_remove_each_other_at_once(stored_app: Flask) -> None:
    emails = [make_person(stored_app, "administrator") for _ in range(2)]
    start = Barrier(2)

    def remove(email: str) -> bool:
        with stored_app.app_context():
            person = people.find(email)
            assert person is not None
            start.wait()
            try:
                with store.write():
                    people.set_active(person, active=False)
            except people.LastAdministratorError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, emails)) == [False, True]
