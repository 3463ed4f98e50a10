"""Rules about the languages of a page: it says which one it is in, and is in that one throughout.

Text in an element with a `lang` of its own, names in `bdi`, code, addresses and what a person typed
(`dir="auto"`, text areas) may be in any language; everything else is in the language of the page.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from tests.page_rules import ADDRESS_LANGUAGE, name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from tests.page_rules import Page, Rule

CATALOGUES = Path(__file__).parent.parent / "portal" / "translations"

FREE = frozenset({"code", "kbd", "samp", "pre", "address", "bdi", "textarea", "script", "style", "template"})
"""Elements whose text is in no particular language."""

BLOCKS = re.compile(
    "title|h[1-6]|p|li|d[tdl]|t[dh]|caption|figcaption|legend|label|button|option|summary|blockquote|a|text|desc"
    "|div|section|header|footer|main|nav"
)
"""Elements whose text reads as one run; what stands inside a smaller one counts there."""

SPOKEN = ("alt", "aria-label", "title", "placeholder", "content")
"""Attributes that a person hears or reads; `content` is that of the page's description."""

ARABIC = re.compile(r"[\u0600-\u06ff]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
LATIN_RUN = re.compile(r"(?:[A-Za-z\u00c0-\u024f’'-]{2,}[\s,;:]+){3}[A-Za-z\u00c0-\u024f’'-]{2,}")
"""Four Latin words in a row: a sentence, not a name."""

TELLING_WORDS = {
    "en": re.compile(
        r"\b(?:the|and|of|with|your?|this|that|is|was|were|from|how|what|which|to|by|not|have|has|it)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:les?|la|des|une|du|et|est|dans|pour|avec|[vn]ous|votre|vos|qui|que|sont|par|aux?)\b",
        re.IGNORECASE,
    ),
}
"""Words that stand in nearly every sentence of a language and in no sentence of the other."""

ENOUGH_LETTERS = 4
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def declared(page: Page) -> Iterator[str]:
    """The page says its language, the one its address names, and writes in its direction."""
    language = page.tree.get("lang", "")
    named = ADDRESS_LANGUAGE.match(page.address)
    if language not in {"en", "fr", "ar"}:
        yield f"lang is “{language}”"
    elif named and named.group(1) != language:
        yield f"lang is “{language}” at an address in “{named.group(1)}”"
    wanted = "rtl" if language == "ar" else "ltr"
    if page.tree.get("dir", "ltr") != wanted:
        yield f"dir is “{page.tree.get('dir')}” in a page in “{language}”"


def unmixed(page: Page) -> Iterator[str]:
    """Each run of text is in the language of the page."""
    runs = text_runs(page)
    for text in runs:
        fault = _stranger(text, page.language)
        if fault:
            yield f"{fault} in a page in “{page.language}”: “{text[:80]}”"
    whole = "".join(runs)
    if page.language == "ar" and len(LATIN.findall(whole)) > len(ARABIC.findall(whole)):
        yield "a page in “ar” has more Latin than Arabic letters"


def translated(page: Page) -> Iterator[str]:
    """No text stands in English that the catalogue of the page's language has a translation of."""
    catalogue = sources(CATALOGUES / page.language / "LC_MESSAGES" / "messages.po")
    for text in text_runs(page):
        if any(source.fullmatch(text) for source in catalogue):
            yield f"untranslated in a page in “{page.language}”: “{text[:80]}”"


def text_runs(page: Page) -> list[str]:
    """The page's texts in reading order, each the text of its smallest block, spaces folded."""
    runs: dict[etree._Element, list[str]] = {}
    spoken: list[str] = []
    for element in page.tree.iter():
        if not name(element) or _is_free(element, page.language):
            continue
        spoken += [element.get(key, "") for key in SPOKEN if _is_spoken(element, key)]
        if element.text:
            runs.setdefault(_block(element), []).append(element.text)
        for child in element:
            if child.tail:
                runs.setdefault(_block(element), []).append(child.tail)
    texts = ["".join(parts) for parts in runs.values()] + spoken
    return [folded for folded in (" ".join(text.split()) for text in texts) if folded]


def _is_spoken(element: etree._Element, key: str) -> bool:
    described = key != "content" or element.get("name") == "description"
    return element.get(key) is not None and described


def _is_free(element: etree._Element, language: str) -> bool:
    for around in (element, *element.iterancestors()):
        if around.get("lang") is not None:
            return around.get("lang") != language
        if name(around) in FREE or around.get("dir") == "auto" or around.get("translate") == "no":
            return True
    return False


def _block(element: etree._Element) -> etree._Element:
    around = (element, *element.iterancestors())
    return next((found for found in around if BLOCKS.fullmatch(name(found))), element)


def _stranger(text: str, language: str) -> str:
    """What in a text is of another language; empty when nothing is."""
    if language == "ar":
        return "Latin words" if LATIN_RUN.search(text) else ""
    if ARABIC.search(text):
        return "Arabic letters"
    other = "fr" if language == "en" else "en"
    own = len(TELLING_WORDS[language].findall(text)) if language in TELLING_WORDS else 0
    strange = len(TELLING_WORDS[other].findall(text))
    return f"words of “{other}”" if strange > max(own, 1) else ""


@cache
def sources(catalogue: Path) -> tuple[re.Pattern[str], ...]:
    """Patterns of the English texts that a catalogue translates into something else."""
    if not catalogue.is_file():
        return ()  # English, or a language whose texts are not translated yet (test_translations says so)
    with catalogue.open("rb") as file:
        messages = [message for message in read_po(file) if message.id and message.string]
    pairs = [pair for message in messages for pair in _pairs(message.id, message.string)]
    kept = {translation for _, translation in pairs}
    return tuple(_pattern(source) for source, _ in pairs if source not in kept and _is_telling(source))


def _pairs(source: str | tuple[str, ...], translation: str | tuple[str, ...]) -> list[tuple[str, str]]:
    ids = (source,) if isinstance(source, str) else source
    strings = (translation,) if isinstance(translation, str) else translation
    return [(one, strings[0]) for one in ids]


def _is_telling(source: str) -> bool:
    return len(LATIN.findall(PLACEHOLDER.sub("", source))) >= ENOUGH_LETTERS


def _pattern(source: str) -> re.Pattern[str]:
    parts = [re.escape(part.replace("%%", "%")) for part in PLACEHOLDER.split(" ".join(source.split()))]
    return re.compile(".+?".join(parts))


RULES: tuple[Rule, ...] = (declared, unmixed, translated)
