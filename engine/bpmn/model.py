"""A drawing as our dialect understands it: plain values read out of the XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from engine.domain.timing import Timing


class Kind(StrEnum):
    """What a flow node is to the engine."""

    START = "start"
    END = "end"
    USER_TASK = "user_task"
    RECEIVE_TASK = "receive_task"  # a wait for the outside; a role marks the arrival
    RULE_TASK = "business_rule_task"
    CALL_ACTIVITY = "call_activity"
    SUB_PROCESS = "sub_process"
    EVENT_SUB_PROCESS = "event_sub_process"  # stands beside the flow; its timer begins it
    EXCLUSIVE = "exclusive_gateway"
    PARALLEL = "parallel_gateway"
    INCLUSIVE = "inclusive_gateway"
    EVENT_BASED = "event_based_gateway"
    TIMER_CATCH = "timer_catch"
    TIMER_BOUNDARY = "timer_boundary"
    TIMER_START = "timer_start"  # of an event sub-process
    PASSING = "passing"  # hands its token on: a milestone, a signal sent, one of several starts
    LINK_THROW = "link_throw"  # goes on at the link of the same name (engine.bpmn.reading.explicit)
    LINK_CATCH = "link_catch"
    OTHER = "other"  # read, but not executed by this dialect: the checks refuse it


HUMAN = frozenset({Kind.USER_TASK, Kind.RECEIVE_TASK})
TIMERS = frozenset({Kind.TIMER_CATCH, Kind.TIMER_BOUNDARY, Kind.TIMER_START})
TIMED = HUMAN | TIMERS  # what takes time
SCOPES = frozenset({Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS})  # they hold other elements
LINKS = frozenset({Kind.LINK_THROW, Kind.LINK_CATCH})
EVENTS = TIMERS | LINKS | {Kind.START, Kind.END, Kind.PASSING}
CHOOSING = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})  # the gateways that read conditions
GATEWAYS = CHOOSING | {Kind.PARALLEL, Kind.EVENT_BASED}
CALLING = frozenset({Kind.CALL_ACTIVITY, Kind.RULE_TASK})  # they name another file's content
ACTIVITIES = HUMAN | SCOPES | CALLING

#: What a dossier knows of itself where a drawing begins in several places: the id of its start.
STARTING = "bat_dau_tai"


@dataclass(frozen=True)
class Place:
    """A shape on the plane, in diagram units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Node:
    """A flow node."""

    id: str
    name: str
    kind: Kind
    tag: str  # local name of the XML element, e.g. "userTask"
    line: int
    lane: str | None = None  # id of the lane
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)  # camunda:property name -> value
    due: str | None = None  # camunda:dueDate, or property `due` on waits; the text as drawn
    candidate_groups: tuple[str, ...] = ()  # names as drawn in camunda:candidateGroups
    performer: str | None = None  # the variable there instead, `${…}`: it holds the role's id
    form: str | None = None  # camunda:formRef, e.g. "liet-si/tiep-nhan" (no extension)
    documents: str | None = None  # property `documents`, as drawn
    list: str | None = None  # property `list`: dossiers are gathered here, `mau-83 khi …`
    list_number: str | None = None  # property: the fields that get a list's number, and its date
    clock_paused: bool = False  # property clock = paused
    acceptance: str | None = None  # property `acceptance`: true on completion = accepted
    signs: str | None = None  # property `signs`: true on completion = its unit's drafts are signed
    timer: str | None = None  # what a timer event says, in the dialect's words
    timing: Timing = Timing.DURATION  # which of BPMN's three it is
    interrupting: bool = True  # boundary events, starts of event sub-processes
    attached_to: str | None = None  # boundary events
    called: str | None = None  # call activity: process id; rule task: decision id
    default_flow: str | None = None
    link: str | None = None  # the name that a link event and its counterpart share
    events: tuple[str, ...] = ()  # local names of an event's definitions, as drawn
    drawn: str | None = None  # of what `explicit` adds: the id of the drawn element it stands for
    parent: str | None = None  # id of the enclosing sub-process
    incoming: tuple[str, ...] = ()  # flow ids, in document order
    outgoing: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The id that people know it by: its own, or that of what it stands for."""
        return self.drawn or self.id

    @property
    def signal(self) -> bool:
        """Whether it sends a signal, which nobody here hears."""
        return "signalEventDefinition" in self.events

    @property
    def terminates(self) -> bool:
        """Whether, as an end event, it ends everything else in its scope."""
        return "terminateEventDefinition" in self.events


@dataclass(frozen=True)
class Flow:
    """A sequence flow. `condition` has its `${…}` shell taken off."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    line: int
    parent: str | None = None
    drawn: str | None = None  # of what `explicit` adds: the id of the drawn element it stands for

    @property
    def shown(self) -> str:
        """The id that people know it by: its own, or that of what it stands for."""
        return self.drawn or self.id


