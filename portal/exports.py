"""Files of records, written in a job for one person, and taken away a day later."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

from flask import current_app
from flask_babel import lazy_gettext as _l

from portal import jobs
from surveys.responses import records, waves
from surveys.responses.model import NothingSubmitted, UnknownSurvey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from portal.jobs import Running

TASK = "export-records"

KEPT = 86_400
"""Seconds for which a file waits to be taken."""


def folder() -> Path:
    """Where the files lie."""
    return cast("Path", current_app.config["PORTAL"].instance) / "exports"


def path(job_id: str) -> Path | None:
    """The file of a job, or None when it is no longer there."""
    found = folder() / f"{job_id}.export"
    return found if found.is_file() else None


NOTHING_SUBMITTED = ":nothing_submitted"

jobs.FAULTS[NOTHING_SUBMITTED] = _l("Nothing has been submitted yet, so there is nothing to write.")


@jobs.task(TASK, title=_l("Write a file of records"))
def export_records(
    job: Running, survey: str, wave: str, form: str, *, identifiers: bool
) -> Mapping[str, Any]:
    """Write the submitted responses of a wave to a file; a second run writes the same file again.

    Returns:
        How many `rows`, whether with `identifiers`, and the `name` to save it under.
    """
    try:
        found = waves.find(f"{survey}@{wave}")
    except UnknownSurvey:
        raise jobs.Refused(_l("The survey is no longer there.")) from None
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    target, aside = folder() / f"{job.id}.export", folder() / f"{job.id}.part"
    job.progress(0, 1)
    try:
        if form == "xlsx":
            with aside.open("wb") as book:
                rows = records.export_xlsx(found, book, identifiers=identifiers)
        else:
            with aside.open("w", encoding="utf-8-sig", newline="") as text:
                rows = records.export_csv(found, text, identifiers=identifiers)
    except NothingSubmitted:
        aside.unlink(missing_ok=True)
        raise jobs.Refused(NOTHING_SUBMITTED) from None
    aside.chmod(0o600)
    aside.replace(target)
    job.progress(1, 1)
    mark = "DEMO-" if found.demonstration else ""
    return {"rows": rows, "identifiers": identifiers, "name": f"{mark}{survey}-{wave}.{form}"}


@jobs.task("tidy-exports", title=_l("Take old files of records away"))
def tidy(_job: Running) -> Mapping[str, Any]:
    """Take away what has waited a day."""
    gone = [file for file in folder().glob("*") if file.stat().st_mtime < time.time() - KEPT]
    for file in gone:
        file.unlink(missing_ok=True)
    return {"files": len(gone)}


jobs.periodic("tidy-exports", task="tidy-exports", every=3600)
