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
from engine.persistence.paging import Page
from engine.persistence.queues import (
    Condition,
    Queue,
    Scope,
    counted,
    due_between,
    first_keys,
    keys_among,
    late,
    queues_of,
    watched_queues,
)
from engine.persistence.searching import look_up
from engine.persistence.tables import (
    CaseRow,
    TaskRow,
    UnitRow,
    UserRow,
    VersionRow,
)

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
    "overdue",
    "standing",
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


def overdue(
    session: Session,
    actor: Actor,
    now: datetime,
    after: str | None = None,
    limit: int = 50,
    *,
    unit_id: int | None = None,
    procedure_key: str | None = None,
    query: str = "",
) -> Page[InboxLine]:
    """Open tasks past their moment where the actor watches, the longest overdue first.

    They watch the units they supervise and the posts of roles they head.
    """
    cases = [CaseRow.procedure_key == procedure_key] if procedure_key is not None else []
    return _tasks(session, watched_queues(actor, now, unit_id), query, after, limit, cases)


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
    number = counted(watched_queues(actor, now), COUNT_LIMIT + 1)
    return _count(session.execute(select(number)).scalar_one())


def _count(number: int) -> Count:
    return Count(min(number, COUNT_LIMIT), number > COUNT_LIMIT)


def _tasks(
    session: Session,
    queues: Sequence[Queue],
    query: str,
    after: str | None,
    limit: int,
    cases: Sequence[Condition] = (),
) -> Page[InboxLine]:
    limit = paging.checked_limit(limit)
    start = paging.key_of(after)
    if not queues:
        return Page((), None)
    search = look_up(session, query)
    if search.few is not None:
        keys = keys_among(search.few, queues, start, limit + 1, cases)
    else:
        keys = first_keys(queues, start, limit + 1, [*cases, *search.in_passing])
    lines = [InboxLine(*row) for row in session.execute(_lines(keys))]
    return paging.page(lines, limit, lambda line: paging.cursor_of((line.sort_due, line.task_id)))


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
        )
        .select_from(keys)
        .join(TaskRow, TaskRow.id == keys.c.task_id)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .join(VersionRow, VersionRow.id == CaseRow.version_id)
        .join(UnitRow, UnitRow.id == TaskRow.unit_id)
        .outerjoin(UserRow, UserRow.id == TaskRow.assignee_id)
        .order_by(keys.c.sort_due, keys.c.task_id)
    )
