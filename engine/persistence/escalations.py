"""Dates whose next rung is reached, and the rungs that were: found, claimed, written, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, func, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.domain.addressees import Concern, Piece, Seat, Staff
from engine.domain.ladder import Subject
from engine.domain.routing import units_above
from engine.domain.states import CaseState, TaskState
from engine.persistence import stamps
from engine.persistence.columns import Moment
from engine.persistence.people import seats, units
from engine.persistence.tables import CaseRow, EscalationRow, OfferRow, TaskRow

#: Where a worker begins to look: before every date, moment and id.
START = (datetime(1970, 1, 1, tzinfo=UTC), 0)


@dataclass(frozen=True)
class Watched:
    """A date with its ladder: of a task, or of a case (then `id` is the case's)."""

    subject: Subject
    id: int
    case_id: int
    code: str
    procedure_key: str
    version_id: int
    name: str  # of the step; of a case, its code
    element: str | None
    role: str | None
    unit_id: int
    opened_at: datetime
    due_at: datetime
    ladder_id: int | None
    rung: int  # how many rungs are done
    remind_at: datetime
    failures: int
    journal_number: int
    journal_hash: str

    @property
    def key(self) -> str:
        """As its rungs are stored."""
        return subject_key(self.subject, self.id)

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands in the order in which dates are watched."""
        return self.remind_at, self.id


_FIELDS = tuple(one.name for one in fields(Watched) if one.name != "subject")


def subject_key(subject: Subject, row_id: int) -> str:
    """`task:12`, or `case`: there is one for each case."""
    return f"task:{row_id}" if subject is Subject.TASK else "case"


_ROW: Mapping[Subject, type[TaskRow] | type[CaseRow]] = {
    Subject.TASK: TaskRow,
    Subject.CASE: CaseRow,
}
#: In which state a date is watched at all.
_WATCHED = {Subject.TASK: TaskState.OPEN, Subject.CASE: CaseState.RUNNING}

_COMMON = (
    CaseRow.id.label("case_id"),
    CaseRow.code,
    CaseRow.procedure_key,
    CaseRow.version_id,
    CaseRow.journal_number,
    CaseRow.journal_hash,
)


def _due(subject: Subject) -> Select[Any]:
    """The first date after a place whose rung is due; its case is locked, or passed over."""
    row = _ROW[subject]
    own: tuple[Any, ...] = (
        (TaskRow.name, TaskRow.element, TaskRow.role, TaskRow.opened_at)
        if subject is Subject.TASK
        else (
            CaseRow.code.label("name"),
            literal(None).label("element"),
            literal(None).label("role"),
            CaseRow.accepted_at.label("opened_at"),
        )
    )
    shared = (row.id, row.unit_id, row.due_at, row.ladder_id, row.rung, row.remind_at)
    failures = row.remind_failures.label("failures")
    found: Select[Any] = select(*_COMMON, *own, *shared, failures, *stamps.columns())
    if subject is Subject.TASK:
        found = found.select_from(TaskRow).join(CaseRow, CaseRow.id == TaskRow.case_id)
    after = tuple_(bindparam("after", type_=Moment()), bindparam("after_id"))
    return (
        found.where(
            row.remind_at <= bindparam("now", type_=Moment()), tuple_(row.remind_at, row.id) > after
        )
        .order_by(row.remind_at, row.id)
        .limit(1)
        # SQLite knows no row locks and needs none: the writer holds the whole file.
        .with_for_update(of=CaseRow, skip_locked=True)
    )


# Statements of every rung are built once: building them costs more than the database does.
_DUE = {subject: _due(subject) for subject in Subject}
_CLAIM = {
    subject: update(cast(Table, row.__table__))
    .where(
        and_(
            row.id == bindparam("row"),
            row.state == _WATCHED[subject],
            row.rung == bindparam("before"),
            row.remind_at == bindparam("moment", type_=Moment()),
        )
    )
    .values(
        rung=bindparam("done"),
        remind_at=bindparam("coming", type_=Moment()),
        remind_failures=bindparam("failed"),
    )
    for subject, row in _ROW.items()
}
_PIECES = {
    subject: select(OfferRow.task_id, OfferRow.role, OfferRow.unit_id, OfferRow.assignee_id).where(
        (OfferRow.task_id if subject is Subject.TASK else OfferRow.case_id) == bindparam("row")
    )
    for subject in Subject
}
_JOURNAL_END = (
    update(cast(Table, CaseRow.__table__))
    .where(CaseRow.id == bindparam("case"))
    .values(
        journal_number=bindparam("number"),
        journal_hash=bindparam("hash"),
        row_version=CaseRow.row_version + 1,
    )
)
_ESCALATION = cast(Table, EscalationRow.__table__)
_REACHED = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(_ESCALATION)
    .on_conflict_do_nothing()
    .returning(_ESCALATION.c.rung)
    for dialect in (sqlite, postgresql)
}


def next_due(
    session: Session, subject: Subject, now: datetime, after: tuple[datetime, int]
) -> Watched | None:
    """The next date whose rung is due by `now`, in order of moment and id; None after the last.

    Its case is locked until the transaction ends: nobody acts on it, and a date whose case
    somebody else has now is passed over.
    """
    found = session.connection().execute(
        _DUE[subject], {"now": now, "after": after[0], "after_id": after[1]}
    )
    row = found.one_or_none()
    if row is None:
        return None
    stamps.remember(session, row)
    return Watched(subject=subject, **{name: getattr(row, name) for name in _FIELDS})


def claim(
    session: Session, date_: Watched, done: int, coming: datetime | None, failures: int = 0
) -> bool:
    """Goes up to the rung `done`, unless the date is no more what it was when it was read."""
    changed = session.connection().execute(
        _CLAIM[date_.subject],
        {
            "row": date_.id,
            "before": date_.rung,
            "moment": date_.remind_at,
            "done": done,
            "coming": coming,
            "failed": failures,
        },
    )
    return changed.rowcount == 1


def pieces_of(session: Session, subject: Subject, row_id: int) -> tuple[Piece, ...]:
    """The open work of a task or a case as it is offered."""
    rows = session.connection().execute(_PIECES[subject], {"row": row_id}).all()
    posts: dict[int, set[tuple[str, int]]] = {}
    for row in rows:
        posts.setdefault(row.task_id, set()).add((row.role, row.unit_id))
    taken = {row.task_id: row.assignee_id for row in rows}
    return tuple(Piece(frozenset(posts[task]), taken[task]) for task in sorted(posts))


def write_reached(session: Session, rows: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """Notes rungs as reached; those that were not before: a date may move away and come back."""
    statement = _REACHED[session.get_bind().dialect.name]
    connection = session.connection()
    return frozenset(
        rung for row in rows for rung in connection.execute(statement, dict(row)).scalars()
    )


def write_journal_end(session: Session, case_id: int, number: int, digest: str) -> None:
    """Where the journal of a locked case ends now."""
    session.connection().execute(_JOURNAL_END, {"case": case_id, "number": number, "hash": digest})


def next_moment(session: Session) -> datetime | None:
    """When the next rung of any date is reached; None when no date is watched."""
    row = session.execute(
        select(
            *(
                select(func.min(one.remind_at)).where(one.remind_at.is_not(None)).scalar_subquery()
                for one in _ROW.values()
            )
        )
    ).one()
    return min((moment for moment in row if moment is not None), default=None)


def try_now(session: Session, subject: Subject, row_id: int, now: datetime) -> bool:
    """Lets the rung of a date be tried at once, whatever had failed; whether it is watched."""
    row = _ROW[subject]
    changed = session.execute(
        update(row)
        .where(row.id == row_id, row.remind_at.is_not(None))
        .values(remind_at=now)
        .returning(row.id),
        execution_options={"synchronize_session": False},
    )
    return changed.one_or_none() is not None


def reached(session: Session, case_id: int, subject: Subject, row_id: int) -> list[EscalationRow]:
    """The rungs of a date reached so far, of dates that it had before too, in order."""
    return list(
        session.scalars(
            select(EscalationRow)
            .where(
                EscalationRow.case_id == case_id,
                EscalationRow.subject == subject_key(subject, row_id),
            )
            .order_by(EscalationRow.at, EscalationRow.rung)
        )
    )


def staff(session: Session, on: date, around: Concern | None = None) -> Staff:
    """Who fills which post on the local day: everywhere, or where one concern may lead."""
    known = units(session)
    near: set[int] | None = None
    if around is not None:
        posts = {post for piece in around.pieces for post in piece.posts} | around.heads_of
        near = {unit_id for _, unit_id in posts}
        near |= {around.unit_id, *units_above(known, around.unit_id)}
    found = (
        Seat(
            user_id=row.user_id,
            name=row.full_name,
            role=row.role,
            unit_id=row.unit_id,
            head=bool(row.head),
            leader=bool(row.leader),
            substitute_for=row.holder_id,
        )
        for row in seats(session, on, near)
    )
    return Staff(found, known)
