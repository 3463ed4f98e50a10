"""Workers as processes: killed, told to stop, and kept alive; what they do is neither lost nor done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal import create_app, jobs
from portal.jobs import registry
from portal.jobs.keeper import Keeper
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

ROOT = Path(__file__).parents[2]
STEPS = 8
SOON = 40
"""Seconds within which what must happen happens, on a slow machine too."""


class Workers:
    """Worker processes on the database of a site, and the trail that the task `steps` leaves."""

    def __init__(self, folder: Path, url: str) -> None:
        self.file = folder / "trail"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
            "PORTAL_INSTANCE": str(folder / "instance"),
            "PORTAL_DATABASE_URL": url,
            "JOBS_TRAIL": str(self.file),
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def begin(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        command = [sys.executable, "-m", "flask", "--app", "tests.portal.jobs_site", "work", *options]
        process = subprocess.Popen(
            command, cwd=ROOT, env={**self.environment, **environment}, stdin=subprocess.PIPE
        )
        self.running.append(process)
        return process

    def by_number(self, number: int) -> subprocess.Popen[bytes]:
        """The worker of a process number."""
        return next(process for process in self.running if process.pid == number)

    def trail(self) -> list[tuple[int, int]]:
        """(step, process number) of each step in the order they were done."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [(int(step), int(process)) for step, process in map(str.split, lines)]


@pytest.fixture
def workers(stored_app: Flask, tmp_path: Path, store_url: str) -> Iterator[Workers]:
    """No workers yet; those a test starts end with it."""
    for name in ("steps", "quick"):  # this process only asks for them
        registry.TASKS[name] = registry.Task(name, name, lambda _job: None)
    assert stored_app.testing
    found = Workers(tmp_path, store_url)
    with ExitStack() as ends:
        for name in ("steps", "quick"):
            ends.callback(registry.TASKS.pop, name)
        ends.callback(lambda: [process.wait() for process in found.running])
        ends.callback(lambda: [process.stdin.close() for process in found.running if process.stdin])
        ends.callback(lambda: [process.kill() for process in found.running])
        yield found


def until(happens: Callable[[], object], what: str) -> None:
    end = time.monotonic() + SOON
    while not happens():
        assert time.monotonic() < end, f"it did not happen that {what}"
        time.sleep(0.05)


def asked(seconds: float) -> jobs.Job:
    with store.write():
        return jobs.start("steps", {"seconds": seconds})


def state(job: jobs.Job) -> str:
    found = jobs.find(job.id)
    assert found is not None
    return found.state


def interrupted(workers: Workers, **environment: str) -> tuple[jobs.Job, int]:
    """Two workers; the one that is in the middle of the job is killed. Returns the job and who was killed."""
    job = asked(0.2)
    for _ in range(2):
        workers.begin(**environment)
    until(lambda: len(workers.trail()) >= 3, "a worker began")
    killed = workers.trail()[0][1]
    workers.by_number(killed).kill()
    workers.by_number(killed).wait()
    done = workers.trail()
    assert done == [(step, killed) for step in range(len(done))], "two workers ran one job"
    assert len(done) < STEPS
    return job, killed


def test_a_job_survives_the_death_of_its_worker(workers: Workers) -> None:
    job, killed = interrupted(workers)
    until(lambda: state(job) == "done", "the other worker finished the job")
    assert [step for step, _ in workers.trail()] == list(range(STEPS))
    (survivor,) = {process.pid for process in workers.running} - {killed}
    assert workers.trail()[-1] == (STEPS - 1, survivor)
    found = jobs.find(job.id)
    assert found is not None
    assert (found.done, found.total, found.result) == (STEPS, STEPS, {"attempt": 2})


def test_without_the_sweep_the_job_would_be_lost(workers: Workers) -> None:
    """Shows that the test above can fail."""
    job, killed = interrupted(workers, JOBS_FAULT="no-sweep")
    before = workers.trail()
    time.sleep(5)  # the lease is 3 seconds here, and the sweep comes five times a second
    assert state(job) == "running"
    assert workers.trail() == before
    (survivor,) = {process.pid for process in workers.running} - {killed}
    assert workers.by_number(survivor).poll() is None


def test_a_worker_that_is_told_to_end_finishes_its_step(workers: Workers) -> None:
    job = asked(0.2)
    worker = workers.begin()
    until(lambda: len(workers.trail()) >= 2, "the worker began")
    assert jobs.worker_seen() is not None
    worker.terminate()
    assert worker.wait(20) == 0
    found = jobs.find(job.id)
    assert found is not None
    assert (found.state, found.attempts) == ("queued", 0)
    assert jobs.worker_seen() is None
    workers.begin()
    until(lambda: state(job) == "done", "another worker finished the job")
    assert [step for step, _ in workers.trail()] == list(range(STEPS))


def test_a_long_job_does_not_hold_up_a_short_one(workers: Workers) -> None:
    long = asked(0.8)
    workers.begin()
    until(workers.trail, "the worker began")
    with store.write():
        short = jobs.start("quick")
    until(lambda: state(short) == "done", "the short job is done")
    assert state(long) == "running"


def test_a_worker_ends_with_the_process_that_started_it(workers: Workers) -> None:
    worker = workers.begin("--attached")
    until(jobs.worker_seen, "the worker is there")
    assert worker.poll() is None
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(20) == 0


def test_the_keeper_starts_a_worker_anew_and_ends_it(workers: Workers) -> None:
    command = [sys.executable, "-m", "flask", "--app", "tests.portal.jobs_site", "work", "--attached"]
    keeper = Keeper(command, ROOT, workers.environment)
    keeper.start()
    try:
        first = asked(0.02)
        until(lambda: state(first) == "done", "the first worker works")
        os.kill(workers.trail()[0][1], signal.SIGKILL)
        workers.file.unlink()
        second = asked(0.02)
        until(lambda: state(second) == "done", "a second worker works")
    finally:
        keeper.end()
    number = workers.trail()[0][1]
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_worker_needs_a_database_that_is_set_up(tmp_path: Path) -> None:
    site = create_app({"PORTAL_INSTANCE": tmp_path / "instance"})
    refused = site.test_cli_runner().invoke(args=["work"])
    store.database.close()
    assert refused.exit_code == 1
    assert refused.output == "Error: The database is not set up. Run `flask --app app init` first.\n"
