"""Finds one's way in the tree of a BPMN file: names, children, texts, definitions, properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree

from engine.bpmn.reading import BPMN, CAMUNDA
from engine.bpmn.reading.diagram import reference

_BPMN = f"{{{BPMN}}}"
_BRACED = len(_BPMN)


def bpmn(tag: str) -> str:
    """The full name of a BPMN element."""
    return f"{{{BPMN}}}{tag}"


def camunda(name: str) -> str:
    """The full name of a Camunda attribute or element."""
    return f"{{{CAMUNDA}}}{name}"


def local(element: etree._Element) -> str:
    """The local name of an element of the BPMN namespace; `""` for any other."""
    tag = element.tag  # (asked of every element many times: an etree.QName costs ten times this)
    return tag[_BRACED:] if isinstance(tag, str) and tag.startswith(_BPMN) else ""


def children(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """Direct children with one of the BPMN `tags`."""
    return element.iterchildren(*(bpmn(tag) for tag in tags))


def texts(element: etree._Element) -> Iterator[str]:
    """The pieces of text within an element."""
    return (str(part) for part in element.itertext())


def event_definitions(element: etree._Element) -> list[etree._Element]:
    """Event definitions of an event; one that stands at the root is read as if written here."""
    return [
        _referred(child) if local(child) == "eventDefinitionRef" else child
        for child in element.iterchildren()
        if local(child).endswith(("EventDefinition", "eventDefinitionRef"))
    ]


def _referred(reference_: etree._Element) -> etree._Element:
    """The definition that a reference names; the reference itself where there is none."""
    key = reference("".join(texts(reference_)))
    root = reference_.getroottree().getroot()
    named = cast("list[etree._Element]", root.xpath("*[@id = $key]", key=key or ""))
    definitions = [one for one in named if local(one).endswith("EventDefinition")]
    return definitions[0] if definitions else reference_


def properties(element: etree._Element) -> dict[str, str]:
    """The `camunda:property` entries of an element; of two with one name the first."""
    found: dict[str, str] = {}
    for entry in property_elements(element):
        name = (entry.get("name") or "").strip()
        if name:
            found.setdefault(name, (entry.get("value") or "").strip())
    return found


def property_elements(element: etree._Element) -> Iterator[etree._Element]:
    """The `camunda:property` elements of an element."""
    for extension in children(element, "extensionElements"):
        for holder in extension.iterchildren(camunda("properties")):
            yield from holder.iterchildren(camunda("property"))
