"""Settings: read once from `PORTAL_*`, checked, and refused with a sentence where they are unsafe."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent

PUBLIC_ADDRESS = re.compile(r"(?i:https?)://[\w.-]+(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}))?/?")
"""Scheme, host and port, and nothing else: no name, no path, no query."""

EMAIL = re.compile(r"[^@\s<>,]+@[^@\s<>,]+")

SECRET_LENGTH = 32
"""Characters of a secret that a setting gives, at the least."""

SECRET_LETTERS = 12
"""Different characters in it, at the least: a repeated word is no secret."""

LOOPBACK = ("localhost", "127.0.0.1")
"""Hosts that only this machine can reach: what development means here."""


class SettingsError(click.ClickException):
    """A setting is missing or unsafe; the message names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The portal's settings, each described in docs/settings.md.

    Attributes:
        instance: the folder of everything the portal writes.
        database_url: `sqlite:///path` or `postgresql://…`.
        base_url: the public address without a final slash; None in development.
        contact: the team's e-mail address shown on pages; None when not set.
        secret_key: what sessions and links are signed with; None for the one kept in the instance folder.
        mail_url: the SMTP server, `smtp://` or `smtps://`; None writes messages to files.
        mail_from: the sender's address of messages; None takes the contact's.
        postal_address: where the team can be reached by letter, which Canada's anti-spam law asks for.
        trusted_proxies: how many reverse proxies in front may say who asks.
        metrics_token: opens `/metrics` to whoever is not on this machine.
        backup_key: what backups are encrypted with; None for the one kept in the instance folder.
    """

    instance: Path
    database_url: str
    base_url: str | None
    contact: str | None
    secret_key: str | None = field(default=None, repr=False)
    mail_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    postal_address: str | None = None
    trusted_proxies: int = 0
    metrics_token: str | None = field(default=None, repr=False)
    backup_key: str | None = field(default=None, repr=False)

    @property
    def development(self) -> bool:
        """Whether only this machine is served: no public address, or one that is the machine itself."""
        return self.base_url is None or urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def public_url(self) -> str:
        """The address in links that leave the portal, without a final slash."""
        return self.base_url or f"http://localhost:{os.environ.get('PORT', '8000')}"

    @property
    def trusted_hosts(self) -> list[str]:
        """The host names a request may name."""
        own = [urlsplit(self.base_url).hostname or ""] if self.base_url else []
        return [*own, *LOOPBACK]

    @property
    def keys(self) -> Path:
        """The folder of the waves' secrets, outside the database."""
        return self.instance / "keys"


def read(source: Mapping[str, object] | None = None) -> Settings:
    """Read the settings.

    Args:
        source: setting name -> value; the environment when None.

    Raises:
        SettingsError: when a value cannot be used.
    """
    values = os.environ if source is None else source

    def text(name: str) -> str | None:
        return str(values[name]).strip() or None if values.get(name) else None

    instance = Path(text("PORTAL_INSTANCE") or ROOT / "instance").absolute()
    base_url = text("PORTAL_BASE_URL")
    if base_url is not None:
        if not PUBLIC_ADDRESS.fullmatch(base_url):
            raise SettingsError(
                f"PORTAL_BASE_URL is {base_url!r}; write the portal's public address alone, "
                "for example https://portal.example.org"
            )
        base_url = base_url.lower().rstrip("/")
    contact, mail_from = text("PORTAL_CONTACT"), text("PORTAL_MAIL_FROM")
    for name, address in (("PORTAL_CONTACT", contact), ("PORTAL_MAIL_FROM", mail_from)):
        if address is not None and not EMAIL.fullmatch(address):
            raise SettingsError(f"{name} is {address!r}; write an e-mail address.")
    proxies = text("PORTAL_TRUSTED_PROXIES") or "0"
    if not re.fullmatch(r"[0-9]", proxies):
        raise SettingsError(
            f"PORTAL_TRUSTED_PROXIES is {proxies!r}; write how many reverse proxies stand in front: 0 to 9."
        )
    settings = Settings(
        instance=instance,
        database_url=text("PORTAL_DATABASE_URL") or f"sqlite:///{instance / 'portal.sqlite'}",
        base_url=base_url,
        contact=contact,
        secret_key=text("PORTAL_SECRET_KEY"),
        mail_url=text("PORTAL_MAIL_URL"),
        mail_from=mail_from,
        postal_address=text("PORTAL_POSTAL_ADDRESS"),
        trusted_proxies=int(proxies),
        metrics_token=_strong("PORTAL_METRICS_TOKEN", text("PORTAL_METRICS_TOKEN")),
        backup_key=_strong("PORTAL_BACKUP_KEY", text("PORTAL_BACKUP_KEY")),
    )
    if not settings.development:
        _strong("PORTAL_SECRET_KEY", settings.secret_key)
    return settings


def _strong(name: str, value: str | None) -> str | None:
    """A secret that nobody guesses, or none at all.

    Raises:
        SettingsError: for one that is short, or of few different letters, as an example's is.
    """
    if value is not None and (len(value) < SECRET_LENGTH or len(set(value)) < SECRET_LETTERS):
        raise SettingsError(
            f"{name} is too weak; leave it out, or write {SECRET_LENGTH} random characters or more, for "
            "example from: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return value
