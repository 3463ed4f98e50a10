"""The words there are, by language: how many passages have each, and which was meant by a mistyped one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from portal.searching.models import Entry, Indexed, Word, tuples
from portal.searching.words import LONGEST
from surveys.responses import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SHORTEST = 3
"""Letters of a word worth keeping."""

SHORTEST_MENDED, SHORTEST_MENDED_TWICE = 4, 8
"""Letters from which a word may have one fault, and two."""

BITS = 61

MOST_SHOWN = 80

AT_ONCE = 1000

UPSERT = """
INSERT INTO search_word (language, word, shown, count, length, letters) VALUES {rows}
ON CONFLICT (language, word) DO UPDATE SET count = search_word.count + excluded.count,
shown = CASE WHEN excluded.shown > search_word.shown THEN excluded.shown ELSE search_word.shown END
"""
"""Written by hand: putting a document writes hundreds of words, and building this from parts took longest."""

NEAR = """
SELECT word, count, letters FROM search_word
WHERE language = {value} AND length BETWEEN {value} AND {value}
"""
"""Written by hand: these are thousands of rows."""


def letters(word: str) -> int:
    """Which letters a word has, a bit for each; one fault changes two bits at the most."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) % BITS)
    return mask


def is_kept(word: str) -> bool:
    """Whether a folded word is one that others may be mended to: a word, not a number."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def change(language: str, counts: Mapping[str, int], shown: Mapping[str, str]) -> None:
    """Count words up and down.

    Args:
        language: whose words.
        counts: folded word -> passages more or, below zero, fewer.
        shown: folded word -> as readers write it; of several ways the last by its letters, which has accents.
    """
    changed = [(word, count) for word, count in sorted(counts.items()) if count]
    row = f"({', '.join([store.database.param] * 6)})"
    for first in range(0, len(changed), AT_ONCE):
        some = changed[first : first + AT_ONCE]
        values: list[object] = []
        for word, count in some:
            values += (language, word, shown.get(word, "")[:MOST_SHOWN], count, len(word), letters(word))
        store.database.execute_sql(UPSERT.format(rows=", ".join([row] * len(some))), values)
    if any(count < 0 for count in counts.values()):
        Word.delete().where(Word.language == language, Word.count <= 0).execute()


def shown(word: str, language: str) -> str | None:
    """How readers write a folded word; None when it stands nowhere."""
    row = Word.get_or_none(Word.language == language, Word.word == word)
    return (row.shown or word) if row else None


def mended(word: str, language: str) -> str | None:
    """The word that was most likely meant by one that stands nowhere, as readers write it.

    Words of four letters may have one fault, words of eight two. A fault is a letter too many, too few or
    wrong, or two that changed places (Damerau 1964). The fewest faults win, then the word in most passages.
    """
    if len(word) < SHORTEST_MENDED or not word.isalpha():
        return None
    allowed = 1 if len(word) < SHORTEST_MENDED_TWICE else 2
    mask = letters(word)
    lengths = len(word) - allowed, len(word) + allowed
    rows = store.database.execute_sql(NEAR.format(value=store.database.param), (language, *lengths))
    near = sorted(
        (bits, -count, other)
        for other, count, held in rows
        if (bits := (held ^ mask).bit_count()) <= 2 * allowed
    )
    best: tuple[int, int, str] | None = None
    for bits, count, other in near:
        if best and bits > 2 * best[0]:
            break  # no word from here on can have as few faults
        judged = (faults(word, other), count, other)
        if judged[0] <= allowed and (best is None or judged < best):
            best = judged
    return shown(best[2], language) if best else None


def faults(one: str, other: str) -> int:
    """Faults between two words: the distance of optimal string alignment."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        previous, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]


def recount() -> int:
    """Count all words anew from the passages; returns how many had a wrong count.

    How a word is shown stays as it is, for passages keep that no more.
    """
    wrong = 0
    for language in sorted({row[0] for table in (Entry, Word) for row in tuples(_languages(table))}):
        counted = Counter(_standing(language))
        kept: dict[str, int] = dict(
            tuples(Word.select(Word.word, Word.count).where(Word.language == language))
        )
        differing = {
            word: counted[word] - kept.get(word, 0)
            for word in counted.keys() | kept.keys()
            if counted[word] != kept.get(word, 0)
        }
        change(language, differing, {word: word for word in differing if word not in kept})
        wrong += len(differing)
    return wrong


def _languages(table: type[Entry | Word]) -> Any:
    return table.select(table.language).distinct()


def _standing(language: str) -> Iterator[str]:
    rows = (
        Indexed.select(Indexed.title_exact, Indexed.exact)
        .join(Entry, on=Entry.id == Indexed.id)
        .where(Entry.language == language)
    )
    for title, text in rows.tuples().iterator():
        yield from standing(language, (title, text))


def standing(language: str, columns: Iterable[str]) -> set[str]:
    """The words worth keeping of a passage's exact keys."""
    found = {key.removeprefix(language) for column in columns for key in column.split()}
    return {word for word in found if is_kept(word)}
