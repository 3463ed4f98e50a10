"""What is refused: in a sentence, with a status that is not zero, and with everything as it was."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import astuple
from typing import TYPE_CHECKING

import pytest

from portal.backups import archive, keys, making, model, running_lock, swapping, workspace
from portal.backups.model import BackupError
from surveys.responses import store
from tests.portal import keeping, walking
from tests.portal.walking import NON_USER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from portal.backups.swapping import Rename
    from tests.inspecting import InspectingClient

    Refused = Callable[..., str]


@pytest.fixture
def backup(app: Flask, client: InspectingClient, tmp_path: Path) -> Path:
    """A good backup, and a portal that has another answer since."""
    path = tmp_path / "good.backup"
    walking.done(app, "backup", str(path))
    client.submit(walking.ready_to_submit(client, NON_USER))
    store.let_go()
    store.database.close()
    return path


@pytest.fixture
def refused(app: Flask) -> Refused:
    """Runs a command that must be refused and change nothing; gives its sentence."""

    def run(*arguments: str) -> str:
        before = keeping.files(keeping.instance(app))
        result = walking.run(app, *arguments)
        store.database.close()
        assert result.exit_code == 1, result.output
        assert keeping.files(keeping.instance(app)) == before
        assert keeping.unpacked(app) == []
        assert result.stderr.startswith("Error: ")
        return result.stderr.removeprefix("Error: ").removesuffix("\n")

    return run


def test_refuses_a_file_that_is_no_backup(refused: Refused, backup: Path) -> None:
    backup.write_bytes(b"something else")
    assert refused("restore", str(backup), "--yes") == "This file is no backup of a portal."


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.9999])
def test_refuses_a_backup_that_was_cut(refused: Refused, backup: Path, keep: float) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * keep)])
    said = "The backup is not whole: its end is missing. Use another one."
    assert refused("restore", str(backup), "--yes") == said


@pytest.mark.parametrize("place", [0.001, 0.5, 0.999])
def test_refuses_a_backup_that_was_changed(refused: Refused, backup: Path, place: float) -> None:
    whole = bytearray(backup.read_bytes())
    whole[int(len(whole) * place)] ^= 1
    backup.write_bytes(whole)
    said = "The backup is damaged: what stands in it is not what was written. Use another one."
    assert refused("restore", str(backup), "--yes") == said


def test_refuses_another_key_and_none(app: Flask, refused: Refused, backup: Path) -> None:
    key = keys.path(app.config["PORTAL"])
    key.write_bytes(b"k" * 32)
    said = (
        "The key does not fit this backup: "
        "put the keys/backup.key of that time into the folder keys of the instance."
    )
    assert refused("restore", str(backup), "--yes") == said
    key.unlink()
    assert refused("restore", str(backup), "--yes") == (
        f"There is no key here to open a backup with: put the kept copy of it at {key}, "
        "or set PORTAL_BACKUP_KEY."
    )


def _rewritten(app: Flask, backup: Path, **changes: object) -> None:
    """Write a backup anew, well sealed, with another manifest."""
    key = keys.to_open(app.config["PORTAL"])
    assert key is not None
    folder = backup.parent / "open"
    manifest = archive.unpack(backup, key, folder)
    backup.unlink()
    files = [(member.path, folder / member.path) for member in manifest.members]
    fields = json.loads(manifest.to_json())
    changed = model.Manifest.from_json(json.dumps(fields | changes).encode())
    archive.write(backup, key, files, lambda _: changed)


def test_refuses_a_backup_of_a_newer_portal(app: Flask, refused: Refused, backup: Path) -> None:
    _rewritten(app, backup, migrations=["0001_initial", "9999_later"], portal="9.9")
    assert refused("restore", str(backup), "--yes") == (
        "The backup was made by a newer portal (9.9); restore it with that one. Nothing was changed."
    )


def test_refuses_a_backup_of_the_other_kind_of_database(app: Flask, refused: Refused, backup: Path) -> None:
    _rewritten(app, backup, database="postgresql")
    assert refused("restore", str(backup), "--yes") == (
        "The backup is of a portal on PostgreSQL and this one is on SQLite: "
        "set PORTAL_DATABASE_URL accordingly."
    )


def test_refuses_a_database_that_is_not_what_was_backed_up(
    app: Flask, refused: Refused, backup: Path
) -> None:
    _rewritten(app, backup, rows={"survey": 7})
    said = "The database in the backup is not the one that was backed up."
    assert refused("restore", str(backup), "--yes") == said


def test_refuses_a_member_that_is_not_what_was_written(app: Flask, refused: Refused, backup: Path) -> None:
    _rewritten(app, backup, members=[])
    said = "The backup is damaged: what stands in it is not what was written. Use another one."
    assert refused("restore", str(backup), "--yes") == said


def test_refuses_while_a_server_runs(app: Flask, refused: Refused, backup: Path) -> None:
    said = (
        "The portal is running on this instance; stop its server and its worker first. Nothing was changed."
    )
    with running_lock.hold(keeping.instance(app)), running_lock.hold(keeping.instance(app)):
        assert refused("restore", str(backup), "--yes") == said
        assert refused("upgrade") == said
    walking.done(app, "restore", str(backup), "--yes")


def test_nothing_starts_during_a_restore(app: Flask) -> None:
    instance = keeping.instance(app)
    with running_lock.exclusive(instance):
        with pytest.raises(
            BackupError, match="A restore or an upgrade is under way; start when it has ended"
        ):
            running_lock.hold(instance).__enter__()
        with pytest.raises(BackupError, match="The portal is running"):
            running_lock.exclusive(instance).__enter__()
    with running_lock.hold(instance):
        pass


def test_refuses_while_another_command_uses_the_database(app: Flask, backup: Path) -> None:
    with closing(sqlite3.connect(keeping.instance(app) / "portal.sqlite")) as other:
        other.execute("SELECT count(*) FROM survey").fetchall()
        # SQLite's own list of readers lies in a file of its own, and tells of the attempt.
        before = keeping.stored()
        store.database.close()
        result = walking.run(app, "restore", str(backup), "--yes")
        assert result.stderr == (
            "Error: Another command is using the database; wait until it has ended. Nothing was changed.\n"
        )
        assert keeping.stored() == before
    assert list(keeping.instance(app).glob("before-restore-*")) == []


def test_damaged_database_is_replaced_and_kept(app: Flask, backup: Path) -> None:
    path = keeping.instance(app) / "portal.sqlite"
    path.write_bytes(b"not a database at all" * 99)
    walking.done(app, "restore", str(backup), "--yes")
    (kept,) = keeping.instance(app).glob("before-restore-*/portal.sqlite")
    assert kept.read_bytes() == b"not a database at all" * 99
    assert sorted(keeping.stored()["survey"])


def test_backup_that_fails_leaves_no_file(app: Flask, refused: Refused, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    keys.to_seal(app.config["PORTAL"])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for most in (100_000, 900_000):  # the copy does not fit; the copy fits, its encrypted form does not
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
        try:
            assert refused("backup", str(shelf))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert list(shelf.iterdir()) == []


def test_backup_refuses_what_it_cannot_do(app: Flask, refused: Refused, tmp_path: Path) -> None:
    keys.to_seal(app.config["PORTAL"])
    (tmp_path / "there").write_text("kept")
    there, nowhere = tmp_path / "there", tmp_path / "no" / "where"
    assert refused("backup", str(there)) == f"{there} exists already, or is being written; name another file."
    assert refused("backup", str(nowhere)) == f"There is no folder {nowhere.parent}."
    assert refused("backup", str(there), "--keep", "3") == "--keep tidies a folder; name one as DEST."
    assert there.read_text() == "kept"
    (keeping.instance(app) / "portal.sqlite").write_bytes(b"not a database at all" * 99)
    assert (
        refused("backup", str(tmp_path / "new")) == "The database cannot be copied: file is not a database."
    )
    (keeping.instance(app) / "portal.sqlite").unlink()
    said = "There is no database to back up. Run `flask --app app init` first."
    assert refused("backup", str(tmp_path / "new")) == said
    assert not (tmp_path / "new").exists()


def test_another_users_instance_is_left_alone(
    app: Flask, refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = keeping.instance(app)
    owner = os.geteuid() or 12345
    if os.geteuid() == 0:
        os.chown(instance, owner, owner)
    else:  # only root can give a folder away; whoever runs this is somebody else instead
        monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    said = (
        f"{instance} belongs to another user (number {owner}); run this as that user, "
        "for example with `sudo -u portal`."
    )
    (tmp_path / "any.backup").touch()
    for command in (["backup", str(tmp_path)], ["upgrade"], ["restore", str(tmp_path / "any.backup")]):
        assert refused(*command) == said


@pytest.mark.parametrize("done", range(5))
def test_swap_that_was_cut_off_is_finished_at_the_next_start(tmp_path: Path, done: int) -> None:
    """After any number of its renames: the new state, whole, and the old one, whole, beside it."""
    renames = _swap_cut_off(tmp_path, done)
    assert len(renames) == 4
    with running_lock.hold(tmp_path):
        assert _texts(tmp_path) == SWAPPED
    assert not swapping.unfinished(tmp_path)


def test_what_a_command_made_in_the_gap_of_a_swap_makes_way(tmp_path: Path) -> None:
    _swap_cut_off(tmp_path, 2)  # the old keys are gone, and the new ones not there yet
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "a").write_text("made in the gap")
    with running_lock.hold(tmp_path):
        assert _texts(tmp_path) == {**SWAPPED, "kept/keys.meanwhile/a": "made in the gap"}


def test_no_backup_is_made_of_half_a_restore(app: Flask, refused: Refused, tmp_path: Path) -> None:
    (keeping.instance(app) / swapping.PLAN).write_text("[]")
    said = "A restore was cut off half way; start the portal, or restore again: it is finished then."
    assert refused("backup", str(tmp_path)) == said
    with running_lock.hold(keeping.instance(app)):
        walking.done(app, "backup", str(tmp_path))


@pytest.mark.parametrize("done", range(5))
def test_swap_is_undone_from_wherever_it_failed(tmp_path: Path, done: int) -> None:
    renames = _swap_cut_off(tmp_path, done)
    swapping.swap(tmp_path, swapping.undone(renames))
    assert _texts(tmp_path) == BEFORE


BEFORE = {"keys/a": "old", "charts/c": "old", "new/keys/a": "new", "new/mail/b": "new"}
SWAPPED = {"keys/a": "new", "mail/b": "new", "kept/keys/a": "old", "kept/charts/c": "old"}


def _swap_cut_off(instance: Path, done: int) -> list[Rename]:
    """A swap whose process died after some of its renames."""
    for path, text in BEFORE.items():
        (instance / path).parent.mkdir(parents=True, exist_ok=True)
        (instance / path).write_text(text)
    (instance / "kept").mkdir()
    renames = swapping.plan(["keys", "charts"], ["keys", "mail"], kept="kept", staged="new")
    (instance / swapping.PLAN).write_text(json.dumps([astuple(rename) for rename in renames]))
    for rename in renames[:done]:
        (instance / rename.start).rename(instance / rename.end)
    return renames


def _texts(instance: Path) -> dict[str, str]:
    found = [path for path in instance.rglob("*") if path.is_file() and path.name != running_lock.NAME]
    return {str(path.relative_to(instance)): path.read_text() for path in found}


def test_folder_for_unpacking_is_private_and_always_removed(tmp_path: Path) -> None:
    left = tmp_path / workspace.NAME / "left-by-a-killed-command"
    left.mkdir(parents=True)
    (left / "plain").write_text("answers")
    with workspace.private(tmp_path) as one, workspace.private(tmp_path) as other:
        assert {
            one.stat().st_mode & 0o777,
            other.stat().st_mode & 0o777,
            one.parent.stat().st_mode & 0o777,
        } == {0o700}
        assert sorted(one.parent.iterdir()) == sorted([one, other])
    with pytest.raises(SystemExit), workspace.private(tmp_path) as room:
        _be_ended(room)
    assert list((tmp_path / workspace.NAME).iterdir()) == []


def _be_ended(room: Path) -> None:
    (room / "plain").write_text("answers")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)


def test_last_backup_is_remembered_only_when_it_was_proved(
    app: Flask, refused: Refused, tmp_path: Path
) -> None:
    settings = app.config["PORTAL"]
    assert making.last(settings) is None
    keys.to_seal(settings)
    refused("backup", str(tmp_path / "no" / "where"))
    assert making.last(settings) is None
    before = int(time.time())
    walking.done(app, "backup", str(tmp_path / "one.backup"))
    remembered = making.last(settings)
    assert remembered is not None
    assert remembered[1] == tmp_path / "one.backup"
    assert before <= remembered[0] <= time.time()
