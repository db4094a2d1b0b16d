"""Every procedure is walked on every loop-free way and once over every flow that leads back.

Found by execution (tests/drawings/exploring.py), so these walks also judge what the engine says
beforehand: the ways it lists are those that can be gone, no more and no fewer.
"""

from __future__ import annotations

from functools import cache

import pytest

from engine.bpmn.model import Kind
from engine.bpmn.paths import Explorer
from engine.services.budgeting import FACTS
from tests.drawings import library
from tests.drawings.exploring import Walk, Walker, all_flows
from tests.drawings.library import PROCEDURES, Piece
from tests.drawings.liveness import Spot


@cache
def walked(piece: Piece) -> tuple[Walker, tuple[Walk, ...]]:
    walker = Walker(piece)
    return walker, walker.walks()


@pytest.fixture(params=PROCEDURES, ids=lambda piece: piece.id)
def piece(request: pytest.FixtureRequest) -> Piece:
    chosen: Piece = request.param
    return chosen


def test_whatever_the_forms_take_leads_on(piece: Piece) -> None:
    walker, walks = walked(piece)
    assert walks
    assert list(walker.faults) == []
    assert walker.complete


def test_every_flow_is_taken_and_every_end_reached(piece: Piece) -> None:
    walker, walks = walked(piece)
    taken = set().union(*(walk.flows for walk in walks))
    assert all_flows(walker) - taken == set()
    ends = {
        node.id
        for node in walker.spec.drawing(walker.spec.main).nodes.values()
        if node.kind is Kind.END and node.parent is None
    }
    assert {walk.outcome for walk in walks} == ends


def test_the_ways_listed_beforehand_are_those_that_can_be_gone(piece: Piece) -> None:
    walker, walks = walked(piece)
    spec = walker.spec
    explorer = Explorer(
        spec.drawing(spec.main), spec.drawings, library.form, FACTS, spec.tables.get
    )
    paths, complete = explorer.paths()
    assert complete
    listed = {(way(path.elements), path.outcome) for path in paths}
    gone = {(way(walk.passed), walk.outcome) for walk in walks if not walk.rounds}
    assert listed == gone


def way(passed: tuple[Spot, ...]) -> tuple[tuple[Spot, int], ...]:
    """What is passed and how often; of branches side by side the order does not matter."""
    return tuple(sorted({spot: passed.count(spot) for spot in passed}.items()))
