"""The supervisor's board: how much is open, late, stuck, by unit, step and officer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from engine.domain.access import Actor
from engine.persistence.queues import Queue, watched_rows
from engine.persistence.tables import OfferRow, TaskRow, VersionRow
from engine.persistence.watching import (
    Limits,
    left_lying,
    long_outside,
    overdue,
    soon,
    unclaimed,
)

NAMES_AT_ONCE = 500


@dataclass(frozen=True)
class Place:
    """Where work lies: the finest grain of the board."""

    unit_id: int
    procedure_key: str
    process: str
    element: str
    officer_id: int | None


@dataclass
class Tally:
    """How many open tasks, and how they stand."""

    open: int = 0
    overdue: int = 0
    soon: int = 0
    unclaimed: int = 0
    left_lying: int = 0  # unclaimed for too long
    outside: int = 0
    long_outside: int = 0
    urgent: int = 0

    def add(self, other: Tally) -> None:
        self.open += other.open
        self.overdue += other.overdue
        self.soon += other.soon
        self.unclaimed += other.unclaimed
        self.left_lying += other.left_lying
        self.outside += other.outside
        self.long_outside += other.long_outside
        self.urgent += other.urgent

    @property
    def stuck(self) -> int:
        return self.left_lying + self.long_outside

    @property
    def overdue_share(self) -> float:
        return self.overdue / self.open if self.open else 0.0


@dataclass(frozen=True)
class Heap:
    """The open work of one place."""

    place: Place
    tally: Tally
    sample: int  # the id of one of its tasks


def tallies(
    session: Session,
    actor: Actor,
    limits: Limits,
    unit_id: int | None = None,
    procedure_key: str | None = None,
) -> list[Heap]:
    """The open work that the actor watches over, each task once: one pass over the offers."""
    queue = watched_rows(actor, unit_id)
    if queue is None:
        return []
    offer = OfferRow
    place = (offer.unit_id, offer.procedure_key, offer.process, offer.element, offer.assignee_id)
    counted = (
        select(
            *place,
            func.count(),
            _number(overdue(offer, limits)),
            _number(soon(offer, limits)),
            _number(unclaimed(offer)),
            _number(left_lying(offer, limits)),
            _number(offer.external == true()),
            _number(long_outside(offer, limits)),
            _number(offer.urgent == true()),
            func.min(offer.task_id),
        )
        .where(queue(offer), _once(queue))
        .group_by(*place)
    )
    if procedure_key is not None:
        counted = counted.where(offer.procedure_key == procedure_key)
    rows = session.connection().execute(counted).all()
    return [
        Heap(Place(*row[:5]), Tally(*(int(number or 0) for number in row[5:-1])), row[-1])
        for row in rows
    ]


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, literal_column("1")), else_=literal_column("0")))


def _once(queue: Queue) -> ColumnElement[bool]:
    """Of the offers of a task, one that the actor watches: nearly always the very first.

    In words of the board's index alone, which is then read in its order and nothing else.
    """
    other = aliased(OfferRow)
    post, others = tuple_(OfferRow.unit_id, OfferRow.role), tuple_(other.unit_id, other.role)
    watched_before = (
        select(other.task_id)
        .where(other.task_id == OfferRow.task_id, queue(other), or_(other.first, others < post))
        .exists()
    )
    return or_(OfferRow.first, ~watched_before)


def finished_by(session: Session, since: datetime, unit_ids: Collection[int]) -> dict[int, int]:
    """How many tasks of some units each officer has finished since: read from one index."""
    rows = session.connection().execute(
        select(TaskRow.closed_by_id, func.count())
        .where(
            and_(TaskRow.closed_at >= since, TaskRow.closed_by_id.is_not(None)),
            TaskRow.unit_id.in_(sorted(unit_ids)),
        )
        .group_by(TaskRow.closed_by_id)
    )
    return {user_id: number for user_id, number in rows if user_id is not None}


def steps_outside(session: Session, actor: Actor) -> set[tuple[str, str, str]]:
    """(procedure, process, element) of the steps at which work waits outside now."""
    queue = watched_rows(actor)
    if queue is None:
        return set()
    rows = session.connection().execute(
        select(OfferRow.procedure_key, OfferRow.process, OfferRow.element)
        .where(queue(OfferRow), OfferRow.external == true())
        .distinct()
    )
    return {(row.procedure_key, row.process, row.element) for row in rows}


def task_names(session: Session, task_ids: Collection[int]) -> dict[int, str]:
    """What tasks are called."""
    wanted = sorted(set(task_ids))
    names: dict[int, str] = {}
    for start in range(0, len(wanted), NAMES_AT_ONCE):
        some = wanted[start : start + NAMES_AT_ONCE]
        rows = session.execute(select(TaskRow.id, TaskRow.name).where(TaskRow.id.in_(some)))
        names.update((row.id, row.name) for row in rows)
    return names


def procedure_names(session: Session) -> dict[str, str]:
    """What each procedure is called in its newest version."""
    rows = session.execute(
        select(VersionRow.procedure_key, VersionRow.name).order_by(VersionRow.number)
    )
    return {row.procedure_key: row.name for row in rows}
