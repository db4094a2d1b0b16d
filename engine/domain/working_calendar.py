"""When offices work: shifts, weekends, holidays, swaps, closures, and working time between them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise
from types import MappingProxyType

from engine.domain.clock import ZONE, local_day, utc
from engine.domain.errors import CalendarUnknown
from engine.domain.explanations import CountedDay, SkippedDay
from engine.domain.messages import Message, say

ONE_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_PER_HOUR = timedelta(hours=1) // _MICROSECOND

#: `date.weekday()` -> why a weekend day is off. Offices rest on these two days.
WEEKEND: Mapping[int, Message] = MappingProxyType({5: say("Thứ Bảy"), 6: say("Chủ nhật")})


@dataclass(frozen=True)
class Shift:
    """A stretch of working time within one day, on the office's wall clock."""

    starts: time
    ends: time

    @property
    def hours(self) -> Fraction:
        return _hours(_length(self))


def hours_of(shifts: Sequence[Shift]) -> Fraction:
    """The working hours of one working day, exactly."""
    return sum((shift.hours for shift in shifts), Fraction(0))


DEFAULT_SHIFTS = (Shift(time(7, 30), time(11, 30)), Shift(time(13), time(17)))


@dataclass(frozen=True)
class SpecialDay:
    """A day that differs from its weekday, or a holiday that falls on a weekend."""

    day: date
    worked: bool
    reason: str
    document: str | None = None


@dataclass(frozen=True)
class CalendarYear:
    """One year's special days; `signed_off` once an administrator has checked them."""

    year: int
    signed_off: bool
    documents: tuple[str, ...] = ()
    days: tuple[SpecialDay, ...] = ()


