"""Gives every element of a drawing a place and every flow a route, also where the file has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.bpmn.model import EVENTS, GATEWAYS, Drawing, Flow, Kind, Node, Place

Point = tuple[float, float]

_PITCH = 160.0
_ROW = 12  # elements without a place stand so many in a row, under everything else


@dataclass(frozen=True)
class Picture:
    """Where everything stands. `frames` are pools: shapes around the lanes that are no lane."""

    frame: Place  # around everything
    frames: tuple[Place, ...]
    lanes: Mapping[str, Place]
    nodes: Mapping[str, Place]
    routes: Mapping[str, tuple[Point, ...]]


def picture(drawing: Drawing) -> Picture:
    """The places of a drawing; what has none in the file is set in rows below the rest."""
    lanes = {key: drawing.places[key] for key in drawing.lanes if key in drawing.places}
    nodes = {key: drawing.places[key] for key in drawing.nodes if key in drawing.places}
    frames = tuple(_pools(drawing, lanes))
    below = max((place.y + place.height for place in drawing.places.values()), default=0)
    nodes |= _rows([n for n in drawing.nodes.values() if n.id not in nodes], nodes, below + 60)
    routes = {flow.id: _route(drawing, flow, nodes) for flow in drawing.flows.values()}
    routes = {key: points for key, points in routes.items() if len(points) > 1}
    shapes = (*frames, *lanes.values(), *nodes.values(), *drawing.labels.values())
    corners = [point for points in routes.values() for point in points]
    return Picture(_around(shapes, corners), frames, lanes, nodes, routes)


def _pools(drawing: Drawing, lanes: Mapping[str, Place]) -> Iterable[Place]:
    """Shapes of neither lane nor element that hold a lane, or an element when there is no lane."""
    nodes = (drawing.places[key] for key in drawing.nodes if key in drawing.places)
    held = next(iter(lanes.values()), None) or next(nodes, None)
    for key, place in drawing.places.items():
        other = key not in drawing.lanes and key not in drawing.nodes
        if other and held is not None and _holds(place, held):
            yield place


def unfolded(drawing: Drawing, nodes: Mapping[str, Place]) -> frozenset[str]:
    """The sub-processes that are drawn around what is in them."""
    return frozenset(
        node.parent
        for node in drawing.nodes.values()
        if node.parent is not None
        and node.parent in nodes
        and _holds(nodes[node.parent], nodes[node.id])
    )


def covered_below(drawing: Drawing, nodes: Mapping[str, Place]) -> dict[str, float]:
    """How far boundary events reach into their hosts from below, by host."""
    found: dict[str, float] = {}
    for node in drawing.nodes.values():
        host, event = nodes.get(node.attached_to or ""), nodes[node.id]
        if node.attached_to is None or host is None:
            continue
        depth = host.y + host.height - event.y
        if 0 < depth <= event.height:
            found[node.attached_to] = max(depth, found.get(node.attached_to, 0.0))
    return found


def _holds(outer: Place, inner: Place) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and outer.x + outer.width >= inner.x + inner.width
        and outer.y + outer.height >= inner.y + inner.height
    )


def _rows(nodes: list[Node], placed: Mapping[str, Place], top: float) -> dict[str, Place]:
    found: dict[str, Place] = {}
    loose = 0
    for node in nodes:
        width, height = _size(node.kind)
        host = placed.get(node.attached_to or "")
        if host:  # a boundary event sits on its host's lower edge
            x, y = host.x + host.width - width, host.y + host.height - height / 2
        else:
            row, column = divmod(loose, _ROW)
            x, y = column * _PITCH + (100 - width) / 2, top + row * 140 + (80 - height) / 2
            loose += 1
        found[node.id] = Place(x, y, width, height)
    return found


def _size(kind: Kind) -> tuple[float, float]:
    if kind in EVENTS:
        return 36, 36
    return (50, 50) if kind in GATEWAYS else (100, 80)


def _route(drawing: Drawing, flow: Flow, nodes: Mapping[str, Place]) -> tuple[Point, ...]:
    drawn = drawing.routes.get(flow.id, ())
    if len(drawn) > 1:
        return drawn
    source, target = nodes.get(flow.source), nodes.get(flow.target)
    if source is None or target is None:
        return ()
    return (_edge(source, target), _edge(target, source))


def _edge(place: Place, towards: Place) -> Point:
    """Where the straight line to the other shape leaves this one."""
    x, y = place.x + place.width / 2, place.y + place.height / 2
    dx = towards.x + towards.width / 2 - x
    dy = towards.y + towards.height / 2 - y
    shares = [
        half / abs(run)
        for half, run in ((place.width / 2, dx), (place.height / 2, dy))
        if abs(run) > 0
    ]
    share = min([1.0, *shares])
    return x + dx * share, y + dy * share


def _around(shapes: Iterable[Place], corners: Iterable[Point]) -> Place:
    spots = [*corners]
    for place in shapes:
        spots += [(place.x, place.y), (place.x + place.width, place.y + place.height)]
    if not spots:
        return Place(0, 0, 100, 100)
    left, top = min(x for x, _ in spots), min(y for _, y in spots)
    right, bottom = max(x for x, _ in spots), max(y for _, y in spots)
    return Place(left - 20, top - 20, right - left + 40, bottom - top + 40)
