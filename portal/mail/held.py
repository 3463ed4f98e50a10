"""What mail knows of people: handed out, erased, and forgotten when its time is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _
from peewee import fn

from portal import jobs
from portal.mail import written
from portal.mail.door import door
from portal.mail.models import CANCELLED, UNSETTLED, Message
from portal.privacy import holdings
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.privacy.holdings import Subject

PERSON, PARTICIPANT = "person", "participant"
"""Whom a message may be about: a member of the team by pseudonym, a participant of a wave by id."""

KEPT = 90 * 86400
"""Seconds after sending for which it is known whom a message went to."""

TASK = "forget-recipients"

About = tuple[str, str | int]


def about(whom: About) -> list[dict[str, Any]]:
    """Every message that concerns somebody, oldest first, as JSON objects."""
    return _listed(_about(whom))


def forget(whom: About) -> int:
    """Forget whom messages that concern somebody went to; those that wait are cancelled.

    Call it inside `store.write()`.

    Returns:
        The number of messages.
    """
    return _forget(_about(whom), unlink=True)


def forget_recipients(before: int) -> int:
    """Forget whom messages went to that were sent, or given up, long ago; call it inside `store.write()`.

    Args:
        before: a time in seconds of UTC.

    Returns:
        The number of messages.
    """
    settled = Message.state.not_in(UNSETTLED) & Message.recipient.is_null(is_null=False)
    old = fn.COALESCE(Message.sent_at, Message.next_attempt_at) < before
    return _forget(settled & old, unlink=False)


@jobs.task(TASK, title=_("Forgetting old addresses"))
def forget_old(_job: jobs.Running) -> Mapping[str, Any]:
    """Forget whom old messages went to."""
    with store.write():
        return {"forgotten": forget_recipients(store.now() - KEPT)}


jobs.periodic(TASK, task=TASK, every=86400)


def _about(whom: About) -> Any:
    kind, ident = whom
    return (Message.about_kind == kind) & (Message.about_id == str(ident))


def _of(subject: Subject) -> Any:
    found = Message.id == ""
    if subject.pseudonym is not None:
        found |= _about((PERSON, subject.pseudonym))
    if subject.email is not None:
        found |= fn.LOWER(Message.recipient) == subject.email.lower()
    if subject.participant_ids:
        ids = [str(ident) for ident in subject.participant_ids]
        found |= (Message.about_kind == PARTICIPANT) & Message.about_id.in_(ids)
    return found


def _listed(which: Any) -> list[dict[str, Any]]:
    return [
        {
            "template": message.template,
            "language": message.language,
            "recipient": message.recipient,
            "state": message.state,
            "queued_at": _time(message.created_at),
            "sent_at": _time(message.sent_at),
        }
        for message in Message.select().where(which).order_by(Message.created_at, Message.id)
    ]


def _forget(which: Any, *, unlink: bool) -> int:
    idents = [message.id for message in Message.select(Message.id).where(which)]
    # A message that has not left has nobody to go to any more.
    Message.update(state=CANCELLED).where(which & Message.state.in_(UNSETTLED)).execute()
    written.forget(door().folder, idents)
    links = {"about_kind": None, "about_id": None} if unlink else {}
    return int(Message.update(recipient=None, arguments={}, **links).where(which).execute())


def _time(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()


def register() -> None:
    """Let privacy requests find messages."""
    holdings.register(
        holdings.Holding(
            name="mail",
            title=_("Messages sent"),
            export=lambda subject: _listed(_of(subject)),
            erase=lambda subject: _forget(_of(subject), unlink=True),
            covers=("message", "suppression"),
            keeps=_(
                "That an address wants no more invitations is kept, in a form from which it cannot be read."
            ),
        )
    )
