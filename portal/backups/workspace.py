"""The instance's own private folder for what a backup must unpack: closed to others, and gone afterwards."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "tmp"
"""Its name in the instance; one folder in it for each command that runs."""


@contextmanager
def private(instance: Path) -> Iterator[Path]:
    """A folder that only this user can read, removed at the end, at a failure and at a request to end.

    Folders that a killed command has left are removed too: nobody holds their lock.

    Args:
        instance: the instance folder.
    """
    root = instance / NAME
    root.mkdir(mode=0o700, exist_ok=True)
    root.chmod(0o700)
    with _ending_cleanly():
        folder, handle = _make(root)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
            os.close(handle)


def _make(root: Path) -> tuple[Path, int]:
    """Make a locked folder; one command at a time, for an unlocked one would be taken for a left one."""
    turn = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _remove_left(root)
        folder = Path(tempfile.mkdtemp(dir=root))
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    finally:
        os.close(turn)
    return folder, handle


def _remove_left(root: Path) -> None:
    for folder in filter(Path.is_dir, root.iterdir()):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder)
        finally:
            os.close(handle)


@contextmanager
def _ending_cleanly() -> Iterator[None]:
    """Let a request to end run what tidies up, as Ctrl+C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
