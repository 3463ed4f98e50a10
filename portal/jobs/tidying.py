"""Finished jobs are forgotten after a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from portal.jobs import registry
from portal.jobs.models import DONE, FINISHED, JobRow
from surveys.responses import store

if TYPE_CHECKING:
    from portal.jobs.execution import Running

DAY = 86_400

KEPT = 90 * DAY
"""Seconds for which a finished job is kept."""

KEPT_BY_ITSELF = DAY
"""Seconds for which one is kept that nobody asked for and that went well: mail makes one each minute."""

AT_ONCE = 500
"""Jobs removed in one transaction."""


@registry.task("tidy-jobs", title=_("Remove old jobs"))
def tidy(job: Running) -> dict[str, int]:
    """Remove jobs finished more than 90 days ago; after a day the portal's own that went well."""
    now = store.now()
    own = (JobRow.state == DONE) & JobRow.asked_by.is_null() & (JobRow.finished_at < now - KEPT_BY_ITSELF)
    old = own | (JobRow.state.in_(FINISHED) & (JobRow.finished_at < now - KEPT))
    removed = 0
    while True:
        with store.write():
            some = [row.id for row in JobRow.select(JobRow.id).where(old).limit(AT_ONCE)]
            removed += JobRow.delete().where(JobRow.id.in_(some)).execute()
        if len(some) < AT_ONCE:
            return {"removed": removed}
        job.progress(removed)


registry.periodic("tidy-jobs", task="tidy-jobs", every=DAY)
