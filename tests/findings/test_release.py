"""Releases in time: what is refused, refreshed, kept; and what their bytes hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from surveys.findings.release import NotReady, Release, UnknownTable
from surveys.findings.shortfall import needed
from surveys.findings.structure import RULES
from surveys.findings.tables import tabulate
from surveys.questionnaire.reader import read
from tests.findings.world import ALL, HEAD, REGION, SURVEY, USES, Reply, crowd, levels, publish, replies

SIMPLE = HEAD + SURVEY + REGION + USES


def numbers(value: object) -> list[int]:
    """Every whole number anywhere in a JSON document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []


def edited(reply: Reply, **answers: object) -> Reply:
    return replace(reply, answers={**reply.answers, **answers})


def test_first_release_of_few_answers_is_refused() -> None:
    people = [*crowd(9), Reply("x", {"uses": "yes"}, verified=False)]
    with pytest.raises(NotReady) as refused:
        publish(ALL, people)
    assert (refused.value.code, refused.value.params) == (
        "few_new",
        {"new": "9", "needed": "10", "waiting": "1"},
    )


def test_first_release_of_ten_answers_shows_the_national_tables() -> None:
    release = publish(ALL, crowd(10)).release
    assert (release.respondents, release.table("uses").state) == (10, "shown")
    assert [row.symbol for row in release.table("uses").blocks[0].rows] == ["F", "F", "F"]


@pytest.mark.parametrize("more", [0, 1, 9])
def test_next_release_after_few_new_answers_is_refused(more: int) -> None:
    first = publish(ALL, crowd(60))
    with pytest.raises(NotReady) as refused:
        publish(ALL, crowd(60 + more), after=first, number=2)
    assert refused.value.params["new"] == str(more)


def test_edits_and_withdrawals_count_as_changes() -> None:
    people = crowd(60)
    first = publish(ALL, people)
    now = [edited(reply, staff=15) for reply in people if reply.answers["staff"] < 5][:7] + people[40:]
    changed = len({reply.id for reply in people} - {reply.id for reply in now}) + 7
    with pytest.raises(NotReady) as refused:
        publish(ALL, now, after=first, number=2, rules=replace(RULES, k_new=1000))
    assert refused.value.params["new"] == str(changed)


def test_an_edit_of_what_is_not_tabulated_is_no_change() -> None:
    people = crowd(60)
    now = [edited(reply, remarks="rewritten") for reply in people]
    with pytest.raises(NotReady) as refused:
        publish(ALL, now, after=publish(ALL, people), number=2)
    assert refused.value.params["new"] == "0"


def test_to_json_and_back_is_the_same_release_and_the_same_bytes() -> None:
    built = publish(ALL, crowd(150), opened=date(2026, 1, 5), closed=date(2026, 2, 5))
    body = built.release.to_json()
    assert Release.from_json(body) == built.release
    assert Release.from_json(body).to_json() == body
    assert (
        body
        == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )


def test_to_json_of_the_same_answers_in_another_order_is_the_same() -> None:
    assert publish(ALL, crowd(150)).release.to_json() == publish(ALL, crowd(150)[::-1]).release.to_json()


def test_to_json_holds_no_exact_number_and_nothing_anyone_wrote() -> None:
    people = crowd(137)
    body = publish(ALL, people).release.to_json().decode()
    document = json.loads(body)
    assert 137 not in numbers(document)
    assert document["respondents"] == 130
    for table in document["tables"]:
        for _level, _item, base, rows in table["blocks"]:
            assert base % 3 == 0
            assert [row[1] % 3 for row in rows] == [0] * len(rows)
    assert not [reply.id for reply in people if reply.id in body]
    assert "remark 1" not in body


def test_release_lists_what_public_pages_need() -> None:
    release = publish(ALL, crowd(60), opened=date(2026, 1, 5)).release
    assert (release.slug, release.wave, release.number, release.date) == ("sample", "w1", 1, date(2026, 3, 1))
    assert (release.version, release.languages, release.opened) == ("1", ("en", "fr"), date(2026, 1, 5))
    assert [question.name for question in release.questions] == [
        "region",
        "uses",
        "size",
        "tools",
        "views",
        "staff",
    ]
    assert [theme.name for theme in release.themes] == ["practice"]
    assert [dimension.name for dimension in release.dimensions] == ["region", "size"]
    assert release.table("staff").wording == {"en": "How many?", "fr": "Combien ?"}
    assert release.table("views").scale == {"against": -1, "for": 1}
    assert release.table("uses", "region").by_label == {"en": "Region", "fr": "Région"}


