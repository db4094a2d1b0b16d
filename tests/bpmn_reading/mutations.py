"""Drawings spoiled at random: pieces dropped, doubled, rewired, retyped, reworded, moved."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random

from lxml import etree

from engine.bpmn.reading import BPMN
from engine.bpmn.reading.elements import bpmn, local
from engine.bpmn.reading.node_kinds import NODE_TAGS
from tests.bpmn_reading.picking import NODES, any_element, flows_at, fresh, one, remove
from tests.bpmn_reading.rebuilding import REBUILDINGS, otherwise_written

VALUES = [
    "", " ", "x", "B1", "f1", "Start", "End", "Root", "thu", "40 ngày", "PT5H", "P5D", "${",
    "a == 'b'", "((((", "1 ngày khi", "; ;", "cùng hạn", "cùng hạn B3", "2026-13-45", "paused",
    "true", "false", "NaN", "-1", "0", "99999999999999999999", "ệ" * 50, "tns:B2", "%s %(x)s",
    "khi khi khi", "'", "\u200b", "mỗi 5 ngày, 3 lần", "mỗi tháng", "31/12/2026", "${ty_le}",
    "R3/P5D", "a.__class__.__mro__", "9**9**9**9", "'x' * 9999999", "(" * 300, "not " * 500,
    "ket_qua == 'du'", "hu_hai", "ty_le > 5", "None", "Diverging", "Converging",
]  # fmt: skip
EVENT_DEFINITIONS = [
    "messageEventDefinition", "timerEventDefinition", "signalEventDefinition",
    "errorEventDefinition", "escalationEventDefinition", "linkEventDefinition",
    "terminateEventDefinition", "cancelEventDefinition", "compensateEventDefinition",
    "conditionalEventDefinition",
]  # fmt: skip
OTHER_TAGS = [
    "laneSet", "lane", "sequenceFlow", "process", "timeDate", "timeCycle", "timeDuration",
    "participant", "messageFlow", "association", "textAnnotation", "dataObject", "group",
    "ioSpecification", "dataInputAssociation", "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics", "conditionExpression", "signal", "error", "message",
]  # fmt: skip
GATEWAYS = [tag for tag in NODES if tag.endswith("Gateway")]

#: How many are written in another encoding, or under other prefixes.
REWRITTEN = 0.1

Change = Callable[[etree._Element, Random], None]


def mutate(content: bytes, chance: Random, most: int = 4) -> bytes:
    """The file with one to `most` changes. It stays XML; what it says may be anything."""
    root = etree.fromstring(content)
    for _ in range(chance.randint(1, most)):
        chance.choice(CHANGES)(root, chance)
    if chance.random() < REWRITTEN:
        return otherwise_written(root, chance)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def garble(content: bytes, chance: Random) -> bytes:
    """The file with bytes changed, cut or doubled: perhaps no XML any more."""
    spoiled = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    begin, end = sorted(chance.randrange(len(spoiled)) for _ in range(2))
    match chance.randrange(4):
        case 0:
            return bytes(spoiled[:end])
        case 1:
            return bytes(spoiled[:begin] + spoiled[end:])
        case 2:
            return bytes(spoiled[:end] + spoiled[begin:])
    return bytes(spoiled)


# --- what is changed ------------------------------------------------------------------------------


def drop(root: etree._Element, chance: Random) -> None:
    """Something is gone."""
    remove(any_element(root, chance))


def drop_node_and_join(root: etree._Element, chance: Random) -> None:
    """A step is gone, what led to it leads to what followed it."""
    node = one(root, chance, NODES)
    if node is None:
        return
    into, out = flows_at(root, "targetRef", node), flows_at(root, "sourceRef", node)
    remove(node)
    for flow in out[1:] if into and out else out:
        remove(flow)
    for flow in into:
        if out:
            flow.set("targetRef", out[0].get("targetRef") or "")
        else:
            remove(flow)
    if into and out:
        remove(out[0])


def double(root: etree._Element, chance: Random) -> None:
    """Something stands twice, under the same id."""
    element = any_element(root, chance)
    parent = element.getparent()
    if parent is not None:
        parent.insert(chance.randint(0, len(parent)), deepcopy(element))


def double_under_new_ids(root: etree._Element, chance: Random) -> None:
    """A step stands twice, side by side with itself."""
    node = one(root, chance, NODES)
    parent = node.getparent() if node is not None else None
    if node is None or parent is None:
        return
    twin, number = deepcopy(node), fresh(root, chance)
    for element in twin.iter(f"{{{BPMN}}}*"):
        if element.get("id"):
            element.set("id", f"{element.get('id')}_{number}")
    parent.append(twin)
    for end in ("sourceRef", "targetRef"):
        for flow in flows_at(root, end, node):
            other = deepcopy(flow)
            other.set("id", f"{flow.get('id')}_{number}{end[0]}")
            other.set(end, twin.get("id") or "")
            parent.append(other)


def rewire(root: etree._Element, chance: Random) -> None:
    """A flow begins or ends elsewhere."""
    flow = one(root, chance, ["sequenceFlow"])
    node = one(root, chance, NODES)
    if flow is not None and node is not None:
        flow.set(chance.choice(["sourceRef", "targetRef"]), node.get("id") or "")


def add_flow(root: etree._Element, chance: Random) -> None:
    """One more flow, from anywhere to anywhere."""
    this, other = one(root, chance, NODES), one(root, chance, NODES)
    parent = this.getparent() if this is not None else None
    if this is None or other is None or parent is None:
        return
    flow = etree.SubElement(parent, bpmn("sequenceFlow"))
    flow.set("id", f"them_{fresh(root, chance)}")
    flow.set("sourceRef", this.get("id") or "")
    flow.set("targetRef", other.get("id") or "")


def turn(root: etree._Element, chance: Random) -> None:
    """A flow leads back."""
    flow = one(root, chance, ["sequenceFlow"])
    if flow is not None:
        source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
        flow.set("sourceRef", target)
        flow.set("targetRef", source)


def retype_gateway(root: etree._Element, chance: Random) -> None:
    """A gateway decides in another way."""
    gateway = one(root, chance, GATEWAYS)
    if gateway is not None:
        gateway.tag = bpmn(chance.choice(GATEWAYS))


def retype(root: etree._Element, chance: Random) -> None:
    """Something is of another kind."""
    element = any_element(root, chance)
    tag = local(element)
    if tag in NODE_TAGS:
        element.tag = bpmn(chance.choice(NODES))
    elif tag.endswith("EventDefinition"):
        element.tag = bpmn(chance.choice(EVENT_DEFINITIONS))
    elif tag and element.getparent() is not None:
        element.tag = bpmn(chance.choice(OTHER_TAGS))


def give_event(root: etree._Element, chance: Random) -> None:
    """An event gets a trigger."""
    events = [tag for tag in NODES if tag.endswith("Event")]
    event = one(root, chance, events)
    if event is not None:
        etree.SubElement(event, bpmn(chance.choice(EVENT_DEFINITIONS)))


def reword(root: etree._Element, chance: Random) -> None:
    """An attribute or a text says something else."""
    element = any_element(root, chance)
    if element.attrib and chance.random() < 0.7:
        element.set(chance.choice(sorted(element.attrib)), chance.choice(VALUES))
    else:
        element.text = chance.choice(VALUES)


def unsay(root: etree._Element, chance: Random) -> None:
    """An attribute is gone."""
    element = any_element(root, chance)
    if element.attrib:
        del element.attrib[chance.choice(sorted(element.attrib))]


def refer(root: etree._Element, chance: Random) -> None:
    """A reference names something else that is there."""
    element, other = any_element(root, chance), one(root, chance, NODES + OTHER_TAGS)
    names = [name for name in sorted(element.attrib) if "Ref" in name or name == "default"]
    if names and other is not None:
        element.set(chance.choice(names), other.get("id") or "")


def move(root: etree._Element, chance: Random) -> None:
    """Something stands elsewhere, inside whatever."""
    element, place = any_element(root, chance), any_element(root, chance)
    if element.getparent() is not None and element not in {place, *place.iterancestors()}:
        place.append(element)


CHANGES: tuple[Change, ...] = (
    drop, drop_node_and_join, double, double_under_new_ids, rewire, rewire, add_flow, turn,
    retype_gateway, retype, give_event, reword, unsay, refer, move, *REBUILDINGS,
)  # fmt: skip
