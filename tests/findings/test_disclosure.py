"""What may be told: thresholds, complements, merging, rounding; with the published worked examples."""

from __future__ import annotations

from collections import Counter

import pytest

from surveys.findings.disclosure import Rounding
from surveys.findings.partition import coarse
from surveys.findings.structure import RULES, Audit, Split
from surveys.findings.tables import tabulate
from surveys.questionnaire.reader import read
from tests.findings.world import (
    ALL,
    HEAD,
    KEY,
    MORE,
    REGION,
    SIZE,
    SURVEY,
    USES,
    Reply,
    crowd,
    levels,
    publish,
    replies,
)

SIMPLE = HEAD + SURVEY + REGION + USES
ROUTED = HEAD + SURVEY + REGION + USES + MORE
TWO = HEAD + SURVEY + REGION + USES + SIZE


def people(**numbers: int) -> list[Reply]:
    """People of one region after the other, all with the same answer."""
    found = []
    for region, number in numbers.items():
        found += replies(number, start=len(found) + 1, region=region, uses="yes")
    return found


def window(size: int, start: int) -> int:
    return ((1 << size) - 1) << start


def test_rounding_of_worked_example_eight_is_exact() -> None:
    ids = [f"org{number:03}" for number in range(1, 24)]
    everyone, yes = window(23, 0), window(8, 0)
    threes, fives = (Rounding(ids, wave="w1", key=KEY, base=base) for base in (3, 5))
    assert threes.total(1) == 138707367856867279
    assert threes.total(everyone) == 16700520340199279053
    assert threes.total(yes) == 8214763547207328564
    assert (threes.base(everyone), threes.count(everyone, yes)) == (24, 9)
    assert (fives.base(everyone), fives.count(everyone, yes)) == (20, 10)


@pytest.mark.parametrize(
    ("base", "size", "low", "high", "share_high"),
    [
        (3, 17, 15, 18, 2 / 3),  # Stats NZ, RR3
        (5, 107, 105, 110, 2 / 5),  # Statistics Canada, random rounding to base 5
    ],
)
def test_rounding_of_published_counts_goes_both_ways_in_the_published_shares(
    base: int, size: int, low: int, high: int, share_high: float
) -> None:
    draws = 3000
    ids = [str(number) for number in range(draws + size)]
    rounding = Rounding(ids, wave="w1", key=KEY, base=base)
    told = Counter(rounding.base(window(size, start)) for start in range(draws))
    assert set(told) == {low, high}
    assert told[high] / draws == pytest.approx(share_high, abs=0.03)


def test_rounding_of_the_same_set_is_the_same_and_depends_on_its_base() -> None:
    ids = [str(number) for number in range(400)]
    rounding = Rounding(ids, wave="w1", key=KEY)
    told = {rounding.count(window(size, 0), window(10, 0)) for size in range(20, 60)}
    assert told == {9, 12}
    assert rounding.count(window(30, 0), window(10, 0)) == Rounding(ids, wave="w1", key=KEY).count(
        window(30, 0), window(10, 0)
    )


def test_rounding_with_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Rounding(["a"], wave="w1", key=b"short")


def test_every_published_count_is_a_multiple_of_three_and_no_base_is_below_ten() -> None:
    release = publish(ALL, crowd(420)).release
    blocks = [block for table in release.tables for block in table.blocks]
    assert {block.base % 3 for block in blocks} == {0}
    assert {row.count % 3 for block in blocks for row in block.rows} == {0}
    assert min(block.base for block in blocks) >= 12
    assert all(row.count <= row.base == block.base for block in blocks for row in block.rows)


def test_a_base_of_ten_is_never_printed_as_nine() -> None:
    bases = {
        publish(SIMPLE, replies(10, start=at), number=1).release.table("uses").blocks[0].base
        for at in range(9)
    }
    assert bases == {12}


def test_no_count_is_printed_above_its_base() -> None:
    # 20 of 20 may be rounded up where the base is rounded down
    blocks = [
        publish(SIMPLE, replies(20, start=at, uses="yes")).release.table("uses").blocks[0] for at in range(12)
    ]
    assert {block.base for block in blocks} == {18, 21}
    assert [block for block in blocks if block.rows[0].count > block.base] == []


def test_worked_example_seven_is_withheld() -> None:
    # 23 organizations, 20 in Ontario: the other 3 would be known by subtraction
    table = publish(SIMPLE, people(ON=20, QC=3)).release.table("uses", "region")
    assert (table.state, table.blocks) == ("withheld", ())


def test_a_small_wave_shows_the_declared_coarse_partition() -> None:
    release = publish(SIMPLE, people(ON=30, QC=25, NS=12)).release
    assert list(levels(release, "uses", "region")) == ["ontario", "rest"]
    assert release.table("uses", "region").blocks[0].level_label == {
        "en": "Ontario alone",
        "fr": "Ontario seul",
    }


