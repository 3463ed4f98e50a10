"""From what a person types to a value, as people write in English, French and Arabic.

Western and Arabic-Indic digits, both decimal separators and grouped thousands are understood.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from surveys.questionnaire.judging import AnswerError

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫−", "01234567890123456789.-")
# Direction marks, spaces of every width and the Arabic thousands separator mean nothing in a number.
_IGNORED = re.compile("[\\s\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u066c]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVALID = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_SILENT = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f]")
_NUMBER = re.compile(r"([+-]?)([\d.,]*\d)", re.ASCII)
_GROUPS = re.compile(r"\d{1,3}([.,]\d{3})+", re.ASCII)
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_LONGEST_NUMBER = 40


def clean(written: str, *, multiline: bool = False) -> str | None:
    """A text in the form in which it is stored.

    Args:
        written: as posted.
        multiline: whether line breaks are kept; otherwise they turn into spaces.

    Returns:
        The text, composed (NFC), without space around it and without the control characters that come along
        when text is pasted from elsewhere; None when it holds what no text has: a null character, halves of
        characters.
    """
    if _INVALID.search(written):
        return None
    lines = _SILENT.sub("", _BREAKS.sub("\n", written))
    kept = lines if multiline else " ".join(lines.split("\n"))
    return unicodedata.normalize("NFC", kept).strip()


def integer(written: str) -> int:
    """A whole number; raises `AnswerError` not_a_number or not_whole."""
    exact = _decimal(written, whole=True)
    if exact != exact.to_integral_value():
        raise AnswerError("not_whole")
    return int(exact)


def decimal(written: str) -> str:
    """A number in plain digits with a point, without superfluous zeros; raises `AnswerError` not_a_number."""
    plain = format(_decimal(written, whole=False), "f")
    shorter = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if shorter == "-0" else shorter


def _decimal(written: str, *, whole: bool) -> Decimal:
    """The number; a lone comma before three digits groups thousands only where the number must be whole."""
    found = _NUMBER.fullmatch(_IGNORED.sub("", written.translate(_DIGITS)))
    if found is None or len(written) > _LONGEST_NUMBER:
        raise AnswerError("not_a_number")
    sign, body = found.groups()
    separators = [character for character in body if character in ".,"]
    before, after = body, ""
    if separators:
        last = separators[-1]
        grouped = separators == [","] and whole and _GROUPS.fullmatch(body)
        if not grouped and separators.count(last) == 1:
            before, _, after = body.rpartition(last)
    if len(set(before) & {".", ","}) > 1 or ((set(before) & {".", ","}) and not _GROUPS.fullmatch(before)):
        raise AnswerError("not_a_number")
    digits = before.replace(",", "").replace(".", "") or "0"
    return Decimal(f"{sign}{digits}.{after or '0'}")


def day(written: str) -> str:
    """A date as `2026-03-31`; raises `AnswerError` not_a_date."""
    found = _DATE.fullmatch(_IGNORED.sub("", written.translate(_DIGITS)))
    if found is None:
        raise AnswerError("not_a_date")
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError as problem:
        raise AnswerError("not_a_date") from problem


def url(written: str) -> str:
    """An address, with its scheme added where it was left out."""
    return written if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", written) else f"https://{written}"
