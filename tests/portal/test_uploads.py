"""The door for files: what a file is comes from its content; bombs, tricks and disguises do not pass."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
import python_calamine
import xlsxwriter
from werkzeug.datastructures import FileStorage

from portal import uploads
from portal.uploads import Upload, UploadError, accept
from tests.portal.walking import SURVEY
from tests.questionnaire.old_workbooks import filed, old_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from flask import Flask

MEGABYTE = 1_000_000

Parts = dict[str, bytes]


def workbook(rows: int = 3) -> bytes:
    """A real workbook, with a picture beside its table."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("survey")
        for row in range(rows):
            sheet.write_row(row, 0, ["text", f"name{row}", "Étiquette العربية"])
    return made.getvalue()


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist()}


def packed(parts: Parts, *, comment: bytes = b"", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
        archive.comment = comment
    return made.getvalue()


def with_parts(**more: bytes) -> bytes:
    """A workbook with more parts in it."""
    return packed(parts_of(workbook()) | {name.replace("__", "/"): data for name, data in more.items()})


def sent(
    data: bytes, name: str = "form.xlsx", kinds: Collection[str] = ("xlsx", "yaml"), max_bytes: int = MEGABYTE
) -> Upload:
    return accept(FileStorage(io.BytesIO(data), filename=name), kinds, max_bytes)


def refused(
    app: Flask, data: bytes, name: str = "form.xlsx", kinds: Collection[str] = ("xlsx", "yaml")
) -> str:
    """The code under which a file is refused; its sentence is made on the way."""
    with app.test_request_context(), pytest.raises(UploadError) as caught:
        sent(data, name, kinds)
    with app.test_request_context():
        assert caught.value.sentence.endswith(".")
    return caught.value.code


# What passes


def test_workbook_is_handed_on_with_its_table() -> None:
    upload = sent(workbook())
    assert (upload.name, upload.kind) == ("form.xlsx", "xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(upload.data))
    assert book.sheet_names == ["survey"]
    assert book.get_sheet_by_index(0).to_python() == [
        ["text", f"name{row}", "Étiquette العربية"] for row in range(3)
    ]


def test_text_is_handed_on_as_it_came() -> None:
    text = "survey: été\ntitle: {ar: استبيان}\n"
    upload = sent(text.encode(), "Ma form.YML")
    assert upload == Upload("Ma_form.yaml", "yaml", text.encode())
    assert upload.text == text
    marked = sent(b"\xef\xbb\xbfa: 1\r\n", "form.yaml")
    assert marked.text == "a: 1\r\n"


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("a.json", "json", b"{}"),
        ("a.csv", "csv", b"a,b\n"),
        ("a.md", "md", b"# T\n"),
        ("a.md", "md", b"<b>\n"),
    ],
)
def test_other_texts_are_told_by_their_ending(name: str, kind: str, data: bytes) -> None:
    assert sent(data, name, [kind]).kind == kind


NAMES = {
    "../../etc/passwd.yaml": "etc_passwd.yaml",
    "C:\\Users\\me\\form.yaml": "CUsersmeform.yaml",
    "/absolute/form.yaml": "absolute_form.yaml",
    "استبيان.yaml": "file.yaml",
    "form\x00.exe.yaml": "form.exe.yaml",
    "<script>alert(1)</script>.yaml": "scriptalert1_script.yaml",
    ".htaccess.yaml": "htaccess.yaml",
    "x" * 300 + ".yaml": "x" * 95 + ".yaml",
    "form.yaml\r\nSet-Cookie: a=b.yaml": "form.yaml_Set-Cookie_ab.yaml",
}


@pytest.mark.parametrize("name", NAMES)
def test_name_is_cleaned(name: str) -> None:
    cleaned = sent(b"a: 1\n", name).name
    assert cleaned == NAMES[name]
    assert len(cleaned) <= 100


def test_workbook_under_another_name_is_still_a_workbook() -> None:
    upload = sent(workbook(), "form.yaml")
    assert (upload.kind, upload.name) == ("xlsx", "form.xlsx")


def test_macros_pictures_and_embedded_files_are_left_behind() -> None:
    upload = sent(
        with_parts(xl__vbaProject_bin=b"macro", xl__media__image1_png=b"\x89PNG", **{"a.html": b"<p>"})
    )
    assert {name.rpartition(".")[2] for name in parts_of(upload.data)} == {"xml", "rels"}
    assert "xl/workbook.xml" in parts_of(upload.data)


# What does not

HTML = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj\n"

