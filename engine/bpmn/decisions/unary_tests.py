"""One cell of a decision table: FEEL unary tests, read and evaluated by our own expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.bpmn.expressions import Expression, evaluate_tree, parse, without_shell
from engine.bpmn.expressions.values import order, same
from engine.domain.errors import BadExpression
from engine.domain.messages import say

_COMPARISON = re.compile(r"(<=|>=|!=|==|=|<|>)(.*)", re.DOTALL)
_NEGATION = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_ORDERED: Mapping[str, Callable[[int], bool]] = {
    "<": lambda found: found < 0,
    "<=": lambda found: found <= 0,
    ">": lambda found: found > 0,
    ">=": lambda found: found >= 0,
}


@dataclass(frozen=True)
class Bound:
    """One comparison of the tested value: `operator` is one of `== != < <= > >=`."""

    operator: str
    operand: Expression

    def holds(self, value: object, values: Mapping[str, object]) -> bool:
        against = evaluate_tree(self.operand, values)
        if self.operator in _ORDERED:
            found = order(value, against)
            return found is not None and _ORDERED[self.operator](found)
        if isinstance(against, list) and not isinstance(value, list):
            equal = any(same(value, item) for item in against)
        else:
            equal = same(value, against)
        return equal is (self.operator == "==")


@dataclass(frozen=True)
class UnaryTests:
    """A cell: any of `alternatives`, each a conjunction; `-` has none and always holds."""

    text: str
    alternatives: tuple[tuple[Bound, ...], ...] = ()
    negated: bool = False

    def hold(self, value: object, values: Mapping[str, object]) -> bool:
        """Whether `value` passes. Raises BadExpression when it cannot be compared."""
        if not self.alternatives:
            return True
        found = any(
            all(bound.holds(value, values) for bound in bounds) for bounds in self.alternatives
        )
        return found is not self.negated

    def condition(self, subject: str) -> str | None:
        """These tests as a condition of the expression language; None when anything passes.

        `subject` is the text of what is tested: a name, or an expression in brackets.
        """
        if not self.alternatives:
            return None
        parts = [
            " and ".join(_compared(subject, bound) for bound in bounds)
            for bounds in self.alternatives
        ]
        found = parts[0] if len(parts) == 1 else " or ".join(f"({part})" for part in parts)
        return f"not ({found})" if self.negated else found

    def operands(self) -> Iterator[Expression]:
        for bounds in self.alternatives:
            for bound in bounds:
                yield bound.operand


def _compared(subject: str, bound: Bound) -> str:
    operand = without_shell(bound.operand.text)
    if bound.operand.tree[0] not in {"value", "name", "list", "minus"}:
        operand = f"({operand})"
    if bound.operand.tree[0] != "list":
        return f"{subject} {bound.operator} {operand}"
    return f"{subject} {'in' if bound.operator == '==' else 'not in'} {operand}"


def parse_unary_tests(text: str) -> UnaryTests:
    """The tests in a cell: `-`, `>= 81`, `[5..20]`, `"a","b"`, `not("c")`. Raises BadExpression."""
    tidy = text.strip()
    if tidy in {"", "-"}:
        return UnaryTests(text)
    negation = _NEGATION.fullmatch(tidy)
    parts = split(negation[1] if negation else tidy, ",")
    return UnaryTests(text, tuple(tuple(_bounds(part.strip())) for part in parts), bool(negation))


def _bounds(part: str) -> Iterable[Bound]:
    if not part:
        raise BadExpression(say("Có dấu phẩy thừa hoặc giá trị trống trong ô."))
    comparison = _COMPARISON.match(part)
    if comparison:
        operator = "==" if comparison[1] == "=" else comparison[1]
        return [Bound(operator, parse(comparison[2].strip()))]
    if part[0] in "[](" and part[-1] in "[])":
        ends = split(part[1:-1], "..")
        if len(ends) == 2:
            low, high = ends
            return [
                Bound(">=" if part[0] == "[" else ">", parse(low.strip())),
                Bound("<=" if part[-1] == "]" else "<", parse(high.strip())),
            ]
    return [Bound("==", parse(part))]


def split(text: str, separator: str) -> list[str]:
    """`text` parted at `separator` where it stands outside quotes and brackets."""
    parts, begin, position, depth, quote = [], 0, 0, 0, ""
    while position < len(text):
        char = text[position]
        if quote:
            position += char == "\\"
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif depth <= 0 and text.startswith(separator, position):
            parts.append(text[begin:position])
            position += len(separator) - 1
            begin = position + 1
        position += 1
    return [*parts, text[begin:]]
