"""The register of dossiers that a unit received in a stretch of time, and where each one is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from engine.domain.states import TaskState, TimerState
from engine.persistence import paging
from engine.persistence.paging import Page
from engine.persistence.tables import (
    CaseRow,
    CaseUnitRow,
    DocumentRow,
    OfferRow,
    TaskRow,
    TimerRow,
    UnitRow,
    VersionRow,
)

#: Rows fetched at once where a whole year is read.
BATCH = 500


@dataclass(frozen=True)
class Entry:
    """A dossier as its register shows it."""

    case_id: int
    code: str
    applicant: str
    procedure: str
    version_id: int
    filed_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    due_expected: bool
    finished_at: datetime | None
    state: str
    outcome: str | None


def entries(
    session: Session,
    unit_id: int,
    starts: datetime,
    ends: datetime,
    after: str | None = None,
    limit: int = 50,
) -> Page[Entry]:
    """Dossiers filed with the unit from `starts` (inclusive) to `ends`, the latest first.

    Raises Misuse for a bad cursor or limit.
    """
    limit = paging.checked_limit(limit)
    key = paging.key_of(after)
    wanted = _entries(unit_id, starts, ends)
    if key is not None:
        wanted = wanted.where(tuple_(CaseRow.filed_at, CaseRow.id) < key)
    latest = wanted.order_by(CaseRow.filed_at.desc(), CaseRow.id.desc()).limit(limit + 1)
    rows = [Entry(*row) for row in session.execute(latest)]
    return paging.page(rows, limit, lambda row: paging.cursor_of((row.filed_at, row.case_id)))


def all_entries(
    session: Session, unit_id: int, starts: datetime, ends: datetime, most: int
) -> Iterator[Entry]:
    """The same in the order in which they came, at most so many, batch by batch."""
    wanted = _entries(unit_id, starts, ends).order_by(CaseRow.filed_at, CaseRow.id).limit(most)
    for row in session.execute(wanted.execution_options(yield_per=BATCH)):
        yield Entry(*row)


def _entries(unit_id: int, starts: datetime, ends: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CaseRow.id,
            CaseRow.code,
            CaseRow.applicant,
            VersionRow.name,
            CaseRow.version_id,
            CaseRow.filed_at,
            CaseRow.accepted_at,
            CaseRow.due_at,
            CaseRow.due_expected,
            CaseRow.finished_at,
            CaseRow.state,
            CaseRow.outcome,
        )
        .join(VersionRow, VersionRow.id == CaseRow.version_id)
        .where(CaseRow.unit_id == unit_id, CaseRow.filed_at >= starts, CaseRow.filed_at < ends)
    )


@dataclass(frozen=True)
class Place:
    """What a case waits for: an open step with its unit, or the moment of a timer (no unit)."""

    step: str
    unit: str
    outside: str  # the external role that does the step; "" where the unit itself does


def places(session: Session, case_ids: Collection[int]) -> dict[int, list[Place]]:
    """Where cases are now. Timers count where nothing else is open."""
    found: dict[int, list[Place]] = {}
    ids = sorted(case_ids)
    rows = session.execute(
        select(OfferRow.case_id, TaskRow.name, UnitRow.name, TaskRow.external, TaskRow.role)
        .join(TaskRow, TaskRow.id == OfferRow.task_id)
        .join(UnitRow, UnitRow.id == TaskRow.unit_id)
        .where(OfferRow.case_id.in_(ids), OfferRow.first)
        .order_by(OfferRow.task_id)
    )
    for case_id, step, unit, external, role in rows:
        found.setdefault(case_id, []).append(Place(step, unit, role if external else ""))
    waits = session.execute(
        select(TimerRow.case_id, TimerRow.name)
        .where(TimerRow.case_id.in_(ids), TimerRow.state == TimerState.WAITING)
        .order_by(TimerRow.id)
    )
    for case_id, name in waits:
        if case_id not in found and name:
            found[case_id] = [Place(name, "", "")]
    return found


@dataclass(frozen=True)
class OpenStep:
    """An open step of a case, as far as an applicant is told of it."""

    process: str
    element: str
    name: str
    role: str
    external: bool
    round: int
    due_text: str
    unit: str


def open_steps(session: Session, case_id: int) -> list[OpenStep]:
    """The open steps of a case, the earliest first."""
    rows = session.execute(
        select(
            TaskRow.process,
            TaskRow.element,
            TaskRow.name,
            TaskRow.role,
            TaskRow.external,
            TaskRow.round,
            TaskRow.due_text,
            UnitRow.name,
        )
        .join(UnitRow, UnitRow.id == TaskRow.unit_id)
        .where(TaskRow.case_id == case_id, TaskRow.state == TaskState.OPEN)
        .order_by(TaskRow.id)
    )
    return [OpenStep(*row) for row in rows]


def seen(session: Session, case_ids: Collection[int], units: Collection[int]) -> frozenset[int]:
    """Which of the cases have been in one of the units."""
    found = select(CaseUnitRow.case_id).where(
        CaseUnitRow.case_id.in_(sorted(case_ids)), (CaseUnitRow.unit_id + 0).in_(sorted(units))
    )
    return frozenset(session.scalars(found))


def first_year_moment(session: Session, unit_id: int) -> datetime | None:
    """When the unit's first dossier was filed."""
    first = select(CaseRow.filed_at).where(CaseRow.unit_id == unit_id)
    return session.scalar(first.order_by(CaseRow.filed_at).limit(1))


def kept(session: Session, unit_id: int, kind: str, title: str) -> list[DocumentRow]:
    """The registers of one kind and title that were kept as documents, the latest first."""
    found = select(DocumentRow).where(
        DocumentRow.unit_id == unit_id, DocumentRow.kind == kind, DocumentRow.title == title
    )
    return list(session.scalars(found.order_by(DocumentRow.id.desc())))
