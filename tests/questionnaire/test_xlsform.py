"""A workbook becomes a questionnaire: of every type, in every language, as a person sees its cells."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

import surveys
from surveys.questionnaire import xlsform
from surveys.questionnaire.lint import lint
from surveys.questionnaire.reader import read
from tests.questionnaire.workbooks import ENGLISH, HEADINGS, Formula, english, form, questions, workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from surveys.questionnaire.model import Questionnaire

INSTRUMENT = Path(surveys.__file__).parent / "instruments" / "digital-messaging.yaml"

LONG_FRENCH = "Dans quelles circonstances utilisez-vous la messagerie avec les nouveaux arrivants?"

READABLE = """\
name: my-form
version: 2026.1
languages: [en, fr]
title: {en: Title, fr: Titre}
summary: {en: Summary, fr: Résumé}

choices:
  yes_no:
    - {name: yes, label: {en: Yes, fr: Oui}}
    - {name: no, label: {en: No, fr: Non}}

survey:
  - type: page
    name: practice
    label: {en: "Practice: now", fr: Pratique}
    questions:
      - type: select_one yes_no
        name: uses
        label: {en: Uses?, fr: Usage?}
        short: {en: Uses?, fr: Usage?}
        required: yes
      - type: group
        name: several
        relevant: ${uses} = 'yes'
        questions:
          - type: integer
            name: reach
            label: {en: How many?, fr: Combien?}
            constraint_message: {en: 0 to 9, fr: De 0 à 9}
            required: yes
            constraint: . >= 0 and . < 10

  - type: page
    name: page-1
    label: {en: Title, fr: Titre}
    questions:
      - type: text
        name: when
        label:
          en: When do you use messaging with newcomers?
          fr: Dans quelles circonstances utilisez-vous la messagerie avec les nouveaux arrivants?