DISGUISED: dict[str, tuple[bytes, str, str]] = {
    "PDF as a workbook": (PDF, "form.xlsx", "not_workbook"),
    "page as a workbook": (HTML, "form.xlsx", "not_workbook"),
    "text as a workbook": (b"a: 1\n", "form.xlsx", "not_workbook"),
    "workbook with a password": (filed("EncryptedPackage", b"\0"), "form.xlsx", "locked"),
    "workbook from before 2007": (old_workbook(survey=[["type"]]), "form.xls", "old_workbook"),
    "workbook from before 2007 under another name": (old_workbook(a=[["b"]]), "form.xlsx", "old_workbook"),
    "document from before 2007": (filed("WordDocument", b"\0"), "form.xls", "not_workbook"),
    "page as YAML": (HTML, "form.yaml", "not_text"),
    "page as YAML, after a mark and blanks": (b"\xef\xbb\xbf \n\t" + HTML, "form.yaml", "not_text"),
    "PDF as YAML": (PDF, "form.yaml", "not_text"),
    "drawing as YAML": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "form.yaml", "not_text"),
    "picture as YAML": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "form.yaml", "not_text"),
    "program as YAML": (b"\x7fELF\x02\x01\x01\x00", "form.yaml", "not_text"),
    "text with a null character": (b"a: 1\n\x00", "form.yaml", "not_text"),
    "text in UTF-16": ("a: 1\n".encode("utf-16"), "form.yaml", "not_text"),
    "text in Latin-1": ("été: 1\n".encode("latin-1"), "form.yaml", "not_text"),
    "escape characters": (b"a: \x1b[31m\n", "form.yaml", "not_text"),
    "page": (HTML, "form.html", "kind"),
    "no ending": (b"a: 1\n", "form", "kind"),
    "kind that was not asked for": (b"{}", "form.json", "kind"),
    "archive": (packed({"a.txt": b"a"}), "form.zip", "not_workbook"),
    "document of another program": (packed({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}),
                                    "form.docx", "not_workbook"),
    "archive cut short": (workbook()[:-40], "form.xlsx", "not_workbook"),
    "beginning of an archive": (b"PK\x03\x04", "form.xlsx", "not_workbook"),
    "nothing": (b"", "form.yaml", "empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", DISGUISED)
def test_disguise_is_refused(case: str, app: Flask) -> None:
    data, name, code = DISGUISED[case]
    assert refused(app, data, name) == code


def test_workbook_from_before_2007_is_taken_as_it_came_where_it_is_asked_for(app: Flask) -> None:
    data = old_workbook(survey=[["type"]])
    for name in ("my form.xls", "my form.xlsx"):
        upload = sent(data, name, kinds=["xls", "xlsx"])
        assert (upload.name, upload.kind, upload.data) == ("my_form.xls", "xls", data)
    for case in ("document from before 2007", "workbook with a password", "text as a workbook"):
        assert refused(app, DISGUISED[case][0], "form.xls", ["xls", "xlsx"]) == DISGUISED[case][2]


def test_workbook_where_only_text_is_taken_is_refused(app: Flask) -> None:
    assert refused(app, workbook(), "form.yaml", ["yaml"]) == "kind"


def test_no_file_is_refused(app: Flask) -> None:
    for storage in (None, FileStorage(io.BytesIO(b"a: 1"), filename="")):
        with app.test_request_context(), pytest.raises(UploadError) as caught:
            accept(storage, ["yaml"], 10)
        assert caught.value.code == "missing"


def test_sentence_tells_what_may_be_sent(app: Flask) -> None:
    with app.test_request_context():
        with pytest.raises(UploadError) as caught:
            sent(b"a", "form.exe")
        assert caught.value.sentence == (
            "This kind of file cannot be used here. Choose one of these: .xlsx, .yaml."
        )
        with pytest.raises(UploadError) as caught:
            sent(b"a: 1\n" * 500_000, "form.yaml", max_bytes=2 * MEGABYTE)
        assert caught.value.sentence == "This file is too large. A file may have 2 megabytes."
        assert sent(b"a: 1\n" * 400_000, "form.yaml", max_bytes=2 * MEGABYTE).kind == "yaml"


# Archives that lie


def bent(data: bytes, name: str, field: str, value: int) -> bytes:
    """An archive whose directory says something else of one part."""
    where = {"flags": (8, "<H"), "method": (10, "<H"), "crc": (16, "<I"), "size": (24, "<I"),
             "attributes": (38, "<I"), "offset": (42, "<I")}  # fmt: skip
    offset, form = where[field]
    begin = data.index(b"PK\x01\x02")
    while data[begin + 46 : begin + 46 + len(name)] != name.encode():
        begin = data.index(b"PK\x01\x02", begin + 4)
    changed = bytearray(data)
    struct.pack_into(form, changed, begin + offset, value)
    return bytes(changed)


def overlapping() -> bytes:
    """Many parts in the directory that share the bytes of one, as the small bombs do."""
    name = "xl/media/a0.bin"
    parts = parts_of(workbook()) | {f"xl/media/a{n}.bin": b"\x00" * 100_000 for n in range(2)}
    data = packed(parts)
    first = data.index(name.encode()) - 30
    return bent(data, "xl/media/a1.bin", "offset", first)


