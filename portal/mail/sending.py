"""Sending: takes what is due, one message at a time, and keeps what came of each before the next."""

from __future__ import annotations

import traceback
from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_babel import lazy_gettext as _

from portal import jobs
from portal.mail import carriers, envelopes, outbox, templates, unsubscribing
from portal.mail.models import CANCELLED, FAILED, SENT, SUPPRESSED, WAITING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from portal.mail.carriers import Carrier, Fault
    from portal.mail.models import Message

TIMEOUT = 20.0
"""Seconds to wait for each of the server's replies."""

BATCH = 50
"""Messages sent over one connection; servers close one that never ends."""

BACK_OFF = (60, 300, 900, 3600, 14400)
"""Seconds after each failed attempt until the next; after as many, and one more, a message has failed."""

PATIENCE = 3
"""Connections lost one after the other, after which the server is left alone for a while."""


@jobs.task(outbox.TASK, title=_("Sending messages"))
def send_mail(job: jobs.Running) -> Mapping[str, Any]:
    """Send what is due."""
    return send_due(progress=job.progress)


jobs.periodic(outbox.TASK, task=outbox.TASK, every=60)


def send_due(
    *, timeout: float = TIMEOUT, progress: Callable[[int, int], object] | None = None
) -> Mapping[str, int]:
    """Send every message whose time has come.

    Args:
        timeout: seconds to wait for each of the server's replies.
        progress: told how many messages are done, of how many.

    Returns:
        State -> how many messages were left in it.
    """
    results: Counter[str] = Counter()
    losses = 0
    while batch := outbox.due(BATCH):
        carrier = carriers.carrier(timeout)
        try:
            carrier.open()
            for message in batch:
                state, lost = _send(message, carrier)
                results[state] += 1
                losses = losses + 1 if lost else 0
                if progress is not None:
                    progress(results.total(), results.total() + outbox.due_count())
                if lost:
                    break
        except carriers.Fault as fault:
            return _leave_alone(fault, results)
        finally:
            carrier.close()
        if losses >= PATIENCE:
            return _leave_alone(carriers.Fault("disconnected"), results)
    return results


def _leave_alone(fault: Fault, results: Counter[str]) -> Mapping[str, int]:
    current_app.logger.warning("The mail server takes no messages: %s", fault)
    results[WAITING] += outbox.postpone_due(str(fault))
    return results


def _send(message: Message, carrier: Carrier) -> tuple[str, bool]:
    """Send one message and keep what came of it.

    Returns:
        Its state, and whether the connection was lost.
    """
    if not outbox.claim(message):
        return "taken", False
    if message.attempts > len(BACK_OFF) + 1:
        return _settled(message, FAILED, "abandoned"), False
    if message.purpose == templates.INVITATION and unsubscribing.suppressed(str(message.recipient)):
        return _settled(message, SUPPRESSED), False
    lost = False
    try:
        carrier.take(envelopes.letter(message), message.id)
    except templates.NotNeeded:
        state = _settled(message, CANCELLED)
    except carriers.Fault as fault:
        lost = fault.lost
        state = _settled(message, FAILED, str(fault)) if fault.final else _later(message, str(fault))
    except Exception as fault:  # noqa: BLE001 - whatever a template does, the next message is sent
        _log(message, fault)
        state = _later(message, "template")
    else:
        state = _settled(message, SENT)
    return state, lost


def _settled(message: Message, state: str, error: str = "", again_in: int = 0) -> str:
    if not outbox.settle(message, state, error, again_in=again_in):
        current_app.logger.warning("Message %s was taken up twice: its lease ran out.", message.id)
    return state


def _later(message: Message, error: str) -> str:
    if message.attempts > len(BACK_OFF):
        return _settled(message, FAILED, error)
    return _settled(message, WAITING, error, BACK_OFF[message.attempts - 1])


def _log(message: Message, fault: Exception) -> None:
    """Where it happened and of what kind, never what it says: that may name somebody."""
    where = "".join(traceback.format_tb(fault.__traceback__))
    current_app.logger.error(
        "Message %s of %s: %s\n%s", message.id, message.template, type(fault).__name__, where
    )
