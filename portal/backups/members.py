"""Which files of the instance go into a backup: not what is derived, not backups, and not their key."""

from __future__ import annotations

import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from portal.backups import keys, running_lock, swapping, workspace
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.config import Settings

FOLDER = "backups"
"""Where `upgrade` keeps its backups, in the instance."""

KEPT = "before-restore-"
"""How the folders begin in which a restore keeps what was there."""

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database while it is in use."""

LEFT_OUT = (
    "charts",
    "cache",
    "caches",
    "*.sqlite",
    "*.sqlite-*",
    ".*",
    f"{KEPT}*",
    FOLDER,
    workspace.NAME,
    running_lock.NAME,
    swapping.PLAN,
)
"""Names at the top of the instance: what is derived, what a running program keeps, and backups."""


def names(settings: Settings) -> list[str]:
    """The names at the top of the instance that a backup holds and a restore replaces, the database aside."""
    database = _database_files(settings)
    return sorted(
        entry.name
        for entry in settings.instance.iterdir()
        if not any(fnmatch(entry.name, pattern) for pattern in LEFT_OUT) and entry.absolute() not in database
    )


def files(settings: Settings) -> Iterator[Path]:
    """Every file a backup holds, the database aside, keys first."""
    hidden = keys.path(settings).absolute()
    for name in sorted(names(settings), key=lambda name: (name != settings.keys.name, name)):
        entry = settings.instance / name
        found = sorted(path for path in entry.rglob("*") if path.is_file()) if entry.is_dir() else [entry]
        yield from (
            path for path in found if path.absolute() != hidden and not _is_draft_of_key(path, settings)
        )


def links(settings: Settings) -> list[Path]:
    """Symbolic links to folders, whose content no backup holds."""
    found = [settings.instance / name for name in names(settings)]
    inner = [path for entry in found if entry.is_dir() for path in entry.rglob("*")]
    return sorted(path for path in [*found, *inner] if path.is_symlink() and path.is_dir())


def copy_keys(settings: Settings, target: Path) -> None:
    """Copy the keys that are not in the target yet; one that is removed meanwhile is not missed."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in files(settings):
        if path.parent == settings.keys and not (target / path.name).exists():
            try:
                shutil.copyfile(path, target / path.name)
            except FileNotFoundError:
                continue


def sqlite_path(settings: Settings) -> Path | None:
    """The database's file; None for PostgreSQL."""
    if not settings.database_url.startswith("sqlite:"):
        return None
    return Path(store.connect(settings.database_url).database).absolute()


def _database_files(settings: Settings) -> set[Path]:
    path = sqlite_path(settings)
    return set() if path is None else {path, *(path.with_name(path.name + end) for end in COMPANIONS)}


def _is_draft_of_key(path: Path, settings: Settings) -> bool:
    return path.parent == settings.keys and path.name.startswith(".")
