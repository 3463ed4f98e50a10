"""A query as it is understood: the parts that a page must have, and the forms that each may have there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import yaml

from portal.searching import words
from portal.searching.plain import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from portal.searching.words import Keys, Token

SYNONYMS = Path(__file__).parent / "synonyms.yaml"

Scored: TypeAlias = tuple[int, float]
"""An entry's id and how well it fits; higher is better."""

LONGEST_QUERY = 200
"""Characters of a query that are read."""

MOST_PARTS = 12
"""Words of a query that are looked for."""

SHORTEST_BEGINNING = 3
"""Letters of a word that stand for all words beginning with them."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a part may be written: a word, or several that follow each other.

    Attributes:
        beginning: whether any word that begins so will do; of single words only.
    """

    words: tuple[Keys, ...]
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What was typed at one place of a query, and everything that means the same.

    Attributes:
        start: where it stands in the query.
        end: where it ends there.
    """

    start: int
    end: int
    forms: tuple[Form, ...]

    @property
    def single(self) -> Keys | None:
        """The one word that was typed; None for several that belong together."""
        typed = self.forms[0].words
        return typed[0] if len(typed) == 1 else None

    def begun(self) -> Part:
        """The same, and any word that begins as this one does."""
        return replace(self, forms=(*self.forms, Form(self.forms[0].words, beginning=True)))


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it is understood.

    Attributes:
        text: what was typed, without what nobody sees, and cut.
        parts: what is looked for; empty when it holds no word.
        cut: whether it was longer than is looked for.
    """

    text: str
    language: str
    parts: tuple[Part, ...]
    cut: bool = False


def read(typed: str, language: str) -> Query:
    """Understand what somebody typed; any text is understood somehow.

    Args:
        typed: as it came.
        language: of the pages that are searched.
    """
    whole = spoken(typed[: LONGEST_QUERY * 10])
    text = whole[:LONGEST_QUERY].strip()
    found = list(words.tokens(text))
    keys = [words.keys(token.written, language) for token in found]
    parts = _parts(found, keys, language)
    telling = [part for part in parts if not (part.single and words.is_idle(part.single.exact, language))]
    kept = telling or parts
    cut = len(whole) > LONGEST_QUERY or len(kept) > MOST_PARTS
    return Query(text, language, tuple(kept[:MOST_PARTS]), cut=cut)


def _parts(found: Sequence[Token], keys: Sequence[Keys], language: str) -> list[Part]:
    groups = _synonyms(language)
    parts, at = [], 0
    while at < len(found):
        for length in range(min(groups.longest, len(found) - at), 0, -1):
            typed = Form(tuple(keys[at : at + length]))
            same = groups.of(typed)
            if same or length == 1:
                forms = dict.fromkeys((typed, *same))
                parts.append(Part(found[at].start, found[at + length - 1].end, tuple(forms)))
                at += length
                break
    return parts


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The groups of words that mean the same, as one language writes them.

    Attributes:
        groups: a form's keys -> all forms of its groups.
        longest: words of the longest form.
    """

    groups: Mapping[tuple[str, ...], tuple[Form, ...]]
    longest: int

    def of(self, form: Form) -> tuple[Form, ...]:
        """Every form that means the same as one; empty when there is none."""
        return next((self.groups[name] for name in _names(form) if name in self.groups), ())


def _names(form: Form) -> Iterable[tuple[str, ...]]:
    yield tuple(word.exact for word in form.words)
    yield tuple(word.stem for word in form.words)
    if form.words[0].light:
        yield tuple(word.light for word in form.words)


@lru_cache
def _synonyms(language: str) -> Synonyms:
    groups: dict[tuple[str, ...], tuple[Form, ...]] = {}
    longest = 1
    for group in yaml.safe_load(SYNONYMS.read_text(encoding="utf-8")):
        own = [_form(text, language) for text in group.get(language, ())]
        others = [
            _form(text, language) for code, texts in group.items() if code != language for text in texts
        ]
        forms = tuple(dict.fromkeys((*own, *others)))
        longest = max(longest, *(len(form.words) for form in forms))
        for form in forms:
            # By its light stem a foreign word could be taken for one of the language's own.
            names = list(_names(form)) if form in own else list(_names(form))[:1]
            for name in dict.fromkeys(names):
                groups[name] = tuple(dict.fromkeys((*groups.get(name, ()), *forms)))
    return Synonyms(groups, longest)


def _form(text: str, language: str) -> Form:
    return Form(tuple(words.keys(token.written, language) for token in words.tokens(text)))
