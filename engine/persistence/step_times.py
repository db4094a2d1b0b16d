"""How long steps took, as counted by the worker: written batch by batch, read as figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import Table, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.domain.clock import local_day
from engine.domain.states import TaskState
from engine.domain.step_times import YEAR, Times, first_week
from engine.persistence.tables import CaseRow, ProgressRow, StepTimeRow, TaskRow

#: The mark up to which finished tasks are counted.
MARK = "step_times"

Step = tuple[str, str]  # process, element

#: procedure, week, unit, process, element, bucket
Key = tuple[str, date, int, str, str, int]

_STEP_TIME = cast(Table, StepTimeRow.__table__)
_KEY = ("procedure_key", "week", "unit_id", "process", "element", "bucket")


@dataclass(frozen=True)
class FinishedTask:
    """What is counted of a finished task."""

    id: int
    procedure_key: str
    process: str
    element: str
    unit_id: int
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime


def finished_since_mark(
    session: Session, mark: ProgressRow | None, until: datetime, limit: int
) -> list[FinishedTask]:
    """Done tasks not counted yet that were closed up to `until`, in the order of closing."""
    tasks = (
        select(
            TaskRow.id,
            CaseRow.procedure_key,
            TaskRow.process,
            TaskRow.element,
            TaskRow.unit_id,
            TaskRow.opened_at,
            TaskRow.due_at,
            TaskRow.closed_at,
        )
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(TaskRow.closed_at <= until, TaskRow.state == TaskState.DONE)
        .order_by(TaskRow.closed_at, TaskRow.id)
        .limit(limit)
    )
    if mark is not None:
        past = or_(TaskRow.closed_at > mark.at, TaskRow.id > mark.number)
        tasks = tasks.where(TaskRow.closed_at >= mark.at, past)
    rows: Sequence[Any] = session.connection().execute(tasks).all()
    return [FinishedTask(*row) for row in rows]


def read_mark(session: Session, *, lock: bool = False) -> ProgressRow | None:
    """The mark; locked, no other worker counts until this transaction ends."""
    mark = select(ProgressRow).where(ProgressRow.name == MARK)
    if lock:
        mark = mark.with_for_update().execution_options(populate_existing=True)
    return session.scalars(mark).one_or_none()


def add_counts(session: Session, counts: Mapping[Key, tuple[int, int]]) -> None:
    """Adds (number, late) to what was counted before."""
    if not counts:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(_STEP_TIME)
    upsert = new.on_conflict_do_update(
        index_elements=list(_KEY),
        set_={
            "number": _STEP_TIME.c.number + new.excluded.number,
            "late": _STEP_TIME.c.late + new.excluded.late,
        },
    )
    rows: list[dict[str, Any]] = [
        {**dict(zip(_KEY, key, strict=True)), "number": number, "late": late}
        for key, (number, late) in sorted(counts.items())
    ]
    session.connection().execute(upsert, rows)


def times(
    session: Session,
    procedure_key: str,
    since: date,
    unit_ids: Collection[int] | None = None,
    steps: Collection[Step] | None = None,
) -> dict[Step, Times]:
    """What each step of a procedure took since the week that begins on `since`.

    Of some units, of some steps; None: of all.
    """
    found: dict[Step, Times] = {}
    counted = (
        select(
            StepTimeRow.process,
            StepTimeRow.element,
            StepTimeRow.bucket,
            func.sum(StepTimeRow.number),
            func.sum(StepTimeRow.late),
        )
        .where(StepTimeRow.procedure_key == procedure_key, StepTimeRow.week >= since)
        .group_by(StepTimeRow.process, StepTimeRow.element, StepTimeRow.bucket)
    )
    if unit_ids is not None:
        counted = counted.where(StepTimeRow.unit_id.in_(sorted(unit_ids)))
    if steps is not None:
        counted = counted.where(
            or_(
                *(
                    and_(StepTimeRow.process == process, StepTimeRow.element == element)
                    for process, element in sorted(steps)
                )
            )
        )
    for process, element, bucket, number, late in session.connection().execute(counted):
        found.setdefault((process, element), Times()).add(bucket, int(number), int(late))
    return found


def usual(
    session: Session, procedure_key: str, process: str, element: str, today: date | None = None
) -> Fraction | None:
    """Within how many working hours nine of ten tasks of a step were done in the last 12 months.

    None where too few were finished to tell. Without `today`, up to the last one counted.
    """
    if today is None:
        mark = read_mark(session)
        if mark is None:
            return None
        today = local_day(mark.at)
    step = (process, element)
    found = times(session, procedure_key, first_week(today, YEAR), steps=[step])
    return found[step].usual if step in found else None
