"""The one database: opened by its address, migrated, and kept open while the process lives."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from flask import request
from peewee import DatabaseError, OperationalError
from playhouse.migrations import Runner

from portal.config import SettingsError
from surveys.responses import store

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings

Fault = DatabaseError
"""What the database says when it cannot do what it was asked."""

FOR_OPERATORS = "operators."
"""How endpoints begin that tell by themselves whether the database is there."""

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate() -> list[str]:
    """Bring the database to the newest shape; returns the names of the migrations applied."""
    return list(_runner().up())


def pending() -> list[str]:
    """Names of migrations that were not applied yet."""
    applied = _runner().applied()
    return [migration.name for migration in _runner().migrations() if migration.name not in applied]


def _runner() -> Runner:
    return Runner(store.database.obj, directory=str(MIGRATIONS))


def install(app: Flask, settings: Settings) -> None:
    """Bind the store to its database, and give each request's connection back at its end."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    try:
        store.bind(store.connect(settings.database_url))
    except store.StoreError as error:
        raise SettingsError(f"PORTAL_DATABASE_URL cannot be used. {error}") from None

    @app.before_request
    def stay_open() -> None:
        # Each serving process holds one connection from its first request on: reading survives a full disk.
        if (request.endpoint or "").startswith(FOR_OPERATORS):
            return
        try:
            store.keep_open()
        except sqlite3.DatabaseError as error:
            raise OperationalError(f"the file cannot be opened: {error}") from error

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        if not store.database.is_closed() and not store.database.in_transaction():
            store.database.close()
