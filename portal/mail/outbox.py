"""The outbox: messages are put in with the change that caused them, and each step of sending is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from peewee import Case, fn

from portal import jobs
from portal.languages import LANGUAGES
from portal.mail import templates
from portal.mail.addresses import checked
from portal.mail.models import (
    CANCELLED,
    FAILED,
    SENDING,
    STATES,
    UNSETTLED,
    WAITING,
    Message,
)
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TASK = "send-mail"
"""The job that empties the outbox; there is one at a time."""

CHUNK = 500
"""Messages written with one statement."""

LEASE = 300
"""Seconds after which a message still being sent is taken up again: its sender must have died."""

PATIENCE = ((600, 60), (7200, 300))
LONGEST_WAIT = 1800
"""Age of a message and seconds until it is tried again where the server takes nothing; and for older ones."""


class OutsideTransactionError(RuntimeError):
    """A message was queued outside `store.write()`: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Order:
    """A message to be sent.

    Attributes:
        template: the name of a registered template.
        recipient: one address.
        arguments: what `prepare` gets: identifiers, never a secret; kept as JSON.
        language: code of the reader's language.
        about: whom it concerns, for privacy requests: ("person", pseudonym) or ("participant", id).
        key: with it the same message is queued once, however often it is asked for.
    """

    template: str
    recipient: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"
    about: tuple[str, str | int] | None = None
    key: str | None = None


def queue(
    template: str,
    recipient: str,
    arguments: Mapping[str, Any],
    *,
    language: str,
    about: tuple[str, str | int] | None = None,
    key: str | None = None,
) -> str | None:
    """Put a message into the outbox; it leaves once the surrounding transaction is committed.

    Args:
        template: the name of a registered template.
        recipient: one address.
        arguments: what `prepare` gets: identifiers, never a secret; kept as JSON.
        language: code of the reader's language.
        about: whom it concerns, for privacy requests: ("person", pseudonym) or ("participant", id).
        key: with it the same message is queued once, however often it is asked for.

    Returns:
        The message's id; None when one with this key had been queued before.

    Raises:
        AddressError: when no message can go to the recipient.
        OutsideTransactionError: outside `store.write()`.
        TemplateError: for an unknown template.
    """
    row = _row(Order(template, recipient, arguments, language, about, key), store.now())
    queued = _insert([row])
    if queued:
        _start()
    return row["id"] if queued else None


def queue_many(orders: Iterable[Order]) -> int:
    """Put many messages into the outbox: all of them, or none when one is refused.

    Returns:
        How many were new; those whose key had been queued before are not.

    Raises:
        AddressError: when no message can go to one of the recipients.
        OutsideTransactionError: outside `store.write()`.
        TemplateError: for an unknown template.
    """
    now = store.now()
    rows = [_row(order, now) for order in orders]
    remaining = iter(rows)
    queued = 0
    while chunk := list(islice(remaining, CHUNK)):
        queued += _insert(chunk)
    if queued:
        _start()
    return queued


def _row(order: Order, now: int) -> dict[str, Any]:
    template = templates.find(order.template)
    if order.language not in LANGUAGES:
        raise templates.TemplateError(f"{order.template} has no texts in {order.language!r}.")
    kind, ident = order.about or (None, None)
    return {
        "id": store.random_id(),
        "template": order.template,
        "language": order.language,
        "purpose": template.purpose,
        "recipient": checked(order.recipient),
        "arguments": dict(order.arguments),
        "about_kind": kind,
        "about_id": None if ident is None else str(ident),
        "key": order.key,
        "state": WAITING,
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
        "error": "",
    }


def _insert(rows: list[dict[str, Any]]) -> int:
    if not store.database.in_transaction():
        raise OutsideTransactionError("Queue a message inside store.write(), with the change that caused it.")
    inserted: int = Message.insert_many(rows).on_conflict_ignore().as_rowcount().execute()
    return inserted


def _start() -> None:
    jobs.start(TASK, {}, key=TASK)


