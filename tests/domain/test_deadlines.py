"""Deadlines of steps, legal terms and timers, worked out by hand on the shipped calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.holiday_years import shipped_years
from engine.domain.clock import ZONE, local, local_day
from engine.domain.deadlines import (
    legal_deadline,
    months_later,
    step_deadline,
    timer_moment,
)
from engine.domain.durations import Duration, Span, Unit, parse_duration
from engine.domain.errors import BadDuration, CalendarUnknown
from engine.domain.explanations import Rule
from engine.domain.legal_clock import Pause
from engine.domain.working_calendar import WorkingCalendar
from tests.domain.vietnamese_time import at, shown

SHIPPED = WorkingCalendar(shipped_years())

moments = st.integers(0, 400 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)


# --- steps -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "opened", "due"),
    [
        ("0,5 ngày làm việc", "2026-03-06 10:00", "2026-03-06 15:30"),
        ("1 ngày làm việc", "2026-03-06 15:00", "2026-03-09 15:00"),
        ("1 ngày làm việc", "2026-03-08 09:00", "2026-03-09 17:00"),
        ("8 giờ làm việc", "2026-03-06 07:30", "2026-03-06 17:00"),
        ("2,5 ngày làm việc", "2026-02-13 15:00", "2026-02-25 09:30"),
        # plain days: the legal count, closing time of the last day
        ("3 ngày", "2026-03-03 10:00", "2026-03-06 17:00"),
        ("3 ngày", "2026-03-04 10:00", "2026-03-09 17:00"),  # the third day is a Saturday
        ("1 tháng", "2026-01-31 10:00", "2026-03-02 17:00"),  # 28 February is a Saturday
        ("0,5 ngày", "2026-03-03 10:00", "2026-03-04 17:00"),  # rounds up
        # one kind after the other
        ("2 ngày + 4 giờ làm việc", "2026-03-04 10:00", "2026-03-09 11:30"),
        ("2 ngày + 4 giờ làm việc", "2026-03-05 10:00", "2026-03-09 11:30"),  # over on Saturday
        ("1 ngày làm việc + 2 ngày", "2026-03-04 10:00", "2026-03-09 17:00"),
    ],
)
def test_a_step_is_due(calendar: WorkingCalendar, text: str, opened: str, due: str) -> None:
    assert shown(step_deadline(parse_duration(text), at(opened), calendar).due_at) == due


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1 ngày làm việc", Rule.WORKING_CLOCK),
        ("1 ngày", Rule.LEGAL_COUNT),
        ("1 ngày + 1 ngày làm việc", Rule.MIXED),
        ("1 ngày làm việc + 1 ngày", Rule.MIXED),
    ],
)
def test_a_step_says_by_which_rule(calendar: WorkingCalendar, text: str, rule: Rule) -> None:
    explanation = step_deadline(parse_duration(text), at("2026-03-03 10:00"), calendar).explanation

    assert explanation.rule is rule
    assert "Bộ luật Dân sự 2015, Điều 147" in explanation.article


def test_a_mixed_step_names_no_day_twice(calendar: WorkingCalendar) -> None:
    duration = parse_duration("2 ngày + 4 giờ làm việc")
    explanation = step_deadline(duration, at("2026-03-05 10:00"), calendar).explanation

    assert [c.day.day for c in explanation.counted] == [6, 7, 9]
    assert [s.day.day for s in explanation.skipped] == [8]


# --- legal terms -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "received", "due"),
    [
        ("1 ngày làm việc", "2026-03-06 15:00", "2026-03-09 17:00"),
        ("56 ngày làm việc", "2026-02-02 09:00", "2026-04-29 17:00"),  # across Tết and Giỗ Tổ
        # receipt on a day off or after closing counts as the next working day
        ("1 ngày làm việc", "2026-03-07 09:00", "2026-03-10 17:00"),
        ("1 ngày làm việc", "2026-03-06 17:01", "2026-03-10 17:00"),
        ("1 ngày làm việc", "2026-03-06 17:00", "2026-03-09 17:00"),
        ("1 ngày làm việc", "2026-03-09 05:00", "2026-03-10 17:00"),
        ("1 ngày làm việc", "2026-01-09 18:00", "2026-01-12 17:00"),  # the Saturday is worked
        # plain days: the date of receipt stands as it is
        ("3 ngày", "2026-03-07 09:00", "2026-03-10 17:00"),
        ("3 ngày", "2026-03-06 18:00", "2026-03-09 17:00"),
        ("40 ngày", "2026-03-02 10:00", "2026-04-13 17:00"),  # 11 April is a Saturday
        # months and years clamp, then move to a working day
        ("1 tháng", "2026-01-31 10:00", "2026-03-02 17:00"),
        ("3 tháng", "2026-01-15 10:00", "2026-04-15 17:00"),
        ("1 năm", "2025-03-03 10:00", "2026-03-03 17:00"),
        # fractions and hours round up to whole days
        ("2,5 ngày làm việc", "2026-03-02 10:00", "2026-03-05 17:00"),
        ("8 giờ làm việc", "2026-03-02 10:00", "2026-03-03 17:00"),
        ("1 ngày làm việc + 2 giờ làm việc", "2026-03-02 10:00", "2026-03-04 17:00"),
        # a part in the middle does not move: 3 May 2026 is a Sunday
        ("62 ngày + 10 ngày làm việc", "2026-03-02 10:00", "2026-05-15 17:00"),
        ("10 ngày làm việc + 1 tháng", "2026-03-02 10:00", "2026-04-16 17:00"),
        ("1 ngày", "2026-02-13 10:00", "2026-02-23 17:00"),  # moves over all of Tết
        # the closing day moment is UTC below: late evening is still the same Vietnamese day
        ("1 ngày", "2026-03-02 23:59", "2026-03-03 17:00"),
        ("1 ngày", "2026-03-02 00:01", "2026-03-03 17:00"),
    ],
)
def test_a_legal_term_ends(calendar: WorkingCalendar, text: str, received: str, due: str) -> None:
    assert shown(legal_deadline(parse_duration(text), at(received), calendar).due_at) == due


def test_a_legal_term_is_stored_in_utc(calendar: WorkingCalendar) -> None:
    deadline = legal_deadline(parse_duration("1 ngày"), at("2026-03-02 10:00"), calendar)

    assert deadline.due_at == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert deadline.due_at.tzinfo is UTC


def test_a_legal_term_explains_every_day(calendar: WorkingCalendar) -> None:
    explanation = legal_deadline(
        parse_duration("3 ngày làm việc"), at("2026-02-13 18:00"), calendar
    ).explanation

    assert explanation.rule is Rule.LEGAL_COUNT
    assert explanation.article == "Bộ luật Dân sự 2015, Điều 147, Điều 148"
    assert explanation.term == "3 ngày làm việc"
    assert [c.day.day for c in explanation.counted] == [24, 25, 26]
    assert [str(s.reason) for s in explanation.skipped] == [
        "Thứ Bảy",
        "Chủ nhật",
        *["Tết Nguyên đán"] * 5,
        "Thứ Bảy",
        "Chủ nhật",
    ]
    receipt, closing = (str(note) for note in explanation.notes)
    assert receipt == "Nhận vào ngày nghỉ hoặc sau giờ đóng cửa nên tính là nhận ngày 23/02/2026."
    assert "24 giờ" in closing
    assert "17:00" in closing


def test_a_last_day_that_moves_says_from_where_and_why(calendar: WorkingCalendar) -> None:
    explanation = legal_deadline(
        parse_duration("3 ngày"), at("2026-03-04 10:00"), calendar
    ).explanation

    assert [c.day.day for c in explanation.counted] == [5, 6, 7]
    assert [(s.day.day, str(s.reason)) for s in explanation.skipped] == [(8, "Chủ nhật")]
    assert str(explanation.notes[0]) == (
        "Ngày cuối cùng 07/03/2026 là ngày nghỉ (Thứ Bảy) nên chuyển sang 09/03/2026."
    )


def test_a_date_in_a_year_not_signed_off_says_so(calendar: WorkingCalendar) -> None:
    duration = parse_duration("5 ngày làm việc")
    term = legal_deadline(duration, at("2026-12-30 10:00"), calendar)
    step = step_deadline(duration, at("2026-12-30 10:00"), calendar)

    for deadline in (term, step):
        notes = [str(note) for note in deadline.explanation.notes]
        assert "Lịch làm việc năm 2027 chưa được duyệt; ngày này có thể thay đổi." in notes


def test_a_term_that_runs_out_of_the_calendar_is_refused(calendar: WorkingCalendar) -> None:
    with pytest.raises(CalendarUnknown, match="2028"):
        legal_deadline(parse_duration("3 năm"), at("2025-03-03 10:00"), calendar)


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 15), 1, date(2026, 12, 15)),
    ],
)
def test_months_clamp_to_the_last_day(day: date, count: int, later: date) -> None:
    assert months_later(day, count) == later


# --- pauses ----------------------------------------------------------------------------------

RECEIVED = "2026-03-02 10:00"  # a Monday


@pytest.mark.parametrize(
    ("text", "pauses", "due"),
    [
        ("5 ngày làm việc", [], "2026-03-09 17:00"),
        # Wednesday counts, Thursday and Friday do not
        ("5 ngày làm việc", [("2026-03-04 10:00", "2026-03-06 09:00")], "2026-03-11 17:00"),
        # over within a day: nothing is lost
        ("5 ngày làm việc", [("2026-03-04 10:00", "2026-03-04 16:00")], "2026-03-09 17:00"),
        # overlapping pauses unite
        (
            "5 ngày làm việc",
            [("2026-03-04 10:00", "2026-03-06 09:00"), ("2026-03-05 08:00", "2026-03-09 08:00")],
            "2026-03-12 17:00",
        ),
        # plain days stand still on weekends too
        ("10 ngày", [("2026-03-04 10:00", "2026-03-09 09:00")], "2026-03-17 17:00"),
        ("1 tháng", [("2026-03-04 10:00", "2026-03-09 09:00")], "2026-04-07 17:00"),
        # a pause still lasting does not move the date yet
        ("5 ngày làm việc", [("2026-03-04 10:00", None)], "2026-03-09 17:00"),
        # before the term, and after it, a pause means nothing
        ("5 ngày làm việc", [("2026-02-24 10:00", "2026-02-26 09:00")], "2026-03-09 17:00"),
        ("5 ngày làm việc", [("2026-03-16 10:00", "2026-03-20 09:00")], "2026-03-09 17:00"),
    ],
)
def test_a_term_stands_still_while_paused(
    calendar: WorkingCalendar, text: str, pauses: list[tuple[str, str | None]], due: str
) -> None:
    stood_still = [Pause(at(start), at(end) if end else None) for start, end in pauses]
    deadline = legal_deadline(parse_duration(text), at(RECEIVED), calendar, stood_still)

    assert shown(deadline.due_at) == due


def test_a_pause_is_told_in_the_explanation(calendar: WorkingCalendar) -> None:
    pause = Pause(at("2026-03-04 10:00"), at("2026-03-06 09:00"))
    explanation = legal_deadline(
        parse_duration("5 ngày làm việc"), at(RECEIVED), calendar, [pause]
    ).explanation

    paused = [s.day.day for s in explanation.skipped if "Tạm dừng" in str(s.reason)]
    assert paused == [5, 6]
    assert "từ 04/03/2026 đến 06/03/2026" in str(explanation.notes[0])


def test_a_moved_last_day_skips_days_paused(calendar: WorkingCalendar) -> None:
    pause = Pause(at("2026-03-07 10:00"), at("2026-03-09 12:00"))
    deadline = legal_deadline(parse_duration("5 ngày"), at(RECEIVED), calendar, [pause])

    assert shown(deadline.due_at) == "2026-03-10 17:00"  # day 5 is Saturday 7; Monday is paused


# --- timers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "opened", "fires"),
    [
        ("40 ngày", "2026-03-02 10:00", "2026-04-12 00:00"),  # a Sunday: a minimum is not moved
        ("P40D", "2026-03-02 10:00", "2026-04-12 00:00"),
        ("1 tháng", "2026-01-31 10:00", "2026-03-01 00:00"),
        ("5 ngày làm việc", "2026-03-02 10:00", "2026-03-10 00:00"),
        ("4 giờ làm việc", "2026-03-06 16:00", "2026-03-09 10:30"),
        ("1 ngày + 4 giờ làm việc", "2026-03-02 10:00", "2026-03-05 00:00"),
    ],
)
def test_a_timer_never_fires_before_its_days_are_over(
    calendar: WorkingCalendar, text: str, opened: str, fires: str
) -> None:
    assert shown(timer_moment(text, at(opened), calendar).due_at) == fires


def test_a_timer_of_plain_days_needs_no_calendar() -> None:
    deadline = timer_moment("40 ngày", at("2031-03-03 10:00"), WorkingCalendar([]))

    assert shown(deadline.due_at) == "2031-04-13 00:00"
    assert len(deadline.explanation.counted) == 40
    assert deadline.explanation.notes == ()


def test_a_timer_without_a_duration_is_refused(calendar: WorkingCalendar) -> None:
    with pytest.raises(BadDuration):
        timer_moment("", at("2026-03-02 10:00"), calendar)


# --- laws ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(moments, st.integers(1, 80))
def test_n_working_days_hold_n_working_days(received: datetime, amount: int) -> None:
    duration = Duration((Span(Fraction(amount), Unit.WORKING_DAY),))
    deadline = legal_deadline(duration, received, SHIPPED)
    due_day, receipt = local_day(deadline.due_at), local_day(received)
    if not SHIPPED.is_working_day(receipt) or received > SHIPPED.closing_moment(receipt):
        receipt = SHIPPED.next_working_day(receipt, inclusive=False)

    span = [receipt + timedelta(days=n) for n in range(1, (due_day - receipt).days + 1)]
    assert sum(SHIPPED.is_working_day(day) for day in span) == amount
    assert SHIPPED.is_working_day(due_day)


@settings(deadline=None)
@given(
    moments,
    st.sampled_from(["20 ngày làm việc", "40 ngày", "2 tháng", "10 ngày + 5 ngày làm việc"]),
    moments,
    st.integers(0, 60 * 24),
)
def test_a_pause_never_brings_a_date_forward(
    received: datetime, term: str, starts: datetime, hours: int
) -> None:
    duration = parse_duration(term)
    pause = Pause(starts, starts + timedelta(hours=hours))

    paused = legal_deadline(duration, received, SHIPPED, [pause])
    assert paused.due_at >= legal_deadline(duration, received, SHIPPED).due_at
    assert SHIPPED.is_working_day(local_day(paused.due_at))


@settings(deadline=None)
@given(
    moments, moments, st.sampled_from(["0,5 ngày làm việc", "3 ngày", "2 ngày + 1 giờ làm việc"])
)
def test_a_step_that_opens_later_is_never_due_earlier(
    one: datetime, other: datetime, term: str
) -> None:
    duration = parse_duration(term)
    due = [step_deadline(duration, opened, SHIPPED).due_at for opened in sorted((one, other))]

    assert due == sorted(due)


@settings(deadline=None)
@given(moments, st.sampled_from(["20 ngày làm việc", "40 ngày", "1 tháng", "3 giờ làm việc"]))
def test_every_day_on_the_way_is_counted_or_skipped_once(received: datetime, term: str) -> None:
    explanation = legal_deadline(parse_duration(term), received, SHIPPED).explanation
    days = [c.day for c in explanation.counted] + [s.day for s in explanation.skipped]

    assert len(days) == len(set(days))
    last = local(explanation.due).date()
    between = {
        local_day(received) + timedelta(days=n) for n in range(1, (last - local_day(received)).days)
    }
    day_of_receipt = local_day(received)
    if received > SHIPPED.closing_moment(day_of_receipt) or not SHIPPED.is_working_day(
        day_of_receipt
    ):
        day_of_receipt = SHIPPED.next_working_day(day_of_receipt, inclusive=False)
    working = term.endswith("làm việc")
    assert between - set(days) <= ({day_of_receipt} if working else set())
