"""Reads what each plane of a file's diagrams draws: a sub-process may have a plane of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.model import Place
from engine.bpmn.reading import BPMNDI
from engine.bpmn.reading.diagram import bounds, reference, waypoints

Point = tuple[float, float]


@dataclass
class Sheet:
    """One plane. What has a figure that cannot be read is `drawn`, but has no place or route."""

    of: str | None = None  # the process, collaboration or sub-process whose plane it is
    drawn: set[str] = field(default_factory=set)  # ids of what has a figure here
    places: dict[str, Place] = field(default_factory=dict)
    routes: dict[str, tuple[Point, ...]] = field(default_factory=dict)  # of two points and more
    labels: dict[str, Place] = field(default_factory=dict)
    expanded: dict[str, bool] = field(default_factory=dict)  # where the file says so


def read_sheets(root: etree._Element) -> tuple[Sheet, ...]:
    """The planes of a file, in its order, without those on which nothing is drawn."""
    planes = root.iter(f"{{{BPMNDI}}}BPMNPlane")
    return tuple(sheet for sheet in map(_sheet, planes) if sheet.drawn)


def _sheet(plane: etree._Element) -> Sheet:
    sheet = Sheet(of=reference(plane.get("bpmnElement")))
    for figure in plane.iterchildren(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"):
        key = reference(figure.get("bpmnElement"))
        if key is None or key in sheet.drawn:
            continue
        sheet.drawn.add(key)
        place = bounds(figure)
        route = waypoints(figure)
        if etree.QName(figure).localname == "BPMNEdge":
            if len(route) > 1:
                sheet.routes[key] = route
        elif place is not None:
            sheet.places[key] = place
        expanded = (figure.get("isExpanded") or "").strip()
        if expanded:
            sheet.expanded[key] = expanded in {"true", "1"}
        sheet.labels.update((key, label) for label in _label(figure))
    return sheet


def _label(figure: etree._Element) -> Iterator[Place]:
    for label in figure.iterchildren(f"{{{BPMNDI}}}BPMNLabel"):
        place = bounds(label)
        if place is not None:
            yield place
            return
