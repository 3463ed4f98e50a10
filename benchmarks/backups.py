"""How long a backup of a large database takes, from the command to the proof that it can be restored."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE_SIZE = 10**9
"""Bytes of the database that is backed up."""

BACKED_UP_WITHIN = 30.0
"""Seconds for copying, encrypting, reading back, decrypting, unpacking and checking it."""

ROW = 20_000
ROWS_AT_ONCE = 500


def figures() -> Iterator[Figure]:
    """Measure backing up, with a database of its own.

    Raises:
        BenchmarkError: when the backup cannot be made, or does not say that it was proved.
    """
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        instance = Path(folder) / "instance"
        servers.run(*servers.FLASK, "init", instance=instance)
        rows = fill(instance / "portal.sqlite")
        began = time.perf_counter()
        said = servers.run(*servers.FLASK, "backup", folder, instance=instance)
        seconds = time.perf_counter() - began
        proved = re.search(r"sound: \d+ tables with (\d+) rows, as many as were backed up", said)
        if proved is None or int(proved[1]) < rows:
            raise servers.BenchmarkError(f"The backup was not proved: {said}")
        (made,) = Path(folder).glob("portal-*.backup")
        size = made.stat().st_size
    yield Figure(
        f"Backup of a database of {DATABASE_SIZE / 10**9:.0f} GB, proved by restoring it",
        seconds,
        "s",
        BACKED_UP_WITHIN,
        details=f"{rows} rows of random bytes; {size / 10**9:.2f} GB encrypted",
    )


def fill(database: Path) -> int:
    """Add rows of random bytes to a database until it is large; returns how many."""
    rows = 0
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = off")
        connection.execute("CREATE TABLE bulk (id TEXT PRIMARY KEY, body BLOB NOT NULL, number INTEGER)")
        while rows * ROW < DATABASE_SIZE:
            connection.execute("BEGIN IMMEDIATE")
            more = ((os.urandom(16).hex(), os.urandom(ROW), rows + n) for n in range(ROWS_AT_ONCE))
            connection.executemany("INSERT INTO bulk VALUES (?, ?, ?)", more)
            connection.execute("COMMIT")
            rows += ROWS_AT_ONCE
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.sync()  # what this wrote is not to be waited for by what is measured
    return rows


if __name__ == "__main__":
    from benchmarks.table import table

    print(table(list(figures())), file=sys.stdout)
