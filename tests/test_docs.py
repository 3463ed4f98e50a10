"""The documentation knows what the program has: settings, commands, keys, types, functions and targets."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from portal import create_app
from surveys.questionnaire import functions, parts, question_reader, reader

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SETTING = re.compile(r"PORTAL_[A-Z0-9_]*[A-Z0-9]")
CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]+`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"^([a-z]+):.*## ", re.MULTILINE)


def code_in(page: Path) -> str:
    """What a page sets as code, in spans and blocks, one to a line."""
    return "\n".join(CODE.findall(page.read_text()))


def words_in(page: Path) -> set[str]:
    """The words that a page sets as code."""
    return set(re.findall(r"[A-Za-z0-9_-]+", code_in(page)))


def settings_read() -> set[str]:
    """The settings that the program reads: every `PORTAL_…` that stands alone in a string."""
    trees = [ast.parse(path.read_text()) for path in (ROOT / "portal").rglob("*.py")]
    strings = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {string for string in strings if isinstance(string, str) and SETTING.fullmatch(string)}


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    """Every command of our own, by its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        elif not getattr(command.callback, "__module__", "").startswith("flask."):
            yield " ".join([*above, name]), command


@pytest.fixture(scope="module")
def own_commands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, click.Command]:
    """The commands of the portal, Flask's own left out."""
    app = create_app({"PORTAL_INSTANCE": tmp_path_factory.mktemp("instance")})
    return dict(commands(app.cli))


def test_settings_are_documented_and_no_others() -> None:
    assert set(SETTING.findall((DOCS / "settings.md").read_text())) == settings_read()


def test_commands_are_documented(own_commands: dict[str, click.Command]) -> None:
    code = code_in(DOCS / "commands.md")
    assert "init" in own_commands
    assert [name for name in own_commands if not re.search(rf"\b{re.escape(name)}\b", code)] == []


def test_options_are_documented(own_commands: dict[str, click.Command]) -> None:
    options = {
        max(option.opts, key=len)
        for command in own_commands.values()
        for option in command.params
        if isinstance(option, click.Option)
    }
    assert options - words_in(DOCS / "commands.md") == set()


def test_commands_explain_themselves(own_commands: dict[str, click.Command]) -> None:
    assert [name for name, command in own_commands.items() if not command.help] == []


def test_questionnaire_format_is_documented() -> None:
    keys = {*reader.KEYS, *reader.PAGE_KEYS, *reader.GROUP_KEYS}.union(*question_reader.KEYS.values())
    keys |= {*parts.CHOICE_KEYS, *parts.ROW_KEYS, *parts.BAND_KEYS, *parts.DIMENSION_KEYS}
    types = {"page", "group", *question_reader.KEYS}
    forms = {form for forms in question_reader.CHARTS.values() for form in forms}
    appearances = {name for names in question_reader.APPEARANCES.values() for name in names}
    known = keys | types | forms | appearances | question_reader.RESERVED_NAMES | set(functions.SIGNATURES)
    assert known - words_in(DOCS / "questionnaire.md") == set()


def test_targets_of_the_makefile_are_documented() -> None:
    code = code_in(ROOT / "README.md") + code_in(DOCS / "commands.md")
    targets = TARGET.findall((ROOT / "Makefile").read_text())
    assert {"run", "test", "check", "bench", "help"} <= set(targets)
    assert [name for name in targets if f"make {name}" not in code] == []


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text())]
    inner = [(page, link) for page, link in links if "://" not in link and not link.startswith("mailto:")]
    assert [
        f"{page.relative_to(ROOT)}: {link}" for page, link in inner if not (page.parent / link).exists()
    ] == []
