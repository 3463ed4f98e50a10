"""A portal with tasks of its own and short leases: what the workers of the tests run, each in its process.

Its environment says what it does: `JOBS_TRAIL` is the file that the task `steps` writes to;
`JOBS_FAULT=no-sweep` takes the sweep out, to show that the tests see what is lost then.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from portal import create_app, jobs
from portal.jobs import leases, worker

STEPS = 8

leases.LEASE = 3
leases.BEAT = 1
worker.SWEEP = 0.2
worker.POLL = 0.05

if os.environ.get("JOBS_FAULT") == "no-sweep":
    leases.sweep = lambda: None


def trail() -> list[tuple[int, int]]:
    """(step, process) for each step that was done."""
    path = Path(os.environ["JOBS_TRAIL"])
    lines = path.read_text().splitlines() if path.exists() else []
    return [(int(step), int(process)) for step, process in map(str.split, lines)]


@jobs.task("steps")
def steps(job: jobs.Running, seconds: float) -> dict[str, int]:
    """Do each step that no earlier run did, and note who did it."""
    for step in range(len(trail()), STEPS):
        job.progress(step, STEPS)
        time.sleep(seconds)
        with Path(os.environ["JOBS_TRAIL"]).open("a") as file:
            file.write(f"{step} {os.getpid()}\n")
    job.progress(STEPS, STEPS)
    return {"attempt": job.attempt}


@jobs.task("quick")
def quick(_job: jobs.Running) -> None:
    """Do nothing."""


app = create_app()
