"""The escalation ladder: which rungs a date has, when each is reached, and whom it tells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from engine.domain.clock import ZONE, local_day, utc
from engine.domain.durations import number_text
from engine.domain.errors import BadRung, CalendarUnknown, Misuse
from engine.domain.messages import Message, say
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar

MOST_RUNGS = 10
MOST_DAYS = 60  # working days before or after the date

_HALF = Fraction(1, 2)
_SHARE = re.compile(r"(\d{1,2}) ?%")
_DAYS = re.compile(r"([+-]?)(\d{1,2})")


class Subject(StrEnum):
    """Whose date it is."""

    TASK = "task"
    CASE = "case"


class Tells(StrEnum):
    """Whom a rung tells; each is the next one up from the one before."""

    HOLDERS = "holders"  # who has the work: its assignee, else all who hold its posts
    HEAD = "head"  # who heads the role in the unit
    LEADER = "leader"  # the unit's leader
    ABOVE = "above"  # supervisors of the unit above


@dataclass(frozen=True)
class Rung:
    """One rung: `share` of the working time between opening and date, or `days` from the date.

    `days` are working days; negative before the date, 0 at it. Exactly one of the two is set.
    """

    tells: Tells
    share: Fraction | None = None
    days: int | None = None
    apology: bool = False  # opens the draft of a thư xin lỗi (cases only)

    def __post_init__(self) -> None:
        if (self.share is None) == (self.days is None):
            raise ValueError("a rung stands at a share of the time or at days from the date")

    @property
    def late(self) -> bool:
        """Whether the date has passed once this rung is reached."""
        return self.days is not None and self.days >= 0

    @property
    def place(self) -> str:
        """As people write it: `75%`, `0`, `+1`, `-1`."""
        if self.share is not None:
            return f"{number_text(self.share * 100)}%"
        return f"{self.days:+d}" if self.days else "0"

    @property
    def words(self) -> Message:
        """The place in words."""
        if self.share is not None:
            return say("đã qua %(share)s thời gian", share=self.place)
        if self.days == 0:
            return say("đến hạn")
        if self.late:
            return say("quá hạn %(days)s ngày làm việc", days=self.days)
        return say("còn %(days)s ngày làm việc", days=-(self.days or 0))

    def moment(self, opened_at: datetime, due_at: datetime, calendar: WorkingCalendar) -> datetime:
        """When this rung of a date is reached (UTC). Raises CalendarUnknown.

        Days before a date that is nearer than that are no use: they stand at half of its time.
        """
        if self.share is not None:
            return _part(self.share, opened_at, due_at, calendar)
        days = self.days or 0
        if days >= 0:
            return calendar.add_working_hours(due_at, days * calendar.hours_per_day)[0]
        before = _earlier(due_at, -days, opened_at, calendar)
        return before or _part(_HALF, opened_at, due_at, calendar)


@dataclass(frozen=True)
class Ladder:
    """The rungs of a date, in the order in which they are reached."""

    rungs: tuple[Rung, ...]

    def next_moment(
        self, done: int, opened_at: datetime, due_at: datetime, calendar: WorkingCalendar
    ) -> datetime | None:
        """When the rung after the first `done` ones is reached; None after the last.

        A moment beyond the last year that the calendar holds is not known yet: to be asked again
        when that year is over.
        """
        if done >= len(self.rungs):
            return None
        try:
            return self._moment(done, opened_at, due_at, calendar)
        except CalendarUnknown as unknown:
            return utc(datetime.combine(unknown.day, time(0), ZONE))

    def reached(
        self,
        done: int,
        opened_at: datetime,
        due_at: datetime,
        now: datetime,
        calendar: WorkingCalendar,
    ) -> int:
        """How many rungs are reached by `now`, at least `done`: what was missed counts too."""
        while done < len(self.rungs):
            moment = self.next_moment(done, opened_at, due_at, calendar)
            if moment is None or moment > now:
                break
            done += 1
        return done

    def _moment(
        self, number: int, opened_at: datetime, due_at: datetime, calendar: WorkingCalendar
    ) -> datetime:
        """A rung's moment, or that of one above it which a short time puts before (-1 before 75%).

        What is late is never before what is not.
        """
        rungs = self.rungs[number:]
        moment = rungs[0].moment(opened_at, due_at, calendar)
        for above in rungs[1:]:
            if above.late:
                break
            moment = min(moment, above.moment(opened_at, due_at, calendar))
        return moment

    def still_done(self, done: int, due_at: datetime, now: datetime) -> int:
        """How many of the `done` rungs stay done when the date becomes `due_at`.

        A date in the future is not late: what was said of its being late stands again, and so
        does the letter of apology, which is for one date. Reminders before are not said twice.
        """
        if due_at <= now:
            return done
        again = (n for n, rung in enumerate(self.rungs) if rung.late or rung.apology)
        return min(done, next(again, len(self.rungs)))

    def to_json(self) -> list[dict[str, Any]]:
        return [
            {
                "at": rung.place,
                "tells": str(rung.tells),
                **({"apology": True} if rung.apology else {}),
            }
            for rung in self.rungs
        ]

    @classmethod
    def from_json(cls, stored: Sequence[Mapping[str, Any]]) -> Ladder:
        return cls(
            tuple(
                _rung(str(one["at"]), Tells(one["tells"]), apology=bool(one.get("apology")))
                for one in stored
            )
        )

    @classmethod
    def of(cls, written: Sequence[tuple[str, str, bool]]) -> Ladder:
        """A ladder as an administrator writes it: (place, whom it tells, apology) per rung.

        Raises BadRung: a place nobody understands, an unknown addressee, rungs
        out of order; and Misuse: none at all or too many.
        """
        if not written:
            raise Misuse(say("Bậc nhắc hạn phải báo cho ít nhất một người: hãy thêm một bậc."))
        if len(written) > MOST_RUNGS:
            raise Misuse(say("Có nhiều nhất %(most)s bậc nhắc hạn.", most=MOST_RUNGS))
        rungs = []
        for number, (place, tells, apology) in enumerate(written, 1):
            if tells not in set(Tells):
                raise BadRung(
                    number, say("Bậc %(number)s: hãy chọn người được báo.", number=number)
                )
            try:
                rungs.append(_rung(place.strip(), Tells(tells), apology=apology))
            except ValueError:
                raise BadRung(
                    number,
                    say(
                        "Bậc %(number)s: không hiểu thời điểm “%(place)s”. Hãy viết 75%% (phần "
                        "thời gian đã qua), -1 (trước hạn 1 ngày làm việc), 0 (đến hạn) hoặc +3 "
                        "(quá hạn 3 ngày làm việc).",
                        number=number,
                        place=place.strip(),
                    ),
                ) from None
        order = [_order(rung) for rung in rungs]
        for number, (before, after) in enumerate(pairwise(order), 2):
            if after <= before:
                raise BadRung(
                    number,
                    say(
                        "Bậc %(number)s phải đến sau bậc %(before)s.",
                        number=number,
                        before=number - 1,
                    ),
                )
        return cls(tuple(rungs))


DEFAULT: Mapping[Subject, Ladder] = {
    Subject.TASK: Ladder(
        (
            Rung(Tells.HOLDERS, share=Fraction(3, 4)),
            Rung(Tells.HEAD, days=0),
            Rung(Tells.LEADER, days=1),
            Rung(Tells.ABOVE, days=3),
        )
    ),
    Subject.CASE: Ladder(
        (
            Rung(Tells.HOLDERS, share=Fraction(3, 4)),
            Rung(Tells.HEAD, days=-1, apology=True),
            Rung(Tells.LEADER, days=0),
            Rung(Tells.ABOVE, days=3),
        )
    ),
}


def _rung(place: str, tells: Tells, *, apology: bool = False) -> Rung:
    """Raises ValueError for a place that is none."""
    share = _SHARE.fullmatch(place)
    if share:
        part = Fraction(int(share[1]), 100)
        if not part:
            raise ValueError(place)
        return Rung(tells, share=part, apology=apology)
    days = _DAYS.fullmatch(place)
    if days is None or int(days[2]) > MOST_DAYS:
        raise ValueError(place)
    return Rung(tells, days=int(days[1] + days[2]), apology=apology)


def _order(rung: Rung) -> tuple[int, Fraction]:
    """Shares stand before days: a ladder is written in the order in which it is climbed."""
    if rung.share is not None:
        return 0, rung.share
    return 1, Fraction(rung.days or 0)


def _part(
    share: Fraction, opened_at: datetime, due_at: datetime, calendar: WorkingCalendar
) -> datetime:
    """When `share` of the working time between two moments is over."""
    time = calendar.working_time_between(opened_at, due_at)
    if time <= timedelta(0):
        return due_at
    part = time * share.numerator / share.denominator
    return min(due_at, calendar.moment_after(opened_at, part))


def _earlier(
    due_at: datetime, days: int, opened_at: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """The same time of day, `days` working days before; None unless that is after the opening."""
    due_day = day = local_day(due_at)
    while days and day >= local_day(opened_at):
        day -= ONE_DAY
        days -= day >= local_day(opened_at) and calendar.is_working_day(day)
    moment = utc(due_at) - (due_day - day)  # the zone has no summer time
    return moment if moment > opened_at else None
