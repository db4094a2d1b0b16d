"""Where the flows of a drawing lead: what follows what, through sub-processes and boundaries."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from engine.bpmn.model import TIMED, Drawing, Kind, Node

WAITS = TIMED | {Kind.CALL_ACTIVITY}


class Graph:
    """The nodes of a drawing and what may come directly after each.

    A sub-process is followed by its starts, its ends by what follows the sub-process. An event
    sub-process may follow anything in the scope it watches.
    """

    def __init__(self, drawing: Drawing) -> None:
        self._nodes = drawing.nodes
        self._inside: dict[str | None, list[Node]] = {}
        for node in drawing.nodes.values():
            self._inside.setdefault(node.parent, []).append(node)
        self._targets = {
            node.id: [
                flow.target
                for flow in (drawing.flows[key] for key in node.outgoing)
                if flow.target in drawing.nodes
            ]
            for node in drawing.nodes.values()
        }
        self.after: Mapping[str, frozenset[str]] = self._followers(drawing.nodes)

    def _followers(self, begun: Iterable[str]) -> dict[str, frozenset[str]]:
        """What may come after each; of events and their sub-processes, only those `begun`."""
        after = {key: set(targets) for key, targets in self._targets.items()}
        for key in begun:
            node = self._nodes[key]
            if node.attached_to in after:
                after[node.attached_to].add(node.id)
            if node.kind is Kind.EVENT_SUB_PROCESS:
                for other in self._watched(node):
                    after[other.id].add(node.id)
        for scope, nodes in self._inside.items():
            if scope not in after:
                continue
            after[scope] -= set(self._targets[scope])
            around = self._nodes[scope]
            any_first = around.tag == "adHocSubProcess"
            after[scope].update(
                n.id for n in nodes if is_entry(n) or (any_first and not n.incoming)
            )
            if around.kind is Kind.EVENT_SUB_PROCESS and around.parent in self._targets:
                onward = self._targets[around.parent]
            else:
                onward = self._targets[scope]
            for end in (n.id for n in nodes if not self._targets[n.id]):
                after[end].update(onward)
        return {key: frozenset(targets) for key, targets in after.items()}

    def _watched(self, handler: Node) -> Iterator[Node]:
        """What an event sub-process may come after: its scope, and what other ones of it did."""
        for node in self._inside[handler.parent]:
            if node.kind is not Kind.EVENT_SUB_PROCESS:
                yield node
            elif node.id != handler.id:
                yield from self._inside.get(node.id, ())

    @cached_property
    def before(self) -> Mapping[str, frozenset[str]]:
        return _turned(self.after)

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """Where the process begins."""
        return tuple(n.id for n in self._inside.get(None, ()) if n.tag == "startEvent")

    @cached_property
    def reached(self) -> frozenset[str]:
        """What can be reached from the start."""
        return spread(self.entries, self.after)

    @cached_property
    def finishing(self) -> frozenset[str]:
        """What can come to a node without way out (an end, or a dead end).

        Work that is added beside brings nothing else to its end.
        """
        ahead = self._followers([key for key in self._nodes if self._takes_over(key)])
        return spread([key for key, targets in ahead.items() if not targets], _turned(ahead))

    def _takes_over(self, key: str) -> bool:
        node = self._nodes[key]
        if node.kind is not Kind.EVENT_SUB_PROCESS:
            return node.interrupting
        starts = [n for n in self._inside.get(key, ()) if is_entry(n)]
        return any(n.interrupting for n in starts)

    def following(self, keys: frozenset[str]) -> frozenset[str]:
        """The nodes that can come after one of `keys` (themselves too, when in a loop)."""
        if keys not in self._following:
            begin = {after for key in keys for after in self.after[key]}
            self._following[keys] = spread(begin, self.after)
        return self._following[keys]

    def leads_to(self, key: str, goal: str) -> bool:
        """Whether `goal` can come after `key`; what is near is found soon."""
        found = set(self.after[key])
        waiting = deque(found)
        while waiting and goal not in found:
            fresh = self.after[waiting.popleft()] - found
            found |= fresh
            waiting.extend(fresh)
        return goal in found

    def past(self, keys: frozenset[str]) -> frozenset[str]:
        """The nodes that can be reached from the start without passing one of `keys`."""
        if keys not in self._past:
            ways = {key: frozenset() if key in keys else after for key, after in self.after.items()}
            self._past[keys] = spread(self.entries, ways)
        return self._past[keys]

    def way_past(self, keys: frozenset[str], goal: str) -> tuple[str, ...]:
        """A shortest way from the start to `goal` past `keys`; empty where there is none."""
        came: dict[str, str | None] = dict.fromkeys(
            (key for key in self.entries if key not in keys), None
        )
        waiting = deque(came)
        while waiting:
            key = waiting.popleft()
            if key == goal:
                return _back(came, goal)
            for after in sorted(self.after[key] - keys):
                if after not in came:
                    came[after] = key
                    waiting.append(after)
        return ()

    @cached_property
    def _following(self) -> dict[frozenset[str], frozenset[str]]:
        return {}

    @cached_property
    def _past(self) -> dict[frozenset[str], frozenset[str]]:
        return {}

    @cached_property
    def endless(self) -> frozenset[str]:
        """Nodes of loops in which nothing waits: the engine would go round for ever."""
        left = {key for key, node in self._nodes.items() if node.kind not in WAITS}
        waiting = list(left)
        while waiting:
            key = waiting.pop()
            if key in left and not (self.after[key] & left and self.before[key] & left):
                left.discard(key)
                waiting += (self.after[key] | self.before[key]) & left
        return frozenset(left)


def _turned(ways: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """The ways back."""
    found: dict[str, set[str]] = {key: set() for key in ways}
    for key, targets in ways.items():
        for target in targets:
            found[target].add(key)
    return {key: frozenset(sources) for key, sources in found.items()}


def _back(came: Mapping[str, str | None], goal: str) -> tuple[str, ...]:
    """The way to `goal`, where each element remembers the one before it."""
    way: list[str] = []
    here: str | None = goal
    while here is not None:
        way.append(here)
        here = came[here]
    return tuple(reversed(way))


def is_entry(node: Node) -> bool:
    """Whether a scope may begin with the node."""
    return node.tag == "startEvent"


def spread(begin: Iterable[str], ways: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Everything that can be reached from `begin`, itself included."""
    found = set(begin)
    waiting = list(found)
    while waiting:
        for key in ways[waiting.pop()] - found:
            found.add(key)
            waiting.append(key)
    return frozenset(found)
