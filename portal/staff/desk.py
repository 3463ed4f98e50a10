"""The desk: what waits for whoever has signed in, and where their work is. It furnishes the frame, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from portal import audit
from portal.identity import people
from portal.identity.roles import ADMINISTRATOR
from portal.staff import cells, forms, navigation, notices

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

bp = Blueprint("staff", __name__, url_prefix="/staff")

LATEST = 10
"""Lines of activity on an administrator's desk."""


@bp.record_once
def furnish(state: BlueprintSetupState) -> None:
    """Give the staff area's layout and macros what they are written with."""
    state.app.jinja_env.globals.update(
        staff_person=people.person,
        staff_entries=navigation.entries,
        staff_has_page=navigation.has_page,
        staff_account=navigation.ACCOUNT,
        staff_sign_out=navigation.SIGN_OUT,
        staff_notices=notices.take,
        field_errors=forms.flat,
    )
    state.app.jinja_env.filters.update(
        cell_kind=cells.kind,
        moment=cells.moment,
        machine_time=cells.machine_time,
        isolated=cells.isolated,
        audit_sentence=audit.sentence,
    )


@bp.get("/")
def index() -> str:
    """What waits, where to go, and for administrators what happened last."""
    lines = audit.latest(LATEST) if people.has(ADMINISTRATOR) else []
    areas = [entry for entry in navigation.entries() if entry.endpoint != "staff.index"]
    return render_template("staff/desk.html", waiting=navigation.what_waits(), areas=areas, lines=lines)
