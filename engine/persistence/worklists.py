"""What waits for whom: inbox, its counts, overdue tasks; permissions are part of the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Subquery, select
from sqlalchemy.orm import Session

from engine.domain.access import Actor
from engine.persistence import paging
from engine.persistence.paging import Key, Page
from engine.persistence.queues import (
    Queue,
    Scope,
    counted,
    due_between,
    first_keys,
    keys_among,
    late,
    queues_of,
    urgent_queues,
    watched_queues,
)
from engine.persistence.searching import look_up
from engine.persistence.tables import (
    CaseRow,
    OfferRow,
    TaskRow,
    UnitRow,
    UserRow,
    VersionRow,
)
from engine.persistence.watching import Wanted

__all__ = (
    "FAR",
    "Count",
    "Counts",
    "InboxLine",
    "Page",
    "Scope",
    "Standing",
    "count_overdue",
    "counts",
    "inbox",
    "standing",
    "urgent",
    "watched",
    "watched_among",
    "watched_whole",
)

#: Where tasks stand that have no date at all: after everything else.
FAR = datetime(3000, 1, 1, tzinfo=UTC)

#: Counting stops here (“hơn 100”): a page must not read 100,000 rows to say how many they are.
COUNT_LIMIT = 100


class Standing(StrEnum):
    """How a moment stands to now."""

    OVERDUE = "overdue"
    SOON = "soon"
    IN_TIME = "in_time"
    UNDATED = "undated"


def standing(due_at: datetime | None, now: datetime, soon: datetime) -> Standing:
    """`soon`: what is due up to that moment is due soon (say, the next day's closing time)."""
    if due_at is None:
        return Standing.UNDATED
    if due_at < now:
        return Standing.OVERDUE
    return Standing.SOON if due_at <= soon else Standing.IN_TIME


@dataclass(frozen=True)
class InboxLine:
    """Everything a list of tasks shows of one."""

    task_id: int
    element: str
    name: str
    round: int
    external: bool
    role: str
    unit_id: int
    unit_name: str
    opened_at: datetime
    due_at: datetime | None
    sort_due: datetime  # the key of the list
    assignee_id: int | None
    assignee_name: str | None
    case_id: int
    code: str
    applicant: str
    subject: str
    case_state: str
    case_due_at: datetime | None
    case_due_expected: bool
    procedure_key: str
    procedure_name: str
    version_number: int
    urgent: bool = False
    list_id: int | None = None  # the list of dossiers it goes with


@dataclass(frozen=True)
class Count:
    """A number of tasks; `more` when there are more and counting stopped."""

    number: int
    more: bool = False


@dataclass(frozen=True)
class Counts:
    open: Count
    overdue: Count
    soon: Count


def inbox(
    session: Session,
    actor: Actor,
    scope: Scope | str = Scope.MINE,
    query: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page[InboxLine]:
    """Open tasks of a scope, due soonest first; `query` looks in codes and names of cases.

    Raises Misuse for a bad cursor, limit or scope.
    """
    if scope not in set(Scope):
        raise paging.bad_address()
    return _tasks(session, queues_of(actor, Scope(scope)), query, after, limit)


def urgent(
    session: Session, actor: Actor, scope: Scope | str, limit: int = 10
) -> tuple[InboxLine, ...]:
    """The urgent work of a scope, due soonest first. Raises Misuse for a bad limit or scope."""
    if scope not in set(Scope):
        raise paging.bad_address()
    return _tasks(session, urgent_queues(actor, Scope(scope)), "", None, limit).lines


def watched(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    query: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page[InboxLine]:
    """Open tasks where the actor watches, due soonest first, that are as `wanted`.

    They watch the units they supervise and the posts of roles they head.
    """
    return _tasks(session, wanted.queues(actor), query, after, limit)


def watched_among(session: Session, actor: Actor, task_ids: Sequence[int]) -> tuple[InboxLine, ...]:
    """Of some tasks, those that are open and watched over by the actor, due soonest first."""
    queues = watched_queues(actor, passing=True)
    if not queues or not task_ids:
        return ()
    (watched_over,) = queues
    keys = (
        select(OfferRow.sort_due, OfferRow.task_id)
        .where(OfferRow.task_id.in_(task_ids), watched_over(OfferRow))
        .distinct()
        .subquery("page")
    )
    return tuple(InboxLine(*row) for row in session.execute(_lines(keys)))


def watched_whole(
    session: Session, actor: Actor, wanted: Wanted, query: str, most: int
) -> tuple[list[InboxLine], bool]:
    """The same from the first to at most `most` lines, for a file; whether there are more."""
    queues = wanted.queues(actor)
    if not queues:
        return [], False
    rows = session.execute(_lines(_keys(session, queues, query, None, most + 1))).all()
    return [InboxLine(*row) for row in rows[:most]], len(rows) > most


def counts(session: Session, actor: Actor, now: datetime, soon: datetime) -> dict[Scope, Counts]:
    """How much is open, overdue and due up to `soon` in each scope: one statement."""
    columns = []
    for scope in Scope:
        queues = queues_of(actor, scope)
        columns += [
            counted(queues, COUNT_LIMIT + 1),
            counted([late(queue, now) for queue in queues], COUNT_LIMIT + 1),
            counted([due_between(queue, now, soon) for queue in queues], COUNT_LIMIT + 1),
        ]
    numbers = [_count(number) for number in session.execute(select(*columns)).one()]
    return {scope: Counts(*numbers[3 * place : 3 * place + 3]) for place, scope in enumerate(Scope)}


def count_overdue(session: Session, actor: Actor, now: datetime) -> Count:
    """How long the actor's overdue list is."""
    number = counted([late(queue, now) for queue in watched_queues(actor)], COUNT_LIMIT + 1)
    return _count(session.execute(select(number)).scalar_one())


def _count(number: int) -> Count:
    return Count(min(number, COUNT_LIMIT), number > COUNT_LIMIT)


def _tasks(
    session: Session,
    queues: Sequence[Queue],
    query: str,
    after: str | None,
    limit: int,
) -> Page[InboxLine]:
    limit = paging.checked_limit(limit)
    start = paging.key_of(after)
    if not queues:
        return Page((), None)
    keys = _keys(session, queues, query, start, limit + 1)
    lines = [InboxLine(*row) for row in session.execute(_lines(keys))]
    return paging.page(lines, limit, lambda line: paging.cursor_of((line.sort_due, line.task_id)))


def _keys(
    session: Session, queues: Sequence[Queue], query: str, start: Key | None, limit: int
) -> Subquery:
    search = look_up(session, query)
    if search.few is not None:
        return keys_among(search.few, queues, start, limit)
    return first_keys(queues, start, limit, search.in_passing)


def _lines(keys: Subquery) -> Select[*tuple[Any, ...]]:
    """The keys of a page with everything the page shows; columns in the order of InboxLine."""
    return (
        select(
            TaskRow.id,
            TaskRow.element,
            TaskRow.name,
            TaskRow.round,
            TaskRow.external,
            TaskRow.role,
            TaskRow.unit_id,
            UnitRow.name,
            TaskRow.opened_at,
            TaskRow.due_at,
            keys.c.sort_due,
            TaskRow.assignee_id,
            UserRow.full_name,
            CaseRow.id,
            CaseRow.code,
            CaseRow.applicant,
            CaseRow.subject,
            CaseRow.state,
            CaseRow.due_at,
            CaseRow.due_expected,
            CaseRow.procedure_key,
            VersionRow.name,
            VersionRow.number,
            CaseRow.urgent,
            CaseRow.list_id,
        )
        .select_from(keys)
        .join(TaskRow, TaskRow.id == keys.c.task_id)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .join(VersionRow, VersionRow.id == CaseRow.version_id)
        .join(UnitRow, UnitRow.id == TaskRow.unit_id)
        .outerjoin(UserRow, UserRow.id == TaskRow.assignee_id)
        .order_by(keys.c.sort_due, keys.c.task_id)
    )
