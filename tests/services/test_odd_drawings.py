"""What Quy trình 02 does not draw: no stated term, boundary timers, decisions, calls, waits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.domain.clock import local
from engine.domain.errors import ExecutionFailed
from engine.domain.states import TaskState, TimerState
from engine.persistence.tables import CaseRow, OfferRow, UnitClosureRow
from engine.ports import UploadedFile
from engine.services import pausing, tasks, timers
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, SPECIALIST, file, finish, publish

EVIDENCE = UploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n")

DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="http://quytrinh.test"><decision id="muc" name="Mức"><decisionTable id="t"
  hitPolicy="UNIQUE"><input id="i" label="Hướng"><inputExpression id="e" typeRef="string"><text>
  huong</text></inputExpression></input><output id="o" name="muc" typeRef="string"/>
  <rule id="r1"><inputEntry id="a1"><text>"ngan"</text></inputEntry><outputEntry id="b1"><text>
  "thap"</text></outputEntry></rule><rule id="r2"><inputEntry id="a2"><text>"dai"</text>
  </inputEntry><outputEntry id="b2"><text>"cao"</text></outputEntry></rule></decisionTable>
  </decision></definitions>"""


# --- no stated term ------------------------------------------------------------------------------


def branching(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.gateway("exclusive", "G"),
        drawn.user("A", due="2 ngày làm việc"),
        drawn.user("B", due="9 ngày làm việc"),
        drawn.user("W", clock="paused"),
        drawn.end(),
        drawn.line("S", "N", "G"),
        drawn.flow("G", "A", "${huong == 'ngan'}"),
        drawn.flow("G", "B", "${huong == 'dai'}"),
        drawn.line("A", "W", "E"),
        drawn.flow("B", "W"),
        lanes={COUNTER: "A B W"},
    )


def test_where_no_term_is_stated_the_longest_granted_way_is_expected(small_town: World) -> None:
    branching(small_town)
    case = file(small_town, "ngan")
    assert (case.state, case.due_expected, case.due_term) == ("running", True, "dự kiến")
    assert case.due_at is not None
    # Nine working days after Monday 2 March 08:00, although this dossier takes the short way.
    assert f"{local(case.due_at):%d/%m %H:%M}" == "13/03 17:00"
    (receipt,) = small_town.receipts(case.id)
    assert receipt.term == "dự kiến"


def test_an_expected_date_moves_by_the_standstill(small_town: World) -> None:
    branching(small_town)
    case = file(small_town, "ngan")
    before = case.due_at
    finish(small_town, case.id, "A", "hoa")
    assert small_town.case(case.id).state == "paused"
    small_town.clock.advance(timedelta(days=7))
    done = finish(small_town, case.id, "W", "hoa")
    assert before is not None
    assert done.due_at == before + timedelta(days=7)


def test_the_expected_date_knows_the_closures_of_each_unit(small_town: World) -> None:
    publish(
        small_town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", due="1 ngày làm việc"),
        drawn.user("B", due="2 ngày làm việc"),
        drawn.end(),
        drawn.line("S", "N", "A", "B", "E"),
        lanes={COUNTER: "A", "Văn thư Sở Nội vụ": "B"},
    )
    with small_town.act() as act:
        for unit, day in (("snv", 4), ("bm", 3)):  # A at An Phú, then B at the department
            closed = UnitClosureRow(
                unit_id=small_town.units[unit], day=date(2026, 3, day), reason="Lũ."
            )
            act.session.add(closed)
    case = file(small_town)
    assert case.due_at is not None
    assert f"{local(case.due_at):%d/%m}" == "06/03"  # and not the 5th


# --- waits and withdrawals -----------------------------------------------------------------------


def with_a_limit(town: World, interrupting: bool = True) -> CaseRow:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.boundary("T", "A", "5 ngày", interrupting),
        drawn.user("B"),
        drawn.end(),
        drawn.end("F"),
        drawn.line("S", "N", "A", "E"),
        drawn.line("T", "B", "F"),
        lanes={COUNTER: "A", SPECIALIST: "B"},
    )
    return file(town)


