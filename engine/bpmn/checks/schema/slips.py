"""Finds what stands in the wrong namespace, out of its place, or under a name unknown to BPMN."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.checks.schema.grammar import OURS, XSI, Grammar, grammar, space_of
from engine.bpmn.reading import BPMN, BPMNDI, CAMUNDA, DC, DI

CAMUNDA_ATTRIBUTES = frozenset(
    {
        "assignee", "asyncAfter", "asyncBefore", "calledElementBinding", "calledElementVersion",
        "candidateGroups", "candidateStarterGroups", "candidateStarterUsers", "candidateUsers",
        "decisionRef", "decisionRefBinding", "decisionRefVersion", "delegateExpression", "dueDate",
        "elementVariable", "exclusive", "followUpDate", "formHandlerClass", "formKey", "formRef",
        "formRefBinding", "formRefVersion", "historyTimeToLive", "initiator",
        "isStartableInTasklist", "jobPriority", "mapDecisionResult", "priority", "resource",
        "resultVariable", "taskPriority", "topic", "variableMappingClass", "versionTag",
    }
)  # fmt: skip
"""Attributes that modellers of the Camunda family write under that family's prefix."""

_FREE = frozenset(f"{{{BPMN}}}{tag}" for tag in ("extensionElements", "documentation", "script",
                                                 "text", "extension"))  # fmt: skip
_FREE_OF_DIAGRAMS = f"{{{DI}}}extension"
_FOREIGN_FAMILIES = ("bpmn", "omg.org")
_NAMED = frozenset({BPMN, BPMNDI})


@dataclass
class Slips:
    """What was found, in the order of the file."""

    model: list[etree._Element] = field(default_factory=list)  # BPMN's own, in another namespace
    diagram: list[etree._Element] = field(default_factory=list)  # the same of diagrams
    unknown: list[etree._Element] = field(default_factory=list)  # there is no such element
    outside: list[etree._Element] = field(default_factory=list)  # Camunda's, out of its place
    foreign: list[etree._Element] = field(default_factory=list)  # another vendor's, likewise
    unprefixed: list[tuple[etree._Element, str]] = field(default_factory=list)
    prefixed: list[tuple[etree._Element, str]] = field(default_factory=list)
    types: list[tuple[etree._Element, str]] = field(default_factory=list)  # xsi:type, as written
    camunda: dict[str, etree._Element] = field(default_factory=dict)  # misspelt namespace: where
    elements: set[etree._Element] = field(default_factory=set)
    attributes: dict[etree._Element, set[str]] = field(default_factory=dict)


def slips_in(root: etree._Element) -> Slips:
    """The slips of a file."""
    found = Slips()
    tables = grammar()
    prefix = root.nsmap.get("camunda", CAMUNDA)
    if prefix != CAMUNDA:
        found.camunda[prefix] = root
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if str(element.tag) in tables.tags:
            _attributes(element, tables, found)
            waiting += reversed(list(_inside(element, found)))
        else:
            _misnamed(element, tables, found)
            found.elements.add(element)
    return found


def _inside(element: etree._Element, found: Slips) -> Iterator[etree._Element]:
    """The children that the schema describes; anything may stand in an extension."""
    if element.tag == _FREE_OF_DIAGRAMS:
        return
    if element.tag not in _FREE:
        yield from element.iterchildren("*")
        return
    for child in element.iterchildren("*"):
        space = space_of(child)
        if not space and element.tag == f"{{{BPMN}}}extensionElements":
            found.foreign.append(child)
            found.elements.add(child)
        elif is_like_camunda(space):
            found.camunda.setdefault(space, child)


def _misnamed(element: etree._Element, tables: Grammar, found: Slips) -> None:
    space, local = space_of(element), etree.QName(element).localname
    meant = tables.by_local.get(local, "")
    ours = not space or any(family in space for family in _FOREIGN_FAMILIES)
    vendor = space == CAMUNDA or is_like_camunda(space)
    if ours and not vendor and meant.startswith(f"{{{BPMN}}}"):
        found.model.append(element)
    elif ours and meant and (space or local.startswith("BPMN") or _stands_in_diagram(element)):
        found.diagram.append(element)
    elif space in OURS:
        found.unknown.append(element)
    else:
        (found.outside if vendor else found.foreign).append(element)


def _stands_in_diagram(element: etree._Element) -> bool:
    around = element.getparent()
    return around is not None and space_of(around) in {BPMNDI, DI, DC}


def _attributes(element: etree._Element, tables: Grammar, found: Slips) -> None:
    tag = str(element.tag)
    for raw in element.attrib:
        name = str(raw)
        if not name.startswith("{"):
            if name in CAMUNDA_ATTRIBUTES and name not in tables.attributes(tag):
                _note(found, element, name)
                found.unprefixed.append((element, name))
            continue
        space, _, local = name[1:].partition("}")
        if space in _NAMED and local in tables.attributes(tag):
            _note(found, element, name)
            found.prefixed.append((element, local))
        elif space == XSI and local == "type":
            _type(element, str(element.get(name)), tables, found)
        elif is_like_camunda(space):
            found.camunda.setdefault(space, element)


def _type(element: etree._Element, written: str, tables: Grammar, found: Slips) -> None:
    prefix, _, local = written.strip().rpartition(":")
    if f"{{{element.nsmap.get(prefix or None)}}}{local}" not in tables.types:
        _note(found, element, f"{{{XSI}}}type")
        found.types.append((element, written))


def _note(found: Slips, element: etree._Element, attribute: str) -> None:
    found.attributes.setdefault(element, set()).add(attribute)


def is_like_camunda(space: str) -> bool:
    """Whether a namespace is Camunda's misspelt: as `…/schema/1.0/bpmn/`, `https:…`, `…/BPMN`."""
    if space == CAMUNDA:
        return False
    bare = space.strip().strip("/").lower()
    return "camunda.org" in bare and bare.endswith("bpmn") and "bpmn-" not in bare
