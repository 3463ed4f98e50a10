"""The filters of the case studies: which values there are, and how many case studies each would leave."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from portal.stories import codes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from werkzeug.datastructures import MultiDict

    Card = Mapping[str, Any]
    Chosen = Mapping[str, tuple[str, ...]]
    Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter.

    Attributes:
        name: its argument in addresses.
        key: where a card holds its value, or the list of them.
        label: what it is called, among the fields of the vocabulary.
        words: the part of the vocabulary with what its values are called, or "" for years.
        codes: its values in the order of the page; empty for years, which come newest first.
        folded: whether it waits behind a line to click on, until something in it is chosen.
    """

    name: str
    key: str
    label: str
    words: str
    codes: tuple[str, ...] = ()
    folded: bool = False

    def values(self, card: Card) -> Collection[str]:
        """The values that a card has."""
        found = card.get(self.key)
        if isinstance(found, list):
            return found
        return () if found is None else (str(found),)

    def knows(self, code: str) -> bool:
        """Whether a code may be asked for."""
        return code in self.codes if self.codes else YEAR.fullmatch(code) is not None


YEAR = re.compile(r"[12]\d{3}")

FACETS = (
    Facet("platform", "platforms", "platforms", "platforms", codes.PLATFORMS),
    Facet("purpose", "purposes", "purposes", "purposes", codes.PURPOSES),
    Facet("audience", "audiences", "audiences", "audiences", codes.AUDIENCES),
    Facet(
        "language",
        "languages_of_service",
        "languages_of_service",
        "languages",
        codes.LANGUAGES_OF_SERVICE,
        folded=True,
    ),
    Facet("country", "country", "country", "countries", codes.COUNTRIES),
    Facet("province", "provinces", "province", "provinces", codes.PROVINCES),
    Facet("setting", "setting", "setting", "settings", codes.SETTINGS, folded=True),
    Facet("size", "size", "size", "sizes", codes.SIZES, folded=True),
    Facet("year", "year", "year", "", folded=True),
)

SORTS = ("", "newest", "title")
"""Orders of the list: as the editors put it, by the year it began, by title."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for.

    Attributes:
        chosen: filter -> its values, each once.
        unknown: each value that its filter does not have, with the filter.
    """

    chosen: Chosen
    unknown: Sequence[tuple[Facet, str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, and the number of case studies with it that the other filters leave."""

    code: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a choice leaves.

    Attributes:
        cards: those that fit, in their order.
        options: filter -> its values that any card has, or that were chosen.
    """

    cards: Sequence[Card]
    options: Mapping[str, Sequence[Option]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Cards with what the filters ask of them, worked out once.

    Attributes:
        cards: in the editors' order.
        values: for each card, filter -> its values.
        pairs: for each card, its values as (filter, value).
        known: every pair that any card has.
    """

    cards: Sequence[Card]
    values: Sequence[Mapping[str, frozenset[str]]]
    pairs: Sequence[Sequence[Pair]]
    known: frozenset[Pair]


def asked(args: MultiDict[str, str]) -> Asked:
    """The values that an address chooses, by filter, and those that no filter has, as old links may name."""
    chosen, unknown = {}, []
    for facet in FACETS:
        codes_asked = tuple(dict.fromkeys(code for code in args.getlist(facet.name) if code))
        chosen[facet.name] = tuple(code for code in codes_asked if facet.knows(code))
        unknown += [(facet, code) for code in codes_asked if not facet.knows(code)]
    return Asked(chosen, unknown)


def shelf(cards: Sequence[Card]) -> Shelf:
    """Cards made ready to be narrowed again and again."""
    values = [{facet.name: frozenset(facet.values(card)) for facet in FACETS} for card in cards]
    pairs = [[(name, code) for name, found in one.items() for code in found] for one in values]
    return Shelf(cards, values, pairs, frozenset(chain.from_iterable(pairs)))


def narrow(whole: Shelf, choice: Chosen) -> Narrowed:
    """The cards that have one of the chosen values in each filter, and what each value would leave.

    A value is counted within the choice of the other filters, in one pass: a card that fits counts
    everywhere, and one that a single filter turns away counts there alone.
    """
    wanted = {name: frozenset(asked) for name, asked in choice.items() if asked}
    fitting, counted = [], []
    for place, values in enumerate(whole.values):
        missed = [name for name, asked in wanted.items() if asked.isdisjoint(values[name])]
        if not missed:
            fitting.append(whole.cards[place])
            counted.append(whole.pairs[place])
        elif len(missed) == 1:
            counted.append([pair for pair in whole.pairs[place] if pair[0] == missed[0]])
    counts = Counter(chain.from_iterable(counted))
    return Narrowed(fitting, {facet.name: _options(facet, whole.known, counts, choice) for facet in FACETS})


def _options(
    facet: Facet, known: frozenset[Pair], counts: Mapping[Pair, int], choice: Chosen
) -> list[Option]:
    asked = choice.get(facet.name, ())
    there = {*asked, *(code for name, code in known if name == facet.name)}
    order = [code for code in facet.codes if code in there] if facet.codes else sorted(there, reverse=True)
    return [Option(code, counts.get((facet.name, code), 0), code in asked) for code in order]


def ordered(cards: Sequence[Card], sort: str, language: str) -> Sequence[Card]:
    """Cards in one of `SORTS`; equal ones stay in the editors' order.

    Args:
        cards: in the editors' order.
        sort: one of `SORTS`.
        language: the language whose titles are compared.
    """
    if sort == "newest":
        return sorted(cards, key=lambda card: -(card["year"] or 0))
    if sort == "title":
        return sorted(cards, key=lambda card: _letters(card["title"][language]))
    return cards


@lru_cache(maxsize=8192)
def _letters(title: str) -> str:
    """A title as dictionaries order it: without case, accents and marks."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in plain if letter.isalnum() or letter == " ").strip()
