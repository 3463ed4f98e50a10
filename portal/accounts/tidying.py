"""What is held of forms that came too late is removed after an hour, whether anybody fetched it or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from portal import jobs
from portal.identity import held_forms
from surveys.responses import store

if TYPE_CHECKING:
    from portal.jobs import Running

TASK = "tidy-held-forms"

HOURLY = 3600
"""Seconds."""


@jobs.task(TASK, title=_("Remove forms that nobody sent again"))
def tidy(_job: Running) -> dict[str, int]:
    """Remove every held form that is older than an hour."""
    with store.write():
        return {"removed": held_forms.tidy()}


jobs.periodic(TASK, task=TASK, every=HOURLY)
