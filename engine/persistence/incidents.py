"""Incidents in the database: one open row for each thing that failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.domain.states import IncidentEnd
from engine.persistence.tables import IncidentRow, UserRow


def open_or_repeat(session: Session, values: dict[str, Any]) -> tuple[int, bool]:
    """Opens an incident, or counts up the one that stands open under the same key.

    `values` are those of a new row. One statement, so that two who note the same at once agree.
    The row's id, and whether this opened it.
    """
    kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    adding = kind.insert(IncidentRow).values(**values)
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


def close(session: Session, key: str, now: datetime, end: IncidentEnd) -> int | None:
    """Closes the open incident under a key; its id, None when none is open."""
    closed = session.execute(
        update(IncidentRow)
        .where(IncidentRow.key == key, IncidentRow.closed_at.is_(None))
        .values(closed_at=now, outcome=end)
        .returning(IncidentRow.id),
        execution_options={"synchronize_session": False},
    )
    return closed.scalar_one_or_none()


def open_count(session: Session) -> int:
    """How many incidents wait for an administrator."""
    waiting = select(func.count()).where(IncidentRow.closed_at.is_(None))
    return session.execute(waiting).scalar_one()


def administrators(session: Session) -> list[int]:
    """User ids of those who are told of incidents."""
    found = select(UserRow.id).where(UserRow.administrator, UserRow.locked.is_(False))
    return list(session.scalars(found))
