"""Finds persons while their names are typed.

A person is written down under the folded endings of each of their names, as cases are (see
`searching`). What few persons are called leads to those; what many are called (“nguyễn”) is
looked for along the dossiers that the reader sees, the latest first.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from engine.domain.access import Actor
from engine.domain.folding import fold
from engine.persistence.person_records import ENDING_LENGTH
from engine.persistence.persons import seen_by, visible, with_numbers
from engine.persistence.queues import MOST_QUEUES
from engine.persistence.tables import (
    CasePersonRow,
    CaseRow,
    CaseUnitRow,
    PersonEndingRow,
    PersonRow,
)

#: Up to so many persons of a name are looked up one by one.
FEW = 500

#: So many of the latest dossiers are gone through for a name that many have; where they do not
#: name enough, so many more.
NEAR, FAR = 200, 2_000

#: No more are put in order.
ENOUGH = 50

_AFTER_ALL_TEXT = "\U0010ffff"


def suggest(
    session: Session, actor: Actor, text: str, parts: Collection[str] = (), limit: int = 8
) -> list[PersonRow]:
    """Persons whose names have a word from which on they begin with `text`, or who have its number.

    Only persons of dossiers that the actor sees; whose whole name begins so, then the latest.
    """
    folded = fold(text)[:ENDING_LENGTH]
    if not folded or not (actor.is_system or actor.units or actor.supervised):
        return []
    digits = "".join(c for c in folded if c.isdigit())
    if len(digits) >= 9:
        found = [row.id for row in with_numbers(session, [digits])]
        ids: Collection[int] = visible(session, actor, found, parts)
    else:
        few = session.scalars(
            select(PersonEndingRow.person_id)
            .where(_begins(PersonEndingRow.ending, folded))
            .limit(FEW + 1)  # without DISTINCT, which would read all matches first
        ).all()
        if len(few) <= FEW:
            ids = visible(session, actor, set(few), parts)
        else:
            ids = _in_passing(session, actor, folded, parts, NEAR)
            if len(ids) < limit:
                ids = _in_passing(session, actor, folded, parts, FAR)
    rows = session.scalars(select(PersonRow).where(PersonRow.id.in_(sorted(ids)))).all()
    order = sorted(rows, key=lambda row: (not row.folded.startswith(folded), -row.id))
    return order[:limit]


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    return and_(column >= text, column < text + _AFTER_ALL_TEXT)


def _in_passing(
    session: Session, actor: Actor, folded: str, parts: Collection[str], far: int
) -> set[int]:
    """Along the dossiers that the actor sees, the latest first."""
    units = sorted(actor.units | actor.supervised)
    if actor.is_system or len(units) > MOST_QUEUES:
        cases: list[Select[Any]] = [
            select(CaseRow.id.label("case_id"))
            .where(seen_by(CaseRow.id, actor))
            .order_by(CaseRow.id.desc())
            .limit(far)
        ]
    else:
        cases = [
            select(CaseUnitRow.case_id)
            .where(CaseUnitRow.unit_id == unit_id)
            .order_by(CaseUnitRow.case_id.desc())
            .limit(far)
            for unit_id in units
        ]
    found: set[int] = set()
    for latest in cases:
        near = latest.subquery("near")
        wanted = (
            select(CasePersonRow.person_id)
            .select_from(near)
            .join(CasePersonRow, CasePersonRow.case_id == near.c.case_id)
            .join(PersonRow, PersonRow.id == CasePersonRow.person_id)
            .where(
                or_(
                    _begins(PersonRow.folded, folded),
                    PersonRow.folded.contains(f" {folded}", autoescape=True),
                )
            )
        )
        if parts:
            wanted = wanted.where(CasePersonRow.part.in_(sorted(parts)))
        found |= set(session.scalars(wanted.limit(ENOUGH)))
    return found
