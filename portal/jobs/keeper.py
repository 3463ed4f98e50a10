"""Keeps a worker process alive beside the server, and ends it with the server."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds before a worker that died is started anew; doubled each time, until one has lived for a minute."""

SETTLED = 60.0

PATIENCE = 19.0
"""Seconds for which the worker may go on once it was told to end."""


class Keeper:
    """One child process that is started again whenever it dies.

    Its standard input stays open as long as this process lives, so that it notices even a sudden death.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        """Describe the child.

        Args:
            command: what to run.
            folder: where.
            environment: its environment variables, all of them.
        """
        self._command = list(command)
        self._folder = folder
        self._environment = dict(environment)
        self._ending = threading.Event()
        self._changing = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start the child and watch over it."""
        self._begin()
        self._watch.start()

    def tell_to_end(self) -> None:
        """Let the child end when its present step is done; returns at once."""
        self._ending.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()

    def end(self) -> None:
        """End the child; one that is not done in time is killed, and what it ran is taken up again later."""
        self.tell_to_end()
        with self._changing:
            child = self._child
        if child is None:
            return
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin:
            child.stdin.close()

    def _begin(self) -> subprocess.Popen[bytes] | None:
        with self._changing:
            if self._ending.is_set():
                return None
            self._child = subprocess.Popen(  # noqa: S603 - our own command
                self._command, cwd=self._folder, env=self._environment, stdin=subprocess.PIPE
            )
            return self._child

    def _keep(self) -> None:
        pause = SHORTEST_PAUSE
        child = self._child
        while child is not None:
            born = time.monotonic()
            status = child.wait()
            if self._ending.is_set():
                return
            if time.monotonic() - born > SETTLED:
                pause = SHORTEST_PAUSE
            log.warning("The worker ended with status %d; it is started anew in %.0f s.", status, pause)
            if self._ending.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)
            if child.stdin:
                child.stdin.close()
            child = self._begin()
