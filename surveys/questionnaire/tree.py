"""The tree of an expression: what the server's check, the browser and the dependency graph share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotes, or a number."""

    value: str | Decimal


@dataclass(frozen=True, slots=True)
class Reference:
    """An answer, `${name}`; with `part` one row of a grid or the text behind "other": `${name:part}`."""

    name: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Current:
    """The answer being checked, written as a dot."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands.

    `and`, `or`, `+` and `*` hold a whole chain of two or more operands; `-` with one operand is the sign.
    """

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Literal | Reference | Current | Operation | Call


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node, in order."""
    if isinstance(node, Operation):
        return node.operands
    return node.arguments if isinstance(node, Call) else ()


def descend(node: Node) -> Iterator[Node]:
    """The node and every node below it."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(children(found)))


def references(node: Node) -> frozenset[str]:
    """The names of the questions and calculations that an expression reads."""
    return frozenset(found.name for found in descend(node) if isinstance(found, Reference))


def to_json(node: Node) -> list[object] | str | float:
    """The tree in the compact form that the browser evaluates.

    Returns:
        A text or a number for itself; `["$", "name"]` or `["$", "name:part"]` for an answer; `["."]`;
        `["call", function, argument, …]`; `[operator, operand, …]`, in which `and`, `or`, `+` and `*` may
        have more than two operands and `-` may have one.
    """
    if isinstance(node, Literal):
        return node.value if isinstance(node.value, str) else _json_number(node.value)
    if isinstance(node, Reference):
        return ["$", f"{node.name}:{node.part}" if node.part else node.name]
    if isinstance(node, Current):
        return ["."]
    below = [to_json(child) for child in children(node)]
    return ["call", node.function, *below] if isinstance(node, Call) else [node.operator, *below]


def _json_number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)
