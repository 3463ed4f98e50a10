"""`python -m benchmarks`: every figure as a table and as JSON; ends with 1 when a target is missed."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import backups, computing, library, searching, servers, serving, staffing, starting, weighing
from benchmarks.table import Figure, machine, table
from portal import create_app, released
from portal.languages import LANGUAGES
from surveys.questionnaire import routing
from surveys.responses import drafts, records, waves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask import Flask

SLUG = "digital-messaging"
ORGANIZATIONS = 420
MOST_PACKAGES = 56

LATEST = servers.ROOT / "benchmarks" / "results" / "latest.json"


def packages(lock: str) -> Figure:
    """Count the packages of a lock file."""
    names = [line for line in lock.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    return Figure(
        "Packages installed by `make run`", len(names), "", MOST_PACKAGES, details="requirements.lock"
    )


def survey_pages(app: Flask) -> list[str]:
    """Pages of a response that takes the longest of the demonstration's ways, in every language."""
    with app.app_context():
        questionnaire = waves.questionnaire(waves.current(SLUG))
        invented = records.records(waves.find(f"{SLUG}@{waves.DEMONSTRATION}"))
        answers = max(
            (record.answers for record in invented), key=lambda a: len(routing.asked(questionnaire, a))
        )
        opened = drafts.start(waves.current(SLUG), "en")
        drafts.save(opened.response_id, base_revision=None, values=answers)
        pages = routing.path(questionnaire, answers)
    return [f"/{language}/r/{opened.token}/{page.name}/" for language in LANGUAGES for page in pages]


def weights(app: Flask, instance: Path) -> Iterator[Figure]:
    """Weigh pages of a server that runs for that."""
    port = servers.free_port()
    with servers.serving(*servers.serve_portal(port), port=port, instance=instance, path="/en/"):
        findings = [f"/{language}/findings/{SLUG}/" for language in LANGUAGES]
        yield from weighing.figures(port, survey_pages(app), findings)


def measure(instance: Path) -> Iterator[Figure]:
    """Every figure, one after the other."""
    _say(f"Filling an instance with {ORGANIZATIONS} invented organizations …")
    servers.run(*servers.FLASK, "init", "--demo", str(ORGANIZATIONS), instance=instance)
    app = create_app({"PORTAL_INSTANCE": instance})
    with app.app_context():
        release = released.latest(SLUG)
    if release is None:
        raise servers.BenchmarkError("The demonstration has no release.")
    chart = next(q.name for q in release.questions if release.table(q.name, None).state == "shown")
    _say("Starting servers …")
    drawn = [
        f"/{language}/{page}" for language in LANGUAGES for page in ("", "findings/", f"findings/{SLUG}/")
    ]
    yield from starting.figures(drawn, f"/en/findings/{SLUG}/{chart}.png", instance)
    _say("Weighing pages …")
    yield from weights(app, instance)
    yield packages((servers.ROOT / "requirements.lock").read_text(encoding="utf-8"))
    _say("Computing …")
    yield from computing.figures(app, SLUG, datetime.now(UTC).date(), instance)
    _say("Loading pages, about a minute …")
    yield from serving.figures(app, f"/en/findings/{SLUG}/{chart}/", instance)
    _say("Looking at the staff's pages …")
    yield from staffing.figures(instance / "staff")
    _say(f"Listing {library.STORIES:,} case studies …")
    yield from library.figures(instance / "library")
    _say("Searching …")
    yield from searching.figures(instance / "search")
    _say("Backing up 1 GB …")
    yield from backups.figures()


def write(figures: Iterable[Figure], where: dict[str, object], seconds: float) -> None:
    """Write the run as JSON."""
    LATEST.parent.mkdir(exist_ok=True)
    run = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "machine": where,
        "figures": [figure.to_json() for figure in figures],
    }
    LATEST.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Run; returns the exit code."""
    # Ended from outside, it still ends its servers and removes its folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended."))
    began, where = time.perf_counter(), machine()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        try:
            figures = list(measure(Path(folder)))
        except servers.BenchmarkError as problem:
            _say(f"Cannot be measured: {problem}")
            return 2
    seconds = time.perf_counter() - began
    print(table(figures))
    write(figures, where, seconds)
    load = f", load {where['load']} at the start" if where["load"] is not None else ""
    print(f"{seconds:.0f} s on {where['processors']} processors{load}; {LATEST.relative_to(servers.ROOT)}")
    missed = [figure.name for figure in figures if not figure.ok]
    if missed:
        _say(f"Missed: {'; '.join(missed)}")
    return 1 if missed else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
