"""The one fact a headline may state."""

from __future__ import annotations

from surveys.findings.headline import Headline, headline
from surveys.findings.model import NO_ANSWER, Block, Kind, ReleasedTable, Row


def row(code: str, count: int, base: int, percent: int | None, low: int | None, *, symbol: str = "") -> Row:
    return Row(code, {"en": code.title()}, count, base, percent, low, 100, symbol)


def table(
    *blocks: Block, kind: Kind = "single", by: str | None = None, scale: dict[str, int] | None = None
) -> ReleasedTable:
    return ReleasedTable(
        question="q",
        kind=kind,
        wording={},
        short={},
        by=by,
        by_label={},
        state="shown" if blocks else "withheld",
        blocks=blocks,
        as_of=1,
        needed=None if blocks else 20,
        scale=scale,
    )


def block(*rows: Row, item: str | None = None) -> Block:
    label = {"en": item} if item else None
    return Block("all", {}, rows[0].base, rows, item, label)


def test_headline_is_the_top_option() -> None:
    found = headline(
        table(block(row("a", 30, 90, 33, 24), row("b", 42, 90, 47, 37), row(NO_ANSWER, 60, 90, 67, 57)))
    )
    assert found == Headline("leading", "b", {"en": "B"}, 47, 90)


def test_headline_of_surely_more_than_half_is_a_majority() -> None:
    found = headline(table(block(row("a", 60, 90, 67, 57), row("b", 30, 90, 33, 24))))
    assert found == Headline("majority", "a", {"en": "A"}, 67, 90)


def test_headline_is_silent_where_nothing_leads() -> None:
    tie = block(row("a", 30, 90, 33, 24), row("b", 30, 90, 33, 24))
    few = block(row("a", 12, 18, None, None, symbol="F"), row("b", 6, 18, None, None, symbol="F"))
    careful = block(row("a", 18, 24, 75, 52, symbol="E"), row("b", 6, 24, 25, 10, symbol="E"))
    nobody = block(row("a", 0, 90, 0, 0), row("b", 0, 90, 0, 0))
    assert [headline(table(each)) for each in (tie, few, careful, nobody)] == [None] * 4


def test_headline_of_a_split_or_withheld_table_is_silent() -> None:
    whole = block(row("a", 60, 90, 67, 57), row("b", 30, 90, 33, 24))
    assert (headline(table(whole, by="region")), headline(table())) == (None, None)


def test_headline_of_a_grid_is_the_statement_most_agreed_with() -> None:
    safe = block(row("against", 60, 90, 67, 57), row("for", 30, 90, 33, 24), item="safe")
    quick = block(row("against", 30, 90, 33, 24), row("for", 57, 90, 63, 53), item="quick")
    found = headline(table(safe, quick, kind="likert", scale={"against": -1, "for": 1}))
    assert found == Headline("agree", "quick", {"en": "quick"}, 63, 90)
