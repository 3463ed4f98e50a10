"""What can be wrong with a catalogue of translations, told by comparing it with the texts in the program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog, Message

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
TAG = re.compile(r"</?[a-z][^>]*>")
STRANGE_DIGITS = re.compile(r"[\u0660-\u0669\u06f0-\u06f9]")
FRENCH_SPACES = re.compile(r"« |[^\u00a0\u202f]»|«[^\u00a0\u202f]|(?<=\w) :|(?<=\w)\u00a0[;!?]")
ARABIC = re.compile(r"[\u0600-\u06ff]")
LATIN_WORDS = re.compile(r"[a-z]{2,}\W.*[a-z]{2,}")
"""More than a name such as SVG or Telegram."""


def faults(catalogue: Catalog, template: Catalog) -> list[str]:
    """Everything wrong with a catalogue, one sentence each.

    Args:
        catalogue: the translations of one language.
        template: the texts extracted from the program.
    """
    wanted = {_key(message): message for message in template if message.id}
    present = {_key(message): message for message in catalogue if message.id}
    found = [f"missing: {shown(wanted[key])}" for key in wanted.keys() - present.keys()]
    found += [f"stale: {shown(present[key])}" for key in present.keys() - wanted.keys()]
    for key in wanted.keys() & present.keys():
        found += [f"{fault}: {shown(present[key])}" for fault in _message_faults(present[key], catalogue)]
    return sorted(found)


def shown(message: Message) -> str:
    """The English text of a message, as the programmer wrote it."""
    source = message.id if isinstance(message.id, str) else message.id[0]
    return f"“{source}”"


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _message_faults(message: Message, catalogue: Catalog) -> Iterator[str]:
    sources = (message.id,) if isinstance(message.id, str) else message.id
    strings = (message.string,) if isinstance(message.string, str) else message.string
    if message.fuzzy:
        yield "fuzzy"
    if not all(strings):
        yield "untranslated"
        return
    if len(sources) > 1 and len(strings) != catalogue.num_plurals:
        yield f"{len(strings)} plural forms instead of {catalogue.num_plurals}"
    for string in strings:
        yield from _string_faults(string, sources, str(catalogue.locale)[:2])


def _string_faults(string: str, sources: tuple[str, ...], language: str) -> Iterator[str]:
    one_of_several = len(sources) > 1
    used, offered = (
        set(PLACEHOLDER.findall(string)),
        {name for s in sources for name in PLACEHOLDER.findall(s)},
    )
    # A plural form may say "one" or "two" in a word, so it may leave its number out, but not invent one.
    if used - offered or (used != offered and not one_of_several):
        yield f"placeholders {sorted(used)} instead of {sorted(offered)}"
    if sorted(TAG.findall(string)) != sorted(TAG.findall(sources[0])):
        yield "other tags than in English"
    if string != string.strip() or any(s != s.strip() for s in sources):
        yield "spaces at its ends"
    if STRANGE_DIGITS.search(string):
        yield "digits other than 0 to 9"
    if language == "fr" and FRENCH_SPACES.search(string):
        yield "spaces of French punctuation (no-break inside « » and before the colon, none before ; ! ?)"
    if language == "ar" and LATIN_WORDS.search(PLACEHOLDER.sub("", string)) and not ARABIC.search(string):
        yield "no Arabic letter"
