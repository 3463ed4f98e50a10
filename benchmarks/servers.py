"""Servers and other processes of a run: started on free ports of this machine, waited for, and ended."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent

HOST = "127.0.0.1"
FLASK = (sys.executable, "-m", "flask", "--app", "app")

START_WITHIN = 30.0
"""Seconds until a server must answer."""

END_WITHIN = 10.0
"""Seconds until a process must have ended once asked to."""

POLL = 0.005


class BenchmarkError(Exception):
    """A figure cannot be measured; the message says why."""


def environment(instance: Path, **more: str) -> dict[str, str]:
    """The environment of a process that serves an instance, free of this machine's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return {**kept, "PORTAL_INSTANCE": str(instance), **more}


def run(*command: str, instance: Path) -> str:
    """Run a command to its end.

    Returns:
        What it wrote on its standard output.

    Raises:
        BenchmarkError: when it fails, or takes more than two minutes.
    """
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(instance),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    except subprocess.CalledProcessError as problem:
        raise BenchmarkError(f"{' '.join(command)}: {problem.stdout}{problem.stderr}") from problem
    except subprocess.TimeoutExpired as problem:
        raise BenchmarkError(f"{' '.join(command)} takes more than {problem.timeout} seconds.") from problem
    return done.stdout


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(*command: str, port: int, instance: Path, path: str, **settings: str) -> Iterator[float]:
    """Run a server as long as the block lasts.

    Args:
        command: what starts it.
        port: where it will listen.
        instance: what it serves.
        path: an address that answers 200 when the server is ready.
        settings: more of its environment.

    Yields:
        Seconds from starting the process to the first 200.

    Raises:
        BenchmarkError: when it ends by itself or does not answer in time.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(instance, **settings),
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # so that its workers can be ended with it
    )
    try:
        while not _answers(port, path):
            if process.poll() is not None:
                raise BenchmarkError(f"{' '.join(command)} ended with code {process.returncode}.")
            if time.perf_counter() - started > START_WITHIN:
                raise BenchmarkError(f"{' '.join(command)} does not answer {path} with 200.")
            time.sleep(POLL)
        yield time.perf_counter() - started
    finally:
        _end(process)


def _answers(port: int, path: str) -> bool:
    try:
        return fetch(port, path).status == HTTPStatus.OK
    except ConnectionError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def serve_portal(port: int) -> tuple[str, ...]:
    """The command that serves the portal, as people type it."""
    return (*FLASK, "serve", "--host", HOST, "--port", str(port))


class Answer:
    """A whole answer of a server.

    Attributes:
        status: its HTTP status.
        headers: its headers, names in small letters.
        body: its body as sent, packed or not.
        size: bytes of headers and body on the wire.
    """

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()
        head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
        self.size = len("HTTP/1.1 200 OK\r\n") + head + len("\r\n") + len(self.body)


def fetch(port: int, path: str, *, method: str = "GET", accept: str = "gzip") -> Answer:
    """Ask a server of this machine; redirections are not followed."""
    connection = http.client.HTTPConnection(HOST, port, timeout=START_WITHIN)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        connection.putheader("Accept-Encoding", accept)
        if method == "POST":
            connection.putheader("Content-Length", "0")
        connection.endheaders()
        return Answer(connection.getresponse())
    finally:
        connection.close()
