"""The expression language: what parses, what it means, and what a designer is told when it does not parse."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest

from surveys.questionnaire.expressions import ExpressionError, evaluate, parse, references, to_json, truth

ANSWERS = {
    "uses": "yes",
    "staff": 12,
    "share": "0.5",
    "platforms": ["whatsapp", "sms"],
    "platforms:other": "Line",
    "grid": {"r1": "agree", "r2": "disagree"},
    "agreed": True,
    "since": "2024-03-31",
}


def value(text: str, current: object = None) -> object:
    return evaluate(parse(text), ANSWERS.get, current, date(2026, 1, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${uses} = 'yes'", True),
        ("${uses} != 'yes'", False),
        ("${uses} = “yes”", True),
        ("${uses} = ‘yes’", True),
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("10 - 3 - 2", Decimal(5)),
        ("7 mod 3", Decimal(1)),
        ("-7 mod 3", Decimal(-1)),
        ("6 div 4", Decimal("1.5")),
        ("0.1 + 0.2 = 0.3", True),
        ("-${staff}", Decimal(-12)),
        ("2 - -2", Decimal(4)),
        ("1 = 1 and 2 > 1 or 1 = 2", True),
        ("1 = 1 or 1 = 1 and 1 = 2", True),
        ("-2 + 3", Decimal(1)),
        ("1 < 2 = 2 > 1", True),
        ("${staff} >= 12 and ${staff} <= 12", True),
        ("${share} < 1", True),
        ("'10' > '9'", True),
        ("${since} < '2024-04-01'", True),
        ("today() - ${since}", Decimal(671)),
        ("today() = '2026-01-31'", True),
        ("${agreed} = 'OK'", True),
        ("${agreed} = true()", True),
        ("${grid:r1} = 'agree'", True),
        ("${grid:r3} = ''", True),
        ("${platforms:other}", "Line"),
        ("${platforms} = 'whatsapp sms'", True),
        ("not(${uses} = 'yes')", False),
        ("${uses}='yes'and(${staff}>5)", True),
    ],
)
def test_operators_follow_xpath(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    ["'' < 5", "'' > 5", "'' <= 5", "${missing} < 5", "${missing} >= 0", "'abc' < 5", "${missing} = 0"],
)
def test_comparison_with_empty_is_false(text: str) -> None:
    assert value(text) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("selected(${platforms}, 'sms')", True),
        ("selected(${platforms}, 'sm')", False),
        ("selected(${missing}, 'sms')", False),
        ("selected-at(${platforms}, 1)", "sms"),
        ("selected-at(${platforms}, 9)", ""),
        ("count-selected(${platforms})", Decimal(2)),
        ("count-selected(${missing})", Decimal(0)),
        ("count-non-empty(${uses}, ${missing}, ${grid})", Decimal(3)),
        ("if(${staff} > 10, 'large', 'small')", "large"),
        ("coalesce(${missing}, ${uses}, 'x')", "yes"),
        ("coalesce(${missing}, '')", ""),
        ("true()", True),
        ("false()", False),
        ("number('3.50') = 3.5", True),
        ("int(3.9)", Decimal(3)),
        ("int(-3.9)", Decimal(-3)),
        ("round(2.5)", Decimal(3)),
        ("round(-2.5)", Decimal(-2)),
        ("round(-2.7)", Decimal(-3)),
        ("round(2.345, 2)", Decimal("2.35")),
        ("sum(${staff}, ${missing}, 3)", Decimal(15)),
        ("sum(${missing})", Decimal(0)),
        ("min(${staff}, ${missing}, 3)", Decimal(3)),
        ("max(${staff}, 3)", Decimal(12)),
        ("max(${missing})", ""),
        ("string(1.50)", "1.5"),
        ("string(100)", "100"),
        ("string-length('été')", Decimal(3)),
        ("concat(${uses}, ' ', 5)", "yes 5"),
        ("contains('WhatsApp', 'App')", True),
        ("starts-with('WhatsApp', 'App')", False),
        ("substr('newcomer', 3)", "comer"),
        ("substr('newcomer', 0, 3)", "new"),
        ("normalize-space('  a   b ')", "a b"),
        ("regex('K1A 0B1', '[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]')", True),
        ("regex('K1A 0B1!', '[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]')", False),
        ("date('2026-02-01') > today()", True),
        ("date('2026-02-30')", ""),
        ("date(0)", date(1970, 1, 1)),
    ],
)
def test_functions_follow_odk(text: str, expected: object) -> None:
    assert value(text) == expected


def test_dot_is_the_answer_being_checked() -> None:
    assert [truth(parse(". <= ${staff}"), ANSWERS.get, current) for current in (12, 13)] == [True, False]


@pytest.mark.parametrize("text", ["1 div 0", "0 div 0", "'x' + 1", "9 div '0'", "round(1 div 0)", "1 mod 0"])
def test_impossible_arithmetic_has_no_text(text: str) -> None:
    assert value(f"string({text})") == ""


def test_catastrophic_pattern_gives_up() -> None:
    node = parse("regex(., '(a|aa)+$')")
    started = time.perf_counter()
    assert truth(node, ANSWERS.get, "a" * 60 + "b") is False
    # A tenth of a second is allowed; left alone it would take longer than the universe has been there.
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "the expression is empty; write one, or remove the key", 0),
        ("1 +", "a value is missing before the end; write one", 3),
        ("${a} == 1", "write one “=” to compare", 5),
        ("${a} && ${b}", "write “and” or “or” instead of this sign", 5),
        ("${a} ${b}", "“${b}” is not expected here; is “and” or “or” missing?", 5),
        ("${a", "an answer is written ${name}; complete the braces", 0),
        ("'abc", "this text has no closing quote; add one", 0),
        ("(1 + 2", "“)” is missing here", 6),
        ("select(${a}, 'x')", "there is no function “select”. Did you mean “selected”?", 0),
        ("selected(${a})", "“selected” takes 2 arguments, not 1", 0),
        ("today(1)", "“today” takes 0 arguments, not 1", 0),
        ("substr('a')", "“substr” takes 2 or 3 arguments, not 1", 0),
        ("coalesce()", "“coalesce” takes 1 argument or more, not 0", 0),
        ("yes", "“yes” is neither an answer nor a text; write ${yes} for an answer or 'yes' for a text", 0),
        ("regex(., ${a})", "the pattern of “regex” must be a text in quotes", 0),
        ("1.2.3", "this is not a number; write it as 12.5, and a text in quotes", 0),
    ],
)
def test_parse_of_a_mistake_says_what_to_write(text: str, message: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.position) == (message, position)


def test_parse_of_a_bad_pattern_is_refused() -> None:
    with pytest.raises(ExpressionError, match="is not a regular expression"):
        parse("regex(., '(')")


@pytest.mark.parametrize(
    "text",
    ["(" * 60 + "1" + ")" * 60, "-" * 60 + "1", "not(" * 60 + "1" + ")" * 60, " - ".join("1" * 60)],
)
def test_parse_deeper_than_the_cap_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="more than 50 levels"):
        parse(text)


def test_parse_larger_than_the_cap_is_refused() -> None:
    with pytest.raises(ExpressionError, match="more than 1000 parts"):
        parse(" or ".join(["1"] * 1001))


def test_parse_of_a_long_chain_stays_flat() -> None:
    node = parse(" and ".join(f"${{q{number}}} = 'x'" for number in range(200)))
    assert len(references(node)) == 200


def test_references_name_each_question_once() -> None:
    assert references(parse("${a} = 1 and (${b:r1} = ${a} or selected(${c}, .))")) == {"a", "b", "c"}


def test_to_json_is_the_compact_tree() -> None:
    tree = to_json(parse("${uses} = 'yes' and not(selected(${p:other}, 'x')) and . > -1.5"))
    assert tree == [
        "and",
        ["=", ["$", "uses"], "yes"],
        ["call", "not", ["call", "selected", ["$", "p:other"], "x"]],
        [">", ["."], ["-", 1.5]],
    ]
