"""Incidents in the database: one open row for each thing that failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from engine.domain.states import (
    CaseState,
    IncidentEnd,
    IncidentKind,
    MailState,
    TaskState,
    TimerState,
)
from engine.persistence import paging
from engine.persistence.paging import Page
from engine.persistence.tables import CaseRow, IncidentRow, MailRow, TaskRow, TimerRow, UserRow
from engine.persistence.upserting import insert_into

#: Keys of rungs that fail (services.escalating): over once the task or the case is.
_RUNG = "rung:"

#: What became of it shows that an incident is over: nobody needs to say so.
_OVER = or_(
    TimerRow.state.in_((TimerState.FIRED, TimerState.WITHDRAWN)),
    MailRow.state == MailState.SENT,
    and_(
        TaskRow.state != TaskState.OPEN,
        or_(IncidentRow.kind == IncidentKind.DECISION, IncidentRow.key.startswith(_RUNG)),
    ),
    and_(
        CaseRow.state == CaseState.FINISHED,
        or_(
            IncidentRow.kind.in_((IncidentKind.DECISION, IncidentKind.CALENDAR)),
            IncidentRow.key.startswith(_RUNG),
        ),
    ),
)


def open_or_repeat(session: Session, values: dict[str, Any]) -> tuple[int, bool]:
    """Opens an incident, or counts up the one that stands open under the same key.

    `values` are those of a new row. One statement, so that two who note the same at once agree.
    The row's id, and whether this opened it.
    """
    adding = insert_into(session, IncidentRow).values(**values)
    noted = session.execute(
        adding.on_conflict_do_update(
            index_elements=[IncidentRow.key],
            index_where=IncidentRow.closed_at.is_(None),
            set_={
                "times": IncidentRow.times + 1,
                "last_at": adding.excluded.last_at,
                "name": adding.excluded.name,
                "cause": adding.excluded.cause,
                "detail": adding.excluded.detail,
                "role": adding.excluded.role,
            },
        ).returning(IncidentRow.id, IncidentRow.times),
        execution_options={"synchronize_session": False},
    ).one()
    return noted.id, noted.times == 1


def close(
    session: Session,
    key: str,
    now: datetime,
    end: IncidentEnd,
    by: str = "",
    reason: str = "",
) -> bool:
    """Closes the open incident under a key; False when none is open."""
    closed = session.execute(
        update(IncidentRow)
        .where(IncidentRow.key == key, IncidentRow.closed_at.is_(None))
        .values(closed_at=now, outcome=end, closed_by=by, reason=reason)
        .returning(IncidentRow.id),
        execution_options={"synchronize_session": False},
    )
    return closed.scalar_one_or_none() is not None


def over(session: Session) -> list[str]:
    """Keys of open incidents whose timer fired or was withdrawn, mail was sent, task was closed.

    Of a case that has ended nothing can fail any more, nor be tried again: those too.
    """
    return list(
        session.scalars(
            select(IncidentRow.key)
            .outerjoin(TimerRow, TimerRow.id == IncidentRow.timer_id)
            .outerjoin(MailRow, MailRow.id == IncidentRow.mail_id)
            .outerjoin(TaskRow, TaskRow.id == IncidentRow.task_id)
            .outerjoin(CaseRow, CaseRow.id == IncidentRow.case_id)
            .where(IncidentRow.closed_at.is_(None), _OVER)
        )
    )


def open_keys(session: Session, beginning: str) -> list[str]:
    """Keys of open incidents that begin so."""
    found = select(IncidentRow.key).where(
        IncidentRow.closed_at.is_(None), IncidentRow.key.startswith(beginning)
    )
    return list(session.scalars(found))


@dataclass(frozen=True)
class Line:
    """An incident in a list, with its dossier's code and what its timer and mail are now."""

    row: IncidentRow
    code: str | None
    timer_state: str | None
    mail_state: str | None


def page(
    session: Session,
    *,
    closed: bool,
    kind: IncidentKind | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Line]:
    """Incidents, the latest opened first. Raises Misuse for a cursor that is none."""
    size, last = paging.checked_limit(limit), paging.id_of(after)
    wanted = _lines().where(
        IncidentRow.closed_at.is_not(None) if closed else IncidentRow.closed_at.is_(None)
    )
    if kind is not None:
        wanted = wanted.where(IncidentRow.kind == kind)
    if last is not None:
        wanted = wanted.where(IncidentRow.id < last)
    rows = session.execute(wanted.order_by(IncidentRow.id.desc()).limit(size + 1))
    lines = [Line(*row) for row in rows]
    return paging.page(lines, size, lambda line: paging.cursor_of_id(line.row.id))


def one(session: Session, incident_id: int) -> Line | None:
    found = session.execute(_lines().where(IncidentRow.id == incident_id)).one_or_none()
    return Line(*found) if found else None


def _lines() -> Any:
    return (
        select(IncidentRow, CaseRow.code, TimerRow.state, MailRow.state)
        .outerjoin(CaseRow, CaseRow.id == IncidentRow.case_id)
        .outerjoin(TimerRow, TimerRow.id == IncidentRow.timer_id)
        .outerjoin(MailRow, MailRow.id == IncidentRow.mail_id)
    )


def stopping(session: Session, case_id: int) -> list[IncidentRow]:
    """Open incidents that keep a case from going on, the earliest first."""
    about = select(IncidentRow).where(
        IncidentRow.case_id == case_id,
        IncidentRow.closed_at.is_(None),
        IncidentRow.kind.in_((IncidentKind.TIMER, IncidentKind.DECISION)),
    )
    return list(session.scalars(about.order_by(IncidentRow.id)))


def open_count(session: Session) -> int:
    """How many incidents wait for an administrator."""
    waiting = select(func.count()).where(IncidentRow.closed_at.is_(None))
    return session.execute(waiting).scalar_one()


def administrators(session: Session) -> list[int]:
    """User ids of those who are told of incidents."""
    found = select(UserRow.id).where(UserRow.administrator, UserRow.locked.is_(False))
    return list(session.scalars(found))
