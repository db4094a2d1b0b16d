"""Changes of the working calendar: days that become off, worked or ordinary; how they are read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from engine.domain.explanations import day_text
from engine.domain.messages import Message, say
from engine.domain.working_calendar import CalendarYear, SpecialDay, WorkingCalendar

#: More days than this in one change are a slip of typing.
MOST_DAYS = 100
REASON_LENGTH, DOCUMENT_LENGTH = 200, 300

#: A unit that was cut off tells of it afterwards: a closure may be entered so long after its day.
CLOSURE_BACK = timedelta(days=7)


@dataclass(frozen=True)
class DayChange:
    """What becomes of a day: worked, off, or (None) what its weekday says.

    In a unit's closure False closes the unit and None opens it again. `was` is what stood there
    before, noted when the change is confirmed.
    """

    day: date
    worked: bool | None
    reason: str = ""
    document: str = ""
    was: SpecialDay | None = None

    @property
    def special(self) -> SpecialDay | None:
        """What will stand in the calendar."""
        if self.worked is None:
            return None
        return SpecialDay(self.day, self.worked, self.reason, self.document or None)

    @property
    def words(self) -> Message:
        """In few words: `nghỉ 02/01/2026`."""
        day = day_text(self.day)
        if self.worked is None:
            return say("trở lại bình thường %(day)s", day=day)
        return say("làm việc %(day)s", day=day) if self.worked else say("nghỉ %(day)s", day=day)

    def to_json(self) -> dict[str, Any]:
        was = self.was
        return {
            "day": self.day.isoformat(),
            "worked": self.worked,
            "reason": self.reason,
            "document": self.document,
            "was": was and {"worked": was.worked, "reason": was.reason, "document": was.document},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> DayChange:
        day, was = date.fromisoformat(stored["day"]), stored["was"]
        return cls(
            day=day,
            worked=stored["worked"],
            reason=stored["reason"],
            document=stored["document"],
            was=SpecialDay(day, was["worked"], was["reason"], was["document"]) if was else None,
        )


def words_of(days: Sequence[DayChange]) -> str:
    """A change in one line; of a long one the first days."""
    shown = ", ".join(str(one.words) for one in days[:4])
    return f"{shown}, …" if len(days) > 4 else shown


# --- the calendar with a change, and without -----------------------------------------------------


def with_change(
    calendar: WorkingCalendar, days: Sequence[DayChange], *, closes: bool
) -> WorkingCalendar:
    """The calendar as it is after the change; `closes`: the change closes the calendar's unit."""
    return _with(calendar, {one.day: one.special for one in days}, closes)


def without_change(
    calendar: WorkingCalendar, days: Sequence[DayChange], *, closes: bool
) -> WorkingCalendar:
    """The calendar as it was before a confirmed change, everything else as it is now."""
    return _with(calendar, {one.day: one.was for one in days}, closes)


def _with(
    calendar: WorkingCalendar, days: Mapping[date, SpecialDay | None], closes: bool
) -> WorkingCalendar:
    if closes:
        closures = {day: why for day, why in calendar.closures.items() if day not in days}
        closures |= {day: special.reason for day, special in days.items() if special}
        return WorkingCalendar(calendar.years.values(), calendar.shifts, closures)
    years = [_year_with(year, days) for year in calendar.years.values()]
    return WorkingCalendar(years, calendar.shifts, calendar.closures)


def _year_with(year: CalendarYear, days: Mapping[date, SpecialDay | None]) -> CalendarYear:
    kept = [one for one in year.days if one.day not in days]
    put = [one for day, one in days.items() if one is not None and day.year == year.year]
    return replace(year, days=tuple(sorted((*kept, *put), key=lambda one: one.day)))


def standing(calendar: WorkingCalendar, day: date, *, closes: bool) -> SpecialDay | None:
    """What stands for a day now: the unit's closure, or the common special day."""
    if closes:
        reason = calendar.closures.get(day)
        return None if reason is None else SpecialDay(day, False, reason)
    year = calendar.years.get(day.year)
    return next((one for one in year.days if one.day == day), None) if year else None


# --- what cannot be -------------------------------------------------------------------------------


def problems(
    days: Sequence[DayChange],
    calendar: WorkingCalendar,
    today: date,
    *,
    closes: bool,
    restates: bool = False,
) -> list[Message]:
    """Everything that speaks against a change, a sentence each; none: it may be drafted.

    A table of a year `restates`: it may name the reason or the document of a day that is off or
    worked already, past or not.
    """
    if not days:
        return [say("Hãy nêu ít nhất một ngày.")]
    if len(days) > MOST_DAYS:
        return [say("Một lần thay đổi nhiều nhất %(most)s ngày.", most=MOST_DAYS)]
    found: list[Message] = []
    seen: set[date] = set()
    for one in days:
        if one.day in seen:
            found.append(say("Ngày %(day)s được nêu hai lần.", day=day_text(one.day)))
            continue
        seen.add(one.day)
        if not (restates and calendar.has(one.day.year) and _changes_nothing(one, calendar)):
            problem = _unknown_or_past(one, calendar, today, closes)
            problem = problem or (_of_closure if closes else _of_day)(one, calendar)
            found += [problem] if problem is not None else []
        found += _of_words(one, calendar, closes)
    return found


def _changes_nothing(one: DayChange, calendar: WorkingCalendar) -> bool:
    return one.worked is not None and one.worked == calendar.is_working_day(one.day)


