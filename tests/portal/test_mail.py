"""The outbox: what is put into it, what is refused, and what a message says in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal import create_app, jobs, mail
from portal.config import SettingsError
from portal.mail import servers
from portal.mail.models import Message
from portal.mail.servers import Server
from portal.privacy import holdings
from portal.privacy.holdings import Subject
from surveys.responses import store

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

TEST = "test-message"


@pytest.fixture
def stored(stored_app: Flask) -> Flask:
    """A site on each database."""
    return stored_app


def change_and_fail() -> None:
    """Queue a message in a change that does not come about."""
    with store.write():
        mail.queue(TEST, "ada@example.org", {}, language="en")
        mail.queue(TEST, "ada", {}, language="en")


def test_queue_commits_with_the_change(stored: Flask) -> None:
    with stored.app_context():
        with pytest.raises(mail.AddressError):
            change_and_fail()
        assert (mail.counts()["waiting"], jobs.counts()["queued"]) == (0, 0)
        with store.write():
            ident = mail.queue(TEST, "Ada@Example.ORG", {"n": 1}, language="fr", about=("participant", 7))
        [message] = Message.select()
        assert (message.id, message.recipient, message.language, message.arguments) == (
            ident,
            "Ada@example.org",
            "fr",
            {"n": 1},
        )
        assert (message.about_kind, message.about_id, message.purpose) == ("participant", "7", "notice")
        assert jobs.counts()["queued"] == 1
        assert mail.oldest_waiting() in {0, 1, 2}


def test_queue_outside_a_transaction(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(mail.OutsideTransactionError):
            mail.queue(TEST, "ada@example.org", {}, language="en")
        assert mail.oldest_waiting() is None
        assert mail.counts() == dict.fromkeys(
            ("waiting", "sending", "sent", "failed", "suppressed", "cancelled"), 0
        )


def test_queue_same_key_once(stored: Flask) -> None:
    with stored.app_context():
        with store.write():
            first = mail.queue(TEST, "ada@example.org", {}, language="en", key="welcome:1")
            again = mail.queue(TEST, "bob@example.org", {}, language="en", key="welcome:1")
            orders = [
                mail.Order(TEST, "cleo@example.org", key=key)
                for key in ("welcome:1", "welcome:2", "welcome:2", None, None)
            ]
            queued = mail.queue_many(orders)
        assert (first is not None, again, queued) == (True, None, 3)
        assert Message.select().where(Message.key == "welcome:1").get().recipient == "ada@example.org"
        assert mail.counts()["waiting"] == 4


@pytest.mark.parametrize(
    ("recipient", "sentence"),
    [
        ("", "This is not one e-mail address, such as name@example.org."),
        ("ada", "This is not one e-mail address, such as name@example.org."),
        ("ada@example.org, bob@example.org", "This is not one e-mail address, such as name@example.org."),
        ("Ada <ada@example.org>", "This is not one e-mail address, such as name@example.org."),
        ("ädä@example.org", "This is not one e-mail address, such as name@example.org."),
        ("ada@example.org\nBcc: x@example.org", "An e-mail address is one line; this one is broken in two."),
        ("ada@example.org\r\n", "An e-mail address is one line; this one is broken in two."),
        ("ada\0@example.org", "An e-mail address is one line; this one is broken in two."),
    ],
)
def test_queue_refuses_what_is_no_address(app: Flask, recipient: str, sentence: str) -> None:
    with app.app_context():
        with pytest.raises(mail.AddressError) as refused, store.write():
            mail.queue_many([mail.Order(TEST, "ada@example.org"), mail.Order(TEST, recipient)])
        assert str(refused.value) == sentence
        assert mail.counts()["waiting"] == 0


def test_queue_domain_outside_ascii(app: Flask) -> None:
    with app.app_context():
        with store.write():
            mail.queue(TEST, " ada@exämple.org ", {}, language="en")
        assert Message.get().recipient == "ada@xn--exmple-cua.org"


@pytest.mark.parametrize(("template", "language"), [("no-such", "en"), (TEST, "de")])
def test_queue_what_cannot_be_written(app: Flask, template: str, language: str) -> None:
    with app.app_context(), pytest.raises(mail.TemplateError), store.write():
        mail.queue(template, "ada@example.org", {}, language=language)


def test_masked_address() -> None:
    assert [mail.masked(text) for text in ("ada@example.org", "x@y.ca", None)] == [
        "a…@example.org",
        "x…@y.ca",
        "–",
    ]


def test_forget_and_about(stored: Flask) -> None:
    with stored.app_context():
        with store.write():
            for whom in (("person", "p1"), ("participant", 5), None):
                mail.queue(TEST, "ada@example.org", {"id": 3}, language="en", about=whom)
        [entry] = mail.about(("participant", 5))
        assert {key: entry[key] for key in ("template", "language", "recipient", "state", "sent_at")} == {
            "template": TEST,
            "language": "en",
            "recipient": "ada@example.org",
            "state": "waiting",
            "sent_at": None,
        }
        with store.write():
            assert mail.forget(("participant", 5)) == 1
        assert mail.about(("participant", 5)) == []
        assert mail.about(("person", "p1"))[0]["recipient"] == "ada@example.org"
        gone = Message.select().where(Message.recipient.is_null()).get()
        assert (gone.state, gone.arguments, gone.about_kind, gone.about_id) == ("cancelled", {}, None, None)
        assert mail.counts()["waiting"] == 2


def test_forget_recipients_of_old_messages(stored: Flask) -> None:
    with stored.app_context():
        with store.write():
            for name, state, sent_at in (
                ("old", "sent", 1000),
                ("new", "sent", 3000),
                ("lost", "failed", None),
                ("waits", "waiting", None),
            ):
                mail.queue(TEST, f"{name}@example.org", {}, language="en", key=name, about=("participant", 1))
                Message.update(state=state, sent_at=sent_at, next_attempt_at=1500).where(
                    Message.key == name
                ).execute()
            assert mail.forget_recipients(2000) == 2
            assert mail.forget_recipients(2000) == 0
        kept = {message.key: message.recipient for message in Message.select()}
        assert kept == {"old": None, "lost": None, "new": "new@example.org", "waits": "waits@example.org"}
        with store.write():
            assert mail.queue(TEST, "old@example.org", {}, language="en", key="old") is None


def test_old_recipients_are_forgotten_by_a_job(app: Flask) -> None:
    day = 86400
    with app.app_context():
        with store.write():
            for days in (89, 91):
                mail.queue(TEST, f"d{days}@example.org", {}, language="en", key=str(days))
                sent_at = store.now() - days * day
                Message.update(state="sent", sent_at=sent_at).where(Message.key == str(days)).execute()
            jobs.cancel(jobs.listing().get().id)
            job = jobs.start("forget-recipients")
        jobs.run_waiting()
        done = jobs.find(job.id)
        assert done is not None
        assert (done.state, done.result) == ("done", {"forgotten": 1})
        assert {row.key: row.recipient for row in Message.select()} == {"89": "d89@example.org", "91": None}


def test_privacy_requests_find_messages(stored: Flask) -> None:
    ada = Subject("person", "Ada", email="ada@example.org", pseudonym="p1")
    centre = Subject("organization", "Centre", participant_ids=(5,))
    [held] = [holding for holding in holdings.registered() if holding.name == "mail"]
    with stored.app_context():
        with store.write():
            mail.queue(TEST, "Ada@example.org", {}, language="fr")
            mail.queue(TEST, "old@example.org", {}, language="fr", about=("person", "p1"))
            mail.queue(TEST, "centre@example.org", {}, language="fr", about=("participant", 5))
            mail.queue(TEST, "other@example.org", {}, language="fr", about=("participant", 6))
        of_ada = sorted(entry["recipient"] for entry in held.export(ada))
        assert of_ada == ["Ada@example.org", "old@example.org"]
        assert [entry["recipient"] for entry in held.export(centre)] == ["centre@example.org"]
        with store.write():
            assert held.erase(ada) == 2
            assert held.erase(centre) == 1
        assert [
            row.recipient for row in Message.select().where(Message.recipient.is_null(is_null=False))
        ] == ["other@example.org"]
        assert mail.counts()["cancelled"] == 3
        assert held.export(ada) == held.export(centre) == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 25, tls=False)),
        ("smtp://localhost:1025/", Server("localhost", 1025, tls=False)),
        ("smtps://mail.example.org", Server("mail.example.org", 465, tls=True)),
        (
            "smtp://me%40example.org:p%40ss%3Aw%2Frd%25@mail.example.org",
            Server("mail.example.org", 587, tls=False, user="me@example.org", password="p@ss:w/rd%"),  # noqa: S106
        ),
        ("smtp://[::1]:25", Server("::1", 25, tls=False)),
    ],
)
def test_server_address(url: str, server: Server) -> None:
    assert servers.read(url) == server
    assert "p@ss" not in repr(servers.read(url))


@pytest.mark.parametrize(
    "url",
    [
        "smtp://me:geheim@",
        "smtp://me:geheim@mail.example.org:99999",
        "smtp://me:geheim@mail.example.org:port",
        "http://me:geheim@mail.example.org",
        "me:geheim@mail.example.org",
        "smtp://me:ge/heim@mail.example.org",
        "smtp://me:geheim%@mail.example.org",
        "smtp://me:geheimé@mail.example.org",
        "smtp://me:geheim%0A@mail.example.org",
        "smtp://me:geheim@mail.example.org?tls=no",
        "smtp://geheim@mail.example.org",
        "smtp://:geheim@mail.example.org",
        "smtp://me:geheim@[::1",
        "smtp://me:geheim@mail example.org",
    ],
)
def test_server_address_refused_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        create_app({"PORTAL_INSTANCE": tmp_path, "PORTAL_MAIL_URL": url})
    sentence = refused.value.message
    assert sentence.startswith("PORTAL_MAIL_URL cannot be used: ")
    assert [part for part in ("geheim", "heim", "mail.example.org") if part in sentence] == []


@pytest.mark.parametrize("name", ["PORTAL_MAIL_FROM", "PORTAL_CONTACT"])
def test_sender_that_cannot_be_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        create_app({"PORTAL_INSTANCE": tmp_path, name: "team..x@example.org"})


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_render_in_each_language(app: Flask, language: str, direction: str) -> None:
    with app.app_context():
        said = mail.render(TEST, {}, language)
    assert (said.subject != "", "\n" in said.subject) == (True, False)
    assert f'<html lang="{language}" dir="{direction}">' in said.html
    assert said.subject not in said.text
    assert said.text.endswith("\n")
    assert "{{" not in said.text + said.html


def test_render_leaves_the_page_around_it_alone(app: Flask) -> None:
    """A preview is made within a page of another language."""
    with app.test_request_context("/en/"):
        texts = [mail.render(TEST, {}, language).html for language in ("fr", "ar", "en", "ar", "fr")]
        assert texts[0] == texts[4] != texts[1] == texts[3] != texts[2]
        from portal.languages import language  # noqa: PLC0415 - after the previews

        assert language() == "en"


def test_written_messages_are_for_the_owner_alone(app: Flask) -> None:
    with app.app_context():
        with store.write():
            ident = mail.queue(TEST, "ada@example.org", {}, language="ar", about=("person", "p1"))
        assert mail.sending.send_due() == {"sent": 1}
        folder = app.config["PORTAL"].instance / "mail"
        path = folder / f"{ident}.eml"
        assert [name.name for name in folder.iterdir()] == [path.name]
        assert (oct(path.stat().st_mode & 0o777), oct(folder.stat().st_mode & 0o777)) == ("0o600", "0o700")
        assert path.read_bytes().isascii()
        with store.write():
            mail.forget(("person", "p1"))
        assert list(folder.iterdir()) == []
