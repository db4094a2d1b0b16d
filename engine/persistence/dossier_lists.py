"""Lists of dossiers: locked, found, and what could be put on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from engine.domain.access import Actor
from engine.domain.states import DocumentState, ListState, TaskState
from engine.persistence.searching import look_up
from engine.persistence.tables import (
    CaseRow,
    DocumentRow,
    DossierListRow,
    ListedCaseRow,
    OfferRow,
    TaskRow,
    UnitRow,
    UserRow,
    VersionRow,
)

#: Lists that are still being made or on their way.
ALIVE = (ListState.OPEN, ListState.MOVING)


def lock_list(session: Session, list_id: int) -> DossierListRow | None:
    """The list, nobody else changing it until this transaction ends.

    Whoever also acts on its dossiers locks these first, in the order of their ids: so does a
    dossier that leaves its list by an act of its own.
    """
    return session.scalars(
        select(DossierListRow)
        .where(DossierListRow.id == list_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def members(session: Session, list_id: int) -> list[ListedCaseRow]:
    """The dossiers on a list, in their places (of a list that has ended: those it ended with)."""
    return list(
        session.scalars(
            select(ListedCaseRow)
            .where(ListedCaseRow.list_id == list_id, ListedCaseRow.taken_off_at.is_(None))
            .order_by(ListedCaseRow.position, ListedCaseRow.id)
            .execution_options(populate_existing=True)
        )
    )


def member(session: Session, list_id: int, case_id: int) -> ListedCaseRow | None:
    """A dossier's place on a list it is on."""
    return session.scalars(
        select(ListedCaseRow).where(
            ListedCaseRow.list_id == list_id,
            ListedCaseRow.case_id == case_id,
            ListedCaseRow.taken_off_at.is_(None),
        )
    ).one_or_none()


def was_member(session: Session, list_id: int, case_id: int) -> bool:
    """Whether a dossier is or was on a list."""
    found = select(ListedCaseRow.id).where(
        ListedCaseRow.list_id == list_id, ListedCaseRow.case_id == case_id
    )
    return session.scalar(found.limit(1)) is not None


def taken_off(session: Session, list_id: int) -> list[tuple[ListedCaseRow, str, str]]:
    """The dossiers that left a list, with code and subject, the last first."""
    rows = session.execute(
        select(ListedCaseRow, CaseRow.code, CaseRow.subject)
        .join(CaseRow, CaseRow.id == ListedCaseRow.case_id)
        .where(ListedCaseRow.list_id == list_id, ListedCaseRow.taken_off_at.is_not(None))
        .order_by(ListedCaseRow.taken_off_at.desc(), ListedCaseRow.id)
    )
    return [(row.ListedCaseRow, row.code, row.subject) for row in rows]


def free(session: Session, list_id: int, case_ids: Collection[int]) -> None:
    """Ends a list for its dossiers: each may go on another one."""
    session.execute(
        update(ListedCaseRow)
        .where(ListedCaseRow.list_id == list_id, ListedCaseRow.case_id.in_(case_ids))
        .values(open=False),
        execution_options={"synchronize_session": False},
    )


def cases_of(session: Session, list_id: int) -> dict[int, CaseRow]:
    """The dossiers on a list by id, without their state."""
    found = session.scalars(
        select(CaseRow)
        .join(ListedCaseRow, ListedCaseRow.case_id == CaseRow.id)
        .where(ListedCaseRow.list_id == list_id, ListedCaseRow.taken_off_at.is_(None))
    )
    return {case.id: case for case in found}


