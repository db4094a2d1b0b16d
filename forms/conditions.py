"""Conditions in forms: decided here, and handed to the browser where they are plain enough."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction

from engine.bpmn import expressions
from engine.domain.errors import BadExpression
from engine.domain.messages import Message

Scope = Mapping[str, object]


def problem(text: str) -> Message | None:
    """Why `text` is no condition, or None."""
    try:
        expressions.parse(text)
    except BadExpression as error:
        return error.message
    return None


def holds(text: str, scope: Scope) -> bool:
    """Whether the condition is true.

    One that cannot be decided on these values (text compared with a number) counts as not true:
    the field stays visible, and nobody is stuck before a form for a slip in its drawing.
    """
    try:
        return expressions.holds(text, scope)
    except BadExpression:
        return False


class _OnlyHere(Exception):
    """The condition can only be decided on the server."""


def for_browser(text: str, known: Scope, inputs: Callable[[str], str | None]) -> bool | str | None:
    """The condition as the browser gets it: decided, as a small JSON tree, or None.

    `inputs` gives the HTML name of an input that the page shows, "" for one whose value only the
    server can read, None for a name that is no input: its known value is put in. The tree is made
    of `["value", v] ["input", name] ["list", […]] ["not", x] ["and"|"or", […]]` and
    `["=="|"!="|"in", a, b]`.
    """
    expression = expressions.parse(text)
    if all(inputs(name) is None for name in expression.names):
        return holds(text, known)
    try:
        return json.dumps(_branch(expression.tree, known, inputs), ensure_ascii=False)
    except (_OnlyHere, TypeError, ValueError):
        return None


def _branch(
    tree: expressions.Tree, known: Scope, inputs: Callable[[str], str | None]
) -> list[object]:
    kind = str(tree[0])

    def inner(part: object) -> list[object]:
        if not isinstance(part, tuple):
            raise _OnlyHere
        return _branch(part, known, inputs)

    if kind == "value":
        return ["value", float(tree[1]) if isinstance(tree[1], Fraction) else tree[1]]
    if kind == "name":
        name = inputs(str(tree[1]))
        if name == "":
            raise _OnlyHere
        return ["value", known.get(str(tree[1]))] if name is None else ["input", name]
    if kind in {"and", "or", "list"} and isinstance(tree[1], tuple):
        return [kind, [inner(part) for part in tree[1]]]
    if kind in {"==", "!=", "in"}:
        return [kind, inner(tree[1]), inner(tree[2])]
    if kind == "not":
        return ["not", inner(tree[1])]
    raise _OnlyHere
