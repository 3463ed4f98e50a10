"""The command line: running the portal, and the research team's work on surveys, answers and releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.commands import answering, keeping, people, publishing, running, surveying, working

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Hang the commands under `flask --app app`."""
    for command in (
        running.init,
        running.demo,
        running.serve,
        working.work,
        surveying.survey,
        answering.responses,
        answering.release,
        publishing.publishing,
        keeping.backup,
        keeping.restore,
        keeping.upgrade,
        keeping.doctor,
        people.user,
    ):
        app.cli.add_command(command)
