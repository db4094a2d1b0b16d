"""Books as pages show them: what stands in each, and their numbers page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, func, select, text
from sqlalchemy.orm import Session, aliased

from engine.domain.folding import fold
from engine.domain.states import NumberState
from engine.persistence import paging
from engine.persistence.paging import Page
from engine.persistence.tables import (
    BookNumberRow,
    BookRow,
    CaseRow,
    CaseUnitRow,
    DocumentRow,
    UserRow,
)

#: Rows fetched at once where a whole book is read.
BATCH = 1_000

#: As the index of these few has it: said with a parameter, it would not serve.
_APART = text("book_number.state <> 'used'")


@dataclass(frozen=True)
class Shelved:
    """A book with what stands in it."""

    book: BookRow
    first: int | None  # its lowest number; None: none was given yet
    reserved: int
    voided: int

    @property
    def on_paper(self) -> int:
        """How many numbers the paper book had given before; 0 for a book begun here."""
        return self.book.last if self.first is None else self.first - 1


def books_of(session: Session, unit_ids: Collection[int], year: int | None = None) -> list[Shelved]:
    """The books of some units (of one year), by unit and kind, the latest year first."""
    wanted = _WITH_FIRST.where(BookRow.unit_id.in_(sorted(unit_ids)))
    if year is not None:
        wanted = wanted.where(BookRow.year == year)
    order = (BookRow.unit_id, BookRow.year.desc(), BookRow.kind)
    return _shelved(session, wanted.order_by(*order))


def shelved(session: Session, book_id: int) -> Shelved | None:
    """One book with what stands in it."""
    found = _shelved(session, _WITH_FIRST.where(BookRow.id == book_id))
    return found[0] if found else None


_WITH_FIRST = select(
    BookRow,
    select(func.min(BookNumberRow.number))
    .where(BookNumberRow.book_id == BookRow.id)
    .correlate(BookRow)
    .scalar_subquery()
    .label("first"),
)


def _shelved(session: Session, wanted: Select[*tuple[Any, ...]]) -> list[Shelved]:
    rows = session.execute(wanted).all()
    if not rows:
        return []
    apart = session.execute(
        select(BookNumberRow.book_id, BookNumberRow.state, func.count())
        .where(BookNumberRow.book_id.in_([row.BookRow.id for row in rows]), _APART)
        .group_by(BookNumberRow.book_id, BookNumberRow.state)
    )
    counts = {(book_id, state): many for book_id, state, many in apart}
    return [
        Shelved(
            book=row.BookRow,
            first=row.first,
            reserved=counts.get((row.BookRow.id, NumberState.RESERVED), 0),
            voided=counts.get((row.BookRow.id, NumberState.VOIDED), 0),
        )
        for row in rows
    ]


def years(session: Session, unit_id: int) -> list[int]:
    """The years in which the unit has kept books, the latest first."""
    found = select(BookRow.year).where(BookRow.unit_id == unit_id).distinct()
    return list(session.scalars(found.order_by(BookRow.year.desc())))


@dataclass(frozen=True)
class NumberLine:
    """A number as its book shows it."""

    number_id: int
    number: int
    sign: str
    state: str
    purpose: str
    at: datetime
    by: str  # "" for the system
    voided_at: datetime | None
    voided_by: str
    reason: str


def numbers(
    session: Session,
    book_id: int,
    state: NumberState | None = None,
    query: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page[NumberLine]:
    """Numbers of a book, the newest first; of one state, or by number or words (no diacritics).

    Raises Misuse for a bad cursor or limit.
    """
    limit = paging.checked_limit(limit)
    start = paging.id_of(after)
    conditions = _chosen(book_id, state, query)
    if start is not None:
        conditions.append(BookNumberRow.number < start)
    rows = session.execute(
        _lines(conditions).order_by(BookNumberRow.number.desc()).limit(limit + 1)
    )
    lines = [NumberLine(*row) for row in rows]
    return paging.page(lines, limit, lambda line: paging.cursor_of_id(line.number))


def all_numbers(
    session: Session,
    book_id: int,
    most: int,
    state: NumberState | None = None,
    query: str = "",
) -> Iterator[NumberLine]:
    """The numbers of a book in their order, at most so many, row by row."""
    lines = _lines(_chosen(book_id, state, query)).order_by(BookNumberRow.number).limit(most)
    for row in session.execute(lines.execution_options(yield_per=BATCH)):
        yield NumberLine(*row)


def _chosen(
    book_id: int, state: NumberState | None, query: str
) -> list[ColumnElement[bool] | TextClause]:
    conditions: list[ColumnElement[bool] | TextClause] = [BookNumberRow.book_id == book_id]
    if state is not None:
        conditions.append(BookNumberRow.state == state)
        if state is not NumberState.USED:
            conditions.append(_APART)
    words = fold(query)
    if words.isascii() and words.isdigit() and len(words) < 7:
        conditions.append(BookNumberRow.number == int(words))
    elif words:
        conditions.append(BookNumberRow.search.contains(words, autoescape=True))
    return conditions


def _lines(conditions: Sequence[ColumnElement[bool] | TextClause]) -> Select[*tuple[Any, ...]]:
    giver, voider = aliased(UserRow), aliased(UserRow)
    return (
        select(
            BookNumberRow.id,
            BookNumberRow.number,
            BookNumberRow.sign,
            BookNumberRow.state,
            BookNumberRow.purpose,
            BookNumberRow.at,
            func.coalesce(giver.full_name, ""),
            BookNumberRow.voided_at,
            func.coalesce(voider.full_name, ""),
            BookNumberRow.reason,
        )
        .outerjoin(giver, giver.id == BookNumberRow.by_id)
        .outerjoin(voider, voider.id == BookNumberRow.voided_by_id)
        .where(and_(*conditions))
    )


@dataclass(frozen=True)
class Bearer:
    """The document that bears a number, and the dossier that it belongs to."""

    document_id: int
    title: str
    state: str
    signer: str
    case_id: int | None
    code: str
    list_id: int | None
    unit_id: int
    case_seen: bool  # by whoever asks


def bearers(
    session: Session, number_ids: Collection[int], units: Collection[int]
) -> dict[int, Bearer]:
    """The documents that bear numbers, by number; the latest where it was issued anew.

    `units`: cases of these are seen (access.sees_case).
    """
    if not number_ids:
        return {}
    seen = (
        select(CaseUnitRow.case_id)
        .where(CaseUnitRow.case_id == DocumentRow.case_id, CaseUnitRow.unit_id.in_(sorted(units)))
        .exists()
    )
    rows = session.execute(
        select(
            DocumentRow.number_id,
            DocumentRow.id,
            DocumentRow.title,
            DocumentRow.state,
            func.coalesce(UserRow.full_name, "").label("signer"),
            DocumentRow.case_id,
            func.coalesce(CaseRow.code, "").label("code"),
            DocumentRow.list_id,
            DocumentRow.unit_id,
            seen.label("seen"),
        )
        .outerjoin(CaseRow, CaseRow.id == DocumentRow.case_id)
        .outerjoin(UserRow, UserRow.id == DocumentRow.signer_id)
        .where(DocumentRow.number_id.in_(sorted(number_ids)))
        .order_by(DocumentRow.id)
    )
    return {
        row.number_id: Bearer(
            document_id=row.id,
            title=row.title,
            state=row.state,
            signer=row.signer,
            case_id=row.case_id,
            code=row.code,
            list_id=row.list_id,
            unit_id=row.unit_id,
            case_seen=bool(row.seen),
        )
        for row in rows
    }
