"""What was answered so far, for the overview, the review page and the offer of typed text back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flask_babel import gettext as _

from portal.filters import day, in_language, labelled, listed, number
from surveys.questionnaire import routing
from surveys.questionnaire.answers import check_page
from surveys.questionnaire.expressions import references
from surveys.responses import drafts, waves
from surveys.responses.merge import as_posted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveys.questionnaire.answers import AnswerError
    from surveys.questionnaire.model import Answers, Page, Question, Questionnaire, Value
    from surveys.responses.model import Conflict, Draft, ParkedPost


@dataclass(frozen=True, slots=True)
class Given:
    """One question with its answer in words; an empty tuple when there is none."""

    question: Question
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The questions of one page as answered."""

    page: Page
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A page on the path and how far it is."""

    page: Page
    state: Literal["done", "begun", "to_do"]


def words(question: Question, answers: Answers) -> tuple[str, ...]:
    """An answer in the page's language, one line for each thing chosen or written."""
    value = answers.get(question.name)
    if value is None:
        return ()
    if isinstance(value, dict):
        chosen = [(row, value[row.name]) for row in question.rows if row.name in value]
        return tuple(
            labelled(in_language(row.label), _choice(question, name, answers)) for row, name in chosen
        )
    if question.choices:
        names = value if isinstance(value, list) else [str(value)]
        return tuple(_choice(question, name, answers) for name in names)
    if value is True:
        return (_("Yes"),)
    if question.type == "date":
        return (day(str(value)),)
    return (number(value) if isinstance(value, int) else str(value),)


def _choice(question: Question, name: str, answers: Answers) -> str:
    choice = question.choice[name]
    label = in_language(choice.label)
    written = answers.get(f"{question.name}:other") if choice.other else None
    return labelled(label, str(written)) if written else label


def parts(questionnaire: Questionnaire, answers: Answers) -> list[Part]:
    """Everything asked on the path, page by page."""
    on_path = routing.on_path(questionnaire, answers)
    return [
        Part(
            page,
            tuple(
                Given(question, words(question, on_path))
                for question in routing.visible(questionnaire, page, answers)
                if question.asks
            ),
        )
        for page in routing.path(questionnaire, answers)
    ]


def states(questionnaire: Questionnaire, answers: Answers) -> list[Step]:
    """The pages on the path, each done, begun or still to do."""
    missing = {place.page for place in routing.unanswered(questionnaire, answers)}
    steps = []
    for part in parts(questionnaire, answers):
        begun = any(given.lines for given in part.given)
        done = begun and part.page.name not in missing
        steps.append(Step(part.page, "done" if done else "begun" if begun else "to_do"))
    return steps


def position(questionnaire: Questionnaire, answers: Answers, page: Page) -> tuple[int, int]:
    """The page's place on the path, counted from one, and how many pages there may be at most.

    A page that an open question still decides is counted, so that the number never grows under way.
    """
    path = routing.path(questionnaire, answers)
    order = list(questionnaire.page)
    later = order[order.index(page.name) + 1 :]
    before = [passed for passed in path if passed.name not in later and passed != page]
    ahead = [
        name for name in later if questionnaire.page[name] in path or _undecided(questionnaire, name, answers)
    ]
    return len(before) + 1, len(before) + 1 + len(ahead)


def _undecided(questionnaire: Questionnaire, page: str, answers: Answers) -> bool:
    conditions = [question.relevant for question in questionnaire.page[page].questions if question.relevant]
    return any(name not in answers for condition in conditions for name in references(condition))


def elsewhere(questionnaire: Questionnaire, page: Page, answers: Answers) -> dict[str, Value]:
    """Answers given on other pages that decide, in the browser, what this page asks."""
    names = {
        name for question in page.questions if question.relevant for name in references(question.relevant)
    }
    here = {question.name for question in page.questions}
    on_path = routing.on_path(questionnaire, answers)
    fields = (field for name in sorted(names - here) for field in (name, f"{name}:other"))
    return {field: on_path[field] for field in fields if field in on_path}


def in_words(
    questionnaire: Questionnaire, conflicts: Mapping[str, Conflict] | None
) -> list[tuple[Question, str]]:
    """What this respondent typed where somebody else had answered meanwhile."""
    found = []
    for field, conflict in (conflicts or {}).items():
        question = questionnaire.question[field.partition(":")[0]]
        mine = {} if conflict.mine is None else {field: conflict.mine}
        text = str(conflict.mine) if ":" in field and conflict.mine else listed(words(question, mine))
        found.append((question, text or _("(nothing)")))
    return found


def park(draft: Draft, page: Page, posted: Mapping[str, Sequence[str]], reason: str = "invalid") -> None:
    """Keep what was typed on a page and could not be stored, what it started from, and what was in view."""
    names = {question.name for question in page.questions} | {":revision", ":shown"}
    own = {
        field: texts for field, texts in posted.items() if field in names or field.partition(":")[0] in names
    }
    drafts.park(draft.id, page.name, own, reason=reason)


def parked_on(draft: Draft, page: str) -> tuple[ParkedPost | None, list[tuple[Question, str]]]:
    """What was last typed on a page and refused, and in words what lost against somebody else's answer."""
    kept = [post for post in drafts.parked(draft.id) if post.page == page]
    refused = [post for post in kept if post.reason in {"invalid", "closed"}]
    questionnaire = waves.questionnaire(draft)
    lost = {
        question.name: (question, text)
        for post in kept
        if post.reason == "conflict"
        for question, text in in_words_as_typed(questionnaire, page, post.posted)
    }
    return (refused[-1] if refused else None), list(lost.values())


def in_words_as_typed(
    questionnaire: Questionnaire, page: str, posted: Mapping[str, Sequence[str]]
) -> list[tuple[Question, str]]:
    """Posted answers in words."""
    values = check_page(questionnaire, questionnaire.page[page], posted, {}, frozenset()).values
    given = {name: value for name, value in values.items() if value is not None}
    return [(q, listed(words(q, given))) for q in questionnaire.page[page].questions if q.name in given]


def laid_over(page: Page, answers: Answers, typed: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """A page as last typed; stored answers fill in for questions that were not in view when it was sent."""
    shown = set((typed.get(":shown") or [""])[0].split())
    names = {question.name for question in page.questions} - shown
    unseen = {field: texts for field, texts in as_posted(answers).items() if field.partition(":")[0] in names}
    return {**unseen, **typed}


def telling(errors: Mapping[str, AnswerError]) -> dict[str, AnswerError]:
    """The complaints about something typed; that nothing was typed yet is no news to who only passes by."""
    return {field: error for field, error in errors.items() if error.code not in {"required", "row_missing"}}


def unpark(draft: Draft, page: str) -> None:
    """Forget what was parked for a page, once the page was saved whole."""
    for post in drafts.parked(draft.id):
        if post.page == page:
            drafts.discard(draft.id, post.id)
