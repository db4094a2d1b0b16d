"""Durations as analysts write them: `2,5 ngày làm việc`, `62 ngày + 10 ngày làm việc`, `P40D`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say


class Unit(StrEnum):
    WORKING_DAY = "ngày làm việc"
    WORKING_HOUR = "giờ làm việc"
    DAY = "ngày"
    MONTH = "tháng"
    YEAR = "năm"

    @property
    def is_working(self) -> bool:
        """Counted in working time; the others are counted in calendar dates."""
        return self in (Unit.WORKING_DAY, Unit.WORKING_HOUR)


#: More than this of a unit is a slip of the pen (and calendars end).
LONGEST = {
    Unit.WORKING_DAY: 9999,
    Unit.WORKING_HOUR: 9999,
    Unit.DAY: 9999,
    Unit.MONTH: 1200,
    Unit.YEAR: 100,
}
MONTHS_PER_YEAR = 12
DAYS_PER_WEEK = 7


def number_text(amount: Fraction) -> str:
    """A number as Vietnamese write it: `91,5`; at most four digits after the comma."""
    rounded = round(Decimal(amount.numerator) / Decimal(amount.denominator), 4)
    text = f"{rounded:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


@dataclass(frozen=True)
class Span:
    amount: Fraction
    unit: Unit

    def __str__(self) -> str:
        return f"{number_text(self.amount)} {self.unit}"


@dataclass(frozen=True)
class Duration:
    """One or more spans, counted one after the other in this order."""

    spans: tuple[Span, ...]

    def __str__(self) -> str:
        return " + ".join(str(span) for span in self.spans)

    def working_days(self, hours_per_day: Fraction) -> Fraction:
        """The working parts together, in working days."""
        return self._sum(Unit.WORKING_DAY) + self._sum(Unit.WORKING_HOUR) / hours_per_day

    @property
    def calendar_days(self) -> Fraction:
        """The parts in plain days together; months and years are not days."""
        return self._sum(Unit.DAY)

    @property
    def calendar_months(self) -> int:
        """The parts in months and years together, in months."""
        return int(self._sum(Unit.MONTH) + MONTHS_PER_YEAR * self._sum(Unit.YEAR))

    def _sum(self, unit: Unit) -> Fraction:
        return sum((span.amount for span in self.spans if span.unit is unit), Fraction(0))


@dataclass(frozen=True)
class ByAppointment:
    """`theo giấy hẹn`: due when the receipt promises the result."""

    def __str__(self) -> str:
        return "theo giấy hẹn"


@dataclass(frozen=True)
class SameAs:
    """`cùng hạn S9`: due when that step was due; `cùng hạn C1/N3`: N3 of what is called at C1."""

    element: str

    def __str__(self) -> str:
        return f"cùng hạn {self.element}"


@dataclass(frozen=True)
class Since:
    """`70 ngày kể từ S2`: counted from the moment that step first opened in the case."""

    duration: Duration
    element: str

    def __str__(self) -> str:
        return f"{self.duration} {_SINCE_WORDS} {self.element}"


Due = Duration | ByAppointment | SameAs | Since

_SPAN = re.compile(r"(?P<amount>[0-9]+(?:[.,][0-9]{1,4})?) (?P<unit>.+)")
_ISO = re.compile(r"p(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?", re.ASCII)
_SAME_AS = re.compile(r"cùng hạn (?P<element>[^\s;+]+)", re.IGNORECASE)
_SAME_AS_OPENING = "cùng hạn"
_SINCE_WORDS = "kể từ"
_SINCE = re.compile(rf"(?P<length>.*?)\s*\b{_SINCE_WORDS}\b\s*(?P<rest>.*)", re.IGNORECASE)
_EXAMPLES = "“2 ngày làm việc”, “0,5 ngày làm việc”, “8 giờ làm việc”, “40 ngày”, “3 tháng”"


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration:
    """The duration that `text` says. Raises BadDuration."""
    tidy = tidied(text).casefold()
    if re.match("p[0-9t]", tidy):
        return Duration(tuple(_iso_spans(tidy, text)))
    return Duration(tuple(_span(part.strip(), text) for part in tidy.split("+")))


def parse_due(text: str) -> Due:
    """What a step's `due` says. Raises BadDuration."""
    tidy = tidied(text)
    if tidy.casefold() == str(ByAppointment()):
        return ByAppointment()
    same_as = _SAME_AS.fullmatch(tidy)
    if same_as:
        return SameAs(same_as["element"])
    if tidy.casefold().startswith(_SAME_AS_OPENING):
        raise BadDuration(
            say(
                "“%(text)s” phải nêu mã của đúng một bước, ví dụ “cùng hạn S9”.",
                text=text,
            )
        )
    since = _SINCE.fullmatch(tidy)
    return parse_duration(text) if since is None else _since(since["length"], since["rest"], text)


def _since(length: str, element: str, text: str) -> Since:
    if not length or not re.fullmatch(r"[^\s;+]+", element):
        raise BadDuration(
            say(
                "“%(text)s” phải nêu thời hạn, rồi mã của đúng một bước, ví dụ “70 ngày kể từ S2”.",
                text=text,
            )
        )
    return Since(parse_duration(length), element)


