"""Open work of cases: tasks with their offers, and timers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from engine.domain.access import TaskSubject
from engine.domain.states import TaskState, TimerState
from engine.persistence.columns import Moment
from engine.persistence.tables import OfferRow, TaskRow, TimerRow

Post = tuple[str, int]  # role, unit

# Statements of every act are built once, and in Core where no row is at hand: building them costs
# more than the database does.
_TASK, _OFFER = cast(Table, TaskRow.__table__), cast(Table, OfferRow.__table__)
_OPEN_TASKS = (
    select(TaskRow, OfferRow.role, OfferRow.unit_id)
    .outerjoin(OfferRow, OfferRow.task_id == TaskRow.id)
    .where(TaskRow.case_id == bindparam("case_id"), TaskRow.state == TaskState.OPEN)
    .order_by(TaskRow.id, OfferRow.id)
)
_INSERT_TASKS = insert(_TASK).returning(_TASK.c.id, _TASK.c.case_id, _TASK.c.token)
_INSERT_OFFERS = insert(_OFFER)
_REMOVE_OFFERS = delete(_OFFER).where(_OFFER.c.task_id == bindparam("task"))


@dataclass(frozen=True)
class OpenTask:
    """An open task with the posts it is offered to."""

    row: TaskRow
    offers: frozenset[Post]

    @property
    def subject(self) -> TaskSubject:
        return TaskSubject(self.offers, self.row.assignee_id)


@dataclass(frozen=True)
class NewTask:
    """A task about to open. `sort_due` places it in the queues: its own due moment or the case's,
    else worklists.FAR; `by_case` says that its moment is the case's.
    """

    case_id: int
    token: str
    process: str
    element: str
    name: str
    external: bool
    role: str
    round: int
    opened_at: datetime
    due_at: datetime | None
    due_text: str
    due_explanation: dict[str, Any] | None
    sort_due: datetime
    offers: tuple[Post, ...]  # the first one's unit is the task's
    procedure_key: str
    assignee_id: int | None = None
    by_case: bool = False
    urgent: bool = False
    ladder_id: int | None = None
    remind_at: datetime | None = None


def first_opened(session: Session, case_id: int, process: str, element: str) -> datetime | None:
    """When a step or a timer of a case opened for the first time; None where it never did."""
    opened = [
        session.scalar(
            select(func.min(row.opened_at)).where(
                row.case_id == case_id, row.process == process, row.element == element
            )
        )
        for row in (TaskRow, TimerRow)
    ]
    return min((moment for moment in opened if moment is not None), default=None)


def open_tasks_of(session: Session, case_id: int) -> dict[str, OpenTask]:
    """The open tasks of a case by token, with their offers: one statement."""
    rows = session.execute(_OPEN_TASKS, {"case_id": case_id}).all()
    posts: dict[str, set[Post]] = {}
    tasks: dict[str, TaskRow] = {}
    for task, role, unit_id in rows:
        tasks[task.token] = task
        offered = posts.setdefault(task.token, set())
        if role is not None:
            offered.add((role, unit_id))
    return {token: OpenTask(task, frozenset(posts[token])) for token, task in tasks.items()}


def offers_of(session: Session, task_id: int) -> frozenset[Post]:
    """The posts that an open task is offered to; none when it is closed."""
    rows = session.execute(
        select(OfferRow.role, OfferRow.unit_id).where(OfferRow.task_id == task_id)
    )
    return frozenset((row.role, row.unit_id) for row in rows)


def offers_of_all(session: Session, task_ids: Sequence[int]) -> dict[int, frozenset[Post]]:
    """The posts that each of some open tasks is offered to."""
    found: dict[int, set[Post]] = {task_id: set() for task_id in task_ids}
    rows = session.execute(
        select(OfferRow.task_id, OfferRow.role, OfferRow.unit_id).where(
            OfferRow.task_id.in_(task_ids)
        )
    )
    for row in rows:
        found[row.task_id].add((row.role, row.unit_id))
    return {task_id: frozenset(posts) for task_id, posts in found.items()}


def open_tasks(session: Session, tasks: Sequence[NewTask]) -> list[int]:
    """Writes new tasks with their offers, in two statements; their ids, in order."""
    if not tasks:
        return []
    connection = session.connection()
    values = [_task_values(task) for task in tasks]
    # Not in the order of the parameters: SQLite would insert them one by one for that.
    written = connection.execute(_INSERT_TASKS, _one_or_many(values))
    ids = {(row.case_id, row.token): row.id for row in written}
    offers = [
        {
            "task_id": ids[task.case_id, task.token],
            "case_id": task.case_id,
            "role": role,
            "unit_id": unit_id,
            "assignee_id": task.assignee_id,
            "sort_due": task.sort_due,
            "due_at": None if task.by_case else task.due_at,
            "procedure_key": task.procedure_key,
            "process": task.process,
            "element": task.element,
            "opened_at": task.opened_at,
            "first": place == 0,
            "external": task.external,
            "urgent": task.urgent,
        }
        for task in tasks
        for place, (role, unit_id) in enumerate(task.offers)
    ]
    connection.execute(_INSERT_OFFERS, _one_or_many(offers))
    return [ids[task.case_id, task.token] for task in tasks]


def _one_or_many(rows: list[dict[str, Any]]) -> dict[str, Any] | list[dict[str, Any]]:
    """Parameters of a statement: one row is sent at a third of what a list of one costs."""
    return rows[0] if len(rows) == 1 else rows


def _task_values(task: NewTask) -> dict[str, Any]:
    return {
        "case_id": task.case_id,
        "token": task.token,
        "process": task.process,
        "element": task.element,
        "name": task.name,
        "external": task.external,
        "role": task.role,
        "unit_id": task.offers[0][1],
        "round": task.round,
        "state": TaskState.OPEN,
        "assignee_id": task.assignee_id,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "due_text": task.due_text,
        "due_explanation": task.due_explanation,
        "ladder_id": task.ladder_id,
        "remind_at": task.remind_at,
    }


def remove_offers(session: Session, task_ids: Collection[int]) -> None:
    """Takes closed tasks out of every queue."""
    if task_ids:
        gone = [{"task": task_id} for task_id in task_ids]
        session.connection().execute(_REMOVE_OFFERS, _one_or_many(gone))


def assign(session: Session, task: TaskRow, user_id: int | None) -> None:
    """Gives an open task to a user, or back to its queues (None)."""
    task.assignee_id = user_id
    session.execute(
        update(OfferRow).where(OfferRow.task_id == task.id).values(assignee_id=user_id),
        execution_options={"synchronize_session": False},
    )


def hurry_offers(session: Session, case_id: int, *, urgent: bool) -> None:
    """Marks the open work of a case as urgent in its queues, or no longer."""
    session.execute(
        update(OfferRow).where(OfferRow.case_id == case_id).values(urgent=urgent),
        execution_options={"synchronize_session": False},
    )


def follow_case_due(session: Session, case_id: int, due_at: datetime) -> None:
    """Moves the case's open tasks in their queues when the case's own date moved to `due_at`."""
    moment = bindparam("moment", due_at, Moment())
    earlier = case((OfferRow.due_at < moment, OfferRow.due_at), else_=moment)
    session.execute(
        update(OfferRow).where(OfferRow.case_id == case_id).values(sort_due=earlier),
        execution_options={"synchronize_session": False},
    )


# --- timers ------------------------------------------------------------------------------------


def due_timers(session: Session, now: datetime, limit: int) -> list[int]:
    """Ids of waiting timers whose moment has come, the longest due first."""
    return list(
        session.scalars(
            select(TimerRow.id)
            .where(TimerRow.state == TimerState.WAITING, TimerRow.try_at <= now)
            .order_by(TimerRow.try_at, TimerRow.id)
            .limit(limit)
        )
    )


def next_timer(session: Session) -> datetime | None:
    """When the next waiting timer is to be tried; None when none waits."""
    return session.scalar(
        select(func.min(TimerRow.try_at)).where(TimerRow.state == TimerState.WAITING)
    )
