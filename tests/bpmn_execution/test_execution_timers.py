"""Timer catches, boundary timers and event-based gateways: fired by hand, never by a clock."""

from __future__ import annotations

import pytest

from engine.bpmn import execution
from engine.domain.errors import TaskClosed
from tests.bpmn_execution.drawn import (
    boundary,
    end,
    flow,
    gateway,
    line,
    process,
    receive,
    start,
    sub,
    timer,
    user,
)
from tests.bpmn_execution.walking import Walk


def test_a_timer_catch_waits_until_it_is_fired():
    walk = Walk(process(start(), user("A"), timer("T"), user("B"), end(), line(*"SATBE")))
    advance = walk.do("A")
    assert walk.open == []
    assert [t.element for t in advance.timers] == ["T"]
    with pytest.raises(TaskClosed):
        execution.complete(walk.spec, walk.state, {}, advance.timers[0].token)
    advance = walk.fire("T")
    assert walk.open == ["B"]
    assert advance.passed == (("p", "T"),)
    assert advance.withdrawn == frozenset()


def with_boundary(interrupting: bool) -> bytes:
    return process(
        start(),
        user("A"),
        boundary("T", "A", interrupting=interrupting),
        user("B"),
        user("L"),
        end("E"),
        end("EL"),
        line("S", "A", "B", "E"),
        line("T", "L", "EL"),
    )


def test_a_boundary_timer_ends_with_its_activity():
    walk = Walk(with_boundary(interrupting=True))
    assert (walk.open, walk.timers) == (["A"], ["T"])
    token = walk.last.timers[0].token
    advance = walk.do("A")
    assert advance.withdrawn == {token}
    assert (walk.open, walk.timers) == (["B"], [])
    assert walk.do("B").outcome == "E"


def test_an_interrupting_boundary_timer_withdraws_the_work():
    walk = Walk(with_boundary(interrupting=True))
    token = walk.last.opened[0].token
    advance = walk.fire("T")
    assert advance.withdrawn == {token}
    assert (walk.open, walk.timers) == (["L"], [])
    advance = walk.do("L")
    assert advance.finished
    assert advance.outcome == "EL"


@pytest.mark.parametrize("order", ["LAB", "ALB", "ABL"])
def test_a_non_interrupting_boundary_timer_runs_beside_the_work(order):
    walk = Walk(with_boundary(interrupting=False))
    advance = walk.fire("T")
    assert advance.withdrawn == frozenset()
    assert (walk.open, walk.timers) == (["A", "L"], [])
    for element in order:
        assert not walk.finished
        walk.do(element)
    assert walk.finished
    assert walk.last.outcome == "E"  # what the case came to, not what ran beside it


def test_several_boundary_timers_on_one_activity():
    drawing = process(
        start(),
        user("A"),
        boundary("R", "A", "1 ngày", interrupting=False),
        boundary("T", "A", "3 ngày"),
        user("W"),
        user("L"),
        user("B"),
        end(),
        line("S", "A", "B", "E"),
        line("R", "W", "E"),
        line("T", "L", "E"),
    )
    walk = Walk(drawing)
    assert walk.timers == ["R", "T"]
    walk.fire("R")
    assert (walk.open, walk.timers) == (["A", "W"], ["T"])
    walk.fire("T")
    assert (walk.open, walk.timers) == (["L", "W"], [])
    walk.do("L")
    assert walk.do("W").finished


def test_a_boundary_timer_on_a_sub_process_withdraws_everything_inside():
    inner = process_inside()
    drawing = process(
        start(),
        sub("SP", *inner),
        boundary("T", "SP"),
        user("L"),
        user("B"),
        end("E"),
        line("S", "SP", "B", "E"),
        line("T", "L", "E"),
    )
    walk = Walk(drawing)
    assert (walk.open, walk.timers) == (["X", "Y"], ["T"])
    walk.do("X")
    advance = walk.fire("T")
    assert (walk.open, walk.timers) == (["L"], [])
    assert len(advance.withdrawn) == 1
    assert walk.do("L").finished

    walk = Walk(drawing)
    walk.do("Y")
    advance = walk.do("X")
    assert (walk.open, walk.timers) == (["B"], [])
    assert len(advance.withdrawn) == 1  # the timer


def process_inside() -> tuple[str, ...]:
    return (
        start("S2"),
        gateway("parallel", "P2"),
        user("X"),
        user("Y"),
        gateway("parallel", "J2"),
        end("E2"),
        flow("S2", "P2"),
        line("P2", "X", "J2"),
        line("P2", "Y", "J2"),
        line("J2", "E2"),
    )


def race() -> bytes:
    return process(
        start(),
        user("A"),
        gateway("eventBased", "G"),
        receive("R"),
        timer("T", "30 ngày"),
        user("B"),
        user("C"),
        gateway("exclusive", "M"),
        end(),
        line("S", "A", "G"),
        line("G", "R", "B", "M"),
        line("G", "T", "C", "M"),
        flow("M", "A", "again"),
        flow("M", "E", "not again"),
    )


def test_an_event_based_gateway_goes_with_what_comes_first():
    walk = Walk(race())
    walk.do("A")
    assert (walk.open, walk.timers) == (["R"], ["T"])
    advance = walk.do("R")
    assert len(advance.withdrawn) == 1
    assert (walk.open, walk.timers) == (["B"], [])

    walk = Walk(race())
    walk.do("A")
    walk.fire("T")
    assert (walk.open, walk.timers) == (["C"], [])
    walk.do("C", again=True)
    walk.do("A")
    assert (walk.open, walk.timers) == (["R"], ["T"])
    walk.do("R")
    assert walk.do("B", again=False).finished
