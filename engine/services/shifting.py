"""A change of the calendar as dates feel it: counted as it was before, and as it is after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from engine.domain.calendar_changes import DayChange, with_change, without_change
from engine.domain.clock import ZONE, local_day, utc
from engine.domain.deadlines import counted_again, with_notes_of
from engine.domain.durations import Duration, parse_duration
from engine.domain.errors import BadDuration
from engine.domain.explanations import Deadline, Explanation, Rule
from engine.domain.extensions import extended
from engine.domain.legal_clock import Pause
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar
from engine.persistence.calendars import load_calendar
from engine.services import projecting
from engine.services.act import Act

_AN_INSTANT = timedelta(microseconds=1)

#: The days off after a receipt, however long the holidays are, lie within this.
_NEAR = timedelta(days=20)

CalendarOf = Callable[[int], WorkingCalendar]

#: What was counted on a calendar, to be found again when the case is locked.
Counts = dict[tuple[WorkingCalendar, Rule, str, datetime], Deadline | None]


@dataclass(frozen=True)
class Shifted:
    """Another date. `kept`: it would lie in the past, so the one before stays: nobody is made late
    by an edit of the calendar.
    """

    deadline: Deadline
    kept: bool


@dataclass(frozen=True)
class Term:
    """What the date of an accepted case is counted from."""

    unit_id: int
    received_at: datetime
    accepted_at: datetime
    due_at: datetime
    term: str  # in words; of an expected date there is none
    expected: bool
    pauses: Sequence[Pause] = ()
    extension: str | None = None  # in words
    working_days: int | None = None  # after receipt, of an expected date


class Shift:
    """One change, with the calendars of units before and after it."""

    def __init__(
        self,
        days: Sequence[DayChange],
        unit_id: int | None,
        before: CalendarOf,
        after: CalendarOf,
        now: datetime,
        counts: Counts | None = None,
    ) -> None:
        self.unit_id = unit_id
        self.days = days
        self._changed = sorted(one.day for one in days)
        self.since = utc(datetime.combine(self._changed[0], time(0), ZONE))
        self._before, self._after = before, after
        self._now = now
        self._counts = {} if counts is None else counts

    def concerns(self, unit_id: int) -> bool:
        """Whether the change is one of the unit's calendar."""
        return self.unit_id in (None, unit_id)

    def after(self, unit_id: int) -> WorkingCalendar:
        """The calendar of a unit with the change."""
        return self._after(unit_id)

    def step(self, stored: Mapping[str, Any], due_at: datetime, unit_id: int) -> Shifted | None:
        """The date of a step or a timer, from its stored explanation; None where it stays.

        Raises CalendarUnknown.
        """
        if not self.may_move(stored, due_at, unit_id):
            return None
        rule, start = Rule(stored["rule"]), datetime.fromisoformat(stored["start"])
        again = self._again(rule, stored["term"], start, self._after(unit_id))
        if again is None or again.due_at == due_at:
            return None
        notes = Explanation.from_json({**stored, "counted": [], "skipped": []}).notes
        return self._shifted(Deadline(again.due_at, with_notes_of(notes, again.explanation)))

    def _again(
        self, rule: Rule, term: str, start: datetime, calendar: WorkingCalendar
    ) -> Deadline | None:
        key = (calendar, rule, term, start)
        if key not in self._counts:
            self._counts[key] = counted_again(*key[1:], calendar)
        return self._counts[key]

    def may_move(self, stored: Mapping[str, Any], due_at: datetime, unit_id: int) -> bool:
        """Whether the change concerns the date of a step or a timer: the quick half of `step`."""
        start = datetime.fromisoformat(stored["start"])
        if not self.concerns(unit_id) or not self.touches(start, due_at):
            return False
        try:
            duration = parse_duration(stored["term"])
        except BadDuration:  # a fixed date, an expected one
            return False
        if _plain(duration) and stored["rule"] == Rule.AT_LEAST:
            return False
        return self._counts_otherwise(duration, start, due_at, unit_id)

    def term(self, term: Term, stored: Mapping[str, Any] | None = None) -> Shifted | None:
        """The date of a case; `stored` is its explanation, where that is to be written anew.

        Raises CalendarUnknown.
        """
        if not self.may_move_term(term):
            return None
        after = self._expected(term, stored) if term.expected else self._stated(term)
        return None if after.due_at == term.due_at else self._shifted(after)

    def may_move_term(self, term: Term) -> bool:
        """Whether the change concerns the date of a case: the quick half of `term`."""
        start = term.received_at if term.expected else term.accepted_at
        if not self.concerns(term.unit_id) or not self.touches(start, term.due_at):
            return False
        if term.expected:
            return term.working_days is not None
        if term.pauses or term.extension is not None:
            return True
        duration = parse_duration(term.term)
        if not _plain(duration) and self._received_otherwise(start, term.unit_id):
            return True
        return self._counts_otherwise(duration, start, term.due_at, term.unit_id)

    def _received_otherwise(self, start: datetime, unit_id: int) -> bool:
        """Whether the day that counts as the day of receipt may be another."""
        first, calendar = local_day(start), self._before(unit_id)
        if calendar.is_working_day(first) and start <= calendar.closing_moment(first):
            return first in self._changed
        return any(first <= day <= first + _NEAR for day in self._changed)

    def _counts_otherwise(
        self, duration: Duration, start: datetime, due_at: datetime, unit_id: int
    ) -> bool:
        """Whether a count from `start` to `due_at` may end elsewhere on the changed calendar.

        Of terms in working time: not when as many days between them are worked as before. Of plain
        days: only when the days off before the last one have changed.
        """
        before, after = self._before(unit_id), self._after(unit_id)
        last = local_day(due_at - _AN_INSTANT)  # what ends at 00:00 ends with the day before
        if local_day(start) in self._changed or last in self._changed:
            return True
        if all(span.unit.is_working for span in duration.spans):
            between = (day for day in self._changed if local_day(start) < day < last)
            return sum(after.is_working_day(d) - before.is_working_day(d) for d in between) != 0
        if not _plain(duration):
            return True
        day = last - ONE_DAY
        while day not in self._changed and not before.is_working_day(day):
            day -= ONE_DAY
        return day in self._changed and not before.is_working_day(day)

    def _stated(self, term: Term) -> Deadline:
        """As services.dating counts it: the term, its standstills, its extension."""
        calendar, stated = self._after(term.unit_id), parse_duration(term.term)
        deadline = projecting.term_deadline(stated, term.accepted_at, calendar, term.pauses)
        if term.extension is None:
            return deadline
        by, still = parse_duration(term.extension), projecting.standstills(term.pauses)
        return extended(deadline, by, calendar, still)

    def _expected(self, term: Term, stored: Mapping[str, Any] | None) -> Deadline:
        """An expected date keeps its number of working days since the case was received."""
        calendar, number = self._after(term.unit_id), term.working_days
        if not number:
            due = term.due_at
        else:
            day = calendar.working_day_after(local_day(term.received_at), number)
            due = calendar.closing_moment(day)
        nothing = Explanation(Rule.MIXED, "", term.term, term.received_at, term.due_at)
        explanation = Explanation.from_json(stored) if stored else nothing
        return Deadline(due, replace(explanation, due=due))

    def touches(self, start: datetime, due: datetime) -> bool:
        """Whether a changed day lies between two moments, their days with them."""
        first, last = local_day(start), local_day(due)
        return any(first <= day <= last for day in self._changed)

    def _shifted(self, deadline: Deadline) -> Shifted:
        return Shifted(deadline, kept=deadline.due_at <= self._now)


