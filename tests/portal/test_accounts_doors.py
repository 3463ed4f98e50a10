"""The doors hold: guesses are held up, nobody is sent elsewhere, what matters is asked anew."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from limits import RateLimitItemPerMinute

from portal import audit
from portal.accounts import throttle
from portal.identity import gate
from tests.page_rules import text_of
from tests.staffing import PASSWORD, SIGN_IN, browser, code_of, make_person, person_of, sign_in, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.inspecting import InspectingClient, Reply

VERIFY = "/staff/account/verify"


def guess(client: InspectingClient, email: str, password: str, near: str = "203.0.113.5") -> Reply:
    """Try a password from an address."""
    place = {"REMOTE_ADDR": near}
    page = client.get(SIGN_IN, environ_base=place)
    return client.submit(page, {"email": email, "password": password}, environ_base=place)


def test_guesses_are_held_up_where_they_come_from_and_nowhere_else(app: Flask) -> None:
    email = make_person(app, "editor")
    guesser = browser(app)
    answers = [guess(guesser, email, f"guess number {n}").status for n in range(11)]
    assert answers == [200] * 10 + [429]
    held = guess(guesser, email, PASSWORD)
    assert (held.status, held.h1) == (429, "Too many attempts")
    assert 0 < int(held.headers["Retry-After"]) <= 900
    assert guess(browser(app), email, PASSWORD, near="198.51.100.7").address == "/staff/"


def test_an_account_that_is_not_there_is_held_up_in_the_same_way(app: Flask) -> None:
    guesser = browser(app)
    answers = [guess(guesser, "nobody@example.org", f"guess number {n}").status for n in range(11)]
    assert answers == [200] * 10 + [429]


def test_one_place_cannot_try_one_password_on_every_account(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert str(throttle.PLACE) == "60 per 15 minute"
    monkeypatch.setattr(throttle, "PLACE", RateLimitItemPerMinute(5, 15))
    guesser = browser(app)
    answers = [guess(guesser, f"person{n}@example.net", PASSWORD).status for n in range(6)]
    assert answers == [200] * 5 + [429]
    assert guess(browser(app), "person0@example.net", PASSWORD, near="198.51.100.7").status == 200


def test_a_browser_that_signed_in_before_is_not_held_up_by_its_neighbours(app: Flask) -> None:
    email = make_person(app, "editor")
    known = browser(app)
    page = guess(known, email, PASSWORD)
    known.submit(page, form="//form[contains(@action, 'sign-out')]")
    neighbour = browser(app)
    for n in range(11):
        guess(neighbour, email, f"guess number {n}")
    assert guess(neighbour, email, PASSWORD).status == 429
    assert guess(browser(app), email, PASSWORD).status == 429
    assert guess(known, email, PASSWORD).address == "/staff/"


def test_a_known_browser_has_no_room_of_its_own_for_other_accounts(app: Flask) -> None:
    own, other = make_person(app, "editor"), make_person(app, "editor")
    known = browser(app)
    known.submit(guess(known, own, PASSWORD), form="//form[contains(@action, 'sign-out')]")
    for n in range(10):
        guess(browser(app), other, f"guess number {n}")
    assert guess(known, other, PASSWORD).status == 429


def test_codes_are_held_up_and_a_right_password_does_not_help(app: Flask) -> None:
    email = make_person(app, "analyst")
    client = browser(app)
    statuses = []
    for n in range(11):
        if n % 4 == 0:
            page = guess(client, email, PASSWORD)
        page = client.submit(page, {"code": f"{n:06}"}, environ_base={"REMOTE_ADDR": "203.0.113.5"})
        statuses.append(page.status)
        page = client.get("/staff/account/code")
    assert statuses == [200] * 10 + [429]
    other = browser(app)
    asked = guess(other, email, PASSWORD, near="198.51.100.7")
    right = {"code": code_of(app, email)}
    assert other.submit(asked, right, environ_base={"REMOTE_ADDR": "198.51.100.7"}).address == "/staff/"


def test_a_failed_sign_in_is_written_down_without_an_address(app: Flask) -> None:
    email = make_person(app, "editor")
    guess(browser(app), email, "not the password")
    guess(browser(app), "nobody@example.org", "not the password")
    with app.app_context():
        lines = audit.latest(2)
        mine = audit.lines("person", person_of(app, email).pseudonym)
    assert [line.action for line in lines] == ["people.sign_in_failed"] * 2
    assert [line.ident for line in mine] == [person_of(app, email).pseudonym]
    assert not any("203.0.113" in str(line) or "@" in str(line) for line in lines)


STRANGE = [
    "https://example.com/",
    "//example.com/staff/",
    "/\\example.com/staff/",
    "\\\\example.com",
    "/staff/../en/",
    "/staff/%2e%2e/en/",
    "/staff//example.com",
    "/en/",
    "/staffing/",
    "javascript:alert(1)",
    "/staff/\t/x",
    " /staff/",
    "staff/",
    "http://localhost/staff/",
]


@pytest.mark.parametrize("target", STRANGE)
def test_nobody_is_sent_on_to_a_strange_address(app: Flask, target: str) -> None:
    assert not gate.is_own(target)
    client = browser(app)
    assert client.get(SIGN_IN, query_string={"next": target}).status == 400
    page = client.get(SIGN_IN)
    email = make_person(app, "editor")
    token = page.page.one("//input[@name='csrf_token']").get("value")
    values = {"csrf_token": token, "email": email, "password": PASSWORD, "next": target}
    assert client.post(SIGN_IN, values).status == 400


def test_whoever_was_on_the_way_to_a_page_arrives_there(app: Flask) -> None:
    email = make_person(app, "administrator")
    client = browser(app)
    sent = client.get("/staff/people/?team-q=ada")
    assert sent.status == 303
    assert sent.headers["Location"].startswith(SIGN_IN + "?next=/staff/people/")
    reply = sign_in(client, app, email, address=sent.headers["Location"])
    assert reply.address == "/staff/people/"


@contextmanager
def minutes_later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> Iterator[None]:
    """Let the gate's clock run ahead."""
    with monkeypatch.context() as patch:
        now = gate.time.time()
        patch.setattr(gate.time, "time", lambda: now + minutes * 60)
        yield


