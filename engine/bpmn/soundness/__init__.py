"""Whether a drawing always comes to its end with nothing left behind: its token states, explored.

Places are flows; flows that elements only pass on are one place, so a drawing of a hundred steps
has a handful. Conditions are not read: every way out of a choosing gateway may be taken. What
stands in a sub-process, and what an event begins, is a net of its own, and for the net around it
one piece of work. Where neither fault is found and every element has an end ahead of it (the rule
`no-end-ahead`), every state can come to the end: tests hold that against a plain token game. What
is not looked at within the allowance is said to be unknown.

BPMN 2.0.2 (formal/2013-12-09), clause 13: tokens and gateways, the inclusive join (13.4.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from engine.bpmn.model import HUMAN, Drawing, Flow, Kind, Node
from engine.bpmn.soundness.nets import Allowance, Fault, Join, Net, Search, Step, Verdict

__all__ = ("Fault", "Verdict", "verdicts")

#: States of one net, and seconds for all of them, before the question is left open.
MAX_STATES, MAX_SECONDS = 20_000, 5.0
#: Steps open at once of which a drawing is told.
MANY = 30
#: Ways out of one inclusive gateway of which every combination is tried; of more, single ways
#: and all together.
_MAX_COMBINED = 6
_WAITING = HUMAN | {Kind.TIMER_CATCH, Kind.CALL_ACTIVITY}  # one step each, as far as can be seen


def verdicts(
    drawing: Drawing, max_states: int = MAX_STATES, max_seconds: float = MAX_SECONDS
) -> Iterator[Verdict]:
    """The faults of an explicit drawing, each net's first of each kind; nothing of what is sound.

    Meant for drawings whose flows and gateways have passed the structural checks.
    """
    allowance = Allowance(max_states, max_seconds)
    open_at_once: dict[str, int] = {}  # scope, or event that begins work beside its host -> steps
    many, unknown = False, set[str]()  # what is told already
    for scope in _inner_first(drawing):
        builder = _Builder(drawing, scope, open_at_once)
        for key, net in builder.nets():
            search = Search(net, allowance)
            for verdict in search.faults():
                if verdict.fault is not Fault.UNKNOWN or verdict.element not in unknown:
                    yield verdict
                if verdict.fault is Fault.UNKNOWN:
                    unknown.add(verdict.element)
            steps, state = search.widest
            open_at_once[key] = steps + open_at_once.get(key, 0)
            if steps > MANY and not many:
                many = True  # what stands around it has at least as many
                way = search.way(state)
                yield Verdict(Fault.MANY, way[-1] if way else net.scope, way, steps)


# --- from the drawing to nets ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Scope:
    """The process itself or a sub-process, with what stands directly in it."""

    key: str | None
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]


def _inner_first(drawing: Drawing) -> list[_Scope]:
    nodes: dict[str | None, list[Node]] = {}
    flows: dict[str | None, list[Flow]] = {}
    for node in drawing.nodes.values():
        nodes.setdefault(node.parent, []).append(node)
    for flow in drawing.flows.values():
        source, target = drawing.nodes.get(flow.source), drawing.nodes.get(flow.target)
        if source and target and source.parent == target.parent:
            flows.setdefault(source.parent, []).append(flow)

    def depth(scope: str | None) -> int:
        deep = 0
        while scope is not None and deep < len(nodes):
            around = drawing.nodes.get(scope)
            scope, deep = around.parent if around else None, deep + 1
        return deep

    return [
        _Scope(scope, tuple(nodes[scope]), tuple(flows.get(scope, ())))
        for scope in sorted(nodes, key=depth, reverse=True)
    ]


class _Builder:
    """Builds the net of one scope."""

    def __init__(self, drawing: Drawing, scope: _Scope, open_at_once: Mapping[str, int]) -> None:
        self.drawing = drawing
        self.scope = scope.key or drawing.key
        self.open_at_once = open_at_once
        self.nodes = {node.id: node for node in scope.nodes if node.id}
        self.flows = scope.flows
        self._beside: dict[str, list[Node]] = {}  # activity -> events that add to it
        self._ending: dict[str, list[Node]] = {}  # activity -> events that may end it
        for node in self.nodes.values():
            if node.attached_to:
                held = self._ending if node.interrupting else self._beside
                held.setdefault(node.attached_to, []).append(node)
        self._places: dict[str, int] = {flow.id: at for at, flow in enumerate(self.flows)}
        self._idle = self._only_ending()
        self._same = list(range(len(self.flows)))  # place -> one it is the same as, or itself
        for node in self.nodes.values():
            if self._passes_on(node):
                for key in self._known(node.incoming):
                    self._unite(key, node.outgoing[0])

    def nets(self) -> Iterator[tuple[str, Net]]:
        """What each event begins beside its host, by that event, then the scope itself."""
        nodes = self.nodes.values()
        net = self._net()
        self._weigh(net)
        for first in (n for n in nodes if n.kind is Kind.TIMER_BOUNDARY and not n.interrupting):
            if self._knows(first):
                yield first.id, replace(net, begins=self._place(first.outgoing[0]))
        self._weigh(net)
        for first in (n for n in nodes if n.kind in (Kind.START, Kind.TIMER_START)):
            if self._knows(first):
                yield self.scope, replace(net, begins=self._place(first.outgoing[0]))

    def _weigh(self, net: Net) -> None:
        """How many steps are open while a token is on a place, as far as that is known by now."""
        for flow in self.flows:
            place, weight = self._place(flow.id), self._open(self.nodes[flow.target])
            net.weights[place] = max(weight, net.weights.get(place, 0))

    def _knows(self, first: Node) -> bool:
        return len(first.outgoing) == 1 and first.outgoing[0] in self._places

    def _open(self, node: Node) -> int:
        """How many steps are open while a token stands before an element."""
        own = 1 if node.kind in _WAITING else self.open_at_once.get(node.id, 0)
        return own + sum(self.open_at_once.get(e.id, 0) for e in self._beside.get(node.id, ()))

    def _net(self) -> Net:
        net = Net(self.scope, begins=0)
        for flow in self.flows:
            net.entered.setdefault(self._place(flow.id), flow.target)
        net.joins = {n.id for n in self.nodes.values() if self._waits(n)}
        for node in self.nodes.values():
            if self._passes_on(node) and len(node.incoming) > 1:
                net.merged.setdefault(self._place(node.outgoing[0]), node.id)
            if not self._passes_on(node):
                self._add(net, node)
                for key in self._known(node.incoming):
                    net.entered[self._place(key)] = node.id
        busy = {self._place(flow.id) for flow in self.flows if flow.id not in self._idle}
        net.ending = {self._place(key) for key in self._known(self._idle)} - busy
        return net

    def _passes_on(self, node: Node) -> bool:
        """Whether each token that comes in goes out the one way, whatever else happens."""
        joins = self._waits(node)
        whole = len(self._known(node.outgoing)) == len(node.outgoing) == 1
        if not whole or not node.incoming or joins or self._cut(node):
            return False
        if node.kind is not Kind.EXCLUSIVE or len(node.incoming) == 1:
            return True
        return node.outgoing[0] not in self._idle  # what merges only to end waits for nobody

    def _only_ending(self) -> set[str]:
        """The flows behind which nothing is done any more: they lead to an end, past merges."""
        found: set[str] = set()
        front = [node for node in self.nodes.values() if node.kind is Kind.END]
        while front:
            node = front.pop()
            for key in set(self._known(node.incoming)) - found:
                found.add(key)
                before = self.nodes.get(self.drawing.flows[key].source)
                if before and before.kind is Kind.EXCLUSIVE and len(before.outgoing) == 1:
                    front.append(before)
        return found

    def _waits(self, node: Node) -> bool:
        """Whether tokens wait at an element for others."""
        return node.kind in (Kind.PARALLEL, Kind.INCLUSIVE) and len(node.incoming) > 1

    def _known(self, flows: Iterable[str]) -> list[str]:
        """Those of the flows that stay in this scope; the others are told by other rules."""
        return [key for key in flows if key in self._places]

    def _cut(self, node: Node) -> list[Node]:
        """The events that may end an activity before it is done."""
        return self._ending.get(node.id, [])

    def _add(self, net: Net, node: Node) -> None:
        incoming = [self._place(key) for key in self._known(node.incoming)]
        leaving = self._known(node.outgoing)
        out = [self._place(key) for key in leaving]
        if node.kind is Kind.PARALLEL:
            net.steps.append(Step(node.id, tuple(incoming), tuple(out)))
        elif node.kind is Kind.INCLUSIVE and len(incoming) > 1:
            reach = {place: self._reaching(place, node.id) for place in set(incoming)}
            net.inclusive.append(Join(node.id, reach, tuple(self._together(node, leaving))))
        elif node.kind is Kind.INCLUSIVE:
            net.steps += [
                Step(node.id, (place,), puts)
                for place in incoming
                for puts in self._together(node, leaving)
            ]
        else:
            for event in self._cut(node):
                leaving += self._known(event.outgoing)
            exits = [self._place(key) for key in leaving]
            for place in dict.fromkeys(incoming):
                net.steps += [Step(node.id, (place,), (put,)) for put in exits]
                if not exits:
                    net.steps.append(Step(node.id, (place,), (), clears=node.terminates))

    def _together(self, node: Node, leaving: list[str]) -> Iterator[tuple[int, ...]]:
        """The places that an inclusive gateway may put tokens on together.

        Of the split that a step's own flows are, what has no condition is always taken, and the
        default then never; a gateway's flows all have conditions.
        """
        flows = self.drawing.flows
        plain = (key for key in leaving if not flows[key].condition and key != node.default_flow)
        always = [*plain] if node.drawn is not None else []
        if not always:
            yield from _combined([self._place(key) for key in leaving])
            return
        certain = tuple(self._place(key) for key in always)
        free = [key for key in leaving if key not in always and key != node.default_flow]
        yield certain
        for some in _combined([self._place(key) for key in free]):
            yield (*certain, *some)

    def _reaching(self, place: int, join: str) -> frozenset[int]:
        """The places from which a token can still come to `place` without passing the join."""
        found, front = {place}, [place]
        while front:
            for node, came in self._before.get(front.pop(), ()):
                if node != join and came not in found:
                    found.add(came)
                    front.append(came)
        return frozenset(found)

    @cached_property
    def _before(self) -> Mapping[int, list[tuple[str, int]]]:
        """Place -> the elements that put tokens on it, and from where they take them."""
        before: dict[int, list[tuple[str, int]]] = {}
        for node in self.nodes.values():
            exits = [*node.outgoing, *(f for event in self._cut(node) for f in event.outgoing)]
            came = {self._place(key) for key in self._known(node.incoming)}
            for left in {self._place(key) for key in self._known(exits)}:
                before.setdefault(left, []).extend((node.id, place) for place in came)
        return before

    def _place(self, flow: str) -> int:
        place = self._places[flow]
        while self._same[place] != place:
            self._same[place] = self._same[self._same[place]]
            place = self._same[place]
        return place

    def _unite(self, one: str, other: str) -> None:
        kept, gone = sorted((self._place(one), self._place(other)))
        self._same[gone] = kept


def _combined(out: list[int]) -> Iterator[tuple[int, ...]]:
    """The sets of ways that an inclusive gateway may take together."""
    sizes = range(1, len(out) + 1) if len(out) <= _MAX_COMBINED else (1, len(out))
    for size in sizes:
        yield from combinations(out, size)
