"""Reading a questionnaire: what becomes of a good file, and what a bad one is told, line by line."""

from __future__ import annotations

import textwrap

import pytest

from surveys.questionnaire.complaints import Said
from surveys.questionnaire.expressions import parse
from surveys.questionnaire.model import Band, Choice, Dimension
from surveys.questionnaire.reader import QuestionnaireError, read

HEAD = """\
name: demo
version: 2026.10
languages: [en, fr]
title: {en: Title, fr: Titre}
summary: {en: Summary, fr: Résumé}
choices:
  yes_no:
    - {name: yes, label: {en: Yes, fr: Oui}}
    - {name: no, label: {en: No, fr: Non}}
  apps:
    - {name: sms, label: {en: SMS, fr: Textos}}
    - {name: other, label: {en: Other, fr: Autre}, other: yes}
    - {name: none, label: {en: None, fr: Aucun}, exclusive: yes}
  agree:
    - {name: low, label: {en: Low, fr: Bas}, scale: -1}
    - {name: high, label: {en: High, fr: Haut}, scale: 1}
    - {name: na, label: {en: Not applicable, fr: Sans objet}}
survey:
  - type: page
    name: first
    label: {en: First, fr: Premier}
    questions:
"""
TYPES = "acknowledge, calculate, date, decimal, email, group, integer, likert, note, "
TYPES += "select_multiple, select_one, text, url"
HEAD_LINES = HEAD.count("\n")
QUESTION = """\
- type: select_one yes_no
  name: uses
  label: {en: Uses?, fr: Usage?}
  short: {en: Use, fr: Usage}
"""


def source(*questions: str) -> str:
    return HEAD + textwrap.indent("".join(textwrap.dedent(question) for question in questions), " " * 6)


def complaints(text: str) -> list[str]:
    with pytest.raises(QuestionnaireError) as caught:
        read(text, "q.yaml")
    assert {type(complaint.message) for complaint in caught.value.complaints} == {Said}
    return [str(complaint) for complaint in caught.value.complaints]


def below(question: str) -> list[str]:
    """The complaints about a question that follows a good one, with lines counted from its own."""
    found = complaints(source(QUESTION, question))
    shift = HEAD_LINES + QUESTION.count("\n")
    told = []
    for complaint in found:
        _file, line, message = complaint.split(":", 2)
        told.append(f"{int(line) - shift}:{message}")
    return told


def test_read_of_a_whole_question_keeps_everything() -> None:
    question = """\
        - type: select_one yes_no
          name: uses
          label: {en: Uses?, fr: Usage?}
          hint: {en: Hint, fr: Indice}
          short: {en: Use, fr: Usage}
          required: yes
          required_message: {en: Needed, fr: Requis}
          sensitive: yes
          consent: contact
          appearance: columns
          dimension:
            label: {en: User, fr: Usager}
            parents: {yes: any, no: any}
            labels: {any: {en: Any, fr: Tous}}
            coarse: {yes: any, no: any}
        """
    found = read(source(question), "q.yaml").question["uses"]
    assert (found.type, found.page, found.label, found.hint) == (
        "select_one",
        "first",
        {"en": "Uses?", "fr": "Usage?"},
        {"en": "Hint", "fr": "Indice"},
    )
    assert found.choices == (
        Choice("yes", {"en": "Yes", "fr": "Oui"}),
        Choice("no", {"en": "No", "fr": "Non"}),
    )
    assert (found.required, found.required_message) == (True, {"en": "Needed", "fr": "Requis"})
    assert (found.sensitive, found.consent, found.appearance, found.chart) == (
        True,
        "contact",
        "columns",
        "bar",
    )
    assert found.dimension == Dimension(
        {"en": "User", "fr": "Usager"},
        {"yes": "any", "no": "any"},
        {"any": {"en": "Any", "fr": "Tous"}},
        {"yes": "any", "no": "any"},
    )
    assert found.line == HEAD_LINES + 1


