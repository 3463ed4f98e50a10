"""A message as it travels: its headers, its two bodies, and nothing that was kept."""

from __future__ import annotations

from email import charset
from email.header import Header
from email.message import Message as Mime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_mailman import EmailMultiAlternatives

from portal.mail import templates, unsubscribing
from portal.mail.door import door

if TYPE_CHECKING:
    from portal.mail.models import Message

SEVEN_BITS = charset.Charset("utf-8")
SEVEN_BITS.body_encoding = charset.QP
"""Every server takes such a body, whatever it holds; plain UTF-8 would need the server's consent."""


class Letter(EmailMultiAlternatives):
    """Flask-Mailman's message, with a subject that is folded between its words.

    Encoded without knowing its header's name, a long one begins on the second line, and is read with a space.
    """

    encoding: Any = SEVEN_BITS

    def __init__(self, **parts: Any) -> None:
        """Its parts are Flask-Mailman's."""
        super().__init__(**parts)

    def message(self) -> Any:
        """The message as it is sent."""
        made: Any = super().message()
        encoding: Any = "us-ascii" if self.subject.isascii() else SEVEN_BITS
        del made["Subject"]
        Mime.__setitem__(made, "Subject", Header(self.subject, encoding, header_name="Subject"))
        return made


def letter(message: Message) -> Letter:
    """Make the message that is handed over, in its reader's language; here its links are made.

    Raises:
        NotNeeded: when what it was for is gone.
    """
    recipient = str(message.recipient)
    with templates.reading(message.language):
        template, arguments = templates.prepared(message.template, message.arguments)
        invitation = message.purpose == templates.INVITATION
        unsubscribe = unsubscribing.link(recipient) if invitation else None
        words = templates.compose(template, arguments, unsubscribe)
        sender = (_("DMSI portal"), door().sender)
    return Letter(
        subject=words.subject,
        body=words.text,
        from_email=sender,
        to=[recipient],
        headers=_headers(message, unsubscribe),
        alternatives=[(words.html, "text/html")],
    )


def _headers(message: Message, unsubscribe: str | None) -> dict[str, str]:
    headers = {
        "Date": formatdate(),
        # The same at each attempt: who gets the message twice can see that it is one.
        "Message-ID": f"<{message.id}@{door().host}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }
    if unsubscribe is not None:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
