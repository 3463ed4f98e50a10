"""How long a questionnaire takes: reading time from its words, answering time from its types."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from surveys.questionnaire.model import Page, Question, Text

WORDS_PER_MINUTE = 220
"""Silent reading of English non-fiction runs at 238 words a minute on average (M. Brysbaert, "How many words
do we read per minute?", Journal of Memory and Language 109, 2019); a little less, for many who read in a
second language."""

SECONDS = {
    "select_one": 3.0,
    "select_multiple": 6.0,
    "likert": 3.0,
    "integer": 8.0,
    "decimal": 8.0,
    "date": 8.0,
    "text": 15.0,
    "multiline": 40.0,
    "email": 10.0,
    "url": 10.0,
    "acknowledge": 2.0,
    "note": 0.0,
    "calculate": 0.0,
}
"""Seconds to decide and to enter an answer once it is read; for a grid, each row. They are our assumption, to
be replaced by measured times. They are set so that an ordinary single choice of 25 words takes ten seconds in
all, the figure that Pew Research Center gives for its online panel ("How we keep our online surveys from
running too long", 2022), and that writing takes much longer than choosing."""


def reading_seconds(texts: Iterable[Text], language: str) -> float:
    """The time to read texts in one language, in seconds: words x 60 / `WORDS_PER_MINUTE`."""
    words = sum(len(text.get(language, "").split()) for text in texts)
    return words * 60 / WORDS_PER_MINUTE


def question_seconds(question: Question, language: str) -> float:
    """The time for one question: its wording, hint, rows and choices read once, and the answer given.

    An open comment that is not required counts as read only: it is an offer, and those who take it up
    decide themselves how long they write.

    Args:
        question: the question.
        language: the language it is read in.

    Returns:
        Seconds; none for a calculation.
    """
    if question.type == "calculate":
        return 0.0
    choices = [part.label for part in (*question.rows, *question.choices)]
    kind = "multiline" if question.appearance == "multiline" else question.type
    offered = kind == "multiline" and not question.required
    answering = 0.0 if offered else SECONDS[kind] * max(1, len(question.rows))
    return reading_seconds([question.label, question.hint, *choices], language) + answering


def page_seconds(page: Page, language: str) -> float:
    """The time to read a page's heading and introduction, in seconds."""
    return reading_seconds([page.label, page.hint], language)
