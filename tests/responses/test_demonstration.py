"""Invented organizations answer like a seeded profile says, and only what the engine accepts."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

import surveys
from surveys.questionnaire.reader import read
from surveys.questionnaire.routing import on_path, unanswered
from surveys.responses.demonstration import ProfileError, respondents

INSTRUMENTS = Path(surveys.__file__).parent / "instruments"
SURVEY = read((INSTRUMENTS / "digital-messaging.yaml").read_text(encoding="utf-8"), "digital-messaging.yaml")
PROFILE = (INSTRUMENTS / "digital-messaging.demo.yaml").read_text(encoding="utf-8")
ORGANIZATIONS = list(respondents(SURVEY, PROFILE, 400, seed=1))

SMALL = """
name: small
version: "1"
languages: [en]
title: {en: Small}
summary: {en: Small}
themes: {all_of_it: {en: All}}
choices:
  size: [{name: big, label: {en: Big}}, {name: little, label: {en: Little}}]
  tools:
    - {name: chat, label: {en: Chat}}
    - {name: text, label: {en: Text}}
    - {name: none, label: {en: None}, exclusive: yes}
    - {name: other, label: {en: Other}, other: yes}
survey:
  - type: page
    name: first
    label: {en: First}
    questions:
      - type: select_one size
        name: size
        label: {en: Size}
        short: {en: Size}
        theme: all_of_it
        required: yes
  - type: page
    name: second
    label: {en: Second}
    questions:
      - type: select_multiple tools
        name: tools
        label: {en: Tools}
        short: {en: Tools}
        theme: all_of_it
        constraint: count-selected(.) <= 1
        constraint_message: {en: One}
      - {type: integer, name: people, label: {en: People}, low: 0, high: 5000}
      - {type: text, name: remark, label: {en: Remark}}
"""


def answers(profile: str, count: int = 50) -> list[dict[str, object]]:
    return [dict(found) for found in respondents(read(SMALL, "small.yaml"), profile, count, seed=7)]


def test_same_seed_gives_the_same_answers() -> None:
    assert list(respondents(SURVEY, PROFILE, 20, seed=1)) == ORGANIZATIONS[:20]
    assert list(respondents(SURVEY, PROFILE, 20, seed=2)) != ORGANIZATIONS[:20]


def test_answers_pass_the_engine_and_stay_on_their_path() -> None:
    assert [unanswered(SURVEY, found) for found in ORGANIZATIONS] == [()] * 400
    assert [dict(found) for found in ORGANIZATIONS] == [on_path(SURVEY, found) for found in ORGANIZATIONS]


def test_provinces_are_weighted_as_the_allocation_is() -> None:
    provinces = Counter(found["province"] for found in ORGANIZATIONS)
    assert 0.45 < provinces["ON"] / 400 < 0.59
    assert 0.11 < provinces["AB"] / 400 < 0.21
    assert provinces["QC"] == 0


def test_larger_organizations_use_messaging_more() -> None:
    def share(size: str) -> float:
        uses = [found["uses_messaging"] == "yes" for found in ORGANIZATIONS if found["staff_size"] == size]
        return sum(uses) / len(uses)

    assert share("up_to_10") < share("from_11_to_50") < share("over_150")


def test_every_choice_of_use_and_every_question_but_the_private_ones_is_answered() -> None:
    assert {found["uses_messaging"] for found in ORGANIZATIONS} == {"yes", "planned", "no"}
    answered = {name for found in ORGANIZATIONS for name in found if ":" not in name}
    assert set(SURVEY.question) - answered == {"comment", "contact_consent", "contact_email"}


def test_some_leave_a_question_out() -> None:
    left = [found for found in ORGANIZATIONS if "training" not in found]
    assert 3 <= len(left) <= 30


def test_profile_decides_the_answers() -> None:
    found = answers(
        """
weights: {size: {big: 1}, tools: {chat: 1}}
numbers: {people: {median: 123, spread: 0}}
texts: {remark: [Invented]}
"""
    )
    assert found == [{"size": "big", "tools": ["chat"], "people": 120, "remark": "Invented"}] * 50


def test_adjustments_follow_earlier_answers() -> None:
    found = answers(
        """
