"""What each element of a BPMN file is to the engine: which are nodes, and of which kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.model import Kind
from engine.bpmn.reading.elements import event_definitions, local

_SIMPLE_KINDS: Mapping[str, Kind] = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "userTask": Kind.USER_TASK,
    "receiveTask": Kind.RECEIVE_TASK,
    "businessRuleTask": Kind.RULE_TASK,
    "callActivity": Kind.CALL_ACTIVITY,
    "subProcess": Kind.SUB_PROCESS,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "eventBasedGateway": Kind.EVENT_BASED,
    "intermediateThrowEvent": Kind.PASSING,
}
_EVENT_KINDS: Mapping[tuple[str, str], Kind] = {
    ("intermediateCatchEvent", "timerEventDefinition"): Kind.TIMER_CATCH,
    ("boundaryEvent", "timerEventDefinition"): Kind.TIMER_BOUNDARY,
    ("intermediateThrowEvent", "signalEventDefinition"): Kind.PASSING,
    ("intermediateThrowEvent", "linkEventDefinition"): Kind.LINK_THROW,
    ("intermediateCatchEvent", "linkEventDefinition"): Kind.LINK_CATCH,
    ("endEvent", "signalEventDefinition"): Kind.END,
    ("endEvent", "terminateEventDefinition"): Kind.END,
}
_OTHER_NODES = frozenset(
    {
        "task", "manualTask", "scriptTask", "serviceTask", "sendTask", "complexGateway",
        "intermediateCatchEvent", "boundaryEvent", "implicitThrowEvent", "event", "transaction",
        "adHocSubProcess", "choreographyTask", "subChoreography", "callChoreography",
    }
)  # fmt: skip
NODE_TAGS = frozenset({*_SIMPLE_KINDS, *_OTHER_NODES})
SCOPE_TAGS = frozenset({"subProcess", "transaction", "adHocSubProcess"})


def walk(scope: etree._Element, parent: str = "") -> Iterator[tuple[etree._Element, str]]:
    """Everything drawn in a process, with the id of its sub-process ("" at top level)."""
    for element in scope.iterchildren():
        yield element, parent
        if local(element) in SCOPE_TAGS:
            yield from walk(element, element.get("id") or parent)


def kind_of(element: etree._Element) -> Kind:
    """What an element is to the engine."""
    tag = local(element)
    events = [local(event) for event in event_definitions(element)]
    if len(events) == 1:
        return _kind_of_event(element, tag, events[0])
    if events:
        return Kind.OTHER
    if _is_handler(element):
        return Kind.EVENT_SUB_PROCESS if tag == "subProcess" else Kind.OTHER
    return _SIMPLE_KINDS.get(tag, Kind.OTHER)


def _kind_of_event(element: etree._Element, tag: str, event: str) -> Kind:
    """What an event with a definition is."""
    if tag != "startEvent":
        return _EVENT_KINDS.get((tag, event), Kind.OTHER)
    around = element.getparent()
    if event == "timerEventDefinition" and _is_handler(around):
        return Kind.TIMER_START
    # the message that a process waits for is the dossier itself
    begins = event == "messageEventDefinition" and around is not None and local(around) == "process"
    return Kind.START if begins else Kind.OTHER


def _is_handler(element: etree._Element | None) -> bool:
    """Whether it is begun by an event and not by a flow."""
    return element is not None and element.get("triggeredByEvent", "").strip() in {"true", "1"}
