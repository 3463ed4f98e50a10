"""One WTForms form for each questionnaire page: its fields render and give back what was typed.

The fields judge nothing: `surveys.questionnaire.answers` does, and its complaints are handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import get_template_attribute
from wtforms import Field
from wtforms.form import BaseForm

from portal.respond.messages import sentence
from surveys.questionnaire.expressions import references, to_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from surveys.questionnaire.answers import AnswerError
    from surveys.questionnaire.model import Answers, Page, Question

WIDGETS = {
    "select_one": "select_one",
    "select_multiple": "select_multiple",
    "likert": "likert",
    "acknowledge": "acknowledge",
    "note": "note",
    "integer": "line",
    "decimal": "line",
    "email": "line",
    "url": "line",
    "date": "line",
    "text": "line",
}
"""Question type -> macro in `macros/fields.html`."""


class MacroWidget:
    """Renders a field by the macro of its question's type."""

    def __call__(self, field: QuestionField, **_attributes: object) -> Markup:
        """The field as HTML."""
        macro = "lines" if field.question.appearance == "multiline" else WIDGETS[field.question.type]
        render = get_template_attribute("macros/fields.html", macro)
        return render(field)  # type: ignore[no-any-return]


class QuestionField(Field):
    """One question of a page, with all the form fields that belong to it.

    Attributes:
        typed: form field -> texts, from the post if there is one, else from the stored answers.
        complaints: form field -> sentence in the page's language.
        hidden: it is asked only after an answer on this very page.
        condition: the relevance tree for the browser, None when nothing on this page decides it.
    """

    widget = MacroWidget()

    def __init__(self, question: Question, *, page: Page, hidden: bool, **options: Any) -> None:
        super().__init__(**options)
        self.question = question
        self.hidden = hidden
        self.typed: dict[str, list[str]] = {}
        self.complaints: dict[str, str] = {}
        self.condition = (
            to_json(question.relevant) if question.relevant and decided_on(page, question) else None
        )

    def fields(self) -> list[str]:
        """Names of its form fields: the question's, its grid rows', and its "other" text's."""
        question = self.question
        names = [f"{question.name}:{row.name}" for row in question.rows] or [question.name]
        return names + ([f"{question.name}:other"] if any(c.other for c in question.choices) else [])

    def text(self, field: str) -> str:
        """What was typed into a form field, "" when nothing."""
        return (self.typed.get(field) or [""])[0]

    def has(self, field: str, choice: str) -> bool:
        """Whether a choice is ticked."""
        return choice in self.typed.get(field, ())

    def anchor(self, field: str) -> str:
        """The id of the first control of a form field, for the error summary."""
        if field.endswith(":other") or not self.question.choices:
            return control_id(field)
        return control_id(field, self.question.choices[0].name)


class PageForm(BaseForm):
    """The form of one page."""

    def questions(self) -> Iterator[QuestionField]:
        """The questions, in their order."""
        return cast("Iterator[QuestionField]", iter(self))

    def summary(self) -> list[tuple[str, str]]:
        """(anchor, sentence) for each complaint, in the order of the page."""
        return [
            (field.anchor(name), field.complaints[name])
            for field in self.questions()
            for name in field.fields()
            if name in field.complaints
        ]

    def shown(self) -> str:
        """Names of the questions visible when the page is sent, for the field `:shown`."""
        return " ".join(field.question.name for field in self.questions() if not field.hidden)


def control_id(field: str, choice: str = "") -> str:
    """The id of a control: the form field's name, and the choice's."""
    return "f-" + field.replace(":", ".") + (f"-{choice}" if choice else "")


def build(
    page: Page,
    visible: Collection[str],
    answers: Answers,
    *,
    posted: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, AnswerError] | None = None,
) -> PageForm:
    """The form of a page.

    Args:
        page: the page asked.
        visible: names of the questions relevant now.
        answers: the stored answers.
        posted: what was typed, when it is shown again.
        errors: form field -> what is wrong with it.
    """
    rendered = (q for q in page.questions if q.type in WIDGETS)
    asked = [q for q in rendered if q.name in visible or decided_on(page, q)]
    unbound: Any = {q.name: QuestionField(q, page=page, hidden=q.name not in visible) for q in asked}
    form = PageForm(unbound)
    for field in form.questions():
        names = field.fields()
        field.typed = (
            {name: list(posted.get(name, ())) for name in names} if posted else stored(field, answers)
        )
        field.complaints = {
            name: sentence(field.question, errors[name]) for name in names if errors and name in errors
        }
    return form


def decided_on(page: Page, question: Question) -> bool:
    """Whether an answer on the same page decides if a question is asked."""
    names = {other.name for other in page.questions}
    return question.relevant is not None and not names.isdisjoint(references(question.relevant))


def stored(field: QuestionField, answers: Answers) -> dict[str, list[str]]:
    """The stored answers of a question as a browser would post them."""
    typed: dict[str, list[str]] = {}
    for name in field.fields():
        question, _, row = name.partition(":")
        value = answers.get(name if row == "other" else question)
        if isinstance(value, dict):
            value = value.get(row)
        if isinstance(value, list):
            typed[name] = value
        elif value is not None:
            typed[name] = ["yes" if value is True else str(value)]
    return typed
