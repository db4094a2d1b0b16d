"""Which gateways split a way into branches side by side, and where these come together again.

A block is what analysts draw when branches run beside each other: every way from the split leads
to one join of the same kind, no branch touches another one, nothing else leads in or out. Only of
a block can it be said which branches are passed together and how long it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.model import Drawing, Kind, Node
from engine.bpmn.ways.dominance import dominance, turned

#: The gateways that may send several tokens on.
SPLITTING = frozenset({Kind.PARALLEL, Kind.INCLUSIVE})


def splits(drawing: Drawing) -> Iterator[Node]:
    """The gateways that begin branches side by side."""
    for node in drawing.nodes.values():
        if node.kind in SPLITTING and len(node.outgoing) > 1:
            yield node


def joins(drawing: Drawing) -> Mapping[str, str]:
    """Split → join of each block; a split that is missing here begins none.

    Where branches come together at all is the nearest element that every way on from the split
    passes, so only that one is looked at.
    """
    opening = list(splits(drawing))
    if not opening:
        return {}
    ways = _ways(drawing)
    before = turned(ways, ways)
    meeting = dominance((key for key, onward in ways.items() if not onward), before).nearest
    found = {}
    for split in opening:
        join = drawing.nodes.get(meeting.get(split.id) or "")
        if join is None or join.kind is not split.kind or join.parent != split.parent:
            continue
        if len(join.incoming) > 1 and _is_block(drawing, ways, before, split, join):
            found[split.id] = join.id
    return found


def _is_block(
    drawing: Drawing,
    ways: Mapping[str, frozenset[str]],
    before: Mapping[str, list[str]],
    split: Node,
    join: Node,
) -> bool:
    inside: set[str] = set()
    for key in split.outgoing:
        branch = _branch(ways, drawing.flows[key].target, join.id)
        if branch & inside or split.id in branch or any(not ways[one] for one in branch):
            return False  # branches that meet, turn back, or end by themselves
        inside |= branch
    within = inside | {split.id}
    sources = {drawing.flows[key].source for key in join.incoming}
    return sources <= within and all(within.issuperset(before[one]) for one in inside)


def _branch(ways: Mapping[str, frozenset[str]], begin: str, join: str) -> frozenset[str]:
    """What is reached from `begin` before the join."""
    found, front = set[str](), [begin]
    while front:
        key = front.pop()
        if key != join and key not in found:
            found.add(key)
            front += ways[key]
    return frozenset(found)


def _ways(drawing: Drawing) -> dict[str, frozenset[str]]:
    """Where each element leads on its own level: over its flows and the events on its edge."""
    ways = {
        node.id: {drawing.flows[key].target for key in node.outgoing}
        for node in drawing.nodes.values()
    }
    for node in drawing.nodes.values():
        if node.attached_to in ways and node.interrupting:
            ways[node.attached_to].add(node.id)
    return {key: frozenset(targets & ways.keys()) for key, targets in ways.items()}
