"""Decision tables: which rows apply to the values of a case, and what they set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from engine.bpmn.decisions.unary_tests import UnaryTests
from engine.bpmn.expressions import Expression, evaluate_tree, without_shell
from engine.bpmn.expressions.values import OPERATORS, order, plain, shown
from engine.domain.errors import BadDecision, BadExpression
from engine.domain.messages import Message, say

HIT_POLICIES = ("UNIQUE", "FIRST", "COLLECT")
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


@dataclass(frozen=True)
class Input:
    """A column of conditions; `values` are the possible ones where the table states them."""

    label: str
    expression: Expression
    whole_numbers: bool = False
    type: str = ""  # as drawn: string, number, integer, boolean, date …
    values: UnaryTests | None = None

    @property
    def subject(self) -> str:
        """What is tested, as text that a comparison can begin with."""
        text = without_shell(self.expression.text)
        return text if self.expression.tree[0] == "name" else f"({text})"


@dataclass(frozen=True)
class Rule:
    """A row: one test per input, one expression per output; `note` quotes what it follows."""

    number: int  # 1-based, as the editor counts
    line: int
    tests: tuple[UnaryTests, ...]
    results: tuple[Expression, ...]
    note: str = ""


@dataclass(frozen=True)
class Case:
    """One way a table may decide: what must hold of the variables it reads, and what it sets then.

    Each of `required` is (a condition of the expression language, whether it holds).
    """

    rules: tuple[int, ...]  # 1-based; several only where a table collects
    required: tuple[tuple[str, bool], ...]
    sets: Mapping[str, object]  # variable -> the constant it is set to
    computed: frozenset[str] = frozenset()  # variables set to what is not known beforehand


@dataclass(frozen=True)
class DecisionTable:
    """A decision table; `outputs` are the variables it sets, `labels` what people call them."""

    id: str
    name: str
    line: int
    hit_policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]
    labels: tuple[str, ...] = ()
    documentation: str = ""

    @property
    def reads(self) -> frozenset[str]:
        """The variables that the table reads."""
        parts = [column.expression for column in self.inputs]
        for rule in self.rules:
            parts += rule.results
            parts += (operand for test in rule.tests for operand in test.operands())
        return frozenset(name for part in parts for name in part.names)

    def given(self, output: str) -> tuple[object, ...] | None:
        """What the table may set one of its outputs to; None when that is not known beforehand."""
        if any(output in case.computed for case in self.cases()):
            return None
        return tuple(case.sets[output] for case in self.cases())

    def cases(self) -> tuple[Case, ...]:
        """The ways the table may decide, in the order of its rules.

        Where the first rule that applies decides, the earlier ones do not hold. What a table
        collects is computed from any number of its rules: one case, which requires nothing.
        """
        if self.hit_policy == "COLLECT":
            numbers = tuple(rule.number for rule in self.rules)
            return (Case(numbers, (), {}, frozenset(self.outputs)),)
        cases: list[Case] = []
        passed: list[tuple[str, bool]] = []
        for rule in self.rules:
            condition = self._condition(rule)
            cases.append(self._case(rule, (*passed, (condition, True))))
            if self.hit_policy == "FIRST":
                passed.append((condition, False))
        return tuple(cases)

    def _case(self, rule: Rule, required: tuple[tuple[str, bool], ...]) -> Case:
        sets: dict[str, object] = {}
        for name, result in zip(self.outputs, rule.results, strict=True):
            if not result.names:
                with suppress(BadExpression):  # fails when the case comes there, as it should
                    sets[name] = _json(evaluate_tree(result, {}))
        return Case((rule.number,), required, sets, frozenset(self.outputs) - sets.keys())

    def _condition(self, rule: Rule) -> str:
        parts = [
            test.condition(column.subject)
            for column, test in zip(self.inputs, rule.tests, strict=True)
        ]
        drawn = [part for part in parts if part is not None]
        return " and ".join(f"({part})" for part in drawn) if drawn else "true"

    def decide(self, values: Mapping[str, object]) -> dict[str, object]:
        """The outputs for `values`. Raises BadDecision when no rule, or more than one, applies."""
        matching: list[Rule] = []
        given = [self._input(column, values) for column in self.inputs]
        for rule in self.rules:
            if self._applies(rule, given, values):
                matching.append(rule)
                if self.hit_policy == "FIRST":
                    break
        if not matching:
            raise BadDecision(self._unmet(given))
        if self.hit_policy == "COLLECT":
            return self._collected(matching, values)
        if len(matching) > 1:
            raise BadDecision(
                say(
                    "Bảng quyết định “%(table)s” có nhiều dòng cùng phù hợp: %(rows)s.",
                    table=self.title,
                    rows=", ".join(str(rule.number) for rule in matching),
                )
            )
        return dict(zip(self.outputs, self._results(matching[0], values), strict=True))

    def _unmet(self, given: list[object]) -> Message:
        """That no row applies; what was given is told by a name that incidents leave out."""
        pairs = (
            f"{column.label} = {'–' if value is None else shown(value)}"
            for column, value in zip(self.inputs, given, strict=True)
        )
        return say(
            "Bảng quyết định “%(table)s” không có dòng nào phù hợp (%(value)s).",
            table=self.title,
            value="; ".join(pairs),
        )

    @property
    def title(self) -> str:
        return self.name or self.id

    def _input(self, column: Input, values: Mapping[str, object]) -> object:
        try:
            return evaluate_tree(column.expression, values)
        except BadExpression as error:
            raise self._failed(column.label, error) from error

    def _applies(self, rule: Rule, given: list[object], values: Mapping[str, object]) -> bool:
        try:
            return all(
                test.hold(value, values) for test, value in zip(rule.tests, given, strict=True)
            )
        except BadExpression as error:
            raise self._failed(say("dòng %(row)s", row=rule.number), error) from error

    def _results(self, rule: Rule, values: Mapping[str, object]) -> list[object]:
        try:
            return [_json(evaluate_tree(result, values)) for result in rule.results]
        except BadExpression as error:
            raise self._failed(say("dòng %(row)s", row=rule.number), error) from error

    def _collected(self, matching: list[Rule], values: Mapping[str, object]) -> dict[str, object]:
        columns = list(zip(*(self._results(rule, values) for rule in matching), strict=True))
        lists = {name: list(column) for name, column in zip(self.outputs, columns, strict=True)}
        if self.aggregation is None:
            return dict(lists)
        ((name, items),) = lists.items()
        try:
            return {name: plain(_AGGREGATE[self.aggregation](items))}
        except BadExpression as error:
            raise self._failed(name, error) from error

    def _failed(self, where: object, error: BadExpression) -> BadDecision:
        return BadDecision(
            say(
                "Bảng quyết định “%(table)s”, %(where)s: %(why)s",
                table=self.title,
                where=where,
                why=error.message,
            )
        )


def _json(value: object) -> object:
    value = plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _total(items: list[object]) -> object:
    total: object = 0
    for item in items:
        total = OPERATORS["+"](total, item)
    return total


def _extreme(sign: int) -> Callable[[list[object]], object]:
    def pick(items: list[object]) -> object:
        best = items[0]
        for item in items[1:]:
            if order(item, best) == sign:
                best = item
        return best

    return pick


_AGGREGATE: Mapping[str, Callable[[list[object]], object]] = {
    "SUM": _total,
    "MIN": _extreme(-1),
    "MAX": _extreme(1),
    "COUNT": len,
}
