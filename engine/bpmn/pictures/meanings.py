"""What a figure shows beyond its shape: its name, what its event waits for, its traits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.lettering import ELLIPSIS
from engine.bpmn.reading.diagram import reference
from engine.bpmn.reading.elements import children, event_definitions, local

Elements = Mapping[str, etree._Element]

_LONGEST = 200  # letters of a name that a picture shows
_LONGEST_NOTE = 600

_CHILDREN: Mapping[str, str] = {
    "standardLoopCharacteristics": "loop",
    "participantMultiplicity": "participants",
    "conditionExpression": "conditional",
}


def name_of(element: etree._Element, elements: Elements) -> str:
    """What is written on or beside an element."""
    match local(element):
        case "textAnnotation":
            text = "".join(
                str(part) for note in children(element, "text") for part in note.itertext()
            )
        case "group":
            text = _of(element, "categoryValueRef", "value", elements)
        case "participant":
            text = element.get("name") or _of(element, "processRef", "name", elements)
        case "dataStoreReference":
            text = element.get("name") or _of(element, "dataStoreRef", "name", elements)
        case "dataObjectReference":
            text = element.get("name") or _of(element, "dataObjectRef", "name", elements)
            states = (state.get("name") for state in children(element, "dataState"))
            text += "".join(f" [{state}]" for state in states if state)
        case _:
            text = element.get("name") or ""
    return _short(text, _LONGEST_NOTE if local(element) == "textAnnotation" else _LONGEST)


def _short(text: str, most: int) -> str:
    """On one line, and no longer than a picture bears."""
    plain = " ".join(text[: 2 * most].split())
    return plain if len(plain) <= most else plain[:most].rstrip() + ELLIPSIS


def events_of(element: etree._Element, elements: Elements) -> tuple[str, ...]:
    """The definitions of an event, also those that it only refers to."""
    found = []
    for definition in event_definitions(element):
        if local(definition) == "eventDefinitionRef":
            named = elements.get(reference("".join(map(str, definition.itertext()))) or "")
            found.append("" if named is None else local(named))
        else:
            found.append(local(definition))
    return tuple(found)


def traits_of(element: etree._Element, elements: Elements) -> frozenset[str]:
    """What else is to be seen of an element, in words of our own."""
    return frozenset(_traits(element, elements))


#: Attributes that say yes → the trait.
_YES: Mapping[str, str] = {
    "isForCompensation": "compensation",
    "triggeredByEvent": "triggered",
    "parallelMultiple": "parallelMultiple",
    "instantiate": "instantiate",
    "isCollection": "collection",
}


def _traits(element: etree._Element, elements: Elements) -> Iterator[str]:
    tag = local(element)
    yield from (trait for attribute, trait in _YES.items() if _yes(element, attribute))
    for child in element.iterchildren():
        yield from _child_traits(child)
    if tag == "adHocSubProcess":
        yield "adHoc"
    if _lasts(element):
        yield "lasting"
    if (element.get("eventGatewayType") or "").strip() == "Parallel":
        yield "instantiateParallel"
    if "horeography" in tag:
        yield from _repeated(element)
    if tag == "dataObjectReference":
        named = elements.get(reference(element.get("dataObjectRef")) or "")
        if named is not None and _yes(named, "isCollection"):
            yield "collection"
    if tag == "sequenceFlow":
        yield from _flow_traits(element, elements)


def _child_traits(child: etree._Element) -> Iterator[str]:
    kind = local(child)
    if kind in _CHILDREN:
        yield _CHILDREN[kind]
    elif kind == "multiInstanceLoopCharacteristics":
        yield "sequential" if _yes(child, "isSequential") else "parallel"


def _lasts(event: etree._Element) -> bool:
    """Whether what it happens to goes on."""
    if (event.get("cancelActivity") or "").strip() in {"false", "0"}:
        return True
    inside = event.getparent()
    handler = inside is not None and _yes(inside, "triggeredByEvent")
    return handler and (event.get("isInterrupting") or "").strip() in {"false", "0"}


def _repeated(element: etree._Element) -> Iterator[str]:
    kinds = {
        "Standard": "loop",
        "MultiInstanceSequential": "sequential",
        "MultiInstanceParallel": "parallel",
    }
    said = (element.get("loopType") or "").strip()
    if said in kinds:
        yield kinds[said]


def _flow_traits(flow: etree._Element, elements: Elements) -> Iterator[str]:
    source = elements.get(reference(flow.get("sourceRef")) or "")
    if source is None:
        return
    if reference(source.get("default")) == flow.get("id"):
        yield "default"
    if local(source).endswith("Gateway"):
        yield "from gateway"


def _of(element: etree._Element, attribute: str, of_named: str, elements: Elements) -> str:
    named = elements.get(reference(element.get(attribute)) or "")
    return "" if named is None else named.get(of_named) or ""


def _yes(element: etree._Element, attribute: str) -> bool:
    return (element.get(attribute) or "").strip() in {"true", "1"}
