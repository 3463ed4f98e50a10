"""Making a backup: copy, encrypt, read it back, restore it for trial, and only then give it its name."""

from __future__ import annotations

import errno
import json
import re
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from portal.backups import archive, keys, members, postgresql, sqlite, swapping, workspace
from portal.backups.model import SUFFIX, BackupError, Manifest, Member, portal_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.backups.keys import Key
    from portal.config import Settings

DATABASE = "database"
FILES = "files"
"""The two folders in an archive."""

LAST = "last.json"
"""What is remembered of the last backup, in the instance's folder of backups."""

CUT_OFF = "A restore was cut off half way; start the portal, or restore again: it is finished then."

STAMP = "%Y%m%d-%H%M%S"
PREFIX = "portal-"
DATED = re.compile(rf"{PREFIX}(\d{{8}}-\d{{6}})(?:-\d+)?{re.escape(SUFFIX)}")


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and proved.

    Attributes:
        path: the file.
        size: its bytes.
        seconds: what making and proving took.
        proof: a sentence that says what was proved.
        key: what it is encrypted with.
        left_out: folders that are links to elsewhere, whose content is not in it.
    """

    path: Path
    size: int
    seconds: float
    proof: str
    key: Key
    left_out: tuple[Path, ...]


def make(settings: Settings, destination: Path) -> Made:
    """Make a backup while the portal runs.

    Args:
        settings: the portal's; its database is the one that is open.
        destination: a folder, for a file with the date in its name, or a file that does not exist yet.

    Raises:
        BackupError: when it cannot be made or is not sound; no file is left then.
        KeyFileError: when the key cannot be used.
    """
    began = time.perf_counter()
    if swapping.unfinished(settings.instance):
        raise BackupError(CUT_OFF)
    key = keys.to_seal(settings)
    with _plainly(), workspace.private(settings.instance) as room:
        target = _target(destination)
        part = target.with_name(f"{target.name}.part")
        copied, trial = room / "copied", room / "trial"
        try:
            _write(settings, key, part, copied)
            shutil.rmtree(copied)
            manifest = archive.unpack(part, key, trial)
            proof = prove(trial, manifest)
            part.rename(target)
            swapping.sync(target.parent)
        finally:
            part.unlink(missing_ok=True)
    left_out = tuple(members.links(settings))
    return Made(target, target.stat().st_size, time.perf_counter() - began, proof, key, left_out)


def _write(settings: Settings, key: Key, part: Path, copied: Path) -> None:
    database = copied / DATABASE
    database.mkdir(mode=0o700, parents=True)
    # Keys are made and removed while the portal runs: those from before and after belong to the database.
    members.copy_keys(settings, copied / settings.keys.name)
    path = members.sqlite_path(settings)
    snapshot = sqlite.take(path, database) if path else postgresql.take(database)
    members.copy_keys(settings, copied / settings.keys.name)

    def describe(written: tuple[Member, ...]) -> Manifest:
        return Manifest(
            portal=portal_version(),
            created_at=int(time.time()),
            database="sqlite" if path else "postgresql",
            migrations=snapshot.migrations,
            rows=snapshot.rows,
            members=written,
        )

    def files() -> Iterator[tuple[str, Path]]:
        for folder, name in (
            (copied / settings.keys.name, f"{FILES}/{settings.keys.name}"),
            (database, DATABASE),
        ):
            yield from ((f"{name}/{file.name}", file) for file in sorted(folder.iterdir()))
        for file in members.files(settings):
            inner = file.relative_to(settings.instance)
            if file.parent != settings.keys:
                yield f"{FILES}/{inner.as_posix()}", file

    archive.write(part, key, files(), describe)


def prove(trial: Path, manifest: Manifest) -> str:
    """Judge an unpacked backup's database; returns what was found, as a sentence.

    Raises:
        BackupError: when it is not sound.
    """
    judge = sqlite.prove if manifest.database == "sqlite" else postgresql.prove
    return judge(trial / DATABASE, manifest)


def _target(destination: Path) -> Path:
    if destination.is_dir():
        stamp = datetime.now(UTC).strftime(STAMP)
        names = (f"{PREFIX}{stamp}{more}{SUFFIX}" for more in ("", *(f"-{n}" for n in range(2, 100))))
        destination = next(path for name in names if not _taken(path := destination / name))
    if _taken(destination):
        raise BackupError(f"{destination} exists already, or is being written; name another file.")
    if not destination.parent.is_dir():
        raise BackupError(f"There is no folder {destination.parent}.")
    return destination.absolute()


def _taken(path: Path) -> bool:
    return path.exists() or path.with_name(f"{path.name}.part").exists()


def note(settings: Settings, made: Made) -> None:
    """Remember when the last backup was made, for `doctor`."""
    folder = own_folder(settings)
    draft = folder / f".{LAST}"
    draft.write_text(
        json.dumps({"at": int(time.time()), "file": str(made.path), "bytes": made.size}), encoding="utf-8"
    )
    draft.rename(folder / LAST)


def last(settings: Settings) -> tuple[int, Path] | None:
    """When the last backup was made, in seconds of UTC, and its file; None when none was."""
    path = settings.instance / members.FOLDER / LAST
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return int(found["at"]), Path(found["file"])


def own_folder(settings: Settings) -> Path:
    """The instance's folder of backups, made when missing."""
    folder = settings.instance / members.FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def forget_older(folder: Path, days: int) -> list[Path]:
    """Remove the dated backups of a folder that are older than some days, by their names; returns them."""
    limit = time.time() - days * 86400
    gone = [path for path in sorted(folder.glob(f"{PREFIX}*{SUFFIX}")) if (at := _dated(path)) and at < limit]
    for path in gone:
        path.unlink()
    return gone


def _dated(path: Path) -> float | None:
    found = DATED.fullmatch(path.name)
    try:
        return found and datetime.strptime(found[1], STAMP).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None  # somebody named it: it is not ours to remove


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in a sentence what the disk refuses."""
    try:
        yield
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else str(error)
        raise BackupError(f"No backup was made: {reason}.") from None