"""


def test_a_workbook_becomes_a_text_that_a_person_can_read() -> None:
    headings = (
        *HEADINGS,
        "required",
        "relevant",
        "constraint",
        "constraint_message",
        "constraint_message::fr",
    )
    data = form(
        ("begin_group", "practice", "Practice: now", "Pratique"),
        ("select_one yes_no", "uses", "Uses?", "Usage?", "yes"),
        ("begin group", "several", None, None, None, "${uses} = 'yes'"),
        ("integer", "reach", "How many?", "Combien?", True, None, ". >= 0\nand . < 10", "0 to 9", "De 0 à 9"),
        ("end group",),
        ("end_group", "practice"),
        ("text", "when", "When do you use messaging with newcomers?", LONG_FRENCH),
        headings=headings,
    )
    assert xlsform.to_source(data, "f.xlsx") == READABLE
    assert xlsform.to_source(data, "f.xlsx") == xlsform.to_source(data, "g.xlsx")
    assert xlsform.to_source(data, "f.xlsx", slug="other").startswith("name: other\n")


WORDED = ("label", "hint", "short", "required_message", "constraint_message")
PLAIN = ("required", "relevant", "constraint", "appearance", "sensitive", "consent", "chart", "low", "high")
LEFT_OUT = {"theme", "dimension", "bands"}


def reduced() -> dict[str, Any]:
    """The national survey with what a workbook can hold: no grids, themes, bands and dimensions."""
    document: dict[str, Any] = yaml.load(INSTRUMENT.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 # texts only
    del document["themes"]
    for page in document["survey"]:
        page["questions"] = [
            {key: value for key, value in question.items() if key not in LEFT_OUT}
            for question in page["questions"]
            if "rows" not in question
        ]
    document["survey"] = [page for page in document["survey"] if page["questions"]]
    return document


def as_workbook(document: dict[str, Any]) -> bytes:
    languages = document["languages"]
    names = {"en": "English (en)", "fr": "French (fr)", "ar": "ar"}

    def heads(*keys: str) -> list[str]:
        return [f"{key}::{names[language]}" for key in keys for language in languages]

    def words(entry: dict[str, Any], *keys: str) -> list[str | None]:
        return [entry.get(key, {}).get(language) for key in keys for language in languages]

    def survey() -> Iterator[list[str | None]]:
        yield ["type", "name", "max_length", *heads(*WORDED), *PLAIN]
        for page in document["survey"]:
            yield [
                "begin_group",
                page["name"],
                None,
                *words(page, *WORDED),
                *(page.get(key) for key in PLAIN),
            ]
            for question in page["questions"]:
                kind = question["type"].replace("likert ", "select_one ")
                plain = [question.get(key) for key in PLAIN]
                if kind != question["type"]:
                    plain[PLAIN.index("appearance")] = "likert"
                yield [kind, question["name"], question.get("max_length"), *words(question, *WORDED), *plain]
            yield ["end_group", None, None]

    flags = ("exclusive", "other", "scale")
    choices = [
        [name, item["name"], *words(item, "label"), *(item.get(key) for key in flags)]
        for name, items in document["choices"].items()
        for item in items
    ]
    head = ["form_id", "version", "default_language", *heads("form_title", "summary")]
    values = [document["name"], document["version"], "English", *words(document, "title", "summary")]
    return workbook(
        survey=tuple(survey()),
        choices=(["list_name", "name", *heads("label"), *flags], *choices),
        settings=(head, values),
    )


def without_places(questionnaire: Questionnaire) -> Questionnaire:
    pages = tuple(
        replace(page, line=0, questions=tuple(replace(question, line=0) for question in page.questions))
        for page in questionnaire.pages
    )
    return replace(questionnaire, pages=pages, hash="", file="")


def test_the_national_survey_reads_the_same_from_a_workbook_as_from_its_own_file() -> None:
    document = reduced()
    expected = read(json.dumps(document, ensure_ascii=False), INSTRUMENT.name)
    assert len(expected.question) > 20
    found = read(xlsform.to_source(as_workbook(document), "f.xlsx"), "f.xlsx")
    assert without_places(found) == without_places(expected)


def test_every_type_is_read() -> None:
    kinds = ("text", "integer", "decimal", "date", "note", "acknowledge", "email", "url")
    found = questions(
        form(
            *((kind, f"a_{kind}", "E", "F") for kind in kinds),
            ("select_one yes_no", "one", "E", "F"),
            ("select_multiple yes_no", "many", "E", "F"),
            ("calculate", "sum", None, None, "${a_integer} + 1"),
            headings=(*HEADINGS, "calculation"),
        )
    )
    assert [question.type for question in found] == [*kinds, "select_one", "select_multiple", "calculate"]


def test_select_one_with_the_appearance_likert_is_a_scale() -> None:
    data = workbook(
        survey=(("type", "name", "label", "appearance"), ("select_one agree", "view", "View?", "likert")),
        choices=(
            ("list_name", "name", "label", "scale"),
            ("agree", "bad", "Bad", -1),
            ("agree", "good", "Good", 1),
            ("agree", "na", "Does not apply"),
        ),
        settings=ENGLISH,
    )
    (question,) = questions(data)
    assert (question.type, question.chart, question.appearance) == ("likert", "likert", "")
    assert [choice.scale for choice in question.choices] == [-1, 1, None]


@pytest.mark.parametrize("written", ["or_other", "or specify other"])
def test_or_other_opens_a_text_at_the_choice_named_other(written: str) -> None:
    choices = (("list_name", "name", "label"), ("apps", "sms", "SMS"), ("apps", "other", "Another"))
    survey = (("type", "name", "label"), (f"select_one apps {written}", "app", "App?"))
    (question,) = questions(workbook(survey=survey, choices=choices, settings=ENGLISH))
    assert [(choice.name, choice.other) for choice in question.choices] == [("sms", False), ("other", True)]


def test_calculations_between_groups_join_a_page_that_is_always_there() -> None:
    headings = ("type", "name", "label", "relevant", "calculation")
    data = english(
        ("calculate", "first", None, None, "1"),
        ("begin_group", "open", "Open"),
        ("integer", "n", "N"),
        ("end_group",),
        ("begin_group", "sometimes", "Sometimes", "${n} > 1"),
        ("text", "t", "T"),
        ("end_group",),
        ("calculate", "last", None, None, "${n} + 1"),
        headings=headings,
    )
    found = read(xlsform.to_source(data, "f.xlsx"), "f.xlsx")
    told = {page.name: [question.name for question in page.questions] for page in found.pages}
    assert told == {"open": ["first", "n", "last"], "sometimes": ["t"]}
    assert lint(found).complaints == ()


def test_cells_are_read_as_a_person_sees_them() -> None:
    data = workbook(
        survey=(
            (" Type ", "name", "label", "required", "low", "high", "constraint"),
            (" date", " day ", "  A line\r\nand another ", True, dt.date(2026, 3, 1), dt.date(2026, 3, 31)),
            (),
            ("select_one size", "size", Formula('="Which "&"size?"'), False, None, None, ".\u00a0!=\n'2'"),
            ("integer", "many", 2.5, None, 1.0, 1e6),
        ),
        choices=(("list name", "name", "label"), ("size", 1.0, 10), ("size", 2, 20.25), ("size", True, True)),
        settings=(
            (*ENGLISH[0], None, ""),
            ("Yes: no", "A “quoted” # text", "form", "2026-10", "English (en)"),
        ),
    )
    book = workbook_with_value(data)
    found = read(xlsform.to_source(book, "f.xlsx"), "f.xlsx")
    day, size, many = found.question.values()
    assert (day.label["en"], day.required, day.low, day.high) == (
        "A line\nand another",
        True,
        "2026-03-01",
        "2026-03-31",
    )
    assert [(choice.name, choice.label["en"]) for choice in size.choices] == [
        ("1", "10"),
        ("2", "20.25"),
        ("TRUE", "TRUE"),
    ]
    assert (size.required, many.label["en"], many.low, many.high) == (False, "2.5", "1", "1000000")
    assert (found.title["en"], found.summary["en"]) == ("Yes: no", "A “quoted” # text")


def workbook_with_value(data: bytes) -> bytes:
    """The workbook as a spreadsheet saves it: with the value of its formula, where xlsxwriter puts 0."""
    source, target = io.BytesIO(data), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                formula = b'"Which "&amp;"size?"</f><v>0</v>'
                assert formula in text
                text = text.replace(formula, formula.replace(b"<v>0</v>", b"<v>Which size?</v>"))
                text = text.replace(b'<c r="C4">', b'<c r="C4" t="str">')
            new.writestr(name, text)
    return target.getvalue()


LONG = "long enough for a line of its own, " * 3
LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff\ufffe\uffff\u2028\u2029"
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.text(LETTERS, min_size=1).filter(lambda text: text.strip() != ""), min_size=1, max_size=40)
)
@example([LONG + end for end in ("# 1", "a: b", "end:", '"quoted"', "{braces}", "\\d")])
def test_any_wording_arrives_as_it_was_written(wordings: list[str]) -> None:
    found = questions(english(*(("note", f"n{number}", text) for number, text in enumerate(wordings))))
    assert [question.label["en"] for question in found] == [text.strip() for text in wordings]