def test_a_boundary_timer_withdraws_the_work_it_stands_on(town: World) -> None:
    case = with_a_limit(town)
    with town.act("hoa") as act:
        tasks.claim(act, town.task(case.id, "A").id)
    town.pass_posting(case.id)
    late = town.task(case.id, "A")
    assert (late.state, late.closed_at) == (TaskState.WITHDRAWN, town.clock.now())
    assert town.open_elements(case.id) == ["B"]
    with town.act(write=False) as act:
        (offer,) = act.session.query(OfferRow).all()
        assert offer.role == "cv-ncc-xa"
    assert "task:withdrawn" in town.acts(case.id)


def test_work_done_in_time_withdraws_the_timer_even_a_parked_one(town: World) -> None:
    case = with_a_limit(town)
    with town.act() as act:
        act.session.merge(town.timer(case.id)).state = TimerState.PARKED
    finish(town, case.id, "A", "hoa")
    assert town.timer(case.id).state == TimerState.WITHDRAWN
    assert town.case(case.id).outcome == "E"
    assert "timer:withdrawn" in town.acts(case.id)
    town.clock.advance(timedelta(days=30))
    assert timers.fire_due(town.app) == timers.Sweep(0, 0, None)


def test_a_wait_drawn_as_paused_stops_the_clock_until_it_fires(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.timer("T", "10 ngày", clock="paused"),
        drawn.user("B"),
        drawn.end(),
        drawn.line("S", "N", "A", "T", "B", "E"),
        lanes={COUNTER: "A B"},
        legal_term="20 ngày làm việc",
    )
    case = file(town)
    before = case.due_at
    finish(town, case.id, "A", "hoa")
    assert town.case(case.id).state == "paused"
    with town.act("phuc") as act:
        pausing.pause(act, case.id, "T", EVIDENCE)  # the wait's own reason: no matter
    town.pass_posting(case.id)
    assert town.case(case.id).state == "paused"  # the act's pause still lasts
    with town.act("phuc") as act:
        pausing.resume(act, case.id)
    resumed = town.case(case.id)
    assert resumed.state == "running"
    assert before is not None
    assert resumed.due_at is not None
    assert resumed.due_at > before


# --- decisions, the outside, failures ------------------------------------------------------------


def deciding(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.rule("R", "muc"),
        drawn.gateway("exclusive", "G"),
        drawn.receive("O"),
        drawn.user("B"),
        drawn.end(),
        drawn.line("S", "N", "R", "G"),
        drawn.flow("G", "O", "${muc == 'cao'}"),
        drawn.flow("G", "B", "${muc == 'thap'}"),
        drawn.line("B", "O", "E"),
        lanes={SPECIALIST: "B", "Bộ Chỉ huy quân sự cấp tỉnh": "O"},
        decisions={"muc": DECISION.encode()},
    )


def test_what_a_table_decides_becomes_the_cases(town: World) -> None:
    deciding(town)
    case = file(town, "ngan")
    assert case.data["muc"] == "thap"
    assert town.open_elements(case.id) == ["B"]


def test_the_role_before_records_for_an_outside_that_has_no_recorder(town: World) -> None:
    deciding(town)
    straight = file(town, "dai")  # nobody but the counter has worked before
    town.clock.advance(timedelta(seconds=1))
    round_about = file(town, "ngan")
    finish(town, round_about.id, "B", "binh")
    with town.act(write=False) as act:
        offers = {offer.case_id: offer for offer in act.session.query(OfferRow).all()}
    assert (offers[round_about.id].role, offers[round_about.id].unit_id) == (
        "cv-ncc-xa",
        town.units["ap"],
    )
    assert offers[straight.id].role == "ttpvhcc-xa"
    finish(town, round_about.id, "O", "binh")
    assert town.case(round_about.id).state == "finished"


def test_a_drawing_that_cannot_go_on_files_nothing(town: World) -> None:
    branching(town)
    with pytest.raises(ExecutionFailed):
        file(town, "lac")
    with town.act(write=False) as act:
        assert act.session.query(CaseRow).count() == 0
