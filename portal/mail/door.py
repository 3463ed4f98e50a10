"""What the portal knows of itself as a sender; set up once, at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app
from flask_mailman import Mail

from portal.config import SettingsError
from portal.mail import servers
from portal.mail.addresses import is_sender

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from portal.config import Settings

NAME = "mail_door"
"""Under which the application keeps it."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who sends, through what.

    Attributes:
        server: where messages are handed over; None writes them to `folder`.
        sender: the address messages come from.
        host: the name in Message-IDs, and the one we greet the server with.
        contact: where answers are read; None when the team has not said.
        postal_address: where a letter reaches the team; None likewise.
    """

    server: servers.Server | None
    sender: str
    host: str
    contact: str | None
    postal_address: str | None
    site: str
    folder: Path


def door() -> Door:
    """The door of this application."""
    found: Door = current_app.extensions[NAME]
    return found


def install(app: Flask, settings: Settings) -> None:
    """Read who sends, and through what.

    Raises:
        SettingsError: when the server cannot be read, or nothing can come from the sender's address.
    """
    host = urlsplit(settings.public_url).hostname or "localhost"
    for name, address in (("PORTAL_MAIL_FROM", settings.mail_from), ("PORTAL_CONTACT", settings.contact)):
        if address is not None and not is_sender(address):
            raise SettingsError(f"{name} is {address!r}; write one e-mail address.")
    Mail().init_app(app)
    app.extensions[NAME] = Door(
        server=servers.read(settings.mail_url) if settings.mail_url else None,
        sender=settings.mail_from or settings.contact or f"no-reply@{host}",
        host=host,
        contact=settings.contact,
        postal_address=settings.postal_address,
        site=settings.public_url,
        folder=settings.instance / "mail",
    )
