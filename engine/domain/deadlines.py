"""When a step is due, when a legal term ends, when a posting is over: each with its explanation."""

from __future__ import annotations

import calendar as months
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from fractions import Fraction
from itertools import groupby

from engine.domain.clock import ZONE, local_day, utc
from engine.domain.durations import (
    MONTHS_PER_YEAR,
    Duration,
    Span,
    Unit,
    number_text,
    parse_duration,
)
from engine.domain.errors import BadDuration
from engine.domain.explanations import CountedDay, Explanation, Rule, SkippedDay, day_text
from engine.domain.explanations import Deadline as Deadline  # what every count here ends in
from engine.domain.legal_clock import Pause, paused_days, united
from engine.domain.messages import Message, say
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar

#: What each rule stands on: terms in hours run from the moment, terms in days after the day.
ARTICLES: dict[Rule, str] = {
    Rule.WORKING_CLOCK: "Bộ luật Dân sự 2015, Điều 147 khoản 1",
    Rule.LEGAL_COUNT: "Bộ luật Dân sự 2015, Điều 147, Điều 148",
    Rule.MIXED: "Bộ luật Dân sự 2015, Điều 147, Điều 148",
    Rule.AT_LEAST: "Bộ luật Dân sự 2015, Điều 147, Điều 148",
    Rule.FIXED_DATE: "",  # what is written down stands on itself
}
PAUSED = say("Tạm dừng tính thời hạn")

# What a count notes of itself; whatever else stands among the notes of a date, others have added.
_RECEIVED_LATER = say("Nhận vào ngày nghỉ hoặc sau giờ đóng cửa nên tính là nhận ngày %(day)s.")
_LAST_DAY_OFF = say("Ngày cuối cùng %(day)s là ngày nghỉ (%(reason)s) nên chuyển sang %(moved)s.")
_CLOSING = say(
    "Bộ luật Dân sự tính đến 24 giờ của ngày cuối cùng (Điều 148 khoản 6); "
    "cơ quan đóng cửa lúc %(closing)s."
)
_STOOD_STILL = say(
    "Tạm dừng tính thời hạn từ %(start)s đến %(end)s: "
    "tính ngày bắt đầu, không tính các ngày sau đó cho đến hết ngày kết thúc."
)
_NOT_SIGNED_OFF = say("Lịch làm việc năm %(year)s chưa được duyệt; ngày này có thể thay đổi.")
_ROUNDED_UP = say("%(amount)s ngày được làm tròn lên %(whole)s ngày.")
_OWN_NOTES = frozenset(
    note.template
    for note in (
        _RECEIVED_LATER,
        _LAST_DAY_OFF,
        _CLOSING,
        _STOOD_STILL,
        _NOT_SIGNED_OFF,
        _ROUNDED_UP,
    )
)


def step_deadline(duration: Duration, opened_at: datetime, calendar: WorkingCalendar) -> Deadline:
    """When a step that opened at `opened_at` is due.

    Working days and hours run on the working clock from that moment; plain days, months and years
    by the legal count, ending at closing time; parts of both kinds one after the other. Only the
    end of the whole moves off a day without work, not the end of a part before another.
    """
    count = _Count(calendar)
    moment = utc(opened_at)
    for working, group in groupby(duration.spans, key=lambda span: span.unit.is_working):
        spans = tuple(group)
        if working:
            moment = count.working_hours(moment, spans)
        else:
            moment = _midnight_after(count.days(local_day(moment), spans))
    if duration.spans[-1].unit.is_working:
        mixed = any(not span.unit.is_working for span in duration.spans)
        rule = Rule.MIXED if mixed else Rule.WORKING_CLOCK
        return count.deadline(rule, duration, opened_at, moment)
    due_at = calendar.closing_moment(count.moved_to_work(local_day(moment) - ONE_DAY))
    count.note_closing()
    mixed = any(span.unit.is_working for span in duration.spans)
    return count.deadline(Rule.MIXED if mixed else Rule.LEGAL_COUNT, duration, opened_at, due_at)


