"""Incidents: opened once for each failure, told once, closed by themselves or by people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.domain.errors import (
    BadExpression,
    CalendarUnknown,
    Conflict,
    DatabaseBusy,
    ExecutionFailed,
    Misuse,
    NotFound,
    NotPermitted,
)
from engine.domain.messages import say
from engine.domain.states import CaseState, ChangeState, IncidentEnd, IncidentKind, TimerState
from engine.persistence import incidents as stored
from engine.persistence.tables import CaseRow, IncidentRow, NoticeRow
from engine.services import causes, ending, handling, incidents, moving, organising, tasks, timers
from engine.services.incidents import Attempt
from engine.worker import Worker
from tests.bpmn_execution import drawn
from tests.domain.vietnamese_time import shown
from tests.factories import World
from tests.services.drawings import COUNTER, file, finish, publish
from tests.services.test_calendar_changes import SPRING, confirmed
from tests.services.test_clock_acts import PAPER
from tests.services.test_moving import change
from tests.services.test_moving import finish as move_all


def test_an_incident_is_opened_and_told_once_counted_up_and_solved(town: World) -> None:
    for minute in ("08:00", "08:10", "08:20"):
        town.at(f"2026-03-02 {minute}")
        with town.act() as act:
            incidents.note(act, IncidentKind.CALENDAR, "calendar:1", "Lịch 2027", f"Lúc {minute}")
            incidents.note(act, IncidentKind.CALENDAR, "calendar:2", "Lịch 2028", "Khác")
    with town.act() as act:
        one = act.session.scalars(select(IncidentRow).where(IncidentRow.key == "calendar:1")).one()
        assert (one.times, one.cause) == (3, "Lúc 08:20")
        assert one.last_at - one.first_at == timedelta(minutes=20)
        told = list(act.session.scalars(select(NoticeRow).order_by(NoticeRow.id)))
        assert [notice.user_id for notice in told] == [town.users["uyen"]] * 2
        incidents.solve(act, "calendar:1")
        incidents.solve(act, "calendar:1")  # nothing open any more: nothing happens
    with town.act() as act:
        act.session.refresh(one := act.session.get_one(IncidentRow, one.id))
        assert (one.outcome, one.closed_at) == (IncidentEnd.SOLVED, act.now)
        incidents.note(act, IncidentKind.CALENDAR, "calendar:1", "Lịch 2027", "Lại hỏng")
        keys = list(act.session.scalars(select(IncidentRow.key).order_by(IncidentRow.id)))
        assert keys == ["calendar:1", "calendar:2", "calendar:1"]


# --- timers --------------------------------------------------------------------------------------


def timed(town: World) -> int:
    """A dossier that waits a day, and whose next step goes to one of two units or to nobody."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A"),
        drawn.gateway("exclusive", "G"),
        drawn.timer("T", "1 ngày", name="Chờ một ngày"),
        drawn.user("X"),
        drawn.end(),
        drawn.line("S", "N", "A", "G"),
        drawn.flow("G", "T", "${huong == 'ngan'}"),
        drawn.line("T", "X", "E"),
        lanes={COUNTER: "A", "cv-ncc-snv": "X"},
    )
    with town.act() as act:
        organising.add_unit(act, "snv2", "Sở Nội vụ (cơ sở 2)", "so-noi-vu", town.units["tinh"])
    case_id = file(town).id
    finish(town, case_id, "A")
    town.clock.move_to(town.timer(case_id).fires_at)
    return case_id


def the_incident(town: World) -> IncidentRow:
    """The latest one."""
    with town.act(write=False) as act:
        found = select(IncidentRow).order_by(IncidentRow.id.desc()).limit(1)
        return act.session.scalars(found).one()


def test_a_timer_that_needs_a_unit_is_parked_at_once_and_goes_on_with_the_choice(
    town: World,
) -> None:
    case_id = timed(town)
    assert timers.fire_due(town.app).failed == 1
    incident = the_incident(town)
    assert town.timer(case_id).state == TimerState.PARKED
    assert (incident.kind, incident.role, incident.times) == ("timer", "cv-ncc-snv", 1)
    assert "chọn đơn vị" in incident.cause
    with town.act("uyen", write=False) as act:
        (line,) = handling.listed(act, closed=False).lines
        assert line.code == town.case(case_id).code
        choice = handling.look(act, incident.id).choice
        assert choice is not None
        assert [unit.name for unit in choice.units] == ["Sở Nội vụ", "Sở Nội vụ (cơ sở 2)"]
    with pytest.raises(NotPermitted), town.act("hoa") as act:
        handling.choose_unit(act, incident.id, town.units["snv"])
    with pytest.raises(Misuse), town.act("uyen") as act:
        handling.choose_unit(act, incident.id, town.units["ap"])
    second = choice.units[1].id
    with town.act("uyen") as act:
        handling.choose_unit(act, incident.id, second)
    assert handling.try_now(town.app, town.users["uyen"], incident.id) is True
    assert town.task(case_id, "X").unit_id == second
    closed = the_incident(town)
    assert (closed.id, closed.outcome, closed.closed_by) == (incident.id, "retried", "Uyen")
    assert town.acts(case_id)[-5:] == [
        "timer:failed",
        "timer:parked",
        "timer:retried",
        "unit:chosen",
        "timer:fired",
    ]
    with town.act(write=False) as act:
        assert town.system_lines(act)[-1].act == "incident:retried"
    with pytest.raises(Conflict), town.act("uyen") as act:
        handling.choose_unit(act, incident.id, second)


