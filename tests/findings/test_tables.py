"""Exact tables: who was asked, who stands where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveys.findings.model import NO_ANSWER
from surveys.findings.tables import TableError, kind, tabulate
from surveys.questionnaire.reader import read
from tests.findings.world import ALL, HEAD, REGION, SURVEY, USES, Reply, replies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from surveys.findings.tables import Cell

SAMPLE = read(ALL, "sample.yaml")


def counts(people: Iterable[Reply], question: str) -> tuple[int, dict[Cell, int]]:
    table = tabulate(SAMPLE, people).table(question)
    return table.asked.bit_count(), {cell: mask.bit_count() for cell, mask in table.cells.items()}


def test_tabulate_counts_those_asked_and_no_answer_last() -> None:
    people = [Reply("a", {"uses": "yes"}), Reply("b", {"uses": "no"}), Reply("c", {})]
    base, cells = counts(people, "uses")
    assert base == 3
    assert list(cells.items()) == [((None, "yes"), 1), ((None, "no"), 1), ((None, NO_ANSWER), 1)]


def test_tabulate_leaves_out_those_not_asked() -> None:
    people = [*replies(4, uses="yes", tools=["sms"]), Reply("b", {"uses": "no"}), Reply("c", {})]
    assert counts(people, "tools")[0] == 4


def test_tabulate_counts_each_option_of_a_multiple_choice_by_itself() -> None:
    people = [
        Reply("a", {"uses": "yes", "tools": ["sms", "app"]}),
        Reply("b", {"uses": "yes", "tools": ["sms"]}),
        Reply("c", {"uses": "yes", "tools": []}),
        Reply("d", {"uses": "yes"}),
    ]
    assert counts(people, "tools") == (
        4,
        {(None, "sms"): 2, (None, "app"): 1, (None, "none"): 0, (None, NO_ANSWER): 2},
    )


def test_tabulate_counts_each_statement_of_a_grid_by_itself() -> None:
    people = [Reply("a", {"views": {"safe": "for"}}), Reply("b", {"views": {"safe": "na", "quick": "for"}})]
    base, cells = counts(people, "views")
    assert base == 2
    assert {cell: count for cell, count in cells.items() if count} == {
        ("safe", "for"): 1,
        ("safe", "na"): 1,
        ("quick", "for"): 1,
        ("quick", NO_ANSWER): 1,
    }


def test_tabulate_puts_numbers_into_bands_both_ends_included() -> None:
    people = [Reply(str(number), {"staff": number}) for number in (0, 9, 10, 5000)]
    assert counts(people, "staff") == (4, {(None, "few"): 2, (None, "many"): 2, (None, NO_ANSWER): 0})


def test_choices_with_an_order_are_bands_and_others_are_not() -> None:
    ordered = read(ALL.replace("name: uses,", "name: uses, chart: bands,", 1), "sample.yaml")
    assert (kind(ordered.question["uses"]), kind(SAMPLE.question["uses"])) == ("bands", "single")


def test_tabulate_leaves_out_what_nobody_vouches_for() -> None:
    people = [Reply("a", {"uses": "yes"}), Reply("b", {"uses": "yes"}, verified=False)]
    assert tabulate(SAMPLE, people).ids == ("a",)
    assert tabulate(SAMPLE, people, entry="open").ids == ("a", "b")


def test_tabulate_keeps_the_positions_of_an_earlier_release() -> None:
    people = [Reply("a", {}), Reply("c", {})]
    population = tabulate(SAMPLE, people, known=("c", "b"))
    assert population.ids == ("c", "b", "a")
    assert population.everyone == 0b101


def test_tabulate_of_an_unknown_choice_names_the_question() -> None:
    with pytest.raises(TableError, match="'uses'"):
        tabulate(SAMPLE, [Reply("a", {"uses": "perhaps"})])


def test_tabulate_of_a_number_outside_every_band_names_the_question() -> None:
    with pytest.raises(TableError, match="'staff'"):
        tabulate(SAMPLE, [Reply("a", {"staff": -1})])


def test_menu_holds_every_question_nationally_and_by_every_other_dimension() -> None:
    population = tabulate(read(HEAD + SURVEY + REGION + USES, "sample.yaml"), [])
    assert list(population.menu) == [("region", None), ("uses", None), ("uses", "region")]


def test_table_outside_the_menu_is_refused() -> None:
    with pytest.raises(TableError, match="no table"):
        tabulate(SAMPLE, []).table("uses", "staff")
