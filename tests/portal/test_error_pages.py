"""What goes wrong has a page: in the right language, with a number to quote and the way on."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from flask import abort
from werkzeug.exceptions import TooManyRequests

from portal import public_pages
from tests.inspecting import InspectingClient
from tests.portal import walking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.inspecting import Reply

TITLES = {
    400: "This request could not be read",
    401: "Sign in first",
    403: "This page is not open to you",
    404: "There is no page here",
    405: "This address does not work that way",
    409: "Something changed in the meantime",
    410: "This page was taken away",
    413: "That is too much at once",
    414: "This address is too long",
    415: "This request could not be read",
    422: "Something in what you sent does not fit",
    429: "That was very often in a short time",
    500: "Something went wrong here",
    502: "Something went wrong here",
    503: "The portal cannot save right now",
}

RANDOM = re.compile(r"[0-9a-f]{12}")

KEY = "q8Lr2vXn5Tz1Kd7Wb4Yh9Mc3Pf6Sj0GaEu"


@pytest.fixture
def failing(app: Flask) -> Flask:
    """A site in which asking for `?fail=<status>` fails so, on any address."""
    return make_failing(app)


def make_failing(site: Flask) -> Flask:
    from flask import request  # noqa: PLC0415 - of the request that fails

    def fail() -> None:
        if "fail" in request.args:
            status = int(request.args["fail"])
            if "after" in request.args:
                raise TooManyRequests(retry_after=int(request.args["after"]))
            abort(status)

    site.before_request(fail)
    return site


def number_on(reply: Reply) -> str:
    """The number a page asks to quote."""
    return walking.text_of(reply.page.one("//main//code"))


@pytest.mark.parametrize("status", TITLES)
def test_each_status_has_its_page(status: int, failing: Flask) -> None:
    reply = InspectingClient(failing).get(f"/en/nothing/?fail={status}")
    assert (reply.status, reply.h1) == (status, TITLES[status])
    assert reply.page.one("//a[@class='button']").get("href") == "/en/"
    assert reply.page.tree.get("lang") == "en"
    assert reply.headers["X-Request-Id"] == number_on(reply)
    assert RANDOM.fullmatch(number_on(reply))


@pytest.mark.parametrize(
    ("address", "accepted", "language"),
    [
        ("/fr/nothing/", "en", "fr"),
        ("/ar/nothing/", "en", "ar"),
        ("/nothing/", "ar, en;q=0.5", "ar"),
        ("/nothing/", "de", "en"),
        ("/staff/nothing/", "fr", "fr"),
        ("/api/nothing", "fr", None),
    ],
)
def test_page_is_in_the_language_of_the_address_or_the_browser(
    address: str, accepted: str, language: str | None, app: Flask
) -> None:
    answered = app.test_client().get(address, headers={"Accept-Language": accepted})
    assert answered.status_code == 404
    found = re.search(r'<html lang="(\w+)" dir="(\w+)">', answered.text)
    expected = None if language is None else (language, "rtl" if language == "ar" else "ltr")
    assert (found.groups() if found else None) == expected


def test_contact_is_beside_the_number_where_there_is_one(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path
) -> None:
    named = InspectingClient(make_site(starter_folder, PORTAL_CONTACT="team@example.org"))
    reply = named.get("/en/nothing/")
    assert reply.page.one("//main//a[starts-with(@href, 'mailto:')]").get("href") == "mailto:team@example.org"
    assert tmp_path.exists()


def test_without_a_contact_there_is_only_the_number(client: InspectingClient) -> None:
    assert client.get("/en/nothing/").page.all("//main//a[starts-with(@href, 'mailto:')]") == []


def test_staff_pages_fail_without_the_public_site(failing: Flask) -> None:
    reply = InspectingClient(failing).get("/staff/nothing/?fail=403")
    assert (reply.status, reply.h1) == (403, TITLES[403])
    assert reply.page.one("//a[@class='button']").get("href") == "/staff/"
    assert reply.page.all("//nav") == []
    assert RANDOM.fullmatch(number_on(reply))
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", [404, 429, 500])
def test_programs_get_json(status: int, failing: Flask) -> None:
    answered = failing.test_client().get(f"/api/v1/nothing?fail={status}")
    assert (answered.status_code, answered.mimetype) == (status, "application/problem+json")
    told = answered.get_json(force=True)
    assert told.pop("detail").endswith(".")
    assert told == {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "request_id": answered.headers["X-Request-Id"],
    }


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (40, "40 seconds"), (60, "1 minute"), (61, "2 minutes"), (600, "10 minutes")],
)
def test_waiting_is_said_in_words(seconds: int, words: str, failing: Flask) -> None:
    reply = InspectingClient(failing).get(f"/en/nothing/?fail=429&after={seconds}")
    assert reply.headers["Retry-After"] == str(seconds)
    assert f"Try again in {words}." in walking.texts(reply, "//main//p")


def test_wrong_method_names_the_right_ones(app: Flask) -> None:
    refused = app.test_client().post("/en/toolkit/")
    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_fault_in_making_the_page_tells_nothing_of_itself(app: Flask) -> None:
    app.testing = False
    del app.jinja_env.filters["markdown"]
    reply = InspectingClient(app).get("/en/method/")
    assert (reply.status, reply.h1) == (500, TITLES[500])
    assert "markdown" not in reply.text
    assert number_on(reply) == reply.headers["X-Request-Id"]


# Numbers

GIVEN = {
    "plain": "abcDEF12",
    "one of a proxy": "3f2b9c1e-7d64-4a0b-9a55-0c6f4e8d2b17",
}
TAMPERED = {
    "short": "abcdefg",
    "long": "a" * 65,
    "mark-up": "<script>alert(1)",
    "blanks": "abcd efgh",
    "nothing": "",
}


def numbered(site: Flask, given: str) -> str:
    return site.test_client().get("/en/nothing/", headers={"X-Request-Id": given}).headers["X-Request-Id"]


def test_number_of_a_proxy_is_taken_where_there_is_one(
    make_site: Callable[..., Flask], starter_folder: Path
) -> None:
    site = make_site(starter_folder, PORTAL_TRUSTED_PROXIES=1)
    assert {case: numbered(site, given) for case, given in GIVEN.items()} == GIVEN
    assert all(RANDOM.fullmatch(numbered(site, given)) for given in TAMPERED.values())


def test_number_of_a_stranger_is_not_taken(app: Flask) -> None:
    found = [numbered(app, given) for given in (*GIVEN.values(), *TAMPERED.values())]
    assert all(RANDOM.fullmatch(number) for number in found)
    assert len(set(found)) == len(found)


def test_kept_page_is_kept_without_a_number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_pages, "FRESH_FOR", 60.0)  # however slow the machine is
    client = app.test_client()
    first, second, third = (client.get("/en/") for _ in range(3))
    assert ["X-Request-Id" in answer.headers for answer in (first, second, third)] == [False] * 3
    assert first.data == second.data == third.data


# The whole floor on every error


@pytest.mark.parametrize("status", [404, 500])
@pytest.mark.parametrize("address", ["/en/nothing/", "/staff/nothing/", "/api/nothing", "/en/unsubscribe/x/"])
def test_errors_carry_the_headers(status: int, address: str, failing: Flask) -> None:
    answered = failing.test_client().get(f"{address}?fail={status}")
    assert answered.status_code == status
    assert answered.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    by_link = "unsubscribe" in address
    assert answered.headers["Referrer-Policy"] == ("no-referrer" if by_link else "same-origin")
    assert (answered.headers.get("Cache-Control") == "no-store") is (by_link or "staff" in address)
    assert answered.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize(
    ("base", "header"),
    [("https://survey.example.org", "max-age=31536000"), ("http://localhost:8000", None), (None, None)],
)
def test_https_is_asked_for_where_the_portal_has_it(
    base: str | None, header: str | None, make_site: Callable[..., Flask], starter_folder: Path
) -> None:
    given = {"PORTAL_BASE_URL": base, "PORTAL_SECRET_KEY": KEY} if base else {}
    client = make_site(starter_folder, **given).test_client()
    for address in ("/en/", "/en/", "/en/nothing/", "/static/style.css", "/healthz"):
        with client.get(address) as answered:
            assert answered.headers.get("Strict-Transport-Security") == header, address


# A database that cannot be opened


@pytest.mark.parametrize(
    "address", ["/en/", "/fr/nothing/", "/ar/surveys/", "/en/r/nobody/", "/staff/account/sign-in"]
)
@pytest.mark.parametrize("kind", ["a folder", "no database"])
def test_database_that_cannot_be_opened_is_told_by_its_page_and_in_the_log(
    kind: str, address: str, app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "instance" / "portal.sqlite"
    file.unlink()
    if kind == "a folder":
        file.mkdir()
    else:
        file.write_bytes(b"not a database at all" * 99)
    reply = InspectingClient(app).get(address)
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert reply.status == 503
    if reply.page.tree.get("lang") == "en":
        assert reply.h1 == TITLES[503]
        assert "Nothing you sent was lost from your browser." in reply.text
    reason = "unable to open database file" if kind == "a folder" else "file is not a database"
    assert [(line["level"], line["message"], line["id"]) for line in logged] == [
        ("error", f"database: the file cannot be opened: {reason}", number_on(reply))
    ]
