"""Reads every diagram of a file as figures: what is drawn, where, and how it is to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.model import Place
from engine.bpmn.pictures.meanings import events_of, name_of, traits_of
from engine.bpmn.reading import BPMN, BPMNDI
from engine.bpmn.reading.diagram import bounds, reference, waypoints
from engine.bpmn.reading.elements import local

Point = tuple[float, float]

FARTHEST = 30_000.0  # from the origin, in diagram units: what stands farther is left out
WIDEST = 20_000.0
MAX_FIGURES = 25_000
MAX_OF_ONE = 300  # figures of one element: a participant has one in each choreography task
_LABEL_REACH = 250.0  # a name farther from its figure than this is not where anybody meant it


@dataclass(frozen=True)
class Figure:
    """One shape or edge of a diagram. `element` is what it stands for."""

    key: str
    element: etree._Element
    tag: str  # of the element
    place: Place | None = None
    route: tuple[Point, ...] = ()
    label: Place | None = None
    name: str = ""  # as it is written on it or beside it
    events: tuple[str, ...] = ()  # definitions, of an event
    traits: frozenset[str] = frozenset()
    said: Mapping[str, str] = field(default_factory=dict)  # attributes of the figure

    def says(self, attribute: str, default: bool) -> bool:
        """A yes or no of the figure (isHorizontal, isExpanded …)."""
        text = self.said.get(attribute, "").strip()
        return default if not text else text in {"true", "1"}

    @property
    def box(self) -> Place:
        """Where a shape stands."""
        return self.place or Place(0, 0, 0, 0)


@dataclass(frozen=True)
class Plane:
    """One diagram of the file."""

    name: str
    figures: tuple[Figure, ...]
    left_out: int  # figures of nothing that is there, without a place, or too far away


def read_planes(root: etree._Element) -> tuple[Plane, ...]:
    """The diagrams of a file, in its order; some may draw nothing."""
    elements = _elements(root)
    return tuple(_plane(one, elements) for one in root.iter(f"{{{BPMNDI}}}BPMNDiagram"))


def _elements(root: etree._Element) -> dict[str, etree._Element]:
    found: dict[str, etree._Element] = {}
    for element in root.iter(f"{{{BPMN}}}*"):
        key = element.get("id")
        if key:
            found.setdefault(key, element)
    return found


def _plane(diagram: etree._Element, elements: Mapping[str, etree._Element]) -> Plane:
    figures: list[Figure] = []
    times: Counter[str | None] = Counter()
    left_out = 0
    name = diagram.get("name") or ""
    for plane in diagram.iter(f"{{{BPMNDI}}}BPMNPlane"):
        about = elements.get(reference(plane.get("bpmnElement")) or "")
        name = name or (about.get("name") or "" if about is not None else "")
        for drawn in plane.iterchildren(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"):
            times[drawn.get("bpmnElement")] += 1
            too_many = times[drawn.get("bpmnElement")] > MAX_OF_ONE or len(figures) >= MAX_FIGURES
            figure = None if too_many else _figure(drawn, elements)
            if figure is None:
                left_out += 1
            else:
                figures.append(figure)
    return Plane(" ".join(name.split()), tuple(figures), left_out)


def _figure(drawn: etree._Element, elements: Mapping[str, etree._Element]) -> Figure | None:
    key = reference(drawn.get("bpmnElement"))
    element = elements.get(key or "")
    if key is None or element is None:
        return None
    route: tuple[Point, ...] = ()
    place = None
    if etree.QName(drawn).localname == "BPMNEdge":
        route = tuple(point for point in waypoints(drawn) if _near(*point))
        if len(route) < 2:
            return None
    else:
        place = bounds(drawn)
        if place is None or not _fits(place):
            return None
    return Figure(
        key=key,
        element=element,
        tag=local(element),
        place=place,
        route=route,
        label=_label(drawn, place or _around(route)),
        name=name_of(element, elements),
        events=events_of(element, elements),
        traits=traits_of(element, elements),
        said={str(name): str(value) for name, value in drawn.attrib.items()},
    )


def _label(drawn: etree._Element, around: Place) -> Place | None:
    """Where a name stands. Some tools write places relative to the shape, or none at all."""
    for label in drawn.iterchildren(f"{{{BPMNDI}}}BPMNLabel"):
        place = bounds(label)
        if place is None or place.width <= 0 or place.height <= 0:
            return None
        reach = _LABEL_REACH
        beside = (
            place.x <= around.x + around.width + reach
            and place.x + place.width >= around.x - reach
            and place.y <= around.y + around.height + reach
            and place.y + place.height >= around.y - reach
        )
        return place if beside and _fits(place) else None
    return None


def _around(route: tuple[Point, ...]) -> Place:
    left, top = min(x for x, _ in route), min(y for _, y in route)
    right, bottom = max(x for x, _ in route), max(y for _, y in route)
    return Place(left, top, right - left, bottom - top)


def _near(x: float, y: float) -> bool:
    return abs(x) <= FARTHEST and abs(y) <= FARTHEST


def _fits(place: Place) -> bool:
    return (
        _near(place.x, place.y)
        and 0 <= place.width <= WIDEST
        and 0 <= place.height <= WIDEST
        and place.width + place.height > 0
    )


def frame_of(figures: tuple[Figure, ...], labels: Iterable[Place]) -> Place:
    """What the picture must show: everything drawn, and some air."""
    spots = [point for figure in figures for point in figure.route]
    for place in (*(one.place for one in figures if one.place), *labels):
        spots += [(place.x, place.y), (place.x + place.width, place.y + place.height)]
    if not spots:
        return Place(0, 0, 100, 100)
    left, top = min(x for x, _ in spots), min(y for _, y in spots)
    right, bottom = max(x for x, _ in spots), max(y for _, y in spots)
    return Place(left - 20, top - 20, right - left + 40, bottom - top + 40)
