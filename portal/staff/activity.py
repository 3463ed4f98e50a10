"""Activity for administrators: who saw, changed, exported or released what, and whether that is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import lazy_gettext as _

from portal import audiences, audit
from portal.audit.actions import GROUPS, KINDS, MACHINES, SYSTEM
from portal.audit.models import Row
from portal.identity import people
from portal.identity.models import User
from portal.staff.tables import Column, Filter, Link, Table, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

bp = Blueprint("staff_activity", __name__, url_prefix="/staff/activity")


def _wave(ident: str) -> dict[str, str]:
    slug, _at, name = ident.partition("@")
    return {"slug": slug, "name": name}


PAGES: Mapping[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "wave": ("staff_surveys.survey", _wave),
    "person": ("staff_people.one", lambda ident: {"pseudonym": ident}),
    "job": ("staff_jobs.show", lambda ident: {"ident": ident}),
}
"""Kind of object -> the endpoint of its page, and the arguments of its address."""


PORTAL = ("job", SYSTEM)
"""Actors that are the portal itself: one entry among the filters, under the first."""


@bp.get("/")
def index() -> str:
    """Every line of the trail, the newest first."""
    named = {actor: audit.named(actor) for actor in MACHINES if actor != SYSTEM}
    named |= {row.pseudonym: row.name for row in User.select().order_by(User.name, User.id)}
    table = Table(
        Row.select(),
        [
            Column("at", _("When"), sort=Row.id, cell=lambda row: Time(row.at)),
            Column("who", _("Who"), sort=Row.actor, cell=lambda row: audit.named(row.actor)),
            Column(
                "what",
                _("What happened"),
                sort=Row.action,
                cell=lambda row: audit.sentence(audit.line_of(row)),
            ),
            Column("object", _("To what"), sort=Row.ident, cell=_object),
        ],
        filters=[
            Filter("about", _("About"), GROUPS, lambda group: Row.action.startswith(f"{group}.")),
            Filter("by", _("Person"), named, _by),
        ],
        order=Row.id.desc(),
        empty=_("Nothing is on record yet."),
        caption=_("Activity"),
    )
    return render_template(
        "staff/activity.html", table=table, broken=audit.verify(), lines=audit.last()
    )  # fmt: skip


def _by(actor: str) -> Any:
    return Row.actor.in_(PORTAL) if actor in PORTAL else Row.actor == actor


def _object(row: Row) -> Any:
    kind = KINDS.get(row.kind, row.kind)
    if not row.ident:
        return kind
    if row.kind in PAGES:
        endpoint, arguments = PAGES[row.kind]
        if _may_open(endpoint) and all(arguments(row.ident).values()):
            text = audit.named(row.ident) if row.kind == "person" else row.ident
            return [kind, Link(text, url_for(endpoint, **arguments(row.ident)))]
    return [kind, row.ident]


def _may_open(endpoint: str) -> bool:
    """Whether there is such a page, and the signed-in person has a role for it."""
    if endpoint not in current_app.view_functions:
        return False
    roles = audiences.AUDIENCES[endpoint].roles
    return roles is not None and (not roles or people.has(*roles))
