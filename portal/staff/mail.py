"""Mail for administrators: what was sent and what was not, what messages say, and whether sending works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import audit, mail
from portal.identity import people
from portal.identity.roles import ADMINISTRATOR
from portal.languages import LANGUAGES
from portal.mail import outbox, templates, written
from portal.mail.door import door
from portal.mail.models import Message
from portal.staff import navigation, notices
from portal.staff.tables import Button, Column, Filter, Link, ListTable, Table, Time
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from werkzeug.wrappers import Response

bp = Blueprint("staff_mail", __name__, url_prefix="/staff/mail")

STATES = {
    "waiting": _l("waiting"),
    "sending": _l("being sent"),
    "sent": _l("sent"),
    "failed": _l("failed"),
    "suppressed": _l("not sent: wants no invitations"),
    "cancelled": _l("cancelled"),
}

PURPOSES = {
    mail.ACCOUNT: _l("about an account"),
    mail.NOTICE: _l("for the team"),
    mail.INVITATION: _l("invitation"),
}

FAULTS = {
    "refused": _l("The receiving server refused it."),
    "deferred": _l("The receiving server asked for patience."),
    "timeout": _l("The mail server did not answer in time."),
    "disconnected": _l("The mail server ended the connection."),
    "unreachable": _l("The mail server cannot be reached."),
    "greeting": _l("The mail server did not let the portal in."),
    "sign-in": _l("The mail server did not accept the password."),
    "no-sign-in": _l("The mail server takes no password."),
    "encryption": _l("The connection to the mail server could not be secured."),
    "no-encryption": _l("The mail server offers no encryption, so the password was not sent."),
    "template": _l("The message could not be written."),
    "abandoned": _l("Sending was interrupted too often."),
    "not-written": _l("The message could not be written to its file."),
}
"""What went wrong, by its code."""

UNSUBSCRIBE = "https://portal.example.org/unsubscribe/"
"""What a preview shows where each message has a link of its own."""


@bp.get("/")
def index() -> str:
    """How mail is sent, and every message, the newest first."""
    log = Table(
        Message.select(),
        [
            Column("template", _("Message"), sort=Message.template, cell=_title),
            Column("recipient", _("To"), cell=lambda row: mail.masked(row.recipient)),
            Column(
                "language", _("Language"), sort=Message.language, cell=lambda row: LANGUAGES[row.language]
            ),
            Column("state", _("State"), sort=Message.state, cell=_state),
            Column("attempts", _("Attempts"), sort=Message.attempts),
            Column("queued", _("Queued"), sort=Message.created_at, cell=lambda row: Time(row.created_at)),
            Column("sent", _("Sent"), sort=Message.sent_at, cell=lambda row: Time(row.sent_at)),
            Column("do", _("Do"), cell=_buttons),
        ],
        filters=[Filter("state", _("State"), STATES, Message.state)],
        order=(Message.created_at.desc(), Message.id),
        empty=_("No message was queued yet."),
        caption=_("Messages"),
    )
    return render_template("staff/mail.html", log=log, facts=_facts(), lacks=list(_lacks()), files=_files())


@bp.get("/templates/")
def template_list() -> str:
    """Every kind of message, with what it says in each language."""
    table = ListTable(
        templates.registered(),
        [
            Column("title", _("Message"), cell=lambda row: row.title),
            Column("purpose", _("Purpose"), cell=lambda row: PURPOSES[row.purpose]),
            Column("preview", _("What it says"), cell=_previews),
        ],
        empty=_("There are no messages to send."),
        caption=_("Kinds of messages"),
    )
    return render_template("staff/mail_templates.html", table=table)


@bp.get("/templates/<name>/<language:code>/")
def preview(name: str, code: str) -> str:
    """What a message says, with invented names and links that lead nowhere."""
    template = templates.known(name) or abort(404)
    said = mail.render(name, template.sample, code, unsubscribe=UNSUBSCRIBE)
    return render_template(
        "staff/mail_preview.html", template=template, said=said, code=code, languages=LANGUAGES
    )


@bp.post("/test/")
def send_test() -> Response:
    """Send a message with invented names to the signed-in person's own address."""
    person = people.person() or abort(403)
    template = templates.known(request.form.get("template", "")) or abort(400)
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        abort(400)
    with store.write():
        about = ("person", person.pseudonym)
        mail.queue("test-message", person.email, {"sample_of": template.name}, language=code, about=about)
        audit.record("mail.test_sent", "portal", "mail", template=template.name)
    notices.done(_("The message is on its way to your own address."))
    return redirect(url_for("staff_mail.index"), 303)


