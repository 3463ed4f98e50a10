"""What was measured beside what was promised: as a table to read and as JSON to compare runs."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Bound: TypeAlias = Literal["at least", "at most"]

SIGNS = {"at least": "≥", "at most": "≤"}
PLACES = {"ratio": 2, "s": 2, "ms": 2, "kB": 1, "": 0}
"""Unit -> decimal places shown."""

HEADINGS = ("Figure", "Measured", "Target", "", "Details")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        measured: the value, in `unit`.
        unit: "ratio", "s", "ms", "kB" (1000 bytes), or "" for a count.
        target: the value promised; None where nothing is.
        bound: which side of the target is good.
        details: what the value was made from, for whoever doubts it.
    """

    name: str
    measured: float
    unit: str
    target: float | None = None
    bound: Bound = "at most"
    details: str = ""

    @property
    def ok(self) -> bool:
        """Whether the promise is kept; a figure without a target keeps it always."""
        if self.target is None:
            return True
        return self.measured >= self.target if self.bound == "at least" else self.measured <= self.target

    def to_json(self) -> dict[str, object]:
        """The figure with everything known about it."""
        return {
            "name": self.name,
            "measured": round(self.measured, 4),
            "unit": self.unit,
            "target": self.target,
            "bound": self.bound if self.target is not None else None,
            "ok": self.ok,
            "details": self.details,
        }


def machine() -> dict[str, object]:
    """Where the run took place; the load average (of one minute) tells how calm it was."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def table(figures: Sequence[Figure]) -> str:
    """The figures as text in columns, one line each."""
    lines = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS) - 1)]
    return "\n".join(_line(line, widths) for line in lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    target = (
        f"{SIGNS[figure.bound]} {_value(figure.target, figure.unit)}" if figure.target is not None else ""
    )
    verdict = "" if figure.target is None else "ok" if figure.ok else "MISSED"
    return figure.name, _value(figure.measured, figure.unit), target, verdict, figure.details


def _value(value: float, unit: str) -> str:
    number = f"{value:.{PLACES[unit]}f}"
    return number if unit in {"ratio", ""} else f"{number} {unit}"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    name, measured, target, verdict, details = cells
    columns = (
        name.ljust(widths[0]),
        measured.rjust(widths[1]),
        target.rjust(widths[2]),
        verdict.ljust(widths[3]),
        details,
    )
    return "  ".join(columns).rstrip()
