"""One question of the file: which keys each type has, and the `Question` they make."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import said, suggestion
from surveys.questionnaire.entries import CHOICE_NAME, QUESTION_NAME
from surveys.questionnaire.functions import iso_date
from surveys.questionnaire.model import CHOICE_TYPES, SILENT_TYPES, Question
from surveys.questionnaire.parts import read_bands, read_dimension, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveys.questionnaire.entries import Entry
    from surveys.questionnaire.model import Band, Choice
    from surveys.questionnaire.tree import Node

RESERVED_NAMES = frozenset({"review", "done", "releases"})
"""Names that are addresses of the website already."""

TEXT_LENGTH, MULTILINE_LENGTH, EMAIL_LENGTH, URL_LENGTH = 250, 4000, 254, 2000

_EVERY = frozenset({"type", "name", "label", "hint", "relevant"})
_ASKING = _EVERY | {
    "required",
    "required_message",
    "constraint",
    "constraint_message",
    "short",
    "sensitive",
    "consent",
    "appearance",
}
_CHARTED = frozenset({"theme", "chart"})
KEYS: Mapping[str, frozenset[str]] = {
    "select_one": _ASKING | _CHARTED | {"dimension"},
    "select_multiple": _ASKING | _CHARTED,
    "likert": _ASKING | _CHARTED | {"rows"},
    "integer": _ASKING | _CHARTED | {"low", "high", "bands", "dimension"},
    "decimal": _ASKING | {"low", "high"},
    "date": _ASKING | {"low", "high"},
    "text": _ASKING | {"max_length"},
    "email": _ASKING,
    "url": _ASKING,
    "acknowledge": _ASKING,
    "note": _EVERY,
    "calculate": (_EVERY | {"calculation"}) - {"hint"},
}
"""The keys of each type; a group is read by `reader`."""

APPEARANCES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"multiline"}),
    "select_one": frozenset({"minimal", "columns"}),
    "select_multiple": frozenset({"columns"}),
}
CHARTS: Mapping[str, tuple[str, ...]] = {
    "select_one": ("bar", "bands"),
    "select_multiple": ("bar",),
    "likert": ("likert", "bar"),
    "integer": ("bands",),
}
"""The forms a type can be drawn in, the default first."""

_LENGTHS = {"text": TEXT_LENGTH, "email": EMAIL_LENGTH, "url": URL_LENGTH}


def read_question(
    entry: Entry,
    page: str,
    relevant: Node | None,
    lists: Mapping[str, tuple[Choice, ...]],
    themes: Mapping[str, object],
) -> Question | None:
    """Read one question.

    Args:
        entry: its mapping.
        page: the page it stands on.
        relevant: its whole condition, page's and groups' included.
        lists: the choice lists by name.
        themes: the declared themes by name.

    Returns:
        The question; None, with complaints, when its type or name cannot be read.
    """
    kind, choices = _type(entry, lists)
    name = entry.name("name", QUESTION_NAME)
    if name in RESERVED_NAMES:
        entry.complain("name", said("reserved_address", name=name))
    if kind is None or name is None:
        return None
    entry.only(KEYS[kind], said("in_question", type=kind))
    low, high = _limit(entry, "low", kind), _limit(entry, "high", kind)
    _check_order(entry, low, high, kind)
    bands = _bands(entry, low, high) if kind == "integer" else ()
    levels = [choice.name for choice in choices] or [band.name for band in bands]
    closed = kind in CHOICE_TYPES or bool(bands)
    chart = _chart(entry, kind, bands)
    appearance = entry.among("appearance", APPEARANCES.get(kind, ())) or ""
    return Question(
        name=name,
        type=kind,
        label=entry.wording("label", required=kind != "calculate"),
        page=page,
        hint=entry.wording("hint"),
        required=entry.flag("required"),
        required_message=entry.wording("required_message"),
        relevant=relevant,
        constraint=entry.expression("constraint"),
        constraint_message=entry.wording("constraint_message"),
        calculation=_calculation(entry, kind),
        choices=choices,
        rows=read_rows(entry) if kind == "likert" else (),
        bands=bands,
        dimension=read_dimension(entry, levels) if "dimension" in KEYS[kind] else None,
        chart=chart,
        theme=_theme(entry, chart, themes),
        short=entry.wording("short", required=closed),
        appearance=appearance,
        sensitive=entry.flag("sensitive"),
        consent=entry.name("consent", CHOICE_NAME, required=False),
        max_length=_max_length(entry, kind, appearance),
        low=low,
        high=high,
        line=entry.line,
    )


def _type(entry: Entry, lists: Mapping[str, tuple[Choice, ...]]) -> tuple[str | None, tuple[Choice, ...]]:
    written = entry.text("type", required=True)
    if written is None:
        return None, ()
    kind, _, rest = written.partition(" ")
    wanted = rest.strip()
    if kind not in KEYS:
        known = ", ".join(sorted([*KEYS, "group"]))
        hint = suggestion(kind, [*KEYS, "group"])
        entry.complain("type", said("no_type", value=kind, known=known, hint=hint))
        return None, ()
    if kind not in CHOICE_TYPES:
        if wanted:
            entry.complain("type", said("takes_no_list", type=kind, list=wanted))
        return kind, ()
    if not wanted:
        entry.complain("type", said("names_no_list", type=kind))
    elif wanted not in lists:
        entry.complain("type", said("no_such_list", list=wanted, hint=suggestion(wanted, lists)))
    choices = lists.get(wanted, ())
    _check_list(entry, kind, choices)
    return kind, choices


def _check_list(entry: Entry, kind: str, choices: tuple[Choice, ...]) -> None:
    if not choices:
        return
    if kind == "likert" and all(choice.scale is None for choice in choices):
        entry.complain("type", said("no_scale"))
    if kind == "likert" and any(choice.other for choice in choices):
        entry.complain("type", said("likert_other"))
    if len(choices) == 1 and kind != "select_multiple":
        entry.complain("type", said("one_choice"))


def _limit(entry: Entry, key: str, kind: str) -> str | None:
    """A limit in the form in which answers of the type are stored."""
    if key not in KEYS[kind]:
        return None
    if kind == "integer":
        whole = entry.whole(key)
        return None if whole is None else str(whole)
    written = entry.text(key)
    if written is None:
        return None
    if kind == "date":
        day = iso_date(written)
        if day is None:
            entry.complain(key, said("not_a_date", value=written))
        return None if day is None else written
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", written, re.ASCII):
        entry.complain(key, said("not_a_number", value=written))
        return None
    return written


def _check_order(entry: Entry, low: str | None, high: str | None, kind: str) -> None:
    if low is None or high is None:
        return
    wrong = low > high if kind == "date" else Decimal(low) > Decimal(high)
    if wrong:
        entry.complain("high", said("nothing_between"))


def _bands(entry: Entry, low: str | None, high: str | None) -> tuple[Band, ...]:
    return read_bands(entry, None if low is None else int(low), None if high is None else int(high))


def _chart(entry: Entry, kind: str, bands: tuple[Band, ...]) -> str | None:
    forms = CHARTS.get(kind, ())
    if kind == "integer" and not bands:
        forms = ()
    if "chart" in KEYS[kind] and "chart" in entry:
        written = entry.among("chart", {*forms, "none"})
        return None if written == "none" else written
    return forms[0] if forms else None


def _theme(entry: Entry, chart: str | None, themes: Mapping[str, object]) -> str | None:
    if "theme" in entry:
        return entry.among("theme", themes)
    if chart and themes:
        entry.complain("theme", said("no_theme"))
    return None


def _calculation(entry: Entry, kind: str) -> Node | None:
    if kind in SILENT_TYPES and kind != "calculate":
        return None
    if kind == "calculate" and "calculation" not in entry:
        entry.complain("calculation", said("missing"))
    return entry.expression("calculation") if kind == "calculate" else None


def _max_length(entry: Entry, kind: str, appearance: str) -> int | None:
    default = MULTILINE_LENGTH if appearance == "multiline" else _LENGTHS.get(kind)
    longest = entry.whole("max_length") if kind == "text" else None
    if longest is not None and not 1 <= longest <= 20_000:  # noqa: PLR2004 # told in the message
        entry.complain("max_length", said("max_length"))
        return default
    return default if longest is None else longest
