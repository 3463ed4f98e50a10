"""A questionnaire from its YAML file; every problem of the file is reported at once, with line and remedy."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import Complaint, Complaints, QuestionnaireError, said
from surveys.questionnaire.consistency import Consistency, Kind, Site
from surveys.questionnaire.document import Table, compose
from surveys.questionnaire.entries import CHOICE_NAME, PAGE_NAME, QUESTION_NAME, SLUG, Entry
from surveys.questionnaire.model import Page, Question, Questionnaire, Text
from surveys.questionnaire.parts import read_lists
from surveys.questionnaire.question_reader import RESERVED_NAMES, read_question
from surveys.questionnaire.tree import Node, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from surveys.questionnaire.model import Choice

__all__ = ["Complaint", "QuestionnaireError", "read"]

KEYS = ("name", "version", "languages", "title", "summary", "themes", "choices", "survey")
PAGE_KEYS = ("type", "name", "label", "hint", "relevant", "questions")
GROUP_KEYS = ("type", "name", "relevant", "questions")

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def read(source: str, filename: str) -> Questionnaire:
    """Read a questionnaire.

    Args:
        source: the YAML text.
        filename: what complaints call it.

    Returns:
        The questionnaire, in which everything fits together.

    Raises:
        QuestionnaireError: with every problem of the file, in its order.
    """
    complaints = Complaints(filename)
    document = compose(source, complaints)
    if isinstance(document, Table):
        questionnaire = _Reading(Entry(document, complaints), complaints).whole(source, filename)
    elif document is not None:
        complaints.add(document.line, "", said("no_mapping"))
    if found := complaints.all():
        raise QuestionnaireError(found)
    return questionnaire


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a question stands: its page, and the conditions of the page and groups around it."""

    page: str
    conditions: tuple[Node, ...] = ()


class _Reading:
    """The reading of one file."""

    def __init__(self, entry: Entry, complaints: Complaints) -> None:
        self._complaints = complaints
        self._entry = entry
        self._sites: list[Site] = []
        self._questions: dict[str, Question] = {}
        self._unread: set[str] = set()
        self._lines: dict[str, int] = {}
        self._lists: Mapping[str, tuple[Choice, ...]] = {}
        self._themes: Mapping[str, Text] = {}

    def whole(self, source: str, filename: str) -> Questionnaire:
        entry = self._entry
        entry.only(KEYS, said("in_questionnaire"))
        entry.languages = self._languages()
        self._themes = self._read_themes()
        self._lists = read_lists(entry)
        questionnaire = Questionnaire(
            slug=entry.name("name", SLUG) or "",
            version=entry.text("version", required=True) or "",
            title=entry.wording("title", required=True),
            summary=entry.wording("summary", required=True),
            languages=entry.languages,
            pages=self._pages(),
            themes=self._themes,
            hash=hashlib.sha256(source.encode()).hexdigest(),
            file=filename,
        )
        Consistency(self._questions, frozenset(self._unread), self._complaints).check(self._sites)
        return questionnaire

    def _languages(self) -> tuple[str, ...]:
        found = self._entry.texts("languages", required=True)
        for language in found:
            if not _LANGUAGE.fullmatch(language):
                self._entry.complain("languages", said("no_language_code", value=language))
        if len(set(found)) < len(found):
            self._entry.complain("languages", said("language_twice"))
        return tuple(dict.fromkeys(found))

    def _read_themes(self) -> dict[str, Text]:
        inner = self._entry.entry("themes")
        found: dict[str, Text] = {}
        for name in inner.keys if inner else ():
            if inner and not CHOICE_NAME.fullmatch(name):
                inner.complain(name, said("theme_no_name"))
            elif inner:
                found[name] = inner.wording(name)
        return found

    def _pages(self) -> tuple[Page, ...]:
        found: dict[str, Page] = {}
        for entry in self._entry.entries("survey", required=True):
            page = self._page(entry)
            if page.name in found:
                entry.complain("name", said("page_taken", name=page.name))
            found[page.name] = page
        return tuple(found.values())

    def _page(self, entry: Entry) -> Page:
        if entry.text("type", required=True) not in {"page", None}:
            entry.complain("type", said("not_in_page"))
        entry.only(PAGE_KEYS, said("in_page"))
        name = entry.name("name", PAGE_NAME) or f"line-{entry.line}"
        if name in RESERVED_NAMES:
            entry.complain("name", said("reserved_address", name=name))
        questions = self._inside(entry, _Scope(name))
        return Page(
            name=name,
            label=entry.wording("label", required=True),
            questions=questions,
            hint=entry.wording("hint"),
            line=entry.line,
        )

    def _inside(self, entry: Entry, outer: _Scope) -> tuple[Question, ...]:
        """The questions of a page or group, under its condition."""
        node = entry.expression("relevant")
        scope = outer if node is None else _Scope(outer.page, (*outer.conditions, node))
        found: list[Question] = []
        for inner in entry.entries("questions", required=True):
            if inner.plain("type") == "group":
                found.extend(self._group(inner, scope))
            elif (question := self._question(inner, scope)) is not None:
                found.append(question)
        if node is not None and found:
            self._sites.append(Site(node, "relevant", entry.line_of("relevant"), found[0].name))
        return tuple(found)

    def _group(self, entry: Entry, scope: _Scope) -> tuple[Question, ...]:
        entry.only(GROUP_KEYS, said("in_group"))
        if "name" in entry and (name := entry.name("name", QUESTION_NAME)):
            self._claim(entry, name)
        return self._inside(entry, scope)

    def _claim(self, entry: Entry, name: str) -> bool:
        """Take a name; False, with a complaint, when it is taken already."""
        if name in self._lines:
            first = self._lines[name]
            entry.complain("name", said("name_taken", name=name, line=first))
            return False
        self._lines[name] = entry.line
        return True

    def _question(self, entry: Entry, scope: _Scope) -> Question | None:
        own = entry.expression("relevant")
        conditions = scope.conditions if own is None else (*scope.conditions, own)
        question = read_question(entry, scope.page, _all(conditions), self._lists, self._themes)
        if question is None:
            self._unread.add(entry.plain("name") or "")
            return None
        if not self._claim(entry, question.name):
            return None
        self._questions[question.name] = question
        self._note_sites(entry, question, own)
        return question

    def _note_sites(self, entry: Entry, question: Question, own: Node | None) -> None:
        nodes: tuple[tuple[Kind, Node | None], ...] = (
            ("relevant", own),
            ("constraint", question.constraint),
            ("calculation", question.calculation),
        )
        for kind, node in nodes:
            if node is not None:
                self._sites.append(Site(node, kind, entry.line_of(kind), question.name))


def _all(conditions: tuple[Node, ...]) -> Node | None:
    """The condition that holds when all of them do."""
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else Operation("and", conditions)