def standing(session: Session, case_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Where dossiers have open tasks: case -> (process, element)."""
    found: dict[int, list[tuple[str, str]]] = {case_id: [] for case_id in case_ids}
    rows = session.execute(
        select(TaskRow.case_id, TaskRow.process, TaskRow.element).where(
            TaskRow.case_id.in_(case_ids), TaskRow.state == TaskState.OPEN
        )
    )
    for row in rows:
        found[row.case_id].append((row.process, row.element))
    return found


@dataclass(frozen=True)
class OpenTaskOfList:
    """The open task of a listed dossier at the step where its list stands."""

    task_id: int
    case_id: int
    name: str
    assignee_id: int | None
    assignee: str | None
    due_at: datetime | None
    role: str
    unit_id: int


def tasks_at(session: Session, row: DossierListRow) -> list[OpenTaskOfList]:
    """Those tasks, by case; a dossier whose task is missing has moved on."""
    rows = session.execute(
        select(TaskRow, UserRow.full_name)
        .join(ListedCaseRow, ListedCaseRow.case_id == TaskRow.case_id)
        .outerjoin(UserRow, UserRow.id == TaskRow.assignee_id)
        .where(
            ListedCaseRow.list_id == row.id,
            ListedCaseRow.open,
            TaskRow.state == TaskState.OPEN,
            TaskRow.process == row.process,
            TaskRow.element == row.element,
        )
        .order_by(TaskRow.case_id)
    )
    return [
        OpenTaskOfList(
            task_id=one.TaskRow.id,
            case_id=one.TaskRow.case_id,
            name=one.TaskRow.name,
            assignee_id=one.TaskRow.assignee_id,
            assignee=one.full_name,
            due_at=one.TaskRow.due_at,
            role=one.TaskRow.role,
            unit_id=one.TaskRow.unit_id,
        )
        for one in rows
    ]


@dataclass(frozen=True)
class ListLine:
    """A list as lists of lists show it."""

    id: int
    title: str
    kind: str
    state: str
    unit: str
    made_at: datetime
    maker: str | None
    number: int  # of its dossiers
    sign: str | None  # of the letter it was issued with
    issued_at: datetime | None
    element: str = ""  # where it waits
    step: str | None = None
    due_at: datetime | None = None  # the earliest of its tasks' dates


def _lines() -> Select[Any]:
    count = (
        select(func.count())
        .where(ListedCaseRow.list_id == DossierListRow.id, ListedCaseRow.taken_off_at.is_(None))
        .correlate(DossierListRow)
        .scalar_subquery()
    )
    return (
        select(
            DossierListRow.id,
            DossierListRow.title,
            DossierListRow.kind,
            DossierListRow.state,
            UnitRow.name.label("unit"),
            DossierListRow.made_at,
            UserRow.full_name.label("maker"),
            count.label("number"),
            DocumentRow.sign,
            DocumentRow.issued_at,
        )
        .join(UnitRow, UnitRow.id == DossierListRow.unit_id)
        .outerjoin(UserRow, UserRow.id == DossierListRow.made_by_id)
        .outerjoin(
            DocumentRow,
            and_(
                DocumentRow.list_id == DossierListRow.id,
                DocumentRow.sign != "",
                DocumentRow.state == DocumentState.ISSUED,
            ),
        )
    )


def waiting(session: Session, actor: Actor) -> list[ListLine]:
    """Lists on their way whose dossiers wait for one of the actor's posts, due first."""
    posts = sorted({(post.role, post.unit_id) for post in actor.posts})
    # Few lists are alive at a time: known by their ids, the offers of all others are not read.
    alive = session.scalars(select(DossierListRow.id).where(DossierListRow.state.in_(ALIVE))).all()
    if not posts or not alive:
        return []
    found = session.execute(
        select(
            DossierListRow.id,
            DossierListRow.element,
            func.min(TaskRow.name).label("step"),
            func.min(TaskRow.due_at).label("due_at"),
        )
        .join(ListedCaseRow, and_(ListedCaseRow.list_id == DossierListRow.id, ListedCaseRow.open))
        .join(
            OfferRow,
            and_(
                OfferRow.case_id == ListedCaseRow.case_id,
                OfferRow.process == DossierListRow.process,
                OfferRow.element == DossierListRow.element,
            ),
        )
        .join(TaskRow, TaskRow.id == OfferRow.task_id)
        .where(
            DossierListRow.id.in_(alive),
            tuple_(OfferRow.role, OfferRow.unit_id).in_(posts),
        )
        .group_by(DossierListRow.id, DossierListRow.element)
    ).all()
    steps = {row.id: row for row in found}
    if not steps:
        return []
    rows = session.execute(_lines().where(DossierListRow.id.in_(steps)))
    lines = [
        replace(ListLine(*row), element=at.element, step=at.step, due_at=at.due_at)
        for row in rows
        for at in (steps[row.id],)
    ]
    return sorted(lines, key=lambda line: (line.due_at is None, line.due_at or line.made_at))


def of_units(
    session: Session, units: Iterable[int], states: Sequence[str], limit: int, query: str = ""
) -> list[ListLine]:
    """Lists of some units in some states, the latest first; `query` looks in titles and numbers."""
    wanted = _lines().where(
        DossierListRow.unit_id.in_(sorted(units)), DossierListRow.state.in_(states)
    )
    if query:
        like = f"%{query}%"
        wanted = wanted.where(or_(DossierListRow.title.ilike(like), DocumentRow.sign.ilike(like)))
    rows = session.execute(wanted.order_by(DossierListRow.id.desc()).limit(limit))
    return [ListLine(*row) for row in rows]


def of_case(session: Session, case_id: int) -> list[ListLine]:
    """The lists a dossier is on or was issued with, the latest first."""
    rows = session.execute(
        _lines()
        .join(ListedCaseRow, ListedCaseRow.list_id == DossierListRow.id)
        .where(
            ListedCaseRow.case_id == case_id,
            ListedCaseRow.taken_off_at.is_(None),
            DossierListRow.state != ListState.DROPPED,
        )
        .order_by(DossierListRow.id.desc())
    )
    return [ListLine(*row) for row in rows]


def documents_of(session: Session, list_id: int) -> list[DocumentRow]:
    """The documents of a list, the latest first."""
    return list(
        session.scalars(
            select(DocumentRow)
            .where(DocumentRow.list_id == list_id)
            .order_by(DocumentRow.id.desc())
        )
    )


# --- what could be put on a list ------------------------------------------------------------------


@dataclass(frozen=True)
class Gatherable:
    """An open task at a step where lists are made, with its dossier."""

    task_id: int
    case: CaseRow
    commune: str
    assignee_id: int | None
    assignee: str | None


def gatherable(
    session: Session, actor: Actor, process: str, element: str, query: str, limit: int
) -> list[Gatherable]:
    """Open tasks of an element that are offered to the actor's posts, dossiers on no list."""
    posts = sorted({(post.role, post.unit_id) for post in actor.posts})
    if not posts:
        return []
    wanted = (
        select(OfferRow.task_id, CaseRow, UnitRow.name, OfferRow.assignee_id, UserRow.full_name)
        .join(CaseRow, CaseRow.id == OfferRow.case_id)
        .join(UnitRow, UnitRow.id == CaseRow.unit_id)
        .outerjoin(UserRow, UserRow.id == OfferRow.assignee_id)
        .where(
            tuple_(OfferRow.role, OfferRow.unit_id).in_(posts),
            OfferRow.process == process,
            OfferRow.element == element,
            CaseRow.list_id.is_(None),
        )
        .order_by(OfferRow.sort_due, OfferRow.task_id)
        .limit(limit)
    )
    search = look_up(session, query)
    if search.few is not None:
        wanted = wanted.where(CaseRow.id.in_(search.few))
    wanted = wanted.where(*search.in_passing)
    found: dict[int, Gatherable] = {}
    for task_id, case, commune, assignee_id, assignee in session.execute(wanted):
        found.setdefault(task_id, Gatherable(task_id, case, commune, assignee_id, assignee))
    return list(found.values())


def count_gatherable(session: Session, actor: Actor, process: str, element: str, most: int) -> int:
    """How many there are, counted up to `most`."""
    posts = sorted({(post.role, post.unit_id) for post in actor.posts})
    if not posts:
        return 0
    some = (
        select(OfferRow.task_id)
        .join(CaseRow, CaseRow.id == OfferRow.case_id)
        .where(
            tuple_(OfferRow.role, OfferRow.unit_id).in_(posts),
            OfferRow.process == process,
            OfferRow.element == element,
            CaseRow.list_id.is_(None),
        )
        .limit(most)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def versions_alive(session: Session, newest: int) -> list[tuple[str, int]]:
    """(procedure, version id) of the newest versions of each procedure."""
    rows = session.execute(
        select(VersionRow.procedure_key, VersionRow.id).order_by(
            VersionRow.procedure_key, VersionRow.number.desc()
        )
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row.procedure_key, []).append(row.id)
    return [(key, one) for key, ids in found.items() for one in ids[:newest]]
