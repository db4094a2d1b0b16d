"""Whether a drawing always comes to its end with nothing left behind: its token states, explored.

A state says how many tokens each place holds. Places are flows; flows that elements only pass on
are one place, so a drawing of a hundred steps has a handful. Conditions are not read: every way out
of a choosing gateway may be taken. What stands in a sub-process, and what an event begins, is a
net of its own, and for the net around it one piece of work.

BPMN 2.0 (formal/2011-01-03), clause 13: tokens and gateways, the inclusive join (13.3.3).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import combinations

from engine.bpmn.model import Drawing, Kind, Node

#: States looked at before the question is left open.
MAX_STATES = 20_000
#: Ways out of one inclusive gateway of which every combination is tried; of more, single ways
#: and all together.
_MAX_COMBINED = 6

_MOST_ENDING = 16

State = tuple[tuple[int, int], ...]  # (place, tokens), places ascending, no zeros


class Fault(Enum):
    """What may go wrong."""

    STUCK = "stuck"  # tokens wait for others that can never come
    TWICE = "twice"  # two tokens on one flow: everything after it is done twice
    UNKNOWN = "unknown"  # too many states to tell


@dataclass(frozen=True)
class Verdict:
    """A fault, where it shows, and a way that leads there: ids of elements as they are passed."""

    fault: Fault
    element: str  # the join that waits in vain; what is begun twice; the scope that is too large
    way: tuple[str, ...] = ()


def verdicts(drawing: Drawing, max_states: int = MAX_STATES) -> Iterator[Verdict]:
    """The faults of an explicit drawing, each net's first of each kind; nothing of what is sound.

    Meant for drawings whose flows and gateways have passed the structural checks.
    """
    for net in _nets(drawing):
        yield from _Search(net, max_states).faults()


@dataclass(frozen=True)
class _Step:
    """Something that may happen: it takes tokens from places and puts tokens on others."""

    node: str
    takes: tuple[int, ...]
    puts: tuple[int, ...]
    clears: bool = False  # and takes every other token with it


@dataclass
class _Net:
    """One scope, or what one event begins. `inclusive`: joins that look at what may still come."""

    scope: str
    begins: int  # the place that holds the first token
    steps: list[_Step] = field(default_factory=list)
    inclusive: list[_Join] = field(default_factory=list)
    joins: set[str] = field(default_factory=set)  # elements at which tokens wait for others
    entered: dict[int, str] = field(default_factory=dict)  # place -> the element it leads into
    ending: set[int] = field(default_factory=set)  # places on which nothing is left to do but end


@dataclass(frozen=True)
class _Join:
    """An inclusive join: each incoming place, the places from which it can still be reached, and
    all combinations of places that it may put tokens on."""

    node: str
    reach: Mapping[int, frozenset[int]]
    puts: tuple[tuple[int, ...], ...]


# --- from the drawing to nets ---------------------------------------------------------------------


def _nets(drawing: Drawing) -> Iterator[_Net]:
    """The net of each scope, and of each branch that an event begins beside its host."""
    for scope in dict.fromkeys(node.parent for node in drawing.nodes.values()):
        inside = [node for node in drawing.nodes.values() if node.parent == scope]
        starts = [n for n in inside if n.kind in (Kind.START, Kind.TIMER_START)]
        beside = [n for n in inside if n.kind is Kind.TIMER_BOUNDARY and not n.interrupting]
        for first in (*starts, *beside):
            builder = _Builder(drawing, inside)
            if builder.knows(first.outgoing):
                yield builder.net(scope or drawing.key, first)


class _Builder:
    """Builds the net of one scope."""

    def __init__(self, drawing: Drawing, inside: Iterable[Node]) -> None:
        self.drawing = drawing
        self.nodes = {node.id: node for node in inside if node.id}
        self.flows = [
            flow
            for flow in drawing.flows.values()
            if flow.source in self.nodes and flow.target in self.nodes
        ]
        self._ending: dict[str, list[Node]] = {}  # activity -> events that may end it
        for node in self.nodes.values():
            if node.attached_to and node.interrupting:
                self._ending.setdefault(node.attached_to, []).append(node)
        self._places: dict[str, int] = {flow.id: at for at, flow in enumerate(self.flows)}
        self._idle = self._only_ending()
        self._same = list(range(len(self.flows)))  # place -> one it is the same as, or itself
        for node in self.nodes.values():
            if self._passes_on(node):
                for key in self._known(node.incoming):
                    self._unite(key, node.outgoing[0])

    def knows(self, flows: tuple[str, ...]) -> bool:
        return len(flows) == 1 and flows[0] in self._places

    def net(self, scope: str, first: Node) -> _Net:
        net = _Net(scope, self._place(first.outgoing[0]))
        for flow in self.flows:
            net.entered.setdefault(self._place(flow.id), flow.target)
        net.joins = {n.id for n in self.nodes.values() if self._waits(n)}
        for node in self.nodes.values():
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

    def _add(self, net: _Net, node: Node) -> None:
        incoming = [self._place(key) for key in self._known(node.incoming)]
        leaving = self._known(node.outgoing)
        out = [self._place(key) for key in leaving]
        if node.kind is Kind.PARALLEL:
            net.steps.append(_Step(node.id, tuple(incoming), tuple(out)))
        elif node.kind is Kind.INCLUSIVE and len(incoming) > 1:
            reach = {place: self._reaching(place, node.id) for place in set(incoming)}
            net.inclusive.append(_Join(node.id, reach, tuple(self._together(node, leaving))))
        elif node.kind is Kind.INCLUSIVE:
            net.steps += [
                _Step(node.id, (place,), puts)
                for place in incoming
                for puts in self._together(node, leaving)
            ]
        else:
            for event in self._cut(node):
                leaving += self._known(event.outgoing)
            exits = [self._place(key) for key in leaving]
            for place in dict.fromkeys(incoming):
                net.steps += [_Step(node.id, (place,), (put,)) for put in exits]
                if not exits:
                    net.steps.append(_Step(node.id, (place,), (), clears=node.terminates))

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
        before: dict[int, set[int]] = {}
        for node in self.nodes.values():
            if node.id == join:
                continue
            exits = [*node.outgoing, *(f for event in self._cut(node) for f in event.outgoing)]
            for came in self._known(node.incoming):
                for left in self._known(exits):
                    before.setdefault(self._place(left), set()).add(self._place(came))
        found, front = {place}, [place]
        while front:
            new = before.get(front.pop(), set()) - found
            found |= new
            front += new
        return frozenset(found)

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


# --- the states -----------------------------------------------------------------------------------


class _Search:
    """Looks at every state that a net can come to, the nearest first."""

    def __init__(self, net: _Net, max_states: int) -> None:
        self.net = net
        self.max_states = max_states
        self.came: dict[State, tuple[State, str] | None] = {}

    def faults(self) -> Iterator[Verdict]:
        found: dict[Fault, Verdict] = {}
        first: State = ((self.net.begins, 1),)
        self.came[first] = None
        front = deque([first])
        while front:
            state = front.popleft()
            twice = next((place for place, tokens in state if tokens > self._most(place)), None)
            if twice is not None:
                self._note(found, Fault.TWICE, self.net.entered[twice], state)
                continue  # what follows from a fault tells nothing new
            after = list(self._after(state))
            waiting = [self.net.entered[place] for place, _ in state]
            in_vain = next((key for key in waiting if key in self.net.joins), None)
            if in_vain is not None and not after:
                self._note(found, Fault.STUCK, in_vain, state)
            for node, then in after:
                if then not in self.came:
                    self.came[then] = state, node
                    front.append(then)
            if len(self.came) > self.max_states:
                found[Fault.UNKNOWN] = Verdict(Fault.UNKNOWN, self.net.scope)
                break
        yield from found.values()

    def _most(self, place: int) -> int:
        """How many tokens a place may hold: two may come to an end, each for itself."""
        return _MOST_ENDING if place in self.net.ending else 1

    def _note(self, found: dict[Fault, Verdict], fault: Fault, element: str, state: State) -> None:
        found.setdefault(fault, Verdict(fault, element, self._way(state)))

    def _way(self, state: State) -> tuple[str, ...]:
        passed = []
        here = self.came[state]
        while here is not None:
            before, node = here
            passed.append(node)
            here = self.came[before]
        return tuple(reversed(passed))

    def _after(self, state: State) -> Iterator[tuple[str, State]]:
        held = dict(state)
        for step in self.net.steps:
            if all(held.get(place, 0) >= step.takes.count(place) for place in step.takes):
                yield step.node, () if step.clears else _moved(held, step.takes, step.puts)
        for join in self.net.inclusive:
            taken = tuple(place for place in join.reach if place in held)
            if taken and self._complete(join, held, taken):
                for puts in join.puts:
                    yield join.node, _moved(held, taken, puts)

    def _complete(self, join: _Join, held: Mapping[int, int], taken: tuple[int, ...]) -> bool:
        """Whether no token elsewhere can still come to an incoming flow that is empty."""
        filled = frozenset().union(*(join.reach[place] for place in taken))
        empty = [join.reach[place] for place in join.reach if place not in held]
        awaited = frozenset[int]().union(*empty) - filled
        return not any(place in awaited for place in held)


def _moved(held: Mapping[int, int], takes: Iterable[int], puts: Iterable[int]) -> State:
    after = dict(held)
    for place in takes:
        after[place] -= 1
    for place in puts:
        after[place] = after.get(place, 0) + 1
    return tuple(sorted((place, tokens) for place, tokens in after.items() if tokens))
