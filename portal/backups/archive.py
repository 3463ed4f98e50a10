"""The archive inside the encryption: a tar stream whose last file is the manifest."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from portal.backups.model import BLOCK, BackupError, Manifest, Member
from portal.backups.sealed import DAMAGED, SealedReader, SealedWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from portal.backups.keys import Key

MANIFEST = "manifest.json"


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def read(self, count: int) -> bytes:
        data = self._file.read(count)
        self.hash.update(data)
        return data


def write(
    path: Path,
    key: Key,
    files: Iterable[tuple[str, Path]],
    describe: Callable[[tuple[Member, ...]], Manifest],
) -> Manifest:
    """Write a backup; it is on the disk when this returns.

    Args:
        path: the file to make, which does not exist.
        key: what it is encrypted with.
        files: name in the archive, and file, of each member; one that is gone by then is left out.
        describe: makes the manifest when all members are known.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        sealed = SealedWriter(file, key)
        with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="w|", bufsize=BLOCK) as tar:
            tar.copybufsize = BLOCK  # type: ignore[attr-defined] # the stub leaves it out
            members = tuple(member for member in (_add(tar, *pair) for pair in files) if member)
            manifest = describe(members)
            _add_text(tar, MANIFEST, manifest.to_json())
        sealed.finish()
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Member | None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        status = os.fstat(file.fileno())
        entry = _entry(name, status.st_size)
        entry.mtime = int(status.st_mtime)
        hashed = _Hashed(file)
        tar.addfile(entry, cast("IO[bytes]", hashed))
    return Member(name, status.st_size, hashed.hash.hexdigest())


def _add_text(tar: tarfile.TarFile, name: str, text: bytes) -> None:
    tar.addfile(_entry(name, len(text)), io.BytesIO(text))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def unpack(path: Path, key: Key, target: Path) -> Manifest:
    """Read a backup to its end, put its files into a folder, and compare them with the manifest.

    Args:
        path: the backup.
        key: what it was encrypted with.
        target: an empty folder.

    Raises:
        BackupError: for a file that is none of ours, is newer, was cut or changed, or needs another key.
    """
    found = {}
    manifest = None
    with path.open("rb") as file:
        sealed = SealedReader(file, key)
        try:
            with tarfile.open(fileobj=cast("IO[bytes]", sealed), mode="r|", bufsize=BLOCK) as tar:
                for entry in tar:
                    data = tar.extractfile(entry)
                    if data is None or manifest is not None:
                        raise BackupError(DAMAGED)
                    if entry.name == MANIFEST:
                        manifest = Manifest.from_json(data.read())
                    else:
                        found[entry.name] = _extract(entry, data, target)
        except tarfile.TarError:
            raise BackupError(DAMAGED) from None
        sealed.drain()
    if manifest is None or {member.path: member for member in manifest.members} != found:
        raise BackupError(DAMAGED)
    return manifest


def _extract(entry: tarfile.TarInfo, data: IO[bytes], target: Path) -> Member:
    inner = PurePosixPath(entry.name)
    if inner.is_absolute() or ".." in inner.parts:
        raise BackupError(DAMAGED)
    path = target / inner
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    hashed = hashlib.sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while block := data.read(BLOCK):
            hashed.update(block)
            file.write(block)
    os.utime(path, (entry.mtime, entry.mtime))
    return Member(entry.name, path.stat().st_size, hashed.hexdigest())