def test_table_outside_the_menu_is_unknown() -> None:
    with pytest.raises(UnknownTable):
        publish(ALL, crowd(20)).release.table("uses", "uses")


def test_grid_blocks_stand_statement_by_statement() -> None:
    blocks = publish(ALL, crowd(60)).release.table("views", "size").blocks
    assert [(block.item, block.level) for block in blocks] == [
        ("safe", "small"),
        ("safe", "large"),
        ("quick", "small"),
        ("quick", "large"),
    ]


def test_unchanged_answers_give_unchanged_figures() -> None:
    people = crowd(60)
    first = publish(ALL, people)
    now = [edited(reply, staff=19 - reply.answers["staff"]) for reply in people]
    second = publish(ALL, now, after=first, number=2).release
    for question, by in (("uses", None), ("uses", "region"), ("views", "size")):
        assert second.table(question, by).blocks == first.release.table(question, by).blocks
        assert second.table(question, by).as_of == 2


def test_partition_first_shown_is_kept_when_the_wave_grows() -> None:
    first = publish(ALL, crowd(96))
    second = publish(ALL, crowd(420), after=first, number=2).release
    assert list(levels(first.release, "uses", "region")) == ["ontario", "rest"]
    assert list(levels(second, "uses", "region")) == ["ontario", "rest"]
    assert levels(second, "uses", "region") != levels(first.release, "uses", "region")
    assert list(levels(publish(ALL, crowd(420)).release, "uses", "region")) != ["ontario", "rest"]


def test_partition_merged_at_first_is_never_split_later() -> None:
    first = publish(SIMPLE, region(ON=60, QC=40, NS=15, NB=12, YT=6, NU=6))
    second = publish(SIMPLE, region(ON=60, QC=40, NS=15, NB=12, YT=26, NU=26), after=first, number=2).release
    assert list(levels(second, "uses", "region")) == ["ON", "QC", "NS", "NB", "territories"]


def region(**people: int) -> list[Reply]:
    return [
        Reply(f"{name}{each}", {"region": name, "uses": "yes" if each % 2 else "no"})
        for name, many in people.items()
        for each in range(many)
    ]


def test_a_split_whose_groups_changed_by_few_keeps_its_older_figures() -> None:
    first = publish(SIMPLE, region(ON=40, QC=30))
    second = publish(SIMPLE, region(ON=47, QC=35), after=first, number=2)
    split = second.release.table("uses", "region")
    assert (split.as_of, split.blocks) == (1, first.release.table("uses", "region").blocks)
    assert second.release.table("uses").as_of == 2
    third = publish(SIMPLE, region(ON=50, QC=42), after=second, number=3).release
    assert third.table("uses", "region").as_of == 3


def test_a_split_with_one_group_changed_by_enough_is_refreshed() -> None:
    first = publish(SIMPLE, region(ON=40, QC=30))
    second = publish(SIMPLE, region(ON=52, QC=30), after=first, number=2).release
    assert second.table("uses", "region").as_of == 2
    assert levels(second, "uses", "region")["rest"] == levels(first.release, "uses", "region")["rest"]


def test_a_group_that_shrank_below_ten_keeps_its_older_figures() -> None:
    first = publish(SIMPLE, region(ON=40, QC=17))
    second = publish(SIMPLE, region(ON=40, QC=5), after=first, number=2).release
    assert second.table("uses", "region").as_of == 1
    assert second.table("uses", "region").blocks == first.release.table("uses", "region").blocks


def test_one_person_among_eleven_others_changes_no_number_of_their_group() -> None:
    first = publish(SIMPLE, region(ON=40, QC=30))
    second = publish(SIMPLE, region(ON=51, QC=31), after=first, number=2).release
    assert second.table("uses", "region").blocks == first.release.table("uses", "region").blocks


@pytest.mark.parametrize("planted", ["yes", "no"])
def test_one_more_person_changes_no_published_number(planted: str) -> None:
    people = crowd(60)
    first = publish(ALL, people)
    with pytest.raises(NotReady):
        publish(ALL, [*people, Reply("new", {"region": "QC", "uses": planted})], after=first, number=2)


