"""The migrations make exactly the tables the engine uses."""

from __future__ import annotations

import pytest
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from surveys.responses import store
from tests.databases import MIGRATIONS


@pytest.mark.usefixtures("opened_store")
def test_migrations_make_the_tables_that_the_engine_uses() -> None:
    assert not diff_models(store.database.obj, list(store.TABLES))


@pytest.mark.usefixtures("opened_store")
def test_migrations_are_not_run_twice() -> None:
    assert Runner(store.database.obj, str(MIGRATIONS)).up() == []
