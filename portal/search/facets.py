"""What a result list can be narrowed by: each facet with its choices, their counts, and the links to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import lazy_gettext as _

from portal import content
from portal.content.kinds import kinds as declared_kinds
from portal.filters import in_language, number
from portal.languages import language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FACETS = {
    "kind": _("Kind"),
    "platform": _("Platform"),
    "province": _("Province or territory"),
    "year": _("Year"),
}
"""Name in addresses -> label, in the order of the page."""

LONGEST_CODE = 60
"""Characters of a code in an address that are read; none of ours is longer."""

WORDS = "search_words"
"""Where the application keeps what facets are called."""

MOST_CHOICES = 20
"""Choices shown of one facet: those with most results."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a facet.

    Attributes:
        label: what it is called in the page's language; the code itself where it has no name.
        count: results with it, the other facets as they are, as the page's language writes the number.
        href: the address with it chosen, or, where it is chosen, without it.
    """

    code: str
    label: str
    count: str
    href: str
    chosen: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One way of narrowing results."""

    name: str
    label: object
    choices: tuple[Choice, ...]


def facets(
    counts: Mapping[str, Mapping[str, int]],
    chosen: Mapping[str, str],
    kinds: Mapping[str, str],
    address: Callable[[Mapping[str, str]], str],
) -> list[Facet]:
    """The facets that would narrow these results, or that do.

    Args:
        counts: facet -> code -> results with it.
        chosen: facet -> its chosen code, or "".
        kinds: what `kind_labels` gives.
        address: chosen codes -> the address of the results narrowed so.
    """
    names = _names(kinds)
    found = []
    for name, label in FACETS.items():
        present = dict(counts.get(name, {}))
        code = chosen.get(name, "")
        if code:
            present.setdefault(code, 0)
        order = sorted(present, reverse=True) if name == "year" else list(present)
        shown = [one for one in order[:MOST_CHOICES] if one != code]
        choices = [
            Choice(
                code=one,
                label=names[name].get(one, one),
                count=written(present[one]),
                href=address({**chosen, name: "" if one == code else one}),
                chosen=one == code,
                named=one in names[name] or one.isdecimal(),
            )
            for one in ([code] if code else []) + shown
        ]
        if choices:
            found.append(Facet(name, label, tuple(choices)))
    return found


def written(count: int) -> str:
    """A count as the page's language writes it."""
    return _written(count, language())


@lru_cache(maxsize=4096)
def _written(count: int, _language: str) -> str:
    """The same, remembered: a page shows some fifty, and formatting them took longer than finding them."""
    return number(count)


def kind_labels() -> dict[str, str]:
    """Name of a kind of document -> what one is called in the page's language."""
    return {
        "finding": str(_("Finding")),
        **{name: str(kind.label) for name, kind in declared_kinds().items()},
    }


def _names(kinds: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """Facet -> code -> what it is called in the page's language."""
    return {"kind": kinds, **_vocabulary(), "year": {}}


def _vocabulary() -> dict[str, dict[str, str]]:
    """What platforms and provinces are called; read once in a process until something public changes."""
    stamp = content.changes()  # before the words: a change in between has them read again next time
    kept: dict[str, tuple[int, dict[str, dict[str, str]]]] = current_app.extensions.setdefault(WORDS, {})
    if kept.get(language(), (None,))[0] != stamp:
        read = content.document("vocabulary", "vocabulary") or {}
        worded = {name: _worded(read.get(f"{name}s", {})) for name in ("platform", "province")}
        kept[language()] = (stamp, worded)
    return kept[language()][1]


def _worded(texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {code: in_language(text) for code, text in texts.items()}
