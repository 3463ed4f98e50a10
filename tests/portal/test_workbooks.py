"""A workbook is checked and imported by the same commands as a file of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.questionnaire import xlsform
from surveys.questionnaire.xlsform_types import REFUSED_TYPES
from surveys.responses import waves
from tests.portal import walking
from tests.questionnaire.workbooks import form

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

SAME = "These five words stay English"
GOOD = (("select_one yes_no", "uses", "Uses?", "Usage?"), ("text", "comment", SAME, SAME))


def written(folder: Path, data: bytes) -> Path:
    path = folder / "form.XLSX"
    path.write_bytes(data)
    return path


def test_a_workbook_is_checked_and_remarks_name_its_cells(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, form(*GOOD))
    remark, count, longest, *_ = walking.done(app, "survey", "check", str(path)).splitlines()
    place = f"{path} [survey]:3: D label::French (fr)"
    assert remark == f"{place}: is the same as in “en” (“{SAME}”); translate it"
    assert count == f"{path}: 1 remark(s)."
    assert longest.startswith("  longest path: 2 questions, about ")


def test_an_imported_workbook_is_kept_as_yaml(app: Flask, tmp_path: Path) -> None:
    data = form(*GOOD)
    path = written(tmp_path, data)
    assert walking.done(app, "survey", "import", str(path)) == "my-form@2026.1 is draft.\n"
    assert walking.done(app, "survey", "import", str(path)) == "my-form@2026.1 is draft.\n"
    assert walking.done(app, "survey", "import", str(path), "--slug", "other") == "other@2026.1 is draft.\n"
    with app.app_context():
        kept = waves.questionnaire(waves.find("my-form@2026.1"))
        again = waves.add(xlsform.to_source(data, path.name), "form.yaml")
    assert (again.survey, again.name, kept.file) == ("my-form", "2026.1", path.name)
    assert list(kept.question) == ["uses", "comment"]


def test_a_faulty_workbook_is_refused_with_every_cell(app: Flask, tmp_path: Path) -> None:
    path = written(tmp_path, form(("geopoint", "place", "Where?", "Où?"), ("text", "comment", "Comment?")))
    before = walking.done(app, "survey", "list")
    for command, name in (("check", str(path)), ("import", path.name)):
        refused = walking.run(app, "survey", command, str(path))
        assert refused.exit_code == 1
        geopoint, missing = refused.stderr.splitlines()
        assert geopoint == f"Error: {name} [survey]:2: A type: “geopoint”: {REFUSED_TYPES['geopoint']}"
        assert missing == f"{name} [survey]:3: D label::French (fr): is missing; add the wording in “fr”"
    assert walking.done(app, "survey", "list") == before
