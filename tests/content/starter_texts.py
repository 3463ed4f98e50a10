"""Reads the content that ships with the home page, the case studies and the conference, for its tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTAL = Path(__file__).parents[2] / "portal"
LANGUAGES = ("en", "fr", "ar")

Content = dict[str, Any]


def read(path: Path) -> Content:
    """One content file."""
    content: Content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


KNOWN = read(PORTAL / "home/starter/known.yaml")
HOME = read(PORTAL / "home/starter/home.yaml")
SUMMIT = read(PORTAL / "conference/starter/summit-2020.yaml")
VOCABULARY = read(PORTAL / "stories/starter/_vocabulary.yaml")
STORIES = {path.stem: read(path) for path in sorted((PORTAL / "stories/starter").glob("[!_]*.yaml"))}
FIGURES = {figure["slug"]: figure for figure in KNOWN["figures"]}
FACTS = {fact["slug"]: fact for fact in read(PORTAL / "facts/starter/facts.yaml")["facts"]}
FILES = {"known": KNOWN, "home": HOME, "summit-2020": SUMMIT, "_vocabulary": VOCABULARY, **STORIES}

REFERENCE = re.compile(r"\[\[[^\[\]|]*(\|[^\[\]|]*)?\]\]")

NUMBER = r"\d+(?:\.\d+)?"
EQUATION = re.compile(rf"({NUMBER}(?: [+×/] {NUMBER})+) = ({NUMBER})(%?)")


def walk(content: object, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in a file with the place it stands at, the outermost first."""
    yield place, content
    if isinstance(content, dict):
        for key, value in content.items():
            yield from walk(value, f"{place}/{key}")
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from walk(value, f"{place}/{index}")


def texts(content: object) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of a file: a mapping from languages to strings."""
    for place, value in walk(content):
        if isinstance(value, dict) and any(isinstance(value.get(code), str) for code in LANGUAGES):
            yield place, value


def prose(text: str) -> str:
    """A text without its references; the words that one shows stay."""
    return REFERENCE.sub(lambda found: (found[1] or "").lstrip("|"), text)


def values_of(content: object, key: str) -> list[Any]:
    """The values that stand under a key anywhere in a file."""
    return [value[key] for _, value in walk(content) if isinstance(value, dict) and key in value]


def plain_numbers(text: str, language: str) -> str:
    """A text with its numbers written without thousands separators and with a decimal point."""
    if language == "fr":
        text = re.sub(r"(?<=\d)\u00a0(?=\d{3})", "", text).replace("\u00a0%", "%")
        return re.sub(r"(?<=\d),(?=\d)", ".", text)
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def numbers(text: str, language: str) -> list[float]:
    """The numbers written in digits in a text, in order of size."""
    return sorted(float(found) for found in re.findall(NUMBER, plain_numbers(text, language)))


def equations(text: str, language: str) -> list[tuple[str, str, str]]:
    """The sums written in a text: the terms, the result and its percent sign if it has one."""
    return EQUATION.findall(plain_numbers(text, language))


def worked_out(terms: str) -> float:
    """The result of terms joined by one kind of sign: `+`, `×` or `/`."""
    sign = terms.split(" ")[1]
    first, *others = [float(term) for term in terms.split(f" {sign} ")]
    for other in others:
        first = {"+": first + other, "×": first * other, "/": first / other}[sign]
    return first
