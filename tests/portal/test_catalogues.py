"""French and Arabic texts are compiled by themselves, so that no page is silently in English."""

from __future__ import annotations

import gettext
import os
from typing import TYPE_CHECKING

import pytest

from portal.catalogues import CatalogueError, compile_stale

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Yes"\nmsgstr "{}"\n'


def _write(folder: Path, answer: str) -> Path:
    texts = folder / "fr" / "LC_MESSAGES" / "messages.po"
    texts.parent.mkdir(parents=True, exist_ok=True)
    texts.write_text(TEXTS.format(answer), encoding="utf-8")
    return texts


def _read(folder: Path) -> str:
    with (folder / "fr" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Yes")


def test_missing_and_older_catalogues_are_compiled_and_others_left(tmp_path: Path) -> None:
    texts = _write(tmp_path, "Oui")
    assert (compile_stale(tmp_path), _read(tmp_path)) == (["fr"], "Oui")
    assert compile_stale(tmp_path) == []
    _write(tmp_path, "Ouais")
    later = texts.stat().st_mtime + 5
    os.utime(texts, (later, later))
    assert (compile_stale(tmp_path), _read(tmp_path)) == (["fr"], "Ouais")
    assert sorted(path.name for path in texts.parent.iterdir()) == ["messages.mo", "messages.po"]


def test_catalogue_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    texts = _write(tmp_path, "Oui")
    texts.with_suffix(f".{os.getpid()}").mkdir()
    with pytest.raises(CatalogueError, match="cannot be compiled"):
        compile_stale(tmp_path)
