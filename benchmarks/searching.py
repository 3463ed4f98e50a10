"""The search page over 5,000 invented passages: common words, a rare one, a mistyped one."""

from __future__ import annotations

import random
import statistics
import time
from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.table import Figure
from portal import create_app, limits, searching
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

PASSAGES = 5_000
RUNS = 20

SLOWEST = 20
"""Milliseconds of server time for a page of results, its facets included."""

OK = 200

COMMON, RARE = "newcomers", "accordion"
QUERIES = {
    "a common word": f"q={COMMON}",
    "a common word, narrowed, page 9": f"q={COMMON}&platform=whatsapp&page=9",
    "a rare word": f"q={RARE}",
    "two common words": f"q={COMMON}+message",
    "a mistyped word": "q=acordion",
}

PROMISED = tuple(QUERIES)
"""Queries whose time is promised."""

KINDS = ("case-study", "fact", "session", "checklist", "finding")
PLATFORMS = ("whatsapp", "telegram", "signal", "messenger", "wechat", "sms")
PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")
SYLLABLES = ("an", "bel", "cor", "dem", "fil", "gra", "hos", "ist", "lom", "mur", "nop", "pra", "qui", "ros")


def figures(instance: Path) -> Iterator[Figure]:
    """Fill an instance of its own, and ask its search page."""
    servers.run(*servers.FLASK, "init", instance=instance)
    app = create_app({"PORTAL_INSTANCE": instance})
    try:
        began = time.perf_counter()
        fill(app)
        yield Figure(
            f"{PASSAGES:,} passages put into the search index",
            time.perf_counter() - began,
            "s",
            details="SQLite",
        )
        client = app.test_client()
        for name, query in QUERIES.items():
            times = _times(client, f"/en/search/?{query}")
            yield Figure(
                f"Search page for {name}, {PASSAGES:,} passages",
                statistics.median(times),
                "ms",
                SLOWEST if name in PROMISED else None,
                details=f"the slowest of {RUNS} {max(times):.1f} ms",
            )
    finally:
        store.let_go()
        store.database.close()


def fill(app: Flask) -> None:
    """Put invented passages of about 130 words each; the same in each run."""
    rng = random.Random(613)  # noqa: S311 - invented text
    vocabulary = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(6000)]
    with app.app_context(), store.write():
        for number in range(PASSAGES):
            told = rng.choices(vocabulary[:400], k=60) + rng.choices(vocabulary, k=60)
            told += ["message", "group"] * rng.randint(0, 2) + ([COMMON] if number % 10 else [])
            told += [RARE] if number % 1000 == 0 else []
            rng.shuffle(told)
            kind, slug = rng.choice(KINDS), f"passage-{number}"
            facets: dict[str, list[str]] = {}
            if kind in {"case-study", "fact"}:
                facets["platform"] = rng.sample(PLATFORMS, rng.randint(1, 2))
            if kind == "case-study":
                facets["province"] = [rng.choice(PROVINCES)]
            year = str(rng.randint(2013, 2026)) if kind != "checklist" else None
            passage = searching.Passage(" ".join(told[:6]).capitalize(), " ".join(told), "", facets)
            searching.put(kind, slug, "en", f"/en/{kind}/{slug}/", [passage], year)


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
