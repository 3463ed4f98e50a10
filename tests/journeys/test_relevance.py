"""The browser's evaluator agrees with the engine: the same trees, the same answers, the same truth."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from surveys.questionnaire.expressions import parse, to_json, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from surveys.questionnaire.model import Value
    from tests.browser import LiveSite

    Answers = dict[str, Value]
    Case = tuple[str, Answers]

RUN = """async (cases) => {
  const { evaluate, truth, Unknown } = await import('/static/relevance.js');
  return cases.map(([tree, answers]) => {
    try {
      return truth(evaluate(tree, (name) => Object.hasOwn(answers, name) ? answers[name] : undefined));
    } catch (error) {
      if (error instanceof Unknown) return 'unknown';
      throw error;
    }
  });
}"""

FULL: Answers = {
    "uses": "yes",
    "staff": 12,
    "share": "0.5",
    "none": 0,
    "platforms": ["whatsapp", "sms"],
    "platforms:other": "Line",
    "grid": {"r1": "agree", "r2": "disagree"},
    "agreed": True,
    "since": "2024-03-31",
    "comment": "Très  bien 👍",
    "constructor": "no",
}
EMPTY: Answers = {}
SPARSE: Answers = {
    "uses": "no",
    "staff": 0,
    "platforms": ["other"],
    "grid": {"r2": "agree"},
    "comment": "12 ",
}

TABLE = """
${uses} = 'yes' | ${uses} != 'yes' | ${uses} = '' | ${uses} != '' | ${uses} = “yes” | ${uses}
not(${uses}) | ${missing} | ${missing} = '' | ${missing} != 'yes' | ${missing} = 0 | ${missing} != 0
${missing} < 5 | ${missing} >= 0 | '' < 5 | '' > 5 | '' <= 5 | 'abc' < 5 | 'abc' >= 5 | ${toString} = ''
${constructor} = 'no' | ${staff} | ${staff} = 12 | ${staff} = '12' | ${staff} != 12 | ${staff} > 5
${staff} >= 12 and ${staff} <= 12 | ${staff} < 12 or ${staff} > 12 | -${staff} < 0 | ${none}
not(${none}) | ${none} = 0 | ${none} = '' | ${none} < 1 | ${share} < 1 | ${share} = 0.5 | ${share} = '0.5'
${share} * 2 = 1 | ${share} + 0.1 = 0.6 | ${share} = '0.50' | '10' > '9' | '010' = '10' | '010' = 10
'1e3' = 1000 | '0x10' = 16 | ' 7 ' = 7 | '7.' = 7 | '.5' = 0.5 | '+7' = 7 | '- 7' = -7 | '--7' = 7
'Infinity' > 5 | '٧' = 7 | '1,5' > 1 | 1 = 1.0 | 1 = '1.0' | 0.1 + 0.2 = 0.3 | 0.3 - 0.1 - 0.2 = 0
1.1 - 1 = 0.1 | 0.1 * 3 = 0.3 | 1 + 2 * 3 = 7 | (1 + 2) * 3 = 9 | 10 - 3 - 2 = 5 | 1 + 2 + 3 + 4 = 10
2 * 3 * 4 = 24 | 2 - -2 = 4 | 6 div 4 = 1.5 | 1 div 0 | 0 div 0 | 1 div 0 > 5 | -1 div 0 < 5 | 0 div 0 = 0
1 mod 0 = 1 | 7 mod 3 = 1 | -7 mod 3 = -1 | 7 mod -3 = 1 | 0.3 mod 0.1 = 0 | 'x' + 1 = 1 | 'x' + 1 | 1 - 1
100.1 - 100 = 0.1 | 1 div 3 * 3 = 1 | 1 = 1 and 2 > 1 or 1 = 2 | 1 = 1 or 1 = 1 and 1 = 2
1 = 2 and 1 = 1 and 1 = 1 | 1 = 2 or 1 = 2 or 1 = 1 | 1 < 2 = 2 > 1
${uses} = 'yes' and (${staff} > 5 or ${agreed}) | 0 and 1 | 0 or '' | '0' and 1 | 'no' or 0 | ${agreed}
${agreed} = true() | ${agreed} = 'OK' | ${agreed} = 'yes' | ${agreed} = 'false' | ${agreed} = ''
${agreed} = 1 | ${agreed} != false() | ${agreed} + 1 = 2 | true() | false() | true() = '1' | true() = '0'
false() = '' | false() = 0 | false() = 'false' | true() > false() | not(false()) | not('false') | not('')
${since} < '2024-04-01' | ${since} > '2024-04-01' | ${since} = '2024-03-31' | ${since} - '2024-03-01' = 30
${since} > 0 | '2023-02-30' > 0 | '2024-02-29' > '2024-02-28' | '2024-2-29' > 0 | '1969-12-31' < 0
${since} > '9' | '1970-01-02' = 1 | '1970-01-01' + 0 = 0 | '0001-01-01' < 0 | number('2000-01-01') = 10957
${grid:r1} = 'agree' | ${grid:r1} = '' | ${grid:r3} = '' | ${grid:r2} != '' | ${grid}
${grid} = 'agree disagree' | selected(${grid}, 'agree') | count-selected(${grid}) = 2
count-non-empty(${grid}) = 2 | string(${grid}) != '' | ${platforms:other} | ${platforms:other} = 'Line'
${platforms:other} = '' | ${platforms} | ${platforms} = '' | ${platforms} = 'whatsapp sms'
${platforms} != 'sms' | selected(${platforms}, 'sms') | selected(${platforms}, 'sm')
selected(${missing}, 'sms') | selected(${uses}, 'yes') | selected('a b c', 'b') | selected('a b c', 'a b')
selected(${platforms}, '') | selected(12, '12') | not(selected(${platforms}, 'other'))
count-selected(${platforms}) > 1 | count-selected(${missing}) = 0 | count-selected(${comment}) = 3
count-selected(12) = 1 | selected-at(${platforms}, 1) = 'sms' | selected-at(${platforms}, 0) = 'whatsapp'
selected-at(${platforms}, 9) = '' | selected-at(${platforms}, -1) = ''
selected-at(${platforms}, 'x') = '' | selected-at(${platforms}, 0.9) = 'whatsapp'
selected-at(${platforms}, -0.5) = 'whatsapp' | count-non-empty(${uses}, ${missing}, ${grid}) = 3
count-non-empty(false(), 0, '') = 2 | count-non-empty('') | if(${staff} > 10, 'large', 'small') = 'large'
if(${missing}, 1, 0) | if('', 'a', '') | if(1, 0, 1) | coalesce(${missing}, ${uses}, 'x') = 'yes'
coalesce(${missing}, '') | coalesce('', 0) = 0 | coalesce(false(), 1) | number('3.50') = 3.5
number('') = 0 | number('x') | number(true()) = 1 | number(' 4') > 3 | string(1.50) = '1.5'
string(100) = '100' | string(1 div 0) = '' | string(true()) = 'true' | string(-0) = '0'
string-length(${comment}) = 12 | string-length('été') = 3 | string-length('👍') = 1 | string-length(12) = 2
concat(${uses}, ' ', 5) = 'yes 5' | concat(${missing}) | concat(0.50, 'x') = '0.5x'
concat(false()) = 'false' | contains('WhatsApp', 'App') | contains('WhatsApp', 'app')
contains(${uses}, '') | contains(${platforms}, 'p s') | starts-with('WhatsApp', 'What')
starts-with('WhatsApp', 'App') | starts-with(12, 1) | starts-with('', '')
"""
EXPRESSIONS = [text.strip() for line in TABLE.split("\n") for text in line.split(" | ") if text.strip()]

ONLY_ON_THE_SERVER = [
    "today() > '2020-01-01'",
    "date('2026-01-31') = '2026-01-31'",
    "regex(${uses}, 'y.*')",
    "round(${share}) = 1",
    "int(3.9) = 3",
    "sum(${staff}, 1) = 13",
    "min(${staff}, 1) = 1",
    "max(${staff}, 1) = 12",
    "substr(${uses}, 1) = 'es'",
    "normalize-space(${comment}) != ''",
    "not(${uses} = 'yes' and round(1) = 1)",
]


@pytest.fixture
def in_browser(chromium: Browser, live_site: LiveSite) -> Iterator[Callable[[list[Case]], list[Any]]]:
    """Evaluates (expression, answers) pairs by the site's own script, all in one visit."""
    context = chromium.new_context(base_url=live_site.address)
    page: Page = context.new_page()
    page.goto("/en/")

    def run(cases: list[Case]) -> list[Any]:
        sent = [[to_json(parse(text)), answers] for text, answers in cases]
        found: list[Any] = page.evaluate(RUN, sent)
        return found

    yield run
    context.close()


