"""How soon a fresh server answers, and that it answers without what only drawing needs."""

from __future__ import annotations

import json
import sys
import time
from http import HTTPStatus
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

RUNS = 5
FIRST_ANSWER_WITHIN = 1.5
"""Seconds from starting `flask serve` to the first page."""

PROBE = """
import json, sys
from portal import create_app

client = create_app().test_client()
seen = []
for path in sys.argv[1:]:
    status = client.get(path).status_code
    seen.append([path, status, "matplotlib" in sys.modules])
print(json.dumps(seen))
"""
"""Serves pages in a fresh process and tells after each whether matplotlib is there."""


def figures(drawn: Sequence[str], undrawn: str, instance: Path) -> Iterator[Figure]:
    """Measure starting.

    Args:
        drawn: paths of pages whose charts `init` has drawn.
        undrawn: the path of a chart that it has not.
        instance: a filled instance.
    """
    bare, whole = [], []
    for _ in range(RUNS):
        began = time.perf_counter()
        servers.run(sys.executable, "-c", "import flask", instance=instance)
        bare.append(time.perf_counter() - began)
        port = servers.free_port()
        with servers.serving(
            *servers.serve_portal(port), port=port, instance=instance, path="/en/"
        ) as seconds:
            whole.append(seconds)
    runs = ", ".join(f"{seconds:.2f}" for seconds in whole)
    yield Figure(
        "First page after `flask serve` starts",
        median(whole),
        "s",
        FIRST_ANSWER_WITHIN,
        details=f"median of {runs}; Python importing Flask alone: {median(bare):.2f} s",
    )
    yield _drawing(drawn, undrawn, instance)


def _drawing(drawn: Sequence[str], undrawn: str, instance: Path) -> Figure:
    seen = json.loads(servers.run(sys.executable, "-c", PROBE, *drawn, undrawn, instance=instance))
    unanswered = [path for path, status, _ in seen if status != HTTPStatus.OK]
    if unanswered:
        raise servers.BenchmarkError(f"Not answered with 200: {', '.join(unanswered)}")
    if not seen[-1][2]:
        raise servers.BenchmarkError(f"{undrawn} was to be drawn, but matplotlib was not imported.")
    importing = next(path for path, _, there in seen if there)
    return Figure(
        "Pages that `init` drew, served without matplotlib",
        sum(not there for _, _, there in seen),
        "",
        len(drawn),
        "at least",
        f"{importing} then imported it",
    )
