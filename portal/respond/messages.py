"""The engine's codes as sentences: what is wrong with an answer, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from portal.filters import day, in_language, number

if TYPE_CHECKING:
    from surveys.questionnaire.answers import AnswerError
    from surveys.questionnaire.model import Question


def sentence(question: Question, error: AnswerError) -> str:
    """A complaint about one answer, in the page's language.

    The questionnaire's own message is used where it has one.
    """
    if error.code == "required" and question.required_message:
        return in_language(question.required_message)
    if error.code == "constraint" and question.constraint_message:
        return in_language(question.constraint_message)
    params = {key: _written(value) for key, value in error.params.items()}
    if error.code == "exclusive":
        params["choice"] = in_language(question.choice[params["choice"]].label)
    if error.code in {"too_early", "too_late"}:
        params["limit"] = day(params["limit"])
    return _sentences(question)[error.code] % params


def _written(value: str) -> str:
    """A number with the language's separators, anything else as it is."""
    return number(int(value)) if value.removeprefix("-").isdecimal() else value


def _sentences(question: Question) -> dict[str, str]:
    chosen = question.type in {"select_one", "likert"}
    return {
        "required": (
            _("Choose one answer.")
            if chosen
            else _("Choose at least one answer.")
            if question.type == "select_multiple"
            else _("Tick the box to go on.")
            if question.type == "acknowledge"
            else _("Answer this question.")
        ),
        "row_missing": _("Choose one answer in this row."),
        "not_a_number": _("Write a number, for example 25."),
        "not_whole": _("Write a whole number, without decimals."),
        "too_small": _("Write %(limit)s or more."),
        "too_large": _("Write %(limit)s or less."),
        "too_long": _("Shorten this to %(limit)s characters. It has %(length)s now."),
        "not_an_email": _("Write an e-mail address, for example name@example.org."),
        "not_a_url": _("Write a web address that begins with https://"),
        "not_a_date": _("Write a date as year-month-day, for example 2026-03-31."),
        "too_early": _("Write a date from %(limit)s on."),
        "too_late": _("Write a date up to %(limit)s."),
        "exclusive": _("“%(choice)s” cannot be combined with other answers. Keep it alone, or untick it."),
        "other_missing": _("Write what the other answer is, or untick it."),
        "other_unticked": _("Choose the other answer as well, or delete what you wrote here."),
        "constraint": _("This answer does not fit the others. Check it."),
    }
