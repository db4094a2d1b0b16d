"""Where data stands: what a reference names, whose input it is, and what is in reach of it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, text_of
from engine.bpmn.reading.elements import children, local

HOLDERS = frozenset(
    {"ioSpecification", "inputSet", "outputSet", "multiInstanceLoopCharacteristics"}
)
"""What stands between a data input or output and the thing it belongs to."""


def named(
    definitions: Definitions, place: etree._Element, *tags: str
) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each child that refers to something, and what it refers to; what is not found is left out."""
    for reference in children(place, *tags):
        found = definitions.resolve(reference, text_of(reference))
        if found is not None:
            yield reference, found


def bearer(part: etree._Element) -> etree._Element | None:
    """The activity, event or process that an input, an output or a set belongs to."""
    up = part.getparent()
    while up is not None and local(up) in HOLDERS:
        up = up.getparent()
    return up


def inputs(bears: etree._Element) -> list[etree._Element]:
    """The data inputs of an activity, an event or a process."""
    return _parts(bears, "dataInput")


def outputs(bears: etree._Element) -> list[etree._Element]:
    """The data outputs of an activity, an event or a process."""
    return _parts(bears, "dataOutput")


def _parts(bears: etree._Element, tag: str) -> list[etree._Element]:
    found = list(children(bears, tag))
    for specification in children(bears, "ioSpecification"):
        found += children(specification, tag)
    return found


def item_of(definitions: Definitions, data: etree._Element) -> etree._Element | None:
    """The item definition of some data, of what it stands for where it says none itself."""
    said = definitions.resolve(data, data.get("itemSubjectRef"))
    if said is None:
        attribute = {"dataObjectReference": "dataObjectRef", "dataStoreReference": "dataStoreRef"}
        name = attribute.get(local(data))
        meant = definitions.resolve(data, data.get(name) if name else None)
        if meant is not None and meant is not data:
            said = definitions.resolve(meant, meant.get("itemSubjectRef"))
    return said if said is not None and local(said) == "itemDefinition" else None


def differ(one: etree._Element | None, other: etree._Element | None) -> bool:
    """Whether two item definitions are known to be of different types.

    Some modellers write an item definition for each piece of data: those of one structure are
    one type, and of one that names no structure nothing is known.
    """
    if one is None or other is None or one is other:
        return False
    structures = [
        (item.get("structureRef") or "").strip().rpartition(":")[2] for item in (one, other)
    ]
    return all(structures) and structures[0] != structures[1]


def is_blank(expression: etree._Element | None) -> bool:
    """Whether an expression says nothing; one kept in an attribute of a vendor says something."""
    if expression is None:
        return True
    own = {"id", "language", "evaluatesToTypeRef", f"{{{_XSI}}}type"}
    return not text_of(expression) and not set(map(str, expression.attrib)) - own


_XSI = "http://www.w3.org/2001/XMLSchema-instance"
