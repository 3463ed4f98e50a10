"""A load generator: one process that keeps connections to two servers busy, a slice of time for each in turn.

Short slices in turn let whatever else the machine does hit both servers alike. The generator reads one answer
and expects all others to have its length, so that it asks several times faster than Flask answers; the
processor time it used tells how much faster. `python -m benchmarks.load` is told what to do as JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from benchmarks.servers import HOST, BenchmarkError, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONNECTIONS = 8
"""To each server; as many as it has threads."""

GOOD = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True)
class Target:
    """An address to ask for; its answers must all have the same length."""

    port: int
    path: str
    encoding: str

    @property
    def request(self) -> bytes:
        """What is sent."""
        lines = (
            f"GET {self.path} HTTP/1.1",
            f"Host: {HOST}:{self.port}",
            f"Accept-Encoding: {self.encoding}",
        )
        return "\r\n".join((*lines, "", "")).encode()


@dataclass(frozen=True, slots=True)
class Count:
    """What one slice counted.

    Attributes:
        requests: answered requests.
        seconds: how long that took.
        processor: seconds of processor time that the generator itself used.
    """

    requests: int
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds

    @property
    def ceiling(self) -> float:
        """Requests in a second that the generator could have made with a processor to itself."""
        return self.requests / self.processor


def measure(
    ours: Target, yardstick: Target, *, slices: int, seconds: float, instance: Path
) -> list[tuple[Count, Count]]:
    """Load two servers in turn from a process of its own.

    Args:
        ours: the one to be measured.
        yardstick: the one to compare it with.
        slices: how many for each.
        seconds: how long each lasts.
        instance: the instance that is served.

    Returns:
        The counts of both, slice by slice.

    Raises:
        BenchmarkError: when an answer is not 200 or has another length than the first.
    """
    orders = json.dumps([asdict(ours), asdict(yardstick), slices, seconds])
    counted = json.loads(run(sys.executable, "-m", "benchmarks.load", orders, instance=instance))
    return [(Count(**first), Count(**second)) for first, second in counted]


class Loader:
    """Open connections to one target."""

    def __init__(self, target: Target) -> None:
        self._request = target.request
        self._length = _length(target)
        self._connections = [socket.create_connection((HOST, target.port)) for _ in range(CONNECTIONS)]
        self._buffer = memoryview(bytearray(1 << 18))
        for connection in self._connections:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()

    def slice(self, seconds: float) -> Count:
        """Ask again on each connection as soon as its answer has come, then wait for the last ones."""
        missing = dict.fromkeys(self._connections, self._length)
        requests = 0
        with selectors.DefaultSelector() as waiting:
            began, used = time.perf_counter(), time.process_time()
            for connection in self._connections:
                waiting.register(connection, selectors.EVENT_READ)
                connection.sendall(self._request)
            while missing:
                for key, _ in waiting.select():
                    connection: socket.socket = key.fileobj  # type: ignore[no-redef]
                    missing[connection] -= self._receive(connection, missing[connection])
                    if missing[connection]:
                        continue
                    requests += 1
                    if time.perf_counter() - began < seconds:
                        missing[connection] = self._length
                        connection.sendall(self._request)
                    else:
                        del missing[connection]
            return Count(requests, time.perf_counter() - began, time.process_time() - used)

    def _receive(self, connection: socket.socket, missing: int) -> int:
        got = connection.recv_into(self._buffer)
        if missing == self._length and bytes(self._buffer[: len(GOOD)]) != GOOD:
            raise BenchmarkError(f"Not answered: {bytes(self._buffer[: min(got, 80)])!r}")
        if not 0 < got <= missing:
            raise BenchmarkError(f"An answer does not have the {self._length} bytes of the first one.")
        return got


def _length(target: Target) -> int:
    """Bytes of a whole answer, headers included."""
    with socket.create_connection((HOST, target.port)) as connection:
        connection.sendall(target.request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            got = connection.recv(1 << 16)
            if not got:
                raise BenchmarkError(f"The connection was closed after {answer[:80]!r}.")
            answer += got
    head, _, _ = answer.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(head) + len(b"\r\n\r\n") + int(line.partition(b":")[2])
    raise BenchmarkError(f"An answer names no length: {head!r}")


@contextmanager
def loading(target: Target) -> Iterator[Loader]:
    """A loader whose connections are closed at the end."""
    loader = Loader(target)
    try:
        yield loader
    finally:
        loader.close()


def _in_turn(ours: Target, yardstick: Target, slices: int, seconds: float) -> list[list[dict[str, float]]]:
    with loading(ours) as first, loading(yardstick) as second:
        for loader in (first, second):
            loader.slice(seconds)  # until the server has its threads and keeps the page
        return [[asdict(loader.slice(seconds)) for loader in (first, second)] for _ in range(slices)]


if __name__ == "__main__":
    first_target, second_target, *how = json.loads(sys.argv[1])
    counts = _in_turn(Target(**first_target), Target(**second_target), *how)
    sys.stdout.write(json.dumps(counts))
