"""Which pages and questions are asked, and what counts as an answer."""

from __future__ import annotations

from datetime import date

import pytest

from surveys.questionnaire.reader import read
from surveys.questionnaire.routing import (
    Place,
    after,
    asked,
    before,
    on_path,
    path,
    progress,
    unanswered,
    visible,
)

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
    - {name: other, label: {en: Other}, other: yes}
    - {name: none, label: {en: None}, exclusive: yes}
  agree: [{name: low, label: {en: Low}, scale: -1}, {name: high, label: {en: High}, scale: 1}]
survey:
  - type: page
    name: start
    label: {en: Start}
    questions:
      - {type: select_one yes_no, name: uses, label: {en: Uses?}, short: {en: Uses}, required: yes}
      - {type: text, name: how, label: {en: How?}, relevant: "${uses} = 'yes'"}
  - type: page
    name: users
    label: {en: Users}
    relevant: ${uses} = 'yes'
    questions:
      - {type: select_multiple apps, name: apps, label: {en: Apps}, short: {en: Apps}, required: yes}
      - {type: calculate, name: app_count, calculation: "count-selected(${apps})"}
      - {type: calculate, name: many, calculation: "${app_count} >= 2"}
      - {type: integer, name: staff, label: {en: Staff}, low: 0, constraint: ". <= 100"}
  - type: page
    name: many_apps
    label: {en: Many}
    relevant: ${many}
    questions:
      - {type: note, name: thanks, label: {en: Thanks}}
      - type: likert agree
        name: views
        label: {en: Views}
        short: {en: Views}
        required: yes
        rows: [{name: a, label: {en: A}}, {name: b, label: {en: B}}]
  - type: page
    name: why_not
    label: {en: Why not}
    relevant: ${uses} = 'no'
    questions:
      - {type: text, name: why, label: {en: Why?}}
  - type: page
    name: last
    label: {en: Last}
    questions:
      - {type: acknowledge, name: agreed, label: {en: OK?}}
      - {type: email, name: contact, label: {en: Mail}, relevant: "${agreed}", required: yes}
      - {type: date, name: since, label: {en: Since}, constraint: ". <= today()"}