def _unknown_or_past(
    one: DayChange, calendar: WorkingCalendar, today: date, closes: bool
) -> Message | None:
    day = day_text(one.day)
    if not calendar.has(one.day.year):
        return say(
            "Ngày %(day)s: lịch chưa có năm %(year)s. Hãy thêm năm này trước.",
            day=day,
            year=one.day.year,
        )
    if closes and one.day < today - CLOSURE_BACK:
        return say(
            "Ngày %(day)s đã qua hơn %(days)s ngày, không ghi đóng cửa được nữa.",
            day=day,
            days=CLOSURE_BACK.days,
        )
    if not closes and one.day < today:
        return say("Ngày %(day)s đã qua: lịch của ngày đã qua không sửa được.", day=day)
    return None


def _of_day(one: DayChange, calendar: WorkingCalendar) -> Message | None:
    day, reason = day_text(one.day), calendar.why_off(one.day)
    if one.worked is None:
        if standing(calendar, one.day, closes=False) is None:
            return say("Ngày %(day)s vốn đang bình thường, không có gì để bỏ.", day=day)
        return None
    if one.worked and reason is None:
        return say("Ngày %(day)s đã là ngày làm việc.", day=day)
    if not one.worked and reason is not None:
        return say("Ngày %(day)s đã là ngày nghỉ (%(reason)s).", day=day, reason=str(reason))
    return None


def _of_closure(one: DayChange, calendar: WorkingCalendar) -> Message | None:
    day, reason = day_text(one.day), calendar.why_off(one.day)
    if one.worked is None:
        if one.day not in calendar.closures:
            return say("Ngày %(day)s đơn vị không đóng cửa.", day=day)
        return None
    if reason is not None:
        return say(
            "Ngày %(day)s đơn vị đã nghỉ sẵn (%(reason)s), không cần đóng cửa.",
            day=day,
            reason=str(reason),
        )
    return None


def _of_words(one: DayChange, calendar: WorkingCalendar, closes: bool) -> Iterator[Message]:
    day = day_text(one.day)
    if one.worked is not None and not one.reason:
        yield say("Ngày %(day)s: hãy ghi lý do.", day=day)
    if len(one.reason) > REASON_LENGTH or len(one.document) > DOCUMENT_LENGTH:
        yield say(
            "Ngày %(day)s: lý do tối đa %(reason)s ký tự, văn bản tối đa %(document)s ký tự.",
            day=day,
            reason=REASON_LENGTH,
            document=DOCUMENT_LENGTH,
        )
    if not closes and not one.document and calendar.is_signed_off(one.day.year):
        yield say(
            "Ngày %(day)s: lịch năm %(year)s đã được duyệt nên thay đổi phải nêu văn bản.",
            day=day,
            year=one.day.year,
        )


# --- how changes are told -------------------------------------------------------------------------


def swapped(off: date, worked: date, document: str) -> tuple[DayChange, DayChange]:
    """Hoán đổi: a weekday off, for a day of the weekend that is worked."""
    first = say("Nghỉ hoán đổi, làm bù ngày %(worked)s", worked=day_text(worked))
    second = say("Làm bù cho ngày nghỉ hoán đổi %(off)s", off=day_text(off))
    return (
        DayChange(off, False, str(first), document),
        DayChange(worked, True, str(second), document),
    )


def days_between(first: date, last: date) -> list[date]:
    """All days from `first` to `last`, both with; none when they stand the wrong way round."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


_NORMAL, _OFF, _WORKED = ("bình thường", "bo", "bỏ"), ("nghỉ", "nghi"), ("làm", "lam", "làm việc")
_KINDS: Mapping[str, bool | None] = {
    **dict.fromkeys(_NORMAL, None),
    **dict.fromkeys(_OFF, False),
    **dict.fromkeys(_WORKED, True),
}
_SHORT_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def day_of(text: str) -> date | None:
    """A day as people write it (`2/1/2026`, `2026-01-02`); None for what is no day."""
    short = _SHORT_DAY.fullmatch(text.strip())
    try:
        if short:
            return date(int(short[3]), int(short[2]), int(short[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def read_rows(text: str) -> tuple[list[DayChange], list[Message]]:
    """The days of a table `ngày;nghỉ|làm|bình thường;lý do;văn bản`, and what is wrong in it.

    A first line that holds no day is its head; blank lines and lines after `#` are passed over.
    """
    days: list[DayChange] = []
    wrong: list[Message] = []
    for line, cells in _lines(text):
        day, kind = day_of(cells[0]), " ".join(cells[1].split()).casefold()
        if day is None and line == 1:
            continue
        if day is None:
            wrong.append(
                say(
                    "Dòng %(line)s: “%(text)s” không phải là ngày, ví dụ 02/01/2026.",
                    line=line,
                    text=cells[0][:40],
                )
            )
        elif kind not in _KINDS:
            wrong.append(
                say(
                    "Dòng %(line)s: cột thứ hai phải là “nghỉ”, “làm” hoặc “bình thường”, không "
                    "phải “%(text)s”.",
                    line=line,
                    text=cells[1][:40],
                )
            )
        else:
            reason, document = (" ".join(cell.split()) for cell in cells[2:4])
            days.append(DayChange(day, _KINDS[kind], reason, document))
    return days, wrong


def _lines(text: str) -> Iterable[tuple[int, list[str]]]:
    tidy = text.removeprefix("\ufeff")
    separator = ";" if ";" in tidy or "\t" not in tidy else "\t"
    for line, cells in enumerate(csv.reader(io.StringIO(tidy), delimiter=separator), 1):
        if any(cell.strip() for cell in cells) and not cells[0].startswith("#"):
            yield line, [*cells, "", "", ""]


def news_in(
    days: Iterable[DayChange], calendar: WorkingCalendar, *, closes: bool = False
) -> list[DayChange]:
    """Of the days of a table those that the calendar does not hold already, word for word.

    A table of a whole year repeats what is known, and may add the reason or the document of it.
    """
    return [one for one in days if one.special != standing(calendar, one.day, closes=closes)]
