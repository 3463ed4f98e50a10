"""Expressions from text to a small tree, by a precedence parser.

The dialect is that of XLSForm: XPath 1 operators, ODK functions, `${name}` for an answer and `.` for the
answer being checked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from surveys.questionnaire.complaints import said, suggestion
from surveys.questionnaire.functions import SIGNATURES, pattern
from surveys.questionnaire.tokens import ExpressionError, Token, tokens
from surveys.questionnaire.tree import Call, Current, Literal, Node, Operation, children

if TYPE_CHECKING:
    from surveys.questionnaire.complaints import Said

LENGTH = 10_000
NODES = 1000
DEPTH = 50

_BINDING = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
_SIGN = 7
_CHAINED = frozenset({"and", "or", "+", "*"})


class _Parser:
    """Reads one expression; `depth` guards the parser's own recursion."""

    def __init__(self, text: str) -> None:
        self._all = tokens(text)
        self._next = next(self._all)
        self._depth = 0
        self._count = 0

    def whole(self) -> Node:
        node = self._operation(0)
        if self._next.kind != "end":
            raise self._error(said("unexpected", word=self._next.text))
        return node

    def _error(self, message: Said) -> ExpressionError:
        return ExpressionError(message, self._next.position)

    def _take(self) -> Token:
        token = self._next
        if token.kind != "end":
            self._next = next(self._all)
        return token

    def _skip(self, symbol: str) -> None:
        if self._next.text != symbol or self._next.kind != "symbol":
            raise self._error(said("sign_missing", sign=symbol))
        self._take()

    def _at(self, symbol: str) -> bool:
        return self._next.kind == "symbol" and self._next.text == symbol

    def _made(self, node: Node) -> Node:
        self._count += 1
        if self._count > NODES:
            raise self._error(said("many_parts", most=NODES))
        return node

    def _operation(self, binding: int) -> Node:
        self._depth += 1
        if self._depth > DEPTH:
            raise self._error(said("many_levels", most=DEPTH))
        left = self._operand()
        while (strength := self._strength()) > binding:
            operator = self._take().text
            right = self._operation(strength)
            left = self._made(Operation(operator, (*_chain(left, operator), right)))
        self._depth -= 1
        return left

    def _strength(self) -> int:
        return _BINDING.get(self._next.text, 0) if self._next.kind in {"word", "symbol"} else 0

    def _operand(self) -> Node:
        token = self._take()
        if token.node is not None:
            return self._made(token.node)
        if token.kind == "word":
            return self._call(token)
        if token.text == "-":
            return self._made(Operation("-", (self._operation(_SIGN),)))
        if token.text == ".":
            return self._made(Current())
        if token.text == "(":
            inner = self._operation(0)
            self._skip(")")
            return inner
        problem = said("value_missing", word=token.text) if token.text else said("value_missing_end")
        raise ExpressionError(problem, token.position)

    def _call(self, token: Token) -> Node:
        if not self._at("("):
            raise ExpressionError(said("bare_word", word=token.text), token.position)
        signature = SIGNATURES.get(token.text)
        if signature is None:
            hint = suggestion(token.text, SIGNATURES)
            raise ExpressionError(said("no_function", name=token.text, hint=hint), token.position)
        self._take()
        arguments: list[Node] = []
        while not self._at(")"):
            if arguments:
                self._skip(",")
            arguments.append(self._operation(0))
        self._take()
        most = len(arguments) if signature.most is None else signature.most
        if not signature.least <= len(arguments) <= most:
            wanted = _wanted(signature.least, signature.most)
            problem = said("wrong_arguments", name=token.text, wanted=wanted, given=len(arguments))
            raise ExpressionError(problem, token.position)
        if token.text == "regex":
            _check_pattern(arguments[1], token.position)
        return self._made(Call(token.text, tuple(arguments)))


def _chain(node: Node, operator: str) -> tuple[Node, ...]:
    """The operands that a chain of one operator has so far, so that long chains stay flat."""
    if isinstance(node, Operation) and node.operator == operator and operator in _CHAINED:
        return node.operands
    return (node,)


def _wanted(least: int, most: int | None) -> Said:
    if most is None:
        return said("one_argument_or_more") if least == 1 else said("arguments_or_more", least=least)
    if least < most:
        return said("arguments_between", least=least, most=most)
    return said("one_argument") if least == 1 else said("arguments", number=least)


def _check_pattern(node: Node, position: int) -> None:
    if not isinstance(node, Literal) or not isinstance(node.value, str):
        raise ExpressionError(said("pattern_no_text"), position)
    try:
        pattern(node.value)
    except ValueError as problem:
        raise ExpressionError(problem.args[0], position) from problem


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Read an expression.

    Args:
        text: as the designer wrote it; curly quotes count as straight ones.

    Returns:
        Its tree; the same text gives the same tree.

    Raises:
        ExpressionError: the text is no expression, is empty, or is larger than 10,000 characters, 1,000 parts
            or 50 levels.
    """
    if len(text) > LENGTH:
        raise ExpressionError(said("long_expression", most=LENGTH), 0)
    if not text.strip():
        raise ExpressionError(said("empty_expression"), 0)
    node = _Parser(text).whole()
    if _depth(node) > DEPTH:
        raise ExpressionError(said("many_levels", most=DEPTH), 0)
    return node


def _depth(node: Node) -> int:
    level, depth = [node], 0
    while level:
        level, depth = [below for above in level for below in children(above)], depth + 1
    return depth
