"""One file that tells whether a server or a worker uses the instance; a restore has it to itself.

The lock is the kernel's: it ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from portal.backups import swapping
from portal.backups.model import BackupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "running.lock"


@contextmanager
def hold(instance: Path) -> Iterator[None]:
    """Tell that a server or a worker runs, while the `with` lasts; many may at once.

    A restore that was cut off half way is first brought to its end.

    Args:
        instance: the instance folder.

    Raises:
        BackupError: while a restore or an upgrade is under way.
    """
    if swapping.unfinished(instance):
        with exclusive(instance):
            swapping.finish(instance)
    with _locked(instance, fcntl.LOCK_SH) as free:
        if not free:
            raise BackupError("A restore or an upgrade is under way; start when it has ended.")
        yield


@contextmanager
def exclusive(instance: Path) -> Iterator[None]:
    """Keep servers and workers away while the `with` lasts.

    Args:
        instance: the instance folder.

    Raises:
        BackupError: while one of them runs.
    """
    with _locked(instance, fcntl.LOCK_EX) as free:
        if not free:
            raise BackupError(
                "The portal is running on this instance; stop its server and its worker first. "
                "Nothing was changed."
            )
        yield


@contextmanager
def _locked(instance: Path, kind: int) -> Iterator[bool]:
    handle = os.open(instance / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
