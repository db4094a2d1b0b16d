"""Dates of which the day, or day and month, may be unknown: `1948`, `1948-05`, `1948-05-12`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.domain.messages import Message, say

FIRST_YEAR = 1800
LAST_YEAR = 2200

#: Officers copy what old papers say; these stand for “unknown” there.
_UNKNOWN = frozenset({"", "0", "00", "?", "??", "…"})
_STORED = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_PIECES = re.compile(r"\s*[/.\-]\s*")


class BadDate(ValueError):
    """Text that is no date; knows its sentence."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True)
class PartialDate:
    """A date as far as it is known. Not ordered: see `before`, `sort_key`."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """The stored form."""
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text

    def shown(self) -> str:
        """As people write it: `12/05/1948`, `05/1948`, `1948`."""
        return "/".join(reversed(str(self).split("-")))

    @property
    def precision(self) -> Literal["day", "month", "year"]:
        if self.day is not None:
            return "day"
        return "year" if self.month is None else "month"

    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def before(self, other: PartialDate) -> bool:
        """Surely before: even the latest possible day is before the other's earliest."""
        return self.latest() < other.earliest()

    def sort_key(self) -> tuple[date, date]:
        """For lists: by the earliest possible day; the better known one first."""
        return self.earliest(), self.latest()


def from_stored(text: str) -> PartialDate:
    """The date of a stored text. Raises BadDate."""
    match = _STORED.fullmatch(text)
    if match is None:
        raise BadDate(say("Ngày lưu “%(text)s” không đúng dạng.", text=text[:40]))
    return _checked(*(int(piece) if piece else None for piece in match.groups()))


def from_entry(text: str) -> PartialDate:
    """The date of what a person typed, d/m/y with parts left out or marked unknown.

    Also takes the stored form back. Raises BadDate.
    """
    text = text.strip()
    if _STORED.fullmatch(text):
        return from_stored(text)
    pieces = _PIECES.split(text) if text else []
    if not 1 <= len(pieces) <= 3:
        raise _not_understood(text)
    year, month, day = (*reversed(pieces), None, None)[:3]
    if year is None or not re.fullmatch("[0-9]+", year):
        raise _not_understood(text)
    if len(year) != 4:
        raise BadDate(say("Năm phải ghi đủ bốn chữ số, ví dụ 1948."))
    numbers = [_number(piece, text) for piece in (month, day)]
    return _checked(int(year), *numbers)


def _number(piece: str | None, text: str) -> int | None:
    if piece is None or piece in _UNKNOWN:
        return None
    if not re.fullmatch("[0-9]{1,2}", piece):
        raise _not_understood(text)
    return int(piece)


def _not_understood(text: str) -> BadDate:
    return BadDate(
        say(
            "“%(text)s” không phải là ngày. Hãy nhập ngày/tháng/năm, ví dụ 27/07/1948.",
            text=text[:40],
        )
    )


def _checked(year: int | None, month: int | None = None, day: int | None = None) -> PartialDate:
    """A date that exists in the calendar, within the years that can be meant."""
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadDate(
            say("Năm phải từ %(first)s đến %(last)s.", first=str(FIRST_YEAR), last=str(LAST_YEAR))
        )
    if month is None and day is not None:
        raise BadDate(say("Có ngày thì phải có tháng."))
    if month is not None and not 1 <= month <= 12:
        raise BadDate(say("Không có tháng %(month)s.", month=month))
    if month is not None and day is not None:
        last = calendar.monthrange(year, month)[1]
        if not 1 <= day <= last:
            raise BadDate(
                say(
                    "Tháng %(month)s năm %(year)s không có ngày %(day)s.",
                    month=month,
                    year=str(year),
                    day=day,
                )
            )
    return PartialDate(year, month, day)