def tidied(text: str) -> str:
    """`text` in one line, composed, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _span(part: str, text: str) -> Span:
    found = _SPAN.fullmatch(part)
    unit = next((unit for unit in Unit if found and found["unit"] == unit), None)
    if found is None or unit is None:
        raise BadDuration(
            say(
                "“%(text)s” không phải là thời hạn hợp lệ. Hãy viết như: %(examples)s.",
                text=text,
                examples=_EXAMPLES,
            )
        )
    if re.search(r"\.[0-9]{3}\Z", found["amount"]):
        raise BadDuration(
            say(
                "“%(text)s” có thể hiểu là hàng nghìn hoặc số thập phân. Hãy dùng dấu phẩy cho "
                "phần thập phân và không tách hàng nghìn.",
                text=text,
            )
        )
    return _checked(Span(Fraction(found["amount"].replace(",", ".")), unit), text)


def _iso_spans(tidy: str, text: str) -> Iterator[Span]:
    if "t" in tidy:
        raise BadDuration(
            say(
                "“%(text)s” tính theo giờ đồng hồ nên không dùng được: cơ quan không làm việc "
                "suốt ngày đêm. Hãy viết “… giờ làm việc”, ví dụ “8 giờ làm việc”.",
                text=text,
            )
        )
    found = _ISO.fullmatch(tidy)
    if found is None or not any(found.groups()):
        raise BadDuration(
            say(
                "“%(text)s” không phải là thời hạn hợp lệ. Hãy viết như: %(examples)s.",
                text=text,
                examples=f"{_EXAMPLES}, “P40D”",
            )
        )
    years, months, weeks, days = (Fraction(group or 0) for group in found.groups())
    whole_days = DAYS_PER_WEEK * weeks + days
    parts = ((years, Unit.YEAR), (months, Unit.MONTH), (whole_days, Unit.DAY))
    written = [Span(amount, unit) for amount, unit in parts if amount]
    for span in written or [Span(Fraction(0), Unit.DAY)]:
        yield _checked(span, text)


def _checked(span: Span, text: str) -> Span:
    problem: Message | None = None
    if span.amount == 0:
        problem = say("Thời hạn “%(text)s” phải lớn hơn không.", text=text)
    elif span.amount > (most := LONGEST[span.unit]):
        problem = say("Thời hạn “%(text)s” quá dài (tối đa %(most)s).", text=text, most=most)
    elif span.unit in (Unit.MONTH, Unit.YEAR) and span.amount.denominator != 1:
        problem = say("“%(text)s”: tháng và năm phải là số nguyên.", text=text)
    if problem:
        raise BadDuration(problem)
    return span


# --- values by condition -------------------------------------------------------------------------


@dataclass(frozen=True)
class Alternative:
    """One `VALUE khi EXPR`; the default has no condition."""

    condition: str | None
    value: str


_PIECES = re.compile(r"""(?:[^;'"]|'[^']*'|"[^"]*")*""")
_WHEN = re.compile(
    r"""(?P<value>(?:[^'"]|'[^']*'|"[^"]*")*?)(?:^|\s+)khi(?:\s+(?P<condition>.*))?""",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def parse_alternatives(text: str) -> tuple[Alternative, ...]:
    """The values of `VALUE khi EXPR; VALUE khi EXPR; DEFAULT`; none when `text` is blank.

    The default may be left out: then no value holds when no condition does. Semicolons and `khi`
    inside quotes are text. Raises BadDuration.
    """
    tidy = tidied(text)
    if not tidy:
        return ()
    alternatives = tuple(_alternative(piece, text) for piece in _pieces(tidy, text))
    if any(alternative.condition is None for alternative in alternatives[:-1]):
        raise BadDuration(
            say(
                "“%(text)s”: giá trị không có điều kiện phải đứng cuối cùng; mọi giá trị trước nó "
                "cần “khi …”.",
                text=text,
            )
        )
    return alternatives


def choose(alternatives: tuple[Alternative, ...], holds: Callable[[str], bool]) -> str | None:
    """The first value whose condition holds, else the default; None when there is neither."""
    for alternative in alternatives:
        if alternative.condition is None or holds(alternative.condition):
            return alternative.value
    return None


def _pieces(tidy: str, text: str) -> Iterator[str]:
    position = 0
    while position <= len(tidy):
        piece = _PIECES.match(tidy, position)
        end = piece.end() if piece else position
        if end < len(tidy) and tidy[end] != ";":
            raise BadDuration(say("“%(text)s”: thiếu dấu nháy đóng.", text=text))
        yield tidy[position:end].strip()
        position = end + 1


def _alternative(piece: str, text: str) -> Alternative:
    found = _WHEN.fullmatch(piece)
    value = (found["value"] if found else piece).strip()
    condition = (found["condition"] or "").strip() if found else None
    if not value or condition == "":
        raise BadDuration(
            say(
                "“%(text)s”: mỗi phần giữa các dấu chấm phẩy phải là “GIÁ TRỊ khi ĐIỀU KIỆN”, "
                "phần cuối có thể chỉ là “GIÁ TRỊ”.",
                text=text,
            )
        )
    return Alternative(condition, value)
