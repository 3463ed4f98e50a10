"""The website: what an organization answers in, and what a researcher or a conference attendee reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import (
    commands,
    config,
    database,
    errors,
    filters,
    languages,
    public_pages,
    security,
    static_files,
)
from portal.conference.views import bp as conference
from portal.errors import Portal
from portal.findings.views import bp as findings
from portal.home.views import bp as home
from portal.home.views import front
from portal.respond.views import bp as respond
from portal.stories.views import bp as stories
from portal.toolkit.views import bp as toolkit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

ROOMS = (home, respond, findings, stories, toolkit, conference)


def create_app(settings: Mapping[str, object] | None = None) -> Flask:
    """Make the portal.

    Args:
        settings: `PORTAL_*` name -> value; the environment when None.

    Raises:
        SettingsError: when a setting is missing or unsafe.
    """
    values = config.read(settings)
    app = Portal(__name__, static_folder=config.ROOT / "static", static_url_path="/static")
    app.config.update(PORTAL=values, TRUSTED_HOSTS=values.trusted_hosts)
    app.url_map.strict_slashes = True

    languages.install(app)
    database.install(app, values)
    public_pages.install(app)
    security.install(app)
    filters.install(app)
    static_files.install(app)
    errors.install(app)
    commands.install(app)

    app.register_blueprint(front)
    for room in ROOMS:
        app.register_blueprint(room)
    return app
