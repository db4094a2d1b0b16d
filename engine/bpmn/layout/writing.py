"""Writes a layout into the file: the diagram anew, every other byte as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from lxml import etree

from engine.bpmn.model import Place
from engine.bpmn.reading import BPMN, BPMNDI, DC, DI
from engine.bpmn.reading.diagram import reference
from engine.bpmn.reading.elements import bpmn, local
from engine.bpmn.reading.encodings import encoding_of

Point = tuple[float, float]

_DIAGRAM = re.compile(
    r"[ \t]*<(?:[\w.-]+:)?BPMNDiagram\b(?:[^<>]*/>|.*?</(?:[\w.-]+:)?BPMNDiagram\s*>)", re.DOTALL
)
_END = re.compile(r"[ \t]*</(?:[\w.-]+:)?definitions\s*>\s*\Z")
_WANTED = {"bpmndi": BPMNDI, "dc": DC, "di": DI}


class Plane:
    """The diagram of a file, drawn anew; figures keep ids and colours where they had any."""

    def __init__(self, root: etree._Element, process: etree._Element) -> None:
        self._known: dict[str, etree._Element] = {}
        for figure in root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"):
            drawn = reference(figure.get("bpmnElement"))
            if drawn:
                self._known.setdefault(drawn, figure)
        self._prefixes = {space: prefix for prefix, space in root.nsmap.items() if prefix}
        self._declared = ""
        for prefix, space in _WANTED.items():
            if space not in self._prefixes:
                self._prefixes[space] = prefix
                self._declared += f' xmlns:{prefix}="{space}"'
        self._diagram = next(root.iterchildren(f"{{{BPMNDI}}}BPMNDiagram"), None)
        collaboration = next(root.iterchildren(bpmn("collaboration")), process)
        self._of = collaboration.get("id") or ""
        self._figures: list[str] = []

    def shape(self, key: str, place: Place, name: Place | None = None, **more: str) -> None:
        """Draws an element at its place; `name`: where its name stands beside it."""
        inner = [self._bounds(place), *self._label(name)]
        self._figures.append(self._figure("BPMNShape", key, inner, more))

    def edge(self, key: str, points: Sequence[Point], name: Place | None = None) -> None:
        """Draws a flow, with its name."""
        di = self._prefixes[DI]
        inner = [f'<{di}:waypoint x="{_number(x)}" y="{_number(y)}" />' for x, y in points]
        self._figures.append(self._figure("BPMNEdge", key, [*inner, *self._label(name)], {}))

    def _figure(self, tag: str, key: str, inner: Sequence[str], more: Mapping[str, str]) -> str:
        attributes = {"id": f"{key}_di", "bpmnElement": key}
        known = self._known.get(key)
        if known is not None and etree.QName(known).localname == tag:
            attributes = {
                self._written(str(name)): str(value) for name, value in known.attrib.items()
            }
        attributes.update(more)
        said = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        name = f"{self._prefixes[BPMNDI]}:{tag}"
        lines = [line for part in inner for line in part.split("\n")]
        return "\n".join([f"<{name}{said}>", *(f"  {line}" for line in lines), f"</{name}>"])

    def _written(self, name: str) -> str:
        """An attribute's name with its prefix, as the file has it."""
        full = etree.QName(name)
        prefix = self._prefixes.get(full.namespace) if full.namespace else None
        return f"{prefix}:{full.localname}" if prefix else full.localname

    def _label(self, name: Place | None) -> Iterator[str]:
        if name is not None:
            tag = f"{self._prefixes[BPMNDI]}:BPMNLabel"
            yield f"<{tag}>\n  {self._bounds(name)}\n</{tag}>"

    def _bounds(self, place: Place) -> str:
        said = " ".join(
            f'{name}="{_number(getattr(place, name))}"' for name in ("x", "y", "width", "height")
        )
        return f"<{self._prefixes[DC]}:Bounds {said} />"

    def into(self, content: bytes, filename: str) -> bytes:
        """The file with this diagram in place of its own, or at its end when it had none."""
        encoding, start = encoding_of(content, filename)
        text, written = content[start:].decode(encoding), self._text()
        found = list(_DIAGRAM.finditer(text))
        for other in reversed(found[1:]):  # one by one: what stands between them is no diagram
            text = text[: other.start()] + text[other.end() :].removeprefix("\n")
        if found:
            text = text[: found[0].start()] + written + text[found[0].end() :]
        else:
            end = _END.search(text)
            at = end.start() if end else len(text)
            text = f"{text[:at]}{written}\n{text[at:]}"
        return content[:start] + text.encode(encoding, "xmlcharrefreplace")

    def _text(self) -> str:
        di, kept = self._prefixes[BPMNDI], self._diagram
        plane = None if kept is None else kept.find(f"{{{BPMNDI}}}BPMNPlane")
        name = (kept.get("id") if kept is not None else None) or "So_do"
        surface = (plane.get("id") if plane is not None else None) or "Mat_ve"
        lines = [
            f"  <{di}:BPMNDiagram id={quoteattr(name)}{self._declared}>",
            f"    <{di}:BPMNPlane id={quoteattr(surface)} bpmnElement={quoteattr(self._of)}>",
            *(f"      {line}" for figure in self._figures for line in figure.split("\n")),
            f"    </{di}:BPMNPlane>",
            f"  </{di}:BPMNDiagram>",
        ]
        return "\n".join(lines)


def folded(root: etree._Element) -> set[str]:
    """Sub-processes that the file draws as a box without what they hold."""
    return {
        reference(shape.get("bpmnElement")) or ""
        for shape in root.iter(f"{{{BPMNDI}}}BPMNShape")
        if shape.get("isExpanded") == "false"
    }


def pools(root: etree._Element) -> Iterator[tuple[str, str | None]]:
    """Participants and the processes they stand for, in their order."""
    for participant in root.iter(bpmn("participant")):
        yield participant.get("id") or "", reference(participant.get("processRef"))


def notes(root: etree._Element) -> Iterator[str]:
    """What stands beside the flow: texts, data, groups."""
    for element in root.iter(etree.Element):
        key = element.get("id")
        if key and etree.QName(element).namespace == BPMN and local(element) in _NOTES:
            yield key


_NOTES = frozenset({"textAnnotation", "dataObjectReference", "dataStoreReference", "group"})


def ties(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Associations and message flows: id, where from, where to."""
    for element in root.iter(bpmn("association"), bpmn("messageFlow")):
        source, target = reference(element.get("sourceRef")), reference(element.get("targetRef"))
        yield element.get("id") or "", source or "", target or ""


def _number(value: float) -> str:
    return str(round(value))
