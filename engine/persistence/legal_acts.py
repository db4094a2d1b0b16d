"""What acts on the legal clock of a case leave: its extension, its end, apologies, moved dates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.domain.states import ApologyState, IncidentEnd, TimerState
from engine.persistence.tables import (
    ApologyRow,
    CalendarChangeRow,
    CaseStopRow,
    DateMoveRow,
    ExtensionRow,
    IncidentRow,
    TimerRow,
)


def extension_of(session: Session, case_id: int) -> ExtensionRow | None:
    """The one gia hạn of the case."""
    return session.get(ExtensionRow, case_id)


def stop_of(session: Session, case_id: int) -> CaseStopRow | None:
    """Why the case ended before its way did."""
    return session.get(CaseStopRow, case_id)


def apologies_of(session: Session, case_id: int) -> list[ApologyRow]:
    """All thư xin lỗi of the case, drafts and dropped ones too, the first first."""
    found = select(ApologyRow).where(ApologyRow.case_id == case_id).order_by(ApologyRow.id)
    return list(session.scalars(found))


def apology_for(session: Session, case_id: int, due_at: datetime) -> ApologyRow | None:
    """The thư xin lỗi for one date of the case."""
    found = select(ApologyRow).where(ApologyRow.case_id == case_id, ApologyRow.due_at == due_at)
    return session.scalars(found).one_or_none()


def draft_of(session: Session, case_id: int) -> ApologyRow | None:
    """The draft that waits to be completed; there is never more than one."""
    found = select(ApologyRow).where(
        ApologyRow.case_id == case_id, ApologyRow.state == ApologyState.DRAFT
    )
    draft = session.scalars(found).one_or_none()
    # What this act has just closed still stands as a draft in the database.
    return draft if draft is not None and draft.state == ApologyState.DRAFT else None


def moves_of(session: Session, case_id: int) -> list[tuple[DateMoveRow, CalendarChangeRow]]:
    """Every date of the case that moved with the calendar, with the change; the first first."""
    found = session.execute(
        select(DateMoveRow, CalendarChangeRow)
        .join(CalendarChangeRow, CalendarChangeRow.id == DateMoveRow.change_id)
        .where(DateMoveRow.case_id == case_id)
        .order_by(DateMoveRow.id)
    )
    return [(row.DateMoveRow, row.CalendarChangeRow) for row in found]


def withdraw_timers(session: Session, case_id: int, now: datetime) -> list[tuple[str, str]]:
    """Ends every timer of the case that waits, failed or was given up; element and name of each.

    One given up may be taken up again: it must not carry a case on that has ended.
    """
    rows = session.execute(
        update(TimerRow)
        .where(
            TimerRow.case_id == case_id,
            TimerRow.state.in_((TimerState.WAITING, TimerState.PARKED, TimerState.GIVEN_UP)),
        )
        .values(state=TimerState.WITHDRAWN, closed_at=now)
        .returning(TimerRow.element, TimerRow.name),
        execution_options={"synchronize_session": False},
    )
    return [(row.element, row.name or row.element) for row in rows]


def solve_incidents(session: Session, case_id: int, now: datetime) -> None:
    """Closes the incidents of a case that has ended: there is nothing left to fail."""
    session.execute(
        update(IncidentRow)
        .where(IncidentRow.case_id == case_id, IncidentRow.closed_at.is_(None))
        .values(closed_at=now, outcome=IncidentEnd.SOLVED),
        execution_options={"synchronize_session": False},
    )
