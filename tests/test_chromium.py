"""Finding Chromium: a machine without one fails with a sentence, never silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import chromium
from tests.chromium import BrowserMissingError, ensure, find


def test_find_named_program_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    with pytest.raises(BrowserMissingError, match="is no program; name Chromium's own"):
        find()


def test_find_named_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/bin/sh")
    assert find() == Path("/bin/sh")


def test_ensure_where_nothing_can_be_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_is_debian", lambda: False)
    monkeypatch.setattr(chromium, "_install_playwrights_own", lambda: "no network\n")
    with pytest.raises(BrowserMissingError, match=r"could not be installed(.|\n)*no network"):
        ensure()
