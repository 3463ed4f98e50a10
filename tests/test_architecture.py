"""The house rules hold: storeys, guests, rooms, sizes and names; the checker sees each planted violation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import LONGEST_FILE, check, circles, fits

ROOT = Path(__file__).parent.parent

TOP_LEVEL = frozenset(
    {"app.py", "pyproject.toml", "portal", "surveys", "static", "tests"}
    | {"README.md", "Makefile", "CHANGELOG.md", "LICENSE", "SECURITY.md", "requirements.lock"}
    | {"docs", "benchmarks", "deploy"}
)
MADE_HERE = frozenset({"instance", "build", "__pycache__"})
"""What running the portal leaves at the top; git ignores it."""

LONGEST_TEMPLATE = 120


def sources() -> dict[str, str]:
    """Every Python file of the project by its dotted name."""
    folders = ("portal", "surveys", "tests", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    files += ROOT.glob("app.py")
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text() for path in files}


def test_modules_keep_the_house_rules() -> None:
    assert [fault for module, source in sorted(sources().items()) for fault in check(source, module)] == []


def test_modules_import_in_no_circle() -> None:
    assert circles(sources()) == []


def test_templates_and_scripts_are_short() -> None:
    limits = dict.fromkeys((ROOT / "portal").rglob("*.html"), LONGEST_TEMPLATE)
    limits |= dict.fromkeys((ROOT / "static").rglob("*.js"), LONGEST_FILE)
    lengths = {path: path.read_text().count("\n") for path in limits}
    long = [
        f"{path.relative_to(ROOT)} has {lengths[path]} lines"
        for path in limits
        if lengths[path] > limits[path]
    ]
    assert long == []


def test_top_level_holds_nothing_unexpected() -> None:
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert there - MADE_HERE - TOP_LEVEL == set()


def test_site_starts_without_what_draws_and_writes_files(tmp_path: Path) -> None:
    """To import matplotlib takes most of a second, so a site that draws nothing must not."""
    heavy = {"matplotlib", "numpy", "docx", "xlsxwriter"}
    code = (
        "import sys; from portal import create_app; create_app({'PORTAL_INSTANCE': sys.argv[1]}); "
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "[]\n", "")


SAID = '"""What it is for."""\n'

VIOLATIONS = [
    ("surveys.findings.tables", "from flask import request", "imports flask, which is for"),
    ("surveys.questionnaire.answers", "from wtforms import Form", "imports wtforms, which is for"),
    ("surveys.questionnaire.answers", "import babel.dates", "imports babel, which is for"),
    ("surveys.findings.charts", "def draw():\n    import jinja2", "imports jinja2, which is for"),
    ("surveys.questionnaire.reader", "import peewee", "imports peewee, which is for"),
    ("surveys.findings.tables", "from peewee import fn", "imports peewee, which is for"),
    ("portal.findings.views", "from peewee import fn", "imports peewee, which is for"),
    ("portal.findings.views", "import matplotlib.pyplot", "imports matplotlib, which is for"),
    ("surveys.findings.tables", "import numpy as np", "imports numpy, which is for"),
    ("portal.home.views", "import requests", "imports requests, which GUESTS"),
    ("surveys.questionnaire.routing", "from portal.languages import LANGUAGES", "from a storey above"),
    ("surveys.questionnaire.routing", "from surveys.responses import store", "from a storey above"),
    ("surveys.responses.drafts", "from surveys.findings.tables import ExactTable", "from a storey above"),
    ("surveys.responses.drafts", "from ..findings import tables", "from a storey above"),
    ("portal.languages", "from portal.home.views import bp", "from a storey above"),
    ("portal.languages", "def late():\n    from . import home", "from a storey above"),
    ("portal.home.views", "from portal import create_app", "from a storey above"),
    ("portal.__init__", "import app", "from a storey above"),
    ("portal.home.views", "from portal.findings.views import bp", "rooms do not import each other"),
    ("portal.home.views", "from ..findings import views", "rooms do not import each other"),
    ("portal.home.__init__", "from .. import findings", "rooms do not import each other"),
    ("portal.findings.views", "from surveys.responses.records import records", "never answers"),
    ("portal.home.views", "from surveys.responses import drafts", "never answers"),
    ("portal.stories.views", "from surveys.responses.store import Response", "never answers"),
    ("portal.findings.views", "from surveys.findings import tables", "only released tables"),
    (
        "surveys.findings.charts_bars",
        "from surveys.findings.tables import ExactTable",
        "only released tables",
    ),
    ("surveys.opinions.reader", "", "stands on none of the STOREYS"),
    ("portal.utils", "", "“utils” says nothing"),
    ("portal.common.dates", "", "“common” says nothing"),
    ("portal.filters", "x = 1\n" * 400, "has 401 lines, more than 400"),
    ("tests.conftest", "x = 1\n" * 150, "has 151 lines, more than 150"),
    ("portal.filters", "def long():\n    'Why.'\n" + "    x = 1\n" * 60, "long has 61 lines, more than 60"),
]


@pytest.mark.parametrize(("module", "code", "fault"), VIOLATIONS)
def test_check_planted_violation(module: str, code: str, fault: str) -> None:
    found = check(SAID + code, module)
    assert [fault in sentence for sentence in found] == [True], found


def test_check_module_without_docstring() -> None:
    assert check("x = 1\n", "portal.filters") == [
        "portal.filters:1: opens with no sentence that says what it is for"
    ]


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("surveys.findings.tables", "import json\nfrom surveys.responses.records import records"),
        ("surveys.responses.store", "import peewee"),
        ("surveys.findings.charts_bars", "from matplotlib.figure import Figure"),
        ("portal.respond.views", "from surveys.responses import drafts"),
        (
            "portal.findings.views",
            "from surveys.responses.releases import latest\nfrom portal import languages",
        ),
        ("portal.home.views", "from . import content\nfrom flask import Blueprint"),
        ("portal.__init__", "from portal.home.views import bp\nfrom portal import commands"),
        ("app", "from portal import create_app"),
        ("tests.test_pages", "from surveys.findings import tables\nimport hypothesis"),
    ],
)
def test_check_lawful_import(module: str, code: str) -> None:
    assert check(SAID + code, module) == []


def test_circles_planted_circle() -> None:
    assert circles(
        {
            "a.__init__": "",
            "a.one": "from a import two",
            "a.two": "from a.three import x",
            "a.three": "def late():\n    from . import one",
            "a.four": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.five import y",
            "a.five": "import a.four",
        }
    ) == ["a.one -> a.two -> a.three -> a.one"]


def test_fits_names_and_patterns() -> None:
    assert [fits(name, "portal portal.*") for name in ("portal", "portal.home.views", "portals")] == [
        True,
        True,
        False,
    ]
