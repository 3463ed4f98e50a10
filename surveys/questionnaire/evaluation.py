"""Expressions from tree and answers to a value, with the meaning XLSForm gives them.

An answer that is missing, or not asked on the respondent's path, reads as empty; what is empty is neither
smaller nor larger than anything, so `'' < 5` is false. The browser's evaluator follows the same rules.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from surveys.questionnaire.functions import ARITHMETIC, EMPTY, FUNCTIONS, Atom, boolean, number, text
from surveys.questionnaire.tree import Call, Current, Literal, Operation, Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveys.questionnaire.model import Value
    from surveys.questionnaire.tree import Node

    Lookup = Callable[[str], Value | Atom | None]


class _Context(NamedTuple):
    lookup: Lookup
    current: Value | None
    today: date | None


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "div": ARITHMETIC.divide,
    # The sign of a remainder is that of the dividend, in XPath as in decimals.
    "mod": ARITHMETIC.remainder,
}
_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


def evaluate(
    node: Node,
    lookup: Lookup,
    current: Value | None = None,
    today: date | None = None,
) -> Atom:
    """Compute an expression.

    Args:
        node: the tree from `parse`.
        lookup: gives the answer to a question by name, or None; the text behind an "other" choice goes by the
            name `name:other`.
        current: the answer that a dot stands for.
        today: the date of `today()`; None for the present day, UTC.

    Returns:
        A text, a decimal, a boolean, a date, a tuple of choice names, or a grid's rows; whatever the answers
        are, there is a value.
    """
    return _evaluate(node, _Context(lookup, current, today))


def truth(
    node: Node,
    lookup: Lookup,
    current: Value | None = None,
    today: date | None = None,
) -> bool:
    """Whether an expression holds: its value is not false, not zero and not empty.

    Args:
        node: the tree from `parse`.
        lookup: as for `evaluate`.
        current: as for `evaluate`.
        today: as for `evaluate`.

    Returns:
        False as well for what has no value, such as a comparison with an empty answer.
    """
    return boolean(_evaluate(node, _Context(lookup, current, today)))


def _evaluate(node: Node, context: _Context) -> Atom:
    if isinstance(node, Operation):
        return _operate(node, context)
    if isinstance(node, Reference):
        return _refer(node, context)
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Call):
        return _call(node, context)
    if isinstance(node, Current):
        return _atom(context.current)
    raise TypeError(f"not a node of an expression: {node!r}")


def _operate(node: Operation, context: _Context) -> Atom:
    operator = node.operator
    if operator == "and":
        return all(boolean(_evaluate(operand, context)) for operand in node.operands)
    if operator == "or":
        return any(boolean(_evaluate(operand, context)) for operand in node.operands)
    values = [_evaluate(operand, context) for operand in node.operands]
    if operator in {"=", "!="}:
        return _equal(*values) == (operator == "=")
    if operator in _ORDER:
        left, right = number(values[0]), number(values[1])
        return not (left.is_nan() or right.is_nan()) and _ORDER[operator](left, right)
    if len(values) == 1:
        return ARITHMETIC.minus(number(values[0]))
    result = number(values[0])
    for value in values[1:]:
        result = _ARITHMETIC[operator](result, number(value))
    return result


def _call(node: Call, context: _Context) -> Atom:
    if node.function == "today":
        return context.today or datetime.now(UTC).date()
    return FUNCTIONS[node.function].run(*(_evaluate(argument, context) for argument in node.arguments))


def _refer(node: Reference, context: _Context) -> Atom:
    value = context.lookup(node.name)
    if not node.part:
        return _atom(value)
    if isinstance(value, dict):
        return str(value.get(node.part, EMPTY))
    return _atom(context.lookup(f"{node.name}:{node.part}"))


def _atom(value: Value | Atom | None) -> Atom:
    if value is None:
        return EMPTY
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def _equal(left: Atom, right: Atom) -> bool:
    """Booleans compare as booleans, numbers as numbers, all else as text."""
    if isinstance(left, bool) or isinstance(right, bool):
        return _flag(left) == _flag(right)
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return number(left) == number(right)
    return text(left) == text(right)


def _flag(value: Atom) -> bool:
    """As `boolean`, but a calculation that was written out as a text keeps its meaning."""
    return boolean(value) and value not in {"false", "0"} if isinstance(value, str) else boolean(value)
