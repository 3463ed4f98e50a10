"""The designer's page keeps up with the engine: its example works, and it names all that can be written."""

from __future__ import annotations

import re
from pathlib import Path

from surveys.questionnaire.functions import SIGNATURES
from surveys.questionnaire.lint import lint
from surveys.questionnaire.parts import BAND_KEYS, CHOICE_KEYS, DIMENSION_KEYS, ROW_KEYS
from surveys.questionnaire.question_reader import KEYS
from surveys.questionnaire.reader import GROUP_KEYS, PAGE_KEYS, read
from surveys.questionnaire.reader import KEYS as HEAD_KEYS


def documentation() -> str:
    return (Path(__file__).parents[2] / "docs" / "questionnaire.md").read_text(encoding="utf-8")


def test_worked_example_of_the_documentation_can_be_read_and_has_no_faults() -> None:
    example = documentation().split("```yaml\n", 1)[1].split("```", 1)[0]
    assert lint(read(example, "example.yaml")).complaints == ()


def test_documentation_names_every_type_key_and_function() -> None:
    keys = {key for allowed in KEYS.values() for key in allowed}
    parts = {*CHOICE_KEYS, *ROW_KEYS, *BAND_KEYS, *DIMENSION_KEYS, *PAGE_KEYS, *GROUP_KEYS, *HEAD_KEYS}
    written = documentation()
    missing = {word for word in {*keys, *parts, *KEYS} if not re.search(rf"`{word}\b", written)}
    missing |= {name for name in SIGNATURES if f"`{name}(" not in written}
    assert missing == set()
