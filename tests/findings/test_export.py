"""One table as JSON and CSV: the shape, the words, the name of the file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from surveys.findings.export import filename, table_csv, table_json
from tests.findings.world import ALL, crowd, publish

if TYPE_CHECKING:
    from surveys.findings.release import Release

RELEASE = publish(ALL, crowd(60)).release
DEMONSTRATION = replace(RELEASE, demonstration=True)
WORDS = {"no_answer": "Sans réponse"}


def test_table_json_has_one_shape() -> None:
    table = RELEASE.table("uses", "size")
    document = table_json(table, RELEASE, "fr", **WORDS)
    row = table.blocks[0].rows[0]
    assert {key: value for key, value in document.items() if key != "rows"} == {
        "survey": "sample",
        "wave": "w1",
        "release": 1,
        "demo": False,
        "name": "uses",
        "wording": "L’utilise ?",
        "by": "size",
        "kind": "single",
        "as_of": 1,
        "state": "shown",
        "needed": None,
        "language": "fr",
    }
    assert document["rows"][0] == {
        "level": "small",
        "level_label": "Petite",
        "item": None,
        "item_label": None,
        "code": "yes",
        "label": "Oui",
        "count": row.count,
        "base": row.base,
        "percent": row.percent,
        "low": row.low,
        "high": row.high,
        "symbol": row.symbol,
    }
    assert [(each["level"], each["label"]) for each in document["rows"]] == [
        ("small", "Oui"),
        ("small", "Non"),
        ("small", "Sans réponse"),
        ("large", "Oui"),
        ("large", "Non"),
        ("large", "Sans réponse"),
    ]


def test_table_json_of_a_grid_names_its_statements() -> None:
    rows = table_json(RELEASE.table("views"), RELEASE, "en", no_answer="No answer")["rows"]
    assert {(row["item"], row["item_label"], row["level"], row["level_label"]) for row in rows} == {
        ("safe", "It is safe.", "all", None),
        ("quick", "It is quick.", "all", None),
    }


def test_table_json_has_no_other_key_that_promises_a_number_of_people() -> None:
    for table in RELEASE.tables:
        document = table_json(table, RELEASE, "en", no_answer="No answer")
        keys = {*document, *(key for row in document["rows"] for key in row)}
        assert {key for key in keys if key.endswith(("count", "base", "n", "total"))} <= {"count", "base"}


def test_table_json_of_a_withheld_table_says_what_is_needed() -> None:
    table = publish(ALL, crowd(12)).release.table("uses", "region")
    document = table_json(table, RELEASE, "en", no_answer="No answer")
    assert (document["state"], document["needed"], document["rows"]) == ("withheld", 40, [])


@pytest.mark.parametrize("pair", [("uses", None), ("uses", "region"), ("views", "size"), ("tools", None)])
def test_table_csv_has_the_rows_of_the_json(pair: tuple[str, str | None]) -> None:
    table = RELEASE.table(*pair)
    document = table_json(table, RELEASE, "fr", **WORDS)
    source = {"survey": "sample", "wave": "w1", "release": "1", "demo": "no"}
    source |= {"name": table.question, "by": table.by or "", "as_of": "1"}
    expected = [
        source | {key: "" if value is None else str(value) for key, value in row.items()}
        for row in document["rows"]
    ]
    assert list(csv.DictReader(io.StringIO(table_csv(table, RELEASE, "fr", **WORDS), newline=""))) == expected


def test_table_csv_begins_with_its_header() -> None:
    text = table_csv(RELEASE.table("uses"), DEMONSTRATION, "en", no_answer="No answer")
    header, first, *_ = text.split("\r\n")
    assert header == (
        "survey,wave,release,demo,name,by,as_of,"
        "level,level_label,item,item_label,code,label,count,base,percent,low,high,symbol"
    )
    assert first.startswith("sample,w1,1,yes,uses,,1,all,,,,yes,Yes,")


@pytest.mark.parametrize(
    ("release", "pair", "suffix", "expected"),
    [
        (RELEASE, ("uses", None), "csv", "sample-w1-r1-uses-fr.csv"),
        (RELEASE, ("uses", "region"), ".svg", "sample-w1-r1-uses-by-region-fr.svg"),
        (DEMONSTRATION, ("uses", None), "png", "DEMO-sample-w1-r1-uses-fr.png"),
    ],
)
def test_filename_tells_what_it_holds(
    release: Release, pair: tuple[str, str | None], suffix: str, expected: str
) -> None:
    assert filename(release.table(*pair), release, "fr", suffix) == expected