def test_ten_edits_of_one_question_leave_nine_of_another_as_they_were() -> None:
    people = region(ON=40, QC=30)
    first = publish(SIMPLE, people)
    other = {"yes": "no", "no": "yes"}
    now = [edited(reply, uses=other[reply.answers["uses"]]) for reply in people[:9]] + people[9:-1]
    now += [edited(people[-1], region="NS")]
    second = publish(SIMPLE, now, after=first, number=2).release
    assert (second.table("uses").as_of, second.table("region").as_of) == (1, 1)
    assert second.table("uses").blocks == first.release.table("uses").blocks


def test_a_routed_question_asked_of_few_more_keeps_its_older_figures() -> None:
    people = crowd(60)
    first = publish(ALL, people)
    new = replies(12, region="ON", uses="no", size="small")
    new += replies(3, start=50, region="ON", uses="yes", size="small", tools=["sms"])
    second = publish(ALL, [*people, *new], after=first, number=2).release
    assert (second.table("uses").as_of, second.table("tools").as_of) == (2, 1)
    assert second.table("tools").blocks == first.release.table("tools").blocks


def test_a_split_first_shown_beside_an_older_national_table_is_withheld_if_they_differ_by_few() -> None:
    # the national table stays as of release 1; a split of 4 more people would tell of these 4
    first = publish(SIMPLE, region(ON=40, QC=4))
    people = region(ON=40, QC=4)
    moved = [edited(reply, region="QC") for reply in people[:12]] + people[12:]
    more = [Reply(f"new{each}", {"region": "QC", "uses": "yes"}) for each in range(4)]
    second = publish(SIMPLE, [*moved, *more], after=first, number=2).release
    assert (second.table("uses").as_of, second.table("uses", "region").state) == (1, "withheld")


def test_kept_figures_stand_under_the_corrected_wording() -> None:
    first = publish(SIMPLE, region(ON=40, QC=30))
    corrected = SIMPLE.replace("en: Rest of Canada", "en: The rest of Canada").replace(
        'en: "Yes"', "en: It does"
    )
    second = publish(corrected, region(ON=47, QC=35), after=first, number=2).release
    block = second.table("uses", "region").blocks[1]
    assert (block.level_label["en"], block.rows[0].label["en"]) == ("The rest of Canada", "It does")
    assert Release.from_json(second.to_json()) == second


def test_build_after_another_wave_is_refused() -> None:
    first = publish(ALL, crowd(30))
    with pytest.raises(ValueError, match="another wave"):
        publish(ALL, crowd(60), after=first, number=2, wave="w2")


def test_build_under_an_earlier_number_is_refused() -> None:
    first = publish(ALL, crowd(30), number=2)
    with pytest.raises(ValueError, match="cannot follow"):
        publish(ALL, crowd(60), after=first, number=2)


def test_needed_is_in_full_tens_above_what_there_is() -> None:
    release = publish(ALL, crowd(30)).release
    withheld = [table for table in release.tables if table.state == "withheld"]
    assert withheld
    assert all(table.needed % 10 == 0 and table.needed > release.respondents for table in withheld)


def test_needed_of_a_small_group_is_projected_from_public_figures() -> None:
    # 60 of 66 in Ontario: the rest hold a tenth, so that about 110 answers bring them to ten
    release = publish(SIMPLE, region(ON=60, QC=6)).release
    assert [row.count for row in release.table("region").blocks[0].rows[:2]] == [60, 6]
    assert (release.table("region").blocks[0].base, release.table("uses", "region").needed) == (66, 110)


def test_needed_of_a_withheld_national_table_is_the_next_round_number() -> None:
    people = [*replies(5, region="ON", uses="yes"), *replies(30, start=50, region="ON", uses="no")]
    release = publish(ALL, people).release
    assert (release.respondents, release.table("tools").needed) == (30, 50)


def test_needed_does_not_look_at_a_single_answer() -> None:
    sample = read(ALL, "sample.yaml")
    release = publish(ALL, crowd(66)).release
    told = {
        needed(
            tabulate(sample, people).table("tools", "region"),
            60,
            national=release.table("tools"),
            dimension=release.table("region"),
            rules=RULES,
        )
        for people in (crowd(66), crowd(3), [])
    }
    assert len(told) == 1
