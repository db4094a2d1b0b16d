"""Starts, ends, links and ids that are unsaid or odd, walked way by way over the saved state."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from engine.bpmn import execution
from engine.bpmn.budgets import budgeting
from engine.bpmn.execution.entering import way_to
from engine.bpmn.execution.specs import parse_spec
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.soundness import Fault
from engine.bpmn.ways.paths import Explorer
from engine.domain.errors import DrawingRefused, ExecutionFailed, Misuse
from engine.domain.roles import RoleRegister
from engine.domain.working_calendar import WorkingCalendar
from engine.services.rehearsal import Rehearsal
from engine.services.rehearsing import rehearse
from tests.bpmn_execution.drawn import (
    HEAD,
    boundary,
    end,
    event,
    flow,
    gateway,
    handler,
    line,
    process,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.bpmn_execution.looking import faults, ways
from tests.bpmn_execution.walking import Walk

# --- starts and ends -----------------------------------------------------------------------------


def two_starts() -> bytes:
    return process(
        start("S1", "Người dân nộp"), start("S2", "Xã chuyển lên", "message"), user("A"), user("B"),
        user("C"), end(), line("S1", "A", "C"), line("S2", "B", "C"), line("C", "E"),
    )  # fmt: skip


@pytest.mark.parametrize(("begun", "step"), [("S1", "A"), ("S2", "B")])
def test_of_several_start_events_the_dossier_says_where_it_begins(begun: str, step: str) -> None:
    walk = Walk(two_starts(), bat_dau_tai=begun)
    assert walk.open == [step]
    walk.do(step)
    assert walk.do("C").finished
    assert walk.trace == [begun, step, "C", "E"]


def test_a_dossier_that_does_not_say_where_it_begins_does_not_begin() -> None:
    with pytest.raises(ExecutionFailed):
        Walk(two_starts())


def test_each_start_event_is_a_way_with_the_answer_that_leads_there() -> None:
    explorer = Explorer(explicit(read_drawing(two_starts(), "")), form=lambda _name: None)
    paths, _ = explorer.paths()
    begun = [(explorer.answers(path) or ({},))[0] for path in paths]
    assert begun == [{"bat_dau_tai": "S1"}, {"bat_dau_tai": "S2"}]
    assert [[flow.shown for flow in path.flows] for path in paths] == [["S1"], ["S2"]]
    assert faults(two_starts()) == []


@pytest.mark.parametrize(("step", "begun"), [("A", "S1"), ("B", "S2"), ("C", "S1")])
def test_a_dossier_that_is_brought_in_may_have_begun_anywhere(step: str, begun: str) -> None:
    spec = parse_spec(two_starts())
    beginnings = [{"bat_dau_tai": "S1"}, {"bat_dau_tai": "S2"}]
    way = way_to(spec, ("p", step), lambda _place, _known: {}, {"kenh": "counter"}, beginnings)
    assert way.data == {"bat_dau_tai": begun}
    assert [work.element for work in way.opened] == [step]


def test_each_start_is_a_way_of_the_budget_named_after_it(roles: RoleRegister) -> None:
    drawn = two_starts().replace(
        b'id="B" name="B"', b'id="B" name="B" camunda:dueDate="40 ng\xc3\xa0y"'
    )
    counted = budgeting.budget(drawn, roles, Fraction(8), form=lambda _name: None)
    told = [(path.ways, str(path.total)) for path in counted.paths]
    assert [ways for ways, _ in told] == [
        (("S1", "Người dân nộp"),), (("S2", "Xã chuyển lên"),)
    ]  # fmt: skip
    assert told[0][1] != told[1][1]


def test_a_rehearsal_begins_where_it_is_told_and_else_says_where(
    roles: RoleRegister, calendar: WorkingCalendar
) -> None:
    def rehearsed(**given: object) -> Rehearsal:
        monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
        return rehearse(two_starts(), {}, {}, lambda _name: None, monday, calendar, roles, given)

    assert [step.element for step in rehearsed(bat_dau_tai="S2").steps] == ["B", "C"]
    plain = rehearsed()
    assert [step.element for step in plain.steps] == ["A", "C"]
    assert any("bat_dau_tai" in str(note) for note in plain.notes)
    with pytest.raises(Misuse, match="không bắt đầu từ “S9”"):
        rehearsed(bat_dau_tai="S9")


def test_a_message_start_alone_is_the_arrival_of_the_dossier() -> None:
    drawing = process(start("S", defined="message"), user("A"), end(), line("S", "A", "E"))
    assert explicit(read_drawing(drawing, "")).origin is None
    assert Walk(drawing).open == ["A"]


def test_what_nothing_leads_to_begins_and_what_leads_nowhere_ends() -> None:
    drawing = process(user("A"), user("B"), user("C", name="Trả kết quả"), line("A", "C"))
    walk = Walk(drawing)
    assert walk.open == ["A", "B"]
    walk.do("A")
    walk.do("B")
    done = walk.do("C")
    assert done.finished
    assert done.outcome == "C"
    assert done.passed == (("p", "C"),)
    assert walk.trace == ["A", "B", "C"]
    assert faults(drawing) == []
    assert ways(drawing) == {"A C", "B"}


def test_an_implicit_end_is_the_outcome_of_its_step_after_reloading_too() -> None:
    """Of the main way: what a timer adds beside it is done last, and is no outcome."""
    drawing = process(
        start(), user("A"), user("N"), end(), boundary("T", "A", interrupting=False),
        line("S", "A"), line("T", "N", "E"),
    )  # fmt: skip
    walk = Walk(drawing)
    walk.fire("T")
    assert walk.do("A").outcome is None
    assert walk.do("N").outcome == "A"


# --- links, milestones, signals ------------------------------------------------------------------


def test_links_go_on_at_their_counterpart_from_wherever_they_throw() -> None:
    drawing = process(
        start(), gateway("exclusive", "G"), user("A"), user("B"), user("C"), end(),
        throw("L1", "link=Bổ sung"), throw("L2", "link=Bổ sung"),
        event("intermediateCatchEvent", "L", "link=Bổ sung"), line("S", "G"),
        flow("G", "A", "x == 1"), flow("G", "B", "x == 2"), line("A", "L1"), line("B", "L2"),
        line("L", "C", "E"),
    )  # fmt: skip
    for x, step, link in ((1, "A", "L1"), (2, "B", "L2")):
        walk = Walk(drawing, x=x)
        walk.do(step)
        assert walk.open == ["C"]
        assert walk.do("C").finished
        assert walk.trace == ["S", "G", step, link, "L", "C", "E"]
    assert ways(drawing) == {"S G A L1 L C E", "S G B L2 L C E"}
    assert faults(drawing) == []


@pytest.mark.parametrize(
    "caught",
    [(), ("link=Khác",), ("link=Bổ sung", "link=Bổ sung")],
    ids=["nowhere", "elsewhere", "in two places"],
)
def test_a_link_without_exactly_one_counterpart_is_refused(caught: tuple[str, ...]) -> None:
    parts = [
        part
        for number, name in enumerate(caught)
        for part in (
            event("intermediateCatchEvent", f"C{number}", name), end(f"E{number}"),
            line(f"C{number}", f"E{number}"),
        )
    ]  # fmt: skip
    with pytest.raises(DrawingRefused) as refused:
        Walk(process(start(), user("A"), throw("L", "link=Bổ sung"), line("S", "A", "L"), *parts))
    assert "L" in [finding.element for finding in refused.value.findings]


def test_milestones_and_signals_hand_the_token_on() -> None:
    drawing = process(
        start(), throw("M"), user("A"), throw("X", "signal"), end("E", "signal"),
        line("S", "M", "A", "X", "E"),
    )  # fmt: skip
    walk = Walk(drawing)
    assert walk.open == ["A"]
    assert walk.do("A").outcome == "E"
    assert walk.trace == ["S", "M", "A", "X", "E"]


def test_a_definition_at_the_root_is_read_as_if_written_in_place() -> None:
    waits = timer("W").replace(
        "<bpmn:timerEventDefinition><bpmn:timeDuration>40 ngày</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition>",
        "<bpmn:eventDefinitionRef>bon-muoi</bpmn:eventDefinitionRef>",
    )
    drawing = process(
        start(), waits, user("A"), end("E"), gateway("parallel", "P"), user("B"), line("S", "P"),
        line("P", "W", "A"), line("P", "B"), "".join((flow("A", "E"),)),
    )  # fmt: skip
    root = (
        HEAD + '<bpmn:timerEventDefinition id="bon-muoi"><bpmn:timeDuration>40 ngày'
        "</bpmn:timeDuration></bpmn:timerEventDefinition>"
        '<bpmn:terminateEventDefinition id="het"/>'
    )
    ended = '<bpmn:endEvent id="E"><bpmn:eventDefinitionRef>het</bpmn:eventDefinitionRef>'
    text = drawing.decode().replace(HEAD, root)
    text = text.replace('<bpmn:endEvent id="E">', ended)
    assert read_drawing(text.encode(), "").nodes["W"].timer == "40 ngày"
    walk = Walk(text.encode())
    assert (walk.open, walk.timers) == (["B"], ["W"])
    walk.fire("W")
    assert walk.do("A").finished  # B is withdrawn


# --- terminate -----------------------------------------------------------------------------------


def test_a_terminate_end_withdraws_everything_in_its_scope() -> None:
    drawing = process(
        start(), gateway("parallel", "P"), gateway("parallel", "J"), user("A"), user("C"),
        sub("U", start("I"), user("B"), line("I", "B")), boundary("T", "U"), timer("W"),
        end("Stop", "terminate"), end(), line("S", "P"), line("P", "A", "Stop"),
        line("P", "U", "J"), line("P", "W", "J"),
        line("J", "C", "E"), line("T", "C"),
        handler("H", user("N"), line("TH", "N"), interrupting=False),
    )  # fmt: skip
    walk = Walk(drawing)
    assert (walk.open, walk.timers) == (["A", "B"], ["T", "TH", "W"])
    walk.fire("TH")
    assert walk.open == ["A", "B", "N"]
    walk.do("B")  # one flow of the join is filled: its token is withdrawn too
    done = walk.do("A")
    assert done.finished
    assert done.outcome == "Stop"
    assert (walk.open, walk.timers) == ([], [])


def test_a_terminate_end_of_a_part_ends_the_part_alone() -> None:
    inside = (start("I"), user("A"), user("B"), end("Stop", "terminate"), flow("I", "A"),
              flow("I", "B"), line("A", "Stop"))  # fmt: skip
    drawing = process(start(), sub("U", *inside), user("C"), user("D"), end(),
                      line("S", "U", "C", "E"), line("S", "D", "E"))  # fmt: skip
    walk = Walk(drawing)
    assert walk.open == ["A", "B", "D"]
    walk.do("A")
    assert walk.open == ["C", "D"]
    walk.do("C")
    done = walk.do("D")
    assert done.finished
    assert done.outcome == "E"


def test_a_terminate_end_beside_the_main_way_is_the_outcome() -> None:
    drawing = process(
        start(), user("A"), user("N"), end(), end("Stop", "terminate"),
        boundary("T", "A", interrupting=False), line("S", "A", "E"), line("T", "N", "Stop"),
    )  # fmt: skip
    walk = Walk(drawing)
    walk.fire("T")
    done = walk.do("N")
    assert done.finished
    assert done.outcome == "Stop"
    assert (walk.open, walk.timers) == ([], [])


def test_nothing_is_left_waiting_behind_a_terminate_end() -> None:
    """What would be stuck for ever at a join is told, and not where all ways to it terminate."""
    parts = (start(), user("A"), user("B"), gateway("parallel", "J"), gateway("exclusive", "G"),
             end(), flow("S", "A"), flow("S", "G"), line("A", "J"), flow("G", "J", "x"),
             flow("G", "B", "!x"), line("J", "E"))  # fmt: skip
    stuck = process(*parts, end("Stop"), line("B", "Stop"))
    ended = process(*parts, end("Stop", "terminate"), line("B", "Stop"))
    assert faults(stuck) == [(Fault.STUCK, "J")]
    assert faults(ended) == []
    walk = Walk(ended, x=False)
    walk.do("A")
    assert walk.do("B").outcome == "Stop"


# --- reserved ids --------------------------------------------------------------------------------


def test_ids_that_the_engine_uses_for_itself_are_ids_like_others() -> None:
    drawing = process(
        start("Start"), user("Root"), sub("p.EndJoin", start("I"), user("End"), line("I", "End")),
        boundary("U.EndJoin", "Root"), end("EndJoin"), user("Start.EndJoin"),
        line("Start", "Root", "p.EndJoin", "EndJoin"),
        line("U.EndJoin", "Start.EndJoin", "EndJoin"),
    )  # fmt: skip
    walk = Walk(drawing)
    assert (walk.open, walk.timers) == (["Root"], ["U.EndJoin"])
    walk.do("Root")
    assert walk.open == ["End"]
    done = walk.do("End")
    assert done.finished
    assert done.outcome == "EndJoin"
    assert walk.trace == ["Start", "Root", "I", "End", "p.EndJoin", "EndJoin"]
    walk = Walk(drawing)
    walk.fire("U.EndJoin")
    assert walk.open == ["Start.EndJoin"]
    assert walk.do("Start.EndJoin").finished


def test_an_end_event_called_end_leaves_open_work_open() -> None:
    drawing = process(start(), user("A"), user("B"), end("End"), flow("S", "A"), flow("S", "B"),
                      line("A", "End"))  # fmt: skip
    walk = Walk(drawing)
    walk.do("A")
    assert not walk.finished
    works, _ = execution.waiting(walk.spec, walk.state)
    assert [work.element for work in works] == ["B"]
