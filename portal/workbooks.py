"""Excel workbooks from outside: opened with bounds, checked, and packed anew with their tables alone.

A workbook is an archive, and archives can lie: about their size, about names, about what lies where. Each
part is unpacked here with a bound and written into a new archive, so that whatever reads it later sees what
was checked and nothing else.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGINNING = b"PK\x03\x04"
OLD_BEGINNING = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a workbook begins, and how one in Excel's format before 2007 or with a password does."""

OLD_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
LOCKED_STREAM = "EncryptedPackage".encode("utf-16-le")
"""What the folder of such a file names: an old workbook's tables, or a workbook that is locked."""

NEEDED = frozenset({"[Content_Types].xml", "xl/workbook.xml"})

MOST_BYTES = 50_000_000
"""Bytes of all parts together, unpacked."""

MOST_TIMES = 100
"""How many times its packed size a workbook may unpack to."""

MOST_PARTS = 1_000

END_OF_ARCHIVE = 22
"""Bytes of an archive's last record, which nothing may follow."""

LOCAL_HEADER = 30

ENCRYPTED = 0x1

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

PART = re.compile(
    r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9 _.\[\]()%$@~+,&='!-]+(?:/[A-Za-z0-9 _.\[\]()%$@~+,&='!-]+)*/?"
)
"""A part's name: no absolute one, none that climbs, none with a drive or a backslash."""

TABLES = (".xml", ".rels")
"""Parts that are handed on; macros, pictures and embedded files are not."""

DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)|\x00", re.IGNORECASE)
"""Entities have no place in a workbook, and an encoding with null bytes could hide one."""


class WorkbookError(Exception):
    """A workbook is refused; `code` says why."""

    def __init__(self, code: str) -> None:
        """Refuse a workbook."""
        super().__init__(code)
        self.code = code


def repacked(data: bytes) -> bytes:
    """The same tables in an archive of our own making.

    Args:
        data: the workbook as it came.

    Raises:
        WorkbookError: `not_workbook`, `locked`, `unsafe` or `unpacks_too_large`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            comment = archive.comment
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise WorkbookError("not_workbook") from None
    if not NEEDED.issubset(part.filename for part in parts):
        raise WorkbookError("not_workbook")
    if comment or data[-END_OF_ARCHIVE:][:4] != b"PK\x05\x06":
        raise WorkbookError("unsafe")
    _check(parts, data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as clean:
        for name, content in _contents(parts, data):
            clean.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def check_old(data: bytes) -> None:
    """See that what begins like an old workbook is one, by what its folder names.

    It is not packed anew: whoever reads it reads cells alone, in a process of its own
    (`surveys.questionnaire.xlsform_cells`).

    Args:
        data: the file as it came.

    Raises:
        WorkbookError: `locked` or `not_workbook`.
    """
    if LOCKED_STREAM in data:
        raise WorkbookError("locked")
    if not any(name in data for name in OLD_STREAMS):
        raise WorkbookError("not_workbook")


def _check(parts: list[zipfile.ZipInfo], data: bytes) -> None:
    """Refuse an archive by what it says of itself."""
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise WorkbookError("locked")
    names = [part.filename.lower() for part in parts]
    odd = any(
        not PART.fullmatch(part.filename) or part.compress_type not in METHODS or _is_link(part)
        for part in parts
    )
    if odd or len(set(names)) < len(names) or len(parts) > MOST_PARTS:
        raise WorkbookError("unsafe")
    total = sum(part.file_size for part in parts)
    if total > min(MOST_BYTES, MOST_TIMES * len(data)):
        raise WorkbookError("unpacks_too_large")
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:  # parts that share their bytes make a small archive huge
            raise WorkbookError("unsafe")
        end = part.header_offset + LOCAL_HEADER + len(part.filename) + part.compress_size


def _is_link(part: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(part.external_attr >> 16)


def _contents(parts: list[zipfile.ZipInfo], data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part that is handed on, unpacked here and held to the size it claims."""
    for part in parts:
        content = _unpacked(part, data)
        if part.filename.lower().endswith(TABLES):
            if DECLARES.search(content):
                raise WorkbookError("unsafe")
            yield part.filename, content


def _unpacked(part: zipfile.ZipInfo, data: bytes) -> bytes:
    header = data[part.header_offset : part.header_offset + LOCAL_HEADER]
    if header[:4] != BEGINNING:
        raise WorkbookError("not_workbook")
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    begin = part.header_offset + LOCAL_HEADER + name + extra
    packed = data[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_DEFLATED:
        inflating = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflating.decompress(packed, part.file_size + 1)
        except zlib.error:
            raise WorkbookError("not_workbook") from None
    else:
        content = packed
    if len(content) > part.file_size:
        raise WorkbookError("unpacks_too_large")
    if len(content) < part.file_size or zlib.crc32(content) != part.CRC:
        raise WorkbookError("not_workbook")
    return content
