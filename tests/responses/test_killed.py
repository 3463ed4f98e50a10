"""What was acknowledged is there after a kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from surveys.responses import drafts
from tests.responses.asked import open_wave

ROOT = Path(__file__).resolve().parents[2]

# Says a number once its save has returned: that is the acknowledgement which must hold.
SAVING = """
import sys
from surveys.responses import drafts, store
store.bind(store.connect(sys.argv[1]))
for number in range(int(sys.argv[3]), 100000):
    drafts.save(sys.argv[2], base_revision=None, values={f"q{number}": str(number)})
    print(number, flush=True)
"""

# The fault this test is for: it acknowledges first and writes after.
BOASTING = SAVING.replace(
    "    drafts.save", "    print(number, flush=True); __import__('time').sleep(0.5)\n    drafts.save"
)


def acknowledged_then_killed(program: str, url: str, draft_id: str, first: int, after: int) -> list[int]:
    """Let a process save, kill it after some acknowledgements; returns the numbers it acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-c", program, url, draft_id, str(first)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after)]
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.readlines()
    return [int(line) for line in lines if line.endswith("\n")]


@pytest.mark.usefixtures("opened_store")
def test_what_was_acknowledged_before_a_kill_is_there(store_url: str) -> None:
    draft_id = drafts.start(open_wave(), "en").response_id
    acknowledged: list[int] = []
    for round_ in range(3):
        acknowledged += acknowledged_then_killed(SAVING, store_url, draft_id, round_ * 1000, 20 + round_)
    answers = drafts.get(draft_id).answers
    assert len(acknowledged) >= 63
    assert [number for number in acknowledged if answers.get(f"q{number}") != str(number)] == []


@pytest.mark.usefixtures("opened_store")
def test_an_acknowledgement_before_the_write_is_seen_to_lose(store_url: str) -> None:
    draft_id = drafts.start(open_wave(), "en").response_id
    acknowledged = acknowledged_then_killed(BOASTING, store_url, draft_id, 0, 1)
    assert acknowledged == [0]
    assert drafts.get(draft_id).answers == {}
