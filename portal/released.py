"""The releases that pages show: found by survey and number, and kept in memory, for they never change."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from surveys.findings.release import Release
from surveys.responses import releases

if TYPE_CHECKING:
    from surveys.responses.model import StoredRelease


@lru_cache(maxsize=64)
def _read(_sha256: str, body: str) -> Release:
    return Release.from_json(body.encode())


def _opened(stored: StoredRelease | None) -> Release | None:
    return _read(stored.sha256, stored.body) if stored else None


def latest(survey: str) -> Release | None:
    """The release a survey's findings show: the newest real one, else the demonstration's, else None."""
    return _opened(releases.latest(survey))


def numbered(survey: str, number: int) -> Release | None:
    """A release by its number, or None."""
    return _opened(releases.by_number(survey, number))
