"""Signing in: password, code, recovery code, the session and its devices, on the real pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from portal.identity import people
from portal.identity.models import Device, User
from surveys.responses import store
from tests.page_rules import text_of
from tests.staffing import (
    PASSWORD,
    SIGN_IN,
    browser,
    code_of,
    make_person,
    person_of,
    sign_in,
    signed_in,
)

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import Reply

ACCOUNT = "/staff/account/"


def complaints(reply: Reply) -> list[str]:
    """What the summary at the top of a page complains of."""
    return [text_of(item) for item in reply.page.all("//*[@class='error-summary']//li")]


def set_cookies(reply: Reply) -> list[str]:
    """The cookies an answer sets."""
    return reply.headers.getlist("Set-Cookie")


def csrf_of(reply: Reply) -> str:
    """The token of the forms of a page."""
    return str(reply.page.all("//input[@name='csrf_token']")[0].get("value"))


def test_an_editor_signs_in_by_the_password_alone(stored_app: Flask) -> None:
    client = browser(stored_app)
    reply = sign_in(client, stored_app, make_person(stored_app, "editor"))
    assert (reply.status, reply.address) == (200, "/staff/")


def test_an_analyst_is_asked_for_a_code_and_a_code_works_once(stored_app: Flask) -> None:
    email = make_person(stored_app, "analyst")
    code = code_of(stored_app, email)
    first, second = browser(stored_app), browser(stored_app)
    asked = first.submit(first.get(SIGN_IN), {"email": email, "password": PASSWORD})
    assert (asked.address, asked.h1) == ("/staff/account/code", "The code of your app")
    assert first.submit(asked, {"code": code}).address == "/staff/"

    again = second.submit(second.get(SIGN_IN), {"email": email.upper(), "password": PASSWORD})
    refused = second.submit(again, {"code": code})
    assert (refused.address, complaints(refused)) == (
        "/staff/account/code",
        ["This code is wrong, too old, or was used already."],
    )
    assert second.get(ACCOUNT).address == ACCOUNT.rstrip("/") + "/"
    assert second.get(ACCOUNT).status == 303


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("nobody@example.org", PASSWORD),
        ("ada@example.org", "not the password"),
        ("closed@example.org", PASSWORD),
    ],
)
def test_every_failed_sign_in_says_the_same(app: Flask, email: str, password: str) -> None:
    make_person(app, "editor", email="ada@example.org")
    make_person(app, "editor", email="closed@example.org")
    with app.app_context(), store.write():
        people.set_active(people.find("closed@example.org"), active=False)  # type: ignore[arg-type]
    client = browser(app)
    reply = client.submit(client.get(SIGN_IN), {"email": email, "password": password})
    assert (reply.status, reply.address) == (200, SIGN_IN)
    assert complaints(reply) == ["The e-mail address or the password is wrong."]


def test_a_recovery_code_signs_in_once(stored_app: Flask) -> None:
    email = make_person(stored_app, "analyst")
    client = signed_in(stored_app, email=email)
    shown = client.submit(client.get("/staff/account/recovery-codes"))
    codes = [text_of(code) for code in shown.page.all("//main//code")]
    assert len(codes) == len(set(codes)) == 10
    kept = person_of(stored_app, email).mf_recovery_codes
    assert not any(code in one or code.replace("-", "") in one for code in codes for one in kept)
    assert client.get("/staff/account/recovery-codes?show_codes=yes").page.all("//main//code") == []

    def try_code(code: str) -> Reply:
        other = browser(stored_app)
        other.submit(other.get(SIGN_IN), {"email": email, "password": PASSWORD})
        return other.submit(other.get("/staff/account/recovery"), {"code": code})

    assert try_code(codes[3].upper()).address == "/staff/"
    refused = try_code(codes[3])
    assert complaints(refused) == ["This recovery code is wrong or was used already."]
    assert try_code(codes[4]).address == "/staff/"


def test_whoever_sees_records_sets_a_second_factor_up_first(stored_app: Flask) -> None:
    email = make_person(stored_app, "analyst", second_factor=False)
    client = browser(stored_app)
    reply = sign_in(client, stored_app, email)
    assert (reply.address, reply.h1) == ("/staff/account/second-factor", "Authenticator app")
    assert client.get(ACCOUNT).status == 200

    page = client.get("/staff/account/second-factor")
    assert page.page.all("//button[contains(., 'Take the authenticator app away')]") == []
    offer = "//form[contains(@action, 'second-factor')]"
    shown = client.submit(page, form=offer)
    assert shown.page.one("//*[local-name()='svg'][*[local-name()='title']]/@viewBox") is not None
    link = shown.page.one("//a[starts-with(@href, 'otpauth://totp/')]").get("href", "")
    key = text_of(shown.page.one("//code[@class='key']")).replace("-", "").replace(" ", "")
    assert f"secret={key}&" in link

    totp = stored_app.extensions["security"].totp_factory._totp
    done = client.submit(shown, {"code": totp(key=key, format="base32").generate().token}, form=offer)
    assert (done.address, done.h1) == ("/staff/account/recovery-codes", "Recovery codes")
    assert client.get("/staff/").status == 200
    assert person_of(stored_app, email).has_second_factor


def test_a_mistyped_first_code_can_be_typed_again_with_the_same_key(stored_app: Flask) -> None:
    email = make_person(stored_app, "analyst", second_factor=False)
    client = browser(stored_app)
    sign_in(client, stored_app, email)
    offer = "//form[contains(@action, 'second-factor')]"
    shown = client.submit(client.get("/staff/account/second-factor"), form=offer)
    again = client.submit(shown, {"code": "000000"}, form=offer)
    assert (again.status, again.h1) == (200, "Authenticator app")
    assert complaints(again) == ["This code is wrong, too old, or was used already."]
    assert again.page.all("//*[@role='status']") == []
    for part in (
        "//code[@class='key']/text()",
        "//a[starts-with(@href, 'otpauth:')]/@href",
        f"{offer}/@action",
    ):
        assert again.page.tree.xpath(part) == shown.page.tree.xpath(part)
    assert [drawing.get("d") for drawing in again.page.all("//*[@class='qr']/*")] == [
        drawing.get("d") for drawing in shown.page.all("//*[@class='qr']/*")
    ]
    assert not person_of(stored_app, email).has_second_factor

    key = text_of(again.page.one("//code[@class='key']")).replace("-", "").replace(" ", "")
    totp = stored_app.extensions["security"].totp_factory._totp
    code = totp(key=key, format="base32").generate().token
    done = client.submit(again, {"code": code}, form=offer)
    assert done.address == "/staff/account/recovery-codes"
    assert person_of(stored_app, email).has_second_factor

    stale = client.post("/staff/account/second-factor/none", {"code": code, "csrf_token": csrf_of(again)})
    assert (stale.address, stale.page.all("//code")) == ("/staff/account/second-factor", [])


def test_the_session_is_a_cookie_of_the_staff_addresses_alone(app: Flask) -> None:
    client = browser(app)
    page = client.get(SIGN_IN)
    assert all("Path=/staff;" in f"{cookie};" for cookie in set_cookies(page))
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in set_cookies(page))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    client = signed_in(app, "editor")
    for address in ("/en/", "/en/surveys/", "/static/style.css", "/staffing"):
        public = client.open(address, method="GET")
        assert set_cookies(public) == []
        assert "Cookie" not in public.headers.get("Vary", "")


def test_the_cookie_is_secure_where_the_address_is(make_site, starter_folder) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    site = make_site(
        starter_folder,
        PORTAL_BASE_URL="https://portal.example.org",
        PORTAL_SECRET_KEY="9fJ2kLmZ0pQxR7sTvW3yBcD5eGhN8aUi",  # noqa: S106 - this test's alone
    )
    page = browser(site).get(SIGN_IN, base_url="https://portal.example.org")
    assert [("Secure" in cookie) for cookie in set_cookies(page)] == [True]


def test_a_device_is_named_listed_and_signed_out(stored_app: Flask) -> None:
    email = make_person(stored_app, "editor")
    here, there, elsewhere = (signed_in(stored_app, email=email) for _ in range(3))
    with stored_app.app_context(), store.write():
        newest = Device.select().order_by(Device.created_at.desc(), Device.seen_at.desc())
        Device.update(browser="Firefox", system="Windows").where(
            Device.id.in_([one.id for one in newest])
        ).execute()
    page = here.get(ACCOUNT)
    listed = page.page.all("//ul[contains(@class, 'devices')]/li")
    assert len(listed) == 3
    assert all("Firefox on Windows" in text_of(item) for item in listed)

    here.submit(page, form="(//form[contains(@action, '/devices/') and contains(@action, '/end')])[1]")
    assert sorted([there.get(ACCOUNT).status, elsewhere.get(ACCOUNT).status]) == [200, 303]
    assert here.get(ACCOUNT).status == 200

    fourth = signed_in(stored_app, email=email)
    here.submit(here.get(ACCOUNT), form="//form[contains(@action, 'end-others')]")
    assert [client.get(ACCOUNT).status for client in (here, there, elsewhere, fourth)] == [200, 303, 303, 303]


def test_signing_out_ends_the_session_even_for_a_copy_of_the_cookie(app: Flask) -> None:
    client = signed_in(app, "editor")
    page = client.get(ACCOUNT)
    with app.app_context():
        assert Device.select().where(Device.ended_at.is_null()).count() == 1
    left = client.submit(page, form="(//form[contains(@action, 'sign-out')])[1]")
    assert left.address == SIGN_IN
    with app.app_context():
        assert Device.select().where(Device.ended_at.is_null()).count() == 0
    assert client.get(ACCOUNT).status == 303
    assert client.open("/staff/account/sign-out", method="GET").status == 405


@pytest.mark.parametrize(
    ("seen", "created", "status"),
    [(12 * 3600 - 60, 3 * 86400, 200), (12 * 3600 + 60, 86400, 303), (0, 7 * 86400 + 60, 303)],
)
def test_a_session_ends_when_idle_or_old(app: Flask, seen: int, created: int, status: int) -> None:
    client = signed_in(app, "editor")
    with app.app_context(), store.write():
        Device.update(seen_at=store.now() - seen, created_at=store.now() - created).execute()
    assert client.get(ACCOUNT).status == status


def test_a_new_password_ends_every_other_session(stored_app: Flask) -> None:
    email = make_person(stored_app, "editor")
    here, there = signed_in(stored_app, email=email), signed_in(stored_app, email=email)
    page = here.get("/staff/account/password")
    values = {"password": PASSWORD, "new_password": "short", "new_password_confirm": "other"}
    assert len(complaints(here.submit(page, values))) == 1
    new = "another walk along the shore"
    values = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    done = here.submit(page, values)
    assert (done.address, done.status) == (ACCOUNT, 200)
    assert there.get(ACCOUNT).status == 303
    assert sign_in(browser(stored_app), stored_app, email, password=new).address == "/staff/"


def test_a_password_is_kept_as_argon2id(app: Flask) -> None:
    hashed = person_of(app, make_person(app, "editor")).password
    assert hashed is not None
    assert hashed.startswith("$argon2id$")


def test_passwords_written_in_two_ways_are_the_same(app: Flask) -> None:
    email = make_person(app, "editor")
    client = signed_in(app, email=email)
    composed, taken_apart = "le caf\u00e9 du vieux port", "le cafe\u0301 du vieux port"
    values = {"password": PASSWORD, "new_password": composed, "new_password_confirm": composed}
    client.submit(client.get("/staff/account/password"), values)
    assert sign_in(browser(app), app, email, password=taken_apart).address == "/staff/"


def test_the_language_is_the_persons_and_can_be_changed_for_the_session(app: Flask) -> None:
    client = browser(app)
    email = make_person(app, "editor", language="fr")
    page = client.open(SIGN_IN, method="GET", headers={"Accept-Language": "en"})
    assert page.page.tree.get("lang") == "en"
    with app.app_context(), store.write():
        User.update(language="en").where(User.email == email).execute()
    client = signed_in(app, email=email)
    page = client.get(ACCOUNT)
    assert page.page.tree.get("lang") == "en"
    saved = client.submit(page, {"language": "en"}, form="//form[contains(@action, '/language')]")
    assert saved.address == ACCOUNT
    refused = client.post("/staff/account/language", {"language": "xx"})
    assert refused.status == 400


def test_of_two_uses_of_one_code_at_once_one_counts(stored_app: Flask) -> None:
    email = make_person(stored_app, "analyst")
    person, code = person_of(stored_app, email), code_of(stored_app, email)
    factory = stored_app.extensions["security"].totp_factory
    start = Barrier(4)

    def use(_number: int) -> bool:
        with stored_app.app_context():
            start.wait()
            return bool(factory.verify_totp(code, person.tf_totp_secret, person, window=30))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_of_two_uses_of_one_recovery_code_at_once_one_counts(stored_app: Flask) -> None:
    person = person_of(stored_app, make_person(stored_app, "analyst"))
    util = stored_app.extensions["security"].mf_recovery_codes_util
    with stored_app.test_request_context():
        code = util.create_recovery_codes(person)[0]
    start = Barrier(4)

    def use(_number: int) -> bool:
        with stored_app.app_context():
            start.wait()
            return bool(util.check_recovery_code(User.get_by_id(person.id), code))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]
    assert len(person_of(stored_app, person.email).mf_recovery_codes) == 9
