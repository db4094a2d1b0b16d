"""Lays a drawing out anew: lanes as bands, left to right, flows that cross no shape."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.layout import writing
from engine.bpmn.layout.sketch import Sketch, sketch
from engine.bpmn.layout.writing import Point
from engine.bpmn.model import Place
from engine.bpmn.reading.dialect import SourceTree, read_tree
from engine.bpmn.reading.elements import local

_LEFT, _TOP = 160.0, 80.0  # where modellers begin
_BAND = 30.0  # where the name of a pool or lane stands
_ENDS = 40.0  # room before the first and after the last element of a lane
_APART = 60.0  # between pools, and what stands below them
_OTHER_POOL = 60.0  # the height of a pool that only names somebody
_NOTE = (180.0, 60.0)


def laid_out(content: bytes, filename: str) -> bytes:
    """The file with its diagram drawn anew; every other byte stays as it is.

    The layout follows from what is drawn and in which order it stands in the file, never from how
    it was laid out before: laying out twice changes nothing. Sub-processes drawn folded stay so.
    Raises DrawingRefused for what is no BPMN drawing.
    """
    source = read_tree(content, filename)
    drawing = source.drawing
    lanes = [key for key in drawing.lanes if key in _innermost(source)]
    folded = writing.folded(source.root)
    left = _LEFT + (2 * _BAND if lanes else 0) + _ENDS
    drawn = sketch(drawing, None, lanes, folded).moved(left, _TOP)
    plane = writing.Plane(source.root, source.process)
    _draw_pools(plane, source, lanes, drawn)
    for key, place in drawn.places.items():
        plane.shape(key, place, drawn.labels.get(key), **_markers(source, key, folded))
    for key, route in drawn.routes.items():
        plane.edge(key, route, drawn.labels.get(key))
    _draw_beside(plane, source, drawn)
    return plane.into(content, filename)


def _innermost(source: SourceTree) -> set[str]:
    """Lanes that hold no other lanes."""
    lanes = [one for one in source.process.iter(etree.Element) if local(one) == "lane"]
    return {
        lane.get("id") or ""
        for lane in lanes
        if not any(local(inner) == "lane" for inner in lane.iterdescendants(etree.Element))
    }


def _markers(source: SourceTree, key: str, folded: set[str]) -> dict[str, str]:
    """What bpmn.io wants to know of a shape besides its place."""
    node = source.drawing.nodes.get(key)
    if node is not None and node.tag == "exclusiveGateway":
        return {"isMarkerVisible": "true"}
    if any(held.parent == key for held in source.drawing.nodes.values()):
        return {"isExpanded": "false" if key in folded else "true"}
    return {}


def _draw_pools(plane: writing.Plane, source: SourceTree, lanes: list[str], drawn: Sketch) -> None:
    """The pool of the process with its lanes; pools that only name somebody below it."""
    wide = 2 * _BAND + _ENDS + drawn.width + _ENDS
    below = _TOP + drawn.height + _APART
    for key, process in writing.pools(source.root):
        if process == source.drawing.key:
            plane.shape(key, Place(_LEFT, _TOP, wide, drawn.height), isHorizontal="true")
        else:
            plane.shape(key, Place(_LEFT, below, wide, _OTHER_POOL), isHorizontal="true")
            below += _OTHER_POOL + _APART
    for key, (top, bottom) in zip(lanes, drawn.bands, strict=False):
        place = Place(_LEFT + _BAND, top, wide - _BAND, bottom - top)
        plane.shape(key, place, isHorizontal="true")


def _draw_beside(plane: writing.Plane, source: SourceTree, drawn: Sketch) -> None:
    """Texts and data in a row below everything, tied to what they belong to."""
    others = sum(process != source.drawing.key for _, process in writing.pools(source.root))
    y = _TOP + drawn.height + _APART + others * (_OTHER_POOL + _APART)
    places = dict(drawn.places)
    for index, key in enumerate(writing.notes(source.root)):
        places[key] = Place(_LEFT + index * (_NOTE[0] + _APART), y, *_NOTE)
        plane.shape(key, places[key])
    for key, start, end in writing.ties(source.root):
        if start in places and end in places:
            plane.edge(key, (_middle(places[start]), _middle(places[end])))


def _middle(place: Place) -> Point:
    return place.x + place.width / 2, place.y + place.height / 2


__all__ = ("laid_out",)
