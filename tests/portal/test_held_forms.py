"""What somebody of the team typed comes back when the form came too late, to them alone, and is sent once."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from flask import session

from portal import jobs
from portal.identity import gate, held_forms, invitations, people
from portal.identity.models import Device, HeldForm
from surveys.responses import store
from tests.inspecting import fill
from tests.page_rules import text_of
from tests.staffing import PASSWORD, SIGN_IN, browser, make_person, person_of, sign_in, signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import InspectingClient, Reply

INVITE = "/staff/people/invite/"
VERIFY = "/staff/account/verify"
OWN = {"Origin": "http://localhost", "Referer": f"http://localhost{INVITE}"}

TYPED = {"email": "grace@example.org", "name": "Grace <b>Hopper</b>", "roles": ["editor", "moderator"]}
FORM = "//main//form[.//input[@name='email']]"
SEND = "//form[contains(@action, '/send')]"


def tells(reply: Reply) -> dict[str, list[str]]:
    """What the page of a held form shows: name of the field -> values."""
    shown: dict[str, list[str]] = {}
    for term in reply.page.all("//main//dl/dt"):
        shown.setdefault(text_of(term), []).append(text_of(term.xpath("following-sibling::dd")[0]))
    return shown


def invited(site: Flask) -> list[tuple[str, str, list[str]]]:
    """Who is invited: address, name, roles."""
    with site.app_context():
        return [(one.email, one.name, one.roles) for one in invitations.waiting()]


def held(site: Flask) -> int:
    """How many forms are held."""
    with site.app_context():
        return int(HeldForm.select().count())


def end_by_time(site: Flask) -> None:
    """Let every device be idle for longer than a session lasts."""
    with site.app_context(), store.write():
        Device.update(seen_at=store.now() - 13 * 3600).execute()


def late(client: InspectingClient, site: Flask, headers: dict[str, str] = OWN) -> Reply:
    """Fill the invitation in, and send it after the session has ended."""
    page = client.get(INVITE)
    end_by_time(site)
    return client.submit(page, TYPED, form=FORM, headers=headers, follow_redirects=False)


def send_now(client: InspectingClient, page: Reply) -> Reply:
    """Press the button, and do what a browser does when it is told to send the same once more elsewhere."""
    form = page.page.one(SEND)
    values = fill(form, {})
    told = client.post(urljoin(page.address, form.get("action", "")), values, follow_redirects=False)
    return client.post(told.headers["Location"], values) if told.status == 307 else told


def where_to(reply: Reply) -> str:
    """Where somebody goes on to after the page they are sent to."""
    return reply.headers["Location"].partition("?next=")[2]


def test_after_the_session_ended_the_text_comes_back_and_is_sent_once(stored_app: Flask) -> None:
    email = make_person(stored_app, "administrator")
    client = signed_in(stored_app, email=email)
    sent = late(client, stored_app)
    assert (sent.status, sent.headers["Location"].partition("?")[0]) == (303, SIGN_IN)
    assert where_to(sent).startswith("/staff/account/held/")
    assert invited(stored_app) == []

    reply = sign_in(client, stored_app, email, address=sent.headers["Location"])
    assert (reply.address, reply.h1) == (where_to(sent), "What you typed is still here")
    assert tells(reply) == {
        "email": ["grace@example.org"],
        "name": ["Grace <b>Hopper</b>"],
        "roles": ["editor", "moderator"],
        "language": ["en"],
    }
    assert reply.page.one("//main//a").get("href") == INVITE

    done = send_now(client, reply)
    assert (done.status, done.address.startswith("/staff/people/")) == (200, True)
    assert invited(stored_app) == [("grace@example.org", "Grace <b>Hopper</b>", ["editor", "moderator"])]
    again = send_now(client, reply)
    assert (again.status, again.h1) == (410, "Nothing is kept here any more")
    assert client.get(reply.address).status == 410
    assert len(invited(stored_app)) == 1
    assert held(stored_app) == 0


def test_where_the_password_is_old_the_text_comes_back_after_it(
    stored_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(stored_app, "administrator")
    page = client.get(INVITE)
    with monkeypatch.context() as patch:
        now = gate.time.time()
        patch.setattr(gate.time, "time", lambda: now + 16 * 60)
        sent = client.submit(page, TYPED, form=FORM, headers=OWN, follow_redirects=False)
        assert (sent.status, sent.headers["Location"].partition("?")[0]) == (303, VERIFY)
        asked = client.get(sent.headers["Location"])
        assert text_of(asked.page.one("//*[@role='status']")) == (
            "What you typed is kept for one hour. Once you have shown who you are, you can send it."
        )
        back = client.submit(asked, {"password": PASSWORD}, form="//main//form")
        assert tells(back)["email"] == ["grace@example.org"]
        assert invited(stored_app) == []
        send_now(client, back)
    assert [one[0] for one in invited(stored_app)] == ["grace@example.org"]
    assert held(stored_app) == 0


def test_a_form_from_before_somebody_signed_in_again_comes_back(app: Flask) -> None:
    email = make_person(app, "administrator")
    client = signed_in(app, email=email)
    page = client.get(INVITE)
    end_by_time(app)
    sign_in(client, app, email)  # in another tab, so that the form's token is good no more
    sent = client.submit(page, TYPED, form=FORM, headers=OWN, follow_redirects=False)
    assert (sent.status, invited(app)) == (303, [])
    assert tells(client.get(sent.headers["Location"]))["email"] == ["grace@example.org"]
    strange = client.submit(page, TYPED, form=FORM, headers={"Origin": "http://elsewhere.example"})
    assert strange.status == 400


def test_nobody_else_sees_it(app: Flask) -> None:
    email = make_person(app, "administrator")
    client = signed_in(app, email=email)
    address = where_to(late(client, app))

    other = sign_in(client, app, make_person(app, "administrator"), address=f"{SIGN_IN}?next={address}")
    assert (other.status, other.address, other.h1) == (410, address, "Nothing is kept here any more")
    assert "Grace" not in other.text
    token = client.get("/staff/account/").page.all("//input[@name='csrf_token']")[0].get("value")
    assert client.post(f"{address}send", {"csrf_token": token}).status == 410
    assert signed_in(app, email=email).get(address).status == 410, "in another browser it opens nothing"

    end_by_time(app)
    assert sign_in(client, app, email, address=f"{SIGN_IN}?next={address}").status == 200


def test_the_account_page_leads_to_it_when_the_way_was_lost(app: Flask) -> None:
    email = make_person(app, "administrator")
    client = signed_in(app, email=email)
    address = where_to(late(client, app))
    assert sign_in(client, app, email).address == "/staff/"
    links = "//main//a[contains(@href, '/held/')]/@href"
    assert client.get("/staff/account/").page.tree.xpath(links) == [address]
    assert signed_in(app, email=email).get("/staff/account/").page.tree.xpath(links) == []
    send_now(client, client.get(address))
    assert client.get("/staff/account/").page.tree.xpath(links) == []


def test_whoever_must_set_a_second_factor_up_first_keeps_the_text(app: Flask) -> None:
    email = make_person(app, "administrator")
    client = signed_in(app, email=email)
    page = client.get(INVITE)
    with app.app_context(), store.write():
        people.take_second_factor_away(person_of(app, email))
    sent = client.submit(page, TYPED, form=FORM, headers=OWN, follow_redirects=False)
    assert (sent.status, sent.headers["Location"]) == (303, "/staff/account/second-factor")
    link = client.get("/staff/account/").page.one("//main//a[contains(@href, '/held/')]")
    assert tells(client.get(link.get("href", "")))["email"] == ["grace@example.org"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "http://elsewhere.example", "Referer": "http://localhost/staff/"},
        {"Referer": "http://localhost.elsewhere.example/staff/"},
    ],
)
def test_what_another_site_sends_is_not_held(app: Flask, headers: dict[str, str]) -> None:
    client = signed_in(app, "administrator")
    sent = late(client, app, headers)
    assert (sent.status, sent.headers["Location"].partition("?")[0]) == (303, SIGN_IN)
    assert "/held/" not in sent.headers["Location"]
    assert held(app) == 0


def test_nothing_is_held_for_strangers(app: Flask) -> None:
    client = browser(app)
    client.get(SIGN_IN)
    closed = signed_in(app, "administrator")
    page = closed.get(INVITE)
    out = closed.get("/staff/account/")
    closed.submit(out, form="(//form[contains(@action, 'sign-out')])[1]")
    for sent in (
        client.post(INVITE, TYPED, headers=OWN, follow_redirects=False),
        closed.submit(page, TYPED, form=FORM, headers=OWN, follow_redirects=False),
    ):
        assert (sent.status, where_to(sent)) == (303, INVITE)
    assert held(app) == 0


def test_passwords_tokens_and_files_are_never_held(app: Flask) -> None:
    client = signed_in(app, "administrator")
    end_by_time(app)
    values = {
        "title": "A title",
        "new_password": "a long walk",
        "PASSPHRASE": "a long walk",
        "csrf_token": "IjEi",
        "api-secret": "s",
        "text": "One line\r\nand another",
        "empty": "",
        "file": (io.BytesIO(b"a,b"), "notes.csv"),
    }
    sent = client.post(
        INVITE, values, headers=OWN, follow_redirects=False, content_type="multipart/form-data"
    )
    ident = where_to(sent).split("/")[-2]
    with app.app_context():
        row = HeldForm.get_by_id(ident)
        assert "A title" not in row.sealed
        person = row.device.user
    with app.test_request_context("/staff/"):
        session[held_forms.KEY] = [ident]
        found = held_forms.find(ident, person)
    assert found is not None
    assert found.fields == (("title", "A title"), ("text", "One line\r\nand another"), ("empty", ""))
    assert (found.files, found.path, found.page) == (("file",), INVITE, INVITE)


def test_it_is_kept_for_an_hour_and_removed_by_a_job(stored_app: Flask) -> None:
    email = make_person(stored_app, "administrator")
    client = signed_in(stored_app, email=email)
    address = where_to(late(client, stored_app))
    sign_in(client, stored_app, email)

    def age(seconds: int) -> None:
        with stored_app.app_context(), store.write():
            HeldForm.update(kept_at=store.now() - seconds).execute()

    def tidied() -> object:
        with stored_app.app_context():
            with store.write():
                job = jobs.start("tidy-held-forms")
            jobs.run_waiting()
            return jobs.find(job.id).result

    age(held_forms.KEPT - 60)
    assert client.get(address).status == 200
    assert (tidied(), held(stored_app)) == ({"removed": 0}, 1)
    age(held_forms.KEPT)
    assert client.get(address).status == 410
    assert (tidied(), held(stored_app)) == ({"removed": 1}, 0)


def test_a_device_holds_few_forms_and_none_that_is_too_large(app: Flask) -> None:
    email = make_person(app, "administrator")
    client = signed_in(app, email=email)
    end_by_time(app)

    def send(name: str) -> str:
        answer = client.post(INVITE, {"name": name}, headers=OWN, follow_redirects=False)
        with app.app_context(), store.write():
            HeldForm.update(kept_at=HeldForm.kept_at - 1).execute()
        return where_to(answer)

    addresses = [send(f"Grace {number}") for number in range(held_forms.PER_DEVICE + 2)]
    assert held(app) == held_forms.PER_DEVICE
    assert send("x" * held_forms.LARGEST) == INVITE
    assert send("  ") == INVITE
    sign_in(client, app, email)
    assert [client.get(address).status for address in addresses] == [410, 410, 200, 200, 200, 200, 200]


def test_an_erased_account_takes_its_forms_with_it(stored_app: Flask) -> None:
    make_person(stored_app, "administrator")
    email = make_person(stored_app, "administrator")
    late(signed_in(stored_app, email=email), stored_app)
    person = person_of(stored_app, email)
    assert held(stored_app) == 1
    with stored_app.app_context(), store.write():
        person.delete_instance()
    assert held(stored_app) == 0
