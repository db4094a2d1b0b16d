"""The escalation ladders in the database: which one a date stands under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.domain.ladder import DEFAULT, Ladder, Subject
from engine.persistence import stamps
from engine.persistence.tables import LadderRow


@dataclass(frozen=True)
class Ladders:
    """Every ladder ever saved, and those in force."""

    by_id: Mapping[int, Ladder]
    in_force: Mapping[tuple[str, str | None, str | None], int]  # subject, procedure, role -> id

    def choose(
        self, subject: Subject, procedure_key: str, role: str | None
    ) -> tuple[int | None, Ladder]:
        """The ladder that holds most nearly: procedure and role, procedure, role, all; its id.

        None as id: the default one.
        """
        for key in ((procedure_key, role), (procedure_key, None), (None, role), (None, None)):
            found = self.in_force.get((subject, *key))
            if found is not None:
                return found, self.by_id[found]
        return None, DEFAULT[subject]

    def of(self, subject: Subject, ladder_id: int | None) -> Ladder:
        """The ladder that a date was put under."""
        return DEFAULT[subject] if ladder_id is None else self.by_id[ladder_id]


def ladders(session: Session) -> Ladders:
    """All ladders; kept in memory until one is saved."""
    return stamps.kept(session, stamps.LADDERS, "ladders", lambda: _load(session))


def _load(session: Session) -> Ladders:
    rows = session.scalars(select(LadderRow)).all()
    return Ladders(
        by_id={row.id: Ladder.from_json(row.rungs) for row in rows},
        in_force={
            (row.subject, row.procedure_key, row.role): row.id
            for row in rows
            if row.ended_at is None
        },
    )


def in_force(session: Session) -> list[LadderRow]:
    """The ladders that hold now, the most general first."""
    rows = session.scalars(select(LadderRow).where(LadderRow.ended_at.is_(None)))
    return sorted(rows, key=lambda row: (row.subject, row.procedure_key or "", row.role or ""))


def holding(
    session: Session, subject: Subject, procedure_key: str | None, role: str | None
) -> LadderRow | None:
    """The ladder that holds now for exactly this."""
    return session.scalars(
        _of(subject, procedure_key, role).where(LadderRow.ended_at.is_(None))
    ).one_or_none()


def history(
    session: Session, subject: Subject, procedure_key: str | None, role: str | None
) -> list[LadderRow]:
    """Every ladder that ever held for exactly this, the newest first."""
    found = _of(subject, procedure_key, role).order_by(
        LadderRow.saved_at.desc(), LadderRow.id.desc()
    )
    return list(session.scalars(found))


def _of(subject: Subject, procedure_key: str | None, role: str | None) -> Select[LadderRow]:
    return select(LadderRow).where(
        LadderRow.subject == subject,
        LadderRow.procedure_key.is_not_distinct_from(procedure_key),
        LadderRow.role.is_not_distinct_from(role),
    )
