"""The database: opened by its address, kept open, and the one way to write to it.

Every write runs inside `write()`. On SQLite that takes the write lock at once, so that a writer waits for
another instead of failing half way; on PostgreSQL the row that is written is locked with `lock()`.
"""

from __future__ import annotations

import importlib.util
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from peewee import Database, DatabaseProxy, Model, PostgresqlDatabase, SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator

ModelT = TypeVar("ModelT", bound=Model)

database = DatabaseProxy()
"""The database of this process; `bind` sets it."""

PRAGMAS = (("journal_mode", "wal"), ("synchronous", "full"), ("foreign_keys", "on"))
"""Set on each connection, for SQLite forgets all but the first when a connection ends."""

LOCK_SECONDS = 30
"""How long a SQLite writer waits for another (its busy timeout)."""

_POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")
_keepers: list[sqlite3.Connection] = []


class StoreError(Exception):
    """The database cannot be used as it is asked for; the message is a sentence for the operator."""


def connect(url: str) -> Database:
    """Make the database of an address; nothing is opened yet.

    Args:
        url: `sqlite:///relative.db`, `sqlite:////absolute.db`, or `postgresql://user@host/name`.

    Raises:
        StoreError: for an address that cannot serve, and for PostgreSQL without its driver.
    """
    if url.startswith("sqlite:///"):
        path = unquote(url.removeprefix("sqlite:///"))
        if path in {"", ":memory:"}:
            raise StoreError("A database in memory would forget every answer; write sqlite:///path/to/file.")
        return SqliteDatabase(path, pragmas=PRAGMAS, timeout=LOCK_SECONDS)
    for scheme in _POSTGRESQL:
        if url.startswith(scheme):
            if importlib.util.find_spec("psycopg") is None:
                raise StoreError("PostgreSQL needs its driver: pip install 'psycopg[binary]'.")
            return PostgresqlDatabase("postgresql://" + url.removeprefix(scheme), prefer_psycopg3=True)
    shown = url.partition(":")[0]
    raise StoreError(f"A database address begins with sqlite:/// or postgresql://, not with {shown!r}.")


def bind(opened: Database) -> None:
    """Let all tables of this process live in a database."""
    let_go()
    database.initialize(opened)


def keep_open() -> None:
    """Hold one idle connection for this process; each server process calls it once, after its fork.

    When the last connection to a SQLite file closes, its log is deleted, and a full disk then cannot even
    be read, because the log must be made anew. While one connection stays open reading goes on.
    """
    if not isinstance(database.obj, SqliteDatabase) or _keepers:
        return
    keeper = sqlite3.connect(database.obj.database, check_same_thread=False, isolation_level=None)
    keeper.execute("PRAGMA journal_mode = wal").fetchall()
    keeper.execute("SELECT count(*) FROM sqlite_master").fetchall()
    _keepers.append(keeper)


def let_go() -> None:
    """Close what `keep_open` holds."""
    while _keepers:
        _keepers.pop().close()


def reconnect_if_lost() -> None:
    """Drop this thread's connection if the server has hung up, so that the next query opens a new one."""
    if not database.is_closed() and not database.in_transaction() and not database.is_connection_usable():
        database.close()


@contextmanager
def write() -> Iterator[None]:
    """A transaction that may write: all of it or nothing. Inside another one it is a savepoint."""
    reconnect_if_lost()
    kind = ("IMMEDIATE",) if isinstance(database.obj, SqliteDatabase) else ()
    with database.atomic(*kind):
        yield


def lock(model: type[ModelT], key: str | int) -> ModelT:
    """Read a row that nobody else can write until this transaction ends.

    Raises:
        peewee.DoesNotExist: when there is no such row.
    """
    query = model.select().where(model._meta.primary_key == key)  # noqa: SLF001 - peewee's documented name
    if database.for_update:
        # Writers of this row wait; new rows that only refer to it do not.
        query = query.for_update("FOR NO KEY UPDATE")  # type: ignore[arg-type] # the stub knows a flag only
    row: ModelT = query.get()
    return row