weights: {size: {big: 1, little: 1}, tools: {chat: 0.5, text: 0.5}}
adjust:
  - {when: "${size} = 'big'", question: tools, factors: {text: 0}}
  - {when: "${size} = 'big'", question: people, factors: {median: 100}}
  - {when: "${size} = 'little'", question: tools, factors: {chat: 0}}
numbers: {people: {median: 10, spread: 0}}
"""
    )
    pairs = {(str(answer["size"]), str(answer["tools"]), answer["people"]) for answer in found}
    assert pairs == {("big", "['chat']", 1000), ("little", "['text']", 10)}


def test_a_constraint_is_met() -> None:
    found = answers(
        "weights: {size: {big: 1}, tools: {chat: 1, text: 1}}\nnumbers: {people: {median: 3, spread: 1}}"
    )
    assert {str(answer["tools"]) for answer in found} == {"['chat']", "['text']"}


def test_numbers_stay_within_their_limits() -> None:
    found = answers(
        "weights: {size: {big: 1}, tools: {chat: 1}}\nnumbers: {people: {median: 4000, spread: 2}}"
    )
    assert max(answer["people"] for answer in found) == 5000  # type: ignore[type-var]


def test_other_is_chosen_only_with_a_text_behind_it() -> None:
    profile = "weights: {size: {big: 1}, tools: {chat: 0.5, other: 1}}\nskip: {people: 1}\n"
    assert [answer["tools"] for answer in answers(profile)] == [["chat"]] * 50
    written = answers(profile.replace("chat: 0.5, ", "") + "texts: {tools: [Paper]}\n")
    assert written == [{"size": "big", "tools": ["other"], "tools:other": "Paper"}] * 50


def test_an_exclusive_choice_stands_alone() -> None:
    found = answers("weights: {size: {big: 1}, tools: {chat: 0.9, none: 0.5}}\nskip: {people: 1}\n")
    assert {str(answer["tools"]) for answer in found} == {"['chat']", "['none']"}


def test_a_skipped_question_is_unanswered_but_a_required_one_never() -> None:
    found = answers("weights: {size: {big: 1}, tools: {chat: 1}}\nskip: {default: 1}\n")
    assert found == [{"size": "big"}] * 50


def test_the_first_organizations_do_not_depend_on_how_many_follow() -> None:
    assert list(islice(respondents(SURVEY, PROFILE, 1000, seed=1), 5)) == ORGANIZATIONS[:5]


@pytest.mark.parametrize(
    ("profile", "complaint"),
    [
        (
            "weights: {size: {bgi: 1}}",
            "1: weights.size.bgi: this place has no such key; remove or correct it. Did you mean “big”?",
        ),
        (
            "weights: {size: {big: lots}}",
            "1: weights.size.big: “lots” is not a number; write digits, such as 0.5",
        ),
        (
            "weights: {size: {big: 1}, tolls: {chat: 1}}",
            "1: weights.tolls: is no question; correct it. Did you mean “tools”?",
        ),
        ("weights: {tools: {chat: 1}}", "1: weights: lack the question “size”; add it"),
        (
            "weights: {size: {big: 1}}\nadjust: [{when: '${sice}', question: tools, factors: {chat: 2}}]",
            "2: when: “sice” is no question; correct it. Did you mean “size”?",
        ),
    ],
)
def test_a_profile_that_does_not_fit_is_refused_with_its_place(profile: str, complaint: str) -> None:
    with pytest.raises(ProfileError) as caught:
        answers(f"{profile}\nskip: {{default: 1}}")
    assert [str(found) for found in caught.value.complaints] == [f"small.demo.yaml:{complaint}"]


def test_a_number_that_may_be_asked_needs_its_shape() -> None:
    with pytest.raises(ProfileError) as caught:
        answers("weights: {size: {big: 1}, tools: {chat: 1}}")
    assert str(caught.value) == "small.demo.yaml:1: numbers: lack the question “people”; add it"
