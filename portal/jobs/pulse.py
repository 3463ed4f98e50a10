"""Something done again and again beside other work: how a run and a worker let it be known that they live."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Self

from peewee import PeeweeException

from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class Pulse:
    """A thread that lives as long as a `with`, on a database connection of its own."""

    def __init__(self, every: float, beat: Callable[[], None]) -> None:
        """Describe the pulse.

        Args:
            every: seconds between two beats; the first comes after as many.
            beat: what to do. If the database cannot do it, the next beat tries again.
        """
        self._every = every
        self._beat = beat
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End, and wait for a beat that is being made."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._every):
            try:
                self._beat()
            except PeeweeException as error:
                log.warning("A sign of life could not be written: %s", type(error).__name__)
            finally:
                store.database.close()
