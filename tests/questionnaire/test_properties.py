"""What holds of every questionnaire and every answer, tried on generated ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from surveys.questionnaire.answers import PostError, check_page
from surveys.questionnaire.expressions import ExpressionError, evaluate, parse, to_json
from surveys.questionnaire.reader import QuestionnaireError, read
from surveys.questionnaire.robot import at_random, walk
from surveys.questionnaire.routing import after, asked, before, on_path, path, progress, unanswered

if TYPE_CHECKING:
    from random import Random

    from surveys.questionnaire.model import Answers, Questionnaire

HEAD = """
name: demo
version: "1"
languages: [en]
title: {en: T}
summary: {en: S}
choices:
  abc: [{name: a, label: {en: A}}, {name: b, label: {en: B}}, {name: c, label: {en: C}, other: yes}]
  agree: [{name: low, label: {en: Low}, scale: -1}, {name: high, label: {en: High}, scale: 1}]
survey:
"""
TYPES = [
    "select_one abc",
    "select_multiple abc",
    "integer",
    "text",
    "likert agree",
    "acknowledge",
    "note",
    "calculate",
]
CHARTED = ("select", "likert")


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Pages of questions, each conditional on some earlier ones."""
    lines = [HEAD]
    earlier: list[tuple[str, str]] = []
    for page in range(draw(st.integers(1, 5))):
        lines.append(f"  - type: page\n    name: p{page}\n    label: {{en: P}}\n    questions:\n")
        for number in range(draw(st.integers(1, 4))):
            kind, name = draw(st.sampled_from(TYPES)), f"q{page}_{number}"
            entry = [f"type: {kind}", f"name: {name}", "label: {en: L}"]
            if kind.startswith(CHARTED):
                entry.append("short: {en: S}")
            if kind == "calculate":
                entry.append(f'calculation: "{draw(conditions(earlier))}"')
            elif kind != "note" and draw(st.booleans()):
                entry.append("required: yes")
            if earlier and draw(st.booleans()):
                entry.append(f'relevant: "{draw(conditions(earlier))}"')
            lines.append(f"      - {{{', '.join(entry)}}}\n")
            if kind != "note":
                earlier.append((name, kind))
    return read("".join(lines), "drawn.yaml")


@st.composite
def conditions(draw: st.DrawFn, earlier: list[tuple[str, str]]) -> str:
    parts = []
    for name, kind in draw(st.lists(st.sampled_from(earlier), max_size=2)) if earlier else []:
        choice = draw(st.sampled_from("abc")) if "abc" in kind else "low"
        parts.append(
            draw(
                st.sampled_from(
                    [f"${{{name}}} != ''", f"selected(${{{name}}}, '{choice}')", f"not(${{{name}}})"]
                )
            )
        )
    return draw(st.sampled_from([" and ", " or "])).join(parts) or "1 = 1"


@st.composite
def answered(draw: st.DrawFn) -> tuple[Questionnaire, Answers]:
    """A questionnaire and stored answers of any kind, on its path or not."""
    questionnaire = draw(questionnaires())
    value = st.one_of(
        st.sampled_from(["a", "b", "c", "", "zz"]),
        st.lists(st.sampled_from("abc"), unique=True),
        st.integers(-5, 5),
        st.just(True),  # noqa: FBT003 # an acknowledgement
        st.dictionaries(st.sampled_from("rs"), st.sampled_from(["low", "high"])),
    )
    return questionnaire, draw(st.dictionaries(st.sampled_from(list(questionnaire.question)), value))


@given(answered())
def test_routing_never_loops(case: tuple[Questionnaire, Answers]) -> None:
    questionnaire, answers = case
    names = [page.name for page in path(questionnaire, answers)]
    walked, name = [], names[0] if names else None
    while name is not None and len(walked) <= len(questionnaire.pages):
        walked.append(name)
        name = after(questionnaire, answers, name)
    assert walked == names
    assert [before(questionnaire, answers, name) for name in names[1:]] == names[:-1]


@given(answered())
def test_on_path_is_idempotent(case: tuple[Questionnaire, Answers]) -> None:
    questionnaire, answers = case
    kept = on_path(questionnaire, answers)
    assert on_path(questionnaire, kept) == kept
    assert asked(questionnaire, kept) == asked(questionnaire, answers)


@given(answered())
def test_answers_off_the_path_change_nothing(case: tuple[Questionnaire, Answers]) -> None:
    questionnaire, answers = case
    names = asked(questionnaire, answers)
    inside = {name: value for name, value in answers.items() if name in names}
    for question in (path, unanswered, progress, on_path):
        assert question(questionnaire, inside) == question(questionnaire, answers)


@given(answered(), st.data())
def test_going_back_loses_nothing(case: tuple[Questionnaire, Answers], data: st.DataObject) -> None:
    """A page sent with another answer and then with the first again leaves every other answer as it was."""
    questionnaire, answers = case
    singles = [question for question in questionnaire.question.values() if question.type == "select_one"]
    assume(singles)
    question = data.draw(st.sampled_from(singles))
    page = questionnaire.page[question.page]
    first, second = data.draw(st.permutations("ab"))
    stored = {**answers, question.name: first}
    for choice in (second, first):
        posted = {question.name: [choice]}
        check = check_page(questionnaire, page, posted, stored, frozenset({question.name}))
        merged = {**stored, **check.values}
        stored = {name: value for name, value in merged.items() if value is not None}
    assert stored == {**answers, question.name: first}


