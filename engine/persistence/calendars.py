"""The working calendar as stored: years, their special days, closures of units, office hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, time

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from engine.domain.states import CaseState, TimerState
from engine.domain.working_calendar import CalendarYear, Shift, SpecialDay, WorkingCalendar
from engine.persistence import stamps
from engine.persistence.tables import (
    CalendarDayRow,
    CalendarYearRow,
    CaseRow,
    OfferRow,
    OfficeSettingRow,
    TimerRow,
    UnitClosureRow,
)

#: The name under which office hours stand among the settings.
SHIFTS = "shifts"


def load_calendar(
    session: Session, usual: Sequence[Shift], unit_id: int | None = None
) -> WorkingCalendar:
    """The calendar of a unit (with its closures), or the common one.

    With the office hours that administrators saved, the `usual` ones (of the settings) before
    anybody did: nobody else need ask which hold. Kept in memory until any of it changes.
    """
    key = (tuple(usual), unit_id)
    return stamps.kept(session, stamps.CALENDAR, key, lambda: _load(session, usual, unit_id))


def _load(session: Session, usual: Sequence[Shift], unit_id: int | None) -> WorkingCalendar:
    closures: dict[date, str] = {}
    if unit_id is not None:
        closed = session.execute(
            select(UnitClosureRow.day, UnitClosureRow.reason).where(
                UnitClosureRow.unit_id == unit_id
            )
        )
        closures = {row.day: row.reason for row in closed}
    saved = saved_shifts(session)
    shifts = tuple(usual) if saved is None else shifts_of(saved)
    return WorkingCalendar(load_years(session), shifts, closures)


def saved_shifts(session: Session) -> OfficeSettingRow | None:
    """The office hours that administrators saved last."""
    return session.scalars(_saved_shifts().limit(1)).one_or_none()


def shifts_history(session: Session) -> Sequence[OfficeSettingRow]:
    """Every time that office hours were saved, the newest first."""
    return session.scalars(_saved_shifts()).all()


def _saved_shifts() -> Select[OfficeSettingRow]:
    return (
        select(OfficeSettingRow)
        .where(OfficeSettingRow.name == SHIFTS)
        .order_by(OfficeSettingRow.id.desc())
    )


def shifts_of(row: OfficeSettingRow) -> tuple[Shift, ...]:
    """Office hours as they are stored: `{"shifts": [["07:30", "11:30"], …]}`."""
    return tuple(
        Shift(time.fromisoformat(starts), time.fromisoformat(ends))
        for starts, ends in row.value["shifts"]
    )


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


def open_dates(session: Session) -> int:
    """How many dates stand open: of tasks, of waiting timers, of accepted cases."""
    counts = (
        select(func.count(OfferRow.task_id.distinct())).where(OfferRow.due_at.is_not(None)),
        select(func.count()).where(TimerRow.state.in_((TimerState.WAITING, TimerState.PARKED))),
        select(func.count()).where(
            CaseRow.state.in_((CaseState.RUNNING, CaseState.PAUSED)), CaseRow.due_at.is_not(None)
        ),
    )
    return sum(session.scalar(count) or 0 for count in counts)
