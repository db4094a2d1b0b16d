"""Changes of the calendar in the database: their rows, and the open dates that they may move."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, case, delete, insert, select, update
from sqlalchemy.orm import Session

from engine.domain.calendar_changes import DayChange
from engine.domain.legal_clock import Pause
from engine.domain.states import CaseState, ChangeState, IncidentKind, TaskState, TimerState
from engine.persistence import stamps
from engine.persistence.columns import Moment
from engine.persistence.tables import (
    CalendarChangeRow,
    CalendarDayRow,
    CalendarYearRow,
    CaseRow,
    CaseUnitRow,
    DateMoveRow,
    ExtensionRow,
    IncidentRow,
    OfferRow,
    PauseRow,
    TaskRow,
    TimerRow,
    UnitClosureRow,
    UserRow,
)
from engine.persistence.work import OpenTask

_STANDING = (TimerState.WAITING, TimerState.PARKED)
_UNSYNCHRONISED: dict[str, Any] = {"synchronize_session": False}

# --- changes -------------------------------------------------------------------------------------


def in_state(session: Session, state: ChangeState) -> list[CalendarChangeRow]:
    """Changes in a state, the first made first."""
    return list(
        session.scalars(
            select(CalendarChangeRow)
            .where(CalendarChangeRow.state == state)
            .order_by(CalendarChangeRow.id)
        )
    )


def go_on(session: Session, change_id: int, state: ChangeState, to: ChangeState) -> bool:
    """Takes a change from one state to the next; False when somebody else was faster."""
    gone = session.execute(
        update(CalendarChangeRow)
        .where(CalendarChangeRow.id == change_id, CalendarChangeRow.state == state)
        .values(state=to)
        .returning(CalendarChangeRow.id),
        execution_options=_UNSYNCHRONISED,
    )
    return gone.one_or_none() is not None


def walk_on(session: Session, change_id: int, to: int, moved: int) -> None:
    """Notes how far the dates of a change are moved."""
    session.execute(
        update(CalendarChangeRow)
        .where(CalendarChangeRow.id == change_id)
        .values(cursor=to, moved=CalendarChangeRow.moved + moved),
        execution_options=_UNSYNCHRONISED,
    )


def lock_at(session: Session, change_id: int, cursor: int) -> bool:
    """Takes hold of a change that is moved from `cursor` on; False when another worker went on."""
    held = session.execute(
        select(CalendarChangeRow.cursor)
        .where(CalendarChangeRow.id == change_id, CalendarChangeRow.state == ChangeState.MOVING)
        .with_for_update()
    ).scalar_one_or_none()
    return held == cursor


def history(
    session: Session, before: int | None, limit: int
) -> Sequence[Row[CalendarChangeRow, str | None]]:
    """Changes that were confirmed, the latest first, with who confirmed them."""
    found = (
        select(CalendarChangeRow, UserRow.full_name)
        .outerjoin(UserRow, UserRow.id == CalendarChangeRow.confirmed_by_id)
        .where(CalendarChangeRow.state.in_((ChangeState.MOVING, ChangeState.DONE)))
        .order_by(CalendarChangeRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        found = found.where(CalendarChangeRow.id < before)
    return session.execute(found).all()


def apply_days(session: Session, days: Iterable[DayChange]) -> None:
    """Writes common days into the calendar, and their documents to their years."""
    stamps.touch(session, stamps.CALENDAR)
    for one in days:
        session.execute(delete(CalendarDayRow).where(CalendarDayRow.day == one.day))
        special = one.special
        if special is not None:
            session.execute(
                insert(CalendarDayRow).values(
                    day=special.day,
                    worked=special.worked,
                    reason=special.reason,
                    document=special.document,
                )
            )
        year = session.get_one(CalendarYearRow, one.day.year)
        if one.document and one.document not in year.documents:
            year.documents = [*year.documents, one.document]


def apply_closures(session: Session, unit_id: int, days: Iterable[DayChange]) -> None:
    """Closes a unit on days, or opens it again."""
    stamps.touch(session, stamps.CALENDAR)
    for one in days:
        session.execute(
            delete(UnitClosureRow).where(
                UnitClosureRow.unit_id == unit_id, UnitClosureRow.day == one.day
            )
        )
        if one.worked is False:
            session.execute(
                insert(UnitClosureRow).values(unit_id=unit_id, day=one.day, reason=one.reason)
            )


def closures_of(session: Session, year: int) -> Sequence[UnitClosureRow]:
    """Every closure of a unit in a year, in order of days."""
    return session.scalars(
        select(UnitClosureRow)
        .where(UnitClosureRow.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(UnitClosureRow.day, UnitClosureRow.unit_id)
    ).all()


# --- what may move -------------------------------------------------------------------------------


def open_cases(session: Session, after: int, limit: int, unit_id: int | None) -> list[int]:
    """Ids of cases with open work after an id, in order; `unit_id`: that have been in the unit.

    Read from the indexes of open work alone: finished cases cost nothing.
    """
    found: set[int] = set()
    for row, which in (
        (OfferRow, OfferRow.case_id > after),
        (TimerRow, (TimerRow.case_id > after) & TimerRow.state.in_(_STANDING)),
    ):
        ids = select(row.case_id).where(which)
        if unit_id is not None:
            units = select(CaseUnitRow.case_id).where(CaseUnitRow.unit_id == unit_id)
            ids = ids.where(row.case_id.in_(units))
        found.update(session.scalars(ids.distinct().order_by(row.case_id).limit(limit)))
    return sorted(found)[:limit]


def dated_cases(session: Session, case_ids: Collection[int]) -> Sequence[Any]:
    """What the dates of cases hang on, without their wide columns."""
    return session.execute(
        select(
            CaseRow.id,
            CaseRow.code,
            CaseRow.procedure_key,
            CaseRow.version_id,
            CaseRow.unit_id,
            CaseRow.received_at,
            CaseRow.accepted_at,
            CaseRow.due_at,
            CaseRow.due_term,
            CaseRow.due_expected,
            CaseRow.step_dues,
            CaseRow.remind_at,
        )
        .where(CaseRow.id.in_(case_ids), CaseRow.state != CaseState.FINISHED)
        .order_by(CaseRow.id)
    ).all()


def dated_tasks(session: Session, case_ids: Collection[int], since: datetime) -> Sequence[Any]:
    """Open tasks of cases that are due, or are to be reminded of, not before `since`."""
    return session.execute(
        select(
            TaskRow.id,
            TaskRow.case_id,
            TaskRow.process,
            TaskRow.element,
            TaskRow.name,
            TaskRow.unit_id,
            TaskRow.opened_at,
            TaskRow.due_at,
            TaskRow.due_text,
            TaskRow.due_explanation,
            TaskRow.remind_at,
        )
        .where(
            TaskRow.case_id.in_(case_ids),
            TaskRow.state == TaskState.OPEN,
            (TaskRow.due_at >= since) | (TaskRow.remind_at >= since),
        )
        .order_by(TaskRow.case_id, TaskRow.id)
    ).all()


def waiting_timers(session: Session, case_ids: Collection[int], since: datetime) -> Sequence[Any]:
    """Waiting timers of cases that fire not before `since` and have never failed."""
    return session.execute(
        select(
            TimerRow.id,
            TimerRow.case_id,
            TimerRow.element,
            TimerRow.name,
            TimerRow.fires_at,
            TimerRow.explanation,
        )
        .where(
            TimerRow.case_id.in_(case_ids),
            TimerRow.state == TimerState.WAITING,
            TimerRow.fires_at >= since,
            TimerRow.attempts == 0,
        )
        .order_by(TimerRow.case_id, TimerRow.id)
    ).all()


def pauses_of(session: Session, case_ids: Collection[int]) -> dict[int, list[Pause]]:
    """The pauses of cases, as plain values."""
    found: dict[int, list[Pause]] = {}
    rows = session.execute(
        select(PauseRow.case_id, PauseRow.starts_at, PauseRow.ends_at).where(
            PauseRow.case_id.in_(case_ids)
        )
    )
    for row in rows:
        found.setdefault(row.case_id, []).append(Pause(row.starts_at, row.ends_at))
    return found


def extensions_of(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """By how much the terms of cases were extended, in words."""
    rows = session.execute(
        select(ExtensionRow.case_id, ExtensionRow.term).where(ExtensionRow.case_id.in_(case_ids))
    )
    return {row.case_id: row.term for row in rows}


def expected_days(session: Session, case_ids: Collection[int]) -> dict[int, int]:
    """How many working days after receipt the expected dates of cases are."""
    rows = session.execute(
        select(CaseRow.id, CaseRow.due_explanation).where(CaseRow.id.in_(case_ids))
    )
    found = {row.id: (row.due_explanation or {}).get("working_days") for row in rows}
    return {case_id: days for case_id, days in found.items() if days is not None}


def units_of_steps(
    session: Session, case_ids: Collection[int], elements: Collection[str]
) -> dict[tuple[int, str, str], int]:
    """Where steps of cases stand or stood last: (case, process, element) -> unit."""
    rows = session.execute(
        select(TaskRow.case_id, TaskRow.process, TaskRow.element, TaskRow.unit_id)
        .where(TaskRow.case_id.in_(case_ids), TaskRow.element.in_(elements))
        .order_by(TaskRow.id)
    )
    return {(row.case_id, row.process, row.element): row.unit_id for row in rows}


# --- moving --------------------------------------------------------------------------------------


def lock_cases(session: Session, case_ids: Collection[int]) -> list[CaseRow]:
    """Unfinished cases without their state text, locked; those somebody acts on are left out."""
    return list(
        session.scalars(
            select(CaseRow)
            .where(CaseRow.id.in_(case_ids), CaseRow.state != CaseState.FINISHED)
            .order_by(CaseRow.id)
            .with_for_update(of=CaseRow, skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )


def open_tasks_of_all(
    session: Session, case_ids: Collection[int]
) -> dict[int, dict[str, OpenTask]]:
    """The open tasks of several locked cases, each case's by token."""
    rows = session.execute(
        select(TaskRow, OfferRow.role, OfferRow.unit_id)
        .outerjoin(OfferRow, OfferRow.task_id == TaskRow.id)
        .where(TaskRow.case_id.in_(case_ids), TaskRow.state == TaskState.OPEN)
        .order_by(TaskRow.id, OfferRow.id)
        .execution_options(populate_existing=True)
    ).all()
    posts: dict[int, set[tuple[str, int]]] = {}
    tasks: dict[int, TaskRow] = {}
    for task, role, unit_id in rows:
        tasks[task.id] = task
        offered = posts.setdefault(task.id, set())
        if role is not None:
            offered.add((role, unit_id))
    found: dict[int, dict[str, OpenTask]] = {case_id: {} for case_id in case_ids}
    for task in tasks.values():
        found[task.case_id][task.token] = OpenTask(task, frozenset(posts[task.id]))
    return found


