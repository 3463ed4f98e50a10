"""What an address is: judged at the door, and shown so that it tells little."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _


class AddressError(ValueError):
    """An address that no message can go to; the message is a sentence for the person who gave it."""


def checked(address: str) -> str:
    """The address as mail needs it: one, with its domain in lower case and in ASCII.

    Only its form is judged: whether somebody reads it is for its server to say.

    Raises:
        AddressError: for anything else.
    """
    text = address.strip(" ")
    if not text.isprintable():
        raise AddressError(_("An e-mail address is one line; this one is broken in two."))
    try:
        # Not every server takes letters outside ASCII in front of the @, so the portal sends to none.
        judged = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise AddressError(_("This is not one e-mail address, such as name@example.org.")) from None
    return judged.ascii_email or judged.normalized


def is_sender(address: str) -> bool:
    """Whether messages can come from an address; a host of one's own network will do."""
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False)
    except EmailNotValidError:
        return False
    return True


def normal(address: str) -> str:
    """The form under which two spellings of an address are the same."""
    return address.strip().casefold()


def masked(address: str | None) -> str:
    """An address that tells those who know it which it is: `a…@example.org`; a dash for a forgotten one."""
    if address is None:
        return "–"
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
