"""What runs on the main way of a drawing, and what a timer that interrupts nothing adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.bpmn.model import SCOPES, TIMERS, Drawing, Kind, Node


def beside_events(drawing: Drawing) -> tuple[Node, ...]:
    """The timers that add work and end none: boundary events, starts of event sub-processes."""
    return tuple(
        node
        for node in drawing.nodes.values()
        if node.kind in TIMERS - {Kind.TIMER_CATCH} and not node.interrupting
    )


def main_way(drawing: Drawing) -> frozenset[str]:
    """The elements that can be reached without any such timer."""
    starts = [n.id for n in drawing.nodes.values() if n.kind is Kind.START and n.parent is None]
    instead = [n.id for n in handlers(drawing, None) if n.interrupting]
    return reached(drawing, [*starts, *instead])


def reached(drawing: Drawing, begin: Iterable[str]) -> frozenset[str]:
    """What the flows lead to, into sub-processes and over events that interrupt."""
    return Ahead(drawing).reached(begin)


class Ahead:
    """What may come right after each element of a drawing: worked out once, then followed."""

    def __init__(self, drawing: Drawing) -> None:
        self._after: dict[str, list[str]] = {}
        for flow in drawing.flows.values():
            if flow.source in drawing.nodes and flow.target in drawing.nodes:
                self._after.setdefault(flow.source, []).append(flow.target)
        for node in drawing.nodes.values():
            for before in _right_before(drawing, node):
                self._after.setdefault(before, []).append(node.id)
            if node.kind is Kind.TIMER_START and node.parent is not None:
                self._after.setdefault(node.id, []).append(node.parent)

    def reached(self, begin: Iterable[str]) -> frozenset[str]:
        """Everything that comes after these elements, themselves included."""
        found = set(begin)
        front = list(found)
        while front:
            fresh = [key for key in self._after.get(front.pop(), ()) if key not in found]
            found.update(fresh)
            front += fresh
        return frozenset(found)


def _right_before(drawing: Drawing, node: Node) -> Iterator[str]:
    """What an element comes after without a flow: as a start, an event, or a scope ended early."""
    around = drawing.nodes.get(node.parent or "")
    if node.kind is Kind.START and around is not None and around.kind in SCOPES:
        yield around.id
    if node.attached_to is not None and node.interrupting:
        yield node.attached_to
    if node.kind is Kind.TIMER_START and node.interrupting and around and around.parent:
        yield around.parent


def handlers(drawing: Drawing, scope: str | None) -> Iterator[Node]:
    """The timers that begin the event sub-processes of a scope."""
    for node in drawing.nodes.values():
        if node.kind is Kind.EVENT_SUB_PROCESS and node.parent == scope:
            trigger = drawing.trigger(node)
            if trigger is not None:
                yield trigger


def ends_the_case(drawing: Drawing, element: str) -> bool:
    """Whether an element is an end event of the case itself, or of what takes its place."""
    node = drawing.nodes[element]
    if node.kind is not Kind.END:
        return False
    scope = drawing.nodes.get(node.parent or "")
    return scope is None or (scope.kind is Kind.EVENT_SUB_PROCESS and scope.parent is None)