def test_a_retry_in_vain_counts_up_the_same_incident_and_giving_up_can_be_taken_back(
    town: World,
) -> None:
    case_id = timed(town)
    timers.fire_due(town.app)
    incident = the_incident(town)
    with town.act("uyen") as act:
        handling.retry(act, incident.id)
    assert handling.try_now(town.app, town.users["uyen"], incident.id) is False
    again = the_incident(town)
    assert (again.id, again.times, again.closed_at) == (incident.id, 2, None)
    for reason in ("", "x" * 301):
        with pytest.raises(Misuse), town.act("uyen") as act:
            handling.give_up(act, incident.id, reason)
    with town.act("uyen") as act:
        handling.give_up(act, incident.id, "Hồ sơ giải quyết ngoài hệ thống")
    assert town.timer(case_id).state == TimerState.GIVEN_UP
    assert (town.acts(case_id)[-1], the_incident(town).outcome) == ("timer:given-up", "given_up")
    assert timers.fire_due(town.app) == timers.Sweep(0, 0, None)
    with town.act("uyen", write=False) as act:
        assert handling.listed(act, closed=False).lines == ()
        (line,) = handling.listed(act, closed=True, kind=IncidentKind.TIMER).lines
        assert line.row.reason == "Hồ sơ giải quyết ngoài hệ thống"
        assert handling.look(act, incident.id).may_retry
    with pytest.raises(Conflict), town.act("uyen") as act:
        handling.give_up(act, incident.id, "lần nữa")
    with pytest.raises(NotFound), town.act("uyen") as act:
        handling.look(act, 999)
    with town.act("uyen") as act:  # taken up again: fails once more, which is a new incident
        handling.retry(act, incident.id)
    assert handling.try_now(town.app, None, incident.id) is False
    assert the_incident(town).id != incident.id
    with town.act() as act:  # the calendar of units mended meanwhile: the worker solves it
        timers.retry(act, town.timer(case_id).id)
        act.session.get_one(IncidentRow, the_incident(town).id)
        handling.note_choices(act.session, case_id, {"cv-ncc-snv": town.units["snv"]})
    assert timers.fire_due(town.app).fired == 1
    assert the_incident(town).outcome == "solved"


def test_what_a_case_that_ended_had_failed_is_over_and_cannot_be_taken_up_again(
    town: World,
) -> None:
    case_id, other = timed(town), town.file()
    timers.fire_due(town.app)
    incident = the_incident(town)
    with town.act("uyen") as act:
        handling.give_up(act, incident.id, "Hồ sơ giải quyết ngoài hệ thống")
    with town.act("phuc") as act:
        ending.stop(act, case_id, "Không đủ căn cứ.", PAPER)
    assert town.timer(case_id).state == TimerState.WITHDRAWN
    with pytest.raises(Conflict), town.act("uyen") as act:
        handling.retry(act, incident.id)
    assert town.open_elements(case_id) == []
    keys = {f"rung:case:{other}": "ladder", f"calendar:1:{other}": "calendar"}
    with town.act() as act:
        for key, kind in keys.items():
            incidents.note(act, IncidentKind(kind), key, "Hạn", "Lỗi.", case_id=other)
    incidents.settle_round(town.app)
    with town.act() as act:
        assert sorted(stored.open_keys(act.session, "")) == sorted(keys)
        act.session.get_one(CaseRow, other).state = CaseState.FINISHED
    incidents.settle_round(town.app)
    with town.act() as act:
        assert stored.open_keys(act.session, "") == []


