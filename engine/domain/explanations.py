"""What a computed date says for itself: the rule, the days counted, the days skipped and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from engine.domain.messages import Message, say


class Rule(StrEnum):
    """How a moment was computed; `RULE_SENTENCES` says it to people."""

    WORKING_CLOCK = "working_clock"  # a step's working days and hours, from the moment it opened
    LEGAL_COUNT = "legal_count"  # whole days after the day of the event
    MIXED = "mixed"  # one after the other
    AT_LEAST = "at_least"  # a posting: not before all its days are over
    FIXED_DATE = "fixed_date"  # a date that is written down; nothing is counted


RULE_SENTENCES: dict[Rule, Message] = {
    Rule.WORKING_CLOCK: say(
        "Tính theo giờ làm việc của cơ quan, kể từ lúc bắt đầu; "
        "thứ Bảy, Chủ nhật và ngày nghỉ không tính."
    ),
    Rule.LEGAL_COUNT: say(
        "Không tính ngày bắt đầu; ngày cuối cùng là ngày nghỉ thì chuyển sang ngày làm việc "
        "tiếp theo."
    ),
    Rule.MIXED: say("Tính lần lượt từng phần của thời hạn, phần sau nối tiếp phần trước."),
    Rule.AT_LEAST: say(
        "Thời gian tối thiểu: không tính ngày bắt đầu, chỉ kết thúc khi đã qua trọn ngày cuối cùng."
    ),
    Rule.FIXED_DATE: say("Đúng thời điểm đã ghi trong quy trình hoặc trong hồ sơ; không đếm ngày."),
}


@dataclass(frozen=True)
class CountedDay:
    """A day that was counted; `hours` None means the whole day."""

    day: date
    hours: Fraction | None = None


@dataclass(frozen=True)
class SkippedDay:
    """A day that was passed over, and why."""

    day: date
    reason: Message


@dataclass(frozen=True)
class Explanation:
    """Why a date is this date; stored as JSON beside it and never recomputed."""

    rule: Rule
    article: str  # the articles of law the rule follows
    term: str  # the duration in words
    start: datetime
    due: datetime
    counted: tuple[CountedDay, ...] = ()
    skipped: tuple[SkippedDay, ...] = ()
    notes: tuple[Message, ...] = ()
    #: Of an extended term: by how much it was extended, counted from the date it had before.
    extension: str = ""
    #: Of an expected date: how many working days after the day of `start` it is promised for.
    working_days: int | None = None

    @property
    def rule_sentence(self) -> Message:
        return RULE_SENTENCES[self.rule]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, a third of what one entry per day would take: days stand in stretches.

        `counted`: [first day, how many days, hours of each] (without hours: whole days).
        `skipped`: [first day, reason, reason of the next day, …]. Hours are exact (`"4"`,
        `"7/2"`), a reason without values is plain text.
        """
        return {
            "rule": self.rule.value,
            "article": self.article,
            "term": self.term,
            "start": self.start.isoformat(),
            "due": self.due.isoformat(),
            "counted": _counted_to_json(self.counted),
            "skipped": _skipped_to_json(self.skipped),
            "notes": [_message_to_json(note) for note in self.notes],
            **({"extension": self.extension} if self.extension else {}),
            **({} if self.working_days is None else {"working_days": self.working_days}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Explanation:
        return cls(
            rule=Rule(data["rule"]),
            article=data["article"],
            term=data["term"],
            start=datetime.fromisoformat(data["start"]),
            due=datetime.fromisoformat(data["due"]),
            counted=tuple(
                CountedDay(day, Fraction(hours[0]) if hours else None)
                for first, days, *hours in data["counted"]
                for day in _days_from(first, days)
            ),
            skipped=tuple(
                SkippedDay(day, _message_from_json(reason))
                for first, *reasons in data["skipped"]
                for day, reason in zip(_days_from(first, len(reasons)), reasons, strict=True)
            ),
            notes=tuple(_message_from_json(note) for note in data["notes"]),
            extension=data.get("extension", ""),
            working_days=data.get("working_days"),
        )


@dataclass(frozen=True)
class Deadline:
    """A due moment (UTC) that can explain itself."""

    due_at: datetime
    explanation: Explanation


def day_text(day: date) -> str:
    """A day as Vietnamese write it: 13/02/2026."""
    return f"{day:%d/%m/%Y}"


def _counted_to_json(counted: Iterable[CountedDay]) -> list[list[Any]]:
    stretches: list[list[Any]] = []
    before: CountedDay | None = None
    for one in counted:
        if before and _follows(one.day, before.day) and one.hours == before.hours:
            stretches[-1][1] += 1
        else:
            hours = [] if one.hours is None else [str(one.hours)]
            stretches.append([one.day.isoformat(), 1, *hours])
        before = one
    return stretches


def _skipped_to_json(skipped: Iterable[SkippedDay]) -> list[list[Any]]:
    stretches: list[list[Any]] = []
    before: date | None = None
    for one in skipped:
        if before is None or not _follows(one.day, before):
            stretches.append([one.day.isoformat()])
        stretches[-1].append(_message_to_json(one.reason))
        before = one.day
    return stretches


def _follows(day: date, before: date) -> bool:
    return (day - before).days == 1


def _days_from(first: str, days: int) -> list[date]:
    start = date.fromisoformat(first)
    return [start + timedelta(days=number) for number in range(days)]


def _message_to_json(message: Message) -> str | dict[str, object]:
    return message.to_json() if message.params else message.template


def _message_from_json(stored: str | Mapping[str, object]) -> Message:
    return Message(stored) if isinstance(stored, str) else Message.from_json(stored)
