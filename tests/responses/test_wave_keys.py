"""A wave's secret is made once and never guessed anew."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from surveys.responses.wave_keys import KeyFileError, key, remove

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_made_once_and_differs_from_others(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = key(folder, "a")
    assert len(first) == 32
    assert key(folder, "a") == first
    assert key(folder, "b") != first


def test_a_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    key(tmp_path / "keys", "a")
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_many_who_ask_first_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: key(tmp_path, "a"), range(64)))) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["a.key"]


@pytest.mark.parametrize("held", [b"", b"short", b"x" * 33])
def test_a_file_that_is_no_whole_key_is_refused_and_left(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "a.key").write_bytes(held)
    with pytest.raises(KeyFileError, match=r"a\.key holds"):
        key(tmp_path, "a")
    assert (tmp_path / "a.key").read_bytes() == held


@pytest.mark.parametrize("wave_id", ["", "../a", "a/b", "a.b", "x" * 65])
def test_only_an_id_names_a_key(tmp_path: Path, wave_id: str) -> None:
    with pytest.raises(KeyFileError):
        key(tmp_path, wave_id)
    assert list(tmp_path.iterdir()) == []


def test_a_removed_key_is_gone_and_removing_it_again_is_no_error(tmp_path: Path) -> None:
    first = key(tmp_path, "a")
    remove(tmp_path, "a")
    remove(tmp_path, "a")
    assert key(tmp_path, "a") != first
