"""Disclosure control: the only place where a `ReleasedTable` is made. `docs/disclosure.md` tells the method.

Two defences together: structure (which groups may be told at all) and noise (keyed rounding of what is
told). Every figure of a released table is computed from rounded counts, so none gives an exact one back.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING

from surveys.findings import partition as partitions
from surveys.findings.estimates import estimate
from surveys.findings.model import NO_ANSWER, Block, ReleasedTable, Row, Text
from surveys.findings.structure import RULES, Rules, Split
from surveys.findings.tables import categories

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from surveys.findings.tables import Cell, ExactTable

__all__ = ["RULES", "Rounding", "Rules", "keep", "positions", "protect", "withhold"]

_TWO_64 = 1 << 64
_SHORTEST_KEY = 16


class Rounding:
    """Keyed random rounding of the counts of one wave.

    Args:
        ids: identities by bit position.
        wave: the wave's name; together with an identity it makes the record's key.
        key: the wave's secret, at least 16 bytes.
        base: every rounded count is a multiple of it.

    Raises:
        ValueError: if the key is too short to be one.
    """

    def __init__(self, ids: Sequence[str], *, wave: str, key: bytes, base: int = RULES.rounding) -> None:
        if len(key) < _SHORTEST_KEY:
            raise ValueError(f"The wave's key must have at least {_SHORTEST_KEY} bytes.")
        self._key = key
        self._base = base
        self._keys = [self._number(f"{wave}|{identity}") for identity in ids]
        self._sums: dict[int, int] = {}

    def base(self, members: int) -> int:
        """A mask's protected size, the same wherever this set of people is a base."""
        return self._round(members.bit_count(), f"u|{self.total(members)}")

    def count(self, base: int, members: int) -> int:
        """The protected size of a part of a base; both sets decide, so the part alone tells nothing.

        Args:
            base: mask of those asked.
            members: mask of those among them who stand in the cell.
        """
        return self._round(members.bit_count(), f"u|{self.total(base)}|{self.total(members)}")

    def total(self, members: int) -> int:
        """Sum of the record keys of a mask, modulo 2^64: what identifies a set of people."""
        if (known := self._sums.get(members)) is None:
            known = sum(self._keys[position] for position in positions(members)) % _TWO_64
            self._sums[members] = known
        return known

    def _round(self, count: int, message: str) -> int:
        rest = count % self._base
        # u < rest / base, in whole numbers
        up = self._number(message) * self._base < rest * _TWO_64
        return count - rest + (self._base if up else 0)

    def _number(self, message: str) -> int:
        return int.from_bytes(hmac.digest(self._key, message.encode(), "sha256")[:8], "big")


def protect(shown: Split, rounding: Rounding, *, number: int) -> ReleasedTable:
    """The table as the public sees it.

    Args:
        shown: a split found safe.
        rounding: the wave's.
        number: the release that refreshes it.
    """
    exact, question = shown.exact, shown.exact.question
    statements: Mapping[str | None, Text | None] = {row.name: dict(row.label) for row in question.rows} or {
        None: None
    }
    blocks = tuple(
        Block(
            level=code,
            level_label=partitions.label(code, exact.by) if exact.by else {},
            base=_base(base, rounding, shown.rules),
            rows=tuple(_rows(shown, item, base, rounding)),
            item=item,
            item_label=wording,
        )
        for item, wording in statements.items()
        for code, base in shown.bases.items()
    )
    return _table(exact, blocks, number=number, needed=None)


def withhold(exact: ExactTable, *, needed: int, number: int) -> ReleasedTable:
    """The table as long as it cannot be shown; it looks the same for every reason.

    Args:
        exact: read for its wordings, never for a count.
        needed: the number of answers from which it is expected to be shown, from public figures alone.
        number: the release that says so.
    """
    return _table(exact, (), number=number, needed=needed)


def keep(table: ReleasedTable, exact: ExactTable) -> ReleasedTable:
    """An earlier table with its figures untouched, under today's wordings, so that one code has one wording.

    Args:
        table: a shown table of an earlier release of the wave.
        exact: read for its wordings, never for a count.
    """
    question = exact.question
    labels = categories(question)
    items: Mapping[str | None, Text] = {row.name: dict(row.label) for row in question.rows}
    blocks = tuple(
        replace(
            block,
            level_label=partitions.label(block.level, exact.by) if exact.by else {},
            item_label=items.get(block.item, block.item_label),
            rows=tuple(replace(row, label=labels.get(row.code, row.label)) for row in block.rows),
        )
        for block in table.blocks
    )
    return _table(exact, blocks, number=table.as_of, needed=None)


def positions(mask: int) -> Iterator[int]:
    """Bit positions of a mask, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _base(members: int, rounding: Rounding, rules: Rules) -> int:
    # ten people may be rounded to nine: a base under the threshold is never printed
    return max(rounding.base(members), rules.least_base)


def _rows(shown: Split, item: str | None, base: int, rounding: Rounding) -> Iterator[Row]:
    question, rules = shown.exact.question, shown.rules
    size = _base(base, rounding, rules)
    labels = categories(question)
    for code in (*labels, NO_ANSWER):
        cell: Cell = (item, code)
        told = estimate(
            min(rounding.count(base, shown.exact.cells[cell] & base), size),
            size,
            rounding=rules.rounding,
            smallest=rules.n_pct,
            sensitive=question.sensitive,
        )
        yield Row(
            code=code,
            label=labels.get(code, {}),
            count=told.count,
            base=size,
            percent=told.percent,
            low=told.low,
            high=told.high,
            symbol=told.symbol,
        )


def _table(exact: ExactTable, blocks: tuple[Block, ...], *, number: int, needed: int | None) -> ReleasedTable:
    question, by = exact.question, exact.by
    scale = {choice.name: choice.scale for choice in question.choices if choice.scale is not None}
    return ReleasedTable(
        question=question.name,
        kind=exact.kind,
        wording=dict(question.label),
        short=dict(question.short),
        by=by.name if by else None,
        by_label=dict(by.dimension.label) if by and by.dimension else {},
        state="withheld" if needed is not None else "shown",
        blocks=blocks,
        as_of=number,
        needed=needed,
        scale=scale if exact.kind == "likert" else None,
    )
