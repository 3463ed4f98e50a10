"""The database is opened safely, and a write is all of it or nothing."""

from __future__ import annotations

import importlib.util
import sqlite3
from typing import TYPE_CHECKING

import pytest
from peewee import PostgresqlDatabase

from surveys.responses import store
from surveys.responses.connection import LOCK_SECONDS
from tests.databases import at_once

if TYPE_CHECKING:
    from pathlib import Path


def failing(slug: str) -> None:
    with store.write():
        store.Survey.create(slug=slug)
        raise ValueError("half way")


def rows() -> int:
    return store.Survey.select().count()


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "postgresql:name", "sqlite://", "sqlite:///", "sqlite:///:memory:", ""]
)
def test_an_address_that_cannot_serve_is_refused(url: str) -> None:
    with pytest.raises(store.StoreError, match="sqlite:///"):
        store.connect(url)


def test_a_refused_address_is_not_repeated_with_its_password() -> None:
    with pytest.raises(store.StoreError) as refused:
        store.connect("mysql://user:secret@host/name")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_known_by_each_of_its_schemes(scheme: str) -> None:
    database = store.connect(f"{scheme}://user@host/name?sslmode=require")
    assert isinstance(database, PostgresqlDatabase)
    assert database.database == "postgresql://user@host/name?sslmode=require"


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(store.StoreError, match=r"pip install 'psycopg\[binary\]'"):
        store.connect("postgresql://host/name")


def test_every_sqlite_connection_is_set_for_safety(tmp_path: Path) -> None:
    store.bind(store.connect(f"sqlite:///{tmp_path}/portal.sqlite"))
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")

    def settings() -> list[object]:
        return [store.database.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in names]

    full, busy = 2, LOCK_SECONDS * 1000
    try:
        assert settings() == ["wal", full, 1, busy]
        assert at_once([settings] * 3) == [["wal", full, 1, busy]] * 3
    finally:
        store.database.close()


@pytest.mark.usefixtures("opened_store")
def test_a_write_that_fails_leaves_nothing() -> None:
    with pytest.raises(ValueError, match="half way"):
        failing("one")
    assert rows() == 0


@pytest.mark.usefixtures("opened_store")
def test_a_write_inside_a_write_fails_alone() -> None:
    with store.write():
        store.Survey.create(slug="one")
        with pytest.raises(ValueError, match="half way"):
            failing("two")
    assert [row.slug for row in store.Survey.select()] == ["one"]


@pytest.mark.usefixtures("opened_store")
def test_a_locked_row_is_read_after_the_writer_before_us() -> None:
    store.Survey.create(slug="one")

    def add_one() -> None:
        for _ in range(10):
            with store.write():
                row = store.lock(store.Survey, 1)
                row.releases += 1
                row.save()

    assert at_once([add_one] * 6) == [None] * 6
    assert store.Survey.get().releases == 60


@pytest.mark.usefixtures("opened_store")
def test_a_wave_goes_with_its_survey() -> None:
    survey = store.Survey.create(slug="one")
    instrument = store.Instrument.create(hash="h", filename="f", source="s")
    store.Wave.create(survey=survey, name="w", ordinal=1, instrument=instrument)
    store.Survey.delete().execute()
    assert store.Wave.select().count() == 0


def test_a_process_that_keeps_open_can_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "portal.sqlite"
    store.bind(store.connect(f"sqlite:///{path}"))
    store.database.create_tables([store.Survey])
    store.Survey.create(slug="one")
    store.database.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["portal.sqlite"]
    store.keep_open()
    store.keep_open()
    try:
        assert rows() == 1
        store.database.close()
        names = sorted(file.name for file in tmp_path.iterdir())
        assert names == ["portal.sqlite", "portal.sqlite-shm", "portal.sqlite-wal"]
    finally:
        store.let_go()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["portal.sqlite"]


def test_keeping_open_holds_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "portal.sqlite"
    store.bind(store.connect(f"sqlite:///{path}"))
    store.keep_open()
    try:
        with sqlite3.connect(path, timeout=0) as other:
            other.execute("CREATE TABLE t (x)")
        other.close()
    finally:
        store.let_go()


@pytest.mark.postgresql
def test_a_lost_connection_is_made_anew(request: pytest.FixtureRequest) -> None:
    cluster = request.getfixturevalue("postgresql_cluster")
    store.bind(store.connect(cluster.url("postgres")))
    try:
        pid = store.database.execute_sql("SELECT pg_backend_pid()").fetchone()[0]
        cluster.run(f"SELECT pg_terminate_backend({pid})")
        with pytest.raises(Exception, match=r"terminat|closed|lost"):
            store.database.execute_sql("SELECT 1")
        store.reconnect_if_lost()
        assert store.database.execute_sql("SELECT 1").fetchone()[0] == 1
    finally:
        store.database.close()


def test_a_new_database_file_is_made_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "with space.sqlite"
    store.bind(store.connect(f"sqlite:///{str(path).replace(' ', '%20')}"))
    store.database.connect()
    store.database.close()
    assert path.is_file()
