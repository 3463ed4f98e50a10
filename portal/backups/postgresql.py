"""PostgreSQL in a backup: every table's rows as of one moment, put back into tables that our migrations make.

Putting back happens in a schema of its own within one transaction, so that it can be rehearsed and undone,
and so that the tables which make way are kept whole.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from peewee import DatabaseError
from peewee import __exception_wrapper__ as _as_ours  # type: ignore[attr-defined] # the stub leaves it out
from playhouse.migrations import Runner

from portal import database
from portal.backups.model import BLOCK, BackupError
from portal.backups.snapshots import HISTORY, NOT_SET_UP, SIGNS_OF_LIFE, Snapshot
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portal.backups.model import Manifest

TABLES = "tables.json"

ONE_MOMENT = "REPEATABLE READ READ ONLY"
"""A transaction that sees the database as it stood at its beginning, whatever is written meanwhile."""

OURS = """
SELECT c.relname, c.relkind::text FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname
"""

FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""

COLUMNS = """
SELECT attname, pg_get_serial_sequence(quote_ident(%s), attname) FROM pg_attribute
WHERE attrelid = quote_ident(%s)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""

REFERENCES = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table in a backup.

    Attributes:
        columns: their names, in the order in which the file has them.
        sequences: column -> where its numbering stands, as (last value, whether it was used).
        rows: how many the file has.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    sequences: dict[str, tuple[int, bool]]
    rows: int


def take(folder: Path) -> Snapshot:
    """Write every table's rows to files, all as of one moment.

    Raises:
        BackupError: when the database was not set up, or cannot be read.
    """
    try:
        with _transaction(ONE_MOMENT):
            names = _tables()
            if HISTORY not in names:
                raise BackupError(NOT_SET_UP)
            tables = [_copy_out(name, folder / f"{number:04d}.copy") for number, name in enumerate(names)]
            migrations = _migrations()
    except DatabaseError as error:
        raise BackupError(f"The database cannot be copied: {_line(error)}.") from None
    (folder / TABLES).write_text(json.dumps([asdict(table) for table in tables]), encoding="utf-8")
    return Snapshot(migrations, {table.name: table.rows for table in tables})


def prove(folder: Path, manifest: Manifest) -> str:
    """Put the rows into the tables of a schema that is given up again; returns what was found, as a sentence.

    Raises:
        BackupError: when the rows do not fit, or are not what the manifest says.
    """
    tables = _read_tables(folder)
    found = {table.name: _lines(folder / table.file) for table in tables}
    if found != manifest.rows:
        raise BackupError("The rows in the backup are not those that were backed up.")
    counted = f"{len(tables)} tables with {sum(found.values())} rows, as many as were backed up"
    try:
        with _transaction() as transaction:
            allowed = _one("SELECT has_database_privilege(current_database(), 'CREATE')")
            if allowed:
                _load(folder, manifest, "portal_rehearsal")
            transaction.rollback()
    except DatabaseError as error:
        raise BackupError(f"The rows in the backup cannot be put back: {_line(error)}.") from None
    if not allowed:
        return f"It holds {counted}. They were not put back for trial: the user may make no schema."
    return f"Its rows were put back for trial: {counted}."


@contextmanager
def replacing(folder: Path, manifest: Manifest, kept: str) -> Iterator[None]:
    """Put the rows back for good and keep what is there in a schema; undone as a whole if the body fails.

    Args:
        folder: the unpacked tables.
        manifest: what they are.
        kept: the name of the schema for the tables that make way.

    Raises:
        BackupError: when it cannot be done; the database is then as it was.
    """
    try:
        with _transaction():
            live = str(_one("SELECT current_schema()"))
            new = f"{kept}_new"
            old_relations, old_functions = _all(OURS), _all(FUNCTIONS)
            _load(folder, manifest, new)
            if SIGNS_OF_LIFE in manifest.rows:
                _run(f"DELETE FROM {SIGNS_OF_LIFE}")  # noqa: S608 - our own table
            relations, functions = _all(OURS), _all(FUNCTIONS)
            _run(f"SET LOCAL search_path TO {_quoted(live)}")
            _run(f"CREATE SCHEMA {_quoted(kept)}")
            _move(old_relations, old_functions, kept)
            _run(f"SET LOCAL search_path TO {_quoted(new)}")
            _move(relations, functions, live)
            _run(f"DROP SCHEMA {_quoted(new)}")
            yield
    except DatabaseError as error:
        raise BackupError(f"The database was left as it was: {_line(error)}.") from None


