"""Real workbooks in Excel's format before 2007 for tests: the records of [MS-XLS] in a file of [MS-CFB]."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR = 512
SMALLEST_STREAM = 4096
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def old_workbook(**sheets: Sequence[Sequence[str]]) -> bytes:
    """A workbook of texts, as .xls."""
    bodies = [_sheet(rows) for rows in sheets.values()]
    bound = sum(len(_bound(name, 0)) for name in sheets)
    begin = len(_begin(0x0005)) + bound + len(_record(0x0A, b""))
    globals_ = _begin(0x0005)
    for name, body in zip(sheets, bodies, strict=True):
        globals_ += _bound(name, begin)
        begin += len(body)
    return filed("Workbook", globals_ + _record(0x0A, b"") + b"".join(bodies))


def filed(name: str, stream: bytes) -> bytes:
    """A compound file with one stream in it."""
    stream = stream.ljust(max(SMALLEST_STREAM, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR
    chain = [TABLE, END, *range(3, count + 2), END]
    table = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    folder = _entry("Root Entry", 5, 1, END, 0) + _entry(name, 2, FREE, 2, len(stream))
    head = MAGIC + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, SMALLEST_STREAM, END, 0, END, 0)
    head += struct.pack("<109I", 0, *[FREE] * 108)
    return head + table + folder.ljust(SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBB3I", len(written) + 2, kind, 1, FREE, FREE, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<4HII", 0x0600, kind, 0x0DBB, 1996, 0, 0x0600))


def _bound(name: str, begin: int) -> bytes:
    return _record(0x0085, struct.pack("<IBBBB", begin, 0, 0, len(name), 0) + name.encode("latin-1"))


def _sheet(rows: Sequence[Sequence[str]]) -> bytes:
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(len(row) for row in rows), 0)
    cells = b"".join(
        _record(0x0204, struct.pack("<HHHHB", number, index, 0, len(text), 1) + text.encode("utf-16-le"))
        for number, row in enumerate(rows)
        for index, text in enumerate(row)
    )
    return _begin(0x0010) + _record(0x0200, size) + cells + _record(0x0A, b"")
