"""Backups: what is in them, that they are of one moment, and that restoring brings everything back."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal import jobs
from portal.backups import archive, keys, making
from portal.content import Document
from portal.jobs.models import WorkerRow
from surveys.responses import store
from tests.inspecting import InspectingClient
from tests.portal import keeping, walking
from tests.portal.walking import NON_USER, USER

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from portal.backups.model import Manifest


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder for backups."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


def test_restored_portal_is_the_one_that_was_backed_up(stored_app: Flask, shelf: Path) -> None:
    client = InspectingClient(stored_app)
    receipt = client.submit(walking.ready_to_submit(client, USER))
    instance = keeping.instance(stored_app)
    (instance / "mail").mkdir()
    (instance / "mail" / "message.eml").write_text("To: somebody\n")
    (instance / "mail" / "message.eml").chmod(0o600)
    walking.done(stored_app, "backup", str(shelf / "one.backup"))
    rows, written = keeping.stored(), _data(instance)
    assert keeping.trail()[-1] == ("backup.made", "one.backup")

    other = client.submit(walking.ready_to_submit(client, NON_USER))
    (instance / "mail" / "message.eml").unlink()
    (instance / "keys" / "later.key").write_bytes(b"k" * 32)
    (instance / "keys" / "portal.key").write_bytes(b"p" * 32)
    said = walking.done(stored_app, "restore", str(shelf / "one.backup"), "--yes")

    assert "Restored. What was there before is kept" in said
    assert keeping.stored() == rows
    assert keeping.trail()[-1] == ("backup.restored", "one.backup")
    assert _data(instance) == written
    assert client.get(receipt.address).status == 200
    assert client.get(other.address).status == 404
    assert keeping.unpacked(stored_app) == []


def test_no_worker_of_a_backup_counts_as_alive(stored_app: Flask, shelf: Path) -> None:
    with store.write():
        WorkerRow.create()
    walking.done(stored_app, "backup", str(shelf / "one.backup"))
    walking.done(stored_app, "restore", str(shelf / "one.backup"), "--yes")
    assert jobs.worker_seen() is None
    assert re.search(r"attention +Worker: none was ever seen\.", walking.run(stored_app, "doctor").stdout)


def test_what_was_there_before_a_restore_is_kept(app: Flask, client: InspectingClient, shelf: Path) -> None:
    walking.done(app, "backup", str(shelf / "one.backup"))
    client.submit(walking.ready_to_submit(client, NON_USER))
    before = keeping.stored()
    walking.done(app, "restore", str(shelf / "one.backup"), "--yes")
    (kept,) = keeping.instance(app).glob("before-restore-*")
    assert sorted(path.name for path in kept.iterdir()) == ["keys", "portal.sqlite"]
    assert keeping.stored() != before
    store.database.close()
    shutil.copy(kept / "portal.sqlite", keeping.instance(app) / "portal.sqlite")
    assert keeping.stored() == before


@pytest.mark.parametrize(
    "store_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_postgresql_keeps_the_tables_that_made_way(stored_app: Flask, shelf: Path) -> None:
    client = InspectingClient(stored_app)
    walking.done(stored_app, "backup", str(shelf / "one.backup"))
    client.submit(walking.ready_to_submit(client, NON_USER))
    before = keeping.stored()
    said = walking.done(stored_app, "restore", str(shelf / "one.backup"), "--yes")
    found = re.search(r"tables in the schema (before_restore_\w+) of", said)
    assert found, said
    store.database.execute_sql(f"SET search_path TO {found[1]}")
    assert keeping.stored() == before
    # Rows have numbers that the database gives: it goes on with them where it was.
    store.database.execute_sql("SET search_path TO public")
    highest = max(row.id for row in Document.select())
    assert Document.create(kind="new", slug="new", body="{}").id > highest


def test_lost_instance_comes_back_with_the_key_alone(stored_app: Flask, shelf: Path) -> None:
    client = InspectingClient(stored_app)
    receipt = client.submit(walking.ready_to_submit(client, USER))
    walking.done(stored_app, "backup", str(shelf / "one.backup"))
    settings, rows = stored_app.config["PORTAL"], keeping.stored()
    key, written = keys.path(settings).read_bytes(), _data(settings.instance)

    _lose_everything(stored_app)
    settings.keys.mkdir(mode=0o700, parents=True)
    keys.path(settings).write_bytes(key)
    keys.path(settings).chmod(0o600)
    walking.done(stored_app, "restore", str(shelf / "one.backup"), "--yes")

    assert keeping.stored() == rows
    assert _data(settings.instance) == written
    assert client.get(receipt.address).status == 200


def _lose_everything(app: Flask) -> None:
    settings = app.config["PORTAL"]
    if settings.database_url.startswith("sqlite:"):
        store.let_go()
        store.database.close()
        path = making.members.sqlite_path(settings)
        assert path is not None
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    else:
        store.database.execute_sql("DROP SCHEMA public CASCADE")
        store.database.execute_sql("CREATE SCHEMA public")
    shutil.rmtree(settings.instance)


def test_backup_is_of_one_moment_while_others_write(stored_app: Flask, shelf: Path) -> None:
    """Each transaction writes a pair of documents; a backup never holds half a pair."""
    written = _writing_meanwhile(lambda: walking.done(stored_app, "backup", str(shelf / "one.backup")))
    assert written[1] > written[0], "nothing was written meanwhile"
    walking.done(stored_app, "restore", str(shelf / "one.backup"), "--yes")
    pairs = [
        sorted(row.slug for row in Document.select().where(Document.kind == kind)) for kind in ("odd", "even")
    ]
    assert pairs[0] == pairs[1]
    assert written[0] <= len(pairs[0]) <= written[1]


def _writing_meanwhile(work: Callable[[], object]) -> tuple[int, int]:
    """Do something while four threads write; gives how many pairs there were before and after."""
    done, counted = threading.Event(), [0]
    enough = threading.Event()

    def write(thread: int) -> None:
        number = 0
        while not done.is_set():
            slug = f"{thread}-{number}"
            with store.write():
                Document.create(kind="odd", slug=slug, body="{}" * 500)
                Document.create(kind="even", slug=slug, body="{}" * 500)
            counted[0] += 1
            number += 1
            if counted[0] > 20:
                enough.set()
        store.database.close()

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    try:
        assert enough.wait(30)
        before = Document.select().where(Document.kind == "odd").count()
        work()
    finally:
        done.set()
        for thread in threads:
            thread.join()
    return before, Document.select().where(Document.kind == "odd").count()


def test_backup_says_what_it_proved_and_where_the_key_is(app: Flask, shelf: Path) -> None:
    said = walking.done(app, "backup", str(shelf)).splitlines()
    (made,) = shelf.iterdir()
    rows, tables = sum(map(len, keeping.stored().values())), len(keeping.stored())
    counted = f"{tables} tables with {rows} rows, as many as were backed up"
    warned = (
        "Without this file nobody can read the backup, and it is not in it: "
        "keep a copy of it elsewhere, and not beside the backups."
    )
    assert re.fullmatch(r"portal-\d{8}-\d{6}\.backup", made.name)
    assert made.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(rf"Backup: {made} \([\d.]+ [kM]B, [\d.]+ s\)\.", said[0])
    assert said[1:] == [
        f"Proved: it was read back, decrypted and compared. Its database opens and is sound: {counted}.",
        f"Key: {keys.path(app.config['PORTAL'])}. {warned}",
    ]


def test_proof_counts_every_row_and_leaves_nothing_behind(stored_app: Flask, shelf: Path) -> None:
    before = keeping.stored()
    said = walking.done(stored_app, "backup", str(shelf))
    counted = f"{len(before)} tables with {sum(map(len, before.values()))} rows, as many as were backed up."
    on_sqlite = stored_app.config["PORTAL"].database_url.startswith("sqlite")
    way = "Its database opens and is sound" if on_sqlite else "Its rows were put back for trial"
    assert said.splitlines()[1].endswith(f"compared. {way}: {counted}")
    assert keeping.stored() == before


def test_backup_holds_all_but_what_is_derived(app: Flask, shelf: Path) -> None:
    instance = keeping.instance(app)
    for path in (
        "charts/a.svg",
        "mail/1.eml",
        "media/ab/picture.png",
        "backups/old.backup",
        "cache/x",
        "tmp.txt",
    ):
        (instance / path).parent.mkdir(parents=True, exist_ok=True)
        (instance / path).write_text(path)
    walking.done(app, "backup", str(shelf / "one.backup"))
    assert sorted(member.path for member in _opened(app, shelf / "one.backup").members) == [
        "database/portal.sqlite",
        "files/keys/portal.key",
        "files/mail/1.eml",
        "files/media/ab/picture.png",
        "files/tmp.txt",
    ]


def test_backup_tells_of_what_lies_behind_a_link(app: Flask, shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (keeping.instance(app) / "media").symlink_to(tmp_path / "elsewhere")
    made = walking.run(app, "backup", str(shelf))
    assert made.exit_code == 0
    link = keeping.instance(app) / "media"
    assert made.stderr == f"Left out: {link} is a link; what it leads to must be backed up by itself.\n"


def test_nothing_can_be_read_without_the_key(app: Flask, client: InspectingClient, shelf: Path) -> None:
    client.submit(walking.ready_to_submit(client, {**NON_USER, "comment": "Onlyhere"}))
    walking.done(app, "backup", str(shelf / "one.backup"))
    assert b"Onlyhere" in (keeping.instance(app) / "portal.sqlite-wal").read_bytes()
    sealed = (shelf / "one.backup").read_bytes()
    head, body = sealed.split(b"\n", 2)[:2], sealed.split(b"\n", 2)[2]
    assert head[0] == b"DMSI portal backup"
    assert [
        word for word in (b"Onlyhere", b"SQLite format", b"portal.sqlite", b"CREATE TABLE") if word in body
    ] == []


def test_key_of_the_setting_needs_no_file(
    make_site: Callable[..., Flask], starter_folder: Path, shelf: Path
) -> None:
    site = make_site(starter_folder, PORTAL_BACKUP_KEY="xR4k-9vQm2-Lw7t-Zp3s-Bd8n-Hf5c-Jg6y")
    said = walking.done(site, "backup", str(shelf / "one.backup"))
    assert said.splitlines()[2] == (
        "Key: PORTAL_BACKUP_KEY. Without it nobody can read the backup: keep it elsewhere too."
    )
    assert not keys.path(site.config["PORTAL"]).exists()
    rows = keeping.stored()
    walking.done(site, "restore", str(shelf / "one.backup"), "--yes")
    assert keeping.stored() == rows


def test_restore_asks_first(app: Flask, shelf: Path) -> None:
    walking.done(app, "backup", str(shelf / "one.backup"))
    before = keeping.files(keeping.instance(app))
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["restore", str(shelf / "one.backup")], input="n\n")
    assert (refused.exit_code, refused.stderr) == (1, "Error: Nothing was changed.\n")
    assert keeping.files(keeping.instance(app)) == before
    agreed = runner.invoke(args=["restore", str(shelf / "one.backup")], input="y\n")
    assert (agreed.exit_code, agreed.stderr) == (0, "")


def test_older_backups_go_and_named_ones_stay(app: Flask, shelf: Path) -> None:
    for name in (
        "portal-20200101-030000.backup",
        "portal-20200102-030000.backup",
        "portal-before-move.backup",
    ):
        (shelf / name).write_bytes(b"old")
    said = walking.done(app, "backup", str(shelf), "--keep", "14")
    assert said.splitlines()[-1] == "2 backup(s) older than 14 day(s) removed."
    left = sorted(path.name for path in shelf.iterdir())
    assert len(left) == 2
    assert left[1] == "portal-before-move.backup"


def test_erased_answers_are_in_no_later_backup(app: Flask, client: InspectingClient, shelf: Path) -> None:
    receipt = client.submit(walking.ready_to_submit(client, {**NON_USER, "comment": "Onlyhere"}))
    walking.done(app, "responses", "withdraw", walking.SURVEY, walking.receipt(receipt))
    walking.done(app, "backup", str(shelf / "one.backup"))
    folder = shelf / "open"
    _opened(app, shelf / "one.backup", folder)
    assert b"Onlyhere" not in (folder / "database" / "portal.sqlite").read_bytes()


def _opened(app: Flask, path: Path, folder: Path | None = None) -> Manifest:
    key = keys.to_open(app.config["PORTAL"])
    assert key is not None
    return archive.unpack(path, key, folder or path.parent / "open")


def _data(instance: Path) -> dict[str, str]:
    """Keys, messages and media, what a backup holds beside the database."""
    found = keeping.files(instance)
    return {path: seen for path, seen in found.items() if Path(path).parts[0] in {"keys", "mail", "media"}}
