"""Every complaint of the engine has a code, every code a sentence, every sentence somebody who says it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from surveys import questionnaire
from surveys.questionnaire.complaints import Said, said, suggestion
from surveys.questionnaire.sentences import SENTENCES

FOLDER = Path(questionnaire.__file__).parent
MODULES = {path.name: ast.parse(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.py"))}
PLACE = re.compile(r"%\((\w+)\)s")

TAKES_MESSAGE = re.compile(
    r"Complaint|ExpressionError|.*\b_?(complain|error|refuse|add|about_file)|.*(complaints|remarks)\.(add|at)"
)
"""What is called with words for whoever wrote the file, as its last argument or, with a place, its first."""

CARRIERS = {"message", "problem", "remedy", "hint"}
"""Names under which such words wait."""


def calls(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    return [
        (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    ]


SAYINGS = [
    (f"{name}:{call.lineno}", call.args[0].value, {keyword.arg for keyword in call.keywords})
    for name, tree in MODULES.items()
    for function, call in calls(tree)
    if function == "said" and isinstance(call.args[0], ast.Constant)
]


def test_whoever_says_something_fills_every_place_of_its_sentence() -> None:
    assert len(SAYINGS) > 150
    wrong = [
        where
        for where, code, values in SAYINGS
        if values != set(PLACE.findall(SENTENCES.get(str(code), "%(no_sentence)s")))
    ]
    assert wrong == []


def test_no_sentence_is_left_that_nobody_says() -> None:
    constants = {
        node.value
        for name, tree in MODULES.items()
        if name != "sentences.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(SENTENCES.keys() - constants) == []


def messages(tree: ast.Module) -> list[ast.expr]:
    """What is shown to whoever wrote the file, as far as it stands where it is handed over or named."""
    handed = [
        call.args[0 if ast.unparse(call.func) == "ExpressionError" else -1]
        for _, call in calls(tree)
        if call.args and TAKES_MESSAGE.fullmatch(ast.unparse(call.func))
    ]
    named = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id in CARRIERS
    ]
    return handed + named


def test_no_complaint_is_written_where_it_is_made() -> None:
    found = [(name, message) for name, tree in MODULES.items() for message in messages(tree)]
    assert len(found) > 100
    written = [
        f"{name}:{message.lineno}"
        for name, message in found
        if isinstance(message, ast.JoinedStr | ast.BinOp)
        or (isinstance(message, ast.Constant) and " " in str(message.value))
    ]
    assert written == []


def test_no_sentence_is_there_twice() -> None:
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_what_is_said_is_an_english_text_that_keeps_its_code_and_values() -> None:
    hint = suggestion("labl", ["label", "hint"])
    message = said("unknown_key", where=said("in_page"), hint=hint)
    assert message == "a page has no such key; remove or correct it. Did you mean “label”?"
    assert (message.code, message.values) == ("unknown_key", {"where": "a page", "hint": hint})
    assert isinstance(hint, Said)
    assert (hint.code, hint.values) == ("did_you_mean", {"name": "label"})
    assert suggestion("zzz", ["label"]) == ""


@pytest.mark.parametrize("value", ["100%", "%(name)s", "%"])
def test_a_value_may_hold_signs_of_the_sentence(value: str) -> None:
    assert said("page_taken", name=value) == f"another page is named “{value}”; choose another name"