def legal_deadline(
    duration: Duration,
    received_at: datetime,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """When a legal term that runs from `received_at` ends: closing time of its last day.

    The day of receipt is not counted. A term that begins in working days and was received on a
    day off or after closing time counts as received on the next working day. Working hours are
    counted as parts of working days; fractions of a day round up. Days of finished pauses do not
    count; a pause that still lasts has no effect yet: the date is computed anew when it ends.
    """
    finished = united(pause for pause in pauses if pause.ends_at is not None)
    count = _Count(calendar, paused_days(finished, date.max))
    day = local_day(received_at)
    if duration.spans[0].unit.is_working:
        day = count.day_of_receipt(received_at)
    day = count.moved_to_work(count.days(day, duration.spans))
    count.note_pauses(finished, local_day(received_at), day)
    count.note_closing()
    due_at = calendar.closing_moment(day)
    return count.deadline(Rule.LEGAL_COUNT, duration, received_at, due_at)


def timer_moment(text: str, opened_at: datetime, calendar: WorkingCalendar) -> Deadline:
    """When a timer of at least `text` that began at `opened_at` fires. Raises BadDuration.

    A minimum must be over in full: the timer fires at 00:00 of the day after the last counted
    day, and does not wait for a working day. One of working hours alone fires when they are over.
    """
    duration = parse_duration(text)
    count = _Count(calendar)
    if all(span.unit is Unit.WORKING_HOUR for span in duration.spans):
        moment = count.working_hours(utc(opened_at), duration.spans)
        return count.deadline(Rule.WORKING_CLOCK, duration, opened_at, moment)
    moment = _midnight_after(count.days(local_day(opened_at), duration.spans))
    return count.deadline(Rule.AT_LEAST, duration, opened_at, moment)


def recounted(explanation: Explanation, calendar: WorkingCalendar) -> Deadline:
    """The same rule, term and start counted with another calendar.

    What no term gave stays as it is: a fixed date, an expected one. Dates of cases are not counted
    here but in services.dating: they stand still in pauses.
    """
    again = counted_again(explanation.rule, explanation.term, explanation.start, calendar)
    if again is None:
        return Deadline(explanation.due, explanation)
    return Deadline(again.due_at, with_notes_of(explanation.notes, again.explanation))


def with_notes_of(notes: Iterable[Message], explanation: Explanation) -> Explanation:
    """A new count with what others had added to the notes of the one before (`cùng hạn …`)."""
    added = tuple(note for note in notes if note.template not in _OWN_NOTES)
    return replace(explanation, notes=(*added, *explanation.notes)) if added else explanation


def counted_again(
    rule: Rule, term: str, start: datetime, calendar: WorkingCalendar
) -> Deadline | None:
    """What `rule` gives for a step's or a timer's stored `term`; None where that is no duration."""
    try:
        duration = parse_duration(term)
    except BadDuration:
        return None
    if rule is Rule.AT_LEAST:
        return timer_moment(term, start, calendar)
    return step_deadline(duration, start, calendar)


def months_later(day: date, count: int) -> date:
    """The same day of the month `count` months later; the last of that month where none is."""
    year, month = divmod(day.year * MONTHS_PER_YEAR + day.month - 1 + count, MONTHS_PER_YEAR)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _midnight_after(day: date) -> datetime:
    return utc(datetime.combine(day + ONE_DAY, time(0), ZONE))


def _counted_in(span: Span) -> Unit:
    """The unit in which the legal count counts `span`."""
    if span.unit.is_working:
        return Unit.WORKING_DAY
    return Unit.DAY if span.unit is Unit.DAY else Unit.MONTH


@dataclass
class _Count:
    """A count under way: the days counted and skipped so far, and what is worth saying of them."""

    calendar: WorkingCalendar
    paused: frozenset[date] = frozenset()
    counted: list[CountedDay] = field(default_factory=list)
    skipped: list[SkippedDay] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    def working_hours(self, moment: datetime, spans: Sequence[Span]) -> datetime:
        """The moment the working time of `spans` after `moment` is over."""
        hours_per_day = self.calendar.hours_per_day
        hours = Duration(tuple(spans)).working_days(hours_per_day) * hours_per_day
        due_at, counted, skipped = self.calendar.add_working_hours(moment, hours)
        self.counted += counted
        self.skipped += skipped
        return due_at

    def days(self, day: date, spans: Iterable[Span]) -> date:
        """The last day of `spans` counted in whole days after `day`, part by part."""
        for unit, group in groupby(spans, key=_counted_in):
            part = Duration(tuple(group))
            if unit is Unit.WORKING_DAY:
                amount = part.working_days(self.calendar.hours_per_day)
            elif unit is Unit.DAY:
                amount = part.calendar_days
            else:
                amount = Fraction((months_later(day, part.calendar_months) - day).days)
            day = self._pass_days(day, self._rounded_up(amount), unit is Unit.WORKING_DAY)
        return day

    def day_of_receipt(self, received_at: datetime) -> date:
        """The day that counts as the day of receipt for a term in working days."""
        day = local_day(received_at)
        if self.calendar.is_working_day(day) and utc(received_at) > self.calendar.closing_moment(
            day
        ):
            day += ONE_DAY
        day = self._skip_off(day)
        if day != local_day(received_at):
            self.notes.append(
                _RECEIVED_LATER.filled(
                    day=day_text(day),
                )
            )
        return day

    def moved_to_work(self, day: date) -> date:
        """`day`, or the next working day when nobody works on it."""
        reason = self._why_not(day, working=True)
        if reason is None:
            return day
        moved = self._skip_off(day + ONE_DAY)
        self.notes.append(
            _LAST_DAY_OFF.filled(
                day=day_text(day),
                reason=str(reason),
                moved=day_text(moved),
            )
        )
        return moved

    def note_closing(self) -> None:
        self.notes.append(
            _CLOSING.filled(
                closing=f"{self.calendar.shifts[-1].ends:%H:%M}",
            )
        )

    def note_pauses(self, pauses: Iterable[Pause], first: date, last: date) -> None:
        for pause in pauses:
            if pause.ends_at is None or local_day(pause.ends_at) <= first:
                continue
            if local_day(pause.starts_at) < last:
                self.notes.append(
                    _STOOD_STILL.filled(
                        start=day_text(local_day(pause.starts_at)),
                        end=day_text(local_day(pause.ends_at)),
                    )
                )

    def deadline(
        self, rule: Rule, duration: Duration, start: datetime, due_at: datetime
    ) -> Deadline:
        """The finished count."""
        if rule is not Rule.AT_LEAST or any(span.unit.is_working for span in duration.spans):
            self._note_years(local_day(start).year, local_day(due_at).year)
        explanation = Explanation(
            rule=rule,
            article=ARTICLES[rule],
            term=str(duration),
            start=utc(start),
            due=due_at,
            counted=tuple(self.counted),
            skipped=tuple(self.skipped),
            notes=tuple(self.notes),
        )
        return Deadline(due_at, explanation)

    def _note_years(self, first: int, last: int) -> None:
        for year in range(first, last + 1):
            if not self.calendar.is_signed_off(year):
                self.notes.append(
                    _NOT_SIGNED_OFF.filled(
                        year=year,
                    )
                )

    def _rounded_up(self, amount: Fraction) -> int:
        whole = math.ceil(amount)
        if whole != amount:
            self.notes.append(
                _ROUNDED_UP.filled(
                    amount=number_text(amount),
                    whole=whole,
                )
            )
        return whole

    def _pass_days(self, day: date, amount: int, working: bool) -> date:
        """The `amount`-th counted day after `day`."""
        while amount > 0:
            day += ONE_DAY
            reason = self._why_not(day, working)
            if reason is None:
                self.counted.append(CountedDay(day))
                amount -= 1
            else:
                self.skipped.append(SkippedDay(day, reason))
        return day

    def _skip_off(self, day: date) -> date:
        """The first day from `day` on that is worked and not paused."""
        while (reason := self._why_not(day, working=True)) is not None:
            self.skipped.append(SkippedDay(day, reason))
            day += ONE_DAY
        return day

    def _why_not(self, day: date, working: bool) -> Message | None:
        """Why `day` does not count: nobody works (for working days), or the clock stands still."""
        reason = self.calendar.why_off(day) if working else None
        return reason or (PAUSED if day in self.paused else None)
