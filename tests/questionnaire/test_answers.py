"""Posted form fields: what is stored, what is refused with which code, and what no form can have sent."""

from __future__ import annotations

import pytest

from surveys.questionnaire.answers import AnswerError, PageCheck, PostError, check_page
from surveys.questionnaire.reader import read

HEAD = """
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
    name: page
    label: {en: Page}
    questions:
"""
SHORT = "label: {en: L}, short: {en: S}"
ROWS = "rows: [{name: a, label: {en: A}}, {name: b, label: {en: B}}]"


def check(
    questions: list[str],
    posted: dict[str, list[str]],
    answers: dict[str, object] | None = None,
    shown: set[str] | None = None,
) -> PageCheck:
    questionnaire = read(HEAD + "".join(f"      - {{{question}}}\n" for question in questions), "demo.yaml")
    seen = None if shown is None else frozenset(shown)
    return check_page(questionnaire, questionnaire.page["page"], posted, answers or {}, seen)


def one(question: str, *typed: str) -> tuple[object, AnswerError | None]:
    """What is stored for, and what is wrong with, one question `q`."""
    found = check([f"{question}, name: q"], {"q": list(typed)})
    return found.values.get("q", "left out"), found.errors.get("q")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("-3", -3),
        ("\u22123", -3),
        ("1,200", 1200),
        ("1 200", 1200),
        ("1\u00a0200", 1200),
        ("1,200,000", 1200000),
        ("1.200.000", 1200000),
        ("12.0", 12),
        ("12,0", 12),
        ("١٢", 12),
        ("۱۲", 12),
        ("١٬٢٠٠", 1200),
        ("\u200f١٢\u200f", 12),
        ("", None),
        ("  ", None),
    ],
)
def test_integer_is_understood_as_people_write_it(typed: str, stored: int | None) -> None:
    assert one("type: integer, label: {en: L}", typed) == (stored, None)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12.50", "12.5"),
        ("12,5", "12.5"),
        ("١٢٫٥", "12.5"),
        ("1,200.5", "1200.5"),
        ("1.200,5", "1200.5"),
        ("1,200", "1.2"),
        ("1 200,5", "1200.5"),
        (".5", "0.5"),
        ("-0", "0"),
        ("100", "100"),
        ("0.1000", "0.1"),
    ],
)
def test_decimal_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert one("type: decimal, label: {en: L}", typed) == (stored, None)


@pytest.mark.parametrize(
    ("question", "typed", "fault"),
    [
        ("type: integer", "twelve", AnswerError("not_a_number")),
        ("type: integer", "1e5", AnswerError("not_a_number")),
        ("type: integer", "1,20,0", AnswerError("not_a_number")),
        ("type: integer", "9" * 50, AnswerError("not_a_number")),
        ("type: integer", "1.5", AnswerError("not_whole")),
        ("type: integer", "1,5", AnswerError("not_whole")),
        ("type: integer, low: 1", "0", AnswerError("too_small", limit="1")),
        ("type: integer, high: 100", "101", AnswerError("too_large", limit="100")),
        ("type: integer", "9" * 16, AnswerError("too_large", limit="999999999999999")),
        ("type: decimal, high: 0.5", "0,51", AnswerError("too_large", limit="0.5")),
        ("type: decimal", "1.2.3", AnswerError("not_a_number")),
        ("type: date", "tomorrow", AnswerError("not_a_date")),
        ("type: date", "2026-02-30", AnswerError("not_a_date")),
        ("type: date, low: 2020-01-01", "2019-12-31", AnswerError("too_early", limit="2020-01-01")),
        ("type: date, high: 2020-01-01", "2020-01-02", AnswerError("too_late", limit="2020-01-01")),
        ("type: email", "nobody", AnswerError("not_an_email")),
        ("type: email", "a@b", AnswerError("not_an_email")),
        ("type: email", "a b@c.ca", AnswerError("not_an_email")),
        ("type: url", "not an address", AnswerError("not_a_url")),
        ("type: url", "javascript:alert(1)", AnswerError("not_a_url")),
        ("type: url", "ftp://example.org", AnswerError("not_a_url")),
        ("type: url", "http://[", AnswerError("not_a_url")),
        ("type: text, max_length: 3", "four", AnswerError("too_long", limit="3", length="4")),
        ("type: text, constraint: string-length(.) > 2", "ab", AnswerError("constraint")),
    ],
)
def test_refused_answer_has_a_code_and_is_not_stored(question: str, typed: str, fault: AnswerError) -> None:
    assert one(f"{question}, label: {{en: L}}", typed) == ("left out", fault)


