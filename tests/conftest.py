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

from tests.inspecting import InspectingClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

pytest_plugins = ["tests.databases", "tests.browser"]

ROOT = Path(__file__).parent.parent

DEMONSTRATION = 420
"""Invented organizations in `demo_app` and on the live site, as many as `make run` makes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the browser, and keep them on one worker: they share its live site."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


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


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes a site on a copy of an instance: `make_site(starter_folder, PORTAL_CONTACT="a@example.org")`."""
    from portal import create_app  # noqa: PLC0415 - engine tests never load the website
    from surveys.responses import store  # noqa: PLC0415 - likewise

    def make(folder: Path, **settings: object) -> Flask:
        instance = tmp_path / "instance"
        shutil.copytree(folder, instance)
        site = create_app({"PORTAL_INSTANCE": instance, **settings})
        site.testing = True
        return site

    yield make
    store.let_go()
    if store.database.obj is not None:
        store.database.close()


@pytest.fixture
def app(make_site: Callable[..., Flask], starter_folder: Path) -> Flask:
    """A site with the starter content and an open survey that nobody has answered, this test's alone."""
    return make_site(starter_folder)


@pytest.fixture
def demo_app(make_site: Callable[..., Flask], demo_folder: Path) -> Flask:
    """A site with the demonstration and its release, this test's alone."""
    return make_site(demo_folder)


@pytest.fixture
def stored_app(make_site: Callable[..., Flask], starter_folder: Path, store_url: str) -> Flask:
    """Like `app`, once on SQLite and once on PostgreSQL."""
    site = make_site(starter_folder, PORTAL_DATABASE_URL=store_url)
    made = site.test_cli_runner().invoke(args=["init"])
    assert made.exit_code == 0, made.output
    return site


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A visitor of `app` who inspects every page."""
    return InspectingClient(app)


@pytest.fixture
def demo_client(demo_app: Flask) -> InspectingClient:
    """A visitor of `demo_app` who inspects every page."""
    return InspectingClient(demo_app)
