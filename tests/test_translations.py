"""The catalogues say in French and Arabic what the program says in English: all of it, and nothing else."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from tests.catalogues import faults

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "portal" / "translations"


def make_variable(name: str) -> str:
    """A variable of the Makefile, so that this test extracts as `make extract` does."""
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    found = re.search(rf"^{name} := (.*)$", makefile, re.MULTILINE)
    assert found, f"the Makefile sets no {name}"
    return found.group(1)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts of the program, extracted now."""
    path = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    options = [*shlex.split(make_variable("EXTRACT_OPTIONS")), f"--output-file={path}", "."]
    run = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    with path.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", make_variable("LANGUAGES").split())
def test_catalogue_is_whole(language: str, template: Catalog) -> None:
    """Mended by `make update`, then by translating what is empty in the file."""
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    assert faults(catalogue, template) == []


def test_catalogues_hold_every_language_of_the_site() -> None:
    assert sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir()) == ["ar", "fr"]


def test_template_finds_texts_of_programs_and_pages(template: Catalog) -> None:
    places = {Path(place).suffix for message in template for place, _ in message.locations}
    assert places == {".py", ".html", ".txt"}


HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
ONE = 'msgid "Answers: %(number)s"\nmsgstr ""\n\n'
MANY = 'msgid "%(n)s answer"\nmsgid_plural "%(n)s answers"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'


def catalogue(text: str, language: str | None = None) -> Catalog:
    return read_po(BytesIO((HEADER + text).encode()), locale=language)


SOUND_FRENCH = 'msgid "Answers: %(number)s"\nmsgstr "Réponses\u00a0: %(number)s"\n\n'
SOUND_ARABIC = (
    'msgid "%(n)s answer"\nmsgid_plural "%(n)s answers"\nmsgstr[0] "لا إجابات"\nmsgstr[1] "إجابة واحدة"\n'
    'msgstr[2] "إجابتان"\nmsgstr[3] "%(n)s إجابات"\nmsgstr[4] "%(n)s إجابة"\nmsgstr[5] "%(n)s إجابة"\n'
)


@pytest.mark.parametrize(
    ("language", "source", "text"), [("fr", ONE, SOUND_FRENCH), ("ar", MANY, SOUND_ARABIC)]
)
def test_faults_sound_catalogue(language: str, source: str, text: str) -> None:
    assert faults(catalogue(text, language), catalogue(source)) == []


@pytest.mark.parametrize(
    ("language", "source", "text", "kind"),
    [
        ("fr", ONE, "", "missing"),
        ("fr", "", SOUND_FRENCH, "stale"),
        ("fr", ONE, "#, fuzzy\n" + SOUND_FRENCH, "fuzzy"),
        ("fr", ONE, ONE, "untranslated"),
        (
            "fr",
            ONE,
            SOUND_FRENCH.replace("\u00a0: %(number)s", "\u00a0: %(nombre)s"),
            "placeholders ['%(nombre)s']",
        ),
        ("fr", ONE, SOUND_FRENCH.replace("\u00a0: %(number)s", ""), "placeholders []"),
        ("fr", ONE, SOUND_FRENCH.replace("\u00a0:", " :"), "spaces of French punctuation"),
        ("fr", ONE, SOUND_FRENCH.replace("Réponses", "Réponses <b>"), "other tags"),
        ("fr", ONE, SOUND_FRENCH.replace("Réponses", " Réponses"), "spaces at its ends"),
        ("ar", ONE, 'msgid "Answers: %(number)s"\nmsgstr "Answers so far: %(number)s"\n', "no Arabic letter"),
        ("ar", MANY, SOUND_ARABIC.replace("%(n)s إجابات", "٣ إجابات"), "digits other than"),
        ("ar", MANY, SOUND_ARABIC.replace('msgstr[5] "%(n)s إجابة"\n', ""), "untranslated"),
        ("ar", MANY, SOUND_ARABIC.replace("لا إجابات", "%(x)s"), "placeholders ['%(x)s']"),
    ],
)
def test_faults_planted_fault(language: str, source: str, text: str, kind: str) -> None:
    found = faults(catalogue(text, language), catalogue(source))
    assert [fault.startswith(kind) for fault in found] == [True], found
