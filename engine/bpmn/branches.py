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


def branch(drawing: Drawing, event: Node) -> frozenset[str]:
    """The elements that can be reached from a timer, itself included."""
    return reached(drawing, [event.id])


def reached(drawing: Drawing, begin: Iterable[str]) -> frozenset[str]:
    """What the flows lead to, into sub-processes and over events that interrupt."""
    found = set(begin)
    front = list(found)
    while front:
        fresh = set(_after(drawing, drawing.nodes[front.pop()])) - found
        found |= fresh
        front += fresh
    return frozenset(found)


def handlers(drawing: Drawing, scope: str | None) -> Iterator[Node]:
    """The timers that begin the event sub-processes of a scope."""
    for node in drawing.nodes.values():
        if node.kind is Kind.EVENT_SUB_PROCESS and node.parent == scope:
            trigger = drawing.trigger(node)
            if trigger is not None:
                yield trigger


def _after(drawing: Drawing, node: Node) -> Iterator[str]:
    flows = (drawing.flows[key] for key in node.outgoing)
    yield from (flow.target for flow in flows if flow.target in drawing.nodes)
    for other in drawing.nodes.values():
        begins = node.kind in SCOPES and other.kind is Kind.START and other.parent == node.id
        if begins or (other.attached_to == node.id and other.interrupting):
            yield other.id
    if node.kind in SCOPES:
        yield from (n.id for n in handlers(drawing, node.id) if n.interrupting)
    if node.kind is Kind.TIMER_START and node.parent is not None:
        yield node.parent


def ends_the_case(drawing: Drawing, element: str) -> bool:
    """Whether an element is an end event of the case itself, or of what takes its place."""
    node = drawing.nodes[element]
    if node.kind is not Kind.END:
        return False
    scope = drawing.nodes.get(node.parent or "")
    return scope is None or (scope.kind is Kind.EVENT_SUB_PROCESS and scope.parent is None)
