"""Questions that may hang (a disk, a database server), each asked in a thread and waited for briefly."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

T = TypeVar("T")

SECONDS = 3.0
"""How long an answer is waited for."""


class SlowError(Exception):
    """No answer came in time."""


class Question(Generic[T]):
    """A question that is asked once at a time: while it hangs nobody starts another thread for it."""

    def __init__(self, ask: Callable[[], T]) -> None:
        """Describe it.

        Args:
            ask: answers, or raises; it runs in an application context of its own.
        """
        self._ask = ask
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def answer(self, app: Flask, seconds: float = SECONDS) -> T:
        """The answer.

        Args:
            app: the portal.
            seconds: how long to wait.

        Raises:
            SlowError: when none comes in time, or one asked for earlier is still being waited for.
        """
        answers: list[T] = []
        faults: list[BaseException] = []

        def run() -> None:
            try:
                with app.app_context():
                    answers.append(self._ask())
            except Exception as error:  # noqa: BLE001 - raised again below, in the thread that asked
                faults.append(error)

        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise SlowError
            self._thread = thread = threading.Thread(target=run, daemon=True)
            thread.start()
        thread.join(seconds)
        if faults:
            raise faults[0]
        if not answers:
            raise SlowError
        return answers[0]
