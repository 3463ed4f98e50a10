"""The shape of a document: its fields as data, by which a body is checked and an editor builds its form.

A place in a body is written with dots, and items of a list are counted from one: `sources.2.name.fr`.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _

from portal.languages import LANGUAGES, NAMES

SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")

UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
"""Characters that no page, feed or database can hold or that mean nothing there."""

LINE_ENDS = re.compile("[\n\r\u2028\u2029]")

DEEPEST = 12
"""Groups within groups; no kind of ours has more than four."""

LONGEST_LINE = 500
LONGEST_WORDS = 60_000
LONGEST_SLUG = 80
LONGEST_LINK = 2_000


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in a body that cannot stay as it is.

    Attributes:
        place: where, with dots.
        sentence: what is wrong and what to do, in the page's language.
    """

    place: str
    sentence: str

    def __str__(self) -> str:
        """Place and sentence on one line."""
        return f"{self.place}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Field(ABC):
    """One field of a document.

    Attributes:
        name: its key in the body.
        label: what an editor calls it (lazy text).
        required: whether it must be there and not be empty.
        hint: a sentence under the label, or "".
    """

    name: str
    label: object
    _: KW_ONLY
    required: bool = False
    hint: object = ""

    @abstractmethod
    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """What is wrong with a value that is there."""

    def check(self, value: Any, place: str) -> Iterator[Complaint]:
        """What is wrong with a value, or with its absence."""
        if value is None or value in ("", [], {}):
            if self.required:
                yield Complaint(place, _("This is missing; fill it in."))
        else:
            yield from self.faults(value, place)

    def empty(self) -> Any:
        """What stands for it where it was left out."""
        return None


@dataclass(frozen=True, slots=True)
class Line(Field):
    """A short text that is the same in every language: a name, a code."""

    pattern: str = ""

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """One line, not too long, of the right pattern."""
        if not isinstance(value, str) or LINE_ENDS.search(value) or len(value) > LONGEST_LINE:
            yield Complaint(place, _("Write one line of at most %(n)s characters.", n=LONGEST_LINE))
        elif UNFIT.search(value):
            yield Complaint(place, unfit())
        elif self.required and not value.strip():
            yield Complaint(place, _("This is missing; fill it in."))
        elif self.pattern and re.fullmatch(self.pattern, value) is None:
            yield Complaint(place, _("“%(value)s” does not have the right form.", value=value))


@dataclass(frozen=True, slots=True)
class Words(Field):
    """A text in every language of the portal.

    Attributes:
        long: whether it has several paragraphs.
        markdown: whether it is Markdown.
    """

    long: bool = False
    markdown: bool = False
    required: bool = True

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """Every language is there, and no other."""
        if not isinstance(value, Mapping):
            yield Complaint(
                place, _("Write this in each language: %(languages)s.", languages=", ".join(LANGUAGES))
            )
            return
        for code in LANGUAGES:
            text = value.get(code)
            if not isinstance(text, str) or not text.strip():
                sentence = _("The text in %(language)s is missing.", language=NAMES[code])
                yield Complaint(f"{place}.{code}", sentence)
            elif len(text) > LONGEST_WORDS:
                yield Complaint(f"{place}.{code}", _("Write at most %(n)s characters.", n=LONGEST_WORDS))
            elif UNFIT.search(text):
                yield Complaint(f"{place}.{code}", unfit())
        for code in value.keys() - LANGUAGES.keys():
            yield Complaint(f"{place}.{code}", _("The portal does not speak “%(code)s”.", code=code))


