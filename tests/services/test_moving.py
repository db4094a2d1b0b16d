"""Moving dates after a change of the calendar: exactly, once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.adapters.holiday_years import shipped_years
from engine.domain.calendar_changes import DayChange, swapped, with_change, without_change
from engine.domain.clock import local
from engine.domain.deadlines import legal_deadline, recounted, step_deadline, timer_moment
from engine.domain.durations import parse_duration
from engine.domain.explanations import Explanation
from engine.domain.states import ChangeState
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence.calendars import load_calendar
from engine.persistence.cases import lock_case
from engine.persistence.tables import (
    CalendarChangeRow,
    DateMoveRow,
    IncidentRow,
    NoticeRow,
    OfferRow,
    TaskRow,
)
from engine.ports import UploadedFile
from engine.services import moving, pausing
from engine.services.calendar_changes import days_of
from engine.services.shifting import Shift, Term
from tests.domain.vietnamese_time import at, shown
from tests.factories import World
from tests.services.test_calendar_changes import DOCUMENT, SPRING, confirmed, off
from tests.services.test_walks import DAMAGED

SHIPPED = WorkingCalendar(shipped_years())


def finish(town: World) -> None:
    """The worker's rounds until the last date is moved."""
    for _ in range(20):
        if moving.move_round(town.app) is None:
            return
        town.clock.advance(moving.SETTLING)
    raise AssertionError("the walk does not end")


def change(town: World, change_id: int) -> CalendarChangeRow:
    with town.act(write=False) as act:
        return act.session.get_one(CalendarChangeRow, change_id)


def moves(town: World) -> list[DateMoveRow]:
    with town.act(write=False) as act:
        return list(act.session.scalars(select(DateMoveRow).order_by(DateMoveRow.id)))


def consistent(town: World, case_id: int) -> None:
    """Every date of a case is what its explanation gives on the calendar as it is now."""
    with town.act(write=False) as act:
        case_ = town.case(case_id)
        tasks = act.session.scalars(
            select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.state == "open")
        )
        for task in tasks:
            calendar = load_calendar(act.session, act.app.settings.shifts, task.unit_id)
            stored = task.due_explanation
            assert stored is not None
            again = recounted(Explanation.from_json(stored), calendar)
            assert task.due_at == again.due_at
            offers = act.session.scalars(select(OfferRow).where(OfferRow.task_id == task.id)).all()
            for offer in offers:
                assert offer.due_at == task.due_at
                assert offer.sort_due == min(x for x in (task.due_at, case_.due_at) if x)


# --- counting again ------------------------------------------------------------------------------

moments = st.integers(0, 300 * 24 * 60).map(
    lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes)
)
terms = st.sampled_from(
    ("0,5 ngày làm việc", "8 giờ làm việc", "2,5 ngày làm việc", "40 ngày", "1 tháng",
     "2 ngày + 4 giờ làm việc", "1 ngày làm việc + 2 ngày")
)  # fmt: skip


@settings(max_examples=60)
@given(terms, moments, st.booleans())
def test_counting_again_on_the_same_calendar_gives_the_same_date(term, start, posting):
    found = (
        timer_moment(term, start, SHIPPED)
        if posting
        else step_deadline(parse_duration(term), start, SHIPPED)
    )
    assert recounted(found.explanation, SHIPPED) == found


def test_a_change_taken_back_leaves_the_calendar_as_it_was():
    changed = with_change(SHIPPED, SPRING, closes=False)
    assert changed.why_off(date(2026, 5, 4)) is not None
    assert changed.is_working_day(date(2026, 5, 9))
    undone = without_change(changed, SPRING, closes=False)
    assert undone.years == SHIPPED.years


changed_days = st.lists(st.integers(0, 11), min_size=1, max_size=3, unique=True)


