"""Incidents: opened once for each failure, told once, closed by themselves or by people."""

from __future__ import annotations

from sqlalchemy import select

from engine.domain.states import IncidentEnd, IncidentKind
from engine.persistence.tables import IncidentRow, NoticeRow
from engine.services import incidents
from tests.factories import World


def test_an_incident_is_opened_and_told_once_counted_up_and_solved(town: World) -> None:
    for minute in ("08:00", "08:10", "08:20"):
        town.at(f"2026-03-02 {minute}")
        with town.act() as act:
            incidents.note(act, IncidentKind.CALENDAR, "calendar:1", "Lịch 2027", f"Lúc {minute}")
            incidents.note(act, IncidentKind.CALENDAR, "calendar:2", "Lịch 2028", "Khác")
    with town.act() as act:
        one = act.session.scalars(select(IncidentRow).where(IncidentRow.key == "calendar:1")).one()
        assert (one.times, one.cause) == (3, "Lúc 08:20")
        assert (one.last_at - one.first_at).total_seconds() == 20 * 60
        told = list(act.session.scalars(select(NoticeRow).order_by(NoticeRow.id)))
        assert [notice.user_id for notice in told] == [town.users["uyen"]] * 2
        incidents.solve(act, "calendar:1")
        incidents.solve(act, "calendar:1")  # nothing open any more: nothing happens
    with town.act() as act:
        act.session.refresh(one := act.session.get_one(IncidentRow, one.id))
        assert (one.outcome, one.closed_at) == (IncidentEnd.SOLVED, act.now)
        incidents.note(act, IncidentKind.CALENDAR, "calendar:1", "Lịch 2027", "Lại hỏng")
        keys = list(act.session.scalars(select(IncidentRow.key).order_by(IncidentRow.id)))
        assert keys == ["calendar:1", "calendar:2", "calendar:1"]
