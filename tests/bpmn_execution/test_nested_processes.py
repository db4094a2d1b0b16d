"""Sub-processes and called drawings."""

from __future__ import annotations

import pytest

from engine.bpmn.execution.specs import parse_spec
from engine.domain.errors import DrawingRefused, ExecutionFailed
from tests.bpmn_execution.drawn import (
    call,
    end,
    flow,
    gateway,
    line,
    process,
    start,
    sub,
    timer,
    user,
)
from tests.bpmn_execution.walking import Walk

INNER = process(
    start("S"),
    user("X"),
    gateway("exclusive", "G"),
    user("Y"),
    end("E"),
    line("S", "X", "G"),
    flow("G", "Y", "x == 1"),
    flow("G", "E", "x == 2"),
    line("Y", "E"),
    key="inner",
)
OUTER = process(
    start(), user("A"), call("K", "inner"), user("B"), end(), line("S", "A", "K", "B", "E")
)


def test_a_called_drawing_runs_inside_and_then_lets_go():
    walk = Walk(OUTER, called={"inner": INNER})
    advance = walk.do("A")
    assert [(w.process, w.element) for w in advance.opened] == [("inner", "X")]
    advance = walk.do("X", x=1)
    assert [(w.process, w.element) for w in advance.opened] == [("inner", "Y")]
    advance = walk.do("Y")
    assert [(w.process, w.element) for w in advance.opened] == [("p", "B")]
    assert advance.passed == (("inner", "Y"), ("inner", "E"), ("p", "K"))
    assert not advance.finished
    advance = walk.do("B")
    assert advance.outcome == "E"


def test_a_called_drawing_may_pass_without_work():
    silent = process(start(), end(), line("S", "E"), key="inner")
    walk = Walk(OUTER, called={"inner": silent})
    walk.do("A")
    assert walk.open == ["B"]


def test_one_drawing_called_twice_at_once_keeps_its_places_apart():
    drawing = process(
        start(),
        gateway("parallel", "P"),
        call("K1", "inner"),
        call("K2", "inner"),
        gateway("parallel", "J"),
        end(),
        flow("S", "P"),
        line("P", "K1", "J"),
        line("P", "K2", "J"),
        line("J", "E"),
    )
    walk = Walk(drawing, called={"inner": INNER})
    assert walk.open == ["X", "X"]
    walk.do("X", x=2)
    assert walk.open == ["X"]
    assert not walk.finished
    assert walk.do("X", x=2).finished


def test_sub_processes_nest():
    drawing = process(
        start(),
        sub(
            "SP",
            start("S1"),
            sub("SQ", start("S2"), user("X"), timer("T"), end("E2"), line("S2", "X", "T", "E2")),
            user("Y"),
            end("E1"),
            line("S1", "SQ", "Y", "E1"),
        ),
        user("B"),
        end(),
        line("S", "SP", "B", "E"),
    )
    walk = Walk(drawing)
    assert walk.open == ["X"]
    walk.do("X")
    assert (walk.open, walk.timers) == ([], ["T"])
    walk.fire("T")
    assert walk.open == ["Y"]
    walk.do("Y")
    assert walk.open == ["B"]
    assert walk.do("B").outcome == "E"
    assert walk.trace == ["S", "S1", "S2", "X", "T", "E2", "SQ", "Y", "E1", "SP", "B", "E"]


def test_a_missing_called_drawing_is_refused():
    with pytest.raises(DrawingRefused) as refused:
        parse_spec(OUTER)
    assert [f.element for f in refused.value.findings] == ["K"]


def test_drawings_that_call_each_other_in_a_circle_are_refused():
    there = process(start(), call("K", "back"), end(), line("S", "K", "E"), key="there")
    back = process(start(), call("L", "there"), end(), line("S", "L", "E"), key="back")
    with pytest.raises(DrawingRefused) as refused:
        parse_spec(there, called={"back": back})
    assert [(f.rule, f.element) for f in refused.value.findings] == [
        ("circular-call", "K"),
        ("circular-call", "L"),
    ]


def test_a_failing_gateway_inside_leaves_the_state_as_it_was():
    walk = Walk(OUTER, called={"inner": INNER})
    walk.do("A")
    before = walk.state
    with pytest.raises(ExecutionFailed) as failure:
        walk.do("X", x=3)
    assert failure.value.element == "G"
    assert walk.state == before
