"""Who read which person's data: written in batches, listed the latest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, or_, select
from sqlalchemy.orm import Session

from engine.persistence import paging
from engine.persistence.paging import Page
from engine.persistence.tables import (
    ApologyRow,
    AttachmentRow,
    Base,
    CasePersonRow,
    CaseRow,
    DocumentRow,
    HandOverRow,
    ListedCaseRow,
    OriginalRow,
    ReadingRow,
    TaskRow,
    UserRow,
)

#: Whose rows lead to a dossier: by the name of the table.
LEADING: Mapping[str, type[Base]] = {
    row.__tablename__: row
    for row in (ApologyRow, AttachmentRow, DocumentRow, HandOverRow, OriginalRow, TaskRow)
}

#: Lines of lists name no dossier: rooms whose number is a list's, and those whose is a document's.
OF_LISTS, OF_THEIR_DOCUMENTS = ("dossier_lists", "list_papers", "list_rows"), ("sealing",)


@dataclass(frozen=True)
class ReadingLine:
    """A line of the access log."""

    reading_id: int
    at: datetime
    user_id: int
    name: str
    username: str
    case_id: int | None
    code: str | None
    person_id: int | None
    what: str
    request: str


@dataclass(frozen=True)
class Wanted:
    """Which lines; None: whatever."""

    case_id: int | None = None
    person_id: int | None = None  # read by its own page, or by those of its dossiers
    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included


def cases_behind(session: Session, table: str, ids: Collection[int]) -> dict[int, int]:
    """The dossiers that rows of `table` belong to, by their ids."""
    row: Any = LEADING[table]
    wanted = select(row.id, OriginalRow.case_id if row is HandOverRow else row.case_id)
    if row is HandOverRow:
        wanted = wanted.join(OriginalRow, OriginalRow.id == HandOverRow.original_id)
    found = session.execute(wanted.where(row.id.in_(sorted(ids))))
    return {number: case_id for number, case_id in found if case_id is not None}


def since(
    session: Session, user_ids: Collection[int], moment: datetime
) -> Iterator[tuple[int, str, int | None, int | None]]:
    """What these users have read since: (user, what, case, person)."""
    found = session.execute(
        select(ReadingRow.user_id, ReadingRow.what, ReadingRow.case_id, ReadingRow.person_id).where(
            ReadingRow.user_id.in_(sorted(user_ids)), ReadingRow.at > moment
        )
    )
    yield from ((row.user_id, row.what, row.case_id, row.person_id) for row in found)


def write(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Some lines in one statement."""
    lines = list(rows)
    if lines:
        session.execute(insert(ReadingRow), lines)


def _with_its_lists(session: Session, case_id: int) -> ColumnElement[bool]:
    """Lines of a dossier, and of the lists that it is or was on."""
    lists = select(ListedCaseRow.list_id).where(ListedCaseRow.case_id == case_id).distinct()
    on = sorted(session.scalars(lists))
    papers = select(DocumentRow.id).where(DocumentRow.list_id.in_(on)) if on else None
    names = [
        f"{room}.%|{number}"
        for rooms, numbers in (
            (OF_LISTS, on),
            (OF_THEIR_DOCUMENTS, sorted(session.scalars(papers)) if papers is not None else ()),
        )
        for number in numbers
        for room in rooms
    ]
    own = ReadingRow.case_id == case_id
    if not names:
        return own
    of_lists = or_(*(ReadingRow.what.like(name) for name in names))
    return or_(own, and_(ReadingRow.case_id.is_(None), ReadingRow.person_id.is_(None), of_lists))


def listed(
    session: Session, wanted: Wanted, after: str | None = None, limit: int = 50
) -> Page[ReadingLine]:
    """The lines that are wanted, the latest first. Raises Misuse for a bad cursor."""
    limit = paging.checked_limit(limit)
    asked = _asked(session, wanted).limit(limit + 1)
    start = paging.id_of(after)
    if start is not None:
        asked = asked.where(ReadingRow.id < start)
    lines = [ReadingLine(*row) for row in session.execute(asked)]
    return paging.page(lines, limit, lambda line: paging.cursor_of_id(line.reading_id))


def whole(session: Session, wanted: Wanted, most: int) -> tuple[list[ReadingLine], bool]:
    """The lines for a file, at most so many, and whether there are more."""
    lines = [ReadingLine(*row) for row in session.execute(_asked(session, wanted).limit(most + 1))]
    return lines[:most], len(lines) > most


def _asked(session: Session, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = (
        select(
            ReadingRow.id,
            ReadingRow.at,
            ReadingRow.user_id,
            UserRow.full_name,
            UserRow.username,
            ReadingRow.case_id,
            CaseRow.code,
            ReadingRow.person_id,
            ReadingRow.what,
            ReadingRow.request,
        )
        .join(UserRow, UserRow.id == ReadingRow.user_id)
        .outerjoin(CaseRow, CaseRow.id == ReadingRow.case_id)
        .order_by(ReadingRow.id.desc())
    )
    if wanted.case_id is not None:
        asked = asked.where(_with_its_lists(session, wanted.case_id))
    if wanted.person_id is not None:
        theirs = select(CasePersonRow.case_id).where(CasePersonRow.person_id == wanted.person_id)
        asked = asked.where(
            or_(ReadingRow.person_id == wanted.person_id, ReadingRow.case_id.in_(theirs))
        )
    if wanted.user_id is not None:
        asked = asked.where(ReadingRow.user_id == wanted.user_id)
    if wanted.since is not None:
        asked = asked.where(ReadingRow.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(ReadingRow.at < wanted.until)
    return asked
