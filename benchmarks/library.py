"""The list of case studies with 1,000 of them and its filters on, on SQLite."""

from __future__ import annotations

import random
import statistics
import time
from typing import TYPE_CHECKING, Any

from benchmarks import servers
from benchmarks.table import Figure
from portal import content, create_app, limits
from portal.languages import LANGUAGES
from portal.stories import codes
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

STORIES = 1_000
RUNS = 20

SLOWEST = 30
"""Milliseconds of server time for a page of the list, which is made anew each time."""

OK = 200

QUERIES = {
    "all, by title": "sort=title&page=3",
    "narrowed by three filters": "platform=sms&platform=telegram&province=ON&size=over_1024&sort=newest",
    "narrowed by two, page 2": "platform=sms&purpose=referral&page=2",
}


def figures(instance: Path) -> Iterator[Figure]:
    """Fill an instance of its own, and ask for its list."""
    servers.run(*servers.FLASK, "init", instance=instance)
    app = create_app({"PORTAL_INSTANCE": instance})
    try:
        fill(app)
        client = app.test_client()
        for name, query in QUERIES.items():
            times = _times(client, f"/en/case-studies/?{query}")
            yield Figure(
                f"List of {STORIES:,} case studies, {name}",
                statistics.median(times),
                "ms",
                SLOWEST,
                details=f"the slowest of {RUNS} {max(times):.1f} ms",
            )
    finally:
        store.let_go()
        store.database.close()


def fill(app: Flask) -> None:
    """Publish invented case studies, the same in each run."""
    rng = random.Random(613)  # noqa: S311 - invented text
    with app.app_context(), store.write():
        for number in range(STORIES):
            content.save("case-study", f"invented-{number}", _story(rng, number), position=100 + number)


def _story(rng: random.Random, number: int) -> dict[str, Any]:
    def words(text: str) -> dict[str, str]:
        return {code: f"{text} {number} ({code})" for code in LANGUAGES}

    def some(options: tuple[str, ...]) -> list[str]:
        return rng.sample(options, rng.randint(1, 3))

    said = {"text": words("Told at some length. " * 3), "sources": ["one"]}
    return {
        "title": words(f"{rng.choice(['Clinic', 'Library', 'School', 'Agency'])} tried a group and kept it"),
        "summary": words("What it is about, in two lines, as long as summaries of case studies tend to be."),
        "created_by": [{"name": f"Agency {number}"}],
        "pilot": number % 7 == 0,
        "city": words("City"),
        "country": "ca",
        "province": rng.choice(codes.PROVINCES),
        "platforms": some(codes.PLATFORMS),
        "audiences": some(codes.AUDIENCES),
        "languages_of_service": some(codes.LANGUAGES_OF_SERVICE),
        "purposes": some(codes.PURPOSES),
        "setting": rng.choice(codes.SETTINGS),
        "size": rng.choice(codes.SIZES),
        "period": {"from": str(rng.randint(2013, 2026))},
        "sections": {"what_it_is": said, "results": said},
        "licence": "CC BY 4.0",
        "sources": [{"id": "one", "name": words("Source"), "address": "https://example.org/"}],
    }


def _times(client: FlaskClient, address: str) -> list[float]:
    """Milliseconds of server time, the first call left out: templates are read once."""
    taken = []
    for _run in range(RUNS + 1):
        began = time.perf_counter()
        with client.get(address) as answer:
            answer.get_data()
        taken.append(1000 * (time.perf_counter() - began))
        if answer.status_code != OK:
            raise servers.BenchmarkError(f"{address} answered {answer.status_code}.")
    limits.limiter.reset()
    return taken[1:]
