"""The decision tables that a version pins, for reading: rows in words, not in FEEL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn.decisions.tables import DecisionTable, Input, Rule
from engine.bpmn.decisions.unary_tests import Bound, UnaryTests
from engine.bpmn.expressions import Expression, evaluate_tree
from engine.bpmn.model import Kind
from engine.domain.roles import RoleRegister
from engine.services.act import Act
from engine.services.shelf import LoadedVersion
from engine.services.viewing import CasePage, TaskPage
from forms import showing
from forms.compiling import CompiledForm
from web.presenting import day

if TYPE_CHECKING:
    from engine.persistence.tables import CaseRow

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Cell:
    """A cell with the head of its column; `code`: a value for drawings, which nobody named."""

    head: str
    text: str
    code: bool = False


@dataclass(frozen=True)
class Row:
    """A row: when it applies, what it says, and the clause that it quotes."""

    number: int
    conditions: tuple[Cell, ...]
    results: tuple[Cell, ...]
    note: str


@dataclass(frozen=True)
class Shown:
    """A table as people read it; `callers` are the ids of the steps that ask it."""

    id: str
    title: str
    policy: str
    documentation: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    callers: tuple[str, ...]


@dataclass(frozen=True)
class Decided:
    """What a table decided for a dossier, as far as people read it."""

    title: str
    results: tuple[Cell, ...]


def tables(version: LoadedVersion, roles: RoleRegister) -> list[Shown]:
    """The tables that the main drawing and those it calls ask, in the order of their steps."""
    words = _Words(version, roles)
    return [words.table(table, ids) for table, ids in _asked(version)]


def case_panel(act: Act, page: CasePage) -> Markup:
    """What decision tables decided for a dossier; nothing where none was asked yet."""
    return _panel(act, page.case)


def task_panel(act: Act, page: TaskPage) -> Markup:
    """The same, where its work is done: who is competent, what is granted, on which form."""
    return _panel(act, page.case) if page.may_complete else Markup()


def _panel(act: Act, case: CaseRow) -> Markup:
    version = act.version(case.version_id)
    words = _Words(version, act.app.roles)
    decided = [words.decided(table, case.data) for table, _ids in _asked(version)]
    told = [one for one in decided if one.results]
    if not told:
        return Markup()
    shown = render_template("procedures/decided.html", decided=told)
    return Markup(shown)  # noqa: S704  a template of ours, escaped by itself


def _asked(version: LoadedVersion) -> list[tuple[DecisionTable, list[str]]]:
    """Each table with the ids of the steps that ask it."""
    callers: dict[str, list[str]] = {}
    for drawing in version.spec.drawings.values():
        for node in drawing.nodes.values():
            if node.kind is Kind.RULE_TASK and node.called in version.spec.tables:
                callers.setdefault(node.called, []).append(node.id)
    return [(version.spec.tables[key], ids) for key, ids in callers.items()]


class _Words:
    """Says cells in the words of the version's forms and of the register of roles."""

    def __init__(self, version: LoadedVersion, roles: RoleRegister) -> None:
        self._forms = [cast(CompiledForm, form) for form in version.forms.values()]
        self._roles = roles

    def table(self, table: DecisionTable, callers: Iterable[str]) -> Shown:
        heads = [column.label for column in table.inputs]
        return Shown(
            id=table.id,
            title=table.title,
            policy=_policy(table),
            documentation=table.documentation,
            heads=(*heads, *(table.labels or table.outputs)),
            rows=tuple(self._row(table, rule) for rule in table.rules),
            callers=tuple(callers),
        )

    def decided(self, table: DecisionTable, data: Mapping[str, object]) -> Decided:
        """The results that stand in a dossier's data; what is empty or a mere code is left out."""
        labels = zip(table.labels or table.outputs, table.outputs, strict=True)
        cells = [self._given(label, data[name]) for label, name in labels if name in data]
        return Decided(table.title, tuple(c for c in cells if not c.code and c.text != "–"))

    def _row(self, table: DecisionTable, rule: Rule) -> Row:
        tested = zip(table.inputs, rule.tests, strict=True)
        given = zip(table.labels or table.outputs, rule.results, strict=True)
        return Row(
            number=rule.number,
            conditions=tuple(Cell(one.label, self._condition(one, test)) for one, test in tested),
            results=tuple(self._result(label, result) for label, result in given),
            note=rule.note,
        )

    def _condition(self, column: Input, test: UnaryTests) -> str:
        if not test.alternatives:
            return _("bất kỳ")
        labels = self._labels(column)
        told = "; ".join(_told(bounds, labels) for bounds in test.alternatives)
        if labels and not any(label in told for label in labels.values()):
            told = _("không hỏi ở thủ tục này (%(values)s)", values=told)
        return _("không phải: %(values)s", values=told) if test.negated else told

    def _labels(self, column: Input) -> Mapping[str, str]:
        """What the forms call the answers of the question that a column reads."""
        if column.expression.tree[0] != "name":
            return {}
        (name,) = column.expression.names
        found: dict[str, str] = {}
        for form in self._forms:
            found |= showing.labels(form, name)
        return found

    def _result(self, head: str, result: Expression) -> Cell:
        if result.names:
            return Cell(head, result.text, code=True)
        return self._given(head, evaluate_tree(result, {}))

    def _given(self, head: str, value: object) -> Cell:
        role = self._roles.roles.get(value) if isinstance(value, str) else None
        if role is not None:
            return Cell(head, role.name)
        text = _value(value, {})
        return Cell(head, text or "–", code=bool(_CODE.fullmatch(text)) and isinstance(value, str))


def _policy(table: DecisionTable) -> str:
    if table.hit_policy == "FIRST":
        return _("Đọc từ trên xuống: dòng đầu tiên phù hợp là dòng áp dụng.")
    if table.hit_policy == "UNIQUE":
        return _("Mỗi trường hợp có đúng một dòng phù hợp.")
    return {
        None: _("Lấy kết quả của mọi dòng phù hợp."),
        "SUM": _("Cộng kết quả của mọi dòng phù hợp."),
        "MIN": _("Lấy kết quả nhỏ nhất của các dòng phù hợp."),
        "MAX": _("Lấy kết quả lớn nhất của các dòng phù hợp."),
        "COUNT": _("Đếm số dòng phù hợp."),
    }[table.aggregation]


def _told(bounds: tuple[Bound, ...], labels: Mapping[str, str]) -> str:
    said = [_bound(bound, labels) for bound in bounds]
    closed = [bound.operator for bound in bounds] == [">=", "<="]
    if not closed:
        return _(" và ").join(said)
    low, high = (_operand(bound.operand, labels) for bound in bounds)
    return low if low == high else _("từ %(low)s đến %(high)s", low=low, high=high)


def _bound(bound: Bound, labels: Mapping[str, str]) -> str:
    value = _operand(bound.operand, labels)
    return {
        "==": value,
        "!=": _("khác %(value)s", value=value),
        "<": _("dưới %(value)s", value=value),
        "<=": _("không quá %(value)s", value=value),
        ">": _("trên %(value)s", value=value),
        ">=": _("từ %(value)s trở lên", value=value),
    }[bound.operator]


def _operand(operand: Expression, labels: Mapping[str, str]) -> str:
    return operand.text if operand.names else _value(evaluate_tree(operand, {}), labels)


def _value(value: object, labels: Mapping[str, str]) -> str:
    if value is None:
        return _("để trống")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list):
        return "; ".join(_value(item, labels) for item in value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):g}".replace(".", ",")
    return labels.get(str(value), str(value))
