"""The parts of a question in the file: choice lists, grid rows, bands and dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import said, suggestion
from surveys.questionnaire.entries import CHOICE_NAME, QUESTION_NAME
from surveys.questionnaire.model import Band, Choice, Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveys.questionnaire.entries import Entry

CHOICE_KEYS = ("name", "label", "exclusive", "other", "scale")
ROW_KEYS = ("name", "label")
BAND_KEYS = ("name", "label", "low", "high")
DIMENSION_KEYS = ("label", "parents", "labels", "coarse")

RESERVED_LEVELS = frozenset({"no_answer", "all"})
"""Names that stand in tables for those who gave no answer and for everyone together."""

SCALE = range(-2, 3)


def read_choices(entry: Entry, key: str) -> tuple[Choice, ...]:
    """One choice list."""
    found: dict[str, Choice] = {}
    for item in entry.entries(key):
        item.only(CHOICE_KEYS, said("in_choice"))
        name = _unique_name(item, found, "choice_taken")
        choice = Choice(
            name=name or "",
            label=item.wording("label", required=True),
            exclusive=item.flag("exclusive"),
            other=item.flag("other"),
            scale=_scale(item),
        )
        if choice.other and any(earlier.other for earlier in found.values()):
            item.complain("other", said("two_others"))
        if name:
            found[name] = choice
    return tuple(found.values())


def read_lists(entry: Entry) -> dict[str, tuple[Choice, ...]]:
    """The choice lists of a questionnaire, by name."""
    inner = entry.entry("choices")
    if inner is None:
        return {}
    return {key: read_choices(inner, key) for key in inner.keys}


def _scale(item: Entry) -> int | None:
    position = item.whole("scale")
    if position is not None and position not in SCALE:
        item.complain("scale", said("scale_outside"))
        return None
    return position


def _unique_name(item: Entry, found: Mapping[str, object], taken: str) -> str | None:
    name = item.name("name", CHOICE_NAME)
    if name is None:
        return None
    if name in RESERVED_LEVELS:
        item.complain("name", said("reserved_level", name=name))
    elif name in found:
        item.complain("name", said(taken, name=name))
        return None
    return name


def read_rows(entry: Entry) -> tuple[Choice, ...]:
    """The statements of a grid."""
    found: dict[str, Choice] = {}
    for item in entry.entries("rows"):
        item.only(ROW_KEYS, said("in_row"))
        name = item.name("name", QUESTION_NAME)
        label = item.wording("label", required=True)
        if name in found:
            item.complain("name", said("row_taken", name=name))
        elif name:
            found[name] = Choice(name, label)
    return tuple(found.values())


def read_bands(entry: Entry, low: int | None, high: int | None) -> tuple[Band, ...]:
    """The ranges of a number: in order, without gaps, from the question's lowest to its highest."""
    found: dict[str, Band] = {}
    items = entry.entries("bands")
    for item in items:
        item.only(BAND_KEYS, said("in_band"))
        name = _unique_name(item, found, "band_taken")
        label = item.wording("label", required=True)
        if name:
            found[name] = Band(name, label, item.whole("low"), item.whole("high"))
    bands = tuple(found.values())
    if len(bands) == len(items) and bands:
        _check_bands(items, bands, low, high)
    return bands


def _check_bands(items: Sequence[Entry], bands: Sequence[Band], low: int | None, high: int | None) -> None:
    first, last = bands[0], bands[-1]
    if first.low is not None and (low is None or first.low > low):
        items[0].complain("low", said("no_band_below"))
    if last.high is not None and (high is None or last.high < high):
        items[-1].complain("high", said("no_band_above"))
    for item, band in zip(items, bands, strict=True):
        if band.low is not None and band.high is not None and band.low > band.high:
            item.complain("high", said("band_reversed"))
    for item, band, earlier in zip(items[1:], bands[1:], bands, strict=False):
        if earlier.high is None or band.low is None:
            item.complain("low", said("band_open"))
        elif band.low != earlier.high + 1:
            item.complain("low", said("band_gap", number=earlier.high + 1))


def read_dimension(entry: Entry, levels: Sequence[str]) -> Dimension | None:
    """How a question splits tables.

    Args:
        entry: the question.
        levels: its choices' or bands' names.
    """
    inner = entry.entry("dimension")
    if inner is None:
        return None
    inner.only(DIMENSION_KEYS, said("in_dimension"))
    labels = {}
    coarser = inner.entry("labels")
    if coarser is not None:
        labels = {name: coarser.wording(name) for name in coarser.keys}
        for name in labels:
            if name in levels or name in RESERVED_LEVELS:
                coarser.complain(name, said("coarser_taken"))
    dimension = Dimension(
        label=inner.wording("label", required=True),
        parents=_levels(inner, "parents", {*levels, *labels}, labels),
        labels=labels,
        coarse=_levels(inner, "coarse", set(levels), labels),
    )
    _check_dimension(inner, dimension, levels)
    return dimension


def _levels(inner: Entry, key: str, known: set[str], labels: Mapping[str, object]) -> dict[str, str]:
    entry = inner.entry(key)
    found: dict[str, str] = {}
    for level in entry.keys if entry else ():
        target = entry.text(level) if entry else None
        if entry is None or target is None:
            continue
        if level not in known:
            entry.complain(level, said("no_level", hint=suggestion(level, known)))
        elif target not in labels:
            entry.complain(level, said("level_unworded", name=target, hint=suggestion(target, labels)))
        else:
            found[level] = target
    return found


def _check_dimension(inner: Entry, dimension: Dimension, levels: Sequence[str]) -> None:
    for start in dimension.parents:
        level: str | None = start
        for _step in dimension.parents:
            level = dimension.parents.get(level) if level else None
        if level in dimension.parents:
            inner.complain("parents", said("own_ancestor", name=start))
            break
    if "coarse" in inner:
        missing = [level for level in levels if level not in dimension.coarse]
        if missing:
            inner.complain("coarse", said("levels_unplaced", names=", ".join(missing)))