@settings(max_examples=150, deadline=None)
@given(terms, moments, changed_days, st.sampled_from(("step", "timer", "case")))
def test_the_quick_look_never_misses_a_date_that_moves(term, start, offsets, kind):
    first = local(start).date() + timedelta(days=offsets[0])
    days = [first + timedelta(days=offset) for offset in offsets if (first.year == 2026)]
    days = [day for day in days if day.year == 2026] or [date(2026, 5, 4)]
    changes = [DayChange(day, not SHIPPED.is_working_day(day), "x", "y") for day in days]
    changed = with_change(SHIPPED, changes, closes=False)
    shift = Shift(changes, None, lambda _: SHIPPED, lambda _: changed, at("2025-01-01 00:00"))

    def counted(calendar):
        if kind == "timer":
            return timer_moment(term, start, calendar)
        count = legal_deadline if kind == "case" else step_deadline
        return count(parse_duration(term), start, calendar)

    before, after = counted(SHIPPED), counted(changed)
    if kind == "case":
        moved = shift.term(Term(1, start, start, before.due_at, term, False))
    else:
        moved = shift.step(before.explanation.to_json(), before.due_at, 1)
    if before.due_at == after.due_at:
        assert moved is None
    else:
        assert moved is not None
        assert moved.deadline == after


# --- what moves ----------------------------------------------------------------------------------


def test_a_swap_after_30_april_moves_steps_terms_and_postings(town: World) -> None:
    town.at("2026-04-29 15:00")
    fresh = town.file()  # B1b is due on the next working day
    accepted = town.file()
    town.walk(accepted, "B1b", "B2")
    posted = town.file()
    town.walk(posted, "B1b", "B2", "B6", **DAMAGED)
    before = {
        "task": town.task(fresh, "B1b").due_at,
        "term": town.case(accepted).due_at,
        "timer": town.timer(posted).fires_at,
    }
    change_id = confirmed(town, SPRING)
    assert town.task(fresh, "B1b").due_at == before["task"]
    finish(town)
    assert change(town, change_id).state == ChangeState.DONE
    task = town.task(fresh, "B1b")
    assert (shown(before["task"]), shown(task.due_at)) == ("2026-05-04 09:30", "2026-05-05 09:30")
    # Monday 4 May no longer counts and Saturday 9 May does: a term over both stays where it is.
    assert town.case(accepted).due_at == before["term"]
    assert town.timer(posted).fires_at == before["timer"]  # plain days
    consistent(town, fresh)
    assert task.remind_at is not None
    assert task.remind_at > at("2026-05-04 17:00")
    assert town.acts(fresh).count("deadline:moved") == 1
    assert change(town, change_id).moved == len(moves(town))


def test_a_day_off_before_tet_moves_the_promised_date_with_a_new_receipt(small_town: World) -> None:
    town = small_town
    case_id = town.file()
    town.walk(case_id, "B1b")
    with town.act(write=False) as act:
        calendar = load_calendar(act.session, act.app.settings.shifts)
    promised = town.case(case_id).due_at
    confirmed(town, off("2026-03-20", reason="Nghỉ thêm"))
    finish(town)
    moved = town.case(case_id).due_at
    assert moved == calendar.closing_moment(
        calendar.next_working_day(local(promised).date(), False)
    )
    receipt = town.receipts(case_id)[-1]
    assert (receipt.number, receipt.due_at) == (2, moved)
    assert "nghỉ 20/03/2026" in receipt.reason
    term = parse_duration(town.case(case_id).due_term)
    with town.act(write=False) as act:
        calendar = load_calendar(act.session, act.app.settings.shifts, town.units["ap"])
    assert legal_deadline(term, town.case(case_id).accepted_at, calendar).due_at == moved
    assert town.acts(case_id)[-2:] == ["deadline:moved", "receipt:issued"]


def test_pauses_stay_in_the_count_and_a_paused_case_moves_too(small_town: World) -> None:
    town = small_town
    case_id = town.file()
    town.walk(case_id, "B1b")
    evidence = UploadedFile("cv.pdf", b"%PDF-1.4\n%%EOF\n")
    with town.act("dung") as act:
        pausing.pause(act, case_id, "Chờ xác minh", evidence)
    town.at("2026-03-06 09:00")
    with town.act("dung") as act:
        pausing.resume(act, case_id)
    resumed = town.case(case_id).due_at
    confirmed(town, off("2026-03-20", reason="Nghỉ thêm"))
    finish(town)
    with town.act(write=False) as act:
        calendar = load_calendar(act.session, act.app.settings.shifts)
    after = calendar.next_working_day(local(resumed).date(), False)
    assert town.case(case_id).due_at == calendar.closing_moment(after)


