"""Messages leave over real SMTP: each once, or they stay as they were."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from portal import create_app, jobs, mail
from portal.mail import outbox
from portal.mail.models import Message
from portal.mail.sending import BACK_OFF, send_due
from surveys.responses import store
from tests.databases import at_once
from tests.portal.mail_server import certificate, mail_server
from tests.portal.mail_templates import known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from email.message import EmailMessage
    from pathlib import Path

    from flask import Flask

    from tests.portal.mail_server import Handler

TEST = "test-message"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the time on, in seconds."""
    moved = [0.0]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + moved[0])

    def move(seconds: float) -> None:
        moved[0] += seconds

    return move


@contextmanager
def post_office(
    make_site: Callable[..., Flask],
    folder: Path,
    *,
    url: str = "smtp://{}",
    server: Any = None,
    **settings: Any,
) -> Iterator[tuple[Flask, Handler]]:
    """A site that sends through a server of its own, in an application context."""
    with mail_server(**(server or {})) as (where, handler):
        settings = {
            "PORTAL_MAIL_URL": url.format(where),
            "PORTAL_BASE_URL": "http://localhost:8000",
            **settings,
        }
        site = make_site(folder, **settings)
        with site.app_context():
            yield site, handler


def ask(*recipients: str, language: str = "en", template: str = TEST, **arguments: Any) -> None:
    """Queue a message to each recipient."""
    with store.write():
        for recipient in recipients:
            mail.queue(template, recipient, arguments, language=language)


def states() -> dict[str, tuple[str, int, str]]:
    """Recipient -> state, attempts and error."""
    return {row.recipient: (row.state, row.attempts, row.error) for row in Message.select()}


def wait_of(recipient: str) -> int:
    """Seconds until a message is due."""
    due: int = Message.get(Message.recipient == recipient).next_attempt_at
    return due - store.now()


def parts(message: EmailMessage) -> tuple[str, str]:
    """Text and HTML."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_delivers_in_each_language(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path, language: str, direction: str
) -> None:
    name = "Centre <b>d’accueil</b> & مركز"
    with (
        post_office(make_site, starter_folder, PORTAL_CONTACT="team@example.org") as (site, server),
        known(site, tmp_path, "hello", mail.ACCOUNT) as hello,
    ):
        ask("ada@example.org", language=language, template=hello, name=name)
        said = mail.render(hello, {"name": name, "link": f"http://localhost:8000/{language}/"}, language)
        ident = Message.get().id
        assert jobs.run_waiting() == 1
    [message] = server.taken
    assert server.recipients == ["ada@example.org"]
    assert (message["Subject"], message["To"]) == (said.subject, "ada@example.org")
    assert name in message["Subject"]
    [sender] = message["From"].addresses
    assert sender.addr_spec == "team@example.org"
    assert sender.display_name == {"en": "DMSI portal", "fr": "Portail DMSI", "ar": "بوابة DMSI"}[language]
    assert {field: message[field] for field in ("Message-ID", "Auto-Submitted", "Content-Language")} == {
        "Message-ID": f"<{ident}@localhost>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
    }
    assert abs(message["Date"].datetime.timestamp() - time.time()) < 60
    assert message["List-Unsubscribe"] is None
    text, html = parts(message)
    assert text.splitlines() == said.text.splitlines()
    assert html.splitlines() == said.html.splitlines()
    assert f'dir="{direction}"' in html
    assert name in text
    assert "<b>" not in html
    assert f"http://localhost:8000/{language}/" in text


def test_name_cannot_make_headers(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path
) -> None:
    with (
        post_office(make_site, starter_folder) as (site, server),
        known(site, tmp_path, "hello", mail.ACCOUNT) as hello,
    ):
        ask("ada@example.org", template=hello, name="Ada\r\nBcc: eve@example.org\u2028\nX-Evil: 1")
        assert send_due() == {"sent": 1}
    [message] = server.taken
    assert message["Subject"] == "Survey: Ada Bcc: eve@example.org X-Evil: 1"
    assert (message["Bcc"], message["X-Evil"], server.recipients) == (None, None, ["ada@example.org"])


def test_each_message_meets_its_own_fate(make_site: Callable[..., Flask], starter_folder: Path) -> None:
    """One that hangs, one that breaks and two that are refused keep nobody else's message back."""
    names = ("refused", "ada", "later", "hangs", "bob", "breaks", "cleo")
    with post_office(make_site, starter_folder) as (_site, server):
        ask(*(f"{name}@example.org" for name in names))
        began = time.monotonic()
        result = send_due(timeout=0.3)
        assert time.monotonic() - began < 3
        assert result == {"sent": 3, "failed": 1, "waiting": 3}
        assert states() == {
            "ada@example.org": ("sent", 1, ""),
            "bob@example.org": ("sent", 1, ""),
            "cleo@example.org": ("sent", 1, ""),
            "refused@example.org": ("failed", 1, "refused 550"),
            "later@example.org": ("waiting", 1, "deferred 451"),
            "hangs@example.org": ("waiting", 1, "timeout"),
            "breaks@example.org": ("waiting", 1, "disconnected"),
        }
        assert {row.recipient for row in Message.select().where(Message.sent_at.is_null(is_null=False))} == {
            "ada@example.org",
            "bob@example.org",
            "cleo@example.org",
        }
        assert send_due() == {}
    assert sorted(server.recipients) == ["ada@example.org", "bob@example.org", "cleo@example.org"]


