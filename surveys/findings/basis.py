"""What a release told, as sets of people: private, kept beside it, and read by the next one alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surveys.findings.partition import Level, Partition
from surveys.findings.tables import Cell, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from surveys.findings.structure import Split

Key = tuple[str, str | None]
"""Question and dimension."""


@dataclass(frozen=True)
class Told:
    """What one shown table told when its figures were last refreshed.

    Attributes:
        partition: kept for the wave.
        bases: level code -> mask of those asked.
        cells: cell -> mask of those asked, over all levels.
    """

    partition: Partition
    bases: Mapping[str, int]
    cells: Mapping[Cell, int]

    @classmethod
    def of(cls, shown: Split) -> Told:
        """What publishing this split tells."""
        return cls(shown.partition, shown.bases, shown.exact.cells)

    def changed(self, now: Split) -> Iterable[int]:
        """For each group, how many joined it, left it, or answered anew, since this was told."""
        cells = now.exact.cells
        answered = union(self.cells.get(cell, 0) ^ cells.get(cell, 0) for cell in {**self.cells, **cells})
        for code in {**self.bases, **now.bases}:
            before, after = self.bases.get(code, 0), now.bases.get(code, 0)
            yield ((before ^ after) | (before & after & answered)).bit_count()


@dataclass(frozen=True)
class Basis:
    """The private side of one release. It says who answered what: it never leaves the server.

    Attributes:
        ids: identities by bit position; the next release keeps the positions.
        digests: identity -> digest of its tabulated answers, for those included.
        tables: what the shown tables told.
        published: question -> every group ever published about it in this wave.
    """

    wave: str
    number: int
    ids: tuple[str, ...]
    digests: Mapping[str, str]
    tables: Mapping[Key, Told]
    published: Mapping[str, tuple[int, ...]]

    def to_document(self) -> dict[str, Any]:
        """The basis as a JSON document; masks are hexadecimal, each written once."""
        pool = _Pool()
        tables = [
            {
                "question": question,
                "by": by,
                "partition": [[level.code, list(level.choices)] for level in told.partition],
                "bases": [[code, pool.place(mask)] for code, mask in told.bases.items()],
                "cells": [[item, code, pool.place(mask)] for (item, code), mask in told.cells.items()],
            }
            for (question, by), told in self.tables.items()
        ]
        published = {
            question: [pool.place(mask) for mask in masks] for question, masks in self.published.items()
        }
        return {
            "wave": self.wave,
            "number": self.number,
            "ids": list(self.ids),
            "digests": dict(self.digests),
            "tables": tables,
            "published": published,
            "masks": [f"{mask:x}" for mask in pool.places],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Basis:
        """The basis that `to_document` wrote."""
        masks = [int(mask, 16) for mask in document["masks"]]
        tables = {
            (table["question"], table["by"]): Told(
                partition=tuple(Level(code, tuple(choices)) for code, choices in table["partition"]),
                bases={code: masks[place] for code, place in table["bases"]},
                cells={(item, code): masks[place] for item, code, place in table["cells"]},
            )
            for table in document["tables"]
        }
        return cls(
            wave=document["wave"],
            number=document["number"],
            ids=tuple(document["ids"]),
            digests=document["digests"],
            tables=tables,
            published={
                question: tuple(masks[place] for place in places)
                for question, places in document["published"].items()
            },
        )


class _Pool:
    """Masks by the place they are written at; most occur in many tables."""

    def __init__(self) -> None:
        self.places: dict[int, int] = {}

    def place(self, mask: int) -> int:
        """Where the mask stands, writing it if it is new."""
        return self.places.setdefault(mask, len(self.places))
