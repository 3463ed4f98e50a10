"""Messages written to files where there is no mail server: one `.eml` each, for its owner alone."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

IDENT = re.compile(r"[0-9a-f]{32}")

OWNER = 0o600
FOLDER = 0o700
"""Nobody else on the machine reads them: the links in them are keys."""


@dataclass(frozen=True, slots=True)
class Written:
    """One written message, read back.

    Attributes:
        at: when it was written, in seconds of UTC.
    """

    ident: str
    at: int
    recipient: str
    subject: str
    text: str


def write(folder: Path, ident: str, message: bytes) -> None:
    """Write a message, whole or not at all; one of the same id is replaced."""
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    unfinished = folder / f"{ident}.part"
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER), "wb") as file:
        file.write(message)
    unfinished.replace(_path(folder, ident))


def read(folder: Path, ident: str) -> Written | None:
    """A written message, or None."""
    if not IDENT.fullmatch(ident) or not _path(folder, ident).exists():
        return None
    path = _path(folder, ident)
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return Written(
        ident,
        int(path.stat().st_mtime),
        str(message["To"]),
        str(message["Subject"]),
        body.get_content() if body else "",
    )


def newest(folder: Path, limit: int = 100) -> list[Written]:
    """The messages written last, newest first."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    found = (read(folder, path.stem) for path in paths[:limit])
    return [message for message in found if message is not None]


def forget(folder: Path, idents: Iterable[str]) -> None:
    """Throw written messages away; those that were never written are no matter."""
    for ident in idents:
        _path(folder, ident).unlink(missing_ok=True)


def _path(folder: Path, ident: str) -> Path:
    return folder / f"{ident}.eml"
