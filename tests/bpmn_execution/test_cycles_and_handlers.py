"""Timers that repeat, and event sub-processes: every act goes through the saved state."""

from __future__ import annotations

import pytest

from engine.bpmn.execution.specs import parse_spec
from engine.domain.errors import DrawingRefused, ExecutionFailed
from tests.bpmn_execution.drawn import (
    boundary,
    call,
    end,
    flow,
    gateway,
    handler,
    line,
    process,
    start,
    sub,
    timer,
    user,
)
from tests.bpmn_execution.walking import Walk


def repeating(says: str) -> bytes:
    return process(
        start(),
        user("A"),
        boundary("T", "A", says, interrupting=False, kind="Cycle"),
        user("L"),
        user("B"),
        end("E"),
        end("EL"),
        line("S", "A", "B", "E"),
        line("T", "L", "EL"),
    )


def test_a_cycle_opens_a_new_timer_each_time_until_its_laps_are_over():
    walk = Walk(repeating("mỗi 5 ngày làm việc, 3 lần"))
    tokens = []
    for lap in (1, 2, 3):
        assert walk.last.timers[0].lap == lap
        tokens.append(walk.last.timers[0].token)
        assert walk.fire("T").withdrawn == frozenset()
        assert walk.open == ["A", *["L"] * lap]
    assert len(set(tokens)) == 3
    assert walk.timers == []
    for element in "LALBL":
        assert not walk.finished
        walk.do(element)
    assert (walk.finished, walk.last.outcome) == (True, "E")


def test_an_endless_cycle_ends_with_its_host():
    walk = Walk(repeating("mỗi tháng"))
    for _ in range(5):
        walk.fire("T")
    assert walk.timers == ["T"]
    assert len(walk.do("A").withdrawn) == 1
    assert (walk.open, walk.timers) == (["B", *["L"] * 5], [])


def test_the_laps_of_a_cycle_follow_the_alternative_that_holds_now():
    walk = Walk(repeating("mỗi ngày, 1 lần khi gap; mỗi ngày, 2 lần"), gap=False)
    walk.fire("T")
    walk.data["gap"] = True
    walk.fire("T")
    assert walk.timers == []
    walk = Walk(repeating("mỗi ngày, 2 lần khi so > 1; mỗi ngày"), so="hai")
    assert [t.lap for t in walk.fire("T").timers] == [2]  # its row will say what is wrong


def test_a_failing_branch_leaves_the_state_as_it_was():
    drawing = process(
        start(),
        user("A"),
        boundary("T", "A", interrupting=False),
        gateway("exclusive", "G"),
        end("E"),
        end("EL"),
        line("S", "A", "E"),
        flow("T", "G"),
        flow("G", "EL", "false"),
    )
    walk = Walk(drawing)
    with pytest.raises(ExecutionFailed):
        walk.fire("T")
    assert (walk.open, walk.timers) == (["A"], ["T"])
    assert walk.do("A").finished


# --- event sub-processes --------------------------------------------------------------------------


def handled(interrupting: bool, says: str = "30 ngày", kind: str = "Duration") -> bytes:
    return process(
        start(),
        gateway("parallel", "F"),
        user("A"),
        sub("SP", start("S2"), user("B"), end("E2"), line("S2", "B", "E2")),
        boundary("W", "SP", interrupting=False),
        user("C"),
        gateway("parallel", "J"),
        end("E"),
        end("EC"),
        line("S", "F", "A", "J", "E"),
        line("F", "SP", "J"),
        line("W", "C", "EC"),
        handler(
            "H",
            user("X"),
            user("Y"),
            end("EH"),
            line("TH", "X", "Y", "EH"),
            says=says,
            interrupting=interrupting,
            kind=kind,
        ),
    )


def test_a_handler_that_nobody_needed_is_withdrawn_at_the_end():
    walk = Walk(handled(interrupting=True))
    assert (walk.open, walk.timers) == (["A", "B"], ["TH", "W"])
    walk.do("B")
    assert walk.timers == ["TH"]
    advance = walk.do("A")
    assert len(advance.withdrawn) == 1
    assert (advance.finished, advance.outcome) == (True, "E")


def test_an_interrupting_handler_takes_the_place_of_everything():
    for before in ("", "B", "W", "WC"):
        walk = Walk(handled(interrupting=True))
        for act in before:
            walk.fire(act) if act == "W" else walk.do(act)
        waiting = len(walk.open) + len(walk.timers)
        advance = walk.fire("TH")
        assert len(advance.withdrawn) == waiting - 1
        assert (walk.open, walk.timers) == (["X"], [])
        walk.do("X")
        advance = walk.do("Y")
        assert (advance.finished, advance.outcome) == (True, "EH")


@pytest.mark.parametrize("order", ["XYAB", "AXBY", "ABXY", "BXYA"])
def test_a_handler_that_interrupts_nothing_runs_beside(order):
    walk = Walk(handled(interrupting=False))
    assert walk.fire("TH").withdrawn == frozenset()
    assert walk.open == ["A", "B", "X"]
    for element in order:
        assert not walk.finished
        walk.do(element)
    assert (walk.finished, walk.last.outcome) == (True, "E")


