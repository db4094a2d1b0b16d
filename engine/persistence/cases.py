"""Cases: filing, locking for an act, what surrounds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    inspect,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.attributes import set_committed_value

from engine.domain.access import CaseSubject
from engine.domain.errors import CaseMoved
from engine.domain.states import TimerState
from engine.persistence import searching
from engine.persistence.tables import (
    CaseRoleUnitRow,
    CaseRow,
    CaseSequenceRow,
    CaseUnitRow,
    ExtensionRow,
    PauseRow,
    ReceiptRow,
    TaskRow,
    TimerRow,
)
from engine.persistence.upserting import insert_into


def next_number(session: Session, unit_id: int, year: int) -> int:
    """The next number of a unit's cases in a year: 1, 2, …; filings of one unit queue here."""
    upsert = (
        insert_into(session, CaseSequenceRow)
        .values(unit_id=unit_id, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["unit_id", "year"], set_={"last": CaseSequenceRow.last + 1}
        )
        .returning(CaseSequenceRow.last)
    )
    number: int = session.execute(upsert).scalar_one()
    return number


def add_case(session: Session, case: CaseRow) -> None:
    """Writes a new case and the words by which it is found; gives it its id.

    Raises IntegrityError when its `filing_key` or `code` exists.
    """
    case.search = searching.haystack(case.code, case.applicant, case.subject)
    session.add(case)
    session.flush()  # gives the id that everything else refers to
    searching.index_case(session, case)


def with_code(session: Session, codes: Iterable[str]) -> CaseRow | None:
    """The case that bears one of the codes, the first spelling that any bears."""
    wanted = list(dict.fromkeys(codes))
    found = session.scalars(select(CaseRow).where(CaseRow.code.in_(wanted)))
    return min(found, key=lambda case: wanted.index(case.code), default=None)


def lock_case(session: Session, case_id: int) -> CaseRow | None:
    """The case with its state text, nobody else acting on it until this transaction ends.

    What belongs to it (tasks, offers, timers) is to be read after this, not before.
    """
    return session.scalars(_LOCKED, {"case_id": case_id}).one_or_none()


def lock_case_of_task(session: Session, task_id: int) -> CaseRow | None:
    """The same, found by one of its tasks; None when there is no such task."""
    return session.scalars(_LOCKED_BY_TASK, {"task_id": task_id}).one_or_none()


def lock_case_of_timer(session: Session, timer_id: int) -> CaseRow | None:
    """The same, found by a waiting timer; None when it waits no more or someone acts on the case.

    A worker does not queue behind an officer or another worker: the timer stays due and is tried
    in the next round.
    """
    return session.scalars(_LOCKED_BY_TIMER, {"timer_id": timer_id}).one_or_none()


