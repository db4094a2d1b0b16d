"""Books and their numbers: read, and locked one by one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.persistence.tables import BookRow
from engine.persistence.upserting import insert_into


def lock_book(session: Session, unit_id: int, kind: str, year: int, pattern: str) -> BookRow:
    """The book of unit, kind and year, locked until the transaction ends; made when missing.

    Two who open it at once both get the one that the first has made.
    """
    wanted = select(BookRow).where(
        BookRow.unit_id == unit_id, BookRow.kind == kind, BookRow.year == year
    )
    found = session.scalars(wanted.with_for_update()).one_or_none()
    if found is None:
        values = {"unit_id": unit_id, "kind": kind, "year": year, "pattern": pattern, "last": 0}
        session.execute(insert_into(session, BookRow).values(values).on_conflict_do_nothing())
        found = session.scalars(wanted.with_for_update()).one()
    return found
