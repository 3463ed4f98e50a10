"""The key that backups are encrypted with: from the setting, else a file that is made at its first use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from surveys.responses import wave_keys

if TYPE_CHECKING:
    from pathlib import Path

    from portal.config import Settings

NAME = "backup"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and where it came from."""

    origin: Literal["setting", "file"]
    secret: bytes = field(repr=False)


def path(settings: Settings) -> Path:
    """Where the key lies if no setting gives it; it never enters a backup."""
    return settings.keys / f"{NAME}.key"


def to_seal(settings: Settings) -> Key:
    """The key for a new backup.

    Raises:
        KeyFileError: when the file is not a whole key.
    """
    if settings.backup_key is not None:
        return Key("setting", settings.backup_key.encode())
    return Key("file", wave_keys.key(settings.keys, NAME))


def to_open(settings: Settings) -> Key | None:
    """The key for opening a backup; None when there is none here, for a new one would open nothing.

    Raises:
        KeyFileError: when the file is not a whole key.
    """
    if settings.backup_key is None and not path(settings).exists():
        return None
    return to_seal(settings)
