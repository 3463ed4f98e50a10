"""The page “Mail” of the staff: what was sent and what was not, and nothing that a message says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal import audit, jobs, mail
from portal.identity.roles import ADMINISTRATOR, ANALYST, DESIGNER, EDITOR, MODERATOR, TRANSLATOR
from portal.mail.models import Message
from portal.mail.sending import send_due
from surveys.responses import store
from tests.page_rules import text_of
from tests.portal.mail_server import mail_server
from tests.staffing import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.inspecting import Reply

TEST = "test-message"


def ask(site: Flask, *recipients: str) -> None:
    with site.app_context(), store.write():
        for recipient in recipients:
            mail.queue(TEST, recipient, {}, language="en", key=recipient)


def rows(reply: Reply, caption: str) -> list[list[str]]:
    """The cells of a table, as they are read."""
    table = f"//table[caption='{caption}']/tbody/tr"
    return [[" ".join(text_of(cell).split()) for cell in row] for row in reply.page.all(table)]


def columns(reply: Reply) -> list[list[str]]:
    """Recipient, state and attempts of each message, by recipient."""
    return sorted([row[1], row[3], row[4]] for row in rows(reply, "Messages"))


def test_log_names_nobody(app: Flask) -> None:
    ask(app, "adele@example.org", "bob@example.net")
    client = signed_in(app, ADMINISTRATOR)
    page = client.get("/staff/mail/")
    assert [row for row in columns(page) if row[0] in {"a…@example.org", "b…@example.net"}] == [
        ["a…@example.org", "waiting", "0"],
        ["b…@example.net", "waiting", "0"],
    ]
    assert [name for name in ("adele", "bob@") if name in page.text] == []
    assert columns(client.get("/staff/mail/?state=failed")) == []
    assert client.get("/staff/").page.all("//nav//a[@href='/staff/mail/']") != []


@pytest.mark.parametrize("role", [ANALYST, DESIGNER, EDITOR, MODERATOR, TRANSLATOR])
def test_others_do_not_see_mail(app: Flask, role: str) -> None:
    client = signed_in(app, role)
    assert [
        client.get(address).status
        for address in ("/staff/mail/", "/staff/mail/templates/", "/staff/mail/templates/test-message/en/")
    ] == [403, 403, 403]
    assert "/staff/mail/" not in client.get("/staff/").text


def test_failed_message_is_sent_again(make_site: Callable[..., Flask], starter_folder: Path) -> None:
    with mail_server() as (where, _server):
        site = make_site(starter_folder, PORTAL_MAIL_URL=f"smtp://{where}")
        ask(site, "refused@example.org")
        with site.app_context():
            send_due()
        client = signed_in(site, ADMINISTRATOR)
        page = client.get("/staff/mail/?state=failed")
        assert columns(page) == [
            ["r…@example.org", "failed The receiving server refused it. (550)", "1"],
        ]
        assert "Messages that failed: 1" in client.get("/staff/").text
        again = client.submit(page, form="//form[@action='/staff/mail/retry/']")
        assert "The message is sent again now." in again.text
        with site.app_context():
            message = Message.get(Message.key == "refused@example.org")
            assert (message.state, message.attempts, message.error) == ("waiting", 0, "")
            assert [line.action for line in audit.lines("message", message.id)] == ["mail.retried"]
            jobs.run_waiting()
            assert Message.get(Message.key == "refused@example.org").state == "failed"


def test_waiting_message_is_cancelled(app: Flask) -> None:
    ask(app, "adele@example.org")
    client = signed_in(app, ADMINISTRATOR)
    page = client.get("/staff/mail/")
    with app.app_context():
        message = Message.get(Message.key == "adele@example.org")
    form = f"//form[@action='/staff/mail/cancel/'][input[@value='{message.id}']]"
    assert "The message will not be sent." in client.submit(page, form=form).text
    assert "Only a message that waits can be cancelled." in client.submit(page, form=form).text
    with app.app_context():
        assert Message.get_by_id(message.id).state == "cancelled"
        assert [line.action for line in audit.lines("message", message.id)] == ["mail.cancelled"]
        send_due()
        assert Message.get_by_id(message.id).state == "cancelled"


def test_sent_message_is_not_sent_again(app: Flask) -> None:
    ask(app, "adele@example.org")
    client = signed_in(app, ADMINISTRATOR)
    page = client.get("/staff/mail/")
    with app.app_context():
        message = Message.get(Message.key == "adele@example.org")
        send_due()
    form = f"//form[@action='/staff/mail/cancel/'][input[@value='{message.id}']]"
    assert "Only a message that waits can be cancelled." in client.submit(page, form=form).text
    with app.app_context():
        assert Message.get_by_id(message.id).state == "sent"


@pytest.mark.parametrize(("code", "name"), [("en", "English"), ("fr", "Français"), ("ar", "العربية")])
def test_preview_and_test_send(app: Flask, code: str, name: str) -> None:
    client = signed_in(app, ADMINISTRATOR)
    listed = client.get("/staff/mail/templates/")
    assert "Test message" in [row[0] for row in rows(listed, "Kinds of messages")]
    page = client.get(f"/staff/mail/templates/{TEST}/{code}/")
    with app.app_context():
        said = mail.render(TEST, {}, code)
    assert said.subject in text_of(page.page.one("//main"))
    sent = client.submit(page, form="//form[@action='/staff/mail/test/']")
    assert "The message is on its way to your own address." in sent.text
    with app.app_context():
        message = Message.select().where(Message.template == TEST).get()
        assert (message.language, message.about_kind, message.purpose) == (code, "person", "notice")
        send_due()
        assert Message.get_by_id(message.id).state == "sent"
    assert name in page.text


def test_every_template_has_a_preview(app: Flask) -> None:
    client = signed_in(app, ADMINISTRATOR)
    with app.app_context():
        names = [template.name for template in mail.registered()]
    assert TEST in names
    for name in names:
        for code in ("en", "fr", "ar"):
            assert (name, code, client.get(f"/staff/mail/templates/{name}/{code}/").status) == (
                name,
                code,
                200,
            )


@pytest.mark.parametrize(
    ("template", "language"), [("no-such", "en"), (TEST, "de"), (TEST, ""), ("../error", "en")]
)
def test_test_send_of_what_there_is_not(app: Flask, template: str, language: str) -> None:
    client = signed_in(app, ADMINISTRATOR)
    page = client.get(f"/staff/mail/templates/{TEST}/en/")
    token = page.page.one("//form[@action='/staff/mail/test/']/input[@name='csrf_token']").get("value", "")
    reply = client.post(
        "/staff/mail/test/", {"csrf_token": token, "template": template, "language": language}
    )
    assert reply.status == 400
    with app.app_context():
        assert Message.select().where(Message.template == TEST).count() == 0


def test_written_message_is_read(app: Flask) -> None:
    ask(app, "adele@example.org")
    with app.app_context():
        send_due()
        ident = Message.get(Message.key == "adele@example.org").id
        said = mail.render(TEST, {}, "en")
    client = signed_in(app, ADMINISTRATOR)
    page = client.get("/staff/mail/")
    assert "PORTAL_MAIL_URL is not set" in page.text
    listed = rows(page, "Messages written to files")
    assert [said.subject, "a…@example.org"] in [row[:2] for row in listed]
    read = client.get(f"/staff/mail/written/{ident}/")
    assert read.h1 == said.subject
    text = text_of(read.page.one("//main//blockquote"))
    assert text.split() == said.text.split()
    assert client.get(f"/staff/mail/written/{'0' * 32}/").status == 404
    assert client.get("/staff/mail/written/..%2Fportal/").status == 404
