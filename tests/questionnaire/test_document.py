"""Files that are no questionnaire at all: what their author is told."""

from __future__ import annotations

import pytest

from surveys.questionnaire.complaints import Said
from surveys.questionnaire.reader import QuestionnaireError, read


def complaints(text: str) -> list[str]:
    with pytest.raises(QuestionnaireError) as caught:
        read(text, "q.yaml")
    assert {type(complaint.message) for complaint in caught.value.complaints} == {Said}
    return [str(complaint) for complaint in caught.value.complaints]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "q.yaml:1: the file is empty; start with “name:”"),
        ("- a\n", "q.yaml:1: a questionnaire is a mapping; start with “name:”"),
        ("a: *b\n", "q.yaml:1: anchors and aliases (& and *) are not read; write the text out"),
        ("a: &b c\n", "q.yaml:1: anchors and aliases (&b) are not read; write the text out"),
        ("a: !!int 3\n", "q.yaml:1: tags (tag:yaml.org,2002:int) are not read; remove it"),
        ("[" * 40 + "]" * 40, "q.yaml:1: this is nested deeper than 30 levels; put it nearer the top"),
        ("a: b\n---\nc: d\n", "q.yaml:3: there is more than one document (---); keep one"),
    ],
)
def test_file_that_is_no_questionnaire_is_refused(text: str, told: str) -> None:
    assert complaints(text) == [told]


def test_yaml_mistake_names_its_line() -> None:
    (told,) = complaints("name: a\ntitle: b: c\n")
    assert told.startswith("q.yaml:2: this is not YAML")


def test_key_given_twice_is_refused() -> None:
    assert "q.yaml:2: name: this key stands on line 1 already; keep one" in complaints("name: a\nname: b\n")


def test_file_beyond_the_size_limit_is_refused() -> None:
    told = complaints("a" * 2_000_001)
    assert told == ["q.yaml:1: the file is larger than 2000000 characters; split the questionnaire"]


def test_file_with_half_characters_is_refused() -> None:
    (told,) = complaints("name: " + chr(0xD800))
    assert told.startswith("q.yaml:1: this is not readable text")
