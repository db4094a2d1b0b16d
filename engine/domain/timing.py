"""What a drawn timer says, and its moment: a duration, a date, or a cycle."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction

from engine.domain.clock import ZONE, local, utc
from engine.domain.deadlines import ARTICLES, timer_moment
from engine.domain.durations import Duration, Unit, parse_duration, tidied
from engine.domain.errors import BadDuration, NoMoment
from engine.domain.explanations import Deadline, Explanation, Rule, day_text
from engine.domain.messages import Message, say
from engine.domain.working_calendar import WorkingCalendar


class Timing(StrEnum):
    """What a timer waits for: BPMN's timeDuration, timeDate, timeCycle."""

    DURATION = "duration"
    DATE = "date"
    CYCLE = "cycle"


#: A date outside these years is a slip of the pen.
FIRST_YEAR, LAST_YEAR = 2000, 2199
MOST_LAPS = 999
#: A cycle turns at most once in an hour of work: each lap is told to people.
SHORTEST_CYCLE = Fraction(1)  # working hours
_HOURS_PER_DAY = Fraction(8)

_TIME = r"(?:lúc )?(?P<hour>\d{1,2})(?::(?P<minute>\d{2})|h(?P<minute_h>\d{2})?)"
_DAY = r"(?:ngày )?(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"
_VARIABLE = r"\$\{\s*(?P<variable>[^\W\d]\w*)\s*\}"
_DATES = tuple(re.compile(pattern) for pattern in (_DAY, f"{_DAY},? {_TIME}", f"{_TIME},? {_DAY}"))
_VALUES = tuple(
    re.compile(pattern)
    for pattern in (_VARIABLE, f"{_VARIABLE},? {_TIME}", f"{_TIME},? (?:ngày )?{_VARIABLE}")
)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2})?(?:z|[+-]\d{2}:?\d{2})?)?")
_EVERY = re.compile(r"mỗi (?P<every>.+?)(?:,? (?:tối đa )?(?P<laps>\d{1,9}) lần)?")
_ISO_CYCLE = re.compile(r"r(?P<laps>\d*)/(?P<every>p.+)")


@dataclass(frozen=True)
class FixedDate:
    """A moment by the office's wall clock; without a time it is the beginning of that day."""

    day: date
    at: time | None = None

    def __str__(self) -> str:
        return _said(self.at, f"ngày {day_text(self.day)}")


@dataclass(frozen=True)
class DateOf:
    """The day that a variable of the dossier holds."""

    variable: str
    at: time | None = None

    def __str__(self) -> str:
        return _said(self.at, f"${{{self.variable}}}")


@dataclass(frozen=True)
class Cycle:
    """Again and again, each lap `every` after the one before; `laps` None: while its host lasts."""

    every: Duration
    laps: int | None = None

    def __str__(self) -> str:
        return f"mỗi {self.every}" + (f", {self.laps} lần" if self.laps else "")


def _said(at: time | None, day: str) -> str:
    return day if at is None else f"{at:%H:%M} {day}"


# --- reading the words ---------------------------------------------------------------------------


def parse_date(text: str) -> FixedDate | DateOf:
    """What a `timeDate` says: `31/12/2026`, `08:00 ngày 31/12/2026`, `${ngay_hen} 08:00`, ISO.

    A zone in ISO text is obeyed; without one it is Vietnamese time. Raises BadDuration.
    """
    written = tidied(text)
    tidy = written.casefold()
    for pattern in _VALUES:
        found = pattern.fullmatch(written)
        if found is not None:
            return DateOf(found["variable"], _time_in(found, text))
    for pattern in _DATES:
        found = pattern.fullmatch(tidy)
        if found is not None:
            day = tuple(int(found[part]) for part in ("year", "month", "day"))
            return FixedDate(_checked_day(day, text), _time_in(found, text))
    if _ISO_DATE.fullmatch(tidy):
        return _iso_date(tidy, text)
    raise BadDuration(
        say(
            "“%(text)s” không phải là một ngày. Hãy viết như: “31/12/2026”, “08:00 ngày "
            "31/12/2026”, hoặc tên một ô ngày trong biểu mẫu: “${ngay_hen}”.",
            text=text,
        )
    )


def _time_in(found: re.Match[str], text: str) -> time | None:
    groups = found.groupdict()
    if groups.get("hour") is None:
        return None
    minute = groups.get("minute") or groups.get("minute_h") or 0
    try:
        return time(int(groups["hour"]), int(minute))
    except ValueError:
        raise BadDuration(say("“%(text)s”: giờ chỉ có từ 00:00 đến 23:59.", text=text)) from None