def timers_of(session: Session, case_ids: Collection[int]) -> dict[int, list[TimerRow]]:
    """The waiting timers of locked cases that have never failed."""
    found: dict[int, list[TimerRow]] = {}
    rows = session.scalars(
        select(TimerRow)
        .where(
            TimerRow.case_id.in_(case_ids),
            TimerRow.state == TimerState.WAITING,
            TimerRow.attempts == 0,
        )
        .order_by(TimerRow.id)
        .execution_options(populate_existing=True)
    )
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


_OFFER = cast(Table, OfferRow.__table__)
_MOVE_OFFERS = (
    update(_OFFER)
    .where(_OFFER.c.task_id == bindparam("task"))
    .values(due_at=bindparam("moment", type_=Moment()))
)
_SORT_OFFERS = (
    update(_OFFER)
    .where(_OFFER.c.case_id == bindparam("case"))
    .values(
        sort_due=case(
            (
                _OFFER.c.due_at < bindparam("moment", type_=Moment()),
                _OFFER.c.due_at,
            ),
            else_=bindparam("moment", type_=Moment()),
        )
    )
)


def move_offers(
    session: Session, own: Mapping[int, datetime], of_cases: Mapping[int, datetime]
) -> None:
    """Moves tasks in their queues: their own dates by task, then what whole cases are sorted by."""
    connection = session.connection()
    if own:
        rows = [{"task": task_id, "moment": moment} for task_id, moment in own.items()]
        connection.execute(_MOVE_OFFERS, rows)
    if of_cases:
        rows = [{"case": case_id, "moment": moment} for case_id, moment in of_cases.items()]
        connection.execute(_SORT_OFFERS, rows)


