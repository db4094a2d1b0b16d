"""`quytrinh layout`: any drawing is laid out to be read, and only its diagram changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from random import Random

import pytest

from engine.bpmn.layout import laid_out
from engine.bpmn.model import EVENTS, GATEWAYS, Drawing
from engine.bpmn.reading.dialect import read_drawing
from tests.bpmn_execution import drawn
from tests.bpmn_execution.test_random_drawings import Block, draw, grow
from tests.drawings import test_layouts as reading
from tests.factories import QT02_FILE


def random_drawing(seed: int) -> bytes:
    """A drawing of nested blocks, its elements in three lanes, gateways and flows named."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    names: list[str] = []
    whole = Block("seq", "whole", [grow(random, 4, names), Block("task", "last")])
    parts, first, last = draw(whole)
    flows = (drawn.flow("S", first), drawn.flow(last, "E"))
    bare = drawn.process(drawn.start(), *parts, drawn.end(), *flows)
    top = [node for node in read_drawing(bare, "bare").nodes.values() if node.parent is None]
    lanes: dict[str, list[str]] = {"Xã": [], "Sở Nội vụ": [], "Bộ": []}
    lane_of = {node.id: random.choice(list(lanes)) for node in top}
    for node in top:
        lanes[lane_of[node.attached_to or node.id]].append(node.id)
    held = {lane: " ".join(keys) for lane, keys in lanes.items()}
    content = drawn.process(drawn.start(), *parts, drawn.end(), *flows, lanes=held)
    text = content.decode()
    for tag in ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "endEvent"):
        text = re.sub(
            rf'<bpmn:{tag} id="(\w+)"(?! name)',
            rf'<bpmn:{tag} name="Có đủ \1 không?" id="\1"',
            text,
        )
    return text.encode()


def drawings() -> Iterator[object]:
    yield pytest.param(QT02_FILE.read_bytes(), id="qt02")
    for seed in range(16):
        yield pytest.param(random_drawing(seed), id=f"seed-{seed}")


@pytest.fixture(params=drawings())
def content(request: pytest.FixtureRequest) -> bytes:
    return bytes(request.param)


def within_one_scope(drawing: Drawing) -> Iterator[list[str]]:
    """The elements of each scope: what a sub-process holds stands inside it, of course."""
    for scope in {node.parent for node in drawing.nodes.values()}:
        yield [node.id for node in drawing.nodes.values() if node.parent == scope]


def scopes_around(drawing: Drawing, key: str) -> Iterable[str]:
    parent = drawing.nodes[key].parent
    while parent:
        yield parent
        parent = drawing.nodes[parent].parent


def test_everything_is_drawn_and_stands_apart_inside_its_lane(content: bytes) -> None:
    drawing = read_drawing(laid_out(content, "x.bpmn"), "x.bpmn")
    reading.test_every_element_has_its_place_and_every_flow_its_route(drawing)
    reading.test_every_element_stands_inside_its_lane(drawing)
    for elements in within_one_scope(drawing):
        for one, other in combinations(elements, 2):
            if drawing.nodes[one].attached_to != other and drawing.nodes[other].attached_to != one:
                places = drawing.places[one], drawing.places[other]
                assert not reading.overlap(*places, 10), (one, other)
    for key in drawing.nodes:
        for scope in scopes_around(drawing, key):
            assert reading.inside(drawing.places[scope], drawing.places[key]), (scope, key)


def test_flows_run_straight_and_cross_no_shape(content: bytes) -> None:
    drawing = read_drawing(laid_out(content, "x.bpmn"), "x.bpmn")
    reading.test_flows_run_straight_and_end_at_their_shapes(drawing)
    for flow in drawing.flows.values():
        ends = {flow.source, flow.target, drawing.nodes[flow.source].attached_to}
        around = {*scopes_around(drawing, flow.source)}
        riders = {node.id for node in drawing.nodes.values() if node.attached_to in ends}
        for segment in reading.segments(drawing, flow.id):
            for key in drawing.nodes.keys() - ends - around - riders:
                crossed = reading.overlap(reading.as_place(segment), drawing.places[key])
                assert not crossed, (flow.id, key)


def test_names_are_readable(content: bytes) -> None:
    drawing = read_drawing(laid_out(content, "x.bpmn"), "x.bpmn")
    beside = [
        node.id for node in drawing.nodes.values() if node.name and node.kind in EVENTS | GATEWAYS
    ]
    assert set(beside) <= drawing.labels.keys()
    reading.test_a_name_fits_the_place_it_is_given(drawing)
    for key, place in drawing.labels.items():
        node = drawing.nodes.get(key)
        around = {*scopes_around(drawing, node.id if node else drawing.flows[key].source)}
        for other in drawing.nodes.keys() - around:
            assert not reading.overlap(place, drawing.places[other]), (key, other)
        for flow in drawing.flows.keys() - {key}:
            for segment in reading.segments(drawing, flow):
                assert not reading.overlap(place, reading.as_place(segment)), (key, flow)
    for one, other in combinations(drawing.labels, 2):
        assert not reading.overlap(drawing.labels[one], drawing.labels[other]), (one, other)


def test_laying_out_twice_changes_nothing(content: bytes) -> None:
    once = laid_out(content, "x.bpmn")
    assert laid_out(once, "x.bpmn") == once


def test_nothing_but_the_diagram_changes(content: bytes) -> None:
    once = laid_out(content, "x.bpmn")
    before, after = (re.sub(rb"\s*<bpmndi:.*</bpmndi:BPMNDiagram>\s*", b"", text, flags=re.DOTALL)
                     for text in (content, once))  # fmt: skip
    assert after == before
