"""Every procedure is walked on every loop-free way and once over every flow that leads back.

Found by execution (tests/drawings/exploring.py), so these walks also judge what the engine says
beforehand: the ways it lists are those that can be gone, no more and no fewer.

Officers then do as many of the walks as take every flow and reach every end, through the services;
all of them, at other times of the year: `scripts/soak --only walks-sqlite`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from engine.bpmn.model import Kind
from engine.bpmn.ways.paths import FACTS, Explorer
from tests.drawings import library
from tests.drawings.country import Countries
from tests.drawings.exploring import Walk, Walker, all_flows, covering, way_of
from tests.drawings.library import PROCEDURES, Piece, walked_at
from tests.drawings.officers import Office


@cache
def walked(piece: Piece) -> tuple[Walker, tuple[Walk, ...]]:
    walker = Walker(piece)
    return walker, walker.walks()


#: Scoped so that all tests of a procedure follow each other, in one process: it is explored once.
@pytest.fixture(params=PROCEDURES, ids=lambda piece: piece.id, scope="module")
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
    listed = {way_of(path.elements, path.outcome) for path in paths}
    gone = {walk.way for walk in walks if not walk.rounds}
    assert listed == gone


def test_officers_walk_it_to_each_of_its_ends(
    piece: Piece, countries: Countries, tmp_path: Path
) -> None:
    _, walks = walked(piece)
    with countries.copy("sqlite", tmp_path) as country:
        office = Office(country, piece)
        for walk in covering(walks, walked_at(piece)):
            assert office.walk(walk).acts == len(walk.steps)