def test_a_closure_moves_dates_of_that_unit_alone(small_town: World) -> None:
    town = small_town
    here, there = town.file(), town.file("quan", "bm")
    before = town.task(there, "B1b").due_at
    own = town.task(here, "B1b").due_at
    assert shown(own) == "2026-03-02 13:30"
    confirmed(town, off("2026-03-02", reason="Lũ"), "ap")
    finish(town)
    assert shown(town.task(here, "B1b").due_at) == "2026-03-03 11:30"
    assert town.task(there, "B1b").due_at == before
    consistent(town, here)


def test_a_date_that_would_lie_in_the_past_stays(small_town: World) -> None:
    town = small_town
    town.at("2026-05-08 16:00")  # Friday; due on Monday morning
    case_id = town.file()
    with town.act() as act:  # a step that began before the weekend and is due after it
        task = act.session.get_one(TaskRow, town.task(case_id, "B1b").id)
        count = step_deadline(parse_duration("1 giờ làm việc"), at("2026-05-08 16:30"), SHIPPED)
        task.due_at, task.due_explanation = count.due_at, count.explanation.to_json()
    town.at("2026-05-09 09:00")  # Saturday morning: it becomes a worked day at once
    change_id = confirmed(town, [DayChange(date(2026, 5, 9), True, "Làm bù", DOCUMENT)])
    finish(town)
    assert shown(town.task(case_id, "B1b").due_at) == "2026-05-11 08:00"
    assert change(town, change_id).state == ChangeState.DONE


def test_a_step_that_shares_the_date_of_a_timer_follows_the_timers_count(small_town: World) -> None:
    town = small_town
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", **DAMAGED)
    town.pass_posting(case_id)
    task = town.task(case_id, "B6_ket_qua")
    assert "cùng hạn" in task.due_text
    before = task.due_explanation
    confirmed(town, off("2026-05-04", reason="x"))
    finish(town)
    assert town.task(case_id, "B6_ket_qua").due_explanation == before  # plain days: it stays


def test_people_are_told_once_per_change_and_what_they_hold_counts(small_town: World) -> None:
    town = small_town
    town.at("2026-04-29 15:00")
    for _ in range(3):
        town.file()
    change_id = confirmed(town, SPRING)
    finish(town)
    moving.move_round(town.app)
    with town.act(write=False) as act:
        found = act.session.scalars(select(NoticeRow).where(NoticeRow.kind == "date_moved")).all()
        told = {notice.user_id: notice.message["params"]["count"] for notice in found}
        assert len(told) == len(found)
        done = act.session.scalars(select(NoticeRow).where(NoticeRow.kind == "calendar")).all()
    assert told[town.users["hoa"]] == told[town.users["hanh"]] == 3
    assert town.users["quan"] not in told
    assert [one.user_id for one in done] == [town.users["uyen"]]
    assert change(town, change_id).done_at is not None


# --- whatever happens on the way -----------------------------------------------------------------


class Killed(BaseException):
    """What no handler catches."""


