"""Real servers to ask: one that does what the path says, over HTTP or HTTPS, and certificates for it."""

from __future__ import annotations

import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOOPBACK = "127.0.0.1"

Asked = list[tuple[str, dict[str, str]]]


class Answers(BaseHTTPRequestHandler):
    """A server that does what the path says."""

    protocol_version = "HTTP/1.1"
    asked: Asked

    def do_GET(self) -> None:
        """Answer."""
        self.asked.append((self.path, dict(self.headers.items())))
        getattr(self, self.path.split("/")[1].partition("?")[0])()

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def calendar(self) -> None:
        """A file."""
        self._send(200, b"BEGIN:VCALENDAR", Content_Type="text/calendar; charset=utf-8", Set_Cookie="a=b")

    def moved(self) -> None:
        """Leads on as often as the path says."""
        left = int(self.path.split("/")[2])
        self._send(302, Location=f"/moved/{left - 1}" if left > 1 else "/calendar")

    def elsewhere(self) -> None:
        """Leads to what follows in the query."""
        self._send(301, Location=self.path.partition("?")[2])

    def missing(self) -> None:
        """No file."""
        self._send(404, b"nothing")

    def packed(self) -> None:
        """A file packed although nobody asked for that."""
        self._send(200, b"\x1f\x8b", Content_Encoding="gzip")

    def large(self) -> None:
        """A file that says how large it is."""
        self._send(200, b"x" * 1001)

    def endless(self) -> None:
        """A file that does not, and never ends."""
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self._until_gone(b"x" * 1000, 0)

    def dripping(self) -> None:
        """A byte now and then."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self._until_gone(b"x", 0.1)

    def slow(self) -> None:
        """A header byte now and then."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self._until_gone(b"x", 0.1)

    def short(self) -> None:
        """Less than was promised."""
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x" * 50)
        self.close_connection = True

    def nonsense(self) -> None:
        """No HTTP."""
        self.wfile.write(b"SSH-2.0-server\r\n\r\n")
        self.close_connection = True

    def _until_gone(self, piece: bytes, pause: float) -> None:
        self.close_connection = True
        try:
            for _ in range(60 if pause else 100_000):
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(trust: ssl.SSLContext | None = None) -> Iterator[tuple[int, Asked]]:
    """A server, its port, and what it was asked."""
    asked: Asked = []
    server = ThreadingHTTPServer((LOOPBACK, 0), type("Asked", (Answers,), {"asked": asked}))
    server.daemon_threads = True
    if trust:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's certificate for a name, signed by itself, in `<name>.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