def test_read_of_a_number_with_bands_keeps_them() -> None:
    question = """\
        - type: integer
          name: reach
          label: {en: Reach, fr: Portée}
          short: {en: Reach, fr: Portée}
          low: 0
          constraint: . < 1000
          constraint_message: {en: Less, fr: Moins}
          bands:
            - {name: few, label: {en: Few, fr: Peu}, low: 0, high: 9}
            - {name: many, label: {en: Many, fr: Beaucoup}, low: 10}
        """
    found = read(source(question), "q.yaml").question["reach"]
    assert found.bands == (
        Band("few", {"en": "Few", "fr": "Peu"}, 0, 9),
        Band("many", {"en": "Many", "fr": "Beaucoup"}, 10, None),
    )
    assert (found.low, found.high, found.chart, found.closed) == ("0", None, "bands", True)
    assert (found.constraint, found.constraint_message) == (parse(". < 1000"), {"en": "Less", "fr": "Moins"})


def test_read_of_a_grid_keeps_rows_and_scale() -> None:
    question = """\
        - type: likert agree
          name: views
          label: {en: Views, fr: Avis}
          short: {en: Views, fr: Avis}
          rows:
            - {name: a, label: {en: A, fr: Â}}
        """
    found = read(source(question), "q.yaml").question["views"]
    assert (found.rows, found.chart) == ((Choice("a", {"en": "A", "fr": "Â"}),), "likert")
    assert [choice.scale for choice in found.choices] == [-1, 1, None]


def test_read_of_the_head_keeps_text_as_written() -> None:
    found = read(source(QUESTION), "q.yaml")
    assert (found.slug, found.version, found.languages, found.file) == (
        "demo",
        "2026.10",
        ("en", "fr"),
        "q.yaml",
    )
    assert list(found.question["uses"].choice) == ["yes", "no"]


def test_read_of_the_same_source_has_the_same_hash() -> None:
    first, second, other = (read(source(QUESTION) + end, "q.yaml").hash for end in ("", "", "# remark\n"))
    assert (first == second, first == other) == (True, False)


def test_group_and_page_conditions_fold_into_the_question() -> None:
    text = source(
        QUESTION,
        """\
        - type: group
          name: more
          relevant: ${uses} = 'yes'
          questions:
            - type: group
              relevant: 1 = 1
              questions:
                - type: text
                  name: why
                  label: {en: Why, fr: Pourquoi}
                  relevant: 2 = 2
        """,
    )
    assert read(text, "q.yaml").question["why"].relevant == parse("${uses} = 'yes' and 1 = 1 and 2 = 2")


