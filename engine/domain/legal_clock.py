"""When the legal clock of a case stands still, and how many days it has left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.clock import local_day, utc
from engine.domain.explanations import Deadline
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar


@dataclass(frozen=True)
class Pause:
    """The legal clock stood still from `starts_at` to `ends_at` (None: it still does)."""

    starts_at: datetime
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.ends_at is not None and utc(self.ends_at) < utc(self.starts_at):
            raise ValueError("a pause cannot end before it starts")


def united(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """The same standstill without overlaps, in order of time."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.starts_at):
        last = merged[-1] if merged else None
        if last is None or (last.ends_at is not None and last.ends_at < pause.starts_at):
            merged.append(pause)
        elif last.ends_at is not None and (pause.ends_at is None or pause.ends_at > last.ends_at):
            merged[-1] = Pause(last.starts_at, pause.ends_at)
    return tuple(merged)


def paused_days(pauses: Sequence[Pause], until: date) -> frozenset[date]:
    """The days up to and with `until` that do not count.

    The day a pause begins counts, the day it ends does not; a pause that still lasts reaches
    to `until`.
    """
    days: set[date] = set()
    for pause in pauses:
        day = local_day(pause.starts_at)
        last = until if pause.ends_at is None else min(until, local_day(pause.ends_at))
        while day < last:
            day += ONE_DAY
            days.add(day)
    return frozenset(days)


def remaining_days(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> int:
    """How many counted days of `deadline` lie after the day of `now` (“còn n ngày”).

    They are days as the term counts them: working days, or calendar days for plain `ngày`; working
    days of a date that no count gave (“dự kiến”). Once the due day is past: minus the number of
    working days since (“quá n ngày làm việc”). While a case is paused, ask for the moment the
    pause began.
    """
    today, due_day = local_day(now), local_day(deadline.due_at)
    counted = deadline.explanation.counted
    if today <= due_day and counted:
        return sum(one.day > today for one in counted)
    if today <= due_day:
        return calendar.working_days(today, due_day)
    return -calendar.working_days(due_day, today)
