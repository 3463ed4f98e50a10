"""The door for files: judged by what they hold, bounded, handed on without anything hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.utils import secure_filename

from portal import workbooks

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask import Flask
    from werkzeug.datastructures import FileStorage

MEGABYTE = 1_000_000

ROOM: dict[str, int] = {}
"""Endpoint -> bytes its posts may have; every other post has room for 1 MB."""

MOST_BYTES = 10 * MEGABYTE
"""Bytes of a file at the most, wherever it is sent to."""

FORM_ROOM = 100_000
"""Bytes that the rest of a form with a file in it may take."""

LONGEST_NAME = 100

TEXT_KINDS = ("yaml", "json", "csv", "md")
"""Texts: what is one of them is told by its ending, that it is a text by its content."""

WORKBOOK_KINDS = ("xlsx", "xls")

ENDINGS = {".yml": "yaml", ".markdown": "md"}

NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
"""Characters that no text holds; a form feed is harmless."""

OTHER_FORMATS = ("<", "%PDF", "{\\rtf", "%!PS")
"""How pages, documents and drawings begin that are written in letters."""

SENTENCES = {
    "missing": lazy_gettext("Choose a file."),
    "empty": lazy_gettext("This file is empty. Choose another one."),
    "kind": lazy_gettext("This kind of file cannot be used here. Choose one of these: %(kinds)s."),
    "not_text": lazy_gettext("This file is not readable text. Save it as text in UTF-8 and try again."),
    "not_workbook": lazy_gettext("This file is not an Excel workbook (.xlsx), or it is damaged."),
    "old_workbook": lazy_gettext(
        "This workbook is in Excel's format from before 2007 (.xls). Save it as .xlsx and try again."
    ),
    "expired": lazy_gettext(
        "What was read is kept for an hour, and that hour is over. Choose the file again."
    ),
    "not_carried": lazy_gettext("What was read did not come back whole. Choose the file again."),
    "locked": lazy_gettext("This workbook is protected by a password. Take the password off and try again."),
    "unsafe": lazy_gettext(
        "This workbook holds parts that no spreadsheet program writes, so it was not opened."
    ),
    "unpacks_too_large": lazy_gettext(
        "This workbook is too large once it is unpacked. Split it and try again."
    ),
}
"""What is wrong with a file -> how it is said; a file that is too large has its size in the sentence."""


class UploadError(Exception):
    """A file is refused; `code` says why, and `sentence` says it in the page's language."""

    def __init__(self, code: str, **values: str) -> None:
        """Refuse a file."""
        super().__init__(code)
        self.code = code
        self.values = values

    @property
    def sentence(self) -> str:
        """What to tell whoever sent the file."""
        if self.code == "too_large":
            number = max(1, int(self.values["bytes"]) // MEGABYTE)
            return ngettext(
                "This file is too large. A file may have %(num)s megabyte.",
                "This file is too large. A file may have %(num)s megabytes.",
                number,
            )
        return str(SENTENCES[self.code]) % self.values


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was accepted.

    Attributes:
        name: what its sender called it, cleaned; to show, never to store under.
        kind: what it is by its content.
        data: its bytes; an .xlsx workbook's are packed anew, without macros, pictures and anything hidden.
            Those of an .xls workbook are as they came: only its cells may be read, and never here.
    """

    name: str
    kind: str
    data: bytes

    @property
    def text(self) -> str:
        """A text's characters."""
        return self.data.decode("utf-8-sig")


def room(endpoint: str, max_bytes: int) -> None:
    """Let the posts to an endpoint hold a file.

    Args:
        endpoint: the route's.
        max_bytes: of the file, 10 MB at the most.

    Raises:
        ValueError: when more is asked for.
    """
    if max_bytes > MOST_BYTES:
        raise ValueError(f"A file has {MOST_BYTES} bytes at the most, not {max_bytes}.")
    ROOM[endpoint] = max_bytes + FORM_ROOM


def accept(storage: FileStorage | None, kinds: Collection[str], max_bytes: int) -> Upload:
    """Take a file in.

    Args:
        storage: the file as the form brought it.
        kinds: what it may be: `xlsx`, `xls`, `yaml`, `json`, `csv`, `md`.
        max_bytes: its size at the most.

    Raises:
        UploadError: when it is not one of them, too large, damaged or hostile.
    """
    if storage is None or not storage.filename:
        raise UploadError("missing")
    data = storage.stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UploadError("too_large", bytes=str(max_bytes))
    if not data:
        raise UploadError("empty")
    kind = _kind(storage.filename, data, kinds)
    if kind in TEXT_KINDS:
        _check_text(data, kind)
    elif kind == "xlsx":
        try:
            data = workbooks.repacked(data)
        except workbooks.WorkbookError as error:
            raise UploadError(error.code) from error
    return Upload(_name(storage.filename, kind), kind, data)


def _kind(filename: str, data: bytes, kinds: Collection[str]) -> str:
    """What a file is: a workbook by how it begins, which kind of text by its ending."""
    if data.startswith(workbooks.BEGINNING):
        kind = "xlsx"
    elif data.startswith(workbooks.OLD_BEGINNING) and "xlsx" in kinds:
        return _old(data, kinds)
    else:
        ending = PurePosixPath(filename).suffix.lower()
        kind = ENDINGS.get(ending, ending.removeprefix("."))
        if kind in WORKBOOK_KINDS and kind in kinds:
            raise UploadError("not_workbook")
    if kind not in kinds or kind not in ("xlsx", *TEXT_KINDS):
        raise UploadError("kind", kinds=", ".join(f".{name}" for name in sorted(kinds)))
    return kind


def _old(data: bytes, kinds: Collection[str]) -> str:
    """What a file is that begins like a workbook from before 2007, which a locked one of today does too."""
    try:
        workbooks.check_old(data)
    except workbooks.WorkbookError as error:
        raise UploadError(error.code) from error
    if "xls" not in kinds:
        raise UploadError("old_workbook")
    return "xls"


def _check_text(data: bytes, kind: str) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UploadError("not_text") from None
    disguised = kind != "md" and text.lstrip().startswith(OTHER_FORMATS)
    if NO_TEXT.search(text) or disguised:
        raise UploadError("not_text")


def _name(filename: str, kind: str) -> str:
    stem = secure_filename(filename.rpartition(".")[0] or filename).strip("._-")
    return f"{stem[: LONGEST_NAME - len(kind) - 1] or 'file'}.{kind}"


def install(app: Flask) -> None:
    """Give the posts that may hold a file their room, before anything reads a form."""

    @app.before_request
    def make_room() -> None:
        if request.endpoint in ROOM:
            request.max_content_length = ROOM[request.endpoint]


def limits_in_words(kinds: Collection[str], max_bytes: int) -> str:
    """What a form says beside the field for a file."""
    return _(
        "One of these: %(kinds)s. At most %(size)s MB.",
        kinds=", ".join(f".{kind}" for kind in sorted(kinds)),
        size=max_bytes // MEGABYTE,
    )
