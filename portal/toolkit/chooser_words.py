"""Says the conditions of the chooser in words, so that anybody can read how it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal import thread
from portal.filters import in_language, labelled, listed
from portal.toolkit.decision import FACT, OTHERS
from surveys.questionnaire.expressions import Call, Literal, Operation, Reference

if TYPE_CHECKING:
    from portal.toolkit.decision import Condition, Decision, Question
    from surveys.questionnaire.expressions import Node


def requirements(condition: Condition, decision: Decision, written: str) -> list[Markup]:
    """What a condition asks for, one line for each part that must be true, in the page's language.

    Args:
        condition: as read.
        decision: the file it stands in.
        written: its text, shown as it is where it says more than there are words for.

    Returns:
        Nothing for a condition that is always true.
    """
    node = condition.node
    parts = condition.parts if isinstance(node, Operation) and node.operator == "and" else (condition,)
    lines = [_line(part, decision) for part in parts]
    if any(line is None for line in lines):
        return [Markup('<code dir="ltr" translate="no">{}</code>').format(written)]
    return [line for line in lines if line]


def _line(condition: Condition, decision: Decision) -> Markup | None:
    """One part in words; empty when it is always true, None when there are no words for it."""
    node = condition.node
    if isinstance(node, Operation) and node.operator in {"and", "or"}:
        return _joined(condition, decision)
    if isinstance(node, Call):
        return _call(node, decision)
    if isinstance(node, Operation) and node.operator in {"=", "!="}:
        return _equality(node, decision)
    return _comparison(node, decision) if isinstance(node, Operation) else None


def _joined(condition: Condition, decision: Decision) -> Markup | None:
    one = _one_of(condition, decision)
    if one is not None:
        return one
    lines = [_line(part, decision) for part in condition.parts]
    known = [line for line in lines if line is not None]
    if len(known) < len(lines):
        return None
    pairs = zip(condition.parts, known, strict=True)
    shown = (Markup("({})").format(line) if part.parts else line for part, line in pairs if line)
    word = _("and") if condition.node.operator == "and" else _("or")  # type: ignore[union-attr]
    return Markup(" <em>{}</em> ").format(word).join(shown)


def _one_of(condition: Condition, decision: Decision) -> Markup | None:
    """Several answers to one question in one line: `${access} = 'data' or ${access} = 'limited'`."""
    answers = [_answer(part.node) for part in condition.parts]
    names = {answer[0] for answer in answers if answer}
    if condition.node.operator != "or" or None in answers or len(names) != 1:  # type: ignore[union-attr]
        return None
    question = decision.questions[names.pop()]
    return _said(question, listed((_option(question, answer[1]) for answer in answers if answer), "or"))


def _answer(node: Node) -> tuple[str, str] | None:
    """Question and option of a condition that asks for one answer."""
    if isinstance(node, Call) and node.function == "selected":
        pair = node.arguments
    elif isinstance(node, Operation) and node.operator == "=":
        pair = node.operands
    else:
        return None
    left, right = pair
    fits = isinstance(left, Reference) and not left.part and isinstance(right, Literal)
    return (left.name, str(right.value)) if fits and left.name != OTHERS else None  # type: ignore[union-attr]


def _call(node: Call, decision: Decision) -> Markup | None:
    if node.function == "true":
        return Markup()
    answer = _answer(node.arguments[0] if node.function == "not" else node)
    if answer is None or answer[0] not in decision.questions:
        return None
    question = decision.questions[answer[0]]
    words = _option(question, answer[1])
    return _said(question, _("not %(answer)s", answer=words) if node.function == "not" else words)


def _equality(node: Operation, decision: Decision) -> Markup | None:
    left, right = node.operands
    if isinstance(left, Reference) and left.name == OTHERS:
        return (
            escape(_("No other outcome fits.")) if isinstance(right, Literal) and right.value == 0 else None
        )
    answer = _answer(Operation("=", node.operands))
    if answer is None or answer[0] not in decision.questions:
        return None
    question = decision.questions[answer[0]]
    words = _option(question, answer[1])
    return _said(question, _("not %(answer)s", answer=words) if node.operator == "!=" else words)


def _comparison(node: Operation, decision: Decision) -> Markup | None:
    """A number of the answer beside a fact or a number: `${size:most} <= ${fact:whatsapp-group-limit}`."""
    signs = {"<=": _("at most"), "<": _("less than"), ">=": _("at least"), ">": _("more than")}
    if node.operator not in signs:
        return None
    left, right = node.operands
    if not isinstance(left, Reference) or left.name not in decision.questions:
        return None
    if isinstance(right, Reference) and right.name == FACT:
        limit = thread.line(f"[[fact:{right.part}]]")
    elif isinstance(right, Literal):
        limit = escape(str(right.value))
    else:
        return None
    return _said(decision.questions[left.name], Markup("{} {}").format(signs[node.operator], limit))


def _option(question: Question, code: str) -> str:
    return _("“%(text)s”", text=in_language(question.options[code].words))


def _said(question: Question, words: str) -> Markup:
    marked = escape(labelled(in_language(question.short), "{}"))
    return marked.format(words)
