"""The date of a legal term that was extended: counted on from the date the term had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from engine.domain.clock import local_day
from engine.domain.deadlines import legal_deadline
from engine.domain.durations import Duration, Span, Unit, parse_duration
from engine.domain.explanations import Deadline, Explanation, day_text
from engine.domain.legal_clock import Pause
from engine.domain.messages import Message, say
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar


def extended(
    before: Deadline, by: Duration, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()
) -> Deadline:
    """The date `by` after the date that a term had, by the legal count.

    The day on which the term would have ended is not counted. First the term with its pauses,
    then the extension: days of finished pauses after the old date do not count either. A date
    that no count gave (“dự kiến”) stays without counted days.
    """
    added = legal_deadline(by, before.due_at, calendar, pauses)
    old, new = before.explanation, added.explanation
    by_count, days = bool(old.counted), old.working_days
    if days is not None:
        days += calendar.working_days(local_day(before.due_at), local_day(added.due_at))
    told = say(
        "Đã gia hạn thêm %(term)s, tính từ sau ngày hẹn trả trước khi gia hạn là %(day)s.",
        term=str(by),
        day=day_text(local_day(before.due_at)),
    )
    explanation = replace(
        old,
        due=added.due_at,
        counted=(*old.counted, *new.counted) if by_count else (),
        skipped=(*old.skipped, *new.skipped) if by_count else (),
        notes=tuple(_once((told, *old.notes, *new.notes))),
        extension=str(by),
        working_days=days,
    )
    return Deadline(added.due_at, explanation)


def until(day: date, before: Deadline, calendar: WorkingCalendar) -> Duration:
    """The extension that moves a date to `day`, a working day after it.

    In working days, unless the term itself is stated in plain days alone.
    """
    first = local_day(before.due_at)
    days = [first + ONE_DAY * number for number in range(1, (day - first).days + 1)]
    if counts_plain_days(before.explanation):
        return Duration((Span(Fraction(len(days)), Unit.DAY),))
    working = sum(calendar.is_working_day(one) for one in days)
    return Duration((Span(Fraction(working), Unit.WORKING_DAY),))


def counts_plain_days(explanation: Explanation) -> bool:
    """Whether a term counts days off too; an expected date goes by working days."""
    if not explanation.counted:
        return False
    return not any(span.unit.is_working for span in parse_duration(explanation.term).spans)


def _once(notes: Iterable[Message]) -> Iterable[Message]:
    """The notes without repetitions: both counts say the same of closing time and of years."""
    said: set[str] = set()
    for note in notes:
        if str(note) not in said:
            said.add(str(note))
            yield note