def in_engine(text: str, answers: Answers) -> bool:
    return truth(parse(text), answers.get)


def test_relevance_of_known_expressions_agrees(in_browser: Callable[[list[Case]], list[Any]]) -> None:
    cases = list(itertools.product(EXPRESSIONS, (FULL, EMPTY, SPARSE)))
    assert len(EXPRESSIONS) >= 150
    differing = [
        (text, sorted(answers), found)
        for (text, answers), found in zip(cases, in_browser(cases), strict=True)
        if found is not in_engine(text, answers)
    ]
    assert differing == []


def test_relevance_only_the_server_knows_is_unknown(in_browser: Callable[[list[Case]], list[Any]]) -> None:
    found = in_browser([(text, FULL) for text in ONLY_ON_THE_SERVER])
    assert found == ["unknown"] * len(ONLY_ON_THE_SERVER)


NAMES = st.sampled_from(
    ["uses", "staff", "share", "platforms", "grid", "agreed", "since", "comment", "missing"]
)
LITERALS = st.one_of(
    st.sampled_from(
        ["'yes'", "''", "'12'", "'0'", "'sms'", "'2024-03-31'", "'a b'", "'false'", "' 3.5 '", "'x'"]
    ),
    st.integers(0, 40).map(str),
    st.integers(0, 99).map(lambda tenths: f"{tenths / 10}"),
)
VALUES = st.one_of(
    LITERALS, NAMES.map("${{{}}}".format), st.sampled_from(["${grid:r1}", "${platforms:other}"])
)


