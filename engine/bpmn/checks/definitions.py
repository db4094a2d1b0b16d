"""The whole file under check: every element of it by kind, by id, and by where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from engine.bpmn.checks.kinds import EVENT_DEFINITIONS
from engine.bpmn.reading import BPMN, BPMNDI, DC, DI
from engine.bpmn.reading.elements import local

CONTAINERS = frozenset(
    {"process", "subProcess", "transaction", "adHocSubProcess", "choreography", "subChoreography"}
)
"""What holds flow elements (BPMN 2.0.2, 8.4.8: FlowElementsContainer)."""

_WORDS = frozenset({"documentation", "extensionElements"})


@dataclass(frozen=True)
class Extension:
    """What a tool adds to a BPMN element: an attribute, or a child in its extension elements."""

    place: etree._Element
    namespace: str
    name: str
    child: etree._Element | None = None  # None: an attribute

    @property
    def key(self) -> str:
        """The attribute's or element's full name."""
        return f"{{{self.namespace}}}{self.name}"

    @property
    def written(self) -> str:
        """As the file writes it: `camunda:assignee`."""
        found = self.place if self.child is None else self.child
        prefixes = (prefix for prefix, uri in found.nsmap.items() if uri == self.namespace)
        prefix = next((one for one in prefixes if one), None)
        return f"{prefix}:{self.name}" if prefix else self.name


class Definitions:
    """The elements of a file, of all its processes and collaborations. Computed once, then asked.

    A reference is written as an id, or as a qualified name whose prefix stands for the file's own
    target namespace or for that of an imported file; what is imported is not at hand, so nothing
    is said of it.
    """

    def __init__(self, root: etree._Element, filename: str) -> None:
        self.root = root
        self.filename = filename
        self._by_tag: dict[str, list[etree._Element]] = {}
        self.by_id: dict[str, etree._Element] = {}
        """BPMN elements by id; of two with the same id the first."""
        self.buried: list[etree._Element] = []
        """BPMN elements in a documentation or an extension: they are words there, drawn nowhere."""
        for element in root.iter(f"{{{BPMN}}}*"):
            if any(local(up) in _WORDS for up in element.iterancestors()):
                self.buried.append(element)
                continue
            self._by_tag.setdefault(local(element), []).append(element)
            key = element.get("id")
            if key:
                self.by_id.setdefault(key, element)

    def all(self, *tags: str) -> Iterator[etree._Element]:
        """The BPMN elements of these kinds, kind by kind in the order of the file."""
        for tag in tags:
            yield from self._by_tag.get(tag, ())

    @property
    def tags(self) -> frozenset[str]:
        """The kinds of BPMN elements in the file."""
        return frozenset(self._by_tag)

    def resolve(self, element: etree._Element, reference: str | None) -> etree._Element | None:
        """What a reference at `element` names; None for nothing, and for what is imported."""
        text = (reference or "").strip()
        if not text or self.is_imported(element, text):
            return None
        return self.by_id.get(text) if text in self.by_id else self.by_id.get(_bare(text))

    def is_imported(self, element: etree._Element, reference: str) -> bool:
        """Whether a qualified name is one of another file's namespace."""
        prefix, colon, _ = reference.strip().partition(":")
        if not colon:
            return False
        meant = element.nsmap.get(prefix)
        return meant is not None and meant not in {self.root.get("targetNamespace"), BPMN}

    def container(self, element: etree._Element) -> etree._Element | None:
        """The process, sub-process or choreography that an element stands in."""
        return next((up for up in element.iterancestors() if local(up) in CONTAINERS), None)

    @cached_property
    def outgoing(self) -> Mapping[str, list[etree._Element]]:
        """Sequence flows by the id of the element they leave."""
        return self._flows("sourceRef")

    @cached_property
    def incoming(self) -> Mapping[str, list[etree._Element]]:
        """Sequence flows by the id of the element they lead to."""
        return self._flows("targetRef")

    def joined(self, tag: str) -> Iterator[tuple[etree._Element, etree._Element, etree._Element]]:
        """Each line of a kind whose two ends are in the file, with both."""
        for line in self.all(tag):
            source = self.resolve(line, line.get("sourceRef"))
            target = self.resolve(line, line.get("targetRef"))
            if source is not None and target is not None:
                yield line, source, target

    def _flows(self, end: str) -> Mapping[str, list[etree._Element]]:
        found: dict[str, list[etree._Element]] = {}
        for flow in self.all("sequenceFlow"):
            found.setdefault(_bare(flow.get(end) or ""), []).append(flow)
        return found

    @cached_property
    def executable(self) -> tuple[etree._Element, ...]:
        """The processes that are marked as to be run."""
        return tuple(one for one in self.all("process") if is_true(one, "isExecutable"))

    @cached_property
    def extensions(self) -> tuple[Extension, ...]:
        """What tools have added to BPMN elements, in the order of the file."""
        return tuple(_extensions(self.root))

    @cached_property
    def triggers(self) -> Mapping[etree._Element, tuple[etree._Element, ...]]:
        """What each event waits for or tells: its definitions, by value and by reference.

        A reference to nothing is left out. Some tools write a reference to the definition that
        stands beside it: that is one trigger.
        """
        found: dict[etree._Element, dict[etree._Element, None]] = {}
        for said in self.all(*sorted(EVENT_DEFINITIONS), "eventDefinitionRef"):
            event = said.getparent()
            by_reference = local(said) == "eventDefinitionRef"
            meant = self.resolve(said, text_of(said)) if by_reference else said
            if event is not None and meant is not None and local(meant) in EVENT_DEFINITIONS:
                found.setdefault(event, {}).setdefault(meant)
        return {event: tuple(meant) for event, meant in found.items()}

    @cached_property
    def figures(self) -> list[etree._Element]:
        """The shapes and edges of the file's diagrams, in their order."""
        return list(self.root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"))


def _extensions(root: etree._Element) -> Iterator[Extension]:
    for element in root.iter(f"{{{BPMN}}}*"):
        for key in element.attrib:
            namespace, brace, name = str(key).partition("}")
            if brace:
                yield Extension(element, namespace[1:], name)
        if local(element) != "extensionElements":
            continue
        holder = element.getparent()
        for child in element.iterchildren(etree.Element):
            parted = etree.QName(child)
            place = element if holder is None else holder
            yield Extension(place, parted.namespace or "", parted.localname, child)


def text_of(element: etree._Element) -> str:
    """The text that an element holds, white space at its ends left out."""
    return "".join(str(part) for part in element.itertext()).strip()


def is_true(element: etree._Element, attribute: str, default: bool = False) -> bool:
    """A boolean attribute as XML Schema writes it."""
    text = (element.get(attribute) or "").strip()
    return default if not text else text in {"true", "1"}


def is_run(element: etree._Element) -> bool:
    """Whether an element stands in a process marked as executable."""
    up: etree._Element | None = element
    while up is not None and local(up) != "process":
        up = up.getparent()
    return up is not None and is_true(up, "isExecutable")


def _bare(reference: str) -> str:
    return reference.strip().rpartition(":")[2]


__all__ = ("BPMNDI", "CONTAINERS", "DC", "DI", "Definitions", "is_run", "is_true", "text_of")
