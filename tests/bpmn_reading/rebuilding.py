"""Larger changes of a drawing: some leave it sound, as people redraw it; others do not."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random

from lxml import etree

from engine.bpmn.reading import BPMNDI, DC, MAX_DEPTH
from engine.bpmn.reading.elements import bpmn, children, local
from tests.bpmn_reading.picking import NODES, any_element, flows_at, fresh, one, remove

ACTIVITIES = ["userTask", "receiveTask", "subProcess", "callActivity", "businessRuleTask"]
RESERVED = ("Start", "End", "Root", "thu.EndJoin", "@start", "B1@split", "a/b", "constructor")
VENDORS = {
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "flowable": "http://flowable.org/bpmn",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "bizagi": "http://www.bizagi.com/bpmn20",
    "la": "urn:la",
}
SETTINGS = ("asyncBefore", "dueDate", "formKey", "priority", "assignee", "type", "topic", "la")
NUMBERS = ("NaN", "-1", "1e308", "inf", "99999999999", "", "x", "0", "-50000", "3.7")
ENCODINGS = ("utf-16", "utf-8-sig", "utf-16-le", "windows-1258", "iso-8859-1", "utf-32")

Change = Callable[[etree._Element, Random], None]


# --- flows and conditions -------------------------------------------------------------------------


def swap_conditions(root: etree._Element, chance: Random) -> None:
    """Two flows change their conditions."""
    this, other = one(root, chance, ["sequenceFlow"]), one(root, chance, ["sequenceFlow"])
    if this is None or other is None or this is other:
        return
    here, there = list(this), list(other)
    this.extend(there)
    other.extend(here)


def set_condition(root: etree._Element, chance: Random) -> None:
    """A flow gets the condition of another, or loses its own."""
    flow = one(root, chance, ["sequenceFlow"])
    if flow is None:
        return
    said = one(root, chance, ["conditionExpression"])
    for own in list(children(flow, "conditionExpression")):
        flow.remove(own)
    if said is not None and chance.random() < 0.6:
        flow.append(deepcopy(said))


def set_default(root: etree._Element, chance: Random) -> None:
    """An element gets one of its ways out as its default, or has none any more."""
    flow = one(root, chance, ["sequenceFlow"])
    source = _by_id(root, flow.get("sourceRef")) if flow is not None else None
    if source is None or flow is None:
        return
    if source.get("default"):
        del source.attrib["default"]
    else:
        source.set("default", flow.get("id") or "")


def many_flows(root: etree._Element, chance: Random) -> None:
    """Very many flows between two elements."""
    flow = one(root, chance, ["sequenceFlow"])
    parent = flow.getparent() if flow is not None else None
    if flow is None or parent is None:
        return
    number = fresh(root, chance)
    for each in range(chance.choice((2, 8, 60, 120))):
        twin = deepcopy(flow)
        twin.set("id", f"nhieu_{number}_{each}")
        parent.append(twin)


def link_instead(root: etree._Element, chance: Random) -> None:
    """A flow becomes a pair of links."""
    flow = one(root, chance, ["sequenceFlow"])
    parent = flow.getparent() if flow is not None else None
    if flow is None or parent is None:
        return
    number, target = fresh(root, chance), flow.get("targetRef") or ""
    for tag, key in (("intermediateThrowEvent", "di"), ("intermediateCatchEvent", "den")):
        event = _added(parent, tag, f"{key}_{number}", name=f"Nối {number}")
        etree.SubElement(event, bpmn("linkEventDefinition"), name=f"Nối {number}")
    flow.set("targetRef", f"di_{number}")
    _added(parent, "sequenceFlow", f"noi_{number}", sourceRef=f"den_{number}", targetRef=target)


# --- events ---------------------------------------------------------------------------------------


def ride(root: etree._Element, chance: Random) -> None:
    """A step gets a timer that leads to an end of its own, or to a step that is there."""
    host, other = one(root, chance, ACTIVITIES), one(root, chance, NODES)
    parent = host.getparent() if host is not None else None
    if host is None or parent is None or other is None:
        return
    number = fresh(root, chance)
    event = _added(
        parent, "boundaryEvent", f"bien_{number}", name=f"Hẹn {number}",
        attachedToRef=host.get("id") or "", cancelActivity=chance.choice(("true", "false")),
    )  # fmt: skip
    timer = etree.SubElement(event, bpmn("timerEventDefinition"))
    etree.SubElement(timer, bpmn("timeDuration")).text = "3 ngày"
    target = other.get("id") or ""
    if chance.random() < 0.6:
        target = f"het_{number}"
        _added(parent, "endEvent", target, name=f"Hết {number}")
    _added(parent, "sequenceFlow", f"re_{number}", sourceRef=f"bien_{number}", targetRef=target)


def terminate(root: etree._Element, chance: Random) -> None:
    """An end event ends everything."""
    end = one(root, chance, ["endEvent"])
    if end is not None:
        etree.SubElement(end, bpmn("terminateEventDefinition"))


def by_reference(root: etree._Element, chance: Random) -> None:
    """An event names its definition instead of holding it."""
    said = one(root, chance, ["timerEventDefinition", "signalEventDefinition"])
    event = said.getparent() if said is not None else None
    if said is None or event is None or event is root:
        return
    key = f"dn_{fresh(root, chance)}"
    etree.SubElement(event, bpmn("eventDefinitionRef")).text = key
    event.remove(said)
    said.set("id", key)
    root.insert(0, said)


# --- scopes ---------------------------------------------------------------------------------------


def wrap(root: etree._Element, chance: Random) -> None:
    """A step stands in a sub-process of its own, which begins and ends without events."""
    _wrap(root, chance, 1)


def wrap_deeply(root: etree._Element, chance: Random) -> None:
    """A step stands in sub-processes up to what may be read, and beyond."""
    _wrap(root, chance, chance.choice((3, 10, 40, MAX_DEPTH - 10, MAX_DEPTH + 5)))


def _wrap(root: etree._Element, chance: Random, times: int) -> None:
    step = one(root, chance, ["userTask", "receiveTask"])
    parent = step.getparent() if step is not None else None
    if step is None or parent is None:
        return
    number, key = fresh(root, chance), step.get("id") or ""
    place, outer = parent.index(step), key
    inner = step
    for deep in range(times):
        around = etree.Element(bpmn("subProcess"), id=f"boc_{number}_{deep}", name=f"Bọc {deep}")
        around.append(inner)
        inner, outer = around, f"boc_{number}_{deep}"
    parent.insert(place, inner)
    for flow in root.iter(bpmn("sequenceFlow")):
        for end in ("sourceRef", "targetRef"):
            if flow.get(end) == key:
                flow.set(end, outer)
    for ref in root.iter(bpmn("flowNodeRef")):
        if ref.text == key:
            ref.text = outer


def move_with_flows(root: etree._Element, chance: Random) -> None:
    """An element stands in another scope, its flows with it."""
    node, scope = one(root, chance, NODES), one(root, chance, ["subProcess", "process"])
    if node is None or scope is None or scope in {node, *node.iterdescendants()}:
        return
    for end in ("sourceRef", "targetRef"):
        for flow in flows_at(root, end, node):
            scope.append(flow)
    scope.append(node)


def flatten(root: etree._Element, chance: Random) -> None:
    """What stands in a sub-process stands around it."""
    scope = one(root, chance, ["subProcess"])
    parent = scope.getparent() if scope is not None else None
    if scope is None or parent is None:
        return
    for element in list(scope):
        parent.append(element)
    if chance.random() < 0.5:
        parent.remove(scope)


def event_scope(root: etree._Element, chance: Random) -> None:
    """A sub-process is begun by an event, or no longer."""
    scope = one(root, chance, ["subProcess"])
    if scope is not None:
        triggered = scope.get("triggeredByEvent") == "true"
        scope.set("triggeredByEvent", "false" if triggered else "true")


def second_process(root: etree._Element, chance: Random) -> None:
    """The file holds its process twice, or twice what is in it."""
    process = next(children(root, "process"), None)
    if process is None:
        return
    twin = deepcopy(process)
    for element in twin.iter(etree.Element):
        for name in ("id", "sourceRef", "targetRef", "attachedToRef", "default"):
            if element.get(name):
                element.set(name, f"{element.get(name)}_hai")
        if local(element) == "flowNodeRef":
            element.text = f"{element.text}_hai"
    match chance.randrange(3):
        case 0:
            root.insert(root.index(process) + 1, twin)
        case 1:
            twin.set("isExecutable", "false")
            root.insert(root.index(process), twin)
        case _:
            process.extend(list(twin))


# --- names and ids --------------------------------------------------------------------------------


def rename(root: etree._Element, chance: Random) -> None:
    """An element has another id everywhere: a reserved one, a long one."""
    element = one(root, chance, [*NODES, "sequenceFlow", "process", "lane"])
    key = element.get("id") if element is not None else None
    if not key:
        return
    new = chance.choice((*RESERVED, "x" * 90, f"{key}.EndJoin", f"{key}_", "Đất", "a:b"))
    for each in root.iter(etree.Element):
        for name, value in each.attrib.items():
            if value == key:
                each.set(name, new)
        if each.text == key:
            each.text = new


def collide(root: etree._Element, chance: Random) -> None:
    """Two things have one id."""
    this, other = any_element(root, chance), any_element(root, chance)
    if other.get("id"):
        this.set("id", other.get("id") or "")


def long_name(root: etree._Element, chance: Random) -> None:
    """A name without end."""
    element = any_element(root, chance)
    long = chance.choice(("ô" * 5_000, "chữ " * 400, "W" * 251, "\n\n\n", "&<>\"'" * 40))
    element.set("name", long)


def vendor_setting(root: etree._Element, chance: Random) -> None:
    """A tool's own word on something."""
    element = any_element(root, chance)
    space = VENDORS[chance.choice(sorted(VENDORS))]
    element.set(f"{{{space}}}{chance.choice(SETTINGS)}", chance.choice(("true", "x", "1", "")))


