"""The queue: huey carries a job's id from the transaction that asked for it to whichever worker is free.

Only huey's storage is used, on the portal's own database handle: a message is the bytes of an id and nothing
else, so nothing is pickled, and what a job is and whether it still waits is read from its row.
"""

from __future__ import annotations

from typing import Any

from huey.contrib.sql_huey import SqlStorage

from surveys.responses import store

NAME = "portal"

_storages: list[Any] = []


def _storage() -> Any:
    """The storage on the database that is bound now: tests bind another one to the same process."""
    if not _storages or _storages[-1].database is not store.database.obj:
        _storages[:] = [_made()]
    return _storages[-1]


def _made() -> Any:
    """A storage whose tables have names of their own: the portal has a table `counter` already."""
    untyped: Any = SqlStorage
    storage = untyped(NAME, database=store.database.obj, create_tables=False)
    for model in (storage.KV, storage.Schedule, storage.Task, storage.Counter):
        model._meta.set_table_name(f"huey_{model._meta.table_name}")  # noqa: SLF001 - peewee's documented name
    return storage


def send(ident: str) -> None:
    """Put a job's id in the queue, within the transaction that is open."""
    _storage().enqueue(ident.encode())


def receive() -> str | None:
    """Take the oldest id out of the queue, for this process alone; None when it is empty."""
    message: bytes | None = _storage().dequeue()
    return None if message is None else message.decode()


def empty() -> bool:
    """Whether nothing waits: one cheap query, which takes no lock."""
    return not _storage().tasks().exists()


def waiting() -> set[str]:
    """The ids in the queue."""
    return {message.decode() for message in _storage().enqueued_items()}
