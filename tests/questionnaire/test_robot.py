"""The robot respondent goes the way a person would, through the same checks."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from surveys.questionnaire.answers import AnswerError, PostError
from surveys.questionnaire.reader import read
from surveys.questionnaire.robot import RobotError, at_random, walk
from surveys.questionnaire.routing import asked, unanswered

if TYPE_CHECKING:
    from surveys.questionnaire.model import Answers, Question
    from surveys.questionnaire.robot import Choose, Posted

SOURCE = """
name: demo
version: "1"
languages: [en]
title: {en: T}
summary: {en: S}
choices:
  yes_no: [{name: yes, label: {en: Yes}}, {name: no, label: {en: No}}]
  apps:
    - {name: sms, label: {en: SMS}}
    - {name: chat, label: {en: Chat}}
    - {name: mail, label: {en: Mail}}
    - {name: other, label: {en: Other}, other: yes}
    - {name: none, label: {en: None}, exclusive: yes}
  agree: [{name: low, label: {en: Low}, scale: -1}, {name: high, label: {en: High}, scale: 1}]
survey:
  - type: page
    name: start
    label: {en: Start}
    questions:
      - {type: select_one yes_no, name: uses, label: {en: L}, short: {en: S}, required: yes}
      - type: select_one apps
        name: main
        label: {en: L}
        short: {en: S}
        required: yes
        relevant: ${uses} = 'yes'
      - {type: text, name: why, label: {en: L}, required: yes, max_length: 3, relevant: "${main} = 'other'"}
  - type: page
    name: users
    label: {en: Users}
    relevant: ${uses} = 'yes'
    questions:
      - type: select_multiple apps
        name: apps
        label: {en: L}
        short: {en: S}
        required: yes
        constraint: count-selected(.) <= 2
      - {type: integer, name: staff, label: {en: L}, required: yes, low: 5, high: 9}
      - {type: decimal, name: share, label: {en: L}, required: yes, low: 0.5, high: 0.75}
      - {type: date, name: since, label: {en: L}, required: yes, low: 2020-02-28, high: 2020-03-01}
      - {type: likert agree, name: views, label: {en: L}, short: {en: S}, rows: [{name: a, label: {en: A}}]}
  - type: page
    name: last
    label: {en: Last}
    questions:
      - {type: note, name: thanks, label: {en: L}}
      - {type: acknowledge, name: agreed, label: {en: L}}
      - {type: email, name: mail, label: {en: L}, required: yes, relevant: "${agreed}"}
      - {type: url, name: site, label: {en: L}, required: yes}
"""
Q = read(SOURCE, "demo.yaml")


def lot(seed: int) -> Choose:
    return at_random(Random(seed))  # noqa: S311 # a repeatable respondent, nothing secret


def test_walk_asks_each_question_on_the_path_once_in_order() -> None:
    seen: list[tuple[str, Answers]] = []

    def choose(question: Question, answers: Answers) -> Posted:
        seen.append((question.name, dict(answers)))
        given = {"uses": ["no"], "agreed": ["yes"], "mail": ["a@b.ca"], "site": ["b.ca"]}
        return {question.name: given[question.name]}

    stored = {"uses": "no", "agreed": True, "site": "https://b.ca", "mail": "a@b.ca"}
    assert walk(Q, choose) == stored
    assert [name for name, _answers in seen] == ["uses", "agreed", "site", "mail"]
    assert seen[2][1] == {"uses": "no", "agreed": True}


def test_walk_stops_at_a_page_that_refuses() -> None:
    with pytest.raises(RobotError) as caught:
        walk(Q, lambda _question, _answers: {})
    assert (caught.value.page, caught.value.errors) == ("start", {"uses": AnswerError("required")})


def test_walk_with_what_no_form_can_send_is_an_error() -> None:
    with pytest.raises(PostError):
        walk(Q, lambda question, _answers: {question.name: ["nonsense"]})


def test_walk_at_random_always_reaches_the_end() -> None:
    reached: set[str] = set()
    for seed in range(200):
        answers = walk(Q, lot(seed))
        assert unanswered(Q, answers) == ()
        reached |= asked(Q, answers)
    assert reached == set(Q.question)


def test_walk_at_random_repeats_with_its_seed() -> None:
    assert walk(Q, lot(7)) == walk(Q, lot(7))
