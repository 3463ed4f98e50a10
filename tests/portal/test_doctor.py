"""The doctor: each thing that can be amiss is found, with its remedy, and nothing is changed by looking."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from portal import create_app, database
from portal.backups import swapping
from portal.commands import examining
from portal.identity import people
from portal.identity.roles import ADMINISTRATOR
from portal.jobs.models import WorkerRow
from surveys.responses import store
from tests.portal import keeping, walking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    Site = Callable[..., Flask]

WELL = {
    "PORTAL_BASE_URL": "https://portal.example.org",
    "PORTAL_TRUSTED_PROXIES": "1",
    "PORTAL_CONTACT": "team@example.org",
    "PORTAL_POSTAL_ADDRESS": "1 Main Street",
}

SUBJECTS = [
    "Python", "Packages", "Translations", "Database", "Disk", "Keys", "Secret", "Address", "Proxies", "Mail",
    "Postal address", "Backup", "Restore", "Clock", "Worker", "Administrators",
]  # fmt: skip


@pytest.fixture
def mail_server() -> Iterator[int]:
    """A port at which somebody answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_accept_until_closed, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1]


def _accept_until_closed(listening: socket.socket) -> None:
    try:
        while True:
            listening.accept()[0].close()
    except OSError:
        return


def examined(app: Flask) -> dict[str, tuple[str, str, str]]:
    """What the command says, by subject: state, finding, remedy; and that its status tells the worst."""
    result = walking.run(app, "doctor")
    *lines, total = result.stdout.splitlines()
    found: dict[str, tuple[str, str, str]] = {}
    for line in lines:
        if match := re.fullmatch(r"(ok|attention|broken) +([A-Z][a-z ]+): (.+)", line):
            subject = match[2]
            found[subject] = (match[1], match[3], "")
        else:
            found[subject] = (*found[subject][:2], re.fullmatch(r" {11}-> (.+)", line)[1])  # type: ignore[index]
    states = [state for state, _, _ in found.values()]
    assert re.sub(r" \(.*", "", total) == (
        f"{len(states)} checks: {states.count('ok')} ok, {states.count('attention')} need attention, "
        f"{states.count('broken')} broken."
    )
    assert result.exit_code == (1 if "broken" in states else 0)
    assert [
        subject for subject, (state, _, remedy) in found.items() if (state == "ok") != (remedy == "")
    ] == []
    return found


def test_portal_that_is_well(make_site: Site, starter_folder: Path, mail_server: int, tmp_path: Path) -> None:
    site = make_site(starter_folder, **WELL, PORTAL_MAIL_URL=f"smtp://127.0.0.1:{mail_server}")
    with site.app_context(), store.write():
        people.create("admin@example.org", "Ada", "no hash", [ADMINISTRATOR], "en")
    walking.done(site, "backup", str(tmp_path / "one.backup"))
    found = examined(site)
    assert list(found) == SUBJECTS
    assert {subject: state for subject, (state, _, _) in found.items() if state != "ok"} == {
        "Worker": "attention"
    }
    assert found["Backup"][1] == "the last was made just now: one.backup."
    assert found["Administrators"][1] == "1."


def test_new_portal_needs_attention_and_is_not_broken(app: Flask) -> None:
    found = examined(app)
    assert {subject for subject, (state, _, _) in found.items() if state == "attention"} == {
        "Address", "Mail", "Postal address", "Backup", "Worker", "Administrators",
    }  # fmt: skip
    assert "broken" not in {state for state, _, _ in found.values()}
    assert found["Administrators"][2] == "flask --app app user invite you@example.org --role administrator"


def test_looking_changes_nothing(app: Flask) -> None:
    examined(app)
    rows, before = keeping.stored(), keeping.files(keeping.instance(app))
    examined(app)
    assert keeping.stored() == rows
    assert keeping.files(keeping.instance(app)) == before


def test_portal_that_was_not_set_up(tmp_path: Path) -> None:
    site = create_app({"PORTAL_INSTANCE": tmp_path / "new"})
    found = examined(site)
    assert found["Database"] == ("broken", "it is not set up.", "flask --app app init")
    assert "Administrators" not in found
    assert not (tmp_path / "new" / "portal.sqlite").exists()
    store.database.close()


def test_database_that_cannot_be_read(app: Flask) -> None:
    store.let_go()
    store.database.close()
    path = keeping.instance(app) / "portal.sqlite"
    path.write_bytes(b"no database " * 1000)
    assert examined(app)["Database"][:2] == ("broken", "it cannot be read: file is not a database.")


