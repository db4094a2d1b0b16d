"""Conditions in forms: decided here, and given to the browser where they are plain enough."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn import expressions
from engine.domain.errors import BadExpression
from engine.domain.messages import Message


def problem(text: str) -> Message | None:
    """Why `text` is no condition, or None."""
    try:
        expressions.parse(text)
    except BadExpression as error:
        return error.message
    return None


def holds(text: str, scope: Mapping[str, object]) -> bool:
    """Whether the condition is true.

    One that cannot be decided on these values (text compared with a number) counts as not true:
    the field stays visible, and nobody is stuck before a form for a slip in its drawing.
    """
    try:
        return expressions.holds(text, scope)
    except BadExpression:
        return False


def names_in(text: str) -> frozenset[str]:
    return expressions.names_in(text)
