"""Which answers still matter where: what a gateway, a table or a form ahead will read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.bpmn.execution.specs import Spec
from engine.bpmn.expressions import names_in, parse
from engine.bpmn.model import CHOOSING, HUMAN, SCOPES, Kind, Node
from engine.domain.durations import parse_alternatives
from engine.domain.errors import BadExpression
from engine.ports import Form
from tests.drawings import library
from tests.drawings.files import ROOT

Spot = tuple[str, str]  # (process, element)
_WORD = re.compile(r"[^\W\d]\w*")
_ORDERED = frozenset({"<", "<=", ">", ">="})
_COMPARED = frozenset({"==", "!=", "in", *_ORDERED})


@dataclass(frozen=True)
class Outlook:
    """Of a spec: the names that are read ahead of each element, and values worth giving them."""

    ahead: dict[Spot, frozenset[str]]  # once the element is left
    before: dict[Spot, frozenset[str]]  # when it is reached
    values: dict[str, tuple[object, ...]]


def outlook(spec: Spec) -> Outlook:
    follow = {spot: tuple(_after(spec, *spot)) for spot in _spots(spec)}
    asked = {spot: _sets(spec, spec.node(*spot)) for spot in follow}
    choosing = {spot: frozenset(_reads(spec, spec.node(*spot))) for spot in follow}
    deciding = frozenset().union(*choosing.values())
    read = {spot: choosing[spot] | (mentioned(spec.node(*spot)) & deciding) for spot in follow}
    before = dict(read)
    ahead: dict[Spot, frozenset[str]] = dict.fromkeys(follow, frozenset())
    changed = True
    while changed:
        changed = False
        for spot in follow:
            out = frozenset().union(*(before[next_] for next_ in follow[spot]))
            into = read[spot] | (out - asked[spot])
            if (out, into) != (ahead[spot], before[spot]):
                ahead[spot], before[spot], changed = out, into, True
    return Outlook(ahead, before, _values(spec))


def _spots(spec: Spec) -> Iterator[Spot]:
    for key, drawing in spec.drawings.items():
        yield from ((key, element) for element in drawing.nodes)


def _after(spec: Spec, process: str, element: str) -> Iterator[Spot]:
    """Where it goes on from an element; into and out of called drawings and sub-processes too."""
    drawing = spec.drawing(process)
    node = drawing.nodes[element]
    for flow in node.outgoing:
        yield process, drawing.flows[flow].target
    for other in drawing.nodes.values():
        inner = node.kind in SCOPES and other.parent == node.id and other.kind is Kind.START
        if inner or other.attached_to == node.id:
            yield process, other.id
    if node.kind is Kind.CALL_ACTIVITY and node.called in spec.drawings:
        yield node.called, spec.drawing(node.called).starts()[0].id
    if node.kind is Kind.END and node.parent is not None:
        yield process, node.parent
    elif node.kind is Kind.END:
        for key, caller in spec.drawings.items():
            for call in caller.calls():
                if call.called == process:
                    yield from ((key, caller.flows[flow].target) for flow in call.outgoing)


def _reads(spec: Spec, node: Node) -> Iterator[str]:
    if node.kind in CHOOSING:
        drawing = next(d for d in spec.drawings.values() if d.nodes.get(node.id) is node)
        for key in node.outgoing:
            condition = drawing.flows[key].condition
            yield from names_in(condition) if condition else ()
    if node.kind is Kind.RULE_TASK and node.called in spec.tables:
        yield from spec.tables[node.called].reads
    for text in filter(None, (node.timer,)):
        for one in parse_alternatives(text):
            yield from names_in(one.condition) if one.condition else ()
    if node.performer:
        yield node.performer


def _sets(spec: Spec, node: Node) -> frozenset[str]:
    if node.kind is Kind.RULE_TASK and node.called in spec.tables:
        return frozenset(spec.tables[node.called].outputs)
    form = form_of(node)
    return form.names if form else frozenset()


def form_of(node: Node) -> Form | None:
    return library.form(node.form) if node.form and node.kind in HUMAN else None


def mentioned(node: Node) -> frozenset[str]:
    """What the text of a form mentions and it does not itself ask for: its conditions read it."""
    form = form_of(node)
    if form is None:
        return frozenset()
    text = (ROOT / "forms" / f"{node.form}.form").read_text(encoding="utf-8")
    return frozenset(_WORD.findall(text)) - form.names


# --- values worth trying ----------------------------------------------------------------------


def _values(spec: Spec) -> dict[str, tuple[object, ...]]:
    """For each name, the constants it is compared with, and what lies beside them."""
    found: dict[str, list[object]] = {}
    for drawing in spec.drawings.values():
        for flow in drawing.flows.values():
            if flow.condition:
                _learn(flow.condition, found)
    for table in spec.tables.values():
        for place, column in enumerate(table.inputs):
            if column.expression.tree[0] == "name":
                tried = found.setdefault(column.expression.tree[1], [])
                for rule in table.rules:
                    for operand in rule.tests[place].operands():
                        for value in _constants(operand.tree):
                            tried += [value, *_beside(value)]
    return {name: tuple(_distinct(values)) for name, values in found.items()}


def _learn(condition: str, found: dict[str, list[object]]) -> None:
    try:
        trees = [parse(condition).tree]
    except BadExpression:
        return
    while trees:
        tree = trees.pop()
        if tree[0] in {"and", "or"}:
            trees += tree[1]
        elif tree[0] == "not":
            trees.append(tree[1])
        elif tree[0] in _COMPARED:
            names = [side[1] for side in tree[1:] if side[0] == "name"]
            constants = [value for side in tree[1:] for value in _constants(side)]
            for name in names:
                found.setdefault(name, []).extend(constants)
                if tree[0] in _ORDERED:
                    found[name] += [v for value in constants for v in _beside(value)]


def _beside(value: object) -> list[object]:
    """The numbers next to a bound: below it, above it."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return []
    return [value - 1, value + 1]


def _constants(side: tuple[object, ...]) -> list[object]:
    if side[0] == "value":
        return [side[1]]
    if side[0] == "minus":
        return [-value for value in _constants(side[1])]  # type: ignore[arg-type, operator]
    return [v for one in side[1] for v in _constants(one)] if side[0] == "list" else []  # type: ignore[attr-defined]


def _distinct(values: list[object]) -> Iterator[object]:
    known: list[object] = []
    for value in values:
        if value is None or any(type(v) is type(value) and v == value for v in known):
            continue
        known.append(value)
        yield value
