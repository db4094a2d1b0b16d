"""Notices of one user: how many are unread, a page of them, and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Table,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from engine.persistence import paging
from engine.persistence.paging import Page
from engine.persistence.tables import CaseRow, NoticeRow

#: The bell counts no further (“99+”): every page shows it, none may read more for it.
COUNT_LIMIT = 99

_USER: BindParameter[int] = bindparam("user_id", type_=Integer())


@dataclass(frozen=True)
class NoticeLine:
    """A notice as a list shows it. `message` is a Message as JSON."""

    notice_id: int
    at: datetime
    kind: str
    message: dict[str, Any]
    case_id: int | None
    task_id: int | None
    code: str | None  # of the case
    read_at: datetime | None


#: Built once: a sweep may tell thousands.
_ADDING = insert(cast(Table, NoticeRow.__table__)).returning(
    NoticeRow.id, sort_by_parameter_order=True
)


def add(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Writes notices and gives their ids in the same order."""
    return list(session.connection().execute(_ADDING, rows).scalars())


@cache
def _unread() -> Select[Any]:
    """Built once: every page asks it."""
    some = (
        select(literal(1))
        .where(NoticeRow.user_id == _USER, NoticeRow.read_at.is_(None))
        .limit(COUNT_LIMIT + 1)
    )
    return select(func.count()).select_from(some.subquery())


def unread(session: Session, user_id: int) -> int:
    """How many notices the user has not read, at most COUNT_LIMIT + 1; by the partial index."""
    number: int = session.connection().execute(_unread(), {"user_id": user_id}).scalar_one()
    return number


def listed(
    session: Session,
    user_id: int,
    *,
    only_unread: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page[NoticeLine]:
    """The user's notices, the latest first. Raises Misuse for a bad cursor."""
    limit = paging.checked_limit(limit)
    start = paging.id_of(after)
    wanted = _lines().where(NoticeRow.user_id == user_id)
    if only_unread:
        wanted = wanted.where(NoticeRow.read_at.is_(None))
    if start is not None:
        wanted = wanted.where(NoticeRow.id < start)
    rows = session.execute(wanted.order_by(NoticeRow.id.desc()).limit(limit + 1))
    lines = [NoticeLine(*row) for row in rows]
    return paging.page(lines, limit, lambda line: paging.cursor_of_id(line.notice_id))


def one(session: Session, user_id: int, notice_id: int) -> NoticeLine | None:
    """A notice of the user; None for one that is not theirs."""
    found = _lines().where(NoticeRow.id == notice_id, NoticeRow.user_id == user_id)
    row = session.execute(found).one_or_none()
    return None if row is None else NoticeLine(*row)


def _lines() -> Select[*tuple[Any, ...]]:
    """Columns in the order of NoticeLine."""
    return select(
        NoticeRow.id,
        NoticeRow.at,
        NoticeRow.kind,
        NoticeRow.message,
        NoticeRow.case_id,
        NoticeRow.task_id,
        CaseRow.code,
        NoticeRow.read_at,
    ).outerjoin(CaseRow, CaseRow.id == NoticeRow.case_id)


def leads_to(
    task_id: int | None = None, case_id: int | None = None
) -> tuple[ColumnElement[bool], ...]:
    """Notices that lead to the page of a task, or to that of a case."""
    if task_id is not None:
        return (NoticeRow.task_id == task_id,)
    return (NoticeRow.case_id == case_id, NoticeRow.task_id.is_(None))


def any_unread(
    session: Session, user_id: int, task_id: int | None = None, case_id: int | None = None
) -> bool:
    """Whether an unread notice of the user leads to this page."""
    found = (
        select(NoticeRow.id)
        .where(NoticeRow.user_id == user_id, NoticeRow.read_at.is_(None))
        .where(*leads_to(task_id, case_id))
        .limit(1)
    )
    return session.execute(found).first() is not None


def read(session: Session, user_id: int, now: datetime, *which: ColumnElement[bool]) -> int:
    """Marks the user's unread notices as read, all or those of `which`; how many they were."""
    marked = session.execute(
        update(NoticeRow)
        .where(NoticeRow.user_id == user_id, NoticeRow.read_at.is_(None), *which)
        .values(read_at=now)
        .returning(NoticeRow.id),
        execution_options={"synchronize_session": False},
    )
    return len(marked.all())
