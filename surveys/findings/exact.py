"""Exact figures for the staff: tables and readiness as plain documents. The public never meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from surveys.findings.estimates import wilson
from surveys.findings.model import NO_ANSWER, WHOLE
from surveys.findings.tables import categories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveys.findings.tables import ExactTable, Population


def documents(population: Population) -> Mapping[str, Mapping[str, Any]]:
    """Every exact table of a wave.

    Args:
        population: the responses that enter a base, tabulated.

    Returns:
        Question -> dimension (`WHOLE` for the national table) -> blocks, each with its `level`, its grid's
        `item` or None, its `base`, and `rows` of `code`, `label`, `count`, `base`, `percent` (whole per
        cent), `low`, `high` (Wilson's 95 % interval) and `symbol`.
    """
    found: dict[str, dict[str, Any]] = {}
    for question, by in population.menu:
        found.setdefault(question, {})[by or WHOLE] = _blocks(population.table(question, by))
    return found


def _blocks(table: ExactTable) -> list[dict[str, Any]]:
    wordings = {**categories(table.question), NO_ANSWER: {}}
    items: list[str | None] = [*(row.name for row in table.question.rows)] or [None]
    labels = categories(table.by) if table.by else {}
    blocks = []
    for level, members in table.groups.items():
        base = members & table.asked
        for item in items:
            rows = [
                _row(code, label, (table.cells[item, code] & base).bit_count(), base.bit_count())
                for code, label in wordings.items()
            ]
            block = {"level": level, "level_label": labels.get(level, {}), "item": item}
            blocks.append({**block, "base": base.bit_count(), "rows": rows})
    return blocks


def _row(code: str, label: Mapping[str, str], count: int, base: int) -> dict[str, Any]:
    row = {"code": code, "label": dict(label), "count": count, "base": base, "symbol": ""}
    if not base:
        return {**row, "percent": None, "low": None, "high": None}
    low, high = wilson(count / base, base)
    percent = (200 * count + base) // (2 * base)
    return {**row, "percent": percent, "low": round(100 * low), "high": round(100 * high)}