def test_text_lengths_have_defaults() -> None:
    text = source(
        "- {type: text, name: a, label: {en: A, fr: A}}\n",
        "- {type: text, name: b, label: {en: A, fr: A}, appearance: multiline}\n",
        "- {type: text, name: c, label: {en: A, fr: A}, max_length: 10}\n",
    )
    assert [question.max_length for question in read(text, "q.yaml").question.values()] == [250, 4000, 10]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "- {type: txt, name: a, label: {en: A, fr: A}}\n",
            [f"1: type: “txt” is not a type; write one of: {TYPES}. Did you mean “text”?"],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, hnt: yes}\n",
            ["1: hnt: a question of type text has no such key; remove or correct it. Did you mean “hint”?"],
        ),
        ("- {type: text, label: {en: A, fr: A}}\n", ["1: name: is missing; add it"]),
        ("- {type: text, name: a}\n", ["1: label: is missing; add it"]),
        (
            "- {type: text, name: a, label: A}\n",
            ["1: label: must give the wording of every language; write {en: …, fr: …}"],
        ),
        ("- {type: text, name: a, label: {en: A}}\n", ["1: label.fr: is missing; add the wording in “fr”"]),
        (
            "- {type: text, name: a, label: {en: A, fr: ''}}\n",
            ["1: label.fr: is empty; write it, or remove the key"],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A, es: A}}\n",
            ["1: label.es: is not one of the questionnaire's languages; declare or remove it"],
        ),
        (
            "- {type: text, name: A-1, label: {en: A, fr: A}}\n",
            ["1: name: “A-1” is no name; use small letters, digits and _, a letter first, at most 60"],
        ),
        (
            "- {type: text, name: review, label: {en: A, fr: A}}\n",
            ["1: name: “review” is reserved for the website; choose another name"],
        ),
        (
            "- {type: text, name: uses, label: {en: A, fr: A}}\n",
            [f"1: name: “uses” is taken by the one on line {HEAD_LINES + 1}; choose another name"],
        ),
        (
            "- {type: select_one yes_not, name: a, label: {en: A, fr: A}, short: {en: A, fr: A}}\n",
            ["1: type: there is no choice list “yes_not”; add it. Did you mean “yes_no”?"],
        ),
        (
            "- {type: select_one, name: a, label: {en: A, fr: A}, short: {en: A, fr: A}}\n",
            ["1: type: names no choice list; write “select_one LIST” with a list from choices"],
        ),
        ("- {type: select_one yes_no, name: a, label: {en: A, fr: A}}\n", ["1: short: is missing; add it"]),
        (
            "- {type: likert yes_no, name: a, label: {en: A, fr: A}, short: {en: A, fr: A}}\n",
            ["1: type: none of the list's choices has a scale; give each its place from -2 to 2"],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, relevant: \"${use} = 'yes'\"}\n",
            ["1: relevant: there is no question “use”; correct the name. Did you mean “uses”?"],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, relevant: \"${uses} = 'yse'\"}\n",
            ["1: relevant: “yse” is no choice of “uses”; correct it. Did you mean “yes”?"],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, relevant: \"selected('maybe', ${uses})\"}\n",
            ["1: relevant: “maybe” is no choice of “uses”; correct it."],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, relevant: \"${uses:r1} = 'yes'\"}\n",
            ["1: relevant: “uses” has no part “r1”; name a row of its grid."],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, relevant: \"${a} = 'x'\"}\n",
            ["1: relevant: depends on itself; ask that one first, or move this one down"],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, relevant: \". = 'x'\"}\n",
            ["1: relevant: “.” is the answer being checked; outside a constraint write ${name}"],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, constraint: '. >'}\n",
            ["1: constraint: a value is missing before the end; write one (at character 4)"],
        ),
        (
            "- {type: integer, name: a, label: {en: A, fr: A}, low: 5, high: 4}\n",
            ["1: high: is smaller than low, so that no answer would be accepted; exchange them"],
        ),
        (
            "- {type: integer, name: a, label: {en: A, fr: A}, low: few}\n",
            ["1: low: “few” is not a whole number; write digits only"],
        ),
        (
            "- {type: date, name: a, label: {en: A, fr: A}, low: 1.2.2026}\n",
            ["1: low: “1.2.2026” is not a date; write it as 2026-03-31"],
        ),
        (
            "- {type: text, name: a, label: {en: A, fr: A}, required: maybe}\n",
            ["1: required: “maybe” is neither; write yes or no"],
        ),
        ("- {type: calculate, name: a}\n", ["1: calculation: is missing; add it"]),
        (
            "- {type: group, questions: []}\n",
            ["1: questions: is an empty list; add an item, or remove the key"],
        ),
    ],
)
def test_complaint_about_a_question_names_line_key_and_remedy(question: str, told: list[str]) -> None:
    assert below(question) == told


def test_condition_on_a_later_question_is_refused_through_calculations() -> None:
    question = """\
        - {type: text, name: a, label: {en: A, fr: A}, relevant: "${total} > 1"}
        - {type: calculate, name: total, calculation: "${b} + 1"}
        - {type: integer, name: b, label: {en: B, fr: B}}
        """
    assert below(question) == [
        "1: relevant: depends on “b”, which is asked later; ask that one first, or move this one down"
    ]


