"""The tables of mail: what was asked to be sent, and who asked for no more invitations."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, IntegerField, Model

from surveys.responses import store
from surveys.responses.documents import DocumentField

WAITING, SENDING, SENT = "waiting", "sending", "sent"
FAILED, SUPPRESSED, CANCELLED = "failed", "suppressed", "cancelled"

STATES = (WAITING, SENDING, SENT, FAILED, SUPPRESSED, CANCELLED)
UNSETTLED = (WAITING, SENDING)
"""States from which a message may still be sent."""


class Message(Model):
    """One message: its template and arguments, never its text, and never a secret.

    Attributes:
        recipient: the address; None once it was forgotten.
        about_kind: what the message concerns, `person` or `participant`, with `about_id`; None for nobody.
        key: a message with this key was queued; there is never a second one. It names nobody.
        attempts: how often sending was begun since it was queued, or taken up again by hand.
        next_attempt_at: when it is due; for one being sent, the end of its lease.
        error: a short code and the server's reply code, such as `refused 550`.
    """

    id = CharField(primary_key=True, max_length=32, default=store.random_id)
    template = CharField(max_length=60)
    language = CharField(max_length=16)
    purpose = CharField(max_length=10)
    recipient = CharField(max_length=254, null=True)
    arguments = DocumentField(default=dict)
    about_kind = CharField(max_length=20, null=True)
    about_id = CharField(max_length=64, null=True)
    key = CharField(max_length=200, null=True, unique=True)
    state = CharField(max_length=10, default=WAITING)
    attempts = IntegerField(default=0)
    next_attempt_at = BigIntegerField(default=store.now)
    created_at = BigIntegerField(default=store.now)
    sent_at = BigIntegerField(null=True)
    error = CharField(max_length=40, default="")

    class Meta:
        """What is looked for: what is due, what concerns somebody, and the newest."""

        database = store.database
        table_name = "message"
        indexes = (
            (("state", "next_attempt_at"), False),
            (("about_kind", "about_id"), False),
            (("created_at",), False),
        )


class Suppression(Model):
    """An address that gets no more invitations, as a keyed hash: it is found again, and never read."""

    hash = CharField(primary_key=True, max_length=64)
    created_day = CharField(max_length=10)

    class Meta:
        """One row for an address."""

        database = store.database
        table_name = "suppression"
