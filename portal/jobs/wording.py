"""What pages say of a job: its states, and why it ended without a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from portal.jobs.models import CANCELLED, DONE, FAILED, QUEUED, RUNNING

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Mapping[str, object] = {
    QUEUED: _("Waiting to start"),
    RUNNING: _("Under way"),
    DONE: _("Done"),
    FAILED: _("Failed"),
    CANCELLED: _("Stopped"),
}
"""State -> what it is called."""

UNEXPECTED = ":unexpected"
LOST = ":lost"
UNKNOWN = ":unknown"

FAULTS: Mapping[str, object] = {
    UNEXPECTED: _("Something unexpected went wrong, several times. The log of the portal has the details."),
    LOST: _(
        "The work was interrupted again and again and was given up. Start it anew when the portal is well."
    ),
    UNKNOWN: _("This version of the portal does not know this kind of work."),
}
"""Code of a fault -> its sentence. A refusal has its own sentence instead of a code."""


def sentence(error: str | None) -> str | None:
    """Why a job failed, in the page's language; None for one that did not."""
    if error is None:
        return None
    return str(FAULTS[error]) if error in FAULTS else error
