"""The stored calendar is the one computed with, in every process."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from engine.domain.clock import ZONE
from engine.domain.working_calendar import DEFAULT_SHIFTS, CalendarYear, SpecialDay
from engine.persistence import calendars
from engine.persistence.calendars import load_calendar
from engine.persistence.database import make_engine, unit_of_work
from engine.persistence.tables import UnitClosureRow
from tests.databases import statements
from tests.persistence.town import Town

NEW_YEAR = SpecialDay(date(2026, 1, 1), False, "Tết Dương lịch", "Thông báo 1")
SWAP = SpecialDay(date(2026, 1, 10), True, "Làm bù", None)
YEAR = CalendarYear(2026, True, ("Thông báo 1",), (NEW_YEAR, SWAP))


def test_years_come_back_as_saved(session: Session) -> None:
    calendars.save_years(session, [YEAR, CalendarYear(2025, False)])
    assert calendars.load_years(session) == [CalendarYear(2025, False), YEAR]
    assert calendars.known_years(session) == {2025, 2026}


def test_saving_a_year_again_replaces_it_alone(session: Session) -> None:
    calendars.save_years(session, [YEAR, CalendarYear(2025, True)])
    calendars.save_years(session, [CalendarYear(2026, False, (), (SWAP,))])
    assert calendars.load_years(session) == [
        CalendarYear(2025, True),
        CalendarYear(2026, False, (), (SWAP,)),
    ]


def test_a_unit_that_is_closed_does_not_work(session: Session) -> None:
    town = Town(session)
    calendars.save_years(session, [YEAR])
    day = date(2026, 3, 2)
    session.add(UnitClosureRow(unit_id=town.an_phu, day=day, reason="Lũ"))
    session.flush()
    assert not load_calendar(session, DEFAULT_SHIFTS, town.an_phu).is_working_day(day)
    assert load_calendar(session, DEFAULT_SHIFTS, town.binh_hoa).is_working_day(day)
    assert load_calendar(session, DEFAULT_SHIFTS).is_working_day(day)


def test_the_calendar_is_read_once_until_it_changes_anywhere(database: Engine) -> None:
    other = make_engine(database.url.render_as_string(hide_password=False))
    with unit_of_work(database) as session:
        town = Town(session)
        calendars.save_years(session, [YEAR])
    with unit_of_work(database, write=False) as session:
        first = load_calendar(session, DEFAULT_SHIFTS)
    with statements(database) as sent, unit_of_work(database, write=False) as session:
        assert load_calendar(session, DEFAULT_SHIFTS) is first
        assert len(sent) == 1  # the stamp alone
    with unit_of_work(other) as session:
        session.add(UnitClosureRow(unit_id=town.an_phu, day=date(2026, 3, 2), reason="Lũ"))
    with unit_of_work(database, write=False) as session:
        assert load_calendar(session, DEFAULT_SHIFTS) is not first
        closed = load_calendar(session, DEFAULT_SHIFTS, town.an_phu)
        assert closed.opening_moment(date(2026, 3, 3)) == datetime(2026, 3, 3, 7, 30, tzinfo=ZONE)
    with unit_of_work(other) as session:
        session.execute(delete(UnitClosureRow))  # whatever changes the rows: triggers see it
    with unit_of_work(database, write=False) as session:
        assert load_calendar(session, DEFAULT_SHIFTS, town.an_phu) is not closed
    other.dispose()