def test_a_busy_database_is_no_fault_of_a_case_and_a_spoilt_row_is(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = small_town
    town.at("2026-04-29 15:00")
    cases = [town.file() for _ in range(2)]
    change_id = confirmed(town, SPRING)

    def busy(*_: object) -> int:
        raise DatabaseBusy

    with monkeypatch.context() as patched:
        patched.setattr(moving, "move_cases", busy)
        with pytest.raises(DatabaseBusy):
            moving.move_round(town.app)
    assert change(town, change_id).cursor == 0
    move = moving.move_cases

    def spoilt(act: moving.Act, change_id: int, ids: list[int], *more: object) -> int:
        if cases[0] in ids:
            raise IntegrityError("insert", {}, ValueError("twice"))
        return move(act, change_id, ids, *more)

    monkeypatch.setattr(moving, "move_cases", spoilt)
    move_all(town)
    assert change(town, change_id).state == ChangeState.DONE
    assert shown(town.task(cases[1], "B1b").due_at) == "2026-05-05 09:30"
    with town.act(write=False) as act:
        assert act.session.scalars(select(IncidentRow)).one().case_id == cases[0]


# --- acts that fail in the drawing ---------------------------------------------------------------


def test_an_act_that_fails_in_the_drawing_is_an_incident_until_its_task_is_done(
    town: World,
) -> None:
    timed(town)
    lost = file(town, "lac")
    task = town.task(lost.id, "A")
    with pytest.raises(ExecutionFailed) as failed, town.act("hoa") as act:
        tasks.complete(act, task.id, {})
    attempt = Attempt("hoa", task_id=task.id)
    incidents.note_failed_act(town.app, failed.value, attempt)
    incidents.note_failed_act(town.app, failed.value, attempt)
    incident = the_incident(town)
    assert (incident.key, incident.times) == (f"decision:{lost.id}:G", 2)
    assert (incident.case_id, incident.task_id, incident.name) == (lost.id, task.id, "A")
    assert "chưa lường" in incident.cause
    assert incident.detail.startswith("hoa: ExecutionFailed [G]")
    with town.act("uyen", write=False) as act:
        assert not handling.look(act, incident.id).may_retry
    worker = Worker(replace(town.app, clock=town.clock))
    worker.sweep()
    assert the_incident(town).closed_at is None or the_incident(town).id != incident.id
    with town.act() as act:
        act.session.get_one(IncidentRow, incident.id)
        case = act.session.merge(town.case(lost.id))
        case.data = {**case.data, "huong": "ngan"}
    finish(town, lost.id, "A")
    worker.sweep()
    with town.act(write=False) as act:
        assert act.session.get_one(IncidentRow, incident.id).outcome == "solved"


def test_a_year_that_the_calendar_lacks_is_one_incident_until_it_is_there(
    small_town: World,
) -> None:
    town = small_town
    for who in ("hoa", "binh"):
        error = CalendarUnknown(town.app.clock.now().date().replace(year=2025))
        incidents.note_failed_act(town.app, error, Attempt(who, procedure="thu"))
    assert (the_incident(town).key, the_incident(town).times) == ("calendar:year:2025", 2)
    incidents.settle_round(town.app)  # 2025 is shipped: it is there
    assert the_incident(town).outcome == "solved"


def test_causes_tell_nothing_of_what_a_dossier_holds() -> None:
    inner = BadExpression(
        say("Không so sánh hơn kém được %(left)s với %(right)s.", left="Mai", right=3)
    )
    outer = ExecutionFailed(
        "G", say("Không tính được “%(element)s”: %(reason)s", element="Xét", reason=str(inner))
    )
    outer.__cause__ = inner
    said = causes.technical(outer)
    assert said == (
        "ExecutionFailed [G]: Không tính được “Xét”: Không so sánh hơn kém được … với …."
    )
    assert causes.plain(RuntimeError("Mai")) == "Chương trình gặp lỗi ngoài dự kiến."
    assert "Mai" not in causes.technical(RuntimeError("duplicate key\nDETAIL: (Mai) exists"))


def test_rungs_and_moved_dates_are_tried_again_by_their_own_services(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of them is asked, and what comes of it; the services themselves are tried elsewhere."""
    town = small_town
    case_id = town.file()
    asked: list[object] = []

    def tried(_act: object, *what: object) -> bool:
        asked.append(what)
        if len(asked) == 2:
            raise BadExpression(say("Không tính được."))
        return True

    monkeypatch.setattr(handling.escalating, "retry", tried)
    monkeypatch.setattr(handling.moving, "retry", tried)
    keys = ("rung:case:1", f"calendar:7:{case_id}")
    for key, kind in zip(keys, (IncidentKind.LADDER, IncidentKind.CALENDAR), strict=True):
        with town.act() as act:
            incidents.note(act, kind, key, "Hạn", "Lỗi", case_id=case_id)
    rung, move = the_incident(town).id - 1, the_incident(town).id
    outcomes = []
    for incident_id in (rung, move, move):
        with town.act("uyen") as act:
            handling.retry(act, incident_id)
        outcomes.append(handling.try_now(town.app, town.users["uyen"], incident_id))
    assert (asked, outcomes) == (
        [("rung:case:1",), (7, case_id), (7, case_id)],
        [None, False, True],
    )
    assert (the_incident(town).times, the_incident(town).cause) == (
        2,
        "Bản vẽ của thủ tục chưa lường trường hợp này.",
    )
