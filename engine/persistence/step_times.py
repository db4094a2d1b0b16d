"""How long steps took, as counted by the worker: written batch by batch, read as figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import Table, and_, false, or_, select, tuple_
from sqlalchemy.orm import Session

from engine.domain.clock import local_day
from engine.domain.states import TaskState
from engine.domain.step_times import YEAR, Lookback, Times
from engine.persistence.tables import CaseRow, ProgressRow, StepTimeRow, TaskRow
from engine.persistence.upserting import insert_into

#: The mark up to which finished tasks are counted.
MARK = "step_times"

Step = tuple[str, str]  # process, element

#: procedure, span, its first day, unit, process, element
Key = tuple[str, str, date, int, str, str]

KEYS_AT_ONCE = 500

_STEP_TIME = cast(Table, StepTimeRow.__table__)
_KEY = ("procedure_key", "span", "starts", "unit_id", "process", "element")


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


def add_counts(session: Session, counts: Mapping[Key, Times]) -> None:
    """Adds to what was counted before; the mark must be locked, so that nobody else does."""
    if not counts:
        return
    keys = sorted(counts)
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        together = {key: Times() for key in some}
        stored = session.connection().execute(
            select(_STEP_TIME).where(tuple_(*(_STEP_TIME.c[name] for name in _KEY)).in_(some))
        )
        for row in stored:
            together[tuple(row[:6])].add(_numbers(row.buckets), row.late)
        for key in some:
            together[key].add(counts[key].buckets, counts[key].late)
        _write(session, together)


def _write(session: Session, times: Mapping[Key, Times]) -> None:
    new = insert_into(session, _STEP_TIME)
    upsert = new.on_conflict_do_update(
        index_elements=list(_KEY),
        set_={"late": new.excluded.late, "buckets": new.excluded.buckets},
    )
    rows: list[dict[str, Any]] = [
        {
            **dict(zip(_KEY, key, strict=True)),
            "late": one.late,
            "buckets": {str(bucket): number for bucket, number in sorted(one.buckets.items())},
        }
        for key, one in times.items()
    ]
    session.connection().execute(upsert, rows)


def _numbers(buckets: Mapping[str, int]) -> dict[int, int]:
    return {int(bucket): number for bucket, number in buckets.items()}


def times(
    session: Session,
    procedure_key: str,
    back: Lookback,
    today: date,
    unit_ids: Collection[int] | None = None,
    steps: Collection[Step] | None = None,
) -> dict[Step, Times]:
    """What each step of a procedure took, as far back as is said.

    Of some units, of some steps; None: of all.
    """
    found: dict[Step, Times] = {}
    row = StepTimeRow
    counted = select(row.process, row.element, row.late, row.buckets).where(
        row.procedure_key == procedure_key, row.span == back.span, row.starts >= back.since(today)
    )
    if unit_ids is not None:
        counted = counted.where(row.unit_id.in_(sorted(unit_ids)))
    if steps is not None:
        wanted = (and_(row.process == one[0], row.element == one[1]) for one in sorted(steps))
        counted = counted.where(or_(false(), *wanted))
    for process, element, late, buckets in session.connection().execute(counted):
        found.setdefault((process, element), Times()).add(_numbers(buckets), late)
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
    found = times(session, procedure_key, YEAR, today, steps=[step])
    return found[step].usual if step in found else None
