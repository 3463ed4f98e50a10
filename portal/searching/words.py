"""Words as the search knows them: written one way, and cut to stems, by the rules of each language.

A word has up to three keys. `exact` is the word without case, accents and vowel signs; `stem` is what the
Snowball stemmer leaves of it; `light` is a second, gentler stem where the first is known to miss: in Arabic
after Larkey, Ballesteros and Connell, "Light stemming for Arabic information retrieval" (2007), in French
the stem of the word without accents, for readers who type none.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STEMMERS = {"en": "english", "fr": "french", "ar": "arabic"}
"""Language code -> its Snowball algorithm; a language without one is searched as it is written."""

MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u00ad\u200b-\u200d\u2060\ufe0f"
"""What may stand within a word and is no letter: accents, vowel signs, soft hyphens, joiners."""

GROUPED = r"(?<!\d)\d{1,3}(?:[,\u066c\u00a0\u202f ]\d{3})+(?!\d)"
"""A number in groups of three, as `1,024` and `1 024`: one word, found by `1024` too."""

WORD = re.compile(rf"{GROUPED}|[^\W_](?:[^\W_]|[{MARKS}])*(?:['’ʼ][^\W_](?:[^\W_]|[{MARKS}])*)*")

APOSTROPHES = re.compile("[’ʼ]")

ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=.{2})", re.IGNORECASE)
"""Articles and small words that French ties to the next word."""

POSSESSIVE = re.compile("'s$", re.IGNORECASE)

INVISIBLE = re.compile("[\u00ad\u0640\u200b-\u200f\u2060\ufe0f]")
"""Tatweel, soft hyphens, joiners and marks of direction."""

LETTERS = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "œ": "oe", "æ": "ae", "ı": "i"})
"""Letters that are written one for another; those with hamza or accents come apart by themselves."""

LONGEST = 64
"""Letters of a word that are told apart; a longer one is cut."""

ARTICLES = ("ال", "بال", "كال", "فال", "لل")
ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
SHORTEST_STEM, SHORTEST_AFTER_AND = 2, 3

ARABIC = re.compile("[\u0621-\u064a]")

IDLE = {
    "en": "a an and are as at be by can do does for from how i in is it its of on or our that the their this "
    "to was we were what when where which who will with you your",
    "fr": "a au aux avec ce ces cette comment dans de des du elle en est et il ils je la le les leur leurs "
    "ne nos notre nous on ou où par pas pour que quel quelle qui sa se ses son sont sur un une vos votre "
    "vous",
    "ar": "في من على إلى عن أن إن أو هو هي هذا هذه ذلك التي الذي مع ما لا كل هل كيف أين متى و",
}
"""Words that stand everywhere and tell nothing; a query of nothing else keeps them."""

_local = threading.local()


@dataclass(frozen=True, slots=True)
class Keys:
    """What a word is found by; a key that is empty is not looked for.

    Attributes:
        light: empty where a language has no second stem.
    """

    exact: str
    stem: str
    light: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A word in a text: where it stands, and how it is written there, without what is tied to it."""

    start: int
    end: int
    written: str


def tokens(text: str) -> Iterator[Token]:
    """The words of a text, in their order; `l'établissement` is one word, written `établissement`."""
    for found in WORD.finditer(text):
        written = _untied(found.group())
        if fold(written):
            yield Token(found.start(), found.end(), written)


def spans(text: str) -> list[tuple[int, int]]:
    """Where the words of a text start and end; as many as `tokens` gives."""
    return [found.span() for found in WORD.finditer(text) if fold(_untied(found.group()))]


@lru_cache(maxsize=20_000)
def _untied(word: str) -> str:
    word = APOSTROPHES.sub("'", unicodedata.normalize("NFKC", word)).lower()
    return POSSESSIVE.sub("", ELISION.sub("", word, count=1)).replace("'", "")


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word written one way: no capitals, accents, vowel signs or tatweel, one alef, ya and digit set."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(letter for letter in apart if not unicodedata.category(letter).startswith("M"))
    plain = INVISIBLE.sub("", letters).translate(LETTERS)
    return "".join(_digit(letter) for letter in plain if letter.isalnum())[:LONGEST]


def _digit(letter: str) -> str:
    return str(unicodedata.digit(letter)) if letter.isdigit() else letter


def shown(written: str) -> str:
    """A word as a reader would write it: its accents stay, vowel signs and tatweel go."""
    plain = "".join(letter for letter in written if not "\u064b" <= letter <= "\u0655")
    return INVISIBLE.sub("", plain)


@lru_cache(maxsize=20_000)
def keys(written: str, language: str) -> Keys:
    """What a word is found by.

    Args:
        written: the word as `tokens` gives it.
        language: of the text it stands in.
    """
    exact = fold(written)
    if language == "fr":
        return Keys(exact, fold(_stem(shown(written), "fr")) or exact, _stem(exact, "fr") or exact)
    if language == "ar":
        if not ARABIC.search(exact):
            return Keys(exact, exact, exact)
        return Keys(exact, fold(_stem(shown(written), "ar")) or exact, light_arabic(exact))
    return Keys(exact, _stem(exact, language) or exact)


def whole(text: str, language: str) -> str:
    """The key of a text as a whole, which no word has: a title that is just what was typed is meant by it."""
    return joined(keys(token.written, language).exact for token in tokens(text))


def joined(exact: Iterable[str]) -> str:
    """The same, of the exact keys of a text's words."""
    return "0" + "".join(exact)[:LONGEST]


def light_arabic(word: str) -> str:
    """A folded Arabic word without "and", article and ending: `والمنظمات` and `منظمه` are both `منظم`."""
    if len(word) > SHORTEST_AFTER_AND and word.startswith("و"):
        word = word[1:]
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= SHORTEST_STEM:
            word = word[len(article) :]
            break
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            word = word[: -len(ending)]
    return word


def is_idle(word: str, language: str) -> bool:
    """Whether a folded word stands everywhere and tells nothing."""
    return word in _idle(language)


@lru_cache
def _idle(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in IDLE.get(language, "").split())


def _stem(word: str, language: str) -> str:
    name = STEMMERS.get(language)
    if name is None:
        return word
    # A stemmer holds the word it is working on, so each thread has its own.
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(name)
    return str(stemmers[language].stemWord(word))
