"""Says in full what a drawing leaves unsaid, as BPMN means it: the drawing that is executed.

BPMN lets much be left out or abbreviated (BPMN 2.0.2, clause 13): several flows out of a step are a
split, a scope may begin and end without events, links stand for flows. Here each of these becomes
the plain elements it stands for, so that specs, ways, budgets and the proof of soundness need to
know of none of them.

What is added has an id that no file can have (`B2@split`), no place in the diagram, and remembers
in `drawn` what it stands for. Everything drawn keeps its id. The step is pure, and leaves a drawing
without abbreviations as it is. It is taken where a drawing comes to be used (`specs.parse_spec`,
`Subject`, the budgets), never by `read_drawing`: pictures, layout and comparisons show what was
drawn (docs/decisions/038).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.bpmn.model import (
    ACTIVITIES,
    GATEWAYS,
    SCOPES,
    STARTING,
    Drawing,
    Flow,
    Kind,
    Node,
)

#: What a scope may begin with where no start event is drawn.
_BEGINNING = ACTIVITIES - {Kind.EVENT_SUB_PROCESS} | GATEWAYS | {Kind.TIMER_CATCH, Kind.PASSING}
#: What a way may end with where no end event is drawn.
_ENDING = ACTIVITIES - {Kind.EVENT_SUB_PROCESS} | {Kind.TIMER_CATCH, Kind.PASSING}
#: What may have several flows out without being a gateway.
_SPLITTING = _ENDING | {Kind.START, Kind.TIMER_BOUNDARY, Kind.TIMER_START}


def explicit(drawing: Drawing) -> Drawing:
    """The drawing in full. One that leaves nothing unsaid is returned as it is."""
    if drawing.origin is not None:
        return drawing
    work = _Work(drawing, dict(drawing.nodes), dict(drawing.flows))
    work.join_links()
    work.begin_scopes()
    work.choose_start()
    work.split()
    work.end_ways()
    if work.nodes == drawing.nodes:
        return drawing
    return replace(drawing, nodes=work.nodes, flows=work.flows, origin=drawing)


@dataclass
class _Work:
    """A drawing being made explicit."""

    drawing: Drawing
    nodes: dict[str, Node]
    flows: dict[str, Flow]
    _inside: dict[str | None, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.nodes.values():
            self._inside.setdefault(node.parent, []).append(node.id)

    # --- the steps --------------------------------------------------------------------------------

    def join_links(self) -> None:
        """A link that throws goes on at the one that catches, of the same name and scope."""
        catches: dict[tuple[str | None, str | None], list[Node]] = {}
        throws: list[Node] = []
        for node in self.nodes.values():
            if node.kind is Kind.LINK_CATCH:
                catches.setdefault((node.parent, node.link), []).append(node)
            elif node.kind is Kind.LINK_THROW:
                throws.append(node)
        joined: dict[str, Node] = {}
        for throw in throws:
            found = catches.get((throw.parent, throw.link), [])
            if len(found) == 1 and not found[0].incoming and not throw.outgoing:
                self.flow(throw.id, found[0].id, "link")
                joined[throw.id], joined[found[0].id] = throw, found[0]
        for key in joined:
            self.nodes[key] = replace(self.nodes[key], kind=Kind.PASSING)

    def begin_scopes(self) -> None:
        """What nothing leads to begins a scope that has no start event, all of it at once."""
        scopes = [n.id for n in self.nodes.values() if n.kind is Kind.SUB_PROCESS]
        for scope in (None, *scopes):
            inside = [self.nodes[key] for key in self._inside.get(scope, ())]
            if any(node.tag == "startEvent" for node in inside):
                continue
            first = [n for n in inside if n.kind in _BEGINNING and not n.incoming and n.id]
            if not first:
                continue
            begin = self.nodes[scope] if scope is not None else first[0]
            start = self.add(first[0], "start", Kind.START, "startEvent", drawn=begin)
            keys = [self.flow(start.id, node.id, "begin", leave=False) for node in first]
            self.nodes[start.id] = replace(start, outgoing=tuple(keys))

    def choose_start(self) -> None:
        """Of several start events at top level the dossier says at which it begins."""
        starts = self.drawing.starts()
        if len(starts) < 2:
            return
        start = self.add(starts[0], "start", Kind.START, "startEvent")
        choice = self.add(starts[0], "choice", Kind.EXCLUSIVE, "exclusiveGateway")
        self.flow(start.id, choice.id, "begin")
        for one in starts:
            self.nodes[one.id] = replace(self.nodes[one.id], kind=Kind.PASSING)
            flow = self.flow(choice.id, one.id, "chosen", f"{STARTING} == '{one.id}'")
            self.flows[flow] = replace(self.flows[flow], name=one.name, drawn=one.id)

    def split(self) -> None:
        """Several flows out of what is no gateway: all are taken, but those whose condition fails.

        Its default is taken where no condition holds.
        """
        for node in list(self.nodes.values()):
            if node.kind not in _SPLITTING or len(node.outgoing) < 2:
                continue
            conditional = any(self.flows[key].condition for key in node.outgoing)
            kind = Kind.INCLUSIVE if conditional else Kind.PARALLEL
            ways = node.outgoing
            gateway = self.add(node, "split", kind, f"{kind.value.split('_')[0]}Gateway")
            default = node.default_flow if conditional and node.default_flow in ways else None
            for key in ways:
                self.flows[key] = replace(self.flows[key], source=gateway.id)
            self.nodes[gateway.id] = replace(gateway, outgoing=ways, default_flow=default)
            self.nodes[node.id] = replace(self.nodes[node.id], outgoing=(), default_flow=None)
            self.flow(node.id, gateway.id, "out")

    def end_ways(self) -> None:
        """What leads nowhere ends its way; a start event that does is told by the checks."""
        for node in list(self.nodes.values()):
            scope = self.nodes.get(node.parent or "")
            runs = scope is None or scope.kind in SCOPES
            if node.kind in _ENDING and node.tag != "startEvent" and not node.outgoing and runs:
                end = self.add(node, "end", Kind.END, "endEvent")
                self.flow(node.id, end.id, "out")

    # --- what they add ----------------------------------------------------------------------------

    def add(self, at: Node, what: str, kind: Kind, tag: str, *, drawn: Node | None = None) -> Node:
        """An element beside `at`, which stands for it or for `drawn`."""
        meant = drawn or at
        node = Node(
            id=f"{at.id}@{what}",
            name=meant.name or meant.shown,
            kind=kind,
            tag=tag,
            line=meant.line,
            lane=at.lane,
            parent=at.parent,
            drawn=meant.shown,
        )
        self.nodes[node.id] = node
        return node

    def flow(
        self,
        source: str,
        target: str,
        what: str,
        condition: str | None = None,
        *,
        leave: bool = True,
    ) -> str:
        """A flow between two elements, for the drawn one of them.

        `leave`: the source is told that it leaves there; who adds thousands, tells it once.
        """
        begin, end = self.nodes[source], self.nodes[target]
        shown = (begin if begin.drawn is None else end).shown
        key = f"{source}@{what}@{target}"
        self.flows[key] = Flow(
            key, "", source, target, condition, begin.line, begin.parent, drawn=shown
        )
        if leave:
            self.nodes[source] = replace(begin, outgoing=(*begin.outgoing, key))
        end = self.nodes[target]
        self.nodes[target] = replace(end, incoming=(*end.incoming, key))
        return key