def test_one_connection_for_many(make_site: Callable[..., Flask], starter_folder: Path) -> None:
    with post_office(make_site, starter_folder) as (_site, server):
        ask(*(f"person{n}@example.org" for n in range(20)))
        assert send_due() == {"sent": 20}
    assert (len(server.taken), len(set(server.recipients)), server.connections) == (20, 20, 1)


def test_backs_off_and_gives_up(
    make_site: Callable[..., Flask], starter_folder: Path, clock: Callable[[float], None]
) -> None:
    with post_office(make_site, starter_folder) as (_site, server):
        ask("later@example.org")
        for attempt, wait in enumerate(BACK_OFF, start=1):
            assert send_due() == {"waiting": 1}
            assert states() == {"later@example.org": ("waiting", attempt, "deferred 451")}
            assert wait - 2 <= wait_of("later@example.org") <= wait
            assert send_due() == {}
            clock(wait)
        assert send_due() == {"failed": 1}
        assert states() == {"later@example.org": ("failed", 6, "deferred 451")}
        clock(10**6)
        assert send_due() == {}
        with store.write():
            assert outbox.retry(Message.get().id)
        assert states() == {"later@example.org": ("waiting", 0, "")}
        assert send_due() == {"waiting": 1}
    assert server.taken == []


def test_server_away_costs_no_attempt(
    make_site: Callable[..., Flask], starter_folder: Path, clock: Callable[[float], None]
) -> None:
    with mail_server() as (where, _handler):
        pass
    site = make_site(starter_folder, PORTAL_MAIL_URL=f"smtp://{where}")
    with site.app_context():
        ask("ada@example.org", "bob@example.org")
        for age, wait in ((0, 60), (700, 300), (8000, 1800), (3 * 86400, 1800)):
            clock(age)
            assert send_due() == {"waiting": 2}
            assert states() == dict.fromkeys(
                ("ada@example.org", "bob@example.org"), ("waiting", 0, "unreachable")
            )
            assert wait - 2 <= wait_of("ada@example.org") <= wait


def test_server_that_breaks_every_line_is_left_alone(
    make_site: Callable[..., Flask], starter_folder: Path
) -> None:
    with post_office(make_site, starter_folder) as (_site, server):
        with store.write():
            for number in range(6):
                mail.queue(TEST, "breaks@example.org", {}, language="en", key=str(number))
        assert send_due() == {"waiting": 6}
        assert sorted(row.attempts for row in Message.select()) == [0, 0, 0, 1, 1, 1]
    assert (server.taken, server.connections) == ([], 3)


def test_dead_sender_leaves_nothing_behind(stored_app: Flask, clock: Callable[[float], None]) -> None:
    """A message found half sent is taken up again once its lease is over, under the same Message-ID."""
    with stored_app.app_context():
        ask("ada@example.org")
        [message] = Message.select()
        assert outbox.claim(message)
        stale = Message.get()
        assert send_due() == {}
        assert states() == {"ada@example.org": ("sending", 1, "")}
        clock(outbox.LEASE + 1)
        assert send_due() == {"sent": 1}
        assert states() == {"ada@example.org": ("sent", 2, "")}
        assert not outbox.settle(stale, "failed", "late")
        assert not outbox.claim(stale)
        assert states() == {"ada@example.org": ("sent", 2, "")}
        instance = stored_app.config["PORTAL"].instance
        assert (
            f"Message-ID: <{message.id}@localhost>" in (instance / "mail" / f"{message.id}.eml").read_text()
        )


def test_two_senders_send_each_message_once(store_url: str, tmp_path: Path) -> None:
    with mail_server() as (where, server):
        site = create_app(
            {
                "PORTAL_INSTANCE": tmp_path / "other",
                "PORTAL_DATABASE_URL": store_url,
                "PORTAL_MAIL_URL": f"smtp://{where}",
            }
        )

        def send() -> Mapping[str, int]:
            with site.app_context():
                return send_due()

        with site.app_context():
            ask(*(f"person{n}@example.org" for n in range(30)))
        results = at_once([send, send, send])
    assert [result.get("sent", 0) >= 0 for result in results] == [True] * 3
    assert sum(result.get("sent", 0) for result in results) == 30
    assert sorted(server.recipients) == sorted(f"person{n}@example.org" for n in range(30))


