"""The dates that a change of the calendar moved, in the order in which it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.persistence.tables import CaseRow, DateMoveRow, TaskRow, TimerRow


@dataclass(frozen=True)
class Moved:
    """A date of a task, of a timer, or (neither) of the case."""

    id: int
    code: str
    unit_id: int
    name: str  # of the step or timer; of a case's date none
    is_timer: bool
    before: datetime
    after: datetime


def moved(session: Session, change_id: int, after: int, limit: int) -> Sequence[Moved]:
    """At most `limit` dates behind the one whose id is `after`."""
    rows = session.execute(
        select(
            DateMoveRow.id,
            CaseRow.code,
            func.coalesce(TaskRow.unit_id, CaseRow.unit_id).label("unit_id"),
            func.coalesce(TaskRow.name, TimerRow.name, "").label("name"),
            DateMoveRow.timer_id,
            DateMoveRow.before,
            DateMoveRow.after,
        )
        .join(CaseRow, CaseRow.id == DateMoveRow.case_id)
        .outerjoin(TaskRow, TaskRow.id == DateMoveRow.task_id)
        .outerjoin(TimerRow, TimerRow.id == DateMoveRow.timer_id)
        .where(DateMoveRow.change_id == change_id, DateMoveRow.id > after)
        .order_by(DateMoveRow.id)
        .limit(limit)
    )
    return [
        Moved(
            id=row.id,
            code=row.code,
            unit_id=row.unit_id,
            name=row.name,
            is_timer=row.timer_id is not None,
            before=row.before,
            after=row.after,
        )
        for row in rows
    ]
