"""Restoring: a backup is unpacked aside, proved, and takes the place of what is there whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from playhouse.migrations import Migration

from portal import database
from portal.backups import archive, keys, making, members, postgresql, sqlite, swapping, workspace
from portal.backups.model import BackupError, Manifest
from portal.backups.swapping import Rename
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from portal.config import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        manifest: of the backup.
        kept: the folder with the files that made way.
        schema: the schema with the tables that made way; None with SQLite, whose file is in the folder.
    """

    manifest: Manifest
    kept: Path
    schema: str | None


def restore(
    settings: Settings, source: Path, agree: Callable[[Manifest, str], bool] | None = None
) -> Restored | None:
    """Put a backup in the place of what is there; the caller holds the lock of `running_lock.exclusive`.

    Args:
        settings: the portal's.
        source: the backup.
        agree: asked last, with the manifest and the proof; nothing is changed unless it agrees.

    Returns:
        What was done; None when it was not agreed to.

    Raises:
        BackupError: when the backup cannot be used; everything is then as it was.
        KeyFileError: when the key cannot be used.
    """
    with _plainly():
        swapping.finish(settings.instance)
        key = keys.to_open(settings)
        if key is None:
            raise BackupError(
                "There is no key here to open a backup with: put the kept copy of it at "
                f"{keys.path(settings)}, or set PORTAL_BACKUP_KEY."
            )
        with workspace.private(settings.instance) as room:
            trial = room / "trial"
            trial.mkdir(mode=0o700)
            manifest = archive.unpack(source, key, trial)
            _fits(settings, manifest)
            proof = making.prove(trial, manifest)
            if agree is not None and not agree(manifest, proof):
                return None
            return _replace(settings, manifest, trial)


def _fits(settings: Settings, manifest: Manifest) -> None:
    here = "postgresql" if members.sqlite_path(settings) is None else "sqlite"
    if manifest.database != here:
        shown = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise BackupError(
            f"The backup is of a portal on {shown[manifest.database]} and this one is on {shown[here]}: "
            "set PORTAL_DATABASE_URL accordingly."
        )
    known = [migration.name for migration in Migration.load_directory(str(database.MIGRATIONS))]
    if set(manifest.migrations) - set(known):
        raise BackupError(
            f"The backup was made by a newer portal ({manifest.portal}); restore it with that one. "
            "Nothing was changed."
        )


def _replace(settings: Settings, manifest: Manifest, trial: Path) -> Restored:
    instance, stamp = settings.instance, datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = _new_folder(instance, f"{members.KEPT}{stamp}")
    staged = trial / making.FILES
    staged.mkdir(mode=0o700, exist_ok=True)
    _keep_key(settings, staged)
    renames = swapping.plan(
        members.names(settings),
        (entry.name for entry in staged.iterdir()),
        kept=kept.name,
        staged=str(staged.relative_to(instance)),
    )
    schema = None
    change: AbstractContextManager[None] = nullcontext()
    try:
        if (path := members.sqlite_path(settings)) is not None:
            store.let_go()
            store.database.close()
            sqlite.claim(path)
            sqlite.forget_workers(trial / making.DATABASE)
            renames += _renames_of_database(path, trial / making.DATABASE / sqlite.NAME, kept, stamp)
        else:
            schema = kept.name.replace("-", "_")
            change = postgresql.replacing(trial / making.DATABASE, manifest, schema)
        os.sync()  # what was unpacked is on the disk before it takes its place
        with _undone_on_failure(instance, renames), change:
            swapping.swap(instance, renames)
    except BaseException:
        _tidy(kept, renames)
        raise
    return Restored(manifest, kept, schema)


def _keep_key(settings: Settings, staged: Path) -> None:
    """Take the backups' own key, which is in no backup, over into the restored folder of keys."""
    key = keys.path(settings)
    if key.exists():
        folder = staged / settings.keys.name
        folder.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(key, folder / key.name)


def _renames_of_database(path: Path, restored: Path, kept: Path, stamp: str) -> list[Rename]:
    """The renames for SQLite's file; one that lies elsewhere is replaced, and kept, where it lies."""
    aside, source = kept / path.name, restored
    if path.parent.resolve() != kept.parent.resolve():
        aside = path.with_name(f"{path.name}.{members.KEPT}{stamp}")
        source = path.with_name(f"{path.name}.restored-{stamp}")
        shutil.copy2(restored, source)
    away = [
        (path.with_name(path.name + end), aside.with_name(aside.name + end))
        for end in ("", *members.COMPANIONS)
    ]
    return [
        *(Rename(str(start), str(end)) for start, end in away),
        Rename(str(source), str(path), str(aside.with_name(aside.name + swapping.MEANWHILE))),
    ]


def _tidy(kept: Path, renames: list[Rename]) -> None:
    """Take away what a restore that failed had laid ready; all that was there is in its place again."""
    start = Path(renames[-1].start) if renames else kept
    if start.is_absolute() and ".restored-" in start.name:
        start.unlink(missing_ok=True)
    with suppress(OSError):  # it stays when something is in it: nothing is thrown away
        kept.rmdir()


@contextmanager
def _undone_on_failure(instance: Path, renames: list[Rename]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        swapping.swap(instance, swapping.undone(renames))
        raise


def _new_folder(instance: Path, name: str) -> Path:
    folder = instance / name
    number = 1
    while folder.exists():
        number += 1
        folder = instance / f"{name}-{number}"
    folder.mkdir(mode=0o700)
    return folder


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"Nothing was restored: {error}.") from None
