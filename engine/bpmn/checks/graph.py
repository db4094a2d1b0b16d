"""Where the flows of a drawing lead: what follows what, through sub-processes and boundaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from engine.bpmn.model import Drawing, Kind, Node

WAITS = frozenset({Kind.USER_TASK, Kind.RECEIVE_TASK, Kind.TIMER_CATCH, Kind.CALL_ACTIVITY})


class Graph:
    """The nodes of a drawing and what may come directly after each.

    A sub-process is followed by its starts, its ends by what follows the sub-process.
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
        self.after: Mapping[str, frozenset[str]] = self._followers()

    def _followers(self) -> dict[str, frozenset[str]]:
        after = {key: set(targets) for key, targets in self._targets.items()}
        for node in self._nodes.values():
            if node.attached_to in after:
                after[node.attached_to].add(node.id)
        for scope, nodes in self._inside.items():
            if scope not in after:
                continue
            after[scope] -= set(self._targets[scope])
            after[scope].update(n.id for n in nodes if is_entry(n))
            for end in (n.id for n in nodes if not self._targets[n.id]):
                after[end].update(self._targets[scope])
        return {key: frozenset(targets) for key, targets in after.items()}

    @cached_property
    def before(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {key: set() for key in self.after}
        for key, targets in self.after.items():
            for target in targets:
                found[target].add(key)
        return {key: frozenset(sources) for key, sources in found.items()}

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
        """What can come to a node without way out (an end, or a dead end)."""
        return spread([key for key, targets in self.after.items() if not targets], self.before)

    def following(self, keys: frozenset[str]) -> frozenset[str]:
        """The nodes that can come after one of `keys` (themselves too, when in a loop)."""
        if keys not in self._following:
            begin = {after for key in keys for after in self.after[key]}
            self._following[keys] = spread(begin, self.after)
        return self._following[keys]

    @cached_property
    def _following(self) -> dict[frozenset[str], frozenset[str]]:
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