def test_a_large_wave_shows_fine_levels_with_small_ones_in_their_parents() -> None:
    release = publish(SIMPLE, people(ON=60, QC=40, NS=6, NB=6, YT=6, NU=5)).release
    assert list(levels(release, "uses", "region")) == ["ON", "QC", "atlantic", "territories"]


def test_a_parent_still_too_small_joins_the_smallest_sibling() -> None:
    release = publish(SIMPLE, people(ON=60, QC=40, NS=15, NB=12, YT=2, NU=1)).release
    assert list(levels(release, "uses", "region")) == ["ON", "QC", "atlantic+territories"]
    assert release.table("uses", "region").blocks[2].level_label == {
        "en": "Atlantic + Territories",
        "fr": "Atlantique + Territoires",
    }


def test_levels_large_enough_are_not_merged() -> None:
    release = publish(SIMPLE, people(ON=60, QC=40, NS=15, NB=12, YT=11, NU=10)).release
    assert list(levels(release, "uses", "region")) == ["ON", "QC", "NS", "NB", "YT", "NU"]


def test_a_level_of_nine_is_merged() -> None:
    release = publish(SIMPLE, people(ON=60, QC=40, NS=15, NB=12, YT=11, NU=9)).release
    assert list(levels(release, "uses", "region")) == ["ON", "QC", "NS", "NB", "territories"]


def test_an_empty_level_is_merged_as_a_small_one_is() -> None:
    empty = publish(SIMPLE, people(ON=60, QC=40, NS=15, NB=12, YT=11)).release
    small = publish(SIMPLE, people(ON=60, QC=40, NS=15, NB=12, YT=11, NU=1)).release
    assert list(levels(empty, "uses", "region")) == ["ON", "QC", "NS", "NB", "territories"]
    assert list(levels(small, "uses", "region")) == ["ON", "QC", "NS", "NB", "territories"]


def test_everybody_in_one_group_is_no_split() -> None:
    assert publish(SIMPLE, people(ON=120)).release.table("uses", "region").state == "withheld"


def test_few_without_a_level_withhold_the_split() -> None:
    missing = replies(3, start=500, uses="no")
    assert (
        publish(SIMPLE, [*people(ON=60, QC=50), *missing]).release.table("uses", "region").state == "withheld"
    )


def test_few_outside_every_group_make_a_split_unsafe_even_if_nothing_else_was_published() -> None:
    sample = read(SIMPLE, "sample.yaml")
    tables = {
        missing: tabulate(sample, [*people(ON=30, QC=20), *replies(missing, start=500)]).table(
            "uses", "region"
        )
        for missing in (0, 1, 9, 10)
    }
    safe = {
        missing: Split(table, coarse(sample.question["region"]), RULES).safe(Audit(RULES))
        for missing, table in tables.items()
    }
    assert safe == {0: True, 1: False, 9: False, 10: True}


def test_few_outside_a_group_make_the_group_too_large() -> None:
    sample = read(SIMPLE, "sample.yaml")
    table = tabulate(sample, [*people(ON=30), *replies(9, start=500)]).table("uses", "region")
    split = Split(table, coarse(sample.question["region"]), RULES)
    assert [split.passes(level) for level in split.partition] == [False, False]


def users(**numbers: tuple[int, int]) -> list[Reply]:
    """Region -> (users, others)."""
    found = []
    for region, (yes, no) in numbers.items():
        found += replies(yes, start=len(found) + 1, region=region, uses="yes", tools=["sms"])
        found += replies(no, start=len(found) + 1, region=region, uses="no")
    return found


def test_a_routed_question_is_split_where_asked_and_not_asked_are_enough() -> None:
    release = publish(ROUTED, users(ON=(40, 20), QC=(30, 20), NS=(8, 6), NB=(7, 6), YT=(12, 0))).release
    assert list(levels(release, "tools", "region")) == ["ON", "QC", "atlantic", "territories"]


def test_a_routed_question_with_few_not_asked_in_a_level_merges_it() -> None:
    release = publish(
        ROUTED, users(ON=(40, 20), QC=(30, 20), NS=(20, 6), NB=(20, 6), YT=(20, 12), NU=(20, 12))
    ).release
    assert list(levels(release, "tools", "region")) == ["ON", "QC", "atlantic", "YT", "NU"]
    assert list(levels(release, "uses", "region")) == ["ON", "QC", "NS", "NB", "YT", "NU"]


def test_a_routed_question_with_few_not_asked_in_all_is_withheld_nationally() -> None:
    assert publish(ROUTED, users(ON=(60, 9), QC=(50, 0))).release.table("tools").state == "withheld"
    assert publish(ROUTED, users(ON=(60, 10), QC=(50, 0))).release.table("tools").state == "shown"