@dataclass(frozen=True, slots=True)
class Number(Field):
    """A number."""

    def check(self, value: Any, place: str) -> Iterator[Complaint]:
        """Zero is a value, unlike an empty text."""
        if value is not None:
            yield from self.faults(value, place)
        elif self.required:
            yield Complaint(place, _("This is missing; fill it in."))

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """A number, and neither true nor false."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield Complaint(place, _("Write a number in digits."))


@dataclass(frozen=True, slots=True)
class Flag(Field):
    """Yes or no."""

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """True or false."""
        if not isinstance(value, bool):
            yield Complaint(place, _("Choose yes or no."))


@dataclass(frozen=True, slots=True)
class Day(Field):
    """A date as far as it is known: a year, a month, or a day."""

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """YYYY, YYYY-MM or YYYY-MM-DD."""
        if not isinstance(value, str) or not _is_day(value):
            yield Complaint(place, _("Write a date as 2026-11-03, 2026-11 or 2026."))


@dataclass(frozen=True, slots=True)
class Link(Field):
    """An address on the web."""

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """A whole address of http or https."""
        if not isinstance(value, str) or len(value) > LONGEST_LINK or not _is_address(value):
            yield Complaint(place, _("Write the whole address, beginning with https://."))


@dataclass(frozen=True, slots=True)
class Names(Field):
    """A list of short names that a document gives to parts of itself, as to its sources."""

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """A list of names."""
        if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
            yield Complaint(place, _("Give a list of names."))

    def empty(self) -> Any:
        """An empty list."""
        return []


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """One code of a list."""

    options: Iterable[str] = ()

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """One of the options."""
        if not isinstance(value, str) or value not in set(self.options):
            listed = ", ".join(self.options)
            yield Complaint(place, _("“%(value)s” is none of: %(options)s.", value=value, options=listed))


@dataclass(frozen=True, slots=True)
class Choices(Choice):
    """Several codes of a list."""

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """A list of options."""
        if not isinstance(value, list):
            yield Complaint(place, _("Give a list."))
            return
        for number, code in enumerate(value, start=1):
            yield from Choice.faults(self, code, f"{place}.{number}")

    def empty(self) -> Any:
        """An empty list."""
        return []


@dataclass(frozen=True, slots=True)
class Ref(Field):
    """The slug of a document of another kind, or several."""

    kind: str = ""
    many: bool = False

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """Slugs; whether they lead anywhere is the thread's matter."""
        slugs = value if self.many and isinstance(value, list) else [value]
        for slug in slugs:
            if not is_slug(slug):
                yield Complaint(place, _("“%(value)s” is not the name of a document.", value=str(slug)))

    def empty(self) -> Any:
        """An empty list where there may be several."""
        return [] if self.many else None


@dataclass(frozen=True, slots=True)
class One(Field):
    """A group of fields, at most once."""

    fields: tuple[Field, ...] = ()

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """Each field in turn."""
        yield from check(value, self.fields, place)


@dataclass(frozen=True, slots=True)
class Many(Field):
    """A group of fields, any number of times."""

    fields: tuple[Field, ...] = ()

    def faults(self, value: Any, place: str) -> Iterator[Complaint]:
        """Each group in turn."""
        if not isinstance(value, list):
            yield Complaint(place, _("Give a list."))
            return
        for number, group in enumerate(value, start=1):
            yield from check(group, self.fields, f"{place}.{number}")

    def empty(self) -> Any:
        """An empty list."""
        return []


def unfit() -> str:
    """What is wrong with a text that holds characters that cannot be shown."""
    return _("It holds characters that cannot be shown; type them again.")


def is_slug(value: object) -> bool:
    """Whether something can be the name of a document in addresses."""
    return isinstance(value, str) and len(value) <= LONGEST_SLUG and SLUG.fullmatch(value) is not None


def _is_day(text: str) -> bool:
    if DAY.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    spaced = any(letter.isspace() for letter in text) or UNFIT.search(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not spaced


def filled(value: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """A group of fields with those that were left out: lists as empty ones, all else as None.

    Pages can then name any field of a document, and none is unknown.
    """
    whole = dict(value)
    for field in fields:
        inner = whole.setdefault(field.name, field.empty())
        if isinstance(field, Many) and isinstance(inner, list):
            whole[field.name] = [filled(group, field.fields) for group in inner]
        elif isinstance(field, One) and isinstance(inner, Mapping):
            whole[field.name] = filled(inner, field.fields)
    return whole


def check(value: Any, fields: Iterable[Field], place: str = "") -> Iterator[Complaint]:
    """Everything wrong with a group of fields.

    Args:
        value: the group as it came.
        fields: what it should hold; anything else is refused, for it would be lost on the page.
        place: where the group stands.
    """
    if not isinstance(value, Mapping) or place.count(".") > DEEPEST:
        yield Complaint(place, _("Give a group of fields."))
        return
    known = {field.name: field for field in fields}
    for name in sorted(str(name) for name in value.keys() - known.keys()):
        yield Complaint(f"{place}.{name}".lstrip("."), _("There is no field of this name here."))
    for name, field in known.items():
        yield from field.check(value.get(name), f"{place}.{name}".lstrip("."))
