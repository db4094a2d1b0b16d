"""Books and their numbers, locked one by one for whoever takes or changes one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.states import DocumentState, NumberState
from engine.persistence.tables import BookNumberRow, BookRow, DocumentRow
from engine.persistence.upserting import insert_into

#: Documents that still bear their number.
IN_FORCE = (DocumentState.DRAFT, DocumentState.SIGNED, DocumentState.ISSUED)


def lock_book(session: Session, unit_id: int, kind: str, year: int, pattern: str) -> BookRow:
    """The book of unit, kind and year, locked until the transaction ends; made when missing.

    A new book writes its numbers as last year's did, the first one by `pattern`. Two who open it
    at once both get the one that the first has made.
    """
    wanted = select(BookRow).where(
        BookRow.unit_id == unit_id, BookRow.kind == kind, BookRow.year == year
    )
    # Fresh: whoever had the lock before has raised the last number since we may have read it.
    locked = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(locked).one_or_none()
    if found is None:
        before = pattern_before(session, unit_id, kind, year)
        values = {
            "unit_id": unit_id,
            "kind": kind,
            "year": year,
            "pattern": before or pattern,
            "last": 0,
        }
        session.execute(insert_into(session, BookRow).values(values).on_conflict_do_nothing())
        found = session.scalars(locked).one()
    return found


def pattern_before(session: Session, unit_id: int, kind: str, year: int) -> str | None:
    """How the unit's book of the last year before wrote its numbers."""
    return session.scalar(
        select(BookRow.pattern)
        .where(BookRow.unit_id == unit_id, BookRow.kind == kind, BookRow.year < year)
        .order_by(BookRow.year.desc())
        .limit(1)
    )


def lock_this_book(session: Session, book_id: int) -> BookRow | None:
    """A book by its id, locked until the transaction ends."""
    locked = select(BookRow).where(BookRow.id == book_id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one_or_none()


def lock_number(session: Session, number_id: int) -> tuple[BookNumberRow, BookRow] | None:
    """A number with its book, both locked until the transaction ends; the book first, as ever."""
    book_id = session.scalar(select(BookNumberRow.book_id).where(BookNumberRow.id == number_id))
    book = lock_this_book(session, book_id) if book_id is not None else None
    if book is None:
        return None
    locked = select(BookNumberRow).where(BookNumberRow.id == number_id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one(), book


def document_in_force(session: Session, number_id: int) -> DocumentRow | None:
    """The document that bears a number, unless it was voided or replaced."""
    bearing = select(DocumentRow).where(
        DocumentRow.number_id == number_id, DocumentRow.state.in_(IN_FORCE)
    )
    return session.scalars(bearing.limit(1)).one_or_none()


def reserved(session: Session, unit_id: int, kind: str, year: int) -> list[BookNumberRow]:
    """The numbers of a book that wait for their paper, the lowest first."""
    waiting = (
        select(BookNumberRow)
        .join(BookRow, BookRow.id == BookNumberRow.book_id)
        .where(
            BookRow.unit_id == unit_id,
            BookRow.kind == kind,
            BookRow.year == year,
            BookNumberRow.state == NumberState.RESERVED,
        )
        .order_by(BookNumberRow.number)
    )
    return list(session.scalars(waiting))