def test_a_level_nobody_was_asked_in_is_not_told_apart() -> None:
    # an absent group would say for certain that all of its people answered "no"
    release = publish(
        ROUTED, users(ON=(40, 20), QC=(30, 20), NS=(0, 20), NB=(20, 12), YT=(20, 12), NU=(20, 12))
    ).release
    assert list(levels(release, "tools", "region")) == ["ON", "QC", "atlantic", "YT", "NU"]


def test_a_level_outside_the_questions_own_condition_is_left_out() -> None:
    source = (
        SIMPLE
        + """
      - {type: select_one yesno, name: local, label: {en: Here?, fr: Ici ?}, short: {en: Here, fr: Ici},
         theme: practice, relevant: "${region} = 'ON' or ${region} = 'QC'"}
"""
    )
    release = publish(source, people(ON=60, QC=40, NS=15, NB=12, YT=11, NU=10)).release
    assert list(levels(release, "local", "region")) == ["ON", "QC"]


def test_a_level_outside_a_condition_on_other_answers_too_is_merged() -> None:
    source = (
        SIMPLE
        + """
      - {type: select_one yesno, name: local, label: {en: Here?, fr: Ici ?}, short: {en: Here, fr: Ici},
         theme: practice, relevant: "${region} = 'ON' or ${region} = 'QC' or ${uses} = 'no'"}
"""
    )
    release = publish(source, people(ON=60, QC=40, NS=15, NB=12, YT=11, NU=10)).release
    assert list(levels(release, "local", "region")) == ["ON", "QC+atlantic+territories"]


def test_a_group_that_nearly_fills_another_withholds_the_second_table() -> None:
    # Quebec lies wholly within the small ones: the other 4 would be known by subtraction
    places = people(ON=60, QC=40, NS=15, NB=12, YT=11, NU=10)
    in_small = {"QC": 40, "ON": 4}
    found = []
    for reply in places:
        region = reply.answers["region"]
        small = in_small.get(region, 0) > 0
        in_small[region] = in_small.get(region, 0) - 1
        found.append(type(reply)(reply.id, {**reply.answers, "size": "small" if small else "large"}))
    release = publish(TWO, found).release
    assert release.table("uses", "region").state == "shown"
    assert release.table("uses", "size").state == "withheld"


def test_audit_remembers_what_was_published() -> None:
    audit = Audit(RULES, [window(40, 0)])
    assert not audit.clear([window(45, 0)])
    assert not audit.clear([window(35, 0)])
    assert audit.clear([window(40, 0), window(50, 0), window(30, 0), window(40, 5)])


def test_audit_refuses_groups_that_overlap_and_differ_by_few() -> None:
    audit = Audit(RULES, [window(40, 0)])
    told = {
        (size, start): audit.clear([window(size, start)])
        for size, start in [(40, 0), (40, 1), (40, 4), (37, 4), (40, 5), (36, 7), (37, 7), (40, 40)]
    }
    assert told == {
        (40, 0): True,
        (40, 1): False,  # one out, one in
        (40, 4): False,
        (37, 4): False,  # four out, one in
        (40, 5): True,  # five out, five in
        (36, 7): True,  # seven out, three in
        (37, 7): True,
        (40, 40): True,  # nobody in both
    }


@pytest.mark.parametrize(("swapped", "state"), [(2, "withheld"), (4, "withheld"), (5, "shown")])
def test_a_group_that_nearly_is_another_withholds_the_second_table(swapped: int, state: str) -> None:
    # so many of Ontario are large, as many of Quebec small: small and Ontario differ by them alone
    found = []
    for place, reply in enumerate(people(ON=60, QC=60)):
        small = (place < 60) != (place % 60 < swapped)
        found.append(type(reply)(reply.id, {**reply.answers, "size": "small" if small else "large"}))
    release = publish(TWO, found).release
    assert release.table("uses", "region").state == "shown"
    assert release.table("uses", "size").state == state


def test_audit_forgets_nothing_it_is_given() -> None:
    audit = Audit(RULES)
    audit.publish([window(40, 0)])
    audit.publish([window(60, 0)])
    assert [audit.clear([window(size, 0)]) for size in (41, 50, 61)] == [False, True, False]


def test_a_sensitive_question_never_says_that_all_of_few_agree() -> None:
    source = SIMPLE.replace("name: uses,", "name: uses, sensitive: yes,")
    rows = publish(source, people(ON=22, QC=20)).release.table("uses").blocks[0].rows
    assert [(row.percent, row.symbol) for row in rows] == [(95, "E"), (5, "E"), (5, "E")]
    assert all(0 < row.count < row.base for row in rows)