def planned(act: Act, days: Sequence[DayChange], unit_id: int | None) -> Shift:
    """A change that is not made yet: the calendar as it is, and as it would be."""
    shifts = act.app.settings.shifts
    changed: dict[int, WorkingCalendar] = {}

    def before(of: int) -> WorkingCalendar:
        return load_calendar(act.session, shifts, of)

    def after(of: int) -> WorkingCalendar:
        if of not in changed:
            changed[of] = with_change(before(of), days, closes=unit_id is not None)
        return changed[of]

    return Shift(days, unit_id, before, after, act.now)


def confirmed(
    act: Act,
    days: Sequence[DayChange],
    unit_id: int | None,
    counts: Counts | None = None,
) -> Shift:
    """A change that is made: the calendar as it would be without it, and as it is.

    `counts` keeps what is counted, for another look at the same cases.
    """
    shifts = act.app.settings.shifts
    undone: dict[int, WorkingCalendar] = {}

    def after(of: int) -> WorkingCalendar:
        return load_calendar(act.session, shifts, of)

    def before(of: int) -> WorkingCalendar:
        if of not in undone:
            undone[of] = without_change(after(of), days, closes=unit_id is not None)
        return undone[of]

    return Shift(days, unit_id, before, after, act.now, counts)


def _plain(duration: Duration) -> bool:
    """Whether it is counted in dates alone: days off count too."""
    return not any(span.unit.is_working for span in duration.spans)
