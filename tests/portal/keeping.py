"""What tests of backups look at: everything that an instance and its database hold."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from portal import audit
from portal.backups import running_lock, workspace
from surveys.responses import store

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def instance(app: Flask) -> Path:
    """A site's instance folder."""
    folder: Path = app.config["PORTAL"].instance
    return folder


def stored() -> dict[str, list[str]]:
    """Every row of every table; the trail, in which backups and restores stand themselves, is emptied."""
    rows = {
        table: sorted(repr(tuple(row)) for row in store.database.execute_sql(f'SELECT * FROM "{table}"'))  # noqa: S608 - a table's own name
        for table in store.database.get_tables()
    }
    return {
        **rows,
        "audit": [],
        "counter": [row for row in rows["counter"] if not row.startswith("('audit'")],
    }


def trail() -> list[tuple[str, str]]:
    """The actions in the trail with what they were done to, oldest first; the trail is whole."""
    assert audit.verify() is None
    return [(line.action, line.ident) for line in reversed(audit.latest(100))]


def files(folder: Path) -> dict[str, str]:
    """Every file in a folder with its hash and its mode; the lock, which holds nothing, is left out."""
    return {
        str(
            path.relative_to(folder)
        ): f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != running_lock.NAME
    }


def unpacked(app: Flask) -> list[Path]:
    """What is left in the private folder for unpacking."""
    return list((instance(app) / workspace.NAME).rglob("*"))
