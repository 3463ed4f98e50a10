"""Messages to people: queued with the change that caused them, sent later, logged without their bodies.

This is the door: the rest of the portal queues messages here, and knows nothing of servers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from portal.mail import door, held, sending
from portal.mail.addresses import AddressError, checked, masked
from portal.mail.held import about, forget, forget_recipients
from portal.mail.outbox import (
    Order,
    OutsideTransactionError,
    cancel,
    counts,
    oldest_waiting,
    queue,
    queue_many,
    retry,
)
from portal.mail.templates import (
    ACCOUNT,
    INVITATION,
    NOTICE,
    TEST,
    NotNeeded,
    Rendered,
    Template,
    TemplateError,
    register,
    registered,
    render,
)
from portal.mail.unsubscribing import suppressed

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings

__all__ = [
    "ACCOUNT",
    "INVITATION",
    "NOTICE",
    "TEST_MESSAGE",
    "AddressError",
    "NotNeeded",
    "Order",
    "OutsideTransactionError",
    "Rendered",
    "Template",
    "TemplateError",
    "about",
    "cancel",
    "checked",
    "counts",
    "forget",
    "forget_recipients",
    "install",
    "masked",
    "oldest_waiting",
    "queue",
    "queue_many",
    "register",
    "registered",
    "render",
    "retry",
    "sending",
    "suppressed",
]

TEST_MESSAGE = register(Template(TEST, NOTICE, title=_("Test message")))
"""Says that sending works; with `sample_of` it is what another template says, with invented names."""


def install(app: Flask, settings: Settings) -> None:
    """Read who sends and through what, and let privacy requests find messages.

    Raises:
        SettingsError: when the mail server's address or the sender's cannot be used.
    """
    door.install(app, settings)
    held.register()
