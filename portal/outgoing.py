"""The only door through which the portal asks other servers: public addresses, bounded, without cookies.

A name is resolved once, every address it has is checked, and the connection goes to a checked address itself:
a name that changes its mind between the check and the connection changes nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from flask import current_app
from flask_babel import lazy_gettext

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)

PIECE = 65_536
"""Bytes read at a time."""

ODD = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
"""Characters that addresses do not hold, and that programs read differently."""

CLOSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2002::/16",
        "fec0::/10",
    )
)  # fmt: skip
"""Networks closed beside those the library knows: shared, mapped, translated and tunnelled ones."""

SENTENCES = {
    "address": lazy_gettext(
        "This is not a web address that can be fetched. It begins with https:// or http://."
    ),
    "closed": lazy_gettext("This address leads to a private network, so nothing was fetched."),
    "unreachable": lazy_gettext("The server at this address cannot be reached."),
    "insecure": lazy_gettext("The server at this address could not prove who it is, so nothing was fetched."),
    "refused": lazy_gettext("The server at this address did not give the file."),
    "redirects": lazy_gettext("This address leads on to others again and again. Use the last one of them."),
    "kind": lazy_gettext("What is at this address is of another kind than expected."),
    "too_large": lazy_gettext("What is at this address is too large."),
    "too_slow": lazy_gettext("The server at this address took too long to answer."),
}
"""Why nothing was fetched -> how it is said."""


class OutgoingError(Exception):
    """Nothing was fetched; `code` says why, and `sentence` says it in the page's language."""

    def __init__(self, code: str) -> None:
        """Say why."""
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> str:
        """What to tell whoever gave the address."""
        return str(SENTENCES[self.code])


@dataclass(frozen=True, slots=True)
class Fetched:
    """What another server answered.

    Attributes:
        url: where it lay in the end.
        type: its media type, `text/xml`.
        body: its bytes.
    """

    url: str
    type: str
    body: bytes


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, and no way around to one that is not."""
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address.version == network.version and address in network for network in CLOSED)
    )


def resolved(host: str, port: int) -> list[str]:
    """Every address of a host name, as the system finds them.

    Raises:
        OSError: when it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Rules:
    """Where requests may go; what is not the default is for tests against a server of their own.

    Attributes:
        resolve: host and port -> addresses.
        allowed: whether an address may be connected to.
        ports: that may be asked.
        trust: which certificates are believed.
    """

    resolve: Callable[[str, int], list[str]] = resolved
    allowed: Callable[[Address], bool] = is_public
    ports: Collection[int] = (80, 443)
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)


def fetch(
    url: str,
    *,
    max_bytes: int,
    timeout: float = 10.0,
    types: Collection[str] = (),
    rules: Rules | None = None,
) -> Fetched:
    """Fetch what is at an address.

    Args:
        url: `https://…` or `http://…`.
        max_bytes: size of the answer at the most.
        timeout: seconds for everything together, redirects included.
        types: media types that are taken; any when empty.
        rules: where requests may go; the public internet when None.

    Raises:
        OutgoingError: when nothing could, or may, be fetched.
    """
    rules, deadline = rules or Rules(), time.monotonic() + timeout
    for _step in range(MOST_REDIRECTS + 1):
        asked = _checked(url, rules)
        answer = _Asking(asked, rules, deadline).ask(max_bytes, types)
        if isinstance(answer, Fetched):
            return answer
        following = urljoin(url, answer)
        if asked.scheme == "https" and not following.lower().startswith("https:"):
            raise OutgoingError("insecure")
        url = following
    raise OutgoingError("redirects")


