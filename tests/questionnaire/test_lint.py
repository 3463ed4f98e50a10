"""What a designer is told about a questionnaire that can be read: dead ends, untranslated texts, length."""

from __future__ import annotations

from surveys.questionnaire.lint import PathReport, lint
from surveys.questionnaire.reader import read

HEAD = """\
name: demo
version: "1"
languages: [en, fr]
title: {en: T, fr: T}
summary: {en: S, fr: S}
choices:
  yes_no: [{name: yes, label: {en: Yes, fr: Oui}}, {name: no, label: {en: No, fr: Non}}]
  apps:
    - {name: sms, label: {en: SMS, fr: Texto}}
    - {name: chat, label: {en: Chat, fr: Clavardage}}
    - {name: mail, label: {en: Mail, fr: Courriel}}
  agree: [{name: low, label: {en: L, fr: B}, scale: -1}, {name: high, label: {en: H, fr: H}, scale: 1}]
survey:
"""
USES = "type: select_one yes_no, name: uses, label: {en: Uses, fr: U}, short: {en: U, fr: U}, required: yes"
APPS = "type: select_multiple apps, name: apps, label: {en: Apps, fr: A}, short: {en: A, fr: A}"


def page(name: str, *questions: str, relevant: str = "") -> str:
    condition = f"    relevant: {relevant}\n" if relevant else ""
    listed = "".join(f"      - {{{question}}}\n" for question in questions)
    head = f"  - type: page\n    name: {name}\n    label: {{en: Page, fr: Page}}\n"
    return f"{head}{condition}    questions:\n{listed}"


def text(name: str, relevant: str = "", label: str = "one two") -> str:
    condition = f', relevant: "{relevant}"' if relevant else ""
    return f"type: text, name: {name}, label: {{en: {label}, fr: un}}{condition}"


def complaints(*pages: str) -> list[str]:
    return [str(complaint) for complaint in lint(read(HEAD + "".join(pages), "q.yaml")).complaints]


def test_questionnaire_without_faults_has_no_complaints() -> None:
    assert complaints(page("a", USES, text("b", "${uses} = 'yes'"), text("c", "${uses} = 'no'"))) == []


def test_question_whose_condition_contradicts_itself_is_told() -> None:
    told = complaints(page("a", USES, text("b", "${uses} = 'yes' and ${uses} = 'no'")))
    assert told == ["q.yaml:19: b: is never asked, whatever the answers; correct its condition, or remove it"]


def test_page_behind_a_contradiction_is_told_once() -> None:
    told = complaints(
        page("a", USES, text("b", "${uses} = 'yes'")),
        page("z", text("c"), text("d"), relevant="${uses} = 'no' and ${b} != ''"),
    )
    assert told == ["q.yaml:20: z: this page is never shown; correct its conditions, or remove it"]


def test_conditions_on_numbers_dates_and_sizes_are_found_reachable() -> None:
    told = complaints(
        page(
            "a",
            APPS,
            "type: integer, name: n, label: {en: N, fr: N}, low: 0, high: 500",
            "type: date, name: since, label: {en: N, fr: N}",
            "type: acknowledge, name: ok, label: {en: N, fr: N}",
            'type: calculate, name: size, calculation: "count-selected(${apps})"',
            text("b", "${n} > 99 and ${n} < 101"),
            text("c", "${since} < '2020-01-01' and ${since} >= '2019-12-31'"),
            text("d", "${size} = 2"),
            text(
                "e",
                "selected(${apps}, 'sms') and selected(${apps}, 'mail') and not(selected(${apps}, 'chat'))",
            ),
            text("f", "${ok}"),
            text("g", "${b} = 'word'"),
            text("h", "${n} = 501"),
        )
    )
    assert told == ["q.yaml:29: h: is never asked, whatever the answers; correct its condition, or remove it"]


def test_text_of_four_words_equal_to_its_source_is_untranslated() -> None:
    same = "type: text, name: {0}, label: {{en: {1}, fr: {1}}}"
    told = complaints(page("a", same.format("b", "one two three"), same.format("c", "one two three four")))
    assert told == ["q.yaml:19: label.fr: is the same as in “en” (“one two three four”); translate it"]


def test_paths_state_minutes_and_questions_of_each_answer() -> None:
    # 220 words of reading are a minute; a text takes 15 seconds, a single choice 3.
    minute = " ".join(["word"] * 220)
    report = lint(
        read(
            HEAD
            + page("a", USES, text("always", label=minute))
            + page("b", text("b", label=minute), text("c", label=minute), relevant="${uses} = 'yes'")
            + page("d", text("d", "${uses} = 'no'")),
            "q.yaml",
        )
    )
    # Page 1 word, Uses Yes No 3 words: 4 words and 3 seconds; then each text.
    first = 4 * 60 / 220 + 3 + 75
    users = first + 60 / 220 + 2 * 75
    others = first + 3 * 60 / 220 + 15
    assert report.longest == PathReport(None, None, {}, 4, round(users / 60, 1))
    assert report.paths == (
        PathReport("uses", "yes", {"en": "Yes", "fr": "Oui"}, 4, round(users / 60, 1)),
        PathReport("uses", "no", {"en": "No", "fr": "Non"}, 3, round(others / 60, 1)),
    )


def test_minutes_of_a_grid_count_each_row() -> None:
    rows = ", ".join(f"{{name: r{number}, label: {{en: R, fr: R}}}}" for number in range(40))
    grid = f"type: likert agree, name: g, label: {{en: G, fr: G}}, short: {{en: G, fr: G}}, rows: [{rows}]"
    # Page 1 word, the question 1, the rows 40, the scale 2; three seconds a row.
    minutes = round((44 * 60 / 220 + 40 * 3) / 60, 1)
    longest = lint(read(HEAD + page("a", grid), "q.yaml")).longest
    assert (longest.questions, longest.minutes) == (1, minutes)


def test_minutes_of_an_offered_comment_count_reading_and_those_of_a_required_one_writing() -> None:
    comment = "type: text, appearance: multiline, name: c, label: {en: One two, fr: Un deux}"
    offered, required = (
        lint(read(HEAD + page("a", comment + more), "q.yaml")).longest.minutes
        for more in ("", ", required: yes")
    )
    # Page 1 word and the question 2; forty seconds to write where it is required.
    assert (offered, required) == (round(3 / 220, 1), round((3 * 60 / 220 + 40) / 60, 1))


def test_independent_conditions_add_up_on_the_longest_path() -> None:
    questions = []
    for number in range(30):
        questions.append(USES.replace("name: uses", f"name: uses{number}"))
        questions.append(text(f"t{number}", f"${{uses{number}}} = 'yes'"))
    report = lint(read(HEAD + page("a", *questions), "q.yaml"))
    assert (report.longest.questions, len(report.paths), report.complaints) == (60, 60, ())
    assert {path.questions for path in report.paths if path.value == "no"} == {59}
