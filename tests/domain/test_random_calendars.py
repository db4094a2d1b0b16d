"""The working clock and the legal count beside naive counts, on any calendar one can think of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.clock import ZONE, local, local_day
from engine.domain.deadlines import legal_deadline
from engine.domain.durations import Duration, Span, Unit
from engine.domain.extensions import extended, until
from engine.domain.legal_clock import Pause, united
from engine.domain.working_calendar import CalendarYear, Shift, SpecialDay, WorkingCalendar

FIRST = date(2026, 12, 14)  # a Monday; what follows goes over the year's end
DAYS = 28
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

days = st.integers(0, DAYS - 1).map(lambda number: FIRST + number * DAY)
moments = st.integers(0, 10 * 24 * 60).map(
    lambda minutes: datetime.combine(FIRST, time(0), ZONE) + minutes * MINUTE
)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """One to three shifts, holidays, worked week-ends, closures: all of them anywhere."""
    cuts = draw(
        st.lists(st.integers(1, 24 * 60 - 1), min_size=2, max_size=6, unique=True).filter(
            lambda found: len(found) % 2 == 0
        )
    )
    times = [time(*divmod(cut, 60)) for cut in sorted(cuts)]
    shifts = [Shift(*times[at : at + 2]) for at in range(0, len(times), 2)]
    off = draw(st.sets(days, max_size=8))
    worked = draw(st.sets(days, max_size=4)) - off
    specials = [SpecialDay(day, day in worked, "Đổi") for day in sorted(off | worked)]
    closed = draw(st.sets(days, max_size=3))
    years = [
        CalendarYear(year, True, (), tuple(one for one in specials if one.day.year == year))
        for year in (2026, 2027)
    ]
    return WorkingCalendar(years, shifts, dict.fromkeys(closed, "Lũ"))


def is_worked(calendar: WorkingCalendar, day: date) -> bool:
    """Whether a day is worked, from what the calendar was made of alone."""
    special = {one.day: one.worked for year in calendar.years.values() for one in year.days}
    return day not in calendar.closures and special.get(day, day.weekday() < 5)


def worked_minutes(calendar: WorkingCalendar, first: datetime, last: datetime) -> int:
    """Minute by minute: how many between two moments are worked."""
    return sum(
        _is_worked_minute(calendar, first + number * MINUTE)
        for number in range((last - first) // MINUTE)
    )


def _is_worked_minute(calendar: WorkingCalendar, moment: datetime) -> bool:
    at = local(moment)
    within = any(shift.starts <= at.time() < shift.ends for shift in calendar.shifts)
    return within and is_worked(calendar, at.date())


@settings(deadline=None, max_examples=40)
@given(calendars(), moments, st.integers(1, 600))
def test_the_working_clock_agrees_with_a_count_of_minutes(
    calendar: WorkingCalendar, start: datetime, minutes: int
) -> None:
    due, counted, _ = calendar.add_working_hours(start, Fraction(minutes, 60))
    moment, left = start, minutes
    while left and moment - start < DAYS * DAY:
        left -= _is_worked_minute(calendar, moment)
        moment += MINUTE
    if not left:  # a calendar with next to no work is beyond a count of minutes
        assert due == moment
        assert sum(one.hours or 0 for one in counted) == Fraction(minutes, 60)


@settings(deadline=None, max_examples=40)
@given(calendars(), st.tuples(moments, moments, moments).map(sorted))
def test_working_time_between_is_the_minutes_worked_and_adds_up(
    calendar: WorkingCalendar, moments_: list[datetime]
) -> None:
    first, middle, last = moments_
    whole = calendar.working_hours_between(first, last)
    halves = [calendar.working_hours_between(*pair) for pair in ((first, middle), (middle, last))]
    assert whole == sum(halves)
    assert min(halves) >= 0
    assert calendar.working_hours_between(last, first) == -whole
    assert halves[0] == Fraction(worked_minutes(calendar, first, middle), 60)


# --- whole days ----------------------------------------------------------------------------------

pauses = st.lists(
    st.tuples(st.integers(0, 30 * 24), st.integers(0, 9 * 24)).map(
        lambda hours: Pause(
            datetime.combine(FIRST + 12 * DAY, time(9), ZONE) + timedelta(hours=hours[0]),
            datetime.combine(FIRST + 12 * DAY, time(9), ZONE) + timedelta(hours=sum(hours)),
        )
    ),
    max_size=4,
)
terms = st.tuples(
    st.integers(1, 25).map(Fraction), st.sampled_from([Unit.WORKING_DAY, Unit.DAY])
).map(lambda term: Duration((Span(*term),)))


def stands_still(day: date, pauses: Sequence[Pause]) -> bool:
    """The day a pause begins counts, the day it ends does not."""
    return any(
        local_day(one.starts_at) < day <= local_day(one.ends_at) for one in pauses if one.ends_at
    )


def naive_last_day(
    calendar: WorkingCalendar, received: datetime, term: Duration, pauses: Sequence[Pause]
) -> date:
    """Day by day, as the code of civil law is read aloud."""
    (span,) = term.spans
    day = local_day(received)
    working = span.unit is Unit.WORKING_DAY
    if working and is_worked(calendar, day) and received > calendar.closing_moment(day):
        day += DAY
    while working and not is_worked(calendar, day):
        day += DAY
    left = span.amount
    while left:
        day += DAY
        left -= not stands_still(day, pauses) and (not working or is_worked(calendar, day))
    while not is_worked(calendar, day) or stands_still(day, pauses):
        day += DAY
    return day


@settings(deadline=None, max_examples=100)
@given(calendars(), moments, terms, pauses)
def test_the_legal_count_agrees_with_a_count_of_days(
    calendar: WorkingCalendar, received: datetime, term: Duration, pauses: list[Pause]
) -> None:
    deadline = legal_deadline(term, received, calendar, pauses)
    assert local_day(deadline.due_at) == naive_last_day(calendar, received, term, pauses)
    assert deadline.due_at == calendar.closing_moment(local_day(deadline.due_at))
    (span,) = term.spans
    assert len(deadline.explanation.counted) == span.amount  # however long it stood still


@settings(deadline=None, max_examples=60)
@given(calendars(), st.tuples(moments, moments).map(sorted), terms, pauses)
def test_the_legal_count_is_monotone_and_knows_no_order_of_pauses(
    calendar: WorkingCalendar, received: list[datetime], term: Duration, pauses: list[Pause]
) -> None:
    due = [legal_deadline(term, one, calendar, pauses).due_at for one in received]
    assert due == sorted(due)
    again = (pauses[::-1], list(united(pauses)), pauses * 2)
    assert {legal_deadline(term, received[0], calendar, same).due_at for same in again} == {due[0]}
    assert legal_deadline(term, received[0], calendar, pauses[1:]).due_at <= due[0]


@settings(deadline=None, max_examples=60)
@given(calendars(), moments, st.integers(1, 15), st.integers(1, 15), pauses)
def test_an_extension_of_working_days_adds_to_the_term_whatever_stood_still(
    calendar: WorkingCalendar, received: datetime, term: int, more: int, pauses: list[Pause]
) -> None:
    first, by, both = (
        Duration((Span(Fraction(amount), Unit.WORKING_DAY),))
        for amount in (term, more, term + more)
    )
    base = legal_deadline(first, received, calendar, pauses)
    found = extended(base, by, calendar, pauses)
    whole = legal_deadline(both, received, calendar, pauses)
    assert found.due_at == whole.due_at
    assert found.explanation.counted == whole.explanation.counted
    listed = [one.day for one in (*found.explanation.counted, *found.explanation.skipped)]
    assert len(listed) == len(set(listed))
    plain = extended(base, by, calendar)
    assert until(local_day(plain.due_at), base, calendar) == by
