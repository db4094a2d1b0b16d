"""Drawings are laid out for reading: nothing overlaps, flows are straight and cross no shape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from engine.bpmn.lettering import LEADING, wrap
from engine.bpmn.model import Drawing, Place

Segment = tuple[tuple[float, float], tuple[float, float]]


def overlap(one: Place, other: Place, apart: float = 0) -> bool:
    return (
        one.x < other.x + other.width + apart
        and other.x < one.x + one.width + apart
        and one.y < other.y + other.height + apart
        and other.y < one.y + one.height + apart
    )


def segments(drawing: Drawing, flow: str) -> Iterator[Segment]:
    return pairwise(drawing.routes[flow])


def as_place(segment: Segment) -> Place:
    (x1, y1), (x2, y2) = segment
    return Place(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def covered(one: Segment, other: Segment) -> bool:
    """Whether two stretches lie on one another for more than a point."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    if ay == by == cy == dy:
        return min(max(ax, bx), max(cx, dx)) > max(min(ax, bx), min(cx, dx))
    if ax == bx == cx == dx:
        return min(max(ay, by), max(cy, dy)) > max(min(ay, by), min(cy, dy))
    return False


def inside(outer: Place, inner: Place) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def test_every_element_has_its_place_and_every_flow_its_route(drawing: Drawing) -> None:
    assert drawing.nodes.keys() | drawing.lanes.keys() <= drawing.places.keys()
    assert drawing.flows.keys() == drawing.routes.keys()
    named = {flow.id for flow in drawing.flows.values() if flow.name}
    assert named <= drawing.labels.keys()


def test_every_element_stands_inside_its_lane(drawing: Drawing) -> None:
    for node in drawing.nodes.values():
        assert inside(drawing.places[node.lane or ""], drawing.places[node.id]), node.id


def test_shapes_keep_apart(drawing: Drawing) -> None:
    for one, other in combinations(drawing.nodes, 2):
        assert not overlap(drawing.places[one], drawing.places[other], 10), (one, other)


def test_flows_run_straight_and_end_at_their_shapes(drawing: Drawing) -> None:
    for flow in drawing.flows.values():
        for (x1, y1), (x2, y2) in segments(drawing, flow.id):
            assert x1 == x2 or y1 == y2, flow.id
        route = drawing.routes[flow.id]
        for key, (x, y) in ((flow.source, route[0]), (flow.target, route[-1])):
            place = drawing.places[key]
            assert inside(place, Place(x, y, 0, 0)), flow.id
            edges = (place.x, place.x + place.width), (place.y, place.y + place.height)
            assert x in edges[0] or y in edges[1], flow.id


def test_flows_cross_no_shape(drawing: Drawing) -> None:
    for flow in drawing.flows.values():
        for segment in segments(drawing, flow.id):
            for key in drawing.nodes:
                if key not in (flow.source, flow.target):
                    crossed = overlap(as_place(segment), drawing.places[key])
                    assert not crossed, (flow.id, key)


def crossings(drawing: Drawing) -> list[tuple[str, str]]:
    """Flows that cross without having an end in common, as often as they do."""
    return [
        (one.id, other.id)
        for one, other in combinations(drawing.flows.values(), 2)
        if not {one.source, one.target} & {other.source, other.target}
        for here in segments(drawing, one.id)
        for there in segments(drawing, other.id)
        if overlap(as_place(here), as_place(there))
    ]


def test_flows_hardly_cross_each_other(drawing: Drawing) -> None:
    assert len(crossings(drawing)) <= 0.6 * len(drawing.flows), crossings(drawing)


def test_flows_lie_on_one_another_only_where_they_have_an_end_in_common(drawing: Drawing) -> None:
    for one, other in combinations(drawing.flows.values(), 2):
        if {one.source, one.target} & {other.source, other.target}:
            continue
        for here in segments(drawing, one.id):
            for there in segments(drawing, other.id):
                assert not covered(here, there), (one.id, other.id)


def test_names_cover_neither_shapes_nor_each_other_nor_foreign_flows(drawing: Drawing) -> None:
    for key, place in drawing.labels.items():
        for node in drawing.nodes:
            assert not overlap(place, drawing.places[node]), (key, node)
        for flow in drawing.flows:
            if flow != key:
                for segment in segments(drawing, flow):
                    assert not overlap(place, as_place(segment)), (key, flow)
    for one, other in combinations(drawing.labels, 2):
        assert not overlap(drawing.labels[one], drawing.labels[other]), (one, other)


def test_a_name_fits_the_place_it_is_given(drawing: Drawing) -> None:
    for key, place in drawing.labels.items():
        name = drawing.flows[key].name if key in drawing.flows else drawing.nodes[key].name
        height = len(wrap(name, place.width + 4, 11)) * 11 * LEADING
        assert height <= place.height + 3, (key, name)
