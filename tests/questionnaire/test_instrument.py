"""The national survey's own questionnaire keeps its promises: length, languages, dimensions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import surveys
from surveys.questionnaire.answers import check_page
from surveys.questionnaire.lint import lint
from surveys.questionnaire.reader import read
from surveys.questionnaire.routing import asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from surveys.questionnaire.model import Answers, Text

FILE = Path(surveys.__file__).parent / "instruments" / "digital-messaging.yaml"
SURVEY = read(FILE.read_text(encoding="utf-8"), FILE.name)

USER: Answers = {"uses_messaging": "yes", "switch_from": "whatsapp", "contact_consent": True}
PLANNING: Answers = {"uses_messaging": "planned", "contact_consent": True}


def texts() -> Iterator[Text]:
    yield SURVEY.title
    yield SURVEY.summary
    yield from SURVEY.themes.values()
    for page in SURVEY.pages:
        yield page.label
    for question in SURVEY.question.values():
        optional = (question.hint, question.short, question.required_message, question.constraint_message)
        yield from (text for text in (question.label, *optional) if text)
        yield from (choice.label for choice in (*question.choices, *question.rows))
        yield from (band.label for band in question.bands)
        if question.dimension:
            yield question.dimension.label
            yield from question.dimension.labels.values()


def questions_asked(answers: Answers) -> list[str]:
    return [name for name in SURVEY.question if name in asked(SURVEY, answers) and SURVEY.question[name].asks]


def test_texts_are_complete_in_three_languages() -> None:
    assert SURVEY.languages == ("en", "fr", "ar")
    assert [text for text in texts() if set(text) != {"en", "fr", "ar"} or not all(text.values())] == []


def test_arabic_texts_are_arabic_with_western_digits() -> None:
    arabic = [text["ar"] for text in texts()]
    assert [text for text in arabic if not re.search("[\u0621-\u064a]", text)] == []
    assert [text for text in arabic if re.search("[\u0660-\u0669\u06f0-\u06f9?,;]", text)] == []


def test_french_texts_follow_canadian_typography() -> None:
    french = [text["fr"] for text in texts()]
    assert [text for text in french if re.search(r"\s[?!;]|[^\u00a0]:|'|\"", text)] == []


def test_english_texts_left_untranslated_are_names() -> None:
    same = {text["en"] for text in texts() if text["en"] == text["fr"]}
    assert same == {
        "Alberta",
        "Francophone",
        "Manitoba",
        "Messenger",
        "Nunavut",
        "Ontario",
        "Saskatchewan",
        "Signal",
        "Tagalog",
        "Telegram",
        "Viber",
        "WeChat",
        "WhatsApp",
        "Yukon",
    }


def test_users_are_asked_25_questions_at_most() -> None:
    assert len(questions_asked(USER)) == 25
    assert len(questions_asked({"uses_messaging": "yes"})) == 23


@pytest.mark.parametrize("uses", ["planned", "no"])
def test_non_users_are_asked_why_not_and_nothing_about_their_messaging(uses: str) -> None:
    assert questions_asked({**USER, "uses_messaging": uses}) == [
        "province",
        "staff_size",
        "setting",
        "francophone",
        "role",
        "services",
        "service_languages",
        "uses_messaging",
        "why_not",
        "would_change",
        "barriers",
        "training",
        "needs",
        "pilot",
        "comment",
        "contact_consent",
        "contact_email",
    ]


def test_lint_finds_nothing_and_the_longest_path_within_eight_minutes() -> None:
    report = lint(SURVEY)
    assert report.complaints == ()
    assert report.longest.questions == 25
    assert report.longest.minutes <= 8


def test_lint_gives_users_at_most_eight_minutes_and_non_users_under_three() -> None:
    minutes = {path.value: path.minutes for path in lint(SURVEY).paths if path.question == "uses_messaging"}
    assert set(minutes) == {"yes", "planned", "no"}
    assert 5 <= minutes["yes"] <= 8
    assert max(minutes["planned"], minutes["no"]) < 3


def test_dimension_questions_are_required() -> None:
    assert [(question.name, question.required) for question in SURVEY.dimensions] == [
        ("province", True),
        ("staff_size", True),
        ("setting", True),
        ("francophone", True),
        ("role", True),
    ]


def test_coarse_partitions_place_every_level() -> None:
    partitions = {
        question.name: (
            set(question.dimension.coarse) - set(question.choice),
            set(question.dimension.coarse.values()),
        )
        for question in SURVEY.dimensions
        if question.dimension and question.dimension.coarse
    }
    assert partitions == {
        "province": (set(), {"ontario", "rest"}),
        "staff_size": (set(), {"up_to_50", "over_50"}),
        "setting": (set(), {"city", "elsewhere"}),
    }
    complete = [
        question.choice.keys() == question.dimension.coarse.keys()
        for question in SURVEY.dimensions
        if question.dimension and question.dimension.coarse
    ]
    assert complete == [True, True, True]


def test_closed_questions_have_a_short_name_and_a_theme() -> None:
    assert [question.name for question in SURVEY.closed if not question.short or not question.theme] == []
    assert {question.theme for question in SURVEY.closed} == set(SURVEY.themes)


def test_pages_are_short() -> None:
    assert [page.name for page in SURVEY.pages if not 1 <= len(page.questions) <= 4] == []
    assert [question.name for question in SURVEY.pages[0].questions] == ["province", "staff_size"]


def test_likert_scales_run_from_minus_two_to_two() -> None:
    scales = {
        question.name: [choice.scale for choice in question.choices if choice.scale is not None]
        for question in SURVEY.question.values()
        if question.type == "likert"
    }
    assert scales == {grid: [-2, -1, 0, 1, 2] for grid in ("purposes", "staffing", "barriers")}


@pytest.mark.parametrize(
    ("services", "codes"),
    [
        (["language", "employment", "housing"], {}),
        (["language", "employment", "housing", "health"], {"services": "constraint"}),
    ],
)
def test_main_services_are_three_at_most(services: list[str], codes: dict[str, str]) -> None:
    check = check_page(SURVEY, SURVEY.page["offer"], {"services": services}, {}, None)
    assert {name: error.code for name, error in check.errors.items()} == codes


def test_an_address_is_asked_for_and_marked_private_only_after_consent() -> None:
    email = SURVEY.question["contact_email"]
    assert (email.sensitive, email.consent, email.required) == (True, "contact", True)
    assert "contact_email" not in asked(SURVEY, {"uses_messaging": "no"})