def _checked_day(day: tuple[int, ...], text: str) -> date:
    try:
        found = date(*day)
    except ValueError:
        raise BadDuration(say("“%(text)s”: không có ngày này trong lịch.", text=text)) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadDuration(
            say(
                "“%(text)s”: năm phải từ %(first)s đến %(last)s.",
                text=text,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        )
    return found


def _iso_date(tidy: str, text: str) -> FixedDate:
    try:
        moment = datetime.fromisoformat(tidy.upper())
    except ValueError:
        raise BadDuration(say("“%(text)s”: không có ngày này trong lịch.", text=text)) from None
    if moment.tzinfo is not None:
        moment = local(moment)
    at = None if len(tidy) == len("2026-12-31") else moment.time()
    return FixedDate(_checked_day((moment.year, moment.month, moment.day), text), at)


def parse_cycle(text: str) -> Cycle:
    """What a `timeCycle` says: `mỗi 5 ngày làm việc`, `mỗi tháng, 3 lần`. Raises BadDuration."""
    tidy = tidied(text).casefold()
    found = _EVERY.fullmatch(tidy)
    if found is None:
        raise BadDuration(_how_to_say(tidy, text))
    every = found["every"]
    if every in tuple(Unit):
        every = f"1 {every}"
    cycle = Cycle(parse_duration(every), int(found["laps"]) if found["laps"] else None)
    if cycle.laps is not None and not 1 <= cycle.laps <= MOST_LAPS:
        raise BadDuration(
            say("“%(text)s”: số lần lặp từ 1 đến %(most)s.", text=text, most=MOST_LAPS)
        )
    whole = cycle.every.calendar_days or cycle.every.calendar_months
    if not whole and cycle.every.working_days(_HOURS_PER_DAY) * _HOURS_PER_DAY < SHORTEST_CYCLE:
        raise BadDuration(
            say("“%(text)s”: mỗi lần phải cách nhau ít nhất 1 giờ làm việc.", text=text)
        )
    return cycle


def _how_to_say(tidy: str, text: str) -> Message:
    """Why it is no cycle of ours; what other tools write is told in our words where it can be."""
    iso = _ISO_CYCLE.fullmatch(tidy)
    duration, laps = (iso["every"], iso["laps"]) if iso else (tidy, "")
    try:
        instead = str(Cycle(parse_duration(duration), int(laps) if laps.strip("0") else None))
    except BadDuration:
        instead = "mỗi 5 ngày làm việc, 3 lần"
    return say("“%(text)s” không phải là cách ghi lặp lại. Hãy viết “%(instead)s”.", text=text,
               instead=instead)  # fmt: skip


# --- its moment ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lap:
    """Which lap of a cycle opens; `last` is when the one before was planned for."""

    number: int = 1
    last: datetime | None = None


def timer_deadline(
    timing: Timing,
    text: str,
    facts: Mapping[str, object],
    opened_at: datetime,
    calendar: WorkingCalendar,
    lap: Lap = Lap(),
) -> Deadline:
    """When a timer that says `text` and opens at `opened_at` fires, with its explanation.

    Raises BadDuration; NoMoment when the variable it names holds no day.
    """
    if timing is Timing.DATE:
        said = parse_date(text)
        return _on_the_day(said if isinstance(said, FixedDate) else _read(said, facts), said,
                           opened_at)  # fmt: skip
    if timing is Timing.CYCLE:
        return _in_a_cycle(parse_cycle(text), opened_at, calendar, lap)
    return timer_moment(text, opened_at, calendar)


def _read(said: DateOf, facts: Mapping[str, object]) -> FixedDate:
    """The day that the dossier's variable holds; a time drawn beside it overrides its own."""
    value = facts.get(said.variable)
    if value is None or value == "":
        raise NoMoment(say("Ngày “%(name)s” của hồ sơ còn trống.", name=said.variable))
    try:
        found = parse_date(value if isinstance(value, str) else "")
    except BadDuration:
        found = said
    if isinstance(found, DateOf):
        raise NoMoment(
            say(
                "“%(name)s” của hồ sơ ghi “%(value)s”, không phải là một ngày.",
                name=said.variable,
                value=str(value)[:40],
            )
        )
    return FixedDate(found.day, said.at or found.at)


def _on_the_day(fixed: FixedDate, said: FixedDate | DateOf, opened_at: datetime) -> Deadline:
    """A date that is past already is no reason to wait: the timer fires at once."""
    moment = utc(datetime.combine(fixed.day, fixed.at or time(0), ZONE))
    notes = []
    if isinstance(said, DateOf):
        notes.append(
            say("Ngày %(day)s lấy từ “%(name)s” của hồ sơ.", day=day_text(fixed.day),
                name=said.variable)
        )  # fmt: skip
    if fixed.at is None:
        notes.append(say("Không ghi giờ nên tính từ đầu ngày (00:00)."))
    if moment < utc(opened_at):
        notes.append(say("Lúc bắt đầu chờ, thời điểm này đã qua nên không phải chờ nữa."))
    due = max(moment, utc(opened_at))
    explanation = Explanation(
        rule=Rule.FIXED_DATE,
        article=ARTICLES[Rule.FIXED_DATE],
        term=str(fixed),
        start=utc(opened_at),
        due=due,
        notes=tuple(notes),
    )
    return Deadline(due, explanation)


def _in_a_cycle(cycle: Cycle, opened_at: datetime, calendar: WorkingCalendar, lap: Lap) -> Deadline:
    """Each lap is counted from where the last one was over: laps do not drift.

    Laps that a standing worker missed are not made up: counting then begins now.
    """
    found = timer_moment(str(cycle.every), _lap_start(cycle, lap) or opened_at, calendar)
    if lap.number > 1 and found.due_at <= utc(opened_at):
        found = timer_moment(str(cycle.every), opened_at, calendar)
    note = say("Lần thứ %(number)s của hẹn giờ “%(cycle)s”.", number=lap.number, cycle=str(cycle))
    explanation = found.explanation
    return replace(found, explanation=replace(explanation, notes=(note, *explanation.notes)))


def _lap_start(cycle: Cycle, lap: Lap) -> datetime | None:
    """A lap in days was over at midnight; the next is counted from the day that ended then."""
    if lap.last is None:
        return None
    in_hours = all(span.unit is Unit.WORKING_HOUR for span in cycle.every.spans)
    return lap.last if in_hours else lap.last - timedelta(minutes=1)
