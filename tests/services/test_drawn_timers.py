"""Drawn timers of every kind in stored dossiers: rows, explanations, what fails, what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from engine.domain.clock import local
from engine.domain.explanations import Explanation
from engine.domain.states import IncidentKind, TimerState
from engine.persistence.tables import CaseRow, IncidentRow, TimerRow
from engine.persistence.work import open_tasks_of
from engine.services import tasks, timers
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, SPECIALIST, file, finish, publish


def rows(town: World, case_id: int) -> list[TimerRow]:
    with town.act(write=False) as act:
        found = select(TimerRow).where(TimerRow.case_id == case_id).order_by(TimerRow.id)
        return list(act.session.scalars(found))


def told(row: TimerRow) -> tuple[Explanation, list[str]]:
    explanation = Explanation.from_json(row.explanation or {})
    return explanation, [str(note) for note in explanation.notes]


def at(moment: datetime) -> str:
    return f"{local(moment):%d/%m %H:%M}"


def sweep(town: World, moment: str) -> timers.Sweep:
    town.at(moment)
    return timers.fire_due(town.app)


def beside(town: World, says: str, kind: str = "Duration", *more: str) -> CaseRow:
    """A waits at the counter; a timer adds L for the specialist."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.boundary("T", "A", says, interrupting=False, kind=kind),
        drawn.user("L"),
        drawn.end("E"),
        drawn.end("EL"),
        drawn.line("S", "N", "A", "E"),
        drawn.line("T", "L", "EL"),
        *more,
        lanes={COUNTER: "A", SPECIALIST: "L"},
    )
    town.clock.advance(timedelta(seconds=1))  # or it would be the same filing again
    return file(town)


def test_each_lap_of_a_cycle_is_a_row_with_its_own_explanation(town: World) -> None:
    case = beside(town, "mỗi 2 ngày làm việc, 3 lần", "Cycle")  # Monday 2 March 2026, 08:00
    assert sweep(town, "2026-03-05 00:00").fired == 1
    assert town.open_elements(case.id) == ["A", "L"]
    assert sweep(town, "2026-03-07 00:00").fired == 1
    first, second, third = rows(town, case.id)
    # Whole days, one after the other: Tuesday and Wednesday, Thursday and Friday, Monday, Tuesday.
    assert [at(row.fires_at) for row in (first, second, third)] == [
        "05/03 00:00", "07/03 00:00", "11/03 00:00",
    ]  # fmt: skip
    explanation, notes = told(third)
    assert [f"{one.day:%d/%m}" for one in explanation.counted] == ["09/03", "10/03"]
    assert notes == ["Lần thứ 3 của hẹn giờ “mỗi 2 ngày làm việc, 3 lần”."]
    assert explanation.term == "2 ngày làm việc"
    # What is done ends its wait; what it added stays to be done, and the case with it.
    case = finish(town, case.id, "A")
    assert [row.state for row in rows(town, case.id)] == ["fired", "fired", "withdrawn"]
    assert (case.state, town.open_elements(case.id)) == ("running", ["L", "L"])
    finish(town, case.id, "L", "binh")
    with town.act("binh") as act:
        (last,) = open_tasks_of(act.session, case.id).values()
        case = tasks.complete(act, last.row.id, {})
    assert (case.state, case.outcome) == ("finished", "E")


def test_laps_that_a_standing_worker_missed_are_not_made_up(town: World) -> None:
    case = beside(town, "mỗi 2 ngày làm việc, 3 lần", "Cycle")
    assert sweep(town, "2026-03-20 10:00").fired == 1  # a fortnight late
    assert town.open_elements(case.id) == ["A", "L"]
    assert timers.fire_due(town.app).fired == 0
    assert at(rows(town, case.id)[-1].fires_at) == "25/03 00:00"
    case = beside(town, "mỗi 4 giờ làm việc", "Cycle")
    assert at(rows(town, case.id)[-1].fires_at) == "20/03 15:30"
    sweep(town, "2026-03-20 15:40")
    assert at(rows(town, case.id)[-1].fires_at) == "23/03 10:00"  # from 15:30: no drift


def test_a_date_is_drawn_or_the_dossiers_and_one_that_is_past_is_not_waited_for(
    town: World,
) -> None:
    case = beside(town, "31/12/2026 khi huong == 'dai'; 08:00 ngày 04/03/2026", "Date")
    (row,) = rows(town, case.id)
    explanation, notes = told(row)
    assert (at(row.fires_at), explanation.term, notes) == (
        "04/03 08:00", "08:00 ngày 04/03/2026", [],
    )  # fmt: skip
    case = beside(town, "${nguoi_ho_ten}", "Date")  # a name is no day
    case = beside(town, "01/03/2026", "Date")
    (row,) = rows(town, case.id)
    assert row.fires_at == row.opened_at
    assert [note[:30] for note in told(row)[1]] == [
        "Không ghi giờ nên tính từ đầu ", "Lúc bắt đầu chờ, thời điểm này",
    ]  # fmt: skip
    timers.fire_due(town.app)
    assert town.open_elements(case.id) == ["A", "L"]