def _load(folder: Path, manifest: Manifest, schema: str) -> None:
    _run(f"CREATE SCHEMA {_quoted(schema)}")
    _run(f"SET LOCAL search_path TO {_quoted(schema)}")
    runner = Runner(store.database.obj, str(database.MIGRATIONS))
    runner.up(manifest.migrations[-1])
    tables = _read_tables(folder)
    if set(_tables()) != {table.name for table in tables}:
        strange = set(_tables()) ^ {table.name for table in tables}
        raise BackupError(f"The portal's migrations and the backup differ in the table {min(strange)}.")
    references = _all(REFERENCES)
    for table, name, _definition in references:
        _run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in tables:
        _copy_in(table, folder / table.file)
    for table, name, definition in references:
        _run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    if {name: _count(name) for name in _tables()} != manifest.rows or _migrations() != manifest.migrations:
        raise BackupError("The rows that were put back are not those that were backed up.")


def _copy_out(name: str, path: Path) -> Table:
    found = _all(COLUMNS, name, name)
    columns = tuple(column for column, _ in found)
    sequences = {
        column: _all(f"SELECT last_value, is_called FROM {sequence}")[0]  # noqa: S608 - quoted by PostgreSQL
        for column, sequence in found
        if sequence
    }
    listed = ", ".join(map(_quoted, columns))
    statement = f"COPY {_quoted(name)} ({listed}) TO STDOUT (ENCODING 'UTF8')"
    with _as_ours, path.open("wb", buffering=BLOCK) as file, _cursor().copy(statement) as copy:
        for data in copy:
            file.write(data)
    return Table(name, path.name, columns, sequences, _count(name))


def _copy_in(table: Table, path: Path) -> None:
    name = _quoted(table.name)
    # A migration may have put rows there, and its triggers may guard them.
    _run(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    _run(f"DELETE FROM {name}")  # noqa: S608 - quoted above
    listed = ", ".join(map(_quoted, table.columns))
    statement = f"COPY {name} ({listed}) FROM STDIN (ENCODING 'UTF8')"
    with _as_ours, path.open("rb") as file, _cursor().copy(statement) as copy:
        while data := file.read(BLOCK):
            copy.write(data)
    _run(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    for column, (value, used) in table.sequences.items():
        _run("SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", name, column, value, used)


def _move(relations: list[Any], functions: list[Any], target: str) -> None:
    """Move tables with their indexes and numbering, views, and functions to another schema."""
    kinds = {"v": "VIEW", "m": "MATERIALIZED VIEW"}
    for name, kind in relations:
        _run(f"ALTER {kinds.get(kind, 'TABLE')} {_quoted(name)} SET SCHEMA {_quoted(target)}")
    for (signature,) in functions:
        _run(f"ALTER ROUTINE {signature} SET SCHEMA {_quoted(target)}")


def _read_tables(folder: Path) -> list[Table]:
    found = json.loads((folder / TABLES).read_text(encoding="utf-8"))
    return [Table(**{**table, "columns": tuple(table["columns"])}) for table in found]


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(data.count(b"\n") for data in iter(lambda: file.read(BLOCK), b""))


def _tables() -> list[str]:
    return [name for name, kind in _all(OURS) if kind in {"r", "p"}]


def _migrations() -> tuple[str, ...]:
    return tuple(name for (name,) in _all('SELECT name FROM schema_migration ORDER BY name COLLATE "C"'))


def _count(name: str) -> int:
    return int(_one(f"SELECT count(*) FROM {_quoted(name)}"))  # noqa: S608 - quoted


@contextmanager
def _transaction(kind: str | None = None) -> Iterator[Any]:
    store.reconnect_if_lost()
    with store.database.obj.transaction(*([kind] if kind else [])) as transaction:
        yield transaction


def _cursor() -> Any:
    return store.database.obj.connection().cursor()


def _run(statement: str, *values: object) -> None:
    store.database.execute_sql(statement, values or None)


def _all(statement: str, *values: object) -> list[Any]:
    return list(store.database.execute_sql(statement, values or None).fetchall())


def _one(statement: str) -> Any:
    return _all(statement)[0][0]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _line(error: Exception) -> str:
    return str(error.args[0] if error.args else error).strip().partition("\n")[0].rstrip(".")
