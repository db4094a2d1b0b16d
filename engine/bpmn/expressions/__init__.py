"""The safe expression language of drawings and forms: parsed by us, evaluated by us, bounded."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.expressions.parsing import (
    MAX_DEPTH,
    MAX_LENGTH,
    Expression,
    Tree,
    names_in,
    parse,
    without_shell,
)
from engine.bpmn.expressions.values import FUNCTIONS, OPERATORS, plain, shown
from engine.domain.errors import BadExpression
from engine.domain.messages import say

__all__ = (
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Expression",
    "Tree",
    "evaluate",
    "evaluate_tree",
    "holds",
    "names_in",
    "parse",
    "without_shell",
)


def evaluate(text: str, values: Mapping[str, object]) -> object:
    """The value of `text`: null, boolean, int, float, text, date or list. Raises BadExpression."""
    return plain(_value(parse(text).tree, values))


def holds(text: str, values: Mapping[str, object]) -> bool:
    """Whether the condition `text` is true; null is not. Raises BadExpression."""
    return _truth(_value(parse(text).tree, values))


def evaluate_tree(expression: Expression, values: Mapping[str, object]) -> object:
    """The exact value of a parsed expression (fractions stay fractions). Raises BadExpression."""
    return _value(expression.tree, values)


def _value(tree: Tree, values: Mapping[str, object]) -> object:
    kind = tree[0]
    if kind == "value":
        return tree[1]
    if kind == "name":
        return values.get(tree[1])
    if kind == "and":
        return all(_truth(_value(part, values)) for part in tree[1])
    if kind == "or":
        return any(_truth(_value(part, values)) for part in tree[1])
    if kind == "not":
        return not _truth(_value(tree[1], values))
    if kind == "minus":
        return OPERATORS["-"](0, _value(tree[1], values))
    if kind == "list":
        return [_value(part, values) for part in tree[1]]
    if kind == "call":
        function = FUNCTIONS[str(tree[1])]
        return function.run(*[_value(part, values) for part in tree[2]])
    left, right = _value(tree[1], values), _value(tree[2], values)
    return OPERATORS[str(kind)](left, right)


def _truth(value: object) -> bool:
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    raise BadExpression(
        say(
            "Giá trị %(value)s không phải là đúng hoặc sai; hãy viết rõ phép so sánh.",
            value=shown(value),
        )
    )
