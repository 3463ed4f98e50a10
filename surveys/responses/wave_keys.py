"""The secret of each wave, kept in a file of its own and never in the database."""

from __future__ import annotations

import os
import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LENGTH = 32
"""Bytes of a secret."""


class KeyFileError(Exception):
    """A key file cannot be used; the message says which and what to do."""


def key(folder: Path, wave_id: str, *, make: bool = True) -> bytes:
    """The secret of a wave, made at its first use.

    The file appears under its name complete or not at all, and only its owner can read it: it is written
    under another name and then linked, which fails when a second process was quicker.

    Args:
        folder: where the keys are kept; made when missing.
        wave_id: the wave.
        make: whether a missing key is made; not once figures were published with it.

    Returns:
        32 bytes, the same ones for ever.

    Raises:
        KeyFileError: when the file there is not a whole key, or is missing and must not be made: a new one
            would change figures already public.
    """
    path = _path(folder, wave_id)
    if not path.exists():
        if not make:
            raise KeyFileError(
                f"{path} is missing and figures were published with it; restore it from a backup."
            )
        _make(path)
    found = path.read_bytes()
    if len(found) != LENGTH:
        raise KeyFileError(
            f"{path} holds {len(found)} bytes where a wave's key has {LENGTH}; restore it from a backup."
        )
    return found


def remove(folder: Path, wave_id: str) -> None:
    """Take the key of a removed wave away; one that was never made is no error."""
    _path(folder, wave_id).unlink(missing_ok=True)


def _path(folder: Path, wave_id: str) -> Path:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", wave_id):
        raise KeyFileError(f"{wave_id!r} is no wave's id.")
    return folder / f"{wave_id}.key"


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process made it meanwhile: its key is the one
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink()
