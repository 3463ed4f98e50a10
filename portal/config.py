"""Settings: read once from `PORTAL_*`, checked, and refused with a sentence where they are unsafe."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent

PUBLIC_ADDRESS = re.compile(r"(?i:https?)://[\w.-]+(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}))?/?")
"""Scheme, host and port, and nothing else: no name, no path, no query."""

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
    """

    instance: Path
    database_url: str
    base_url: str | None
    contact: str | None

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
    contact = text("PORTAL_CONTACT")
    if contact is not None and "@" not in contact:
        raise SettingsError(f"PORTAL_CONTACT is {contact!r}; write an e-mail address.")
    return Settings(
        instance=instance,
        database_url=text("PORTAL_DATABASE_URL") or f"sqlite:///{instance / 'portal.sqlite'}",
        base_url=base_url,
        contact=contact,
    )
