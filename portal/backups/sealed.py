"""The encrypted file: a stream cut into chunks, each sealed by Fernet and bound to its file and its place.

A file is a line that names it, a line of JSON (the header), and chunks: four bytes of length and a Fernet
token each. A chunk's plaintext begins with the SHA-256 of the header, the chunk's running number and whether
it is the last, so that a file that was cut, reordered, or put together from two is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from portal.backups.model import BLOCK, FORMAT, BackupError

if TYPE_CHECKING:
    from portal.backups.keys import Key

NAME = b"DMSI portal backup\n"
HEADER_LIMIT = 1000
HEAD = struct.Struct(">32sQ?")
LENGTH = struct.Struct(">I")
TOKEN_LIMIT = 2 * BLOCK

SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 << 20}

DAMAGED = "The backup is damaged: what stands in it is not what was written. Use another one."
FOREIGN = "This file is no backup of a portal."


@dataclass(frozen=True, slots=True)
class Header:
    """What stands unencrypted at the head of a backup.

    Attributes:
        salt: random, another one for each file.
        key: where its key came from: "setting" or "file".
        check: tells a wrong key from a damaged file.
    """

    salt: str
    key: str
    check: str
    format: int = FORMAT

    def line(self) -> bytes:
        """The header as written."""
        fields = {"format": self.format, "salt": self.salt, "key": self.key, "check": self.check}
        return json.dumps(fields).encode() + b"\n"


class SealedWriter:
    """Takes bytes and writes them encrypted; `finish` writes the last chunk."""

    def __init__(self, file: IO[bytes], key: Key) -> None:
        salt = secrets.token_hex(16)
        secret = _stretched(key, salt)
        header = Header(salt, key.origin, _check(secret)).line()
        file.write(NAME + header)
        self._file = file
        self._fernet = _fernet(secret)
        self._name = hashlib.sha256(header).digest()
        self._number = 0
        self._waiting = b""

    def write(self, data: bytes) -> int:
        """Take one chunk, a few MB at the most; it is written when more comes, or at the end."""
        if self._waiting:
            self._seal(self._waiting, last=False)
        self._waiting = data
        return len(data)

    def finish(self) -> None:
        """Write what is left; a file without its last chunk is refused."""
        self._seal(self._waiting, last=True)

    def _seal(self, data: bytes, *, last: bool) -> None:
        token = self._fernet.encrypt(HEAD.pack(self._name, self._number, last) + data)
        self._file.write(LENGTH.pack(len(token)))
        self._file.write(token)
        self._number += 1


class SealedReader:
    """Gives the bytes of an encrypted file in order, none that was not verified.

    Raises:
        BackupError: at the making, for a foreign or newer file and a wrong key; while reading, for a file
            that was cut or changed.
    """

    def __init__(self, file: IO[bytes], key: Key) -> None:
        header, line = read_header(file)
        secret = _stretched(key, header.salt)
        if not hmac.compare_digest(_check(secret), header.check):
            raise BackupError(_wrong_key(header.key, key.origin))
        self._file = file
        self._fernet = _fernet(secret)
        self._name = hashlib.sha256(line).digest()
        self._number = 0
        self._ready = b""
        self._at = 0
        self._ended = False

    def read(self, count: int) -> bytes:
        """The next bytes, fewer than `count` only at the end."""
        parts, wanted = [], count
        while wanted:
            if self._at == len(self._ready):
                if self._ended:
                    break
                self._ready, self._at = self._open(), 0
                continue
            part = self._ready[self._at : self._at + wanted]
            parts.append(part)
            self._at += len(part)
            wanted -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def drain(self) -> None:
        """Read on to the end, so that a file cut after what was asked for is refused too."""
        while self.read(BLOCK):
            pass

    def _open(self) -> bytes:
        head = self._file.read(LENGTH.size)
        length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else None
        if length is None or length > TOKEN_LIMIT:
            raise BackupError("The backup is not whole: its end is missing. Use another one.")
        token = self._file.read(length)
        if len(token) < length:
            raise BackupError("The backup is not whole: its end is missing. Use another one.")
        try:
            plain = self._fernet.decrypt(token)
        except InvalidToken:
            raise BackupError(DAMAGED) from None
        name, number, last = HEAD.unpack_from(plain)
        if name != self._name or number != self._number or (last and self._file.read(1)):
            raise BackupError(DAMAGED)
        self._number += 1
        self._ended = last
        return plain[HEAD.size :]


def read_header(file: IO[bytes]) -> tuple[Header, bytes]:
    """Read the header, and the line it stands in.

    Raises:
        BackupError: for a file that is no backup, or one in a newer form.
    """
    if file.read(len(NAME)) != NAME:
        raise BackupError(FOREIGN)
    line = file.readline(HEADER_LIMIT)
    try:
        fields = json.loads(line)
        form = int(fields["format"])
        if form <= FORMAT:
            return Header(fields["salt"], fields["key"], fields["check"], form), line
    except (ValueError, KeyError, TypeError):
        raise BackupError(DAMAGED) from None
    raise BackupError("This backup was made by a newer portal; restore it with that one.")


def _stretched(key: Key, salt: str) -> bytes:
    """The 32 bytes that encrypt one file; what a person may have chosen is stretched."""
    if key.origin == "file":
        return hmac.new(key.secret, f"backup {salt}".encode(), hashlib.sha256).digest()
    return hashlib.scrypt(key.secret, salt=salt.encode(), dklen=32, **SCRYPT)


def _check(secret: bytes) -> str:
    return hmac.new(secret, b"the key of this backup", hashlib.sha256).hexdigest()[:16]


def _fernet(secret: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(secret))


def _wrong_key(made: str, given: str) -> str:
    if made == "setting":
        remedy = "set PORTAL_BACKUP_KEY to what it was when the backup was made"
    elif given == "setting":
        remedy = "unset PORTAL_BACKUP_KEY, for the backup was made with the file keys/backup.key"
    else:
        remedy = "put the keys/backup.key of that time into the folder keys of the instance"
    return f"The key does not fit this backup: {remedy}."
