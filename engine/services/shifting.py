"""A change of the calendar as dates feel it: counted as it was before, and as it is after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from engine.domain.calendar_changes import DayChange, days_between, with_change, without_change
from engine.domain.clock import ZONE, local_day, utc
from engine.domain.deadlines import counted_again
from engine.domain.durations import parse_duration
from engine.domain.explanations import Deadline, Explanation, Rule
from engine.domain.extensions import extended
from engine.domain.legal_clock import Pause
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar
from engine.persistence.calendars import load_calendar
from engine.services import projecting
from engine.services.act import Act

CalendarOf = Callable[[int], WorkingCalendar]


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


class Shift:
    """One change, with the calendars of units before and after it."""

    def __init__(
        self,
        days: Sequence[DayChange],
        unit_id: int | None,
        before: CalendarOf,
        after: CalendarOf,
        now: datetime,
    ) -> None:
        self.unit_id = unit_id
        self.days = days
        self._changed = sorted(one.day for one in days)
        self.since = utc(datetime.combine(self._changed[0], time(0), ZONE))
        self._before, self._after = before, after
        self._now = now

    def concerns(self, unit_id: int) -> bool:
        """Whether the change is one of the unit's calendar."""
        return self.unit_id in (None, unit_id)

    def after(self, unit_id: int) -> WorkingCalendar:
        """The calendar of a unit with the change."""
        return self._after(unit_id)

    def step(self, stored: Mapping[str, Any], due_at: datetime, unit_id: int) -> Shifted | None:
        """The date of a step or a timer, from its stored explanation; None where it stays.

        Only a day between its beginning and its end can move it. Raises CalendarUnknown.
        """
        start = datetime.fromisoformat(stored["start"])
        if not self.concerns(unit_id) or not self.touches(start, due_at):
            return None
        rule, term = Rule(stored["rule"]), stored["term"]
        after = counted_again(rule, term, start, self._after(unit_id))
        if after is None or after.due_at == due_at:
            return None
        before = counted_again(rule, term, start, self._before(unit_id))
        if before is None or before.due_at == after.due_at:
            return None  # whatever else moved it, it was not this change
        return self._shifted(_noted_as(stored, before, after))

    def term(self, term: Term, stored: Mapping[str, Any] | None = None) -> Shifted | None:
        """The date of a case; `stored` is its explanation, where that is to be written anew.

        Raises CalendarUnknown.
        """
        if not self.concerns(term.unit_id) or not self.touches(term.received_at, term.due_at):
            return None
        count = self._expected if term.expected else self._stated
        before, after = count(term, stored)
        if after.due_at in (term.due_at, before.due_at):
            return None
        return self._shifted(after)

    def _stated(self, term: Term, _stored: Mapping[str, Any] | None) -> tuple[Deadline, Deadline]:
        return (
            _term_counted(term, self._before(term.unit_id)),
            _term_counted(term, self._after(term.unit_id)),
        )

    def _expected(self, term: Term, stored: Mapping[str, Any] | None) -> tuple[Deadline, Deadline]:
        """An expected date keeps its number of working days since the case was received."""
        before, after = self._before(term.unit_id), self._after(term.unit_id)
        first, day = local_day(term.received_at), local_day(term.due_at)
        left = sum(before.is_working_day(one) for one in days_between(first + ONE_DAY, day))
        day = first
        while left:
            day = after.next_working_day(day, inclusive=False)
            left -= 1
        explanation = Explanation.from_json(stored) if stored else _nothing(term)
        due = after.closing_moment(day) if day != first else term.due_at
        old = Deadline(term.due_at, replace(explanation, due=term.due_at))
        return old, Deadline(due, replace(explanation, due=due))

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


def confirmed(act: Act, days: Sequence[DayChange], unit_id: int | None) -> Shift:
    """A change that is made: the calendar as it would be without it, and as it is."""
    shifts = act.app.settings.shifts
    undone: dict[int, WorkingCalendar] = {}

    def after(of: int) -> WorkingCalendar:
        return load_calendar(act.session, shifts, of)

    def before(of: int) -> WorkingCalendar:
        if of not in undone:
            undone[of] = without_change(after(of), days, closes=unit_id is not None)
        return undone[of]

    return Shift(days, unit_id, before, after, act.now)


def _term_counted(term: Term, calendar: WorkingCalendar) -> Deadline:
    """As services.dating counts it: the term, its standstills, its extension."""
    stated = parse_duration(term.term)
    deadline = projecting.term_deadline(stated, term.accepted_at, calendar, term.pauses)
    if term.extension is None:
        return deadline
    by, still = parse_duration(term.extension), projecting.standstills(term.pauses)
    return extended(deadline, by, calendar, still)


def _noted_as(stored: Mapping[str, Any], before: Deadline, after: Deadline) -> Deadline:
    """The new count, with what others had noted beside the count before it."""
    own = set(map(str, before.explanation.notes))
    notes = Explanation.from_json({**stored, "counted": [], "skipped": []}).notes
    added = [note for note in notes if str(note) not in own]
    if not added:
        return after
    explanation = replace(after.explanation, notes=(*added, *after.explanation.notes))
    return replace(after, explanation=explanation)


def _nothing(term: Term) -> Explanation:
    return Explanation(Rule.MIXED, "", term.term, term.received_at, term.due_at)
