"""What is known of a database at the moment it was copied."""

from __future__ import annotations

from dataclasses import dataclass

HISTORY = "schema_migration"
"""The table in which a database remembers its migrations."""

SIGNS_OF_LIFE = "worker"
"""The table of workers that were heard of: none of a backup's is alive here, so a restore leaves it empty."""

NOT_SET_UP = "There is no database to back up. Run `flask --app app init` first."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a database.

    Attributes:
        migrations: names of those it had, in order.
        rows: table -> number of rows.
    """

    migrations: tuple[str, ...]
    rows: dict[str, int]