@dataclass(frozen=True)
class Lane:
    """A lane; `name` is a role's id, name or alias."""

    id: str
    name: str
    line: int
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """One executable process with everything the dialect says of it.

    Process properties used: `field`, `legal_term`, `legal_term.<authority>`, `effective_from`,
    `effective_to` (ISO dates, half-open).
    """

    key: str
    name: str
    line: int
    documentation: str
    properties: Mapping[str, str]
    lanes: Mapping[str, Lane]
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    places: Mapping[str, Place] = field(default_factory=dict)  # element id -> shape (DI)
    routes: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)  # flow id
    labels: Mapping[str, Place] = field(default_factory=dict)  # node or flow id -> its name's place
    startable: bool = True  # camunda:isStartableInTasklist; False: a part that procedures call
    origin: Drawing | None = None  # of an explicit drawing: as it was drawn

    @property
    def as_drawn(self) -> Drawing:
        """What people see: nothing that `explicit` adds."""
        return self.origin or self

    @property
    def field_id(self) -> str | None:
        """The lĩnh vực, by its id in the register (`liet-si`)."""
        return self.properties.get("field") or None

    @property
    def legal_term(self) -> str | None:
        return self.properties.get("legal_term")

    @property
    def authority_terms(self) -> dict[str, str]:
        """Authority -> term text, from `legal_term.<authority>`."""
        head = "legal_term."
        return {k[len(head) :]: v for k, v in self.properties.items() if k.startswith(head)}

    @property
    def effective_from(self) -> date | None:
        text = self.properties.get("effective_from")
        return date.fromisoformat(text) if text else None

    @property
    def effective_to(self) -> date | None:
        text = self.properties.get("effective_to")
        return date.fromisoformat(text) if text else None

    def lane_name(self, node_id: str) -> str | None:
        lane = self.nodes[node_id].lane
        return self.lanes[lane].name if lane else None

    def trigger(self, node: Node) -> Node | None:
        """The timer start that begins an event sub-process; None where it has none, or several."""
        found = [n for n in self.nodes.values() if n.parent == node.id and n.tag == "startEvent"]
        return found[0] if len(found) == 1 and found[0].kind is Kind.TIMER_START else None

    def calls(self) -> Iterator[Node]:
        """The activities that run another drawing."""
        return (node for node in self.nodes.values() if node.kind is Kind.CALL_ACTIVITY)

    def starts(self) -> tuple[Node, ...]:
        """Where a dossier may begin: the start events at top level, in the order drawn.

        Of a drawing without any, made explicit: the one that it was given.
        """
        found = [n for n in self.nodes.values() if n.tag == "startEvent" and n.parent is None]
        begun = [n for n in found if n.kind in (Kind.START, Kind.PASSING)]
        return tuple(n for n in begun if n.drawn is None) or tuple(begun[:1])

    def first_step(self, start: Node) -> Node | None:
        """What a dossier comes to that begins at a start event; of branches, on the first drawn."""
        node, seen = start, set[str]()
        while node.kind in (Kind.START, Kind.PASSING, Kind.PARALLEL) and node.id not in seen:
            seen.add(node.id)
            flow = self.flows.get(node.outgoing[0]) if node.outgoing else None
            found = self.nodes.get(flow.target) if flow else None
            if found is None:
                return None
            node = found
        return node


def named_in(process: str, path: str, drawings: Mapping[str, Drawing]) -> tuple[str, Node] | None:
    """The drawing and the element that `cùng hạn X` names in a drawing; None for nothing there.

    `S9` is an element of the same drawing, `C1/N3` element N3 of what is called at C1.
    """
    *calls, last = path.split("/")
    for call in calls:
        drawing = drawings.get(process)
        node = drawing.nodes.get(call) if drawing else None
        if node is None or node.kind is not Kind.CALL_ACTIVITY or node.called is None:
            return None
        process = node.called
    drawing = drawings.get(process)
    node = drawing.nodes.get(last) if drawing else None
    return None if node is None else (process, node)


def called_from(key: str, drawings: Mapping[str, Drawing]) -> set[str]:
    """`key` and everything it calls, directly or not, also what is not among `drawings`."""
    found, front = {key}, [key]
    while front:
        drawing = drawings.get(front.pop())
        called = {node.called or "" for node in drawing.calls()} if drawing else set()
        front += called - found
        found |= called
    return found
