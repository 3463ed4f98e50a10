"""The expression language: conditions, constraints and calculations in the dialect of XLSForm.

The door to `syntax` (text to tree), `tree`, and `evaluation` (tree and answers to a value).
"""

from __future__ import annotations

from surveys.questionnaire.evaluation import evaluate, truth
from surveys.questionnaire.syntax import parse
from surveys.questionnaire.tokens import ExpressionError
from surveys.questionnaire.tree import (
    Call,
    Current,
    Literal,
    Node,
    Operation,
    Reference,
    references,
    to_json,
)

__all__ = [
    "Call",
    "Current",
    "ExpressionError",
    "Literal",
    "Node",
    "Operation",
    "Reference",
    "evaluate",
    "parse",
    "references",
    "to_json",
    "truth",
]
