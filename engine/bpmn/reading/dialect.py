"""Reads a BPMN file into the values of our dialect; unknown things are kept, not judged."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.bpmn.expressions import without_shell
from engine.bpmn.findings import Finding, Severity, refusal
from engine.bpmn.model import Drawing, Flow, Lane, Node
from engine.bpmn.reading import line_of, read_xml
from engine.bpmn.reading.diagram import read_diagram, reference
from engine.bpmn.reading.elements import (
    bpmn,
    camunda,
    children,
    event_definitions,
    local,
    properties,
    texts,
)
from engine.bpmn.reading.node_kinds import NODE_TAGS, kind_of, walk
from engine.domain.errors import DrawingRefused
from engine.domain.messages import say
from engine.domain.timing import Timing

_TIMINGS: Mapping[str, Timing] = {
    "timeDuration": Timing.DURATION,
    "timeDate": Timing.DATE,
    "timeCycle": Timing.CYCLE,
}


@dataclass(frozen=True)
class SourceTree:
    """A file as read: the XML with its lines, and the drawing understood from it.

    `refusals` says why the drawing, though understood, may not be used (no executable process…).
    """

    filename: str
    root: etree._Element
    process: etree._Element
    drawing: Drawing
    elements: Mapping[str, etree._Element] = field(default_factory=dict)  # id -> first of that id
    refusals: tuple[Finding, ...] = ()


def read_drawing(content: bytes, filename: str) -> Drawing:
    """The drawing in a file. Raises DrawingRefused when it cannot be read at all."""
    tree = read_tree(content, filename)
    if tree.refusals:
        raise DrawingRefused(tree.refusals)
    return tree.drawing


def read_tree(content: bytes, filename: str) -> SourceTree:
    """The file, read as far as it goes. Raises DrawingRefused when there is no process in it."""
    return tree_of(read_xml(content, filename), filename)


def tree_of(root: etree._Element, filename: str) -> SourceTree:
    """The drawing of a file whose XML is read. Raises DrawingRefused when there is no process."""
    process, refusals = _one_process(root, filename)
    elements: dict[str, etree._Element] = {}
    for element in root.iter():
        key = element.get("id")
        if key:
            elements.setdefault(key, element)
    return SourceTree(filename, root, process, _drawing(root, process), elements, refusals)


def _one_process(root: etree._Element, filename: str) -> tuple[etree._Element, tuple[Finding, ...]]:
    processes = list(children(root, "process"))
    if not processes:
        raise refusal(
            "no-process",
            say("Tệp không có quy trình nào (thẻ bpmn:process)."),
            say("Vẽ quy trình trong một pool rồi lưu lại. Bản vẽ này vẫn có thể giữ chỉ để xem."),
            filename,
            line_of(root),
        )
    executable = [p for p in processes if _is_executable(p)]
    if len(executable) == 1:
        return executable[0], ()
    if executable:
        names = ", ".join(f"“{p.get('name') or p.get('id')}”" for p in executable)
        message = say("Tệp có nhiều quy trình thực thi: %(names)s.", names=names)
        remedy = say("Để một quy trình một tệp; bỏ dấu “Executable” ở các quy trình còn lại.")
        shown = executable[1]
    else:
        message = say("Không có quy trình nào được đánh dấu thực thi (isExecutable).")
        remedy = say(
            "Chọn pool, đánh dấu “Executable” trong bảng thuộc tính. Bản vẽ không dùng để giải "
            "quyết hồ sơ thì giữ chỉ để xem."
        )
        shown = _fullest(processes)
    rule = "several-executable-processes" if executable else "no-executable-process"
    finding = Finding(
        rule, Severity.ERROR, message, remedy,
        element=shown.get("id"), name=shown.get("name"), line=line_of(shown), file=filename,
    )  # fmt: skip
    return executable[0] if executable else shown, (finding,)


def judged_process(root: etree._Element) -> etree._Element | None:
    """The process that is read: the executable one, or else the one with the most in it."""
    processes = list(children(root, "process"))
    executable = next((p for p in processes if _is_executable(p)), None)
    return _fullest(processes) if executable is None and processes else executable


def _is_executable(process: etree._Element) -> bool:
    return process.get("isExecutable", "").strip() in {"true", "1"}


def _fullest(processes: list[etree._Element]) -> etree._Element:
    """The process with the most in it: some tools write an empty one around all pools first."""
    return max(processes, key=lambda one: sum(local(child) in NODE_TAGS for child in one))


def _drawing(root: etree._Element, process: etree._Element) -> Drawing:
    lanes = _lanes(process)
    lane_of = {node: lane.id for lane in lanes.values() for node in lane.nodes}
    flows = {flow.id: flow for flow in _flows(process)}
    into: dict[str, list[str]] = {}
    out_of: dict[str, list[str]] = {}
    for flow in flows.values():
        into.setdefault(flow.target, []).append(flow.id)
        out_of.setdefault(flow.source, []).append(flow.id)
    nodes: dict[str, Node] = {}
    for element, parent in walk(process):
        key = element.get("id")
        if local(element) not in NODE_TAGS or not key or key in nodes:
            continue
        if key not in lane_of and parent in lane_of:
            lane_of[key] = lane_of[parent]  # what stands in a sub-process is in its lane
        node = _node(element, parent, lane_of.get(key))
        nodes[key] = replace(
            node, incoming=tuple(into.get(key, ())), outgoing=tuple(out_of.get(key, ()))
        )
    places, routes, labels = read_diagram(root)
    return Drawing(
        key=process.get("id") or "",
        name=process.get("name") or _pool_name(root, process) or "",
        line=line_of(process),
        documentation=_documentation(process),
        properties=properties(process),
        lanes=lanes,
        nodes=nodes,
        flows=flows,
        places=places,
        routes=routes,
        labels=labels,
        startable=process.get(camunda("isStartableInTasklist"), "").strip() not in {"false", "0"},
    )


def _pool_name(root: etree._Element, process: etree._Element) -> str | None:
    for participant in root.iter(bpmn("participant")):
        if reference(participant.get("processRef")) == process.get("id"):
            return participant.get("name")
    return None


def _flows(process: etree._Element) -> Iterator[Flow]:
    seen: set[str] = set()
    for element, parent in walk(process):
        key = element.get("id")
        if local(element) != "sequenceFlow" or not key or key in seen:
            continue
        seen.add(key)
        condition = element.find(bpmn("conditionExpression"))
        text = "" if condition is None else without_shell("".join(texts(condition)))
        yield Flow(
            id=key,
            name=_name(element),
            source=element.get("sourceRef") or "",
            target=element.get("targetRef") or "",
            condition=text or None,
            line=line_of(element),
            parent=parent or None,
        )


def _node(element: etree._Element, parent: str, lane: str | None) -> Node:
    key = element.get("id") or ""
    own = properties(element)
    tag = local(element)
    timer, timing = _timer(element)
    events = {local(event): event for event in event_definitions(element)}
    groups = _said(element, own, "candidateGroups")
    performer = _decided(groups)
    return Node(
        id=key,
        name=_name(element),
        kind=kind_of(element),
        tag=tag,
        line=line_of(element),
        lane=lane,
        documentation=_documentation(element),
        properties=own,
        due=_said(element, own, "dueDate"),
        candidate_groups=() if performer else _groups(groups),
        performer=performer,
        form=_said(element, own, "formRef"),
        documents=_stripped(own.get("documents")),
        list=_stripped(own.get("list")),
        list_number=_stripped(own.get("list_number")),
        clock_paused=own.get("clock") == "paused",
        acceptance=_stripped(own.get("acceptance")),
        signs=_stripped(own.get("signs")),
        timer=timer,
        timing=timing,
        interrupting=_interrupts(element, tag),
        attached_to=reference(element.get("attachedToRef")),
        called=_called(element, tag),
        default_flow=reference(element.get("default")),
        link=_link(element, events.get("linkEventDefinition")),
        events=tuple(events),
        parent=parent or None,
    )


PROPERTY_OF: Mapping[str, str] = {
    "dueDate": "due",
    "candidateGroups": "candidateGroups",
    "formRef": "formRef",
}
"""Camunda attributes that modellers offer on user tasks only, and the property used on waits."""


def _said(element: etree._Element, own: Mapping[str, str], attribute: str) -> str | None:
    drawn = _stripped(element.get(camunda(attribute)))
    return drawn or _stripped(own.get(PROPERTY_OF[attribute]))


def _interrupts(element: etree._Element, tag: str) -> bool:
    attribute = "isInterrupting" if tag == "startEvent" else "cancelActivity"
    return element.get(attribute, "").strip() not in {"false", "0"}


def _called(element: etree._Element, tag: str) -> str | None:
    if tag == "callActivity":
        return reference(element.get("calledElement"))
    if tag == "businessRuleTask":
        return _stripped(element.get(camunda("decisionRef")))
    return None


def _timer(element: etree._Element) -> tuple[str | None, Timing]:
    """What a timer says, and of which sort it is."""
    timers = [e for e in event_definitions(element) if local(e) == "timerEventDefinition"]
    for event in timers:
        for when in children(event, *_TIMINGS):
            text = _stripped("".join(texts(when)))
            if text:
                return text, _TIMINGS[local(when)]
    return None, Timing.DURATION


def _link(element: etree._Element, event: etree._Element | None) -> str | None:
    """The name that links of a pair share; where the definition has none, the event's."""
    return None if event is None else _name(event) or _name(element)


