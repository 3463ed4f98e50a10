"""Putting restored files in the place of those that are there, by renames that no power cut leaves half done.

The renames are written down first. Whoever finds the list later, `serve` for one, carries out what is left.
"""

from __future__ import annotations

import json
import os
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PLAN = "restoring.json"
MEANWHILE = ".meanwhile"


@dataclass(frozen=True, slots=True)
class Rename:
    """One rename, by paths in the instance folder.

    Attributes:
        displaced: where to put what stands at the end by then: in the gap of a swap that was cut off, a
            command may have made a new key or an empty database. Empty: what stands there stays.
    """

    start: str
    end: str
    displaced: str = ""


def plan(old: Iterable[str], new: Iterable[str], *, kept: str, staged: str) -> list[Rename]:
    """The renames of a swap.

    Args:
        old: names in the instance that make way.
        new: names in the folder of restored files that take their places.
        kept: the folder, in the instance, for what makes way.
        staged: the folder of restored files, in the instance.
    """
    away = [Rename(name, f"{kept}/{name}") for name in sorted(old)]
    return [*away, *(Rename(f"{staged}/{name}", name, f"{kept}/{name}{MEANWHILE}") for name in sorted(new))]


def undone(renames: list[Rename]) -> list[Rename]:
    """The renames that bring back what was there."""
    return [Rename(rename.end, rename.start) for rename in reversed(renames)]


def swap(instance: Path, renames: list[Rename]) -> None:
    """Write the renames down and carry them out; the folders they name exist."""
    draft = instance / f".{PLAN}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump([astuple(rename) for rename in renames], file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(instance / PLAN)
    sync(instance)
    finish(instance)


def unfinished(instance: Path) -> bool:
    """Whether a swap was cut off."""
    return (instance / PLAN).exists()


def finish(instance: Path) -> None:
    """Carry out the renames that were not done yet; again and again it comes to the same."""
    if not unfinished(instance):
        return
    renames = [Rename(*fields) for fields in json.loads((instance / PLAN).read_text(encoding="utf-8"))]
    for rename in renames:
        _carry_out(
            instance / rename.start, instance / rename.end, rename.displaced and instance / rename.displaced
        )
    for folder in {(instance / path).parent for rename in renames for path in (rename.start, rename.end)}:
        if folder.exists():
            sync(folder)
    (instance / PLAN).unlink()
    sync(instance)


def _carry_out(start: Path, end: Path, displaced: Path | Literal[""]) -> None:
    if not start.exists():
        return
    if end.exists():
        if not displaced:
            return  # this rename was done: what stands at the start by now is something else
        end.rename(displaced)
    start.rename(end)


def sync(folder: Path) -> None:
    """Make renames in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
