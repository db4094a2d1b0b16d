"""Mail as people know it: addresses that can be written to, and hours in which none is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from engine.domain.clock import ZONE, local, utc
from engine.domain.errors import CalendarUnknown, Misuse
from engine.domain.messages import say
from engine.domain.working_calendar import ONE_DAY, WEEKEND, WorkingCalendar

LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, without the brackets

#: What mail servers everywhere take; letters beyond ASCII need an extension that few have.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")


def is_address(text: str) -> bool:
    """Whether `text` is one mail address with a full domain."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def checked_address(text: str) -> str:
    """The address without blanks around it, its domain in small letters. Raises Misuse."""
    address = text.strip()
    if not is_address(address):
        raise Misuse(
            say(
                "“%(text)s” không phải là một địa chỉ thư. Hãy viết như: lan.tt@anphu.gov.vn.",
                text=address[:80],
            )
        )
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"


@dataclass(frozen=True)
class QuietHours:
    """Hours of the day, on the office's wall clock, in which no mail leaves; days off neither.

    From `starts` (inclusive) to `ends` (exclusive), over midnight when it starts after it ends.
    """

    starts: time
    ends: time

    def __post_init__(self) -> None:
        if self.starts == self.ends:
            raise ValueError("quiet hours end at another time than they start")

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"

    def covers(self, at: time) -> bool:
        if self.starts < self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends

    def next_moment(self, moment: datetime, calendar: WorkingCalendar) -> datetime:
        """The first moment from `moment` on at which mail may leave, in UTC."""
        there = local(moment)
        day, at = there.date(), there.time()
        if works(day, calendar):
            if not self.covers(at):
                return utc(moment)
            if at < self.ends:
                return moment_of(day, self.ends)
        opening = self.ends if self.covers(time.min) else time.min
        return moment_of(working_day_after(day, calendar), opening)


def works(day: date, calendar: WorkingCalendar) -> bool:
    """Whether anybody reads mail on `day`.

    In a year that the calendar does not hold, offices are taken to rest on weekends alone: a mail
    that comes on a holiday does less harm than one that never comes.
    """
    try:
        return calendar.is_working_day(day)
    except CalendarUnknown:
        return day.weekday() not in WEEKEND


def working_day_after(day: date, calendar: WorkingCalendar) -> date:
    day += ONE_DAY
    while not works(day, calendar):
        day += ONE_DAY
    return day


def moment_of(day: date, at: time) -> datetime:
    """A time of the office's wall clock, in UTC."""
    return utc(datetime.combine(day, at, ZONE))