def test_missing_migration(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in [*database.MIGRATIONS.glob("[0-9]*.py"), tmp_path / "9999_later.py"]:
        (tmp_path / path.name).write_text("def up(_migrator, _db): ...\n")
    monkeypatch.setattr(database, "MIGRATIONS", tmp_path)
    assert examined(app)["Database"] == ("broken", "1 migration(s) are missing.", "flask --app app upgrade")


def test_keys_that_others_can_read(app: Flask) -> None:
    key = keeping.instance(app) / "keys" / "portal.key"
    key.chmod(0o640)
    remedy = f"chmod -R go= {key.parent}"
    assert examined(app)["Keys"] == ("broken", "others can read portal.key.", remedy)
    assert os.system(remedy) == 0  # noqa: S605 - the remedy as the doctor tells it
    assert examined(app)["Keys"][0] == "ok"


@pytest.mark.parametrize(
    ("settings", "subject", "state"),
    [
        ({"PORTAL_BASE_URL": "http://portal.example.org"}, "Address", "broken"),
        ({"PORTAL_BASE_URL": "http://localhost:8000"}, "Address", "attention"),
        ({"PORTAL_BASE_URL": "https://portal.example.org"}, "Proxies", "attention"),
        ({"PORTAL_MAIL_URL": "smtp://127.0.0.1:1"}, "Mail", "broken"),
    ],
)
def test_unsafe_settings(
    make_site: Site, starter_folder: Path, settings: dict[str, str], subject: str, state: str
) -> None:
    assert examined(make_site(starter_folder, **settings))[subject][0] == state


def test_secret_of_the_settings_is_not_shown(make_site: Site, starter_folder: Path) -> None:
    given = "Zq8-vT3n_Lw6xKp1Rb7yHs4dGf9mCj2e"
    site = make_site(
        starter_folder,
        PORTAL_SECRET_KEY=given,
        PORTAL_MAIL_URL="smtp://somebody:pass-word-of-mail@127.0.0.1:1",
    )
    assert examined(site)["Secret"][:2] == (
        "ok", "from PORTAL_SECRET_KEY. It is in no backup: keep the settings elsewhere too.",
    )  # fmt: skip
    said = walking.run(site, "doctor").output
    assert [word for word in (given, "pass-word-of-mail") if word in said] == []


@pytest.mark.parametrize(("days", "state"), [(0, "ok"), (2, "attention"), (9, "broken")])
def test_backup_that_is_late(app: Flask, days: int, state: str) -> None:
    folder = keeping.instance(app) / "backups"
    folder.mkdir(mode=0o700)
    (folder / "last.json").write_text(json.dumps({"at": time.time() - days * 86400, "file": "/x/a.backup"}))
    assert examined(app)["Backup"][0] == state


def test_clock_that_went_back(app: Flask) -> None:
    folder = keeping.instance(app) / "backups"
    folder.mkdir(mode=0o700)
    (folder / "last.json").write_text(json.dumps({"at": time.time() + 86400, "file": "/x/a.backup"}))
    assert examined(app)["Clock"][0] == "broken"


def test_what_a_restore_left(app: Flask) -> None:
    kept = keeping.instance(app) / "before-restore-20200101-000000"
    kept.mkdir()
    assert examined(app)["Restore"][0] == "ok"
    os.utime(kept, (0, 0))
    assert examined(app)["Restore"][:2] == (
        "attention", f"1 earlier state(s) are still kept, with personal data: {kept.name}.",
    )  # fmt: skip
    (keeping.instance(app) / swapping.PLAN).write_text("[]")
    assert examined(app)["Restore"][0] == "broken"


def test_packages_are_compared_with_the_lock(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining, "LOCK", tmp_path / "requirements.lock")
    for lines, state in (
        ("flask==0.1 \\\n    --hash=sha256:0\n", "attention"),
        ("no-such-package==1.0 \\\n    --hash=sha256:0\n", "broken"),
    ):
        (tmp_path / "requirements.lock").write_text(lines)
        assert examined(app)["Packages"][0] == state


@pytest.mark.parametrize("silent", [10, 600])
def test_worker_that_is_silent(app: Flask, silent: int) -> None:
    with store.write():
        WorkerRow.create(seen_at=store.now() - silent)
    assert examined(app)["Worker"][0] == ("ok" if silent < 60 else "attention")
