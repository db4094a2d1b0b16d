"""The shipped years, compared day by day with the official notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.adapters.holiday_years import seed_year, shipped_years
from engine.domain.working_calendar import CalendarYear, WorkingCalendar

#: Weekdays off and weekend days worked, written down from the notices.
OFF = {
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
}
WORKED = {2025: "04-26", 2026: "01-10 08-22"}


def days_of(year: int) -> list[date]:
    return [day for n in range(366) if (day := date(year, 1, 1) + timedelta(days=n)).year == year]


def year_of(number: int) -> CalendarYear:
    return next(year for year in shipped_years() if year.year == number)


@pytest.mark.parametrize("number", [2025, 2026])
def test_a_signed_off_year_follows_the_notices(calendar: WorkingCalendar, number: int) -> None:
    weekdays_off = [
        f"{day:%m-%d}"
        for day in days_of(number)
        if day.weekday() < 5 and not calendar.is_working_day(day)
    ]
    weekend_worked = [
        f"{day:%m-%d}"
        for day in days_of(number)
        if day.weekday() >= 5 and calendar.is_working_day(day)
    ]

    assert weekdays_off == OFF[number].split()
    assert weekend_worked == WORKED[number].split()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 1, 25), date(2025, 2, 2)),
        (date(2025, 8, 30), date(2025, 9, 2)),
        (date(2026, 1, 1), date(2026, 1, 4)),
        (date(2026, 2, 14), date(2026, 2, 22)),
        (date(2026, 8, 29), date(2026, 9, 2)),
    ],
)
def test_a_long_holiday_is_off_from_end_to_end(
    calendar: WorkingCalendar, first: date, last: date
) -> None:
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    assert not any(calendar.is_working_day(day) for day in span)
    assert calendar.is_working_day(last + timedelta(days=1))


@pytest.mark.parametrize("number", [2025, 2026])
def test_every_day_of_a_signed_off_year_names_its_document(number: int) -> None:
    year = year_of(number)

    assert year.signed_off
    assert all(day.document in year.documents for day in year.days)
    assert [day.day for day in year.days] == sorted({day.day for day in year.days})


def test_the_year_to_come_is_seeded_and_waits_to_be_checked() -> None:
    year = year_of(2027)

    assert not year.signed_off
    assert {day.day for day in year.days if "Tết" in day.reason} >= {
        date(2027, 2, day) for day in range(5, 10)
    }


def test_a_seed_knows_the_worked_saturday_of_an_announced_swap() -> None:
    worked = [day.day for day in seed_year(2025).days if day.worked]

    assert worked == [date(2025, 4, 26)]
