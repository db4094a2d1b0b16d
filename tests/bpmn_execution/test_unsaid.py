"""What a drawing leaves unsaid, walked way by way; every act goes through the saved state."""

from __future__ import annotations

from random import Random

import pytest

from engine.bpmn.pictures.svg import render
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.soundness import Fault
from engine.domain.errors import ExecutionFailed
from tests.bpmn_execution.drawn import (
    boundary,
    end,
    flow,
    gateway,
    line,
    process,
    start,
    sub,
    user,
)
from tests.bpmn_execution.looking import faults, ways
from tests.bpmn_execution.walking import Walk
from tests.bpmn_reading.test_soundness import random_unsaid

# --- what is added -------------------------------------------------------------------------------


def test_a_drawing_that_leaves_nothing_unsaid_is_left_as_it_is(qt02: bytes) -> None:
    drawing = read_drawing(qt02, "")
    assert explicit(drawing) is drawing
    assert drawing.as_drawn is drawing


def test_what_is_added_remembers_what_it_stands_for_and_has_no_id_of_a_file() -> None:
    drawing = read_drawing(process(user("A", name="Xét"), user("B"), line("A", "B")), "")
    full = explicit(drawing)
    added = {node.id: (node.drawn, node.name) for node in full.nodes.values() if node.drawn}
    assert added == {"A@start": ("A", "Xét"), "B@end": ("B", "B")}
    assert all("@" in key for key in full.flows.keys() - drawing.flows.keys())
    assert {key: node.id for key, node in full.nodes.items() if not node.drawn} == {
        "A": "A",
        "B": "B",
    }
    assert full.as_drawn is drawing
    assert explicit(full) is full


def test_the_picture_is_of_what_was_drawn() -> None:
    drawing = read_drawing(process(start(), user("A"), user("B"), user("C"),
                                   line("S", "A", "B"), flow("A", "C")), "")  # fmt: skip
    assert render(explicit(drawing)) == render(drawing)


# --- splits --------------------------------------------------------------------------------------


def fork(*flows: str, default: str = "") -> bytes:
    return process(
        start(), user("A", default=default), user("B"), user("C"), end(), end("E2"),
        line("S", "A"), *flows, line("B", "E"), line("C", "E2"),
    )  # fmt: skip


def test_flows_without_conditions_are_all_taken() -> None:
    drawing = fork(flow("A", "B"), flow("A", "C"))
    walk = Walk(drawing)
    walk.do("A")
    assert walk.open == ["B", "C"]
    walk.do("C")
    assert walk.open == ["B"]
    assert walk.do("B").outcome == "E"
    assert walk.trace == ["S", "A", "C", "E2", "B", "E"]
    assert faults(drawing) == []


@pytest.mark.parametrize(
    ("x", "opened"), [(1, ["B"]), (2, ["B", "C"]), (0, ["C"])], ids=["one", "both", "default"]
)
def test_conditions_choose_among_a_steps_own_flows_and_the_default_is_for_none(
    x: int, opened: list[str]
) -> None:
    drawing = process(
        start(), user("A", default="else"), user("B"), user("C"), end(), line("S", "A"),
        flow("A", "B", "x >= 1"), flow("A", "C", "x == 2"), flow("A", "C", key="else"),
        line("B", "E"), line("C", "E"),
    )  # fmt: skip
    walk = Walk(drawing)
    walk.do("A", x=x)
    assert walk.open == opened
    for step in opened:
        walk.do(step)
    assert walk.finished


def test_a_flow_without_condition_is_taken_beside_those_whose_condition_holds() -> None:
    drawing = fork(flow("A", "B"), flow("A", "C", "x == 1"))
    for x, opened in ((1, ["B", "C"]), (0, ["B"])):
        walk = Walk(drawing)
        walk.do("A", x=x)
        assert walk.open == opened
    assert ways(drawing) == {"S A B E", "S A C E2"}  # each branch by itself: nothing joins them


def test_where_no_condition_holds_the_drawn_step_is_named() -> None:
    walk = Walk(fork(flow("A", "B", "x == 1"), flow("A", "C", "x == 2")))
    with pytest.raises(ExecutionFailed, match="tại “A”") as failure:
        walk.do("A", x=3)
    assert failure.value.element == "A"


