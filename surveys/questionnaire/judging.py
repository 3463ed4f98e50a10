"""Whether a value may stand as the answer to a question; a fault is a code, the website says it in words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from surveys.questionnaire.evaluation import truth
from surveys.questionnaire.functions import iso_date, number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from surveys.questionnaire.functions import Atom
    from surveys.questionnaire.model import Question, Value

LARGEST = 10**15 - 1
"""The largest number accepted where the questionnaire sets no limit: exact in JSON and in every browser."""

OTHER_LENGTH = 250

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s.,;<>\"]+(\.[^@\s.,;<>\"]+)+")


class AnswerError(Exception):
    """A fault in an answer.

    Attributes:
        code: required, not_a_number, not_whole, too_small, too_large, too_long, not_an_email, not_a_url,
            not_a_date, too_early, too_late, exclusive, other_missing, other_unticked, constraint,
            unknown_choice, row_missing.
        params: what the sentence about it needs, such as `limit`.
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnswerError) and (self.code, self.params) == (other.code, other.params)

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.params.items()))))

    def __repr__(self) -> str:
        return f"AnswerError({self.code!r}, {self.params})"


def judge(
    question: Question, values: Mapping[str, Value | Atom], today: date | None = None
) -> dict[str, AnswerError]:
    """Check the answer to one question that is asked.

    Args:
        question: the question.
        values: the answers on the path by name, the question's own included.
        today: the date of `today()` in a constraint; None for the present day.

    Returns:
        Faults by form field: `name`, `name:other` or `grid:row`; empty when the answer may stand.
    """
    value = values.get(question.name)
    if not question.asks:
        return {}
    if value is None:
        return {question.name: AnswerError("required")} if question.required else {}
    faults = _JUDGES[question.type](question, value)
    if not faults:
        faults = _other(question, value, values.get(f"{question.name}:other"))
    broken = question.constraint is not None and not _holds(question, value, values, today)
    return {question.name: AnswerError("constraint")} if broken and not faults else faults


def _holds(question: Question, value: object, values: Mapping[str, Value | Atom], today: date | None) -> bool:
    stored = value if isinstance(value, str | int | list | dict) else str(value)
    return question.constraint is None or truth(question.constraint, values.get, stored, today)


def _fault(question: Question, code: str, **params: str) -> dict[str, AnswerError]:
    return {question.name: AnswerError(code, **params)}


def _one(question: Question, value: object) -> dict[str, AnswerError]:
    known = isinstance(value, str) and value in question.choice
    return {} if known else _fault(question, "unknown_choice", choice=str(value))


def _multiple(question: Question, value: object) -> dict[str, AnswerError]:
    chosen = value if isinstance(value, list) else [value]
    for name in chosen:
        if not isinstance(name, str) or name not in question.choice:
            return _fault(question, "unknown_choice", choice=str(name))
        if question.choice[name].exclusive and len(chosen) > 1:
            return _fault(question, "exclusive", choice=name)
    return {}


def _likert(question: Question, value: object) -> dict[str, AnswerError]:
    if not question.rows:
        return _one(question, value)
    rows = value if isinstance(value, dict) else {}
    faults: dict[str, AnswerError] = {}
    for row in question.rows:
        chosen = rows.get(row.name)
        if chosen is None and question.required:
            faults[f"{question.name}:{row.name}"] = AnswerError("row_missing")
        elif chosen is not None and chosen not in question.choice:
            faults[f"{question.name}:{row.name}"] = AnswerError("unknown_choice", choice=str(chosen))
    return faults


def _number(question: Question, value: object) -> dict[str, AnswerError]:
    exact = (
        Decimal(value)
        if isinstance(value, int)
        else number(value)
        if isinstance(value, str)
        else Decimal("NaN")
    )
    if not exact.is_finite() or (isinstance(value, str) and iso_date(value)):
        return _fault(question, "not_a_number")
    if question.type == "integer" and not isinstance(value, int):
        return _fault(question, "not_whole")
    low = str(-LARGEST) if question.low is None else question.low
    high = str(LARGEST) if question.high is None else question.high
    if exact < Decimal(low):
        return _fault(question, "too_small", limit=low)
    return _fault(question, "too_large", limit=high) if exact > Decimal(high) else {}


def _date(question: Question, value: object) -> dict[str, AnswerError]:
    day = iso_date(value) if isinstance(value, str) else None
    if day is None:
        return _fault(question, "not_a_date")
    if question.low is not None and day.isoformat() < question.low:
        return _fault(question, "too_early", limit=question.low)
    late = question.high is not None and day.isoformat() > question.high
    return _fault(question, "too_late", limit=str(question.high)) if late else {}


def _text(question: Question, value: object) -> dict[str, AnswerError]:
    written = str(value)
    limit = question.max_length
    if limit is not None and len(written) > limit:
        return _fault(question, "too_long", limit=str(limit), length=str(len(written)))
    if question.type == "email" and not _EMAIL.fullmatch(written):
        return _fault(question, "not_an_email")
    if question.type == "url" and not _is_url(written):
        return _fault(question, "not_a_url")
    return {}


def _is_url(written: str) -> bool:
    try:
        parts = urlsplit(written)
        _port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = not re.search(r"\s", written) and "@" not in parts.netloc
    return plain and parts.scheme in {"http", "https"} and "." in host.strip(".")


def _acknowledge(question: Question, value: object) -> dict[str, AnswerError]:
    return {} if value is True else _fault(question, "required")


def _other(question: Question, value: object, words: object) -> dict[str, AnswerError]:
    other = question.other
    if other is None or not (value == other.name or (isinstance(value, list) and other.name in value)):
        return {}
    field = f"{question.name}:other"
    if not words:
        return {field: AnswerError("other_missing")}
    length = len(str(words))
    if length > OTHER_LENGTH:
        return {field: AnswerError("too_long", limit=str(OTHER_LENGTH), length=str(length))}
    return {}


_JUDGES: Mapping[str, Callable[[Question, object], dict[str, AnswerError]]] = {
    "select_one": _one,
    "select_multiple": _multiple,
    "likert": _likert,
    "integer": _number,
    "decimal": _number,
    "date": _date,
    "text": _text,
    "email": _text,
    "url": _text,
    "acknowledge": _acknowledge,
}