def test_fault_in_a_template_keeps_nothing_back(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise LookupError(arguments["name"])

    def gone(_arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise mail.NotNeeded

    with post_office(make_site, starter_folder) as (site, server):
        with (
            known(site, tmp_path, "broken", mail.ACCOUNT, broken) as first,
            known(site, tmp_path, "gone", mail.ACCOUNT, gone) as second,
        ):
            ask("ada@example.org", template=first, name="ada@example.org")
            ask("bob@example.org", template=second)
            ask("cleo@example.org")
            assert send_due() == {"waiting": 1, "cancelled": 1, "sent": 1}
        assert states() == {
            "ada@example.org": ("waiting", 1, "template"),
            "bob@example.org": ("cancelled", 1, ""),
            "cleo@example.org": ("sent", 1, ""),
        }
    assert server.recipients == ["cleo@example.org"]
    assert "LookupError" in caplog.text
    assert "@example.org" not in caplog.text


def test_people_who_wait_come_before_invitations(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path
) -> None:
    with (
        post_office(make_site, starter_folder) as (site, server),
        known(site, tmp_path, "invite", mail.INVITATION) as invite,
    ):
        ask("ada@example.org", "bob@example.org", template=invite)
        ask("cleo@example.org")
        assert send_due() == {"sent": 3}
    assert server.recipients[0] == "cleo@example.org"
    assert sorted(server.recipients[1:]) == ["ada@example.org", "bob@example.org"]


SIGNED_IN = "smtp://me:p%40ss%3Aw%2Frd%25@{}"


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """TLS for the server, with a certificate that this machine trusts."""
    context, path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return context


def test_password_travels_encrypted(make_site: Callable[..., Flask], starter_folder: Path, tls: Any) -> None:
    with mail_server() as (_where, judge):
        options = {"tls_context": tls, "auth_required": True, "authenticator": judge.sign_in}
        with post_office(make_site, starter_folder, url=SIGNED_IN, server=options) as (_site, server):
            ask("ada@example.org")
            assert send_due() == {"sent": 1}
    assert (server.recipients, server.encrypted) == (["ada@example.org"], [True])
    assert judge.passwords == [b"p@ss:w/rd%"]


def test_wrong_password(make_site: Callable[..., Flask], starter_folder: Path, tls: Any) -> None:
    with mail_server() as (_where, judge):
        options = {"tls_context": tls, "auth_required": True, "authenticator": judge.sign_in}
        url = "smtp://me:wrong@{}"
        with post_office(make_site, starter_folder, url=url, server=options) as (_site, server):
            ask("ada@example.org")
            assert send_due() == {"waiting": 1}
            assert states() == {"ada@example.org": ("waiting", 0, "sign-in 535")}
    assert server.taken == []


def test_password_is_not_told_without_encryption(
    make_site: Callable[..., Flask], starter_folder: Path
) -> None:
    with mail_server() as (_where, judge):
        options = {"auth_require_tls": False, "authenticator": judge.sign_in}
        with post_office(make_site, starter_folder, url=SIGNED_IN, server=options) as (_site, server):
            ask("ada@example.org")
            assert send_due() == {"waiting": 1}
            assert states() == {"ada@example.org": ("waiting", 0, "no-encryption")}
    assert (server.taken, judge.passwords) == ([], [])


def test_password_is_not_told_to_a_stranger(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path
) -> None:
    context, _path = certificate(tmp_path)
    with mail_server() as (_where, judge):
        options = {"tls_context": context, "authenticator": judge.sign_in}
        with post_office(make_site, starter_folder, url=SIGNED_IN, server=options) as (_site, server):
            ask("ada@example.org")
            assert send_due() == {"waiting": 1}
            assert states() == {"ada@example.org": ("waiting", 0, "encryption")}
    assert (server.taken, judge.passwords) == ([], [])


def test_offered_encryption_is_taken(
    make_site: Callable[..., Flask], starter_folder: Path, tmp_path: Path
) -> None:
    """A relay in the house may have a certificate that nobody vouches for."""
    context, _path = certificate(tmp_path)
    with post_office(make_site, starter_folder, server={"tls_context": context}) as (_site, server):
        ask("ada@example.org")
        assert send_due() == {"sent": 1}
    assert server.encrypted == [True]


def test_tls_from_the_first_byte(make_site: Callable[..., Flask], starter_folder: Path, tls: Any) -> None:
    options = {"ssl_context": tls}
    with post_office(make_site, starter_folder, url="smtps://{}", server=options) as (_site, server):
        ask("ada@example.org")
        assert send_due() == {"sent": 1}
    assert server.recipients == ["ada@example.org"]
