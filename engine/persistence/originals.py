"""Paper originals: who holds them, what is on its way, and every hand-over of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.domain.folding import fold
from engine.domain.states import CaseState, HandOverState, OriginalState
from engine.persistence import paging
from engine.persistence.paging import Page
from engine.persistence.tables import CaseRow, HandOverRow, OriginalRow, PostRow, UserRow

#: Of one kind of list so many lines are shown.
LIST_LIMIT = 200


@dataclass(frozen=True)
class OriginalLine:
    """An original in a list, with the dossier it belongs to."""

    original_id: int
    name: str
    number: str
    state: str
    since: datetime
    case_id: int
    code: str
    applicant: str
    ended: bool


@dataclass(frozen=True)
class MoveLine:
    """A hand-over that nobody has confirmed yet."""

    hand_over_id: int
    original_id: int
    name: str
    number: str
    code: str
    applicant: str
    giver: str
    receiver: str
    receiver_unit_id: int | None  # None: outside
    handed_at: datetime
    by: str | None
    note: str


@dataclass(frozen=True)
class Move:
    """A hand-over in the chain of an original, with the names of who acted."""

    row: HandOverRow
    handed_by: str | None
    confirmed_by: str | None


def lock(session: Session, original_id: int) -> OriginalRow | None:
    """An original as it is now, nobody else moving it until the transaction ends."""
    return session.scalars(
        select(OriginalRow)
        .where(OriginalRow.id == original_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def of_case(session: Session, case_id: int) -> Sequence[OriginalRow]:
    return session.scalars(
        select(OriginalRow).where(OriginalRow.case_id == case_id).order_by(OriginalRow.id)
    ).all()


def chains(session: Session, original_ids: Collection[int]) -> dict[int, list[Move]]:
    """The hand-overs of originals, the first one first, by the original's id."""
    giver, receiver = aliased(UserRow), aliased(UserRow)
    rows = session.execute(
        select(HandOverRow, giver.full_name, receiver.full_name)
        .outerjoin(giver, giver.id == HandOverRow.handed_by_id)
        .outerjoin(receiver, receiver.id == HandOverRow.confirmed_by_id)
        .where(HandOverRow.original_id.in_(sorted(original_ids)))
        .order_by(HandOverRow.id)
    )
    found: dict[int, list[Move]] = {}
    for row, handed_by, confirmed_by in rows:
        found.setdefault(row.original_id, []).append(Move(row, handed_by, confirmed_by))
    return found


def open_move(session: Session, original_id: int) -> HandOverRow | None:
    """The hand-over under way of an original."""
    return session.scalars(
        select(HandOverRow).where(
            HandOverRow.original_id == original_id, HandOverRow.state == HandOverState.HANDED
        )
    ).one_or_none()


def last_sender(session: Session, original_id: int) -> int | None:
    """The unit from which an original went last."""
    return session.scalar(
        select(HandOverRow.from_unit_id)
        .where(
            HandOverRow.original_id == original_id,
            HandOverRow.state == HandOverState.CONFIRMED,
            HandOverRow.from_unit_id.is_not(None),
        )
        .order_by(HandOverRow.id.desc())
        .limit(1)
    )


def together(session: Session, move: HandOverRow) -> list[tuple[HandOverRow, OriginalRow, CaseRow]]:
    """What was handed over in one go with `move`, itself among it."""
    rows = session.execute(
        select(HandOverRow, OriginalRow, CaseRow)
        .join(OriginalRow, OriginalRow.id == HandOverRow.original_id)
        .join(CaseRow, CaseRow.id == OriginalRow.case_id)
        .where(
            HandOverRow.handed_at == move.handed_at,
            HandOverRow.from_unit_id.is_not_distinct_from(move.from_unit_id),
            HandOverRow.to_unit_id.is_not_distinct_from(move.to_unit_id),
            HandOverRow.to_name == move.to_name,
            HandOverRow.from_name == move.from_name,
        )
        .order_by(HandOverRow.id)
    )
    return [(one, original, case) for one, original, case in rows]


