"""What was submitted, as records and as files."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from zipfile import ZipFile

import pytest
from lxml import etree

from surveys.responses import drafts, participants, store
from surveys.responses.columns import guarded
from surveys.responses.model import NothingSubmitted, Record
from surveys.responses.records import export_csv, export_xlsx, records
from tests.responses.asked import add, answered, open_wave, submitted

pytestmark = pytest.mark.usefixtures("opened_store")

HEADING = [
    *("id", "verified", "language", "submitted_day", "uses"),
    *("platforms/whatsapp", "platforms/telegram", "platforms/other", "platforms:other"),
    *("reach", "why_not", "platform_count", "barriers/time", "barriers/money", "change", "comment"),
]

USER = {
    "uses": "yes",
    "platforms": ["telegram", "other"],
    "platforms:other": "=1+1",
    "reach": 40,
    "barriers": {"time": "agree"},
    "change": "-2.5",
    "comment": '-- héllo\n"سلام"',
    "address": "who@example.org",
    "person": "Who",
}


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_only_submitted_responses_are_records_in_the_order_of_their_ids() -> None:
    wave = open_wave()
    done = [submitted(wave, uses="no", why_not="time", reach=5) for _ in range(4)]
    answered(wave, uses="yes")
    drafts.withdraw(submitted(wave, uses="no"))
    assert [record.id for record in records(wave)] == sorted(done)
    today = store.day(store.now())
    record = next(record for record in records(wave) if record.id == done[0])
    assert record == Record(
        id=done[0],
        verified=False,
        language="en",
        submitted_day=today,
        answers={"uses": "no", "why_not": "time", "platform_count": Decimal(0)},
        revision=1,
    )


def test_a_correction_shows_only_once_submitted() -> None:
    wave = open_wave()
    draft_id = submitted(wave, uses="no", comment="first")
    drafts.save(draft_id, base_revision=None, values={"comment": "second"})
    assert [(record.revision, record.answers["comment"]) for record in records(wave)] == [(1, "first")]
    drafts.submit(draft_id)
    assert [(record.revision, record.answers["comment"]) for record in records(wave)] == [(2, "second")]


def test_the_file_has_a_row_for_each_response_and_a_column_for_each_question() -> None:
    wave = open_wave()
    draft_id = submitted(wave, **USER)
    participants.accept(wave, None)
    out = io.StringIO()
    assert export_csv(wave, out) == 1
    assert table(out.getvalue()) == [
        HEADING,
        [
            *(draft_id, "1", "en", store.day(store.now()), "yes"),
            *("0", "1", "1", "'=1+1"),
            *("40", "", "2", "agree", "", "-2.5", '\'-- héllo\n"سلام"'),
        ],
    ]


def test_who_answered_is_told_only_when_asked_for() -> None:
    wave = open_wave()
    submitted(wave, **USER)
    plain, full = io.StringIO(), io.StringIO()
    export_csv(wave, plain)
    export_csv(wave, full, identifiers=True)
    assert "who@example.org" not in plain.getvalue()
    heading, row = table(full.getvalue())
    assert heading == [*HEADING, "address", "person"]
    assert row[-2:] == ["who@example.org", "Who"]


def test_what_was_not_asked_is_an_empty_cell() -> None:
    wave = open_wave()
    draft_id = submitted(wave, uses="no")
    out = io.StringIO()
    export_csv(wave, out)
    row = dict(zip(HEADING, table(out.getvalue())[1], strict=True))
    assert {name: cell for name, cell in row.items() if cell} == {
        "id": draft_id,
        "verified": "0",
        "language": "en",
        "submitted_day": store.day(store.now()),
        "uses": "no",
        "platform_count": "0",
    }


def test_the_count_moves_with_each_submission() -> None:
    wave = open_wave()
    counts = []
    for _ in range(3):
        submitted(wave, uses="no")
        counts.append(export_csv(wave, io.StringIO()))
    assert counts == [1, 2, 3]


def test_nothing_submitted_is_a_sentence_and_no_file() -> None:
    wave = add()
    out, book = io.StringIO(), io.BytesIO()
    with pytest.raises(NothingSubmitted, match="practice@1 has been submitted"):
        export_csv(wave, out)
    with pytest.raises(NothingSubmitted):
        export_xlsx(wave, book)
    assert (out.getvalue(), book.getvalue()) == ("", b"")


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@sum", "\t=A1", "\r=A1"])
def test_a_formula_is_made_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=b", "1-2", " plain", "'=A1"])
def test_a_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


def test_the_workbook_holds_the_same_cells_and_no_formula() -> None:
    wave = open_wave()
    submitted(wave, **USER)
    book = io.BytesIO()
    assert export_xlsx(wave, book) == 1
    with ZipFile(book) as parts:
        sheet = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        strings = etree.fromstring(parts.read("xl/sharedStrings.xml"))
    name = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    texts = ["".join(item.itertext()) for item in strings.findall("m:si", name)]
    lines = [
        [
            texts[int(cell.findtext("m:v", namespaces=name))]
            if cell.get("t") == "s"
            else cell.findtext("m:v", namespaces=name)
            for cell in row
        ]
        for row in sheet.iterfind(".//m:row", name)
    ]
    assert lines[0] == HEADING
    assert lines[1][4:] == [
        "yes",
        "0",
        "1",
        "1",
        "'=1+1",
        "40",
        "2",
        "agree",
        "-2.5",
        USER["comment"].join(["'", ""]),
    ]
    assert sheet.findall(".//m:f", name) == []
