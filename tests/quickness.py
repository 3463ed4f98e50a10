"""What spares the tests time without changing anything they judge; the website itself does none of it.

Temporary files stay in memory where there is room, templates and addresses are compiled once per process
instead of once per site, and passwords are hashed at the lowest cost that argon2 knows.
"""

from __future__ import annotations

import gc
import os
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from types import CodeType

    from flask import Flask
    from jinja2.bccache import Bucket
    from passlib.context import CryptContext

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes its own private folder there

ROOM = 6 * 2**30
"""Bytes that must be free in memory; a whole run of the tests, all failing, leaves about a third of it."""

CHEAPEST = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}


def keep_files_in_memory() -> None:
    """Let pytest put its temporary folders where nothing waits for a disk, unless it was told where."""
    if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def place() -> str | None:
    """The folder in which temporary folders are made, if it is not the machine's own."""
    return os.environ.get("PYTEST_DEBUG_TEMPROOT")


def forget_no_more() -> None:
    """Take what was loaded so far out of the search for garbage: it stays until the end anyway."""
    gc.collect()
    gc.freeze()


class TemplatesOfThisProcess(BytecodeCache):
    """Compiled templates by their source, for every site that the tests make."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template that another site has compiled."""
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled."""
        self._compiled[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = TemplatesOfThisProcess()


@cache
def cheap_hashing() -> CryptContext:
    """Argon2 as the portal uses it, at the lowest cost."""
    from passlib.context import CryptContext  # noqa: PLC0415 - engine tests never load it

    return CryptContext(schemes=["argon2"], **CHEAPEST)


def quicken(site: Flask) -> Flask:
    """Make a site of the tests quick; gives it back."""
    site.jinja_env.bytecode_cache = TEMPLATES
    site.extensions["security"].pwd_context = cheap_hashing()
    return site