def _checked(url: str, rules: Rules) -> SplitResult:
    """An address in its parts, if it is one that may be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port or _port(parts.scheme)
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise OutgoingError("address") from None
    named = "@" in parts.netloc
    if (
        ODD.search(url)
        or parts.scheme not in ("http", "https")
        or not host
        or named
        or port not in rules.ports
    ):
        raise OutgoingError("address")
    return parts


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


class _Asking:
    """One request to one server, over when its time is."""

    def __init__(self, parts: SplitResult, rules: Rules, deadline: float) -> None:
        self.parts, self.rules, self.deadline = parts, rules, deadline
        self.host = (parts.hostname or "").encode("idna").decode("ascii")
        self.port = parts.port or _port(parts.scheme)

    def ask(self, max_bytes: int, types: Collection[str]) -> Fetched | str:
        """What is there, or where it leads on to."""
        self.line = self._connected()
        # A server that sends a byte now and then never meets a socket's own timeout.
        clock = threading.Timer(self._left(), self._hang_up)
        clock.daemon = True
        clock.start()
        try:
            self._secure()
            return self._asked(max_bytes, types)
        except ssl.SSLCertVerificationError:
            raise OutgoingError("insecure") from None
        except (OSError, http.client.HTTPException):
            raise OutgoingError("too_slow" if time.monotonic() >= self.deadline else "unreachable") from None
        finally:
            clock.cancel()
            self.line.close()

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutgoingError("too_slow")
        return left

    def _addresses(self) -> list[str]:
        """The host's addresses, all of which may be asked; a resolver that hangs is not waited for."""
        found: list[list[str]] = []

        def look_up() -> None:
            try:
                found.append(self.rules.resolve(self.host, self.port))
            except (OSError, UnicodeError):
                found.append([])

        looking = threading.Thread(target=look_up, daemon=True)
        looking.start()
        looking.join(self._left())
        if not found:
            raise OutgoingError("too_slow")
        if not found[0]:
            raise OutgoingError("unreachable")
        for address in found[0]:
            if "%" in address or not self.rules.allowed(ipaddress.ip_address(address)):
                raise OutgoingError("closed")
        return found[0]

    def _connected(self) -> socket.socket:
        for address in self._addresses():
            try:
                connected = socket.create_connection((address, self.port), timeout=self._left())
            except OSError:
                continue
            connected.settimeout(self._left())
            return connected
        self._left()
        raise OutgoingError("unreachable")

    def _secure(self) -> None:
        if self.parts.scheme == "https":
            # The greeting comes second, so that the clock can end it too.
            secured = self.rules.trust.wrap_socket(
                self.line, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.line = secured
            secured.do_handshake()

    def _hang_up(self) -> None:
        with suppress(OSError):  # it is over already
            socket.socket.shutdown(self.line, socket.SHUT_RDWR)

    def _asked(self, max_bytes: int, types: Collection[str]) -> Fetched | str:
        connection = http.client.HTTPConnection(self.host, self.port)
        connection.sock = self.line
        target = (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")
        try:
            target.encode("ascii")
        except UnicodeEncodeError:
            raise OutgoingError("address") from None
        # What the library would send by itself is switched off: these are all the headers there are.
        connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        for name, value in self._headers():
            connection.putheader(name, value)
        connection.endheaders()
        with connection.getresponse() as answer:
            location = answer.headers.get("Location")
            if answer.status in REDIRECTS and location:
                return location
            if (
                answer.status != HTTPStatus.OK
                or answer.headers.get("Content-Encoding", "identity") != "identity"
            ):
                raise OutgoingError("refused")
            kind = answer.headers.get_content_type()
            if types and kind not in types:
                raise OutgoingError("kind")
            return Fetched(self.parts.geturl(), kind, self._body(answer, max_bytes))

    def _headers(self) -> Iterator[tuple[str, str]]:
        host = f"[{self.host}]" if ":" in self.host else self.host
        yield "Host", host if self.port == _port(self.parts.scheme) else f"{host}:{self.port}"
        yield "User-Agent", f"DMSI-portal (+{current_app.config['PORTAL'].public_url})"
        yield "Accept-Encoding", "identity"
        yield "Connection", "close"

    def _body(self, answer: http.client.HTTPResponse, max_bytes: int) -> bytes:
        if int(answer.length or 0) > max_bytes:
            raise OutgoingError("too_large")
        body = bytearray()
        while piece := answer.read1(PIECE):
            body += piece
            self._left()
            if len(body) > max_bytes:
                raise OutgoingError("too_large")
        self._left()  # where the clock hung up, this is not the whole
        if answer.length:
            raise OutgoingError("unreachable")
        return bytes(body)