def _locked(which: ColumnElement[bool], skip_locked: bool = False) -> Select[CaseRow]:
    # SQLite knows no row locks and needs none: the writer holds the whole file.
    return (
        select(CaseRow)
        .where(which)
        .options(undefer(CaseRow.state_text))
        .with_for_update(of=CaseRow, skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    )


_CASE: BindParameter[int] = bindparam("case_id")

# Statements of every act are built once: building them costs more than the database does.
_LOCKED = _locked(CaseRow.id == _CASE)
_LOCKED_BY_TASK = _locked(
    CaseRow.id
    == select(TaskRow.case_id).where(TaskRow.id == bindparam("task_id")).scalar_subquery()
)
_LOCKED_BY_TIMER = _locked(
    CaseRow.id
    == select(TimerRow.case_id)
    .where(TimerRow.id == bindparam("timer_id"), TimerRow.state == TimerState.WAITING)
    .scalar_subquery(),
    skip_locked=True,
)


_STANDSTILLS = (
    select(
        PauseRow,
        select(ExtensionRow.term)
        .where(ExtensionRow.case_id == _CASE)
        .scalar_subquery()
        .label("extension"),
    )
    .select_from(CaseRow)
    .outerjoin(PauseRow, PauseRow.case_id == CaseRow.id)
    .where(CaseRow.id == _CASE)
    .order_by(PauseRow.starts_at, PauseRow.id)
)
_INSERT_UNITS = insert(cast(Table, CaseUnitRow.__table__))
_SURROUNDINGS: CompoundSelect[Any] = union_all(
    select(
        literal("unit").label("kind"),
        CaseUnitRow.unit_id.label("number"),
        null().label("word"),
    ).where(CaseUnitRow.case_id == _CASE),
    select(literal("chosen"), CaseRoleUnitRow.unit_id, CaseRoleUnitRow.role).where(
        CaseRoleUnitRow.case_id == _CASE
    ),
    select(literal("timer"), TimerRow.id, TimerRow.token).where(
        TimerRow.case_id == _CASE, TimerRow.state == TimerState.WAITING
    ),
)


@dataclass(frozen=True)
class Surroundings:
    """Where a case has been, which units were chosen for it, which timers it waits for."""

    units: frozenset[int]  # where it has or had a task
    chosen: Mapping[str, int]  # role -> unit, as an officer chose
    timers: Mapping[str, int]  # token -> id of the waiting timer

    @property
    def subject(self) -> CaseSubject:
        return CaseSubject(self.units)


def surroundings(session: Session, case_id: int) -> Surroundings:
    """All of it in one statement."""
    rows: Sequence[Any] = session.connection().execute(_SURROUNDINGS, {"case_id": case_id}).all()
    return Surroundings(
        units=frozenset(row.number for row in rows if row.kind == "unit"),
        chosen={row.word: row.number for row in rows if row.kind == "chosen"},
        timers={row.word: row.number for row in rows if row.kind == "timer"},
    )


def write_case(session: Session, case: CaseRow) -> None:
    """Writes what an act has changed of the case it locked; CaseMoved when it moved meanwhile.

    In Core: for this one row the ORM's unit of work takes several times as long. Whatever is
    changed after this is written by the flush at the end, as ever.
    """
    state = inspect(case)
    changed = tuple(sorted(state.committed_state))
    if not changed:
        return
    values = {f"to_{name}": state.dict[name] for name in changed}
    before = case.row_version
    written = session.connection().execute(
        _case_update(changed), {"case_id": case.id, "before": before, **values}
    )
    if written.rowcount != 1:
        raise CaseMoved()
    set_committed_value(case, "row_version", before + 1)
    # What a flush does last. Nothing public tells the session that a row is written.
    state._commit_all(state.dict, session.identity_map)


@cache
def _case_update(names: tuple[str, ...]) -> Update:
    """Binds `case_id`, the row version `before`, and each new value as `to_…`."""
    table = cast(Table, CaseRow.__table__)
    values: dict[str, Any] = {
        name: bindparam(f"to_{name}", type_=table.c[name].type) for name in names
    }
    return (
        update(table)
        .where(table.c.id == _CASE, table.c.row_version == bindparam("before"))
        .values({**values, "row_version": bindparam("before", type_=Integer()) + 1})
    )


def note_units(session: Session, case_id: int, unit_ids: Iterable[int]) -> None:
    """Lets the people of units that the case had not been in before see it."""
    rows: list[dict[str, int]] = [
        {"case_id": case_id, "unit_id": unit_id} for unit_id in sorted(set(unit_ids))
    ]
    if rows:
        session.connection().execute(_INSERT_UNITS, rows)


def note_choices(session: Session, case_id: int, chosen: Mapping[str, int]) -> None:
    """Stores the units an officer chose for roles that had none so far."""
    if chosen:
        session.execute(
            insert(CaseRoleUnitRow),
            [
                {"case_id": case_id, "role": role, "unit_id": unit_id}
                for role, unit_id in chosen.items()
            ],
        )


def pauses(session: Session, case_id: int) -> list[PauseRow]:
    """All pauses of the case, the earliest first."""
    return list(
        session.scalars(
            select(PauseRow)
            .where(PauseRow.case_id == case_id)
            .order_by(PauseRow.starts_at, PauseRow.id)
        )
    )


@dataclass(frozen=True)
class Standstills:
    """What a case's date hangs on beside its term."""

    pauses: list[PauseRow]  # the earliest first
    extension: str | None  # by how much it was extended, in words


def standstills(session: Session, case_id: int) -> Standstills:
    """All of it in one statement."""
    rows = session.execute(_STANDSTILLS, {"case_id": case_id}).all()
    found = [row.PauseRow for row in rows if row.PauseRow is not None]
    return Standstills(found, rows[0].extension if rows else None)


def first_receipt(session: Session, case_id: int) -> ReceiptRow | None:
    """The receipt of acceptance: what was promised first."""
    found = select(ReceiptRow).where(ReceiptRow.case_id == case_id, ReceiptRow.number == 1)
    return session.scalars(found).one_or_none()


def receipts(session: Session, case_id: int) -> list[ReceiptRow]:
    """All receipts of the case as issued, the first first."""
    return list(
        session.scalars(
            select(ReceiptRow).where(ReceiptRow.case_id == case_id).order_by(ReceiptRow.number)
        )
    )
