"""An invitation says who sends it and why, and can be declined once and for all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from portal import mail
from portal.mail.models import Message, Suppression
from portal.mail.sending import send_due
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal.mail_server import mail_server
from tests.portal.mail_templates import known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from flask import Flask

SETTINGS = {
    "PORTAL_BASE_URL": "https://portal.example.org",
    "PORTAL_SECRET_KEY": "kWn3vXq8_T0rYbZ5-uJ2mHcA7dLpQeSf",
    "PORTAL_CONTACT": "team@example.org",
    "PORTAL_MAIL_FROM": "invitations@example.org",
    "PORTAL_POSTAL_ADDRESS": "Refugee 613, 1 Example Street, Ottawa ON K1A 0A1",
}


@pytest.fixture
def sending(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path
) -> Iterator[tuple[Flask, list[EmailMessage]]]:
    """A site beyond this machine, with an invitation and an account message to send."""
    with mail_server() as (where, server):
        site = make_site(starter_folder, PORTAL_MAIL_URL=f"smtp://{where}", **SETTINGS)
        with known(site, tmp_path, "invite", mail.INVITATION), known(site, tmp_path, "account", mail.ACCOUNT):
            yield site, server.taken


def ask(site: Flask, recipient: str, template: str, language: str = "en") -> None:
    with site.app_context(), store.write():
        mail.queue(template, recipient, {}, language=language)


def sent(site: Flask) -> dict[str, int]:
    with site.app_context():
        return dict(send_due())


def address_in(message: EmailMessage) -> str:
    """The path of the address that ends invitations."""
    found = re.fullmatch(
        r"<https://portal\.example\.org(/\w\w/unsubscribe/[^/>]+/)>", message["List-Unsubscribe"].strip()
    )
    assert found is not None
    return found[1]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_invitation_says_who_and_why(sending: tuple[Flask, list[EmailMessage]], language: str) -> None:
    site, taken = sending
    ask(site, "ada@example.org", "invite", language)
    assert sent(site) == {"sent": 1}
    [message] = taken
    assert message["From"].addresses[0].addr_spec == "invitations@example.org"
    assert message["Message-ID"].endswith("@portal.example.org>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = "https://portal.example.org" + address_in(message)
    assert f"/{language}/" in link
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        text = body.get_content()
        for fact in (
            link,
            "team@example.org",
            SETTINGS["PORTAL_POSTAL_ADDRESS"],
            "https://portal.example.org",
        ):
            assert fact in text, (kind, fact)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_page_asks_and_the_button_ends_invitations(
    sending: tuple[Flask, list[EmailMessage]], language: str
) -> None:
    site, taken = sending
    ask(site, "Ada@example.org", "invite", language)
    sent(site)

    def stored() -> int:
        with site.app_context():
            return Suppression.select().count()

    client = InspectingClient(site, fingerprint=stored)
    page = client.get(address_in(taken[0]), base_url="https://portal.example.org")
    assert (page.status, page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == (
        200,
        "no-store",
        "no-referrer",
    )
    assert "Set-Cookie" not in page.headers
    done = client.submit(page, base_url="https://portal.example.org")
    assert (done.status, stored()) == (200, 1)
    assert done.page.all("//form[@method='post']") == []
    assert client.get(page.address, base_url="https://portal.example.org").h1 == done.h1 != page.h1
    assert client.post(page.address, base_url="https://portal.example.org").h1 == done.h1
    assert stored() == 1


def test_declined_once_and_for_all(sending: tuple[Flask, list[EmailMessage]]) -> None:
    """One click of a mail program does it, at once, also for what waits, however the address is written."""
    site, taken = sending
    ask(site, "Ada@example.org", "invite")
    sent(site)
    ask(site, "Ada@example.org", "invite")
    answer = site.test_client(use_cookies=False).post(
        address_in(taken[0]), data={"List-Unsubscribe": "One-Click"}, base_url="https://portal.example.org"
    )
    assert (answer.status_code, answer.location) == (200, None)
    ask(site, "ada@EXAMPLE.org", "invite")
    ask(site, "bob@example.org", "invite")
    ask(site, "ada@example.org", "account")
    assert sent(site) == {"suppressed": 2, "sent": 2}
    assert [message["To"] for message in taken] == ["Ada@example.org", "ada@example.org", "bob@example.org"]
    with site.app_context():
        [row] = Suppression.select()
        assert re.fullmatch(r"[0-9a-f]{64}", row.hash)
        assert [m.state for m in Message.select().where(Message.recipient == "ada@example.org")] == [
            "suppressed",
            "sent",
        ]


def test_forged_key_opens_nothing(sending: tuple[Flask, list[EmailMessage]]) -> None:
    site, taken = sending
    ask(site, "ada@example.org", "invite")
    sent(site)
    right = urlsplit(address_in(taken[0])).path
    head, _, token = right.rstrip("/").rpartition("/")
    other = "0" if token[0] != "0" else "1"
    client = InspectingClient(site)
    for wrong in (other + token[1:], token[:-1], token.partition(".")[0], "x", "é", "x." + token, "%00"):
        for method in ("GET", "POST"):
            reply = client.open(f"{head}/{wrong}/", method=method, base_url="https://portal.example.org")
            assert (wrong, reply.status) == (wrong, 404)
    with site.app_context():
        assert Suppression.select().count() == 0


def test_key_outlives_the_message(sending: tuple[Flask, list[EmailMessage]]) -> None:
    site, taken = sending
    ask(site, "ada@example.org", "invite")
    sent(site)
    with site.app_context(), store.write():
        assert mail.forget_recipients(store.now() + 1) == 1
    reply = InspectingClient(site).post(address_in(taken[0]), base_url="https://portal.example.org")
    assert reply.status == 200
    ask(site, "ada@example.org", "invite")
    assert sent(site) == {"suppressed": 1}
