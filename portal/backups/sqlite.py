"""SQLite in a backup: one consistent copy taken while others write, and the proof that it is sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

from portal.backups.model import BackupError
from portal.backups.snapshots import HISTORY, NOT_SET_UP, SIGNS_OF_LIFE, Snapshot
from surveys.responses.connection import LOCK_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from portal.backups.model import Manifest

NAME = "portal.sqlite"
"""The database's name in the archive."""


def take(database: Path, folder: Path) -> Snapshot:
    """Copy the database as it stands at one moment; readers and writers go on meanwhile.

    The copy is made anew rather than page by page, so that what was erased is not in it either.

    Args:
        database: its file.
        folder: where the copy goes.

    Raises:
        BackupError: when there is no database, or it cannot be read.
    """
    if not database.exists():
        raise BackupError(NOT_SET_UP)
    copy = folder / NAME
    try:
        with closing(_open(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        with closing(_open(copy)) as connection:
            rows = _rows(connection)
            if HISTORY not in rows:
                raise BackupError(NOT_SET_UP)
            return Snapshot(_migrations(connection), rows)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The database cannot be copied: {error}.") from None


def prove(folder: Path, manifest: Manifest) -> str:
    """Open the unpacked database and judge it; returns what was found, as a sentence.

    Raises:
        BackupError: when it is not whole, or not what the manifest says.
    """
    try:
        with closing(_open(folder / NAME)) as connection:
            faults = [
                str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok"
            ]
            faults += [
                f"a row of {row[0]} refers to nothing"
                for row in connection.execute("PRAGMA foreign_key_check")
            ]
            rows = _rows(connection)
            migrations = _migrations(connection)
    except sqlite3.DatabaseError as error:
        faults, rows, migrations = [str(error)], {}, ()
    if faults:
        raise BackupError(f"The database in the backup is not sound: {faults[0]}.")
    if rows != manifest.rows or migrations != manifest.migrations:
        raise BackupError("The database in the backup is not the one that was backed up.")
    counted = f"{len(rows)} tables with {sum(rows.values())} rows"
    return f"Its database opens and is sound: {counted}, as many as were backed up."


def forget_workers(folder: Path) -> None:
    """Take the signs of life out of an unpacked database, which an early one does not have."""
    with closing(_open(folder / NAME)) as connection:
        if SIGNS_OF_LIFE in _rows(connection):
            connection.execute(f"DELETE FROM {SIGNS_OF_LIFE}")  # noqa: S608 - our own table


def claim(database: Path) -> None:
    """Make sure that no other process has the database open, and leave it in one file.

    Raises:
        BackupError: when one has.
    """
    if not database.exists():
        return
    try:
        with closing(_open(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = delete").fetchall()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise BackupError(
                "Another command is using the database; wait until it has ended. Nothing was changed."
            ) from None
        # What cannot be read any more is just why it is being replaced; it is kept as it is.


def _open(path: Path, timeout: float = LOCK_SECONDS) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw", uri=True, timeout=timeout, isolation_level=None
    )


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    listing = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    names = sorted(name for (name,) in connection.execute(listing))
    counting = 'SELECT count(*) FROM "{}"'
    return {name: connection.execute(counting.format(name)).fetchone()[0] for name in names}


def _migrations(connection: sqlite3.Connection) -> tuple[str, ...]:
    return tuple(name for (name,) in connection.execute("SELECT name FROM schema_migration ORDER BY name"))