def test_what_matters_asks_for_the_password_again_after_a_while(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(app, "administrator")
    assert client.get("/staff/people/invite/").status == 200
    with minutes_later(monkeypatch, 14):
        assert client.get("/staff/people/invite/").status == 200
    with minutes_later(monkeypatch, 16):
        assert client.get("/staff/people/").status == 200
        sent = client.get("/staff/people/invite/")
        assert (sent.status, sent.headers["Location"]) == (303, f"{VERIFY}?next=/staff/people/invite/")
        asked = client.get(sent.headers["Location"])
        wrong = client.submit(asked, {"password": "not the password"}, form="//main//form")
        assert text_of(wrong.page.one("//*[@class='error-summary']//li")) == "The password is wrong."
        done = client.submit(wrong, {"password": PASSWORD}, form="//main//form")
        assert done.address == "/staff/people/invite/"


def test_a_form_sent_too_late_leads_back_to_its_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(app, "administrator")
    person = person_of(app, make_person(app, "editor")).pseudonym
    page = client.get(f"/staff/people/{person}/")
    with minutes_later(monkeypatch, 16):
        sent = client.submit(
            page,
            form="//form[contains(@action, '/deactivate/')]",
            headers={"Referer": f"http://localhost/staff/people/{person}/"},
            follow_redirects=False,
        )
    assert (sent.status, sent.headers["Location"]) == (303, f"{VERIFY}?next=/staff/people/{person}/")


@pytest.mark.parametrize("kept", [True, False])
def test_a_post_without_the_forms_token_changes_nothing(app: Flask, *, kept: bool) -> None:
    client: Any = signed_in(app, "editor")
    token = client.get("/staff/account/").page.all("//input[@name='csrf_token']")[0].get("value")
    values = {"language": "fr", **({"csrf_token": token} if kept else {})}
    assert client.post("/staff/account/language", values, follow_redirects=False).status == (
        303 if kept else 400
    )


def test_opening_the_page_for_codes_signs_nobody_out(app: Flask) -> None:
    client = signed_in(app, "editor")
    for address in ("/staff/account/code", "/staff/account/recovery", SIGN_IN):
        assert client.get(address).status in {302, 303}
    assert client.get("/staff/account/").status == 200


def test_a_code_must_follow_its_password_soon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    email = make_person(app, "analyst")
    client = browser(app)
    asked = guess(client, email, PASSWORD)
    with minutes_later(monkeypatch, 16):
        late = client.submit(asked, {"code": code_of(app, email)}, follow_redirects=False)
    assert (late.status, late.headers["Location"]) == (303, SIGN_IN)
