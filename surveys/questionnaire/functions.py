"""The functions a questionnaire's expressions may call, and how their values turn into one another.

Empty is the empty text, or "not a number" where a number is wanted. Numbers are decimals, so that
0.1 + 0.2 is 0.3. A date turns into its days since 1970-01-01, which is how dates are compared and
subtracted. Nothing here raises: an expression of a fielded questionnaire always has a value.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_FLOOR, Context, Decimal
from functools import lru_cache
from typing import Protocol, TypeAlias, cast

import regex

from surveys.questionnaire.complaints import said

Atom: TypeAlias = str | Decimal | bool | date | tuple[str, ...] | Mapping[str, str]
"""A value inside an expression: a tuple is a multiple choice, a mapping is a grid's rows."""


class Pattern(Protocol):
    """A compiled regular expression that gives up after a time."""

    def fullmatch(self, string: str, *, timeout: float) -> object | None:
        """The match of the whole text, or None."""


ARITHMETIC = Context(prec=28, Emin=-99, Emax=99, traps=[])
"""No traps: dividing by zero and overflowing give values that compare as false, never an exception."""

EMPTY = ""
NAN = Decimal("NaN")
EPOCH = date(1970, 1, 1)
PATTERN_LENGTH = 500
PATTERN_SECONDS = 0.1

_NUMBER = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*", re.ASCII)
_NUMBER_LENGTH = 60


def text(value: Atom) -> str:
    """The value as text: a multiple choice's names with spaces between them, an empty text for no number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        if not value.is_finite():
            return EMPTY
        return format(ARITHMETIC.add(value, 0).normalize(ARITHMETIC), "f")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value.values() if isinstance(value, Mapping) else value)


def number(value: Atom) -> Decimal:
    """The value as a number; "not a number" when it is not one."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, date):
        return Decimal((value - EPOCH).days)
    written = text(value)
    if len(written) <= _NUMBER_LENGTH and _NUMBER.fullmatch(written):
        return Decimal(written.strip())
    day = iso_date(written)
    return NAN if day is None else number(day)


def boolean(value: Atom) -> bool:
    """Whether the value counts as true: not false, not zero, not empty."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return not value.is_nan() and value != 0
    return isinstance(value, date) or len(value) > 0


def iso_date(written: str) -> date | None:
    """The date of a text such as `2026-03-31`; None for anything else."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


@lru_cache(maxsize=512)
def pattern(written: str) -> Pattern:
    """A designer's pattern, compiled.

    Raises:
        ValueError: the pattern is too long, or is not a regular expression; the message says which.
    """
    if len(written) > PATTERN_LENGTH:
        raise ValueError(said("long_pattern", most=PATTERN_LENGTH))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return cast("Pattern", regex.compile(written, cache_pattern=False))  # type: ignore[no-untyped-call]
    except (regex.error, Warning, ValueError, OverflowError, RecursionError) as problem:
        raise ValueError(said("no_pattern", pattern=written, problem=str(problem))) from problem


