"""Due dates counted once more, in the plainest way: hour by hour and day by day on the calendar.

Nothing here knows how the engine counts; only which days are worked is asked of the calendar.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import ceil

from engine.domain.clock import ZONE
from engine.domain.working_calendar import WorkingCalendar

SHIFTS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
HOURS_A_DAY = 8
CLOSING = time(17)
ONE_DAY = timedelta(days=1)
_SPAN = re.compile(r"(\d+(?:[.,]\d+)?) (ngày làm việc|giờ làm việc|ngày|tháng|năm)")
_ISO = re.compile(r"P(\d+)([DMY])")
_SINCE = re.compile(r"(?P<span>.+?) kể từ (?P<element>\S+)")
_WORKED = frozenset({"ngày làm việc", "giờ làm việc"})

Pauses = Iterable[tuple[datetime, datetime]]


def alternative(text: str, holds: Callable[[str], bool]) -> str | None:
    """The first value of `VALUE khi CONDITION; …; DEFAULT` whose condition holds."""
    for piece in text.split(";"):
        value, when, condition = f" {' '.join(piece.split())} ".partition(" khi ")
        if not when or holds(condition.strip()):
            return value.strip()
    return None


class Reckoner:
    """Counts on one office's calendar."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._works = calendar.is_working_day

    def step(self, text: str, opened: datetime) -> datetime:
        """When a step drawn with `text` is due that opened then."""
        spans, moment = _spans(text), opened.astimezone(ZONE)
        working = Fraction(0)
        for amount, unit in spans:
            if unit in _WORKED:
                working += amount * (HOURS_A_DAY if unit == "ngày làm việc" else 1)
                continue
            if working:
                moment, working = self._worked(moment, working), Fraction(0)
            day = self._later(moment.date(), amount, unit)
            moment = datetime.combine(day, time(0), ZONE) + ONE_DAY
        if working:
            return self._worked(moment, working)
        return datetime.combine(self._to_work(moment.date() - ONE_DAY), CLOSING, ZONE)

    def timer(self, text: str, opened: datetime) -> datetime:
        """When a timer of at least `text` fires: once its last day is over."""
        spans, day = _spans(text), opened.astimezone(ZONE).date()
        if all(unit == "giờ làm việc" for _, unit in spans):
            return self._worked(opened.astimezone(ZONE), sum(amount for amount, _ in spans))
        for amount, unit in spans:
            day = self._later(day, amount, unit)
        return datetime.combine(day, time(0), ZONE) + ONE_DAY

    def term(self, text: str, accepted: datetime, pauses: Pauses = ()) -> datetime:
        """When a legal term ends that began then and stood still meanwhile."""
        still = _still(pauses)
        spans, local = _spans(text), accepted.astimezone(ZONE)
        day = local.date()
        if spans[0][1] in _WORKED and (not self._works(day) or local.time() > CLOSING):
            day = self._next(day)
        for amount, unit in _joined(spans):
            if unit in {"tháng", "năm"}:
                day = self._later(day, amount, unit)
                continue
            left = ceil(amount)
            while left:
                day += ONE_DAY
                if day not in still and (unit == "ngày" or self._works(day)):
                    left -= 1
        return datetime.combine(self._to_work(day), CLOSING, ZONE)

    # ── by hand ─────────────────────────────────────────────────────────────────────────────────

    def _worked(self, moment: datetime, hours: Fraction | int) -> datetime:
        left = timedelta(microseconds=int(hours * 3_600_000_000))
        day = moment.date()
        while True:
            for starts, ends in SHIFTS if self._works(day) else ():
                begin = max(moment, datetime.combine(day, starts, ZONE))
                end = datetime.combine(day, ends, ZONE)
                if begin >= end:
                    continue
                if left <= end - begin:
                    return begin + left
                left -= end - begin
            day += ONE_DAY

    def _later(self, day: date, amount: Fraction, unit: str) -> date:
        if unit in {"tháng", "năm"}:
            months = day.month - 1 + int(amount) * (12 if unit == "năm" else 1)
            year, month = day.year + months // 12, months % 12 + 1
            return date(year, month, min(day.day, monthrange(year, month)[1]))
        if unit == "ngày":
            return day + ceil(amount) * ONE_DAY
        for _ in range(ceil(amount)):
            day = self._next(day)
        return day

    def _next(self, day: date) -> date:
        return self._to_work(day + ONE_DAY)

    def _to_work(self, day: date) -> date:
        while not self._works(day):
            day += ONE_DAY
        return day


def since(text: str) -> tuple[str, str] | None:
    """(duration, element) of `70 ngày kể từ S2`."""
    found = _SINCE.fullmatch(text)
    return (found["span"], found["element"]) if found else None


def _spans(text: str) -> list[tuple[Fraction, str]]:
    iso = _ISO.fullmatch(text)
    if iso:
        return [(Fraction(iso[1]), {"D": "ngày", "M": "tháng", "Y": "năm"}[iso[2]])]
    spans = []
    for part in text.split("+"):
        found = _SPAN.fullmatch(part.strip())
        assert found, text
        spans.append((Fraction(found[1].replace(",", ".")), found[2]))
    return spans


def _joined(spans: list[tuple[Fraction, str]]) -> list[tuple[Fraction, str]]:
    """Hours as parts of working days; neighbours of one unit together, so that fractions add up."""
    joined: list[tuple[Fraction, str]] = []
    for amount, unit in spans:
        if unit == "giờ làm việc":
            amount, unit = amount / HOURS_A_DAY, "ngày làm việc"
        if joined and joined[-1][1] == unit:
            joined[-1] = (joined[-1][0] + amount, unit)
        else:
            joined.append((amount, unit))
    return joined


def _still(pauses: Pauses) -> set[date]:
    """The day a pause begins counts, the day it ends does not."""
    days = set()
    for begun, ended in pauses:
        day, last = begun.astimezone(ZONE).date(), ended.astimezone(ZONE).date()
        while day < last:
            day += ONE_DAY
            days.add(day)
    return days
