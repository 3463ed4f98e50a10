"""The two ways a message leaves: over SMTP, or into a file where there is no server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flask import current_app
from flask_mailman.backends.smtp import EmailBackend

from portal.mail import written
from portal.mail.door import door

if TYPE_CHECKING:
    from pathlib import Path

    from portal.mail.envelopes import Letter
    from portal.mail.servers import Server

PERMANENT = 500
"""Reply codes from here on are final."""


@dataclass(eq=False)
class Fault(Exception):  # noqa: N818 - not every fault is an error of ours
    """A message did not leave.

    Attributes:
        code: what went wrong, in a word.
        reply: the server's reply code; None when it gave none.
        final: trying again would not help.
        lost: the connection is gone.
    """

    code: str
    reply: int | None = None
    final: bool = False
    lost: bool = False

    def __str__(self) -> str:
        """The code and the reply code, and nothing of what the server said: it may repeat the address."""
        return self.code if self.reply is None else f"{self.code} {self.reply}"


class Carrier(Protocol):
    """Takes messages, one after the other."""

    def open(self) -> None:
        """Be ready to take messages.

        Raises:
            Fault: when it cannot; no message is to blame.
        """

    def take(self, letter: Letter, ident: str) -> None:
        """Take one message; when this returns, it is the receiver's.

        Raises:
            Fault: when it does not leave.
        """

    def close(self) -> None:
        """Take no more."""


def carrier(timeout: float) -> Carrier:
    """The way this portal's messages leave.

    Args:
        timeout: seconds to wait for each of the server's replies.
    """
    server = door().server
    return Folder(door().folder) if server is None else Line(server, timeout)


class Folder:
    """Writes messages to files."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder, which is made when missing."""
        self._folder = folder

    def open(self) -> None:
        """Nothing to open."""

    def take(self, letter: Letter, ident: str) -> None:
        """Write one message under its id.

        Raises:
            Fault: when the folder or the disk does not take it.
        """
        try:
            written.write(self._folder, ident, letter.message().as_bytes())
        except OSError:
            raise Fault("not-written") from None

    def close(self) -> None:
        """Nothing to close."""


class Line:
    """One SMTP connection."""

    def __init__(self, server: Server, timeout: float) -> None:
        """Prepare a connection; seconds to wait for each reply."""
        self._server = server
        self._timeout = timeout
        self._backend = EmailBackend(mailman=current_app.extensions["mailman"])

    def open(self) -> None:
        """Connect, encrypt and sign in.

        Raises:
            Fault: when the server is not there, or does not take us.
        """
        try:
            self._backend.connection = self._connected()
        except smtplib.SMTPAuthenticationError as fault:
            raise Fault("sign-in", fault.smtp_code, lost=True) from None
        except smtplib.SMTPNotSupportedError:
            raise Fault("no-sign-in", lost=True) from None
        except smtplib.SMTPResponseException as fault:
            raise Fault("greeting", fault.smtp_code, lost=True) from None
        except ssl.SSLError:
            raise Fault("encryption", lost=True) from None
        except OSError as fault:
            raise Fault("timeout" if _timed_out(fault) else "unreachable", lost=True) from None

    def take(self, letter: Letter, ident: str) -> None:  # noqa: ARG002 - files are named by it
        """Hand one message over.

        Raises:
            Fault: when the server does not take it, or is gone before it says that it did.
        """
        try:
            self._backend.send_messages([letter])
        except smtplib.SMTPRecipientsRefused as refused:
            reply = next(iter(refused.recipients.values()))[0]
            raise _judged(reply, final=reply >= PERMANENT) from None
        except smtplib.SMTPSenderRefused as refused:
            # That is about us, and somebody can put it right.
            raise _judged(refused.smtp_code, final=False) from None
        except smtplib.SMTPResponseException as refused:
            raise _judged(refused.smtp_code, final=refused.smtp_code >= PERMANENT) from None
        except OSError as fault:
            raise Fault("timeout" if _timed_out(fault) else "disconnected", lost=True) from None

    def close(self) -> None:
        """Say goodbye, if there is anybody left to say it to."""
        connection, self._backend.connection = self._backend.connection, None
        if connection is None:
            return
        try:
            if connection.sock is not None:
                connection.quit()
        except (smtplib.SMTPException, OSError):
            current_app.logger.info("The mail server left without a goodbye.")
        finally:
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        server, name = self._server, door().host
        if server.tls:
            secure = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=self._timeout, context=ssl.create_default_context()
            )
            return _signed_in(secure, server)
        connection = smtplib.SMTP(server.host, server.port, name, timeout=self._timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            if connection.has_extn("starttls"):
                connection.starttls(context=_context(server))
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
        if server.user is not None and not isinstance(connection.sock, ssl.SSLSocket):
            connection.close()
            raise Fault("no-encryption", lost=True)
        return _signed_in(connection, server)


def _signed_in(connection: smtplib.SMTP, server: Server) -> smtplib.SMTP:
    try:
        if server.user is not None and server.password is not None:
            connection.login(server.user, server.password)
    except (smtplib.SMTPException, OSError):
        connection.close()
        raise
    return connection


def _context(server: Server) -> ssl.SSLContext:
    """TLS after STARTTLS: the server proves who it is before it learns a password.

    Without a password nothing is to be lost: whoever could show a false certificate could hide the offer of
    TLS as well, and a relay in the same house often has a certificate of its own making.
    """
    context = ssl.create_default_context()
    if server.user is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _judged(reply: int, *, final: bool) -> Fault:
    closing = 421
    return Fault("refused" if final else "deferred", reply, final=final, lost=reply in {closing, -1})


def _timed_out(fault: BaseException) -> bool:
    """Whether nobody answered in time; smtplib wraps that into a lost connection."""
    return isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError)
