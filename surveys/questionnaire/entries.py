"""One mapping of a questionnaire's file, read key by key into values; what is wrong becomes a complaint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import said, suggestion
from surveys.questionnaire.document import Items, Scalar, Table
from surveys.questionnaire.syntax import parse
from surveys.questionnaire.tokens import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from surveys.questionnaire.complaints import Complaints
    from surveys.questionnaire.document import Element
    from surveys.questionnaire.model import Text
    from surveys.questionnaire.tree import Node

QUESTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
PAGE_NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
CHOICE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

_SHAPES = {
    QUESTION_NAME: said("shape_question"),
    PAGE_NAME: said("shape_page"),
    CHOICE_NAME: said("shape_choice"),
    SLUG: said("shape_slug"),
}
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


class Entry:
    """A mapping of the file with its complaints.

    Attributes:
        languages: the languages every text must have; empty while they are not known.
        prefix: what complaints put before a key, such as `dimension.`.
    """

    def __init__(
        self, table: Table, complaints: Complaints, languages: Sequence[str] = (), prefix: str = ""
    ) -> None:
        self.line = table.line
        self.languages = tuple(languages)
        self.prefix = prefix
        self._table = table
        self._complaints = complaints

    def __contains__(self, key: str) -> bool:
        return key in self._table.elements

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys as written, in order."""
        return tuple(self._table.elements)

    def plain(self, key: str) -> str | None:
        """The text under a key, whatever it is worth; complains of nothing."""
        element = self._table.elements.get(key)
        return element.text if isinstance(element, Scalar) else None

    def line_of(self, key: str) -> int:
        """The line a key stands on; the entry's own when the key is absent."""
        return self._table.lines.get(key, self.line)

    def complain(self, key: str, message: str) -> None:
        """Note a problem with a key."""
        self._complaints.add(self.line_of(key), self.prefix + key, message)

    def only(self, allowed: Iterable[str], where: str) -> None:
        """Complain about every key that is not allowed here; `where` names the place, such as "a page"."""
        known = frozenset(allowed)
        for key in self.keys:
            if key not in known:
                self.complain(key, said("unknown_key", where=where, hint=suggestion(key, known)))

    def text(self, key: str, *, required: bool = False) -> str | None:
        """A plain text; None, with a complaint where due, when it is missing, empty or no text."""
        element = self._element(key, required=required)
        if element is None:
            return None
        if not isinstance(element, Scalar):
            self.complain(key, said("no_single_text"))
            return None
        if not element.text:
            self.complain(key, said("empty"))
            return None
        return element.text

    def name(self, key: str, shape: re.Pattern[str], *, required: bool = True) -> str | None:
        """A text of a given shape."""
        found = self.text(key, required=required)
        if found is not None and not shape.fullmatch(found):
            self.complain(key, said("no_name", value=found, shape=_SHAPES[shape]))
            return None
        return found

    def among(self, key: str, known: Iterable[str], *, required: bool = False) -> str | None:
        """One of the known words."""
        found, choices = self.text(key, required=required), sorted(known)
        if found is not None and found not in choices:
            listed = ", ".join(choices) or said("nothing")
            hint = suggestion(found, choices)
            self.complain(key, said("not_among", value=found, known=listed, hint=hint))
            return None
        return found

    def flag(self, key: str) -> bool:
        """A yes or no; no when it is missing."""
        found = self.text(key)
        if found is None:
            return False
        if found not in _FLAGS:
            self.complain(key, said("no_flag", value=found))
        return _FLAGS.get(found, False)

    def whole(self, key: str) -> int | None:
        """A whole number of at most 15 digits."""
        found = self.text(key)
        if found is None:
            return None
        if not re.fullmatch(r"-?\d{1,15}", found, re.ASCII):
            self.complain(key, said("not_whole", value=found))
            return None
        return int(found)

    def wording(self, key: str, *, required: bool = False) -> Text:
        """A researcher's text in every language; empty when it is missing."""
        element = self._element(key, required=required)
        if element is None:
            return {}
        if not isinstance(element, Table):
            pattern = ", ".join(f"{language}: …" for language in self.languages)
            self.complain(key, said("not_worded", pattern=pattern))
            return {}
        return self._languages(key, Entry(element, self._complaints, self.languages, f"{self.prefix}{key}."))

    def _languages(self, key: str, entry: Entry) -> Text:
        for language in self.languages:
            if language not in entry:
                message = said("missing_wording", language=language)
                self._complaints.add(self.line_of(key), entry.prefix + language, message)
        for language in entry.keys:
            if self.languages and language not in self.languages:
                entry.complain(language, said("undeclared_language"))
        return {language: entry.text(language) or "" for language in self.languages if language in entry}

    def expression(self, key: str) -> Node | None:
        """An expression's tree."""
        found = self.text(key)
        if found is None:
            return None
        try:
            return parse(found)
        except ExpressionError as problem:
            self.complain(key, problem.said)
            return None

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of plain texts."""
        found = []
        for element in self._items(key, required=required):
            if isinstance(element, Scalar) and element.text:
                found.append(element.text)
            else:
                self._complaints.add(element.line, self.prefix + key, said("no_list_of_texts"))
        return tuple(found)

    def entries(self, key: str, *, required: bool = False) -> tuple[Entry, ...]:
        """A list of mappings."""
        found = []
        for element in self._items(key, required=required):
            if isinstance(element, Table):
                found.append(Entry(element, self._complaints, self.languages))
            else:
                message = said("no_list_of_entries")
                self._complaints.add(element.line, self.prefix + key, message)
        return tuple(found)

    def entry(self, key: str, *, required: bool = False) -> Entry | None:
        """A mapping inside this one."""
        element = self._element(key, required=required)
        if element is None:
            return None
        if not isinstance(element, Table):
            self.complain(key, said("no_inner_mapping"))
            return None
        return Entry(element, self._complaints, self.languages, f"{self.prefix}{key}.")

    def _items(self, key: str, *, required: bool) -> tuple[Element, ...]:
        element = self._element(key, required=required)
        if element is None:
            return ()
        if not isinstance(element, Items):
            self.complain(key, said("no_list"))
            return ()
        if not element.elements:
            self.complain(key, said("empty_list"))
        return element.elements

    def _element(self, key: str, *, required: bool) -> Element | None:
        element = self._table.elements.get(key)
        if element is None and required:
            self.complain(key, said("missing"))
        return element