def larger(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions made of expressions."""
    binary = st.tuples(
        part,
        st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "and", "or", "+", "-", "*"]),
        part,
    ).map(lambda found: f"({found[0]} {found[1]} {found[2]})")
    one = st.tuples(
        st.sampled_from(["not", "count-selected", "number", "string", "string-length", "-"]), part
    ).map(lambda found: f"{found[0]}({found[1]})")
    two = st.tuples(
        st.sampled_from(["selected", "contains", "starts-with", "coalesce", "concat", "count-non-empty"]),
        part,
        part,
    ).map(lambda found: f"{found[0]}({found[1]}, {found[2]})")
    choice = st.tuples(part, part, part).map(lambda found: f"if({', '.join(found)})")
    return st.one_of(binary, binary, one, two, choice)


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "uses": st.sampled_from(["yes", "no", "0", "false"]),
        "staff": st.integers(-3, 40),
        "share": st.sampled_from(["0.5", "1", "12"]),
        "platforms": st.lists(
            st.sampled_from(["whatsapp", "sms", "12"]), min_size=1, max_size=3, unique=True
        ),
        "platforms:other": st.sampled_from(["Line", "12", "a b"]),
        "grid": st.dictionaries(st.sampled_from(["r1", "r2"]), st.sampled_from(["yes", "sms"]), min_size=1),
        "agreed": st.just(value=True),
        "since": st.sampled_from(["2024-03-31", "2024-02-29", "1970-01-13"]),
        "comment": st.text(st.sampled_from("aé ع👍1"), min_size=1, max_size=6),
    },
)
CASES = st.tuples(st.recursive(VALUES, larger, max_leaves=8), ANSWERS)


def test_relevance_of_any_expression_agrees(in_browser: Callable[[list[Case]], list[Any]]) -> None:
    # What differs is told case by case: nothing needs shrinking, which would take the browser minutes.
    @settings(
        max_examples=15,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(CASES, min_size=20, max_size=60))
    def agree(cases: list[Case]) -> None:
        expected = [in_engine(text, answers) for text, answers in cases]
        differing = [
            (text, answers, truly)
            for (text, answers), found, truly in zip(cases, in_browser(cases), expected, strict=True)
            if found is not truly
        ]
        assert differing == []

    agree()
