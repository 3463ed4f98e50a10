"""The cells of a workbook as texts, read by a second process with little memory and time.

A workbook of a few kilobytes can ask for hundreds of gigabytes (one cell in the last corner of a sheet is
enough), and the library that reads it then ends the process it runs in. So this file is also a program: a
workbook on its standard input, JSON on its standard output. What breaks it breaks nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import python_calamine

if TYPE_CHECKING:
    from collections.abc import Mapping

BYTES = 10_000_000
ROWS = 2_000
"""Rows read of a sheet, its headings not counted."""
COLUMNS = 200
CHARACTERS = 2_000_000
MEMORY = 512 * 2**20
"""Bytes of address space for the second process, Python itself included."""
SECONDS = 20

SHEETS = ("survey", "choices", "settings")

LARGE, LOCKED, DAMAGED = "workbook_large", "workbook_locked", "workbook_damaged"


class UnreadableError(Exception):
    """A file that is no workbook, or no workbook that may be read.

    Attributes:
        code: why, a key of `sentences.SENTENCES`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Cells:
    """One sheet.

    Attributes:
        rows: the texts of the cells from the first row on, headings included.
        height: how many rows the sheet has; more than `rows` when it is too long.
        width: how many columns it has; more than are read when it is too wide.
    """

    rows: tuple[tuple[str, ...], ...]
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a workbook that are ours, and the names of all."""

    sheets: Mapping[str, Cells]
    names: tuple[str, ...]


def read(data: bytes) -> Workbook:
    """Read the sheets of an XLSForm.

    Args:
        data: the file's bytes.

    Returns:
        The sheets by their names in small letters.

    Raises:
        UnreadableError: when it cannot be read, or not within the bounds.
    """
    if len(data) > BYTES:
        raise UnreadableError(LARGE)
    if "EncryptedPackage".encode("utf-16-le") in data:  # how a spreadsheet wraps what it locks
        raise UnreadableError(LOCKED)
    try:
        done = subprocess.run(  # noqa: S603 # our own interpreter and file, the workbook on its input
            [sys.executable, "-P", __file__],
            input=data,
            capture_output=True,
            timeout=3 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableError(LARGE) from None
    if done.returncode < 0:  # ended by the system: no memory, or no time left
        raise UnreadableError(LARGE)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    found = json.loads(done.stdout)
    if "refused" in found:
        raise UnreadableError(found["refused"])
    sheets = {
        name: Cells(tuple(tuple(row) for row in sheet["rows"]), sheet["height"], sheet["width"])
        for name, sheet in found["sheets"].items()
    }
    return Workbook(sheets, tuple(found["names"]))


def main() -> None:
    """Read the workbook on standard input and write its cells, or why there are none."""
    _bound(resource.RLIMIT_AS, MEMORY)
    _bound(resource.RLIMIT_CPU, SECONDS)
    _bound(resource.RLIMIT_CORE, 0)
    try:
        answer = _answer(sys.stdin.buffer.read())
    except python_calamine.PasswordError:
        answer = {"refused": LOCKED}
    except (python_calamine.CalamineError, OSError, ValueError):
        answer = {"refused": DAMAGED}
    except MemoryError:
        answer = {"refused": LARGE}
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library's own, which cannot be imported
            raise
        answer = {"refused": DAMAGED}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _bound(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))


def _answer(data: bytes) -> dict[str, Any]:
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    sheets: dict[str, Any] = {}
    left = CHARACTERS
    for written in book.sheet_names:
        name = written.strip().lower()
        if name not in SHEETS or name in sheets:
            continue
        sheet = book.get_sheet_by_name(written)
        cells = sheet.to_python(skip_empty_area=False, nrows=ROWS + 1)
        rows = [_trimmed([_text(cell) for cell in row[:COLUMNS]]) for row in cells]
        left -= sum(len(text) for row in rows for text in row)
        if left < 0:
            return {"refused": LARGE}
        bottom, right = sheet.end or (-1, -1)
        sheets[name] = {"rows": rows, "height": bottom + 1, "width": right + 1}
    return {"sheets": sheets, "names": [name[:100] for name in book.sheet_names[:100]]}


def _text(cell: object) -> str:
    """A cell as a person reads it: 1.0 is 1, a day is 2026-03-31."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"  # noqa: PLR2004 # digits a cell keeps
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _trimmed(row: list[str]) -> list[str]:
    """A row without the empty cells at its end."""
    end = next((n for n in range(len(row), 0, -1) if row[n - 1].strip()), 0)
    return row[:end]


if __name__ == "__main__":
    main()
