"""The worker: a process that does what takes longer than a page may, and what is due by itself."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import database, jobs
from portal.backups import running_lock
from portal.commands.wording import NOT_SET_UP, plain


@click.command()
@click.option("--attached", is_flag=True, hidden=True, help="End when standard input ends, as `serve` asks.")
@with_appcontext
@plain
def work(attached: bool) -> None:  # noqa: FBT001 - a command's flag
    """Do what waits, until stopped; `serve` starts one by itself."""
    click.get_current_context().with_resource(running_lock.hold(current_app.config["PORTAL"].instance))
    if database.pending():
        raise click.ClickException(NOT_SET_UP)
    jobs.work(current_app._get_current_object(), attached=attached)  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to the app itself
