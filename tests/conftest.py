"""Fixtures that every test can ask for: a site of its own, a client that inspects, databases, a browser."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import quickness
from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

pytest_plugins = ["tests.databases", "tests.browser"]

quickness.keep_files_in_memory()

ROOT = Path(__file__).parent.parent

DEMONSTRATION = 420
"""Invented organizations in `demo_app` and on the live site, as many as `make run` makes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the browser, and keep them on one worker: they share its live site."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_collection_finish() -> None:
    """Begin the tests with a settled memory."""
    quickness.forget_no_more()


def _made_once(name: str, factory: pytest.TempPathFactory, *options: str) -> Path:
    """A folder that `flask init` filled; workers that want the same one wait for the first to make it."""
    shared = factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else factory.getbasetemp()
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = shared / f"{name}.unfinished"
            environment = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
            run = subprocess.run(
                [sys.executable, "-m", "flask", "--app", "app", "init", *options],
                cwd=ROOT,
                env={**environment, "PORTAL_INSTANCE": str(unfinished)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 0, run.stdout + run.stderr
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def starter_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the starter content alone; never write to it, copy it."""
    return _made_once("starter", tmp_path_factory)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the starter content and the demonstration; never write to it, copy it."""
    return _made_once("demo", tmp_path_factory, "--demo", str(DEMONSTRATION))


def _sites(place: Path) -> Iterator[Callable[..., Flask]]:
    from portal import create_app  # noqa: PLC0415 - engine tests never load the website
    from surveys.responses import store  # noqa: PLC0415 - likewise

    def make(folder: Path, **settings: object) -> Flask:
        instance = place / "instance"
        shutil.copytree(folder, instance)
        site = create_app({"PORTAL_INSTANCE": instance, **settings})
        site.testing = True
        return quickness.quicken(site)

    yield make
    store.let_go()
    if store.database.obj is not None:
        store.database.close()


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes a site on a copy of an instance: `make_site(starter_folder, PORTAL_CONTACT="a@example.org")`."""
    yield from _sites(tmp_path)


@pytest.fixture(scope="module")
def lasting_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Flask]]:
    """Like `make_site`, for a module whose tests share one site, leave it as it was and make no other."""
    yield from _sites(tmp_path_factory.mktemp("lasting"))


@pytest.fixture
def app(make_site: Callable[..., Flask], starter_folder: Path) -> Flask:
    """A site with the starter content and an open survey that nobody has answered, this test's alone."""
    return make_site(starter_folder)


@pytest.fixture
def demo_app(make_site: Callable[..., Flask], demo_folder: Path) -> Flask:
    """A site with the demonstration and its release, this test's alone."""
    return make_site(demo_folder)


def _stored(request: pytest.FixtureRequest, make: Callable[..., Flask], url: str) -> Flask:
    found = request.getfixturevalue("starter_folder" if url.startswith("sqlite:") else "postgresql_starter")
    return make(getattr(found, "folder", found), PORTAL_DATABASE_URL=url)


@pytest.fixture
def stored_app(request: pytest.FixtureRequest, make_site: Callable[..., Flask], store_url: str) -> Flask:
    """Like `app`, once on SQLite and once on PostgreSQL."""
    return _stored(request, make_site, store_url)


@pytest.fixture(scope="module")
def lasting_stored_app(
    request: pytest.FixtureRequest, lasting_store_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Like `stored_app`, shared by the tests of a module; see `lasting_site`."""
    for make in _sites(tmp_path_factory.mktemp("lasting")):
        yield _stored(request, make, lasting_store_url)


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A visitor of `app` who inspects every page."""
    return InspectingClient(app)


@pytest.fixture
def demo_client(demo_app: Flask) -> InspectingClient:
    """A visitor of `demo_app` who inspects every page."""
    return InspectingClient(demo_app)