def test_calculations_in_a_circle_are_refused() -> None:
    question = """\
        - {type: calculate, name: a, calculation: "${b} + 1"}
        - {type: calculate, name: b, calculation: "${a} + 1"}
        """
    assert below(question) == [
        "1: calculation: goes round in a circle (a → b → a); let one of them not depend on the next"
    ]


def test_bands_with_a_gap_and_uncovered_ends_are_refused() -> None:
    question = """\
        - type: integer
          name: a
          label: {en: A, fr: A}
          short: {en: A, fr: A}
          low: 0
          bands:
            - {name: x, label: {en: X, fr: X}, low: 1, high: 9}
            - {name: y, label: {en: Y, fr: Y}, low: 11, high: 20}
        """
    assert below(question) == [
        "7: low: smaller numbers are accepted but have no band; lower it, or leave it out",
        "8: high: larger numbers are accepted but have no band; raise it, or leave it out",
        "8: low: must be 10, so that the bands leave no gap and no overlap",
    ]


def test_dimension_with_loose_ends_is_refused() -> None:
    question = """\
        - type: select_one yes_no
          name: a
          label: {en: A, fr: A}
          short: {en: A, fr: A}
          dimension:
            label: {en: A, fr: A}
            parents: {yess: any}
            labels: {any: {en: Any, fr: Tous}}
            coarse: {yes: all_of_them}
        """
    assert below(question) == [
        "7: dimension.parents.yess: is no level of this question; correct it. Did you mean “yes”?",
        "9: dimension.coarse: must place every level; add yes, no",
        "9: dimension.coarse.yes: “all_of_them” has no wording; add it under labels.",
    ]


def test_theme_must_be_declared_and_given() -> None:
    text = source(QUESTION).replace("choices:\n", "themes:\n  use: {en: Use, fr: Usage}\nchoices:\n", 1)
    remedy = "name the heading it is charted under, or write “chart: none”"
    assert complaints(text) == [f"q.yaml:{HEAD_LINES + 3}: theme: is missing; {remedy}"]
    assert complaints(text + "        theme: us\n") == [
        f"q.yaml:{HEAD_LINES + 7}: theme: “us” is not known here; write one of: use. Did you mean “use”?"
    ]
    assert read(text + "        theme: use\n", "q.yaml").question["uses"].theme == "use"
    assert read(text + "        chart: none\n", "q.yaml").question["uses"].chart is None


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    text = source("- {type: text, name: a, label: {en: A}}\n").replace("name: demo", "nam: demo")
    assert complaints(text) == [
        "q.yaml:1: nam: a questionnaire has no such key; remove or correct it. Did you mean “name”?",
        "q.yaml:1: name: is missing; add it",
        f"q.yaml:{HEAD_LINES + 1}: label.fr: is missing; add the wording in “fr”",
    ]


def test_reserved_page_and_duplicate_page_are_refused() -> None:
    page = "  - type: page\n    name: {name}\n    label: {{en: P, fr: P}}\n    questions:\n"
    pages = [page.format(name=name) + f"      - {{type: note, name: n{number}, label: {{en: N, fr: N}}}}\n"
             for number, name in enumerate(["done", "first"])]  # fmt: skip
    line = HEAD_LINES + QUESTION.count("\n")
    assert complaints(source(QUESTION) + "".join(pages)) == [
        f"q.yaml:{line + 2}: name: “done” is reserved for the website; choose another name",
        f"q.yaml:{line + 7}: name: another page is named “first”; choose another name",
    ]


def test_choice_names_must_differ_and_not_be_reserved() -> None:
    text = source(QUESTION).replace("{name: none, label", "{name: sms, label")
    assert complaints(text) == ["q.yaml:13: name: another choice here is named “sms”; choose another name"]
    text = source(QUESTION).replace("{name: no, label: {en: No", "{name: no_answer, label: {en: No")
    assert complaints(text) == ["q.yaml:9: name: “no_answer” is reserved; choose another name"]