def _lanes(process: etree._Element) -> dict[str, Lane]:
    """Innermost lanes; what an outer lane also lists belongs to the inner one."""
    lanes: dict[str, Lane] = {}
    taken: set[str] = set()
    drawn = [lane for lane_set in children(process, "laneSet") for lane in _lane_elements(lane_set)]
    for element, _depth in sorted(drawn, key=lambda pair: -pair[1]):
        key = element.get("id")
        if not key or key in lanes:
            continue
        listed = ("".join(texts(ref)).strip() for ref in children(element, "flowNodeRef"))
        nodes = tuple(ref for ref in map(reference, listed) if ref and ref not in taken)
        taken.update(nodes)
        lanes[key] = Lane(key, _name(element), line_of(element), nodes)
    order = [element.get("id") or "" for element, _ in drawn]
    return {key: lanes[key] for key in dict.fromkeys(order) if key in lanes}


def _lane_elements(
    lane_set: etree._Element, depth: int = 0
) -> Iterator[tuple[etree._Element, int]]:
    for lane in children(lane_set, "lane"):
        yield lane, depth
        for inner in children(lane, "childLaneSet"):
            yield from _lane_elements(inner, depth + 1)


def _documentation(element: etree._Element) -> str:
    parts = ("".join(texts(child)).strip() for child in children(element, "documentation"))
    return "\n".join(part for part in parts if part)


_DECIDED = re.compile(r"\$\{\s*([^\W\d]\w*)\s*\}")


def _decided(text: str | None) -> str | None:
    """The variable that says who works, where candidateGroups is just `${variable}`."""
    match = _DECIDED.fullmatch(text or "")
    return unicodedata.normalize("NFC", match[1]) if match else None


def _groups(text: str | None) -> tuple[str, ...]:
    """Names in candidateGroups, parted by commas, or by semicolons where names hold commas."""
    text = text or ""
    parts = text.split(";" if ";" in text else ",")
    return tuple(part.strip() for part in parts if part.strip())


def _name(element: etree._Element) -> str:
    return " ".join((element.get("name") or "").split())


def _stripped(text: str | None) -> str | None:
    return (text or "").strip() or None
