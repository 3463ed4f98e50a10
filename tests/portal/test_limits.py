"""Who asks, however many proxies stand in front, and how often they may; a refusal loses nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from limits import parse

from portal import limits, public_pages
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal import walking
from tests.portal.walking import SURVEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

START = f"/en/surveys/{SURVEY}/"

PER_MINUTE = 60
"""Responses that one address may begin in a minute."""

PER_LINK = 600
"""Times that one link may be saved to in a minute."""

SENT = {"province": "ON", "staff_size": "from_11_to_50"}


def counted_as(app: Flask, address: str, forwarded: str | None = None) -> str:
    """Whom a limit counts for a request from an address."""
    asked: list[str] = []
    step = app.before_request(lambda: asked.append(limits.client_address()))
    try:
        headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
        app.test_client().get("/robots.txt", environ_overrides={"REMOTE_ADDR": address}, headers=headers)
    finally:
        app.before_request_funcs[None].remove(step)
    return asked[0]


# Who asks

SPOOFED = "198.51.100.66"
CLIENT, NEAR, FAR = "203.0.113.7", "10.0.0.1", "10.0.0.2"

CHAINS = {
    "no proxy, nothing said": (0, CLIENT, None, CLIENT),
    "no proxy, spoofed": (0, CLIENT, SPOOFED, CLIENT),
    "one proxy": (1, NEAR, CLIENT, CLIENT),
    "one proxy, spoofed": (1, NEAR, f"{SPOOFED}, {CLIENT}", CLIENT),
    "one proxy, passed by": (1, CLIENT, None, CLIENT),
    "two proxies": (2, NEAR, f"{CLIENT}, {FAR}", CLIENT),
    "two proxies, spoofed": (2, NEAR, f"{SPOOFED}, {CLIENT}, {FAR}", CLIENT),
    "two proxies, spoofed twice": (2, NEAR, f"{SPOOFED}, 127.0.0.1, {CLIENT}, {FAR}", CLIENT),
    "two proxies, one of which says nothing": (2, NEAR, FAR, NEAR),
}


@pytest.mark.parametrize("case", CHAINS)
def test_client_is_who_the_outermost_proxy_saw(
    case: str, make_site: Callable[..., Flask], starter_folder: Path
) -> None:
    proxies, address, forwarded, client = CHAINS[case]
    site = make_site(starter_folder, PORTAL_TRUSTED_PROXIES=proxies)
    assert counted_as(site, address, forwarded) == client


ADDRESSES = {
    "203.0.113.7": "203.0.113.7",
    "::ffff:203.0.113.7": "203.0.113.7",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
    "2001:db8:1:2:ffff::1": "2001:db8:1:2::/64",
    "2001:db8:1:3::1": "2001:db8:1:3::/64",
    "fe80::1%eth0": "fe80::/64",
    "": "nowhere",
    "unix:": "nowhere",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_customer_is_counted_once(address: str, app: Flask) -> None:
    assert counted_as(app, address) == ADDRESSES[address]


HOSTS = {
    "no proxy": (0, 400, 200),
    "one proxy": (1, 200, 400),
}


@pytest.mark.parametrize("case", HOSTS)
def test_forwarded_host_counts_behind_a_proxy_alone(
    case: str, make_site: Callable[..., Flask], starter_folder: Path
) -> None:
    proxies, hidden, spoofed = HOSTS[case]
    site = make_site(
        starter_folder, PORTAL_BASE_URL="https://survey.example.org", PORTAL_TRUSTED_PROXIES=proxies,
        PORTAL_SECRET_KEY="q8Lr2vXn5Tz1Kd7Wb4Yh9Mc3Pf6Sj0GaEu",  # noqa: S106 - invented
    )  # fmt: skip
    client = site.test_client()
    own, foreign = "survey.example.org", "evil.example"
    for _ in range(2):  # the second answer may be a kept one
        asked = client.get("/en/", headers={"Host": "backend.internal", "X-Forwarded-Host": own})
        assert asked.status_code == hidden
        asked = client.get("/en/", headers={"Host": own, "X-Forwarded-Host": foreign})
        assert asked.status_code == spoofed


# How often


def begin(client: FlaskClient, address: str) -> int:
    return client.post(START, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_address_begins_so_many_responses_in_a_minute(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    assert [begin(client, CLIENT) for _ in range(PER_MINUTE)] == [303] * PER_MINUTE
    assert [begin(client, CLIENT) for _ in range(3)] == [429] * 3
    assert begin(client, "203.0.113.8") == 303
    assert [begin(client, f"2001:db8::{number:x}") for number in range(PER_MINUTE)] == [303] * PER_MINUTE
    assert begin(client, "2001:db8:0:0:1234::1") == 429
    assert begin(client, "2001:db8:0:1::1") == 303


def test_spoofed_address_begins_no_more(app: Flask) -> None:
    client = app.test_client(use_cookies=False)
    sent = [
        client.post(START, headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(PER_MINUTE + 5)
    ]
    assert sent == [303] * PER_MINUTE + [429] * 5


def test_refusal_says_how_long_to_wait(client: InspectingClient, app: Flask) -> None:
    browser = app.test_client(use_cookies=False)
    for _ in range(PER_MINUTE):
        browser.post(START)
    refused = client.post(START)
    assert (refused.status, refused.h1) == (429, "That was very often in a short time")
    seconds = int(refused.headers["Retry-After"])
    assert 1 <= seconds <= 61
    words = "1 minute" if seconds >= 60 else f"{seconds} second" + ("s" if seconds > 1 else "")
    assert re.search(rf"Try again in {words}\.|Try again in 2 minutes\.", refused.text)
    assert "Nothing you sent was lost from your browser." in refused.text


def test_office_that_answers_together_is_not_refused(app: Flask) -> None:
    """Fifty people behind one address begin, and each saves ten pages within the minute."""
    client = app.test_client(use_cookies=False)
    begun = [client.post(START).headers["Location"] for _ in range(50)]
    sent = {client.post(page, data=SENT).status_code for page in begun for _ in range(10)}
    assert sent == {303}


def saved_often(address: str, times: int) -> None:
    """Let a response's link have been saved to so many times within the minute."""
    rate = parse(limits.LIMITS["respond.save"].rate)
    key = store.digest(address.split("/")[3])
    assert limits.limiter.limiter.hit(rate, "respond.save", key, cost=times)


