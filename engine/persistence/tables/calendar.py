"""Tables of the working calendar: years, days that differ, closures, and its changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.columns import Base


class CalendarYearRow(Base):
    __tablename__ = "calendar_year"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signed_off: Mapped[bool] = mapped_column(Boolean, default=False)
    documents: Mapped[list[Any]]  # official documents, as text


class CalendarDayRow(Base):
    """A day that differs from its weekday: off although a weekday, or worked although a weekend."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    worked: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(200))
    document: Mapped[str | None] = mapped_column(String(300))


class UnitClosureRow(Base):
    """A unit is closed on a day (flood, office move)."""

    __tablename__ = "unit_closure"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))


class CalendarChangeRow(Base):
    """A change of the calendar from draft to the last date moved; resumed from `cursor`."""

    __tablename__ = "calendar_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), index=True)  # ChangeState
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # a closure: whose
    days: Mapped[list[Any]]  # domain.calendar_changes.DayChange, as JSON
    document: Mapped[str] = mapped_column(String(300))
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    done_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(Integer, default=0)  # the last case looked at
    moved: Mapped[int] = mapped_column(Integer, default=0)  # dates moved so far
    preview: Mapped[dict[str, Any] | None]  # what would move, summed up (calendar_preview.Summary)


class DateMoveRow(Base):
    """A date that moved with the calendar: of a task, of a timer, or (neither) of the case."""

    __tablename__ = "date_move"
    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("calendar_change.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    timer_id: Mapped[int | None] = mapped_column(ForeignKey("timer.id"))
    before: Mapped[datetime]
    after: Mapped[datetime]
    at: Mapped[datetime]
