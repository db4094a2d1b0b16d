"""A drawing run as BPMN says, token by token, as it was drawn: what the engine is held against.

Nothing of `engine.bpmn.execution` or `explicit` is used, only the drawing, its conditions and its
tables. Tokens stand on flows before joins (`held`) or in what waits (`Wait`); a scope is over when
it has neither (BPMN 2.0.2, clause 13). Of several waits at one element the oldest comes first.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from engine.bpmn import expressions
from engine.bpmn.decisions import DecisionTable
from engine.bpmn.model import ACTIVITIES, GATEWAYS, HUMAN, STARTING, TIMERS, Drawing, Kind, Node
from engine.domain.durations import choose, parse_alternatives
from engine.domain.errors import BadDecision, BadDuration, BadExpression
from engine.domain.timing import Timing, parse_cycle

#: Elements that one act may run through without anybody working.
MOST = 2_000
_FIRST = ACTIVITIES - {Kind.EVENT_SUB_PROCESS} | GATEWAYS | {
    Kind.TIMER_CATCH, Kind.PASSING, Kind.LINK_THROW,
}  # fmt: skip


class Stops(Exception):
    """The drawing cannot go on: no way out fits, or it circles."""


class Stuck(Stops):
    """Tokens wait for others that can never come."""


@dataclass(eq=False)
class Wait:
    """A token that an element holds: work, a timer, what runs inside."""

    node: Node
    scope: Scope
    born: int
    lap: int = 1
    host: Wait | None = None  # what a boundary timer stands on
    timers: list[Wait] = field(default_factory=list)  # those that stand on it
    rivals: list[Wait] = field(default_factory=list)  # behind one event-based gateway
    inside: Scope | None = None

    @property
    def spot(self) -> tuple[str, str, int]:
        return self.scope.drawing.key, self.node.id, self.lap


@dataclass(eq=False)
class Scope:
    """A process or sub-process that runs; `around` is what holds it."""

    drawing: Drawing
    key: str | None
    around: Wait | None
    waits: list[Wait] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)  # flow -> tokens before its join

    @property
    def nodes(self) -> list[Node]:
        return [node for node in self.drawing.nodes.values() if node.parent == self.key]


class Interpreter:
    """One dossier. `twice`: elements that were open twice at once in one scope."""

    def __init__(
        self,
        main: Drawing,
        called: Mapping[str, Drawing],
        tables: Mapping[str, DecisionTable],
        values: Mapping[str, object],
    ) -> None:
        self.drawings, self.tables = {**called, main.key: main}, tables
        self.values = dict(values)
        self.whole = Scope(main, None, None)
        self.finished = False
        self.passed = 0
        self._arriving: deque[tuple[Scope, str]] = deque()  # tokens on flows
        self._born = count()
        self._begin(self.whole)
        self._run()

    # --- what people see --------------------------------------------------------------------------

    def open(self) -> list[Wait]:
        """Works and timers, oldest first."""
        seen = [w for w in self._all(self.whole) if w.node.kind in HUMAN | TIMERS]
        return sorted(seen, key=lambda wait: wait.born)

    def twice(self) -> set[str]:
        """What is open twice at once in one scope, events that only add work left aside."""
        found: set[str] = set()
        for wait in self._all(self.whole):
            beside = any(
                node.kind is Kind.TIMER_BOUNDARY and not node.interrupting
                for node in wait.scope.nodes
            )
            same = [one for one in wait.scope.waits if one.node.id == wait.node.id]
            if len(same) > 1 and not beside and wait.node.kind is not Kind.EVENT_SUB_PROCESS:
                found.add(wait.node.id)
        return found

    def _all(self, scope: Scope) -> Iterator[Wait]:
        for wait in scope.waits:
            yield wait
            yield from wait.timers
            if wait.inside is not None:
                yield from self._all(wait.inside)

    # --- what people do ---------------------------------------------------------------------------

    def complete(self, wait: Wait, values: Mapping[str, object]) -> None:
        self.values, self.passed = dict(values), 0
        self._end(wait)
        self._run()

    def fire(self, wait: Wait, values: Mapping[str, object]) -> None:
        self.values, self.passed = dict(values), 0
        if wait.node.kind is Kind.TIMER_CATCH:
            self._end(wait)
        elif wait.node.kind is Kind.TIMER_BOUNDARY:
            self._fire_boundary(wait)
        else:
            self._fire_handler(wait)
        self._run()

    def _fire_boundary(self, wait: Wait) -> None:
        host = wait.host
        assert host is not None
        if wait.node.interrupting:
            self._gone(host)
            for rival in host.rivals:
                self._gone(rival)
        else:
            host.timers.remove(wait)
            if self._again(wait):
                host.timers.append(self._wait(wait.node, wait.scope, wait.lap + 1, host))
        self._leave(wait.scope, wait.node)

    def _fire_handler(self, wait: Wait) -> None:
        scope = wait.scope
        scope.waits.remove(wait)
        if wait.node.interrupting:
            scope.waits, scope.held = [], Counter()
        elif self._again(wait):
            scope.waits.append(self._wait(wait.node, scope, wait.lap + 1))
        assert wait.node.parent is not None
        self._nest(scope, scope.drawing.nodes[wait.node.parent])

    def _again(self, wait: Wait) -> bool:
        if wait.node.timing is not Timing.CYCLE or not wait.node.timer:
            return False
        try:
            alternatives = parse_alternatives(wait.node.timer)
            said = choose(alternatives, lambda when: expressions.holds(when, self.values))
            laps = parse_cycle(said).laps if said else None
        except (BadDuration, BadExpression):
            return True
        return laps is None or wait.lap < laps

    # --- tokens -----------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            while self._arriving:
                self.passed += 1
                if self.passed > MOST:
                    raise Stops("circles")
                scope, flow = self._arriving.popleft()
                self._enter(scope, scope.drawing.nodes[scope.drawing.flows[flow].target], flow)
            if not self._join_inclusive(self.whole) and not self._finish(self.whole):
                break
        if self.finished:
            return
        if all(w.node.kind is Kind.TIMER_START for w in self.open()):
            raise Stuck

    def _finish(self, scope: Scope) -> bool:
        """Ends the scopes in which nothing is left, the innermost first."""
        for wait in scope.waits:
            if wait.inside is not None and self._finish(wait.inside):
                return True
        busy = any(wait.node.kind is not Kind.TIMER_START for wait in scope.waits)
        if busy or scope.held.total() or self.finished:
            return False
        if scope.around is None:
            self.finished, scope.waits = True, []
        else:
            self._end(scope.around)
        return True

    def _begin(self, scope: Scope) -> None:
        nodes, drawing = scope.nodes, scope.drawing
        for node in nodes:
            trigger = drawing.trigger(node) if node.kind is Kind.EVENT_SUB_PROCESS else None
            if trigger is not None:
                scope.waits.append(self._wait(trigger, scope))
        starts = [node for node in nodes if node.tag == "startEvent"]
        if scope.key is None and scope.around is None and len(starts) > 1:
            starts = [node for node in starts if node.id == self.values.get(STARTING)]
            if not starts:
                raise Stops("nobody said where it begins")
        for node in starts:
            self._leave(scope, node)
        if not starts:
            for node in [n for n in nodes if n.kind in _FIRST and not n.incoming]:
                self._enter(scope, node, None)

    def _enter(self, scope: Scope, node: Node, flow: str | None) -> None:
        match node.kind:
            case Kind.PARALLEL | Kind.INCLUSIVE if len(node.incoming) > 1 and flow is not None:
                scope.held[flow] += 1
                waits = node.kind is Kind.INCLUSIVE
                if waits or not all(scope.held[key] for key in node.incoming):
                    return
                scope.held.subtract(node.incoming)
                self._leave(scope, node)
            case Kind.END:
                if node.terminates:
                    scope.waits, scope.held = [], Counter()
                    self._arriving = deque(
                        (at, key) for at, key in self._arriving if not _within(at, scope)
                    )
            case Kind.LINK_THROW:
                caught = [
                    n for n in scope.nodes if n.kind is Kind.LINK_CATCH and n.link == node.link
                ]
                self._leave(scope, caught[0])
            case Kind.RULE_TASK:
                try:
                    self.values.update(self.tables[node.called or ""].decide(self.values))
                except (BadDecision, BadExpression) as error:
                    raise Stops(str(error)) from error
                self._leave(scope, node)
            case Kind.EVENT_BASED:
                targets = [scope.drawing.flows[key].target for key in node.outgoing]
                rivals = [self._hold(scope, scope.drawing.nodes[key]) for key in targets]
                for one in rivals:
                    one.rivals = [other for other in rivals if other is not one]
            case Kind.SUB_PROCESS | Kind.CALL_ACTIVITY:
                self._nest(scope, node)
            case kind if kind in HUMAN or kind is Kind.TIMER_CATCH:
                self._hold(scope, node)
            case _:
                self._leave(scope, node)

    def _leave(self, scope: Scope, node: Node) -> None:
        flows = [scope.drawing.flows[key] for key in node.outgoing]
        always = [flow.id for flow in flows if not flow.condition and flow.id != node.default_flow]
        some = (flow for flow in flows if flow.condition and flow.id != node.default_flow)
        default = [flow.id for flow in flows if flow.id == node.default_flow]
        if node.kind is Kind.EXCLUSIVE:
            held = next((flow.id for flow in some if self._holds(flow.condition)), None)
            taken = [held] if held else (default or always)[:1]
        elif node.kind is Kind.PARALLEL:
            taken = list(node.outgoing)
        else:
            held_ones = {flow.id for flow in some if self._holds(flow.condition)}
            taken = [key for key in node.outgoing if key in held_ones or key in always] or default
        if flows and not taken:
            raise Stops(f"no way out of {node.id}")
        self._arriving.extend((scope, key) for key in taken)

    def _holds(self, condition: str | None) -> bool:
        try:
            return expressions.holds(condition or "", self.values)
        except BadExpression as error:
            raise Stops(str(error)) from error

    # --- waits ------------------------------------------------------------------------------------

    def _wait(self, node: Node, scope: Scope, lap: int = 1, host: Wait | None = None) -> Wait:
        return Wait(node, scope, next(self._born), lap, host)

    def _hold(self, scope: Scope, node: Node) -> Wait:
        wait = self._wait(node, scope)
        scope.waits.append(wait)
        wait.timers = [
            self._wait(event, scope, 1, wait)
            for event in scope.nodes
            if event.kind is Kind.TIMER_BOUNDARY and event.attached_to == node.id
        ]
        return wait

    def _nest(self, scope: Scope, node: Node) -> None:
        wait = self._hold(scope, node)
        if node.kind is Kind.CALL_ACTIVITY:
            wait.inside = Scope(self.drawings[node.called or ""], None, wait)
        else:
            wait.inside = Scope(scope.drawing, node.id, wait)
        self._begin(wait.inside)

    def _end(self, wait: Wait) -> None:
        self._gone(wait)
        for rival in wait.rivals:
            self._gone(rival)
        self._leave(wait.scope, wait.node)

    def _gone(self, wait: Wait) -> None:
        if wait in wait.scope.waits:
            wait.scope.waits.remove(wait)

    # --- inclusive joins --------------------------------------------------------------------------

    def _join_inclusive(self, scope: Scope) -> bool:
        """Lets one inclusive join go on that waits for nothing any more."""
        for wait in scope.waits:
            if wait.inside is not None and self._join_inclusive(wait.inside):
                return True
        for node in scope.nodes:
            here = [key for key in node.incoming if scope.held[key]]
            if node.kind is Kind.INCLUSIVE and here and not self._still_coming(scope, node, here):
                scope.held.subtract(here)
                self._leave(scope, node)
                return True
        return False

    def _still_coming(self, scope: Scope, join: Node, here: list[str]) -> bool:
        empty = set(join.incoming) - set(here)
        standing = [wait.node for each in scope.waits for wait in (each, *each.timers)]
        ahead = [self._ahead(scope, node, join) for node in standing]
        for flow in scope.held:
            target = scope.drawing.nodes[scope.drawing.flows[flow].target]
            if scope.held[flow] and target.id != join.id:
                ahead.append(self._ahead(scope, target, join))
        return any(flows & empty and not flows & set(here) for flows in ahead)

    def _ahead(self, scope: Scope, node: Node, join: Node) -> set[str]:
        """The flows that a token at an element may come to without passing the join."""
        found: set[str] = set()
        front = [node]
        while front:
            at = front.pop()
            outgoing = list(at.outgoing)
            if at.kind is Kind.LINK_THROW:
                front += [n for n in scope.nodes if n.link == at.link and n is not at]
            for key in set(outgoing) - found:
                found.add(key)
                target = scope.drawing.nodes[scope.drawing.flows[key].target]
                if target.id != join.id:
                    front.append(target)
                    front += [n for n in scope.nodes if n.attached_to == target.id]
        return found


def _within(scope: Scope, outer: Scope) -> bool:
    at: Scope | None = scope
    while at is not None and at is not outer:
        at = at.around.scope if at.around else None
    return at is outer
