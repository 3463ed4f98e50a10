"""What erasing rows leaves behind: remains in the files of the database, and files made from the rows."""

from __future__ import annotations

from portal import audit, exports
from portal.privacy.models import Retention
from surveys.responses import erasure, store

RECENT = 2 * 86_400
"""Seconds for which the daily job clears again, in case a run was ended between erasing and clearing."""


def clear() -> None:
    """Clear away the remains of what was erased; outside any transaction.

    Files of records that wait for somebody may hold it too: they are taken away, and can be made again.
    """
    for file in exports.folder().glob("*"):
        file.unlink(missing_ok=True)
    erasure.scrub()


def expected() -> bool:
    """Whether something was erased lately."""
    since = store.now() - RECENT
    done = Retention.select().where(Retention.done_at > since).exists()
    return bool(done) or audit.happened("privacy.erased", since)
