"""The one clock: the present moment, and the zone in which offices read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from engine.domain.errors import NaiveMoment

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    """Tells the present moment, once per act."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class HandClock:
    """A clock that somebody moves by hand: tests, rehearsals, demo data."""

    def __init__(self, moment: datetime) -> None:
        self._moment = utc(moment)

    def now(self) -> datetime:
        return self._moment

    def move_to(self, moment: datetime) -> None:
        self._moment = utc(moment)

    def advance(self, by: timedelta) -> None:
        self._moment += by


def utc(moment: datetime) -> datetime:
    """`moment` in UTC. Raises NaiveMoment when it has no zone."""
    if moment.tzinfo is None:
        raise NaiveMoment()
    return moment.astimezone(UTC)


def local(moment: datetime) -> datetime:
    """`moment` as an office's wall clock shows it. Raises NaiveMoment when it has no zone."""
    if moment.tzinfo is None:
        raise NaiveMoment()
    return moment.astimezone(ZONE)


def local_day(moment: datetime) -> date:
    """The Vietnamese calendar date of `moment`."""
    return local(moment).date()
