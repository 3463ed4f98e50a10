"""Upgrading: what is missing is brought in after a backup, and when that fails all is as before."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from portal import create_app, database
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal import keeping, walking
from tests.portal.walking import NON_USER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    Plant = Callable[[str], None]

GOOD = """
def up(_migrator, db):
    db.execute_sql("CREATE TABLE planted (id INTEGER PRIMARY KEY)")
    db.execute_sql("INSERT INTO planted VALUES (1)")
"""

FAILING = """
def up(_migrator, db):
    db.execute_sql("CREATE TABLE planted (id INTEGER PRIMARY KEY)")
    db.execute_sql("DELETE FROM document")
    db.execute_sql("SELECT * FROM no_such_table")
"""

FAILING_HALF_WAY = "atomic = False\n" + FAILING
"""Without a transaction of its own: only the backup can bring back what it deletes."""


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Adds a migration that a newer version would bring."""

    def put(source: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(database.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "9998_before.py").write_text(
            "def up(_migrator, db):\n    db.execute_sql('CREATE TABLE early (id INTEGER)')\n"
        )
        (folder / "9999_planted.py").write_text(source)
        monkeypatch.setattr(database, "MIGRATIONS", folder)

    return put


def test_upgrade_brings_in_what_is_missing_after_a_backup(stored_app: Flask, plant: Plant) -> None:
    plant(GOOD)
    before = keeping.stored()
    said = walking.done(stored_app, "upgrade")
    assert "Database: 2 migration(s) applied." in said
    assert said.endswith("The portal is up to date. Start it again.\n")
    after = keeping.stored()
    assert after.pop("planted") == ["(1,)"]
    assert after.pop("early") == []
    assert _lasting(after) == _lasting(before)
    (made,) = (keeping.instance(stored_app) / "backups").glob("*.backup")
    walking.done(stored_app, "restore", str(made), "--yes")
    assert keeping.stored() == before


@pytest.mark.parametrize("migration", [FAILING, FAILING_HALF_WAY], ids=["failing", "failing half way"])
def test_upgrade_that_fails_puts_everything_back(stored_app: Flask, plant: Plant, migration: str) -> None:
    client = InspectingClient(stored_app)
    receipt = client.submit(walking.ready_to_submit(client, NON_USER))
    plant(migration)
    before = keeping.stored()
    failed = walking.run(stored_app, "upgrade")
    assert failed.exit_code == 1
    sentences = failed.stderr.splitlines()
    assert sentences[0].startswith("Error: The upgrade failed: ")
    assert "no_such_table" in sentences[0]
    assert sentences[-1] == (
        "The backup was put back: everything is as it was before. "
        "Go back to the version you had, or ask for help with the sentence above."
    )
    assert keeping.stored() == before
    assert client.get(receipt.address).status == 200
    # The cause is mended: the next upgrade goes through.
    (database.MIGRATIONS / "9999_planted.py").write_text(GOOD)
    assert "Database: 2 migration(s) applied." in walking.done(stored_app, "upgrade")


def test_upgrade_twice_changes_nothing(app: Flask) -> None:
    before = _lasting(keeping.stored())
    for _ in range(2):
        said = walking.done(app, "upgrade").splitlines()
        assert said[3:5] == ["Database: up to date.", "Content: 0 document(s) loaded."]
        assert said[-1] == "The portal is up to date. Start it again."
    assert _lasting(keeping.stored()) == before


def test_upgrade_is_not_for_a_new_instance(tmp_path: Path) -> None:
    site = create_app({"PORTAL_INSTANCE": tmp_path / "new"})
    refused = walking.run(site, "upgrade")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: The database is not set up. Run `flask --app app init` first.\n",
    )
    assert not (tmp_path / "new" / "portal.sqlite").exists()
    store.database.close()


def _lasting(stored: dict[str, list[str]]) -> dict[str, list[str]]:
    """What an upgrade leaves alone: not the list of migrations, the count of changes and the first link.

    What search finds is made anew, under other numbers.
    """
    passing = {"schema_migration", "stamp", "set_up_link"}
    found = {name: rows for name, rows in stored.items() if name not in passing}
    return {name: rows for name, rows in found.items() if not name.startswith(("search_", "mention"))}
