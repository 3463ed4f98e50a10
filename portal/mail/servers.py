"""The mail server, as `PORTAL_MAIL_URL` names it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from portal.config import SettingsError

PLAIN, SUBMISSION, TLS = 25, 587, 465
"""Ports: between servers, for who has a password, and with TLS from the first byte."""

HOST = re.compile(r"[A-Za-z0-9_.:-]+")


@dataclass(frozen=True, slots=True)
class Server:
    """Where messages are handed over.

    Attributes:
        tls: speaks TLS from the first byte; otherwise it is asked for it, and with a password must offer it.
        user: who we are to it; None when it asks nobody.
    """

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def read(url: str) -> Server:
    """The server of an address.

    Args:
        url: `smtp://user:password@host:port` or `smtps://…`; user and password percent-encoded.

    Raises:
        SettingsError: for an address that cannot serve; it never repeats what was written.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("its host or port cannot be read") from None
    if parts.scheme not in {"smtp", "smtps"}:
        raise _refused("it does not begin with smtp:// or smtps://")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise _refused("something stands behind the host and port")
    if not host or not HOST.fullmatch(host):
        raise _refused("its host cannot be read")
    if (parts.username is None) != (parts.password is None):
        raise _refused("a user needs a password, and a password a user")
    user, password = (_decoded(part) for part in (parts.username, parts.password))
    tls = parts.scheme == "smtps"
    usual = TLS if tls else SUBMISSION if password else PLAIN
    return Server(host, usual if port is None else port, tls, user, password)


def _decoded(part: str | None) -> str | None:
    if part is None:
        return None
    if not part or re.search(r"%(?![0-9A-Fa-f]{2})", part):
        raise _refused("its user or password is empty, or has a % that is not written %25")
    text = unquote(part)
    if not (text.isascii() and text.isprintable()):
        raise _refused("its user or password has characters that mail servers do not take")
    return text


def _refused(reason: str) -> SettingsError:
    return SettingsError(
        f"PORTAL_MAIL_URL cannot be used: {reason}. Write smtp://user:password@host:port or smtps://…, "
        "with @ : / ? # and % in user and password written as %40 %3A %2F %3F %23 %25."
    )