@bp.post("/retry/")
def retry() -> Response:
    """Send a failed message after all."""
    if _change(outbox.retry, "mail.retried"):
        notices.done(_("The message is sent again now."))
    else:
        notices.refused(_("Only a failed message whose address is still known can be sent again."))
    return redirect(url_for("staff_mail.index"), 303)


@bp.post("/cancel/")
def cancel() -> Response:
    """Do not send a waiting message."""
    if _change(outbox.cancel, "mail.cancelled"):
        notices.done(_("The message will not be sent."))
    else:
        notices.refused(_("Only a message that waits can be cancelled."))
    return redirect(url_for("staff_mail.index"), 303)


def _change(change: Callable[[str], bool], action: str) -> bool:
    """Change the message that was posted, and leave that in the trail; returns whether it could be."""
    ident = request.form.get("message", "")
    with store.write():
        changed = change(ident)
        if changed:
            audit.record(action, "message", ident)
    return changed


@bp.get("/written/<ident>/")
def read(ident: str) -> str:
    """A message that was written to a file, because the portal has no mail server."""
    message = written.read(door().folder, ident) or abort(404)
    return render_template("staff/mail_written.html", message=message)


@navigation.waiting(ADMINISTRATOR)
def failed() -> Iterator[tuple[str, str]]:
    """Messages that failed wait for an administrator."""
    count = mail.counts()["failed"]
    if count:
        yield _("Messages that failed: %(count)s", count=count), url_for("staff_mail.index", state="failed")


def _facts() -> list[tuple[object, object]]:
    ours, counts = door(), mail.counts()
    facts: list[tuple[object, object]] = [
        (_("Sent through"), f"{ours.server.host}:{ours.server.port}" if ours.server else None),
        (_("Sent from"), ours.sender),
        (_("Answers go to"), ours.contact),
        (_("Letters go to"), ours.postal_address),
    ]
    return facts + [(label, counts[state]) for state, label in STATES.items() if counts[state]]


def _lacks() -> Iterator[str]:
    """What is missing before organizations can be invited."""
    if door().server is None:
        yield _(
            "There is no mail server (PORTAL_MAIL_URL is not set). Messages are written to files here, "
            "and reach nobody."
        )
    if door().contact is None or door().postal_address is None:
        yield _(
            "Canada’s anti-spam law asks that an invitation names who sends it and how they can be reached. "
            "Set PORTAL_CONTACT and PORTAL_POSTAL_ADDRESS before you invite organizations."
        )


def _files() -> ListTable | None:
    if door().server is not None:
        return None
    return ListTable(
        written.newest(door().folder),
        [
            Column("subject", _("Message"), cell=_file),
            Column("recipient", _("To"), cell=lambda row: mail.masked(row.recipient)),
            Column("at", _("Written"), cell=lambda row: Time(row.at)),
        ],
        empty=_("No message was written yet."),
        caption=_("Messages written to files"),
        name="files",
    )


def _file(row: written.Written) -> Link:
    return Link(row.subject, url_for("staff_mail.read", ident=row.ident))


def _title(row: Message) -> object:
    template = templates.known(row.template)
    return template.title if template else row.template


def _state(row: Message) -> Any:
    code, _space, reply = row.error.partition(" ")
    if not code:
        return STATES[row.state]
    fault = FAULTS.get(code, code)
    return [STATES[row.state], _("%(fault)s (%(reply)s)", fault=fault, reply=reply) if reply else fault]


def _buttons(row: Message) -> Button | None:
    values = {"message": row.id}
    about = mail.masked(row.recipient)
    if row.state == "failed" and row.recipient is not None:
        return Button(_("Send again"), url_for("staff_mail.retry"), values, about)
    if row.state == "waiting":
        return Button(_("Cancel"), url_for("staff_mail.cancel"), values, about)
    return None


def _previews(row: templates.Template) -> list[Link]:
    return [
        Link(name, url_for("staff_mail.preview", name=row.name, code=code))
        for code, name in LANGUAGES.items()
    ]
