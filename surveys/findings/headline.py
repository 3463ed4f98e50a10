"""What a national table says first, in codes and figures; the website makes the sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from surveys.findings.model import NO_ANSWER, Block, ReleasedTable, Row, Text

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Headline:
    """The fact that a headline may state.

    Attributes:
        kind: "majority": the option has surely more than half (its whole interval lies above 50);
            "leading": it is the most chosen one; "agree": the share that agrees, of a likert scale.
        code, label: the option; of a grid the statement; of a single scale none ("", {}).
        percent: whole per cent of the base.
        base: protected number of those asked.
    """

    kind: Literal["majority", "leading", "agree"]
    code: str
    label: Text
    percent: int
    base: int


def headline(table: ReleasedTable) -> Headline | None:
    """The top option of a national table, or the statement most agreed with.

    Returns:
        None where nothing should be said in large letters: the table is split or withheld, its base is
        small, two options share the first place, or the figure is to be used with caution.
    """
    if table.by is not None or not table.blocks:
        return None
    if table.kind == "likert":
        return _agreed(table)
    chosen = [row for row in table.blocks[0].rows if row.code != NO_ANSWER]
    top = _alone(chosen)
    if top is None or top.percent is None or top.low is None or top.symbol:
        return None
    kind: Literal["majority", "leading"] = "majority" if top.low > 50 else "leading"  # noqa: PLR2004 - half
    return Headline(kind, top.code, top.label, top.percent, top.base)


def _agreed(table: ReleasedTable) -> Headline | None:
    ranked = sorted(table.blocks, key=lambda block: _agreeing(block, table), reverse=True)
    first, *others = ranked
    if any(row.symbol for row in first.rows):
        return None
    agreeing = _agreeing(first, table)
    if agreeing == 0 or any(_agreeing(block, table) == agreeing for block in others):
        return None
    percent = (200 * agreeing + first.base) // (2 * first.base)
    return Headline("agree", first.item or "", first.item_label or {}, percent, first.base)


def _agreeing(block: Block, table: ReleasedTable) -> int:
    scale = table.scale or {}
    return min(block.base, sum(row.count for row in block.rows if scale.get(row.code, 0) > 0))


def _alone(rows: Iterable[Row]) -> Row | None:
    """The row with the highest count, if it is one alone and not zero."""
    first, *others = sorted(rows, key=lambda row: row.count, reverse=True)
    if first.count == 0 or (others and others[0].count == first.count):
        return None
    return first