def test_a_deadlock_behind_a_step_that_splits_names_what_is_drawn() -> None:
    parts = (start(), user("A"), user("B"), user("C"), gateway("parallel", "G"), end(),
             line("S", "A", "B", "G", "E"), flow("C", "G"))  # fmt: skip
    drawing = process(*parts, flow("A", "C", "x == 1"))
    assert faults(drawing) == [(Fault.STUCK, "G")]
    walk = Walk(drawing)
    walk.do("A", x=0)
    with pytest.raises(ExecutionFailed) as failure:
        walk.do("B")
    assert failure.value.element == "G"
    assert faults(process(*parts, flow("A", "C"))) == []


def test_a_split_that_comes_together_again_is_one_way() -> None:
    drawing = process(
        start(), user("A"), user("B"), user("C"), gateway("parallel", "G"), end(),
        line("S", "A", "B", "G", "E"), line("A", "C", "G"),
    )  # fmt: skip
    assert ways(drawing) == {"S A B C G E"}


@pytest.mark.parametrize("inside", [start("I"), ""], ids=["start", "no start"])
def test_start_and_boundary_events_and_parts_split_too(inside: str) -> None:
    entry = "".join((line("I", "P"), flow("I", "Q"))) if inside else ""
    drawing = process(
        start(), sub("U", inside, user("P"), user("Q"), entry), user("X"), user("Y"), user("Z"),
        boundary("T", "U"), end(), line("S", "U"), flow("S", "Z"), flow("T", "X"), flow("T", "Y"),
        line("X", "E"), line("Y", "E"), line("Z", "E"), line("U", "E"),
    )  # fmt: skip
    walk = Walk(drawing)
    assert walk.open == ["P", "Q", "Z"]
    walk.do("P")
    walk.fire("T")
    assert walk.open == ["X", "Y", "Z"]
    walk.do("Z")
    walk.do("X")
    assert walk.do("Y").finished
    walk = Walk(drawing)
    for step in "PQZ":
        walk.do(step)
    assert walk.finished
    assert faults(drawing) == []


# --- merges --------------------------------------------------------------------------------------


def test_each_token_that_comes_to_a_step_is_worked_on() -> None:
    drawing = process(
        start(), gateway("exclusive", "G"), user("A"), user("B"), user("C"), end(),
        line("S", "G"), flow("G", "A", "x == 1"), flow("G", "B", "x == 2"),
        line("A", "C"), line("B", "C"), line("C", "E"),
    )  # fmt: skip
    assert faults(drawing) == []
    for x, step in ((1, "A"), (2, "B")):
        walk = Walk(drawing, x=x)
        walk.do(step)
        assert walk.open == ["C"]
        assert walk.do("C").finished


def test_two_tokens_that_come_to_a_step_at_once_are_told() -> None:
    drawing = process(
        start(), user("A"), user("B"), user("C"), end(), flow("S", "A"), flow("S", "B"),
        line("A", "C"), line("B", "C"), line("C", "E"),
    )  # fmt: skip
    assert faults(drawing) == [(Fault.TWICE, "C")]
    walk = Walk(drawing)
    walk.do("A")
    walk.do("B")
    assert walk.open == ["C", "C"]


def goes_to_the_end(walk: Walk, random: Random) -> bool:
    try:
        while not walk.finished:
            walk.do(random.choice(walk.open))
    except ExecutionFailed:
        return False
    return True


@pytest.mark.parametrize("x", [True, False])
def test_what_is_proved_sound_comes_to_its_end_whatever_is_done_first(x: bool) -> None:
    """With steps that split, and ends that terminate, wired at random."""
    random, ended = Random(7), 0  # noqa: S311 - repeatable, not secret
    for seed in range(150):
        content = random_unsaid(seed)
        if faults(content):
            continue
        went = goes_to_the_end(Walk(content, x=x), random)
        assert went or not x  # where no condition holds, and none is the default, nothing goes on
        ended += went
    assert ended >= 15
