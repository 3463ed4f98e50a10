"""Who works here: the team's accounts, their roles, and the devices they are signed in on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.identity import gate, people, sessions, speaking

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings


def install(app: Flask, settings: Settings) -> None:
    """Keep sessions to the staff's addresses, protect forms, and tell templates who is signed in."""
    sessions.install(app, settings)
    gate.install(app)
    speaking.install(app)
    app.add_template_global(people.person, "person")
    app.add_template_global(people.has, "has_role")
