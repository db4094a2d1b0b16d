"""Reads the diagram interchange of a BPMN file: where things are drawn."""

from __future__ import annotations

import math

from lxml import etree

from engine.bpmn.model import Place
from engine.bpmn.reading import BPMNDI, DC, DI


def read_diagram(
    root: etree._Element,
) -> tuple[dict[str, Place], dict[str, tuple[tuple[float, float], ...]], dict[str, Place]]:
    """Shapes, routes of flows, and places of names, each by the id of what it draws."""
    places: dict[str, Place] = {}
    labels: dict[str, Place] = {}
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        drawn = reference(shape.get("bpmnElement"))
        place = bounds(shape)
        if drawn and place:
            places.setdefault(drawn, place)
            _keep_label(shape, drawn, labels)
    routes: dict[str, tuple[tuple[float, float], ...]] = {}
    for edge in root.iter(f"{{{BPMNDI}}}BPMNEdge"):
        drawn = reference(edge.get("bpmnElement"))
        if drawn:
            routes.setdefault(drawn, waypoints(edge))
            _keep_label(edge, drawn, labels)
    return places, routes, labels


def _keep_label(figure: etree._Element, drawn: str, labels: dict[str, Place]) -> None:
    for label in figure.iterchildren(f"{{{BPMNDI}}}BPMNLabel"):
        place = bounds(label)
        if place:
            labels.setdefault(drawn, place)


def waypoints(edge: etree._Element) -> tuple[tuple[float, float], ...]:
    """The points of an edge that can be read."""
    points = (
        (coordinate(point.get("x")), coordinate(point.get("y")))
        for point in edge.iterchildren(f"{{{DI}}}waypoint")
    )
    return tuple((x, y) for x, y in points if x is not None and y is not None)


def bounds(figure: etree._Element) -> Place | None:
    """Where a shape or label stands; None where the file does not say it in numbers."""
    found = figure.find(f"{{{DC}}}Bounds")
    if found is None:
        return None
    numbers = [coordinate(found.get(name)) for name in ("x", "y", "width", "height")]
    x, y, width, height = numbers
    if x is None or y is None or width is None or height is None:
        return None
    return Place(x, y, width, height)


def coordinate(text: str | None) -> float | None:
    """A number in a diagram; None for none, and for what no sheet of paper has."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def reference(text: str | None) -> str | None:
    """The local part of a reference, which may be written with a prefix (`tns:B1`)."""
    return (text or "").strip().rpartition(":")[2] or None
