"""The working calendar: days off with their reasons, and working time added and measured."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.holiday_years import shipped_years
from engine.domain.clock import ZONE, local
from engine.domain.errors import CalendarUnknown, NaiveMoment
from engine.domain.working_calendar import CalendarYear, Shift, SpecialDay, WorkingCalendar
from tests.domain.vietnamese_time import at, shown

SHIPPED = WorkingCalendar(shipped_years())

#: Any minute of 2025 and of the first half of 2026.
moments = st.integers(0, 540 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)
#: Up to 25 working days, in thousandths of an hour.
amounts = st.integers(0, 200_000).map(lambda thousandths: Fraction(thousandths, 1000))


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 3, 7), "Thứ Bảy"),
        (date(2026, 3, 8), "Chủ nhật"),
        (date(2026, 2, 17), "Tết Nguyên đán"),
        (date(2026, 1, 2), "Nghỉ hoán đổi, làm bù ngày 10/01/2026"),
        (date(2026, 4, 27), "Nghỉ bù Giỗ Tổ Hùng Vương (26/04/2026 là Chủ nhật)"),
        (date(2026, 4, 26), "Giỗ Tổ Hùng Vương"),
    ],
)
def test_a_day_off_says_why(calendar: WorkingCalendar, day: date, reason: str) -> None:
    assert str(calendar.why_off(day)) == reason
    assert not calendar.is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 1, 10), date(2025, 4, 26), date(2026, 8, 22)])
def test_a_saturday_worked_for_a_swap_is_a_working_day(
    calendar: WorkingCalendar, day: date
) -> None:
    assert day.weekday() == 5
    assert calendar.is_working_day(day)


def test_the_next_working_day_may_be_the_day_itself(calendar: WorkingCalendar) -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)

    assert calendar.next_working_day(friday) == friday
    assert calendar.next_working_day(friday, inclusive=False) == monday
    assert calendar.next_working_day(date(2026, 2, 14)) == date(2026, 2, 23)


def test_opening_and_closing_are_utc_moments_of_the_wall_clock(calendar: WorkingCalendar) -> None:
    assert calendar.opening_moment(date(2026, 3, 6)) == datetime(2026, 3, 6, 0, 30, tzinfo=UTC)
    assert calendar.closing_moment(date(2026, 3, 6)) == datetime(2026, 3, 6, 10, tzinfo=UTC)


def test_a_closure_of_the_unit_is_a_day_off_with_its_own_reason(calendar: WorkingCalendar) -> None:
    monday = date(2026, 3, 9)
    closures = {monday: "Bão số 3, trụ sở ngập 100% diện tích"}
    closed = WorkingCalendar(shipped_years(), closures=closures)

    assert str(closed.why_off(monday)) == "Bão số 3, trụ sở ngập 100% diện tích"
    assert calendar.is_working_day(monday)
    assert closed.next_working_day(date(2026, 3, 7)) == date(2026, 3, 10)


def test_a_closure_outweighs_a_saturday_that_would_be_worked(calendar: WorkingCalendar) -> None:
    swapped = date(2026, 1, 10)

    closed = WorkingCalendar(shipped_years(), closures={swapped: "Chuyển trụ sở"})

    assert not closed.is_working_day(swapped)


def test_a_year_that_is_not_held_is_refused_by_every_computation(
    calendar: WorkingCalendar,
) -> None:
    with pytest.raises(CalendarUnknown, match="2028"):
        calendar.why_off(date(2028, 1, 3))
    with pytest.raises(CalendarUnknown, match="2028"):
        calendar.add_working_hours(at("2027-12-31 16:00"), Fraction(8))
    with pytest.raises(CalendarUnknown, match="2024"):
        calendar.working_hours_between(at("2024-12-31 08:00"), at("2025-03-03 08:00"))


def test_only_years_an_administrator_checked_are_signed_off(calendar: WorkingCalendar) -> None:
    assert calendar.is_signed_off(2026)
    assert calendar.has(2027)
    assert not calendar.is_signed_off(2027)
    assert not calendar.is_signed_off(2028)


def test_a_naive_moment_is_refused(calendar: WorkingCalendar) -> None:
    with pytest.raises(NaiveMoment):
        calendar.add_working_hours(datetime(2026, 3, 6, 8), Fraction(1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-06 10:00", "4", "2026-03-06 15:30"),
        ("2026-03-06 15:00", "8", "2026-03-09 15:00"),
        ("2026-03-08 10:00", "8", "2026-03-09 17:00"),
        ("2026-03-08 10:00", "4", "2026-03-09 11:30"),  # not 13:00
        ("2026-03-06 07:30", "8", "2026-03-06 17:00"),  # not Monday 07:30
        ("2026-03-06 05:00", "1", "2026-03-06 08:30"),
        ("2026-03-06 12:00", "1", "2026-03-06 14:00"),
        ("2026-03-06 17:00", "1", "2026-03-09 08:30"),
        ("2026-03-06 23:00", "1", "2026-03-09 08:30"),
        ("2026-01-09 15:00", "8", "2026-01-10 15:00"),  # the Saturday is worked
        ("2025-12-31 16:00", "2", "2026-01-05 08:30"),  # 1 and 2 January are off
        ("2026-02-13 15:00", "20", "2026-02-25 09:30"),  # across Tết
        ("2026-03-07 09:00", "0", "2026-03-07 09:00"),
    ],
)
def test_working_time_runs_through_shifts_only(
    calendar: WorkingCalendar, start: str, hours: str, due: str
) -> None:
    assert shown(calendar.add_working_hours(at(start), Fraction(hours))[0]) == due


def test_added_time_accounts_for_every_day_on_the_way(calendar: WorkingCalendar) -> None:
    _, counted, skipped = calendar.add_working_hours(at("2026-02-13 15:00"), Fraction(20))

    assert [(c.day.day, c.hours) for c in counted] == [(13, 2), (23, 8), (24, 8), (25, 2)]
    assert [s.day.day for s in skipped] == [14, 15, 16, 17, 18, 19, 20, 21, 22]


def test_working_time_cannot_be_taken_back(calendar: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="taken back"):
        calendar.add_working_hours(at("2026-03-06 10:00"), Fraction(-1))


def test_working_time_between_counts_shifts_only(calendar: WorkingCalendar) -> None:
    between = calendar.working_hours_between

    assert between(at("2026-03-06 10:00"), at("2026-03-06 15:30")) == 4
    assert between(at("2026-03-06 15:30"), at("2026-03-06 10:00")) == -4
    assert between(at("2026-03-07 08:00"), at("2026-03-08 20:00")) == 0
    assert between(at("2025-12-31 17:00"), at("2026-01-05 07:30")) == 0


def test_a_whole_year_of_working_time_is_its_working_days(calendar: WorkingCalendar) -> None:
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    worked = sum(calendar.is_working_day(day) for day in year)

    assert worked == 249  # 261 weekdays, 14 of them off, 2 Saturdays worked
    assert (
        calendar.working_hours_between(at("2025-12-31 20:00"), at("2027-01-01 00:00")) == worked * 8
    )


def test_other_shifts_make_another_day() -> None:
    short = WorkingCalendar(
        [CalendarYear(2026, signed_off=True)], [Shift(time(8), time(12)), Shift(time(13), time(16))]
    )

    assert short.hours_per_day == 7
    assert shown(short.add_working_hours(at("2026-03-06 08:00"), Fraction(7))[0]) == (
        "2026-03-06 16:00"
    )


@pytest.mark.parametrize(
    "shifts",
    [
        [],
        [Shift(time(12), time(8))],
        [Shift(time(13), time(17)), Shift(time(8), time(12))],
        [Shift(time(8), time(13)), Shift(time(12), time(17))],
    ],
)
def test_shifts_that_make_no_day_are_refused(shifts: list[Shift]) -> None:
    with pytest.raises(ValueError, match="shift"):
        WorkingCalendar([], shifts)


def test_a_special_day_may_make_a_sunday_worked() -> None:
    sunday = date(2026, 3, 8)
    year = CalendarYear(2026, True, (), (SpecialDay(sunday, worked=True, reason="Bầu cử"),))

    assert WorkingCalendar([year]).is_working_day(sunday)


@settings(deadline=None)
@given(moments, amounts)
def test_adding_and_measuring_working_time_are_inverse(start: datetime, hours: Fraction) -> None:
    due, counted, _ = SHIPPED.add_working_hours(start, hours)

    assert SHIPPED.working_hours_between(start, due) == hours
    assert sum((c.hours or Fraction(0) for c in counted), Fraction(0)) == hours


@settings(deadline=None)
@given(moments, amounts, amounts)
def test_working_time_added_in_two_parts_is_the_sum(
    start: datetime, first: Fraction, second: Fraction
) -> None:
    halfway = SHIPPED.add_working_hours(start, first)[0]
    whole = SHIPPED.add_working_hours(start, first + second)[0]

    if second:
        assert SHIPPED.add_working_hours(halfway, second)[0] == whole
    assert halfway <= whole


@settings(deadline=None)
@given(moments, moments, amounts)
def test_what_opens_later_is_never_due_earlier(
    one: datetime, other: datetime, hours: Fraction
) -> None:
    earlier, later = sorted((one, other))

    if hours:
        due = [SHIPPED.add_working_hours(start, hours)[0] for start in (earlier, later)]
        assert due == sorted(due)


@settings(deadline=None)
@given(moments, moments, moments)
def test_working_time_between_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    between = SHIPPED.working_hours_between

    assert between(a, c) == between(a, b) + between(b, c)


@settings(deadline=None)
@given(moments, amounts)
def test_a_due_moment_lies_within_a_shift_and_never_at_its_beginning(
    start: datetime, hours: Fraction
) -> None:
    if hours:
        due = local(SHIPPED.add_working_hours(start, hours)[0])
        assert any(shift.starts < due.time() <= shift.ends for shift in SHIPPED.shifts)
        assert SHIPPED.is_working_day(due.date())
