"""Which gateways split a way into branches side by side, and where these come together again.

A block is what analysts draw when branches run beside each other: every way from the split leads
to one join of the same kind, no branch touches another one, nothing else leads in or out. Only of
a block can it be said which branches are passed together and how long it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.model import Drawing, Kind, Node

#: The gateways that may send several tokens on.
SPLITTING = frozenset({Kind.PARALLEL, Kind.INCLUSIVE})


def splits(drawing: Drawing) -> Iterator[Node]:
    """The gateways that begin branches side by side."""
    for node in drawing.nodes.values():
        if node.kind in SPLITTING and len(node.outgoing) > 1:
            yield node


def joins(drawing: Drawing) -> Mapping[str, str]:
    """Split → join of each block; a split that is missing here begins none."""
    ways = _ways(drawing)
    found = {}
    for split in splits(drawing):
        for join in drawing.nodes.values():
            alike = join.kind is split.kind and join.parent == split.parent
            if alike and len(join.incoming) > 1 and _is_block(drawing, ways, split, join):
                found[split.id] = join.id
                break
    return found


def _is_block(
    drawing: Drawing, ways: Mapping[str, frozenset[str]], split: Node, join: Node
) -> bool:
    inside: set[str] = set()
    for key in split.outgoing:
        branch = _branch(ways, drawing.flows[key].target, join.id)
        if branch & inside or split.id in branch or any(not ways[one] for one in branch):
            return False  # branches that meet, turn back, or end by themselves
        inside |= branch
    within = inside | {split.id}
    entered = {target for key in ways.keys() - within for target in ways[key]}
    sources = {drawing.flows[key].source for key in join.incoming}
    return not entered & inside and sources <= within


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
