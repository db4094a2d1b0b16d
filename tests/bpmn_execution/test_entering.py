"""Dossiers that began elsewhere come to their step by the drawing's own ways."""

from __future__ import annotations

import pytest

from engine.bpmn import execution
from engine.bpmn.execution import entering
from engine.bpmn.execution.entering import Beside, NoWay
from engine.bpmn.execution.specs import parse_spec
from tests.bpmn_execution.drawn import end, flow, gateway, line, process, start, user
from tests.bpmn_execution.test_gateways import choice, parallel


def no_choice(_place, _known):
    return {}


def x_of_a(place, _known):
    return {"x": ("b", "c")} if place[1] == "A" else {}


def test_the_answers_that_lead_to_the_step_are_found():
    spec = parse_spec(choice(), {}, {})
    way = entering.way_to(spec, ("p", "C"), x_of_a, {"kenh": "counter"})
    assert way.done == (("p", "A"),)
    assert way.data == {"x": "c"}
    [work] = way.opened
    assert work.element == "C"
    advance = execution.complete(spec, way.state, way.data, work.token)
    assert (advance.finished, advance.outcome) == (True, "E2")


def test_a_step_beside_others_is_refused_and_names_them():
    spec = parse_spec(parallel(), {}, {})
    branches = [n.id for n in spec.drawing("p").nodes.values() if n.kind.name == "USER_TASK"]
    refused = []
    for element in branches:
        try:
            entering.way_to(spec, ("p", element), no_choice, {"kenh": "counter"})
        except Beside as beside:
            refused.append((element, bool(beside.others)))
    assert refused
    assert all(named for _, named in refused)
    assert len(refused) < len(branches)  # before and after the block all is clear


def test_a_step_that_nothing_leads_to_has_no_way():
    spec = parse_spec(choice(C="x == 'd'"), {}, {})
    with pytest.raises(NoWay):
        entering.way_to(spec, ("p", "C"), x_of_a, {"kenh": "counter"})


def test_the_search_ends_in_a_drawing_that_circles(monkeypatch):
    monkeypatch.setattr(entering, "MOST_TRIED", 50)
    circling = process(
        start(), user("A"), gateway("exclusive", "G"), user("B"), end("E"), user("C"),
        line("S", "A", "G"), flow("G", "A", "x != 'c'"), flow("G", "B", "x == 'c'"),
        line("B", "E"), line("C", "E"),
    )  # fmt: skip
    spec = parse_spec(circling, {}, {})
    assert entering.way_to(spec, ("p", "B"), x_of_a, {}).data == {"x": "c"}

    def endless(place, known):
        return {"n": (known.get("n", 0) + 1,), "x": ("b",)} if place[1] == "A" else {}

    with pytest.raises(NoWay):
        entering.way_to(spec, ("p", "B"), endless, {})