@pytest.mark.parametrize(
    ("question", "typed", "stored"),
    [
        ("type: date", "2026-03-31", "2026-03-31"),
        ("type: date", "2026/3/1", "2026-03-01"),
        ("type: date", "٢٠٢٦-٠٣-٣١", "2026-03-31"),
        ("type: email", " accueil@organisme.ca ", "accueil@organisme.ca"),
        ("type: url", "organisme.ca/clavardage", "https://organisme.ca/clavardage"),
        ("type: url", "http://example.org:8080/", "http://example.org:8080/"),
        ("type: acknowledge", "yes", True),
        ("type: text", "two\r\nlines", "two lines"),
        ("type: text, appearance: multiline", "two\r\nlines\r\n", "two\nlines"),
        ("type: text", "e\u0301te\u0301", "été"),
        ("type: text", "it\x92s \x1fhere\x1b", "its here"),
        ("type: text", "caf\ufffd", "caf\ufffd"),
        ("type: text", "one\x0b\x85two", "one  two"),
        ("type: text", "مرحبا \u200fبكم", "مرحبا \u200fبكم"),
    ],
)
def test_accepted_answer_is_stored_normalised(question: str, typed: str, stored: object) -> None:
    assert one(f"{question}, label: {{en: L}}", typed) == (stored, None)


@pytest.mark.parametrize(
    "question",
    [
        "type: text, label: {en: L}",
        "type: acknowledge, label: {en: L}",
        f"type: select_one yes_no, {SHORT}",
        f"type: select_multiple apps, {SHORT}",
        f"type: likert agree, {SHORT}, {ROWS}",
    ],
)
def test_required_question_left_empty_is_cleared_and_told(question: str) -> None:
    found = check([f"{question}, name: q, required: yes"], {}, {"q": "earlier"})
    assert found.errors == {"q": AnswerError("required")}
    assert found.values["q"] is None


def test_multiple_choice_is_stored_in_the_order_of_the_list() -> None:
    found = check([f"type: select_multiple apps, name: q, {SHORT}"], {"q": ["chat", "", "sms"]})
    assert found == PageCheck({"q": ["sms", "chat"], "q:other": None}, {}, ())


def test_exclusive_choice_with_another_is_refused() -> None:
    found = check([f"type: select_multiple apps, name: q, {SHORT}"], {"q": ["sms", "none"]})
    assert found.errors == {"q": AnswerError("exclusive", choice="none")}
    assert "q" not in found.values


def test_other_without_words_is_told_at_its_own_field() -> None:
    found = check([f"type: select_one apps, name: q, {SHORT}"], {"q": ["other"], "q:other": [" "]})
    assert found == PageCheck({"q": "other", "q:other": None}, {"q:other": AnswerError("other_missing")}, ())


def test_other_words_without_the_choice_are_refused_where_another_is_chosen() -> None:
    found = check([f"type: select_one apps, name: q, {SHORT}"], {"q": ["sms"], "q:other": ["Line"]})
    assert found == PageCheck({"q": "sms"}, {"q:other": AnswerError("other_unticked")}, ())


@pytest.mark.parametrize(
    ("question", "ticked", "stored"),
    [
        ("select_one", [], "other"),
        ("select_one", ["other"], "other"),
        ("select_multiple", [], ["other"]),
        ("select_multiple", ["chat", "sms"], ["sms", "chat", "other"]),
        ("select_multiple", ["other"], ["other"]),
    ],
)
def test_other_words_choose_the_other_answer(question: str, ticked: list[str], stored: object) -> None:
    found = check(
        [f"type: {question} apps, name: q, {SHORT}, required: yes"], {"q": ticked, "q:other": ["Line"]}
    )
    assert found == PageCheck({"q": stored, "q:other": "Line"}, {}, ())


def test_other_words_beside_an_exclusive_choice_are_refused() -> None:
    found = check([f"type: select_multiple apps, name: q, {SHORT}"], {"q": ["none"], "q:other": ["Line"]})
    assert found.errors == {"q": AnswerError("exclusive", choice="none")}


def test_other_words_of_blanks_choose_nothing() -> None:
    found = check([f"type: select_multiple apps, name: q, {SHORT}"], {"q": ["sms"], "q:other": ["  "]})
    assert found == PageCheck({"q": ["sms"], "q:other": None}, {}, ())


def test_other_words_too_long_are_told_at_their_own_field() -> None:
    found = check([f"type: select_one apps, name: q, {SHORT}"], {"q": ["other"], "q:other": ["x" * 251]})
    assert found.errors == {"q:other": AnswerError("too_long", limit="250", length="251")}
    assert found.values == {"q": "other"}


def test_grid_keeps_the_rows_answered() -> None:
    found = check([f"type: likert agree, name: q, {SHORT}, {ROWS}"], {"q:b": ["high"]})
    assert found == PageCheck({"q": {"b": "high"}}, {}, ())


