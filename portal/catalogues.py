"""The catalogues of French and Arabic texts, compiled where that was not done yet or the texts are newer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path


class CatalogueError(click.ClickException):
    """A language's texts cannot be compiled: its pages would silently be in English."""


def compile_stale(folder: Path) -> list[str]:
    """Compile each catalogue of a folder whose compiled form is missing or older than its texts.

    Args:
        folder: holds `<language>/LC_MESSAGES/messages.po`.

    Returns:
        The languages compiled now.

    Raises:
        CatalogueError: when the compiled form cannot be written.
    """
    stale = [texts for texts in sorted(folder.glob("*/LC_MESSAGES/messages.po")) if _is_stale(texts)]
    for texts in stale:
        try:
            _compile(texts)
        except OSError as error:
            raise CatalogueError(f"{texts} cannot be compiled ({error}); run `make compile`.") from None
    return [texts.parent.parent.name for texts in stale]


def _is_stale(texts: Path) -> bool:
    compiled = texts.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < texts.stat().st_mtime


def _compile(texts: Path) -> None:
    """Write the compiled form aside and rename it, so that no process reads half of it."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only needed when something is stale
    from babel.messages.pofile import read_po  # noqa: PLC0415 - likewise

    with texts.open("rb") as file:
        catalogue = read_po(file)
    aside = texts.with_suffix(f".{os.getpid()}")
    with aside.open("wb") as file:
        write_mo(file, catalogue)
    aside.replace(texts.with_suffix(".mo"))
