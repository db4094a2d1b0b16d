"""The working calendar as stored: years, their special days, closures of units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine.domain.working_calendar import CalendarYear, Shift, SpecialDay, WorkingCalendar
from engine.persistence import stamps
from engine.persistence.tables import CalendarDayRow, CalendarYearRow, UnitClosureRow


def load_calendar(
    session: Session, shifts: Sequence[Shift], unit_id: int | None = None
) -> WorkingCalendar:
    """The calendar of a unit (with its closures), or the common one.

    Kept in memory until a year, a day or a closure changes.
    """
    key = (tuple(shifts), unit_id)
    return stamps.kept(session, stamps.CALENDAR, key, lambda: _load(session, shifts, unit_id))


def _load(session: Session, shifts: Sequence[Shift], unit_id: int | None) -> WorkingCalendar:
    closures: dict[date, str] = {}
    if unit_id is not None:
        closed = session.execute(
            select(UnitClosureRow.day, UnitClosureRow.reason).where(
                UnitClosureRow.unit_id == unit_id
            )
        )
        closures = {row.day: row.reason for row in closed}
    return WorkingCalendar(load_years(session), tuple(shifts), closures)


def load_years(session: Session) -> list[CalendarYear]:
    """Every stored year with its special days, in order."""
    days: dict[int, list[SpecialDay]] = {}
    for row in session.scalars(select(CalendarDayRow).order_by(CalendarDayRow.day)):
        special = SpecialDay(row.day, row.worked, row.reason, row.document)
        days.setdefault(row.day.year, []).append(special)
    return [
        CalendarYear(
            year=row.year,
            signed_off=row.signed_off,
            documents=tuple(row.documents),
            days=tuple(days.get(row.year, ())),
        )
        for row in session.scalars(select(CalendarYearRow).order_by(CalendarYearRow.year))
    ]


def known_years(session: Session) -> frozenset[int]:
    return frozenset(session.scalars(select(CalendarYearRow.year)))


def save_years(session: Session, years: Iterable[CalendarYear]) -> None:
    """Writes whole years, in place of what was stored for them."""
    stamps.touch(session, stamps.CALENDAR)
    for year in years:
        first, last = date(year.year, 1, 1), date(year.year, 12, 31)
        session.execute(delete(CalendarDayRow).where(CalendarDayRow.day.between(first, last)))
        session.execute(delete(CalendarYearRow).where(CalendarYearRow.year == year.year))
        session.execute(
            insert(CalendarYearRow).values(
                year=year.year, signed_off=year.signed_off, documents=list(year.documents)
            )
        )
        if year.days:
            session.execute(insert(CalendarDayRow), [asdict(special) for special in year.days])
