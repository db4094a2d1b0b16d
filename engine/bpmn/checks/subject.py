"""What a rule looks at: the drawing, its XML, its surroundings, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from engine.bpmn.budgets.keeping import Kept, terms_kept
from engine.bpmn.checks.graph import Graph
from engine.bpmn.checks.planes import Plane, planes_of
from engine.bpmn.decisions import DecisionTable, check_decision, read_decisions
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import STARTING, Drawing, Kind, Node, called_from
from engine.bpmn.reading.dialect import SourceTree, read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.soundness import Verdict, verdicts
from engine.domain.durations import Alternative, parse_alternatives
from engine.domain.errors import BadDuration, DrawingRefused
from engine.domain.roles import RoleRegister
from engine.domain.timing import DateOf, Timing, parse_date
from engine.ports import Form

CHANNELS = frozenset({"counter", "post", "online"})
FACTS: Mapping[str, frozenset[str] | None] = {
    "kenh": CHANNELS,
    "lan_thu": None,
    STARTING: frozenset(),
}
"""What the engine itself knows of a case, and the values: its channel, the round of a step, where
it begins (one of the start events, where there are several)."""


@dataclass(frozen=True)
class Vocabulary:
    """What a drawing may name: roles, forms, decision tables, other drawings.

    `form_names` serves suggestions only.
    """

    roles: RoleRegister
    form: Callable[[str], Form | None]  # by formRef
    decision: Callable[[str], str | None]  # text of the DMN file that holds the decision id
    drawing: Callable[[str], bytes | None]  # by process key
    form_names: tuple[str, ...] = ()
    documents: Collection[str] | None = None  # names of templates; None: they are not known here
    #: How grave rules are here, where not as they say themselves; None: switched off.
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    hours_per_day: Fraction = Fraction(8)  # working hours


@dataclass(frozen=True)
class Reading:
    """A place where an expression stands: on a node, on a flow (at its source), or on the process.

    `own` says that the form of `node` itself is filled in before the expression is read.
    """

    text: str
    node: Node | None
    element: str
    name: str | None
    line: int
    own: bool = False


class Subject:
    """A drawing under check. Everything derived is computed once, when first asked for."""

    def __init__(self, tree: SourceTree, vocabulary: Vocabulary) -> None:
        self.tree = tree
        self.vocabulary = vocabulary
        self._forms: dict[str, Form | None] = {}
        self._tables: dict[str, DecisionTable | None] = {}
        self._table_findings: dict[str, tuple[Finding, ...]] = {}
        self._given: dict[str, tuple[object, ...] | None] = {}

    @property
    def drawn(self) -> Drawing:
        """The drawing as it was drawn."""
        return self.tree.drawing

    @cached_property
    def drawing(self) -> Drawing:
        """The drawing as it is executed: what it leaves unsaid is said (`reading.explicit`)."""
        return explicit(self.tree.drawing)

    @property
    def nodes(self) -> Iterable[Node]:
        """What was drawn, and as it was drawn."""
        return self.drawn.nodes.values()

    @cached_property
    def graph(self) -> Graph:
        return Graph(self.drawing)

    def form(self, name: str) -> Form | None:
        if name not in self._forms:
            self._forms[name] = self.vocabulary.form(name)
        return self._forms[name]

    def table(self, decision: str) -> DecisionTable | None:
        """The decision table of that id, when there is one that can be understood."""
        if decision not in self._tables:
            text = self.vocabulary.decision(decision)
            tables = read_decisions(text.encode(), decision)[0] if text is not None else {}
            self._tables[decision] = tables.get(decision)
        return self._tables[decision]

    def table_findings(self, table: DecisionTable) -> tuple[Finding, ...]:
        """What is wrong with a table in itself."""
        if table.id not in self._table_findings:
            self._table_findings[table.id] = tuple(check_decision(table))
        return self._table_findings[table.id]

    @cached_property
    def called(self) -> Mapping[str, Drawing]:
        """The drawings that this one calls, and those they call, as far as they can be read."""
        found: dict[str, Drawing] = {}
        waiting = [node.called for node in self.nodes if node.kind is Kind.CALL_ACTIVITY]
        while waiting:
            key = waiting.pop()
            content = self.vocabulary.drawing(key) if key and key not in found else None
            if key is None or content is None:
                continue
            try:
                found[key] = explicit(read_drawing(content, key))
            except DrawingRefused:
                continue
            inner = found[key].nodes.values()
            waiting += [node.called for node in inner if node.kind is Kind.CALL_ACTIVITY]
        return found

    @property
    def known(self) -> Mapping[str, Drawing]:
        """The drawing itself and everything it calls, by key."""
        return {**self.called, self.drawing.key: self.drawing}

    @cached_property
    def setters(self) -> Mapping[str, frozenset[str]]:
        """Variable -> the nodes after which it may be set."""
        found: dict[str, set[str]] = {}
        for node in self.nodes:
            for name in self._set_by(node):
                found.setdefault(name, set()).add(node.id)
        return {name: frozenset(nodes) for name, nodes in found.items()}

    def _set_by(self, node: Node) -> Iterator[str]:
        if node.kind is Kind.CALL_ACTIVITY:
            for inner in self._doing(node):
                yield from self._set_by(inner)
            return
        form = self.form(node.form) if node.form else None
        if form is not None:
            yield from form.names
        if node.kind is Kind.RULE_TASK and node.called:
            table = self.table(node.called)
            yield from table.outputs if table else ()

    def _reached_from(self, key: str | None) -> set[str]:
        """The drawings that a call of `key` runs."""
        return called_from(key or "", self.called) & self.called.keys()

    def calls_back(self, key: str | None) -> bool:
        """Whether a call of `key` comes back to this drawing."""
        reached = [self.called[inner].nodes.values() for inner in self._reached_from(key)]
        return key == self.drawing.key or any(
            node.kind is Kind.CALL_ACTIVITY and node.called == self.drawing.key
            for nodes in reached
            for node in nodes
        )

    @cached_property
    def planes(self) -> tuple[Plane, ...]:
        """The planes of the file that draw something of the drawing."""
        return planes_of(self.tree.root, self.tree.drawing)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What the drawing's tokens may come to; nothing where all is sound."""
        return tuple(verdicts(self.drawing))

    @cached_property
    def terms_kept(self) -> Kept:
        """Which ways do not keep the terms that the drawing states."""
        known, around = self.called, self.vocabulary
        return terms_kept(
            self.drawing, known, self.form, self.table, around.roles, around.hours_per_day
        )

    def answers(self, name: str) -> frozenset[str] | None:
        """The texts that choice fields and decision tables give a variable.

        None when something else sets it, or a table sets it to what is no text or not known yet.
        """
        given = self.given(name)
        if given is None or not all(isinstance(value, str) for value in given):
            return None
        return frozenset(map(str, given))

    def given(self, name: str) -> tuple[object, ...] | None:
        """Everything that choice fields and decision tables give a variable, called parts included.

        None when something else sets it, or it is not known beforehand.
        """
        if name not in self._given:
            self._given[name] = self._gathered(name)
        return self._given[name]

    def _gathered(self, name: str) -> tuple[object, ...] | None:
        if name == STARTING:
            return tuple(sorted(start.id for start in self.drawing.starts()))
        if name in FACTS:
            facts = FACTS[name]
            return tuple(sorted(facts)) if facts is not None else None
        found: list[object] = []
        for key in sorted(self.setters.get(name, frozenset())):
            for node in self._doing(self.drawing.nodes[key]):
                values = self._given_by(node, name)
                if values is None:
                    return None
                found += [value for value in values if value not in found]
        return tuple(found) or None

    def _doing(self, node: Node) -> Iterator[Node]:
        """A node, or what is done where it calls."""
        if node.kind is not Kind.CALL_ACTIVITY:
            yield node
            return
        for key in sorted(self._reached_from(node.called)):
            inside = self.called[key].nodes.values()
            yield from (inner for inner in inside if inner.kind is not Kind.CALL_ACTIVITY)

    def _given_by(self, node: Node, name: str) -> Iterable[object] | None:
        """What a node may set a variable to: nothing where it does not set it at all."""
        form = self.form(node.form) if node.form else None
        if form is not None and name in form.names:
            return form.answers(name)
        table = self.table(node.called) if node.kind is Kind.RULE_TASK and node.called else None
        return table.given(name) if table is not None and name in table.outputs else ()

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every expression in the drawing."""
        return tuple(_readings(self.drawing))

    def read_within(self, key: str | None) -> tuple[Reading, ...]:
        """Every expression in the drawings that a call of `key` runs."""
        reached = sorted(self._reached_from(key))
        return tuple(one for inner in reached for one in _readings(self.called[inner]))


def _readings(drawing: Drawing) -> Iterator[Reading]:
    for flow in drawing.flows.values():
        if flow.condition and flow.drawn is None:
            source = drawing.nodes.get(flow.source)
            yield Reading(flow.condition, source, flow.id, flow.name or None, flow.line)
    for node in drawing.nodes.values():
        for name in dates_read(node):
            yield Reading(name, node, node.id, node.name or None, node.line)
        for text in (node.due, node.timer, node.documents, node.list):
            for condition in conditions(text):
                own = text is not node.due and text is not node.timer
                yield Reading(condition, node, node.id, node.name or None, node.line, own)
        for said in (node.acceptance, node.signs):
            if said:
                yield Reading(said, node, node.id, node.name or None, node.line, True)
    for text in (drawing.legal_term, *drawing.authority_terms.values()):
        for condition in conditions(text):
            yield Reading(condition, None, drawing.key, drawing.name or None, drawing.line)


def conditions(text: str | None) -> list[str]:
    """The conditions of alternatives; none where the text cannot be parted (reported elsewhere)."""
    return [one.condition for one in alternatives_of(text) if one.condition]


def alternatives_of(text: str | None) -> tuple[Alternative, ...]:
    """What a duration, a date or a list may be; nothing where it cannot be parted."""
    try:
        return parse_alternatives(text) if text else ()
    except BadDuration:
        return ()


def dates_read(node: Node) -> Iterator[str]:
    """The variables whose day a timer waits for."""
    if node.timing is not Timing.DATE or not node.timer:
        return
    try:
        said = [parse_date(one.value) for one in parse_alternatives(node.timer)]
    except BadDuration:
        return  # reported elsewhere
    yield from (date.variable for date in said if isinstance(date, DateOf))
