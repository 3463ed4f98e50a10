"""What the tests of the website share: one walk through every public page for each language."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pytest

from portal import create_app
from surveys.responses import store
from tests import quickness
from tests.inspecting import InspectingClient
from tests.portal import walking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.portal.walking import Crawl


@pytest.fixture(scope="session")
def visit_demonstration(
    demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Iterator[InspectingClient]]:
    """Opens a copy of the demonstration's site while a `with` lasts: a process has one database at a time."""

    @contextmanager
    def visit() -> Iterator[InspectingClient]:
        instance = tmp_path_factory.mktemp("visit") / "instance"
        shutil.copytree(demo_folder, instance)
        site = quickness.quicken(create_app({"PORTAL_INSTANCE": instance}))
        site.testing = True
        try:
            yield InspectingClient(site)
        finally:
            store.let_go()
            store.database.close()

    return visit


@pytest.fixture(scope="session")
def crawled(visit_demonstration: Callable[[], Iterator[InspectingClient]]) -> Callable[[str], Crawl]:
    """Gives everything that links reach from a language's home page; each language is walked once."""

    @cache
    def crawled(language: str) -> Crawl:
        home = f"/{language}/"
        with visit_demonstration() as client:
            return walking.crawl(client, home, within=lambda path: path.startswith((home, "/static/")))

    return crawled
