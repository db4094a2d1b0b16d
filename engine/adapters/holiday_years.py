"""The calendar years the product ships: two signed off with every swap, and seeds for others."""

from __future__ import annotations

from datetime import date

import holidays

from engine.domain.explanations import day_text
from engine.domain.messages import say
from engine.domain.working_calendar import WEEKEND, CalendarYear, SpecialDay

LABOUR_CODE = "Bộ luật Lao động 2019, Điều 111, Điều 112"
TET_2025 = (
    "Thông báo số 6150/TB-BLĐTBXH ngày 03/12/2024 của Bộ Lao động - Thương binh và Xã hội "
    "(Văn bản số 8726/VPCP-KGVX ngày 26/11/2024 của Văn phòng Chính phủ)"
)
NEW_YEAR_2026 = "Văn bản số 12729/VPCP-KGVX ngày 25/12/2025 của Văn phòng Chính phủ"
TET_2026 = "Thông báo số 9441/TB-BNV ngày 16/10/2025 của Bộ Nội vụ"
#: Says that nothing is swapped around 30 April 2026.
SPRING_2026 = "Công văn số 3383/BNV-CVL ngày 10/4/2026 của Bộ Nội vụ"
#: A swap of 23 for 28 November 2026 was proposed in September 2026; no decision was found, so it
#: is not shipped: an administrator enters it if it came.
CULTURE_DAY = (
    "Nghị quyết số 28/2026/QH16 của Quốc hội về phát triển văn hóa Việt Nam, Điều 2 "
    "(hiệu lực từ 01/7/2026)"
)

SEEDED = say("Hạt giống từ gói phần mềm “holidays”, chưa đối chiếu văn bản chính thức")
_SHIPPED_SEED = 2027

_NAMES = {
    "new_year": say("Tết Dương lịch"),
    "tet": say("Tết Nguyên đán"),
    "hung_kings": say("Giỗ Tổ Hùng Vương"),
    "victory": say("Ngày Chiến thắng 30/4"),
    "labour": say("Ngày Quốc tế Lao động 1/5"),
    "national": say("Quốc khánh 2/9"),
    "culture": say("Ngày Văn hóa Việt Nam 24/11"),
}


def shipped_years() -> tuple[CalendarYear, ...]:
    """What a new installation knows: 2025 and 2026 signed off, 2027 to be checked."""
    return (_year_2025(), _year_2026(), seed_year(_SHIPPED_SEED))


def seed_year(year: int) -> CalendarYear:
    """A year as the `holidays` package foresees it, for an administrator to check.

    It knows the law's holidays and their nghỉ bù, but swaps only once they were announced and
    its makers noticed.
    """
    foreseen = holidays.country_holidays("VN", years=year, language="vi")
    off = [SpecialDay(day, worked=False, reason=name) for day, name in foreseen.items()]
    worked = [
        SpecialDay(day, worked=True, reason=str(say("Làm bù ngày nghỉ hoán đổi")))
        for day in foreseen.weekend_workdays
        if day.year == year
    ]
    days = tuple(sorted(off + worked, key=lambda special: special.day))
    return CalendarYear(year, signed_off=False, documents=(str(SEEDED),), days=days)


def _year_2025() -> CalendarYear:
    return CalendarYear(
        2025,
        signed_off=True,
        documents=(LABOUR_CODE, TET_2025),
        days=(
            _holiday(date(2025, 1, 1), "new_year"),
            *(_holiday(date(2025, 1, day), "tet", TET_2025) for day in range(27, 32)),
            _holiday(date(2025, 4, 7), "hung_kings"),
            _worked(date(2025, 4, 26), instead_of=date(2025, 5, 2), document=TET_2025),
            _holiday(date(2025, 4, 30), "victory"),
            _holiday(date(2025, 5, 1), "labour"),
            _swapped(date(2025, 5, 2), made_up=date(2025, 4, 26), document=TET_2025),
            _holiday(date(2025, 9, 1), "national", TET_2025),
            _holiday(date(2025, 9, 2), "national"),
        ),
    )


def _year_2026() -> CalendarYear:
    return CalendarYear(
        2026,
        signed_off=True,
        documents=(LABOUR_CODE, TET_2026, NEW_YEAR_2026, SPRING_2026, CULTURE_DAY),
        days=(
            _holiday(date(2026, 1, 1), "new_year"),
            _swapped(date(2026, 1, 2), made_up=date(2026, 1, 10), document=NEW_YEAR_2026),
            _worked(date(2026, 1, 10), instead_of=date(2026, 1, 2), document=NEW_YEAR_2026),
            *(_holiday(date(2026, 2, day), "tet", TET_2026) for day in range(16, 21)),
            _holiday(date(2026, 4, 26), "hung_kings"),
            _instead(date(2026, 4, 27), "hung_kings", fell_on=date(2026, 4, 26)),
            _holiday(date(2026, 4, 30), "victory"),
            _holiday(date(2026, 5, 1), "labour"),
            _worked(date(2026, 8, 22), instead_of=date(2026, 8, 31), document=TET_2026),
            _swapped(date(2026, 8, 31), made_up=date(2026, 8, 22), document=TET_2026),
            _holiday(date(2026, 9, 1), "national", TET_2026),
            _holiday(date(2026, 9, 2), "national"),
            _holiday(date(2026, 11, 24), "culture", CULTURE_DAY),
        ),
    )


def _holiday(day: date, name: str, document: str = LABOUR_CODE) -> SpecialDay:
    return SpecialDay(day, worked=False, reason=str(_NAMES[name]), document=document)


def _instead(day: date, name: str, fell_on: date) -> SpecialDay:
    """Nghỉ bù: the working day after a holiday that fell on a weekend."""
    reason = say(
        "Nghỉ bù %(name)s (%(fell_on)s là %(weekday)s)",
        name=str(_NAMES[name]),
        fell_on=day_text(fell_on),
        weekday=str(WEEKEND[fell_on.weekday()]),
    )
    return SpecialDay(day, worked=False, reason=str(reason), document=LABOUR_CODE)


def _swapped(day: date, made_up: date, document: str) -> SpecialDay:
    """Hoán đổi: a weekday off, for a day of the weekend that is worked."""
    reason = say("Nghỉ hoán đổi, làm bù ngày %(worked)s", worked=day_text(made_up))
    return SpecialDay(day, worked=False, reason=str(reason), document=document)


def _worked(day: date, instead_of: date, document: str) -> SpecialDay:
    """Hoán đổi: a day of the weekend that is worked, for a weekday off."""
    reason = say("Làm bù cho ngày nghỉ hoán đổi %(off)s", off=day_text(instead_of))
    return SpecialDay(day, worked=True, reason=str(reason), document=document)
