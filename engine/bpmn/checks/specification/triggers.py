"""What the rules on events and activities ask: the triggers of an event, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run, is_true
from engine.bpmn.checks.kinds import SUB_PROCESSES
from engine.bpmn.reading.dialect import judged_process
from engine.bpmn.reading.elements import local
from engine.bpmn.reading.node_kinds import NODE_TAGS
from engine.domain.messages import Message, say

LEVELS = frozenset({"process", *SUB_PROCESSES})
"""What flows and events stand in, one level of a process each."""

#: How a sentence calls a trigger, by its event definition.
TRIGGERS: Mapping[str, Message] = {
    "messageEventDefinition": say("thông điệp"),
    "signalEventDefinition": say("tín hiệu"),
    "errorEventDefinition": say("lỗi"),
    "escalationEventDefinition": say("báo cấp trên"),
    "compensateEventDefinition": say("bù trừ"),
    "conditionalEventDefinition": say("điều kiện"),
    "linkEventDefinition": say("liên kết"),
    "terminateEventDefinition": say("chấm dứt"),
    "cancelEventDefinition": say("hủy giao dịch"),
    "timerEventDefinition": say("hẹn giờ"),
}


def triggers(definitions: Definitions, event: etree._Element) -> tuple[etree._Element, ...]:
    """The definitions of an event, by value and by reference."""
    return definitions.triggers.get(event, ())


def has_trigger(event: etree._Element) -> bool:
    """Whether an event says any trigger, one that cannot be found included."""
    return any(True for _ in _said(event))


def _said(event: etree._Element) -> Iterator[etree._Element]:
    return (
        child
        for child in event.iterchildren()
        if local(child).endswith(("EventDefinition", "eventDefinitionRef"))
    )


def kinds(definitions: Definitions, event: etree._Element) -> frozenset[str]:
    """The kinds of an event's triggers."""
    return frozenset(local(said) for said in triggers(definitions, event))


def of_kind(definitions: Definitions, event: etree._Element, kind: str) -> list[etree._Element]:
    """The triggers of an event that are of one kind."""
    return [said for said in triggers(definitions, event) if local(said) == kind]


def each(definitions: Definitions, tags: frozenset[str]) -> Iterator[etree._Element]:
    """The elements of a family, kind by kind."""
    return definitions.all(*sorted(tags))


def misplaced(
    definitions: Definitions, events: Iterable[etree._Element], allowed: frozenset[str]
) -> Iterator[tuple[etree._Element, str]]:
    """Events with triggers that may not stand there, and how people call those triggers."""
    for event in events:
        found = kinds(definitions, event) - allowed
        if found:
            wrong = [kind for kind in TRIGGERS if kind in found]
            yield event, ", ".join(str(TRIGGERS[kind]) for kind in wrong)


def is_handler(level: etree._Element | None) -> bool:
    """Whether a level is an event sub-process: begun by an event and not by a flow."""
    return (
        level is not None and local(level) in SUB_PROCESSES and is_true(level, "triggeredByEvent")
    )


def nodes_of(level: etree._Element) -> list[etree._Element]:
    """The events, activities and gateways right on a level."""
    return [child for child in level.iterchildren() if local(child) in NODE_TAGS]


def level_of(element: etree._Element) -> etree._Element | None:
    """The process or sub-process right around an element."""
    above = element.getparent()
    return above if above is not None and local(above) in LEVELS else None


def into(definitions: Definitions, element: etree._Element) -> list[etree._Element]:
    """The sequence flows that lead to an element."""
    key = element.get("id")
    return definitions.incoming.get(key, []) if key else []


def out_of(definitions: Definitions, element: etree._Element) -> list[etree._Element]:
    """The sequence flows that leave an element."""
    key = element.get("id")
    return definitions.outgoing.get(key, []) if key else []


def beside(definitions: Definitions, *tags: str) -> Iterator[etree._Element]:
    """Levels of the other processes in the file."""
    looked_at = judged_process(definitions.root)
    for level in definitions.all(*tags):
        if not is_within(level, looked_at):
            yield level


def is_within(element: etree._Element, level: etree._Element | None) -> bool:
    """Whether an element is a level itself, or stands in it at any depth."""
    return element is level or any(up is level for up in element.iterancestors())


def is_said_elsewhere(element: etree._Element) -> bool:
    """Whether a tool says in its own namespace what the standard attributes leave out."""
    return any(str(name).startswith("{") for name in element.attrib) or any(
        local(child) == "extensionElements" for child in element.iterchildren()
    )


#: The attribute by which a trigger names what was declared, and the code that tells two apart.
_DECLARED: Mapping[str, tuple[str, str]] = {
    "errorEventDefinition": ("errorRef", "errorCode"),
    "escalationEventDefinition": ("escalationRef", "escalationCode"),
    "messageEventDefinition": ("messageRef", "id"),
    "signalEventDefinition": ("signalRef", "id"),
}
_CATCH_ALL = frozenset({"errorEventDefinition", "escalationEventDefinition"})


def declared(definitions: Definitions, event: etree._Element) -> Iterator[tuple[str, str]]:
    """Kind and code of what an event catches, as far as it names it; "" catches everything.

    A drawing that is only looked at may leave the name open, which says nothing.
    """
    for said in triggers(definitions, event):
        attribute, code = _DECLARED.get(local(said), ("", ""))
        reference = (said.get(attribute) or "").strip() if attribute else ""
        if reference:
            meant = definitions.resolve(said, reference)
            known = "" if meant is None else (meant.get(code) or "").strip()
            yield local(said), f"={known}" if known else reference
        elif local(said) in _CATCH_ALL and is_run(event):
            yield local(said), ""


def stands_alone(definitions: Definitions, node: etree._Element, link: str) -> bool:
    """Whether a node needs no flow on one side: it compensates, is set off, or is half a link."""
    return (
        is_handler(node)
        or is_true(node, "isForCompensation")
        or (local(node) == link and "linkEventDefinition" in kinds(definitions, node))
    )