def due(limit: int) -> list[Message]:
    """Messages whose time has come: people who wait for a link first, invitations last."""
    late = Case(None, ((Message.purpose == templates.INVITATION, 1),), 0)
    query = Message.select().where(_is_due()).order_by(late, Message.next_attempt_at, Message.id)
    return list(query.limit(limit))


def due_count() -> int:
    """How many messages' time has come."""
    found: int = Message.select().where(_is_due()).count()
    return found


def _is_due() -> Any:
    return Message.state.in_(UNSETTLED) & (Message.next_attempt_at <= store.now())


def claim(message: Message) -> bool:
    """Take a message for sending, so that nobody else does; committed when this returns.

    Returns:
        False when somebody else took it, or it was cancelled meanwhile.
    """
    seen = (message.state, message.attempts, message.next_attempt_at)
    message.state, message.attempts, message.next_attempt_at = (
        SENDING,
        message.attempts + 1,
        store.now() + LEASE,
    )
    with store.write():
        unchanged = (Message.state == seen[0]) & (Message.attempts == seen[1])
        unchanged &= Message.next_attempt_at == seen[2]
        taken = (
            Message.update(state=SENDING, attempts=message.attempts, next_attempt_at=message.next_attempt_at)
            .where((Message.id == message.id) & unchanged)
            .execute()
        )
    return bool(taken)


def settle(message: Message, state: str, error: str = "", *, again_in: int = 0) -> bool:
    """Say what came of a message that was claimed; committed when this returns.

    Args:
        message: as `claim` left it.
        state: its new state.
        error: code and reply code.
        again_in: seconds until the next attempt, where it waits again.

    Returns:
        False when its lease had run out and somebody else has it now.
    """
    now = store.now()
    changes: dict[str, Any] = {"state": state, "error": error, "next_attempt_at": now + again_in}
    if state == "sent":
        changes["sent_at"] = now
    with store.write():
        mine = (Message.id == message.id) & (Message.state == SENDING)
        settled = Message.update(changes).where(mine & (Message.attempts == message.attempts)).execute()
    return bool(settled)


def postpone_due(error: str) -> int:
    """Let all that is due wait for a server that takes nothing at all.

    That is no message's fault and counts as no attempt: a server may be away for a weekend and nothing fails.
    The longer a message waits, the longer until it is tried again.

    Returns:
        How many messages wait.
    """
    now = store.now()
    steps = [(Message.created_at > now - age, now + again_in) for age, again_in in PATIENCE]
    later = Case(None, tuple(steps), now + LONGEST_WAIT)
    with store.write():
        waits = (Message.state == WAITING) & (Message.next_attempt_at <= now)
        found: int = Message.update(error=error, next_attempt_at=later).where(waits).execute()
    return found


def retry(ident: str) -> bool:
    """Send a failed message after all; call it inside `store.write()`.

    Returns:
        False when it has not failed, or nobody knows any more whom it was for.
    """
    lost = (Message.id == ident) & (Message.state == FAILED) & Message.recipient.is_null(is_null=False)
    again = (
        Message.update(state=WAITING, attempts=0, next_attempt_at=store.now(), error="").where(lost).execute()
    )
    if again:
        _start()
    return bool(again)


def cancel(ident: str) -> bool:
    """Do not send a waiting message; call it inside `store.write()`.

    Returns:
        False when it does not wait.
    """
    waits = (Message.id == ident) & (Message.state == WAITING)
    return bool(Message.update(state=CANCELLED).where(waits).execute())


def find(ident: str) -> Message | None:
    """A message by its id, or None."""
    found: Message | None = Message.get_or_none(Message.id == ident)
    return found


def counts() -> dict[str, int]:
    """How many messages are in each state, every state named."""
    query: Any = Message.select(Message.state, fn.COUNT(Message.id)).group_by(Message.state).tuples()
    return dict.fromkeys(STATES, 0) | dict(query)


def oldest_waiting() -> int | None:
    """Seconds for which the oldest message that has not left has waited; None when none waits."""
    since = Message.select(fn.MIN(Message.created_at)).where(Message.state.in_(UNSETTLED)).scalar()
    return None if since is None else max(0, store.now() - int(since))