def _regex(value: Atom, written: Atom) -> bool:
    """Whether the whole text matches; a pattern that runs out of time matches nothing, so none hangs."""
    try:
        return pattern(text(written)).fullmatch(text(value), timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        return False


def _words(value: Atom) -> Sequence[str]:
    if isinstance(value, tuple):
        return value
    return tuple(value.values()) if isinstance(value, Mapping) else text(value).split()


def _numbers(values: tuple[Atom, ...]) -> list[Decimal]:
    """The numbers of all values that are not empty; a grid gives one for each row answered."""
    flat: list[Atom] = []
    for value in values:
        flat.extend(value.values() if isinstance(value, Mapping) else (value,))
    return [number(value) for value in flat if text(value) != EMPTY]


def _sum(*values: Atom) -> Decimal:
    total = Decimal(0)
    for value in _numbers(values):
        total = ARITHMETIC.add(total, value)
    return total


def _extreme(choose: Callable[[list[Decimal]], Decimal]) -> Callable[..., Atom]:
    def run(*values: Atom) -> Atom:
        found = _numbers(values)
        if not found:
            return EMPTY
        return NAN if any(value.is_nan() for value in found) else choose(found)

    return run


def _round(value: Atom, digits: Atom = Decimal(0)) -> Decimal:
    """Halves go up, as XPath and ODK round: 2.5 to 3 and -2.5 to -2."""
    exact, places = number(value), number(digits)
    if not (exact.is_finite() and places.is_finite()) or abs(places) > ARITHMETIC.prec:
        return exact if places.is_finite() else NAN
    shift = int(places)
    raised = ARITHMETIC.add(ARITHMETIC.scaleb(exact, shift), Decimal("0.5"))
    return ARITHMETIC.scaleb(raised.to_integral_value(ROUND_FLOOR), -shift)


def _int(value: Atom) -> Decimal:
    exact = number(value)
    return exact.to_integral_value(ROUND_DOWN) if exact.is_finite() else exact


def _index(value: Atom) -> int | None:
    exact = _int(value)
    return int(exact) if exact.is_finite() else None


def _substr(value: Atom, start: Atom, end: Atom = EMPTY) -> str:
    """From `start` (0 is the first character) to before `end`; negative positions count from the end."""
    return text(value)[_index(start) : _index(end)]


def _selected_at(value: Atom, position: Atom) -> str:
    words, place = _words(value), _index(position)
    return words[place] if place is not None and 0 <= place < len(words) else EMPTY


def _coalesce(*values: Atom) -> Atom:
    return next((value for value in values if text(value) != EMPTY), EMPTY)


def _date(value: Atom) -> Atom:
    if isinstance(value, date):
        return value
    day = iso_date(text(value))
    days = _index(value)
    if day is not None or days is None:
        return EMPTY if day is None else day
    try:
        return EPOCH + timedelta(days=days)
    except OverflowError:
        return EMPTY


def _count_non_empty(*values: Atom) -> Decimal:
    counts = (len(value) if isinstance(value, Mapping) else int(text(value) != EMPTY) for value in values)
    return Decimal(sum(counts))


@dataclass(frozen=True, slots=True)
class Function:
    """A function with the numbers of arguments it takes; `most` is None where there is no upper limit."""

    least: int
    most: int | None
    run: Callable[..., Atom]


FUNCTIONS: Mapping[str, Function] = {
    "selected": Function(2, 2, lambda value, choice: text(choice) in _words(value)),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, lambda value: Decimal(len(_words(value)))),
    "count-non-empty": Function(1, None, _count_non_empty),
    "not": Function(1, 1, lambda value: not boolean(value)),
    "if": Function(3, 3, lambda condition, then, otherwise: then if boolean(condition) else otherwise),
    "coalesce": Function(1, None, _coalesce),
    "true": Function(0, 0, lambda: True),
    "false": Function(0, 0, lambda: False),
    "number": Function(1, 1, number),
    "int": Function(1, 1, _int),
    "round": Function(1, 2, _round),
    "sum": Function(1, None, _sum),
    "min": Function(1, None, _extreme(min)),
    "max": Function(1, None, _extreme(max)),
    "string": Function(1, 1, text),
    "string-length": Function(1, 1, lambda value: Decimal(len(text(value)))),
    "concat": Function(1, None, lambda *values: "".join(text(value) for value in values)),
    "contains": Function(2, 2, lambda value, part: text(part) in text(value)),
    "starts-with": Function(2, 2, lambda value, part: text(value).startswith(text(part))),
    "substr": Function(2, 3, _substr),
    "normalize-space": Function(1, 1, lambda value: " ".join(text(value).split())),
    "regex": Function(2, 2, _regex),
    "date": Function(1, 1, _date),
}
"""By name. `today` is not here: it needs the day of the evaluation, and `evaluation` answers it."""

TODAY = Function(0, 0, lambda: EMPTY)
SIGNATURES: Mapping[str, Function] = {**FUNCTIONS, "today": TODAY}
"""What may be called, `today` included."""
