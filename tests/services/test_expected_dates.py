"""Dates that no term states: they go with changes of the calendar, exactly and once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.bpmn.execution import specs
from engine.domain.calendar_changes import swapped
from engine.domain.errors import Conflict
from engine.persistence.versions import VersionTexts, save_version
from engine.services import extending, pausing
from tests.bpmn_execution import drawn
from tests.bpmn_execution.test_paths_of_rule_tasks import table
from tests.domain.vietnamese_time import shown
from tests.factories import World
from tests.services.drawings import COUNTER, FORM, file, publish
from tests.services.test_calendar_changes import DOCUMENT, confirmed, off
from tests.services.test_clock_acts import PAPER
from tests.services.test_moving import finish, moves


def drawn_without_term(town: World) -> None:
    """A procedure of one step of four working days and no stated term."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", due="4 ngày làm việc"),
        drawn.end(),
        drawn.line("S", "N", "A", "E"),
        lanes={COUNTER: "A"},
    )


def expected(town: World, case_id: int) -> str:
    case = town.case(case_id)
    assert case.due_expected
    return shown(case.due_at)[:10]


def test_an_acceptance_reads_no_drawing_again(town: World, monkeypatch) -> None:
    """What a version pins is parsed once per process; the date is rehearsed on that."""
    drawn_without_term(town)
    first = expected(town, file(town).id)

    def read_again(*_: object) -> None:
        raise AssertionError("a drawing was parsed for a date")

    monkeypatch.setattr(specs, "read_drawing", read_again)
    assert expected(town, file(town).id) == first


def paused(town: World, case_id: int, day: str, hours: int = 24) -> None:
    """From that day's morning on; until the next one's it is one working day."""
    town.at(f"{day} 08:00")
    with town.act("phuc") as act:
        pausing.pause(act, case_id, "Chờ xác minh", PAPER)
    town.clock.advance(timedelta(hours=hours))
    with town.act("phuc") as act:
        pausing.resume(act, case_id)


def test_an_expected_date_goes_with_every_change_once_whoever_was_faster(town: World) -> None:
    """On Friday 6 March, in four working days: before two changes, between them, after them."""
    drawn_without_term(town)
    early = file(town).id
    assert expected(town, early) == "2026-03-06"
    confirmed(town, off("2026-03-05", reason="Bầu cử"))  # Thursday: it becomes Monday
    town.clock.advance(timedelta(minutes=1))
    between = file(town).id
    confirmed(town, off("2026-03-09", reason="Bầu cử"))  # Monday: it becomes Tuesday
    town.clock.advance(timedelta(minutes=1))
    late = file(town).id
    assert [expected(town, one) for one in (between, late)] == ["2026-03-09", "2026-03-10"]
    paused(town, late, "2026-03-03")
    assert expected(town, late) == "2026-03-11"
    finish(town)
    assert [expected(town, one) for one in (early, between, late)] == [
        "2026-03-10",
        "2026-03-10",
        "2026-03-11",
    ]
    dated = [(move.case_id, shown(move.before)[:10]) for move in moves(town) if not move.task_id]
    assert dated == [(early, "2026-03-06"), (between, "2026-03-09")]
    assert len(town.receipts(early)) == 2
    paused(town, early, "2026-03-06")
    assert expected(town, early) == "2026-03-10"  # what stands still over a day off alone: nothing
    paused(town, between, "2026-03-10")
    assert len(town.receipts(between)) == 2


def test_a_swap_that_brings_an_expected_date_nearer_is_not_lost_in_a_pause(town: World) -> None:
    """The day that was promised, Thursday 5 March, is swapped for Saturday 28 February."""
    town.at("2026-02-27 08:00")  # Friday
    drawn_without_term(town)
    case_id = file(town).id
    assert expected(town, case_id) == "2026-03-05"
    confirmed(town, swapped(date(2026, 3, 5), date(2026, 2, 28), DOCUMENT))
    finish(town)
    assert expected(town, case_id) == "2026-03-04"
    paused(town, case_id, "2026-03-02", hours=1)
    assert expected(town, case_id) == "2026-03-04"
    with town.act("phuc") as act:
        extending.extend(act, case_id, extending.Wish("2 ngày làm việc"), "Chờ", PAPER)
    assert expected(town, case_id) == "2026-03-09"  # the 5th is off
    paused(town, case_id, "2026-03-02")
    assert expected(town, case_id) == "2026-03-10"
    confirmed(town, off("2026-03-09", reason="Nghỉ thêm"))
    finish(town)
    assert expected(town, case_id) == "2026-03-11"


def test_the_longest_way_is_found_through_blocks_tables_timers_and_called_drawings(
    town: World,
) -> None:
    """The longer way counts: 2 days, then 5 beside 3, what a table adds, one more."""
    part = drawn.process(
        drawn.start("s"),
        drawn.user("x", due="1 ngày làm việc"),
        drawn.end("e"),
        drawn.line("s", "x", "e"),
        key="phan",
        lanes={COUNTER: "x"},
    )
    whole = drawn.process(
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.gateway("exclusive", "G", default="ngan"),
        drawn.user("D", due="2 ngày làm việc"),
        drawn.gateway("parallel", "P"),
        drawn.user("A", due="5 ngày làm việc"),
        drawn.user("B", due="3 ngày làm việc"),
        drawn.gateway("parallel", "J"),
        drawn.rule("Q", "t"),
        drawn.gateway("exclusive", "H", default="xong"),
        drawn.timer("T", "10 ngày", due="10 ngày"),
        drawn.call("K", "phan"),
        drawn.end(),
        drawn.line("S", "N", "G"),
        drawn.flow("G", "D", "huong == 'dai'"),
        drawn.flow("G", "Q", key="ngan"),
        drawn.line("D", "P", "A", "J", "Q", "H"),
        drawn.line("P", "B", "J"),
        drawn.flow("H", "T", "muc == 'cao'"),
        drawn.flow("H", "K", key="xong"),
        drawn.line("T", "K", "E"),
        key="thu",
        lanes={"Tổ chức, cá nhân": "N", COUNTER: "D A B Q T K"},
    )
    rows = table("FIRST", "huong", "muc", ('"dai"', '"cao"'), ("-", '"thap"'))
    with town.act() as act:
        save_version(
            act.session,
            "thu",
            "Thử",
            VersionTexts(whole, {"phan": part}, {"t": rows}, {"don": FORM}),
            effective_from=None,
            effective_to=None,
            now=act.now,
            deployed_by="thử",
        )
    # Monday 2 March, 7 working days: the 11th; 10 days full on the 22nd, a Sunday; one more day
    assert expected(town, file(town).id) == "2026-03-23"


def test_where_nothing_has_a_time_there_is_no_date_and_no_receipt(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.end(),
        drawn.line("S", "N", "A", "E"),
        lanes={COUNTER: "A"},
    )
    case_id = file(town).id
    case = town.case(case_id)
    assert (case.accepted_at is not None, case.due_at, case.due_expected) == (True, None, True)
    assert case.receipt_number == 0
    paused(town, case_id, "2026-03-04")
    assert town.case(case_id).due_at is None
    with town.act("phuc") as act, pytest.raises(Conflict, match="không có ngày hẹn để gia hạn"):
        extending.refuse_unless_extendable(act, case_id)
    town.do(case_id, "A")
    assert town.case(case_id).finished_at is not None