def test_saves_are_counted_by_link(app: Flask) -> None:
    """The limit of a link is reached, in every language of it and by whoever has it; another link is free."""
    home, other = (walking.home_of_new(InspectingClient(app)) for _ in range(2))
    client = app.test_client(use_cookies=False)
    saved_often(home, PER_LINK - 3)
    sent = []
    for number in range(5):
        address = f"{home}organization/".replace("/en/", f"/{walking.LANGUAGES[number % 3]}/")
        from_where = {"REMOTE_ADDR": f"203.0.113.{number}"}
        sent.append(client.post(address, data=SENT, environ_overrides=from_where).status_code)
    assert sent == [303] * 3 + [429] * 2
    assert client.post(f"{other}organization/", data=SENT).status_code == 303
    assert client.get(f"{home}organization/").status_code == 200, "reading is not limited"


def test_limited_save_changes_nothing_and_can_be_sent_again(app: Flask) -> None:
    client = InspectingClient(app)
    first = walking.start(client)
    saved_often(first.address, PER_LINK)
    before = walking.database_digest()
    refused = walking.send(client, first, SENT)
    assert refused.status == 429
    assert walking.database_digest() == before
    limits.limiter.reset()
    saved = walking.send(client, first, SENT)
    assert (saved.status, walking.place(saved)) == (200, "place")


def test_kept_pages_and_reading_are_never_limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_pages, "FRESH_FOR", 60.0)
    client = app.test_client(use_cookies=False)
    for address in ("/en/", START, "/en/surveys/"):
        assert {client.get(address).status_code for _ in range(700)} == {200}
