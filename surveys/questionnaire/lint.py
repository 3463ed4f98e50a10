"""What a designer should know before opening a questionnaire: what is never asked, untranslated, too long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import Complaint, Complaints, said
from surveys.questionnaire.effort import page_seconds, question_seconds
from surveys.questionnaire.paths import deciding, explore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from surveys.questionnaire.model import Question, Questionnaire, Text
    from surveys.questionnaire.paths import Outcome, Part

SAME_WORDS = 3
"""A translation that equals its source is suspect from more words than this; "Facebook Messenger" is not."""

BRANCHES = range(2, 7)
"""A question divides the respondents into few groups worth a report each when it has this many choices."""


@dataclass(frozen=True, slots=True)
class PathReport:
    """The longest path of some respondents.

    Attributes:
        question: the question that sets them apart, and `value` their answer; both None for all respondents.
        label: the wording of that answer.
        questions: questions asked, a grid counting as one.
        minutes: reading and answering, in the first language (`effort` has the formula).
    """

    question: str | None
    value: str | None
    label: Text
    questions: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Report:
    """The findings about one questionnaire.

    Attributes:
        longest: the longest path of all.
        paths: the longest path for each answer to each single choice of two to six choices that decides what
            else is asked.
    """

    complaints: tuple[Complaint, ...]
    longest: PathReport
    paths: tuple[PathReport, ...]


def lint(questionnaire: Questionnaire) -> Report:
    """Look for what can be read but should not be published.

    Args:
        questionnaire: as read.

    Returns:
        Pages and questions that no answers lead to, untranslated texts, and the length.
    """
    parts = explore(questionnaire)
    complaints = Complaints(questionnaire.file)
    _complain_unreachable(questionnaire, parts, complaints)
    _complain_untranslated(questionnaire, complaints)
    measure = _Measure(questionnaire, parts)
    paths = tuple(measure.paths())
    return Report(complaints.all(), measure.longest(None, None, {}), paths)


def _complain_unreachable(
    questionnaire: Questionnaire, parts: tuple[Part, ...], complaints: Complaints
) -> None:
    inside = {name for part in parts for name in part.questions}
    reached = {name for part in parts for outcome in part.outcomes for name in outcome.asked}
    for page in questionnaire.pages:
        shown = [question for question in page.questions if question.type != "calculate"]
        lost = [question for question in shown if question.name in inside and question.name not in reached]
        if len(lost) == len(shown):
            complaints.add(page.line, page.name, said("page_never"))
            continue
        for question in lost:
            complaints.add(question.line, question.name, said("question_never"))


def _complain_untranslated(questionnaire: Questionnaire, complaints: Complaints) -> None:
    source, *others = questionnaire.languages
    for line, key, text in _texts(questionnaire):
        words = text.get(source, "")
        for language in others:
            if language not in text:
                complaints.add(line, f"{key}.{language}", said("untranslated"))
            elif text[language] == words and len(words.split()) > SAME_WORDS:
                message = said("same_words", language=source, words=words)
                complaints.add(line, f"{key}.{language}", message)


def _texts(questionnaire: Questionnaire) -> Iterator[tuple[int, str, Text]]:
    """Every text with the line of its page or question and a key."""
    yield 1, "title", questionnaire.title
    yield 1, "summary", questionnaire.summary
    for name, theme in questionnaire.themes.items():
        yield 1, f"themes.{name}", theme
    for page in questionnaire.pages:
        yield page.line, "label", page.label
        if page.hint:
            yield page.line, "hint", page.hint
        for question in page.questions:
            for key in ("label", "hint", "required_message", "constraint_message", "short"):
                text: Text = getattr(question, key)
                if text:
                    yield question.line, key, text
            for name, text in _labels(question):
                yield question.line, f"{name}.label", text
            if question.dimension is not None:
                yield question.line, "dimension.label", question.dimension.label
                for name, text in question.dimension.labels.items():
                    yield question.line, f"dimension.labels.{name}", text


def _labels(question: Question) -> Iterator[tuple[str, Text]]:
    for choice in (*question.choices, *question.rows):
        yield choice.name, choice.label
    for band in question.bands:
        yield band.name, band.label


class _Measure:
    """The lengths of paths, put together from the independent parts."""

    def __init__(self, questionnaire: Questionnaire, parts: tuple[Part, ...]) -> None:
        self._questionnaire = questionnaire
        self._parts = parts
        language = questionnaire.languages[0]
        self._seconds = {n: question_seconds(q, language) for n, q in questionnaire.question.items()}
        inside = {name for part in parts for name in part.questions}
        self._fixed = frozenset(questionnaire.question) - inside
        self._page = {page.name: page_seconds(page, language) for page in questionnaire.pages}
        self._always = {questionnaire.question[name].page for name in self._fixed}

    def paths(self) -> Iterator[PathReport]:
        """The longest path for each answer to each dividing question."""
        names = deciding(self._questionnaire)
        for name, question in self._questionnaire.question.items():
            if name in names and question.type == "select_one" and len(question.choices) in BRANCHES:
                for choice in question.choices:
                    yield self.longest(name, choice.name, choice.label)

    def longest(self, question: str | None, value: str | None, label: Text) -> PathReport:
        """The longest path on which a question has a certain answer."""

        def fits(outcome: Outcome) -> bool:
            return question in outcome.asked and outcome.chosen.get(str(question)) == value

        seconds = self._cost(self._fixed) + sum(self._page[page] for page in self._always)
        asked = set(self._fixed)
        for part in self._parts:
            outcomes = [o for o in part.outcomes if question not in part.questions or fits(o)]
            names = max((outcome.asked for outcome in outcomes), key=self._with_pages, default=frozenset())
            seconds += self._with_pages(names)
            asked |= names
        count = sum(self._questionnaire.question[name].asks for name in asked)
        return PathReport(question, value, label, count, round(seconds / 60, 1))

    def _cost(self, names: frozenset[str]) -> float:
        return sum(self._seconds[name] for name in names)

    def _with_pages(self, names: frozenset[str]) -> float:
        """The seconds of a part's questions and of the pages they open."""
        pages = {self._questionnaire.question[name].page for name in names} - self._always
        return self._cost(names) + sum(self._page[page] for page in pages)
