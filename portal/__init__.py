"""The website: what an organization answers in, and what a researcher or a conference attendee reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import (
    audiences,
    commands,
    config,
    database,
    dated_facts,
    errors,
    filters,
    front_door,
    identity,
    jobs,
    languages,
    library,
    limits,
    logs,
    mail,
    public_pages,
    request_ids,
    secret,
    security,
    static_files,
    uploads,
)
from portal.accounts import installing as accounts
from portal.conference.views import bp as conference
from portal.errors import Portal
from portal.facts.views import bp as facts
from portal.feeds.views import bp as feeds
from portal.feeds.views import front as feeds_front
from portal.findings.views import bp as findings
from portal.home.unsubscribe import bp as unsubscribe
from portal.home.views import bp as home
from portal.home.views import front
from portal.operators import views as operators
from portal.platforms.views import bp as platforms
from portal.privacy import held as floor_held
from portal.respond import held as respond_held
from portal.respond.views import bp as respond
from portal.search.views import bp as search
from portal.share.views import bp as share
from portal.staff.activity import bp as staff_activity
from portal.staff.desk import bp as staff
from portal.staff.figures import bp as staff_figures
from portal.staff.jobs import bp as staff_jobs
from portal.staff.mail import bp as staff_mail
from portal.staff.organizations import bp as staff_organizations
from portal.staff.people import bp as staff_people
from portal.staff.privacy import bp as staff_privacy
from portal.staff.responses import bp as staff_responses
from portal.staff.surveys import bp as staff_surveys
from portal.stories.views import bp as stories
from portal.toolkit.chooser import bp as toolkit_chooser
from portal.toolkit.views import bp as toolkit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

ROOMS = (
    home,
    unsubscribe,
    respond,
    findings,
    stories,
    toolkit,
    toolkit_chooser,
    facts,
    platforms,
    conference,
    search,
    feeds,
    feeds_front,
    share,
    operators.bp,
    staff,
    staff_surveys,
    staff_organizations,
    staff_responses,
    staff_figures,
    staff_mail,
    staff_activity,
    staff_privacy,
    staff_jobs,
    staff_people,
)


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

    logs.install(app)
    secret.install(app, values)
    languages.install(app)
    request_ids.install(app)
    operators.install(app)
    database.install(app, values)
    public_pages.install(app)
    front_door.install(app, proxies=values.trusted_proxies)
    security.install(app)
    uploads.install(app)
    limits.install(app)
    filters.install(app)
    dated_facts.install(app)
    library.install(app)
    static_files.install(app)
    errors.install(app)
    identity.install(app, values)
    floor_held.register()
    respond_held.register()
    mail.install(app, values)
    accounts.install(app)
    audiences.install(app)
    jobs.install(app)
    commands.install(app)

    app.register_blueprint(front)
    for room in ROOMS:
        app.register_blueprint(room)
    audiences.check(app)
    logs.learn(app)
    return app