def dying(of: Callable[..., object], after: int) -> Callable[..., object]:
    """`of`, whose caller is killed after the call that follows `after` others."""
    calls = 0

    def call(*args: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        done = of(*args, **named)
        if calls > after:
            raise Killed
        return done

    return call


@pytest.mark.parametrize("place", ["walk_on", "finish"])
def test_killed_anywhere_it_goes_on_and_moves_each_date_once(
    town: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(moving, "TOGETHER", 2)
    town.at("2026-04-29 15:00")
    cases = [town.file() for _ in range(5)]
    change_id = confirmed(town, SPRING)
    owner = moving if place == "finish" else moving.changes
    for after in (0, 1) if place != "finish" else (0,):
        with monkeypatch.context() as patched:
            patched.setattr(owner, place, dying(getattr(owner, place), after))
            with pytest.raises(Killed):
                finish(town)
    finish(town)
    for case_id in cases:
        assert town.acts(case_id).count("deadline:moved") == 1
        assert shown(town.task(case_id, "B1b").due_at) == "2026-05-05 09:30"
    assert change(town, change_id).moved == len(moves(town)) == len(cases)
    with town.act(write=False) as act:
        told = act.session.scalar(
            select(func.count()).select_from(NoticeRow).where(NoticeRow.kind == "date_moved")
        )
    assert told == 2


def test_two_workers_move_each_date_once(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "TOGETHER", 1)
    town.at("2026-04-29 15:00")
    cases = [town.file() for _ in range(6)]
    change_id = confirmed(town, SPRING)
    together = Barrier(2)

    def walk(_: int) -> None:
        together.wait(timeout=10)
        moving.move_round(town.app)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(walk, range(2)))
    finish(town)
    assert change(town, change_id).moved == len(moves(town)) == len(cases)
    for case_id in cases:
        assert town.acts(case_id).count("deadline:moved") == 1


def test_a_case_somebody_acts_on_is_come_back_to(town: World, kind: str) -> None:
    if kind != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    town.at("2026-04-29 15:00")
    busy, free = town.file(), town.file()
    change_id = confirmed(town, SPRING)
    with town.act("hoa") as act:
        lock_case(act.session, busy)
        moving.move_round(town.app)
        assert shown(town.task(free, "B1b").due_at) == "2026-05-05 09:30"
        assert shown(town.task(busy, "B1b").due_at) == "2026-05-04 09:30"
    finish(town)
    assert shown(town.task(busy, "B1b").due_at) == "2026-05-05 09:30"
    assert change(town, change_id).moved == 2


def test_a_case_that_cannot_be_counted_becomes_an_incident_and_the_walk_goes_on(
    small_town: World,
) -> None:
    town = small_town
    town.at("2026-04-29 15:00")
    cases = [town.file() for _ in range(3)]
    with town.act() as act:
        row = act.session.get_one(TaskRow, town.task(cases[1], "B1b").id)
        good = row.due_explanation
        assert good is not None
        row.due_explanation = {**good, "start": "hôm qua"}
    change_id = confirmed(town, SPRING)
    finish(town)
    assert [shown(town.task(one, "B1b").due_at) for one in cases] == [
        "2026-05-05 09:30",
        "2026-05-04 09:30",
        "2026-05-05 09:30",
    ]
    assert change(town, change_id).state == ChangeState.DONE
    with town.act("uyen") as act:
        incident = act.session.scalars(select(IncidentRow)).one()
        assert (incident.case_id, incident.kind) == (cases[1], "calendar")
        act.session.get_one(TaskRow, town.task(cases[1], "B1b").id).due_explanation = good
    with town.act("uyen") as act:
        assert moving.retry(act, change_id, cases[1])
    assert shown(town.task(cases[1], "B1b").due_at) == "2026-05-05 09:30"
    with town.act(write=False) as act:
        assert act.session.scalars(select(IncidentRow)).one().closed_at is not None


def test_what_opens_after_the_confirmation_counts_with_the_new_calendar(small_town: World) -> None:
    town = small_town
    town.at("2026-04-29 15:00")
    confirmed(town, SPRING)
    case_id = town.file()
    assert shown(town.task(case_id, "B1b").due_at) == "2026-05-05 09:30"
    finish(town)
    assert moves(town) == []


def test_a_second_change_during_the_first_ends_where_both_lead(small_town: World) -> None:
    town = small_town
    town.at("2026-04-29 15:00")
    case_id = town.file()
    confirmed(town, SPRING)
    second = confirmed(town, off("2026-05-05", reason="Nghỉ thêm"))
    finish(town)
    assert shown(town.task(case_id, "B1b").due_at) == "2026-05-06 09:30"
    consistent(town, case_id)
    assert change(town, second).state == ChangeState.DONE


def test_a_change_taken_back_moves_dates_back(small_town: World) -> None:
    town = small_town
    town.at("2026-04-29 15:00")
    case_id = town.file()
    change_id = confirmed(town, SPRING)
    finish(town)
    back = [DayChange(one.day, None, "", "CV 16") for one in days_of(change(town, change_id))]
    confirmed(town, back)
    finish(town)
    assert shown(town.task(case_id, "B1b").due_at) == "2026-05-04 09:30"
    assert town.acts(case_id).count("deadline:moved") == 2


def test_swaps_know_which_day_stands_for_which() -> None:
    first, second = swapped(date(2026, 5, 4), date(2026, 5, 9), DOCUMENT)
    assert "làm bù ngày 09/05/2026" in first.reason
    assert "04/05/2026" in second.reason
