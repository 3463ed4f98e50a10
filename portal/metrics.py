"""Figures of the running process, kept in memory and written in Prometheus' text format 0.0.4."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from portal.audiences import AUDIENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the histogram of latencies, in seconds."""

RESPONDENT, UNKNOWN = "respondent", "unknown"

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

STARTED_AT = time.time()
"""When this process began, near enough: it reads this before it serves anything."""


def group(endpoint: str | None, method: str) -> str:
    """The name requests are counted under.

    Whatever a respondent does is one group: a count of its own for beginning or submitting would tell when
    responses come in.

    Args:
        endpoint: of the request's route; None for an address that has none.
        method: of the request.
    """
    if endpoint is None:
        return UNKNOWN
    audience = AUDIENCES.get(endpoint)
    names = audience.names if audience else frozenset()
    if "link" in names or ("public" in names and method not in SAFE):
        return RESPONDENT
    return endpoint


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: a value, and what tells it from the others of its name."""

    value: float
    labels: Mapping[str, str]
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """All lines of one name.

    Attributes:
        name: of the metric.
        kind: `counter`, `gauge` or `histogram`.
        told: what it is, in a sentence.
        samples: its lines.
    """

    name: str
    kind: str
    told: str
    samples: tuple[Sample, ...]


def gauge(name: str, told: str, value: float | None) -> Family:
    """A metric of one value; without a line when there is none."""
    return Family(name, "gauge", told, () if value is None else (Sample(value, {}),))


def states(name: str, told: str, counts: Mapping[str, int]) -> Family:
    """A metric with one value for each state."""
    return Family(
        name, "gauge", told, tuple(Sample(count, {"state": state}) for state, count in sorted(counts.items()))
    )


class Requests:
    """Counts requests and how long they took."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[tuple[str, str, str], int] = defaultdict(int)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS) + 1))
        self._seconds: dict[str, float] = defaultdict(float)
        self._kept = 0

    def count(self, method: str, name: str, status: int, seconds: float, *, kept: bool) -> None:
        """Count one request.

        Args:
            method: one of HTTP's, or `other`.
            name: its group.
            status: of the answer.
            seconds: until the answer began.
            kept: whether a kept page was the answer.
        """
        with self._lock:
            self._counts[method, name, f"{status // 100}xx"] += 1
            self._buckets[name][bisect_left(BUCKETS, seconds)] += 1
            self._seconds[name] += seconds
            self._kept += kept

    def families(self) -> list[Family]:
        """What was counted so far."""
        with self._lock:
            counted = [
                Sample(count, {"method": method, "group": name, "status": status})
                for (method, name, status), count in sorted(self._counts.items())
            ]
            latencies = [sample for name in sorted(self._buckets) for sample in self._histogram(name)]
            kept = self._kept
        return [
            Family("portal_requests_total", "counter", "Requests answered.", tuple(counted)),
            Family(
                "portal_request_seconds", "histogram", "Seconds until the answer began.", tuple(latencies)
            ),
            Family(
                "portal_kept_pages_total",
                "counter",
                "Requests answered with a kept page, also counted above.",
                (Sample(kept, {}),),
            ),
        ]  # fmt: skip

    def _histogram(self, name: str) -> Iterator[Sample]:
        sums = list(accumulate(self._buckets[name]))
        for bound, count in zip((*BUCKETS, float("inf")), sums, strict=True):
            yield Sample(count, {"group": name, "le": _number(bound)}, "_bucket")
        yield Sample(self._seconds[name], {"group": name}, "_sum")
        yield Sample(sums[-1], {"group": name}, "_count")


def process() -> list[Family]:
    """Figures of the process itself."""
    return [
        gauge("process_start_time_seconds", "When the process began, in seconds since 1970.", STARTED_AT),
        gauge("process_resident_memory_bytes", "Memory the process holds.", _resident()),
    ]


def _resident() -> float | None:
    """Bytes of memory in use; None where the system does not say as Linux does."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    held = next((line.split()[1] for line in lines if line.startswith("VmRSS:")), None)
    return None if held is None else int(held) * 1024


def exposition(families: Iterable[Family]) -> str:
    """The metrics as text."""
    return "".join(line + "\n" for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.told)}"
    yield f"# TYPE {family.name} {family.kind}"
    for sample in family.samples:
        pairs = ",".join(
            f'{label}="{_escaped(value, quoted=True)}"' for label, value in sample.labels.items()
        )
        labels = f"{{{pairs}}}" if pairs else ""
        yield f"{family.name}{sample.suffix}{labels} {_number(sample.value)}"


def _escaped(text: str, *, quoted: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quoted else text


def _number(value: float) -> str:
    if value == float("inf"):
        return "+Inf"
    return str(int(value)) if value == int(value) else repr(float(value))
