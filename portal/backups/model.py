"""What a backup is made of, and why one is refused."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import click

from portal.config import ROOT

FORMAT = 1
"""The form of a backup file; a higher one was written by a newer portal."""

SUFFIX = ".backup"

BLOCK = 4 << 20
"""Bytes taken into memory at a time."""


class BackupError(click.ClickException):
    """A backup cannot be made, or cannot be used; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a backup: its path there, its bytes and their SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, as written at its end.

    Attributes:
        portal: version of the portal that made it.
        created_at: seconds of UTC.
        database: "sqlite" or "postgresql".
        migrations: names of those that the database had, in order.
        rows: table -> number of rows.
        members: every other file in the archive.
    """

    portal: str
    created_at: int
    database: str
    migrations: tuple[str, ...]
    rows: dict[str, int]
    members: tuple[Member, ...]
    format: int = FORMAT

    def to_json(self) -> bytes:
        """The manifest as it stands in the archive."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read it again."""
        found: dict[str, Any] = json.loads(text)
        found["migrations"] = tuple(found["migrations"])
        found["members"] = tuple(Member(**member) for member in found["members"])
        return cls(**found)


@cache
def portal_version() -> str:
    """The version of this checkout."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def size(count: int) -> str:
    """Bytes for reading: "12 kB", "3.4 MB", "1.1 GB"."""
    for unit, unit_bytes, places in (("GB", 10**9, 1), ("MB", 10**6, 1)):
        if count >= unit_bytes:
            return f"{count / unit_bytes:.{places}f} {unit}"
    return f"{max(count // 1000, 1)} kB"