# --- the diagram ----------------------------------------------------------------------------------


def damage_diagram(root: etree._Element, chance: Random) -> None:
    """Figures without sizes, in impossible places, of nothing, twice, or gone."""
    drawn = [e for e in root.iter(f"{{{BPMNDI}}}*", f"{{{DC}}}*") if e is not root]
    if not drawn:
        return
    for _ in range(chance.choice((1, 5, 30))):
        element = chance.choice(drawn)
        match chance.randrange(5):
            case 0:
                remove(element)
            case 1 if element.getparent() is not None:
                element.addnext(deepcopy(element))
            case 2:
                element.set("bpmnElement", (any_element(root, chance).get("id")) or "la")
            case _:
                names = [n for n in ("x", "y", "width", "height", "isExpanded") if element.get(n)]
                element.set(chance.choice(names or ["x"]), chance.choice(NUMBERS))


REBUILDINGS: tuple[Change, ...] = (
    swap_conditions, set_condition, set_default, many_flows, link_instead, ride, terminate,
    by_reference, wrap, wrap_deeply, move_with_flows, flatten, event_scope, second_process, rename,
    collide, long_name, vendor_setting, damage_diagram,
)  # fmt: skip


# --- how a file is written ------------------------------------------------------------------------


def otherwise_written(root: etree._Element, chance: Random) -> bytes:
    """The same file under other prefixes, or in another encoding."""
    text = etree.tostring(root, encoding="unicode")
    if chance.random() < 0.5:
        prefix = chance.choice(("b2:", "", "camunda2:", "đ:"))
        text = text.replace("bpmn:", prefix).replace(
            "xmlns:bpmn=", f"xmlns:{prefix[:-1]}=" if prefix else "xmlns="
        )
        return text.encode()
    encoding = chance.choice(ENCODINGS)
    declared = chance.choice((encoding.removesuffix("-sig"), "UTF-8", "windows-1252"))
    head = f'<?xml version="1.0" encoding="{declared}"?>\n'
    return (head + text).encode(encoding, errors="xmlcharrefreplace")


def _by_id(root: etree._Element, key: str | None) -> etree._Element | None:
    return next((element for element in root.iter(etree.Element) if element.get("id") == key), None)


def _added(parent: etree._Element, tag: str, key: str, **said: str) -> etree._Element:
    return etree.SubElement(parent, bpmn(tag), id=key, **said)
