"""What pages say of a job: its states, and why it ended without a result.

Why is kept as a sentence, or as a code with a colon in front and what its sentence names: a page has a
reader, and so a language; a job has none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from portal.jobs.models import CANCELLED, DONE, FAILED, QUEUED, REFUSED, RUNNING

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Mapping[str, object] = {
    QUEUED: _("Waiting to start"),
    RUNNING: _("Under way"),
    DONE: _("Done"),
    REFUSED: _("Refused"),
    FAILED: _("Failed"),
    CANCELLED: _("Stopped"),
}
"""State -> what it is called."""

UNEXPECTED = ":unexpected"
LOST = ":lost"
UNKNOWN = ":unknown"

FAULTS: dict[str, object] = {
    UNEXPECTED: _("Something unexpected went wrong, several times. The log of the portal has the details."),
    LOST: _(
        "The work was interrupted again and again and was given up. Start it anew when the portal is well."
    ),
    UNKNOWN: _("This version of the portal does not know this kind of work."),
}
"""Code of a fault or of a refusal -> its sentence."""


def kept(error: object, params: Mapping[str, str]) -> str:
    """Why a job was refused, as its row keeps it.

    Args:
        error: a sentence, or a code of `FAULTS`.
        params: what the code's sentence names.
    """
    return f"{error} {json.dumps(params)}" if params else str(error)


def sentence(error: str | None) -> str | None:
    """Why a job was refused or failed, in the page's language; None for one that was not."""
    if error is None:
        return None
    code, _space, params = error.partition(" ")
    return str(FAULTS[code]) % json.loads(params or "{}") if code in FAULTS else error