@dataclass(frozen=True)
class NewMove:
    """A date that has moved: of a task, of a timer, or (neither) of the case."""

    case_id: int
    task_id: int | None
    timer_id: int | None
    before: datetime
    after: datetime


def note_moves(session: Session, change_id: int, moves: Iterable[NewMove], at: datetime) -> None:
    rows = [
        {
            "change_id": change_id,
            "case_id": move.case_id,
            "task_id": move.task_id,
            "timer_id": move.timer_id,
            "before": move.before,
            "after": move.after,
            "at": at,
        }
        for move in moves
    ]
    if rows:
        session.execute(insert(DateMoveRow), rows)


def moved_works(session: Session, change_id: int) -> Sequence[Row[int, int | None, str, int]]:
    """The open tasks whose dates a change has moved: id, assignee, role and unit of each offer."""
    return session.execute(
        select(OfferRow.task_id, OfferRow.assignee_id, OfferRow.role, OfferRow.unit_id)
        .join(DateMoveRow, DateMoveRow.task_id == OfferRow.task_id)
        .where(DateMoveRow.change_id == change_id)
        .distinct()
    ).all()


def incident_key(change_id: int, case_id: int) -> str:
    """Under which a case is an incident whose dates a change could not move."""
    return f"calendar:{change_id}:{case_id}"


def failed_cases(session: Session, change_id: int) -> set[int | None]:
    """The cases whose dates a change could not move, mended or not."""
    return set(
        session.scalars(
            select(IncidentRow.case_id).where(
                IncidentRow.kind == IncidentKind.CALENDAR,
                IncidentRow.key.startswith(incident_key(change_id, 0)[:-1]),
            )
        )
    )


def last_move(
    session: Session, case_id: int, task_id: int | None = None
) -> tuple[DateMoveRow, CalendarChangeRow] | None:
    """How the calendar last moved the date of a case, or of one of its tasks."""
    row = session.execute(
        select(DateMoveRow, CalendarChangeRow)
        .join(CalendarChangeRow, CalendarChangeRow.id == DateMoveRow.change_id)
        .where(
            DateMoveRow.case_id == case_id,
            DateMoveRow.task_id == task_id
            if task_id is not None
            else DateMoveRow.task_id.is_(None) & DateMoveRow.timer_id.is_(None),
        )
        .order_by(DateMoveRow.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])