def open_incidents(town: World) -> list[IncidentRow]:
    with town.act(write=False) as act:
        stored = select(IncidentRow).where(IncidentRow.closed_at.is_(None))
        return list(act.session.scalars(stored))


def test_a_timer_without_a_moment_is_an_incident_and_no_harm(town: World) -> None:
    case = beside(town, "${ngay_hen} 08:00", "Date")
    (row,) = rows(town, case.id)
    assert (row.state, row.explanation) == (TimerState.WAITING, None)
    assert timers.fire_due(town.app).failed == 1  # the officer has filed; the worker finds out
    (row,) = rows(town, case.id)
    assert row.state == TimerState.PARKED
    (incident,) = open_incidents(town)
    assert (incident.kind, incident.timer_id) == (IncidentKind.TIMER, row.id)
    assert incident.cause == "Ngày “ngay_hen” của hồ sơ còn trống."
    # Filled in meanwhile, and tried again: it waits for its moment, with its explanation.
    with town.act() as act:
        stored = act.session.get_one(CaseRow, case.id)
        stored.data = {**stored.data, "ngay_hen": "2026-03-10"}
    with town.act("uyen") as act:
        timers.retry(act, row.id)
    timers.fire_due(town.app)
    (row,) = rows(town, case.id)
    assert (row.state, at(row.fires_at)) == (TimerState.WAITING, "10/03 08:00")
    assert "ngay_hen" in told(row)[1][0]
    assert open_incidents(town) == []
    assert sweep(town, "2026-03-10 08:00").fired == 1
    assert town.open_elements(case.id) == ["A", "L"]

    none_holds = beside(town, "1 ngày khi huong == 'dai'")
    timers.fire_due(town.app)
    assert "không điều kiện nào đúng" in open_incidents(town)[0].cause
    case = finish(town, none_holds.id, "A")
    assert (case.state, rows(town, case.id)[0].state) == ("finished", TimerState.WITHDRAWN)


def test_a_branch_that_fails_is_an_incident_and_the_work_goes_on(town: World) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.boundary("T", "A", "1 ngày", interrupting=False),
        drawn.gateway("exclusive", "G"),
        drawn.user("L"),
        drawn.end("E"),
        drawn.end("EL"),
        drawn.line("S", "N", "A", "E"),
        drawn.line("T", "G"),
        drawn.flow("G", "L", "huong == 'dai'"),
        drawn.line("L", "EL"),
        lanes={COUNTER: "A", SPECIALIST: "L"},
    )
    case = file(town, "ngan")
    town.at("2026-03-04 00:00")
    for delay in (*timers.DELAYS, timedelta(0)):
        assert timers.fire_due(town.app).failed == 1
        assert town.open_elements(case.id) == ["A"]
        town.clock.advance(delay)
    (row,) = rows(town, case.id)
    assert row.state == TimerState.PARKED
    assert [incident.timer_id for incident in open_incidents(town)] == [row.id]
    case = finish(town, case.id, "A")
    assert (case.state, case.outcome) == ("finished", "E")
    assert rows(town, case.id)[0].state == TimerState.WITHDRAWN


def watched(town: World, *, interrupting: bool) -> CaseRow:
    """Everything after filing is watched by an event sub-process of 30 days."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.boundary("T", "A", "40 ngày", interrupting=False),
        drawn.user("L"),
        drawn.end("E"),
        drawn.end("EL"),
        drawn.line("S", "N", "A", "E"),
        drawn.line("T", "L", "EL"),
        drawn.handler(
            "H",
            drawn.user("X"),
            drawn.end("EH"),
            drawn.line("TH", "X", "EH"),
            interrupting=interrupting,
        ),
        lanes={COUNTER: "A", SPECIALIST: "L X H"},
    )
    return file(town)


def test_an_event_sub_process_watches_the_whole_dossier(town: World) -> None:
    case = watched(town, interrupting=True)
    assert [(row.element, at(row.fires_at)) for row in rows(town, case.id)] == [
        ("TH", "02/04 00:00"), ("T", "12/04 00:00"),
    ]  # fmt: skip
    assert sweep(town, "2026-04-02 00:00").fired == 1
    assert town.open_elements(case.id) == ["X"]
    assert [row.state for row in rows(town, case.id)] == ["fired", "withdrawn"]
    case = finish(town, case.id, "X", "binh")
    assert (case.state, case.outcome) == ("finished", "EH")

    beside_it = watched(town, interrupting=False)
    assert sweep(town, "2026-05-03 00:00").fired == 1
    assert town.open_elements(beside_it.id) == ["A", "X"]
    case = finish(town, beside_it.id, "A")
    assert (case.state, town.open_elements(case.id)) == ("running", ["X"])
    assert finish(town, case.id, "X", "binh").outcome == "E"

    in_time = file(town)
    assert finish(town, in_time.id, "A").state == "finished"
    assert {row.state for row in rows(town, in_time.id)} == {"withdrawn"}