def test_a_handler_may_run_several_times_at_once():
    walk = Walk(handled(interrupting=False, says="mỗi 10 ngày, 2 lần", kind="Cycle"))
    walk.fire("TH")
    walk.do("X")
    walk.fire("TH")
    assert (walk.open, walk.timers) == (["A", "B", "X", "Y"], ["W"])
    for element in "YXABY":
        assert not walk.finished
        walk.do(element)
    assert walk.finished


def nested(inner: bool, outer: bool) -> bytes:
    """A handler in a sub-process, and in that handler another one."""
    deepest = handler("K", user("D"), end("EK"), line("TK", "D", "EK"), interrupting=inner)
    middle = handler("H", user("X"), end("EH"), line("TH", "X", "EH"), deepest, interrupting=outer)
    inside = (start("S2"), user("B"), end("E2"), line("S2", "B", "E2"), middle)
    return process(
        start(), sub("SP", *inside), user("Z"), end(), line("S", "SP", "Z", "E")
    )  # fmt: skip


def test_handlers_work_in_sub_processes_and_in_handlers():
    walk = Walk(nested(inner=True, outer=True))
    assert walk.timers == ["TH"]
    walk.fire("TH")
    assert (walk.open, walk.timers) == (["X"], ["TK"])
    walk.fire("TK")
    assert (walk.open, walk.timers) == (["D"], [])
    walk.do("D")
    assert (walk.open, walk.timers) == (["Z"], [])
    assert walk.do("Z").outcome == "E"

    walk = Walk(nested(inner=False, outer=False))
    walk.fire("TH")
    walk.fire("TK")
    assert (walk.open, walk.timers) == (["B", "D", "X"], [])
    for element in ("B", "X"):
        walk.do(element)
        assert "Z" not in walk.open
    walk.do("D")
    assert walk.open == ["Z"]

    walk = Walk(nested(inner=True, outer=False))
    walk.do("B")
    assert (walk.open, walk.timers) == (["Z"], [])


def test_a_boundary_timer_ends_a_scope_with_its_handlers():
    drawing = process(
        start(),
        sub(
            "SP", start("S2"), user("B"), end("E2"), line("S2", "B", "E2"),
            handler("H", user("X"), end("EH"), line("TH", "X", "EH"), interrupting=False),
        ),
        boundary("T", "SP"),
        user("L"),
        end(),
        line("S", "SP", "E"),
        line("T", "L", "E"),
    )  # fmt: skip
    walk = Walk(drawing)
    walk.fire("TH")
    assert (walk.open, walk.timers) == (["B", "X"], ["T"])
    assert len(walk.fire("T").withdrawn) == 2
    assert walk.do("L").finished


def test_a_handler_of_a_called_drawing_watches_that_drawing_alone():
    called = process(
        start(), user("B"), end(), line(*"SBE"),
        handler("H", user("X"), end("EH"), line("TH", "X", "EH")), key="con",
    )  # fmt: skip
    drawing = process(start(), user("A"), call("C", "con"), user("Z"), end(), line(*"SACZE"))
    walk = Walk(drawing, {"con": called})
    assert walk.timers == []
    walk.do("A")
    walk.fire("TH")
    assert walk.open == ["X"]
    walk.do("X")
    assert (walk.open, walk.do("Z").outcome) == (["Z"], "E")


def test_a_handler_may_end_at_once_and_a_case_may_wait_for_a_timer_alone():
    drawing = process(
        start(), timer("W"), end(), line(*"SWE"), handler("H", end("EH"), line("TH", "EH"))
    )  # fmt: skip
    walk = Walk(drawing)
    assert walk.timers == ["TH", "W"]
    assert walk.fire("TH").outcome == "EH"
    walk = Walk(drawing)
    assert walk.fire("W").outcome == "E"


def test_a_case_that_only_a_handler_could_move_is_stuck():
    drawing = process(
        start(), user("A"), gateway("exclusive", "G"), user("B"), gateway("parallel", "J"), end(),
        line("S", "A", "G"), flow("G", "J", "ngan"), flow("G", "B", "not ngan"),
        line("B", "J", "E"),
        handler("H", user("X"), end("EH"), line("TH", "X", "EH")),
    )  # fmt: skip
    walk = Walk(drawing)
    with pytest.raises(ExecutionFailed):
        walk.do("A", ngan=True)


@pytest.mark.parametrize(
    "part",
    [
        *(
            f'<bpmn:subProcess id="H" triggeredByEvent="true">{begin}</bpmn:subProcess>'
            for begin in (end("X"), start("X"))
        ),
        boundary("T", "A", "mỗi ngày", interrupting=True, kind="Cycle"),
        timer("T", "mỗi ngày", kind="Cycle"),
        handler("H", says="mỗi ngày", kind="Cycle"),
    ],
)
def test_what_cannot_be_executed_is_refused_before_it_runs(part):
    with pytest.raises(DrawingRefused):
        parse_spec(process(start(), user("A"), end(), line(*"SAE"), part))
