"""The change feed shows every change once, in order, also beside many writers."""

from __future__ import annotations

import threading

import pytest

from surveys.responses import changes, store
from tests.databases import at_once
from tests.responses.asked import open_wave, submitted

pytestmark = pytest.mark.usefixtures("opened_store")


def undone() -> None:
    with store.write():
        changes.append("edited", wave="w", response="r", revision=2, at=7)
        raise ValueError("undone")


def append() -> None:
    with store.write():
        changes.append("submitted", wave="w", response="r", revision=1, at=7)


def test_a_line_says_what_happened_to_which_response() -> None:
    wave = open_wave()
    response = submitted(wave, uses="no")
    (line,) = changes.since(0)
    assert (line.sequence, line.kind, line.wave, line.response, line.revision) == (
        1,
        "submitted",
        wave.id,
        response,
        1,
    )
    assert changes.last() == 1
    assert changes.since(1) == []


def test_a_change_that_is_undone_leaves_no_gap() -> None:
    append()
    with pytest.raises(ValueError, match="undone"):
        undone()
    append()
    assert [line.sequence for line in changes.since(0)] == [1, 2]


def test_the_feed_is_read_in_pieces() -> None:
    for _ in range(5):
        append()
    assert [line.sequence for line in changes.since(1, limit=3)] == [2, 3, 4]


def test_a_reader_beside_eight_writers_misses_no_line() -> None:
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while True:
            last = done.is_set()
            seen.extend(line.sequence for line in changes.since(seen[-1] if seen else 0))
            if last:
                return

    def write() -> None:
        for _ in range(20):
            append()

    waiting = threading.Semaphore(0)

    def writing() -> None:
        try:
            write()
        finally:
            waiting.release()

    def ending() -> None:
        for _ in range(8):
            waiting.acquire()
        done.set()

    assert at_once([read, ending, *[writing] * 8]) == [None] * 10
    assert seen == list(range(1, 161))