def coming(session: Session, unit_ids: Collection[int]) -> list[MoveLine]:
    """On its way to the units, the longest under way first."""
    return _moves(session, HandOverRow.to_unit_id.in_(sorted(unit_ids)))


def going(session: Session, unit_ids: Collection[int]) -> list[MoveLine]:
    """Handed over by the units and not confirmed, the longest under way first."""
    return _moves(session, HandOverRow.from_unit_id.in_(sorted(unit_ids)))


def _moves(session: Session, wanted: ColumnElement[bool]) -> list[MoveLine]:
    rows = session.execute(
        select(HandOverRow, OriginalRow, CaseRow.code, CaseRow.applicant, UserRow.full_name)
        .join(OriginalRow, OriginalRow.id == HandOverRow.original_id)
        .join(CaseRow, CaseRow.id == OriginalRow.case_id)
        .outerjoin(UserRow, UserRow.id == HandOverRow.handed_by_id)
        .where(
            HandOverRow.state == HandOverState.HANDED, HandOverRow.confirmed_at.is_(None), wanted
        )
        .order_by(HandOverRow.handed_at, HandOverRow.id)
        .limit(LIST_LIMIT)
    )
    return [
        MoveLine(
            hand_over_id=move.id,
            original_id=original.id,
            name=original.name,
            number=original.number,
            code=code,
            applicant=applicant,
            giver=move.from_name,
            receiver=move.to_name,
            receiver_unit_id=move.to_unit_id,
            handed_at=move.handed_at,
            by=by,
            note=move.note,
        )
        for move, original, code, applicant, by in rows
    ]


def to_return(session: Session, unit_ids: Collection[int]) -> list[OriginalLine]:
    """Held by the units though the dossier has ended, the longest ended first."""
    rows = session.execute(
        _lines(_held(unit_ids))
        .where(CaseRow.state == CaseState.FINISHED)
        .order_by(CaseRow.finished_at, OriginalRow.id)
        .limit(LIST_LIMIT)
    )
    return [OriginalLine(*row) for row in rows]


def held(
    session: Session, unit_ids: Collection[int], query: str = "", after: str | None = None
) -> Page[OriginalLine]:
    """Held by the units, the latest first; those that match, when something is looked for.

    Looked for are the number and name of the original, the code and names of its dossier.
    Raises Misuse for a bad cursor.
    """
    start = paging.id_of(after)
    wanted = _lines(_held(unit_ids)).order_by(OriginalRow.id.desc()).limit(51)
    if start is not None:
        wanted = wanted.where(OriginalRow.id < start)
    if query:
        wanted = wanted.where(
            or_(
                CaseRow.search.contains(f" {fold(query)}", autoescape=True),
                func.lower(OriginalRow.number).contains(query.lower(), autoescape=True),
                func.lower(OriginalRow.name).contains(query.lower(), autoescape=True),
            )
        )
    lines = [OriginalLine(*row) for row in session.execute(wanted)]
    return paging.page(lines, 50, lambda line: paging.cursor_of_id(line.original_id))


def _held(unit_ids: Collection[int]) -> ColumnElement[bool]:
    return and_(
        OriginalRow.holder_unit_id.in_(sorted(unit_ids)), OriginalRow.state == OriginalState.HELD
    )


def _lines(wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            OriginalRow.id,
            OriginalRow.name,
            OriginalRow.number,
            OriginalRow.state,
            OriginalRow.since,
            CaseRow.id,
            CaseRow.code,
            CaseRow.applicant,
            CaseRow.state == CaseState.FINISHED,
        )
        .join(CaseRow, CaseRow.id == OriginalRow.case_id)
        .where(wanted)
    )


def staffed(session: Session) -> frozenset[int]:
    """The units in which anybody ever held a post: others have nobody who confirms."""
    return frozenset(session.scalars(select(PostRow.unit_id).distinct()))