"""
Q = read(SOURCE, "demo.yaml")
USER = {"uses": "yes", "apps": ["sms", "chat"], "views": {"a": "low", "b": "high"}}


def names(answers: dict[str, object]) -> list[str]:
    return [page.name for page in path(Q, answers)]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ["start", "last"]),
        ({"uses": "no"}, ["start", "why_not", "last"]),
        ({"uses": "yes"}, ["start", "users", "last"]),
        (USER, ["start", "users", "many_apps", "last"]),
        ({**USER, "uses": "no"}, ["start", "why_not", "last"]),
        ({**USER, "apps": ["sms"]}, ["start", "users", "last"]),
    ],
)
def test_path_follows_the_answers(answers: dict[str, object], expected: list[str]) -> None:
    assert names(answers) == expected


def test_asked_holds_notes_but_no_calculations() -> None:
    expected = {"uses", "how", "apps", "staff", "thanks", "views", "agreed", "since"}
    assert asked(Q, USER) == expected


def test_on_path_leaves_out_what_is_not_asked_and_adds_calculations() -> None:
    stored = {**USER, "why": "stale", "contact": "a@b.ca", "unknown": "x", "many": "forged", "how": ""}
    assert on_path(Q, stored) == {**USER, "app_count": 2, "many": True}
    assert list(on_path(Q, stored)) == ["uses", "apps", "app_count", "many", "views"]


def test_on_path_has_other_text_only_while_other_is_chosen() -> None:
    answers = {"uses": "yes", "apps": ["other"], "apps:other": "Line"}
    assert on_path(Q, answers)["apps:other"] == "Line"
    assert "apps:other" not in on_path(Q, {**answers, "apps": ["sms"]})


def test_answers_off_the_path_read_as_empty_and_come_back() -> None:
    away = {**USER, "uses": "no"}
    assert on_path(Q, away) == {"uses": "no"}
    assert on_path(Q, {**away, "uses": "yes"}) == on_path(Q, USER)


def test_visible_shows_what_the_page_asks() -> None:
    page = Q.page["start"]
    assert [q.name for q in visible(Q, page, {})] == ["uses"]
    assert [q.name for q in visible(Q, page, {"uses": "yes"})] == ["uses", "how"]
    assert [q.name for q in visible(Q, Q.page["users"], USER)] == ["apps", "staff"]


@pytest.mark.parametrize(
    ("page", "following", "preceding"),
    [
        ("start", "users", None),
        ("users", "many_apps", "start"),
        ("many_apps", "last", "users"),
        ("why_not", "last", "many_apps"),
        ("last", None, "many_apps"),
    ],
)
def test_after_and_before_step_along_the_path(
    page: str, following: str | None, preceding: str | None
) -> None:
    assert (after(Q, USER, page), before(Q, USER, page)) == (following, preceding)


def test_after_an_unknown_page_is_an_error() -> None:
    with pytest.raises(KeyError):
        after(Q, USER, "nowhere")


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        ({}, [("start", "uses")]),
        ({"uses": "yes"}, [("users", "apps")]),
        (USER, []),
        ({**USER, "views": {"a": "low"}}, [("many_apps", "views")]),
        ({**USER, "staff": 101}, [("users", "staff")]),
        ({**USER, "staff": "many"}, [("users", "staff")]),
        ({**USER, "apps": ["sms", "gone"]}, [("users", "apps")]),
        ({**USER, "apps": ["sms", "other"]}, [("users", "apps")]),
        ({"uses": "maybe"}, [("start", "uses")]),
        ({"uses": "no", "staff": 101}, []),
        ({"uses": "no", "agreed": True}, [("last", "contact")]),
        ({"uses": "no", "agreed": True, "contact": "nobody"}, [("last", "contact")]),
        ({"uses": "no", "since": "2026-02-01"}, [("last", "since")]),
    ],
)
def test_unanswered_names_what_is_missing_or_no_longer_valid(
    answers: dict[str, object], places: list[tuple[str, str]]
) -> None:
    found = unanswered(Q, answers, today=date(2026, 1, 31))
    assert found == tuple(Place(page, question) for page, question in places)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, (0, 2)),
        ({"uses": "no"}, (1, 3)),
        ({"uses": "no", "why": "cost"}, (2, 3)),
        ({"uses": "no", "since": "2020-01-01"}, (3, 3)),
        ({"uses": "yes", "since": "2020-01-01"}, (2, 3)),
        (USER, (3, 4)),
    ],
)
def test_progress_counts_pages_done(answers: dict[str, object], expected: tuple[int, int]) -> None:
    assert progress(Q, answers) == expected


def test_calculation_may_stand_before_what_it_adds_up() -> None:
    source = SOURCE.split("survey:", 1)[0] + (
        "survey:\n"
        "  - type: page\n    name: p\n    label: {en: P}\n    questions:\n"
        "      - {type: calculate, name: total, calculation: '${half} * 2'}\n"
        "      - {type: calculate, name: half, calculation: '(${a} + ${b}) div 2'}\n"
        "      - {type: integer, name: a, label: {en: A}}\n"
        "      - {type: decimal, name: b, label: {en: B}}\n"
        "      - {type: note, name: big, label: {en: Big}, relevant: '${total} > 5'}\n"
    )
    questionnaire = read(source, "sum.yaml")
    assert on_path(questionnaire, {"a": 4, "b": "1.5"}) == {
        "total": "5.5",
        "half": "2.75",
        "a": 4,
        "b": "1.5",
    }
    assert asked(questionnaire, {"a": 4, "b": "1"}) == {"a", "b"}
    assert asked(questionnaire, {"a": 4, "b": "1.5"}) == {"a", "b", "big"}


def test_calculation_without_a_value_is_left_out() -> None:
    source = SOURCE.split("survey:", 1)[0] + (
        "survey:\n"
        "  - type: page\n    name: p\n    label: {en: P}\n    questions:\n"
        "      - {type: integer, name: a, label: {en: A}}\n"
        "      - {type: calculate, name: share, calculation: '1 div ${a}'}\n"
    )
    assert on_path(read(source, "div.yaml"), {"a": 0}) == {"a": 0}
