"""How long steps take: working time counted in buckets, and what is usual among them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from engine.domain.clock import local_day
from engine.domain.working_calendar import WorkingCalendar

QUARTERS_PER_HOUR = 4

#: Up to so many quarter-hours are counted in steps of so many: a day to the quarter-hour, a week to
#: the hour, a month to the half day, what is longer to the day (of eight hours).
_STEPS = ((32, 1), (160, 4), (704, 16))
_LONGEST_STEP = 32

#: Fewer finished tasks than this tell nothing of what is usual.
FEWEST = 5

_A_MINUTE = timedelta(minutes=1)

MEDIAN, P90 = Fraction(1, 2), Fraction(9, 10)


def bucket_of(hours: Fraction) -> int:
    """The bucket of a working time: quarter-hours, rounded up, long ones to coarser steps."""
    quarters = max(0, math.ceil(hours * QUARTERS_PER_HOUR))
    step = next((step for most, step in _STEPS if quarters <= most), _LONGEST_STEP)
    return -(-quarters // step) * step


def hours_of(bucket: int) -> Fraction:
    """The working time that a bucket stands for, in hours."""
    return Fraction(bucket, QUARTERS_PER_HOUR)


class Span(StrEnum):
    """Over which stretch of days finished tasks are added up."""

    WEEK = "week"
    MONTH = "month"

    def first_day(self, day: date) -> date:
        """The first day of the week or month in which `day` lies."""
        if self is Span.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1)


@dataclass(frozen=True)
class Lookback:
    """How far back finished work is looked at, in whole weeks or months: at least that far."""

    span: Span
    length: timedelta

    def since(self, today: date) -> date:
        return self.span.first_day(today - self.length)


#: How far back people look at what is usual.
YEAR = Lookback(Span.MONTH, timedelta(days=365))
MONTH = Lookback(Span.WEEK, timedelta(days=30))


@dataclass
class Times:
    """Finished tasks of a step: how many took how long, and how many of them were late."""

    buckets: dict[int, int] = field(default_factory=dict)
    number: int = 0
    late: int = 0

    def add(self, buckets: Mapping[int, int], late: int) -> None:
        for bucket, number in buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + number
            self.number += number
        self.late += late

    @property
    def median(self) -> Fraction | None:
        return share_within(self.buckets, MEDIAN)

    @property
    def p90(self) -> Fraction | None:
        return share_within(self.buckets, P90)

    @property
    def usual(self) -> Fraction | None:
        """The P90 where enough tasks stand behind it."""
        return self.p90 if self.number >= FEWEST else None

    def exceeds(self, limit: Fraction | None) -> bool:
        """Whether one task in ten takes longer than `limit` hours, as finely as times are kept."""
        if self.p90 is None or limit is None:
            return False
        return self.p90 > hours_of(bucket_of(limit))


def share_within(buckets: Mapping[int, int], share: Fraction) -> Fraction | None:
    """The working time, in hours, within which `share` of the tasks were done (nearest rank)."""
    wanted = math.ceil(share * sum(buckets.values()))
    if not wanted:
        return None
    seen = 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if seen >= wanted:
            return hours_of(bucket)
    raise ValueError("a share is at most one")


def moment_before(now: datetime, hours: Fraction, calendar: WorkingCalendar) -> datetime:
    """The moment since which `hours` of working time have passed by `now`, to the minute.

    Not before the years that the calendar holds. Raises CalendarUnknown where it does not hold
    this year.
    """
    first = local_day(now).year
    while calendar.has(first - 1):
        first -= 1
    near, far = now, calendar.opening_moment(date(first, 1, 1))
    while near - far > _A_MINUTE:
        middle = far + (near - far) / 2
        if calendar.working_hours_between(middle, now) < hours:
            near = middle
        else:
            far = middle
    return far