@given(questionnaires(), st.randoms(use_true_random=False))
def test_robot_with_random_choices_reaches_the_end(questionnaire: Questionnaire, chance: Random) -> None:
    answers = walk(questionnaire, at_random(chance))
    assert unanswered(questionnaire, answers) == ()


PIECES = """
${a} ${b:r} . 'x' “y” 1 2.5 ( ) , + - * div mod and or = != < >= not if selected count-selected regex
round substr sum max date today concat number selected-at int '2026-01-31' '' $ { é
"""
PIECE = st.sampled_from(PIECES.split())
SOUP = st.one_of(
    st.text(), st.lists(PIECE, max_size=25).map(" ".join), st.lists(PIECE, max_size=25).map("".join)
)
VALUES = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.booleans(),
    st.lists(st.text()),
    st.dictionaries(st.text(), st.text()),
)


@given(SOUP, st.dictionaries(st.sampled_from("ab"), VALUES), VALUES)
@settings(max_examples=500)
def test_parse_raises_only_its_own_error_and_what_parses_has_a_value(
    text: str, answers: Answers, current: object
) -> None:
    try:
        node = parse(text)
    except ExpressionError as problem:
        assert 0 <= problem.position <= len(text)  # noqa: PT017 # whether it is raised is open
        return
    evaluate(node, answers.get, current)
    assert to_json(node) is not None


FORMS = """
selected({0}, {1}); selected-at({0}, {1}); count-selected({0}); count-non-empty({0}, {1}); not({0});
if({0}, {1}, {2}); coalesce({0}, {1}); number({0}); int({0}); round({0}, {1}); sum({0}, {1}); min({0}, {1});
max({0}, {1}); string({0}); string-length({0}); concat({0}, {1}); contains({0}, {1}); starts-with({0}, {1});
substr({0}, {1}, {2}); normalize-space({0}); regex({0}, '[a-z]+'); date({0}); ({0} + {1}); ({0} - {1});
({0} * {1}); ({0} div {1}); ({0} mod {1}); -{0}; ({0} = {1}); ({0} < {1}); ({0} and {1})
"""
FORM = st.sampled_from([form.strip() for form in FORMS.split(";")])
ATOMS = st.sampled_from(
    ["${a}", "${b:r}", ".", "'x'", "''", "0", "1000000000000000000000", "-0.5", "'2026-01-31'"]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.builds(lambda form, parts: form.format(*parts), FORM, st.tuples(inner, inner, inner)),
)


@given(EXPRESSIONS, st.dictionaries(st.sampled_from("ab"), VALUES), VALUES)
@settings(max_examples=500)
def test_every_expression_has_a_value_for_any_answers(text: str, answers: Answers, current: object) -> None:
    found = evaluate(parse(text), answers.get, current)
    assert evaluate(parse(f"string({text})"), answers.get, current) is not None, found


@given(
    st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("latin-1")), st.just(HEAD)),
    st.integers(0, 600),
)
def test_read_raises_only_its_own_error(noise: str, place: int) -> None:
    source = HEAD[:place] + noise + HEAD[place:]
    try:
        read(source, "noise.yaml")
    except QuestionnaireError as problem:
        assert problem.complaints  # noqa: PT017 # whether it is raised is open


@given(
    answered(),
    st.dictionaries(st.sampled_from(["q0_0", "q0_1", "q0_0:other", "q0_0:r"]), st.lists(st.text())),
)
def test_any_post_is_checked_or_refused(
    case: tuple[Questionnaire, Answers], posted: dict[str, list[str]]
) -> None:
    questionnaire, answers = case
    page = questionnaire.pages[0]
    try:
        check = check_page(questionnaire, page, posted, answers, None)
    except PostError as problem:
        assert problem.field in posted  # noqa: PT017 # whether it is raised is open
        return
    stored = {**answers, **{name: value for name, value in check.values.items() if value is not None}}
    on_path(questionnaire, stored)


class CountingAnswers(dict[str, str]):
    """Answers that count how often they are read."""

    reads = 0

    def get(self, name: str, default: str | None = None) -> str | None:
        """The answer, counted."""
        self.reads += 1
        return super().get(name, default)


def test_path_reads_each_answer_once_however_long_the_chain_of_conditions() -> None:
    lines = [HEAD]
    for page in range(10):
        lines.append(f"  - type: page\n    name: p{page}\n    label: {{en: P}}\n    questions:\n")
        for number in range(10):
            condition = f"${{q{page - 1}_{number}}} = 'a' and not(${{q0_0}} = 'b')" if page else "1 = 1"
            rest = f'label: {{en: L}}, short: {{en: S}}, relevant: "{condition}"'
            lines.append(f"      - {{type: select_one abc, name: q{page}_{number}, {rest}}}\n")
    questionnaire = read("".join(lines), "large.yaml")
    answers = CountingAnswers(dict.fromkeys(questionnaire.question, "a"))
    assert [page.name for page in path(questionnaire, answers)] == [f"p{page}" for page in range(10)]
    assert answers.reads == 100
