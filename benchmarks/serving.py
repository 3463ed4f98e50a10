"""How fast kept pages are answered, against one-line Flask views that send as many bytes."""

from __future__ import annotations

import io
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import load, servers
from benchmarks.one_line import SIZES, one_line_app
from benchmarks.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flask import Flask

FINDINGS = "/en/findings/digital-messaging/"
AT_LEAST = 0.40
"""Of the one-line view's requests in a second."""

SLICE = 0.5
"""Seconds for which a server is loaded at a time."""

SLICES, SLICES_BESIDE = 20, 6
"""Slices of a promised figure, and of a page beside it of which nothing is promised."""

CALLS = 200
BATCHES = 15


@dataclass(frozen=True, slots=True)
class Case:
    """A page to be measured, asked for with an `Accept-Encoding`; `promised` if a target stands on it."""

    name: str
    path: str
    encoding: str
    promised: bool = False

    @property
    def label(self) -> str:
        """The name in the table."""
        return f"{self.name}, {'packed' if self.encoding == 'gzip' else 'plain'}"


def cases(question: str) -> tuple[Case, ...]:
    """The pages to be measured; `question` is the path of a question's own page."""
    return (
        Case("Findings page", FINDINGS, "gzip", promised=True),
        Case("Findings page", FINDINGS, "identity", promised=True),
        Case("Home", "/en/", "gzip"),
        Case("A question's page", question, "gzip"),
        Case("Case studies", "/en/case-studies/", "gzip"),
    )


def figures(app: Flask, question: str, instance: Path) -> Iterator[Figure]:
    """Measure the pages, first over loopback, then by WSGI calls in this process.

    Args:
        app: the portal, for the calls.
        question: the path of a question's own page.
        instance: a filled instance.
    """
    measured = cases(question)
    port, yardstick = servers.free_port(), servers.free_port()
    with servers.serving(*servers.serve_portal(port), port=port, instance=instance, path="/en/"):
        sizes = {case: _size(port, case) for case in measured}
        listed = ",".join(sorted({str(size) for size in sizes.values()}))
        one_line = (sys.executable, "-m", "benchmarks.one_line", str(yardstick))
        ready = f"/{sizes[measured[0]]}"
        with servers.serving(*one_line, port=yardstick, instance=instance, path=ready, **{SIZES: listed}):
            for case in measured:
                yield _over_loopback(case, sizes[case], (port, yardstick), instance)
    for case in measured:
        if case.promised:
            yield _in_process(app, case, sizes[case], f"{servers.HOST}:{port}")


def _size(port: int, case: Case) -> int:
    """Bytes of a page's body as it is sent."""
    answer = servers.fetch(port, case.path, accept=case.encoding)
    if answer.status != HTTPStatus.OK:
        raise servers.BenchmarkError(f"{case.path} answers {answer.status}.")
    if (answer.headers.get("content-encoding") == "gzip") != (case.encoding == "gzip"):
        raise servers.BenchmarkError(f"{case.path} is not sent as asked for by {case.encoding}.")
    return len(answer.body)


def _over_loopback(case: Case, size: int, ports: tuple[int, int], instance: Path) -> Figure:
    """Both servers loaded in turn; the median of the ratios of neighbouring slices."""
    pairs = load.measure(
        load.Target(ports[0], case.path, case.encoding),
        load.Target(ports[1], f"/{size}", case.encoding),
        slices=SLICES if case.promised else SLICES_BESIDE,
        seconds=SLICE,
        instance=instance,
    )
    ours, yardstick = (median(pair[side].rate for pair in pairs) for side in (0, 1))
    ceiling = median(count.ceiling for pair in pairs for count in pair)
    return Figure(
        f"{case.label}: requests/s of a one-line view's",
        median(ours.rate / theirs.rate for ours, theirs in pairs),
        "ratio",
        AT_LEAST if case.promised else None,
        "at least",
        f"{ours:,.0f} to {yardstick:,.0f}, {size:,} bytes; the generator could {ceiling:,.0f}",
    )


def _in_process(app: Flask, case: Case, size: int, host: str) -> Figure:
    """The same without server and network: processor time of calls in this process, in turn."""
    one_line = one_line_app([size])
    ratios, ours = [], []
    for _ in range(BATCHES):
        mine = _calls(app, _environ(host, case.path, case.encoding))
        theirs = _calls(one_line, _environ(host, f"/{size}", case.encoding))
        ratios.append(theirs / mine)
        ours.append(mine)
    micros = median(ours) / CALLS * 1e6
    return Figure(
        f"{case.label}: the same by WSGI call",
        median(ratios),
        "ratio",
        details=f"{micros:.0f} µs a call, {size:,} bytes",
    )


def _calls(app: Flask, environ: Mapping[str, Any]) -> float:
    """Seconds of processor time that a batch of calls takes."""

    def start_response(_status: str, _headers: list[tuple[str, str]], _problem: object = None) -> Any:
        return None

    began = time.process_time()
    for _ in range(CALLS):
        answer: Any = app.wsgi_app({**environ, "wsgi.input": io.BytesIO()}, start_response)
        for _part in answer:
            pass
        if hasattr(answer, "close"):
            answer.close()
    return time.process_time() - began


def _environ(host: str, path: str, encoding: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": servers.HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": servers.HOST,
        "HTTP_HOST": host,
        "HTTP_ACCEPT_ENCODING": encoding,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