def test_required_grid_tells_each_missing_row() -> None:
    found = check([f"type: likert agree, name: q, {SHORT}, {ROWS}, required: yes"], {"q:b": ["high"]})
    assert found == PageCheck({"q": {"b": "high"}}, {"q:a": AnswerError("row_missing")}, ())


def test_unknown_fields_are_ignored() -> None:
    posted = {"q": ["x"], ":revision": ["3"], "elsewhere": ["y"], "q:zz": ["z"]}
    assert check(["type: text, name: q, label: {en: L}"], posted) == PageCheck({"q": "x"}, {}, ())


@pytest.mark.parametrize(
    ("question", "posted", "code", "field"),
    [
        (f"type: select_one yes_no, {SHORT}", {"q": ["maybe"]}, "unknown_choice", "q"),
        (f"type: select_multiple apps, {SHORT}", {"q": ["sms", "maybe"]}, "unknown_choice", "q"),
        (f"type: likert agree, {SHORT}, {ROWS}", {"q:a": ["maybe"]}, "unknown_choice", "q:a"),
        ("type: acknowledge, label: {en: L}", {"q": ["perhaps"]}, "unknown_choice", "q"),
        (f"type: select_one yes_no, {SHORT}", {"q": ["yes", "no"]}, "repeated", "q"),
        (f"type: select_multiple apps, {SHORT}", {"q": ["sms", "sms"]}, "repeated", "q"),
        ("type: text, label: {en: L}", {"q": ["a", "b"]}, "repeated", "q"),
        ("type: text, label: {en: L}", {"q": ["a\x00b"]}, "invalid_text", "q"),
        ("type: text, label: {en: L}", {"q": ["a" + chr(0xD800)]}, "invalid_text", "q"),
        (f"type: select_one apps, {SHORT}", {"q": ["other"], "q:other": ["\x00"]}, "invalid_text", "q:other"),
        ("type: text, label: {en: L}", {"q": ["x" * 100_001]}, "too_long", "q"),
        ("type: text, label: {en: L}", {"q": ["م" * 50_001]}, "too_long", "q"),
    ],
)
def test_tampered_post_is_refused_whole(
    question: str, posted: dict[str, list[str]], code: str, field: str
) -> None:
    with pytest.raises(PostError) as caught:
        check([f"{question}, name: q"], posted)
    assert (caught.value.code, caught.value.field) == (code, field)


ROUTED = [
    f"type: select_one yes_no, name: uses, {SHORT}, required: yes",
    "type: text, name: how, label: {en: H}, required: yes, relevant: \"${uses} = 'yes'\"",
    "type: text, name: why, label: {en: W}, required: yes, relevant: \"${uses} = 'no'\"",
]


def test_routing_in_the_page_follows_the_new_answers() -> None:
    found = check(ROUTED, {"uses": ["no"], "why": ["cost"]}, {"uses": "yes", "how": "daily"}, {"uses", "how"})
    assert found == PageCheck({"uses": "no", "why": "cost"}, {}, ())


def test_newly_relevant_question_not_shown_is_unseen_and_no_fault() -> None:
    assert check(ROUTED, {"uses": ["no"]}, {}, {"uses"}) == PageCheck({"uses": "no"}, {}, ("why",))


def test_unseen_is_empty_when_nothing_is_known_of_what_was_shown() -> None:
    found = check(ROUTED, {"uses": ["no"]})
    assert found == PageCheck({"uses": "no", "why": None}, {"why": AnswerError("required")}, ())


def test_irrelevant_answer_is_stored_if_posted_and_never_complained_about() -> None:
    long = "x" * 300
    found = check(ROUTED, {"uses": ["no"], "why": ["cost"], "how": [long]}, {}, {"uses", "how", "why"})
    assert found == PageCheck({"uses": "no", "how": long, "why": "cost"}, {}, ())


def test_irrelevant_answer_not_posted_is_left_alone() -> None:
    answers = {"uses": "yes", "how": "daily"}
    found = check(ROUTED, {"uses": ["no"], "why": ["cost"]}, answers, {"uses", "how", "why"})
    assert found.values == {"uses": "no", "why": "cost"}


def test_shown_but_unposted_answer_is_cleared() -> None:
    question = f"type: select_multiple apps, name: q, {SHORT}"
    assert check([question], {}, {"q": ["sms"]}, {"q"}).values == {"q": None, "q:other": None}
    assert check([question], {}, {"q": ["sms"]}, set()).values == {}


def test_constraint_sees_the_other_answers_of_the_post() -> None:
    questions = [
        "type: integer, name: staff, label: {en: S}",
        "type: integer, name: part, label: {en: P}, constraint: '. <= ${staff}'",
    ]
    assert check(questions, {"staff": ["5"], "part": ["6"]}, {"staff": 9}).errors == {
        "part": AnswerError("constraint")
    }
    assert check(questions, {"staff": ["9"], "part": ["6"]}, {"staff": 5}).errors == {}