def understated() -> bytes:
    """A part that claims ten bytes and unpacks to thirty million."""
    content = b"\x00" * 30_000_000
    data = packed(parts_of(workbook()) | {"xl/worksheets/sheet9.xml": content})
    data = bent(data, "xl/worksheets/sheet9.xml", "size", 10)
    return bent(data, "xl/worksheets/sheet9.xml", "crc", zlib.crc32(content[:10]))


def renamed(name: str, other: str) -> bytes:
    """A workbook with one more part, renamed after it was packed, as no library would write it."""
    assert len(name) == len(other)
    return with_parts(**{name: b"<a/>"}).replace(name.encode(), other.encode())


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">
]><worksheet>&c;&c;&c;</worksheet>"""

LYING: dict[str, tuple[Callable[[], bytes], str]] = {
    "much in little": (lambda: with_parts(xl__big_xml=b"\x00" * 45_000_000), "unpacks_too_large"),
    "more than fifty megabytes": (
        lambda: with_parts(**{f"xl/{n}.xml": b"\x00" * 26_000_000 for n in range(2)}), "unpacks_too_large"),
    "size understated": (understated, "unpacks_too_large"),
    "size overstated": (lambda: bent(workbook(), "xl/workbook.xml", "size", 5000), "not_workbook"),
    "wrong checksum": (lambda: bent(workbook(), "xl/workbook.xml", "crc", 1), "not_workbook"),
    "parts that share bytes": (overlapping, "unsafe"),
    "part before the file": (
        lambda: bent(workbook(), "xl/workbook.xml", "offset", 4_000_000_000), "not_workbook"),
    "encrypted part": (lambda: bent(workbook(), "xl/workbook.xml", "flags", 1), "locked"),
    "method nobody uses": (lambda: bent(workbook(), "xl/workbook.xml", "method", 14), "unsafe"),
    "link": (lambda: bent(workbook(), "xl/styles.xml", "attributes", 0o120777 << 16), "unsafe"),
    "two thousand parts": (lambda: with_parts(**{f"xl/{n}.xml": b"<a/>" for n in range(2000)}), "unsafe"),
    "name that climbs": (lambda: with_parts(**{"xl/../../a.xml": b"<a/>"}), "unsafe"),
    "absolute name": (lambda: with_parts(**{"/etc/a.xml": b"<a/>"}), "unsafe"),
    "name of another system": (lambda: with_parts(**{"C:a.xml": b"<a/>"}), "unsafe"),
    "name with a backslash": (lambda: renamed("xl/other.xml", "xl\\other.xml"), "unsafe"),
    "name twice": (lambda: renamed("xl/workbonk.xml", "XL/WORKBOOK.xml"), "unsafe"),
    "words after the end": (lambda: packed(parts_of(workbook()), comment=HTML), "unsafe"),
    "entities": (lambda: with_parts(**{"xl/worksheets/sheet1.xml": ENTITIES}), "unsafe"),
    "entities in UTF-16": (
        lambda: with_parts(**{"xl/worksheets/sheet1.xml": ENTITIES.decode().encode("utf-16")}), "unsafe"),
}  # fmt: skip


@pytest.mark.parametrize("case", LYING)
def test_archive_that_lies_is_refused_quickly(case: str, app: Flask) -> None:
    make, code = LYING[case]
    data = make()
    began = time.process_time()
    with app.test_request_context(), pytest.raises(UploadError) as caught:
        sent(data, max_bytes=10 * MEGABYTE)
    assert caught.value.code == code
    assert time.process_time() - began < 3


def test_archive_behind_something_else_hands_on_its_tables_alone(app: Flask) -> None:
    assert refused(app, PDF + workbook()) == "not_workbook"
    assert refused(app, workbook() + HTML) in {"unsafe", "not_workbook"}
    two = packed({"index.html": HTML}) + workbook()
    assert set(parts_of(sent(two).data)) <= set(parts_of(workbook()))


# Room for files


def test_no_route_has_room_for_more_than_ten_megabytes() -> None:
    with pytest.raises(ValueError, match="10000000 bytes at the most"):
        uploads.room("roomy", 10 * MEGABYTE + 1)
    assert "roomy" not in uploads.ROOM


START = f"/en/surveys/{SURVEY}/"
MULTIPART = "multipart/form-data; boundary=between"


def posted(size: int) -> bytes:
    """A form with a file of so many bytes."""
    head = b'--between\r\nContent-Disposition: form-data; name="file"; filename="a.yaml"\r\n\r\n'
    return head + b"x" * size + b"\r\n--between--\r\n"


def test_only_declared_routes_have_room(app: Flask) -> None:
    client = app.test_client(use_cookies=False)

    def statuses() -> list[int]:
        return [
            client.post(START, data=posted(size), content_type=MULTIPART).status_code
            for size in (900_000, 1_100_000, 3 * MEGABYTE, 4 * MEGABYTE)
        ]

    assert statuses() == [303, 413, 413, 413]
    uploads.room("respond.start", 3 * MEGABYTE)
    try:
        assert statuses() == [303, 303, 303, 413]
    finally:
        del uploads.ROOM["respond.start"]