class WorkingCalendar:
    """The working calendar of an office: never changed once made, so it may be shared.

    Every question about a day of a year it does not hold raises CalendarUnknown.
    """

    def __init__(
        self,
        years: Iterable[CalendarYear],
        shifts: Sequence[Shift] = DEFAULT_SHIFTS,
        closures: Mapping[date, str] = MappingProxyType({}),
    ) -> None:
        self.years = {year.year: year for year in years}
        self.shifts = _checked(shifts)
        self.closures = dict(closures)
        self.hours_per_day: Fraction = hours_of(self.shifts)
        self._special = {day.day: day for year in self.years.values() for day in year.days}
        self._whole_day = sum((_length(shift) for shift in self.shifts), timedelta(0))
        # These only remember what was once worked out; they never grow beyond the years held.
        self._why_off: dict[date, Message | None] = {}
        self._stretches_of: dict[date, tuple[tuple[datetime, datetime], ...]] = {}
        self._worked_until: dict[int, tuple[int, ...]] = {}

    def has(self, year: int) -> bool:
        return year in self.years

    def is_signed_off(self, year: int) -> bool:
        return year in self.years and self.years[year].signed_off

    # --- days ---------------------------------------------------------------------------------

    def why_off(self, day: date) -> Message | None:
        """Why nobody works on `day`; None when it is a working day. Raises CalendarUnknown."""
        try:
            return self._why_off[day]
        except KeyError:
            reason = self._why_off[day] = self._reason(day)
            return reason

    def _reason(self, day: date) -> Message | None:
        if day.year not in self.years:
            raise CalendarUnknown(day)
        if day in self.closures:
            return Message(self.closures[day])
        special = self._special.get(day)
        if special is not None:
            return None if special.worked else Message(special.reason)
        return WEEKEND.get(day.weekday())

    def is_working_day(self, day: date) -> bool:
        return self.why_off(day) is None

    def next_working_day(self, day: date, inclusive: bool = True) -> date:
        """The first working day from `day` on (after `day` when not inclusive)."""
        if not inclusive:
            day += ONE_DAY
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def working_days(self, after: date, until: date) -> int:
        """How many working days lie after a day, up to and with another one; 0 backwards."""
        days = 0
        while after < until:
            after += ONE_DAY
            days += self.is_working_day(after)
        return days

    def working_day_after(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`; for 0 `day` itself."""
        for _ in range(number):
            day = self.next_working_day(day, inclusive=False)
        return day

    # --- moments ------------------------------------------------------------------------------

    def opening_moment(self, day: date) -> datetime:
        """When the first shift of `day` begins, in UTC (whether or not the day is worked)."""
        return _moment(day, self.shifts[0].starts)

    def closing_moment(self, day: date) -> datetime:
        """When the last shift of `day` ends, in UTC (whether or not the day is worked)."""
        return _moment(day, self.shifts[-1].ends)

    def add_working_hours(
        self, start: datetime, hours: Fraction
    ) -> tuple[datetime, tuple[CountedDay, ...], tuple[SkippedDay, ...]]:
        """The moment `hours` of working time after `start`, and the days on the way.

        A moment that could be the end of one shift or the beginning of the next is the end
        (17:00, not 07:30). Nothing to add leaves `start` as it is. Rounded up to a microsecond.
        """
        if hours < 0:
            raise ValueError(f"working time cannot be taken back: {hours}")
        moment = utc(start)
        left = timedelta(microseconds=math.ceil(hours * _MICROSECONDS_PER_HOUR))
        counted: list[CountedDay] = []
        skipped: list[SkippedDay] = []
        day = local_day(moment)
        while left > timedelta(0):
            reason = self.why_off(day)
            if reason is None:
                moment, worked = self._work_on(day, moment, left)
                left -= worked
                if worked:
                    whole = worked == self._whole_day
                    hours_of_day = self.hours_per_day if whole else _hours(worked)
                    counted.append(CountedDay(day, hours_of_day))
            else:
                skipped.append(SkippedDay(day, reason))
            day += ONE_DAY
        return moment, tuple(counted), tuple(skipped)

    def moment_after(self, start: datetime, time: timedelta) -> datetime:
        """The moment when `time` has been worked since `start`, as `add_working_hours` has it."""
        moment, left = utc(start), time
        day = local_day(moment)
        while left > timedelta(0):
            if self.why_off(day) is None:
                moment, worked = self._work_on(day, moment, left)
                left -= worked
            day += ONE_DAY
        return moment

    def working_hours_between(self, a: datetime, b: datetime) -> Fraction:
        """Working time from `a` to `b`, exactly; negative when `b` lies before `a`."""
        return _hours(self.working_time_between(a, b))

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """The same as a length of time."""
        first, last = utc(a), utc(b)
        if last < first:
            return -self.working_time_between(last, first)
        day, end = local_day(first), local_day(last)
        if day == end:
            return self._worked_within(day, first, last)
        edges = self._worked_within(day, first, last) + self._worked_within(end, first, last)
        return edges + self._working_days_between(day, end) * self._whole_day

    def _working_days_between(self, first: date, last: date) -> int:
        """How many working days lie after `first` and before `last`."""
        before_last = last - ONE_DAY
        whole_years = sum(self._worked_in(year)[-1] for year in range(first.year, before_last.year))
        return (
            whole_years
            + self._worked_in(before_last.year)[before_last.timetuple().tm_yday]
            - self._worked_in(first.year)[first.timetuple().tm_yday]
        )

    def _worked_in(self, year: int) -> tuple[int, ...]:
        """How many working days of `year` are over after its n-th day, for n from 0."""
        if year not in self._worked_until:
            first, next_first = date(year, 1, 1), date(year + 1, 1, 1)
            days = (first + timedelta(days=n) for n in range((next_first - first).days))
            worked = (int(self.is_working_day(day)) for day in days)
            self._worked_until[year] = tuple(accumulate(worked, initial=0))
        return self._worked_until[year]

    def _worked_within(self, day: date, first: datetime, last: datetime) -> timedelta:
        """The working time of `day` between two moments."""
        if not self.is_working_day(day):
            return timedelta(0)
        spans = (min(ends, last) - max(starts, first) for starts, ends in self._stretches(day))
        return sum((max(span, timedelta(0)) for span in spans), timedelta(0))

    def _work_on(self, day: date, moment: datetime, left: timedelta) -> tuple[datetime, timedelta]:
        """Work on `day` from `moment` for at most `left`: when that ends, and how much it was."""
        stretches = self._stretches(day)
        if moment <= stretches[0][0] and left >= self._whole_day:
            return stretches[-1][1], self._whole_day
        worked = timedelta(0)
        for starts, ends in stretches:
            begin = max(moment, starts)
            if begin < ends and worked < left:
                stretch = min(ends - begin, left - worked)
                moment = begin + stretch
                worked += stretch
        return moment, worked

    def _stretches(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """When the shifts of a working day begin and end, in UTC."""
        if day not in self._stretches_of:
            self._stretches_of[day] = tuple(
                (_moment(day, shift.starts), _moment(day, shift.ends)) for shift in self.shifts
            )
        return self._stretches_of[day]


def _length(shift: Shift) -> timedelta:
    starts, ends = (datetime.combine(date.min, at) for at in (shift.starts, shift.ends))
    return ends - starts


def _moment(day: date, at: time) -> datetime:
    return utc(datetime.combine(day, at, ZONE))


def _hours(length: timedelta) -> Fraction:
    return Fraction(length // _MICROSECOND, _MICROSECONDS_PER_HOUR)


def _checked(shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    """`shifts` when they make a day: at least one, in order, not overlapping. Else ValueError."""
    if not shifts:
        raise ValueError("a working day needs at least one shift")
    if any(shift.starts >= shift.ends for shift in shifts):
        raise ValueError("a shift ends after it starts")
    if any(before.ends > after.starts for before, after in pairwise(shifts)):
        raise ValueError("shifts follow one another without overlapping")
    return tuple(shifts)
