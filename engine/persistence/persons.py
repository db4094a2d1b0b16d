"""Person records as they are read: by name and number, through their dossiers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session

from engine.domain.access import Actor, CaseSubject
from engine.domain.folding import fold
from engine.domain.persons import KEPT, Facts
from engine.persistence.tables import (
    CasePersonRow,
    CaseRow,
    CaseUnitRow,
    PersonNameRow,
    PersonRow,
    UnitRow,
)

#: At most so many records of one name are compared.
MOST = 500


def facts_of(row: PersonRow, relation: str = "") -> Facts:
    """What the record says."""
    kept = {name: getattr(row, name) for name in KEPT}
    return Facts(full_name=row.full_name, relation=relation, **kept)


def current(session: Session, person_id: int) -> PersonRow | None:
    """The record, or the one that it was merged into."""
    row = session.get(PersonRow, person_id)
    while row is not None and row.merged_into_id is not None:
        row = session.get(PersonRow, row.merged_into_id)
    return row


def lock(session: Session, person_ids: Collection[int]) -> list[PersonRow]:
    """Records as they are now, nobody else merging them until the transaction ends.

    Whoever also acts on dossiers of theirs locks these first.
    """
    if not person_ids:
        return []
    return list(
        session.scalars(
            select(PersonRow)
            .where(PersonRow.id.in_(sorted(person_ids)))
            .order_by(PersonRow.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def names_of(session: Session, person_ids: Collection[int]) -> dict[int, list[str]]:
    """The other names of persons; every id has its list."""
    found: dict[int, list[str]] = {person_id: [] for person_id in person_ids}
    if found:
        rows = session.execute(
            select(PersonNameRow.person_id, PersonNameRow.full_name)
            .where(PersonNameRow.person_id.in_(sorted(found)))
            .order_by(PersonNameRow.id)
        )
        for person_id, name in rows:
            found[person_id].append(name)
    return found


def with_numbers(session: Session, numbers: Collection[str]) -> list[PersonRow]:
    """Records with one of these CCCD or CMND numbers, the oldest first."""
    wanted = sorted(number for number in numbers if number)
    if not wanted:
        return []
    return list(
        session.scalars(
            select(PersonRow)
            .where(PersonRow.identity_number.in_(wanted), PersonRow.merged_into_id.is_(None))
            .order_by(PersonRow.id)
        )
    )


def resembling(
    session: Session, names: Collection[str], numbers: Collection[str], limit: int = MOST
) -> list[PersonRow]:
    """Records that are called so, without diacritics, or have one of the numbers."""
    folded = sorted({fold(name) for name in names if name})
    wanted = sorted(number for number in numbers if number)
    ids = union_all(
        select(PersonRow.id).where(PersonRow.folded.in_(folded)),
        select(PersonNameRow.person_id).where(PersonNameRow.folded.in_(folded)),
        select(PersonRow.id).where(PersonRow.identity_number.in_(wanted)),
    ).subquery()
    return list(
        session.scalars(
            select(PersonRow)
            .where(PersonRow.id.in_(select(ids.c[0])), PersonRow.merged_into_id.is_(None))
            .order_by(PersonRow.id.desc())
            .limit(limit)
        )
    )


def parts_of(session: Session, case_id: int) -> list[tuple[CasePersonRow, PersonRow]]:
    """The persons of a dossier, in the order in which they were written down."""
    rows = session.execute(
        select(CasePersonRow, PersonRow)
        .join(PersonRow, PersonRow.id == CasePersonRow.person_id)
        .where(CasePersonRow.case_id == case_id)
        .order_by(PersonRow.id)
    )
    return [(row[0], row[1]) for row in rows]


def shared(session: Session, person_ids: Collection[int], case_id: int) -> set[int]:
    """Which of the persons have another dossier than this one."""
    if not person_ids:
        return set()
    return set(
        session.scalars(
            select(CasePersonRow.person_id)
            .where(
                CasePersonRow.person_id.in_(sorted(person_ids)), CasePersonRow.case_id != case_id
            )
            .distinct()
        )
    )


def subject_of(session: Session, person_id: int) -> CaseSubject:
    """Where the person's dossiers have been: what the rules need to know of a person."""
    units = select(CaseUnitRow.unit_id).join(
        CasePersonRow, CasePersonRow.case_id == CaseUnitRow.case_id
    )
    return CaseSubject(
        frozenset(session.scalars(units.where(CasePersonRow.person_id == person_id).distinct()))
    )


def cases_of_person(session: Session, person_id: int) -> list[int]:
    """The dossiers in which the person has a part."""
    found = select(CasePersonRow.case_id).where(CasePersonRow.person_id == person_id).distinct()
    return sorted(session.scalars(found))


@dataclass(frozen=True)
class PartLine:
    """A person's part in a dossier, as lists show it."""

    person_id: int
    part: str
    relation: str
    case_id: int
    code: str
    procedure_key: str
    state: str
    outcome: str | None
    filed_at: datetime
    unit_name: str
    seen: bool  # whether the reader sees the dossier


def part_lines(
    session: Session,
    actor: Actor,
    person_ids: Collection[int],
    *,
    only_seen: bool = True,
    limit: int = 300,
) -> list[PartLine]:
    """The dossiers of persons, the latest first."""
    if not person_ids:
        return []
    seen = seen_by(CasePersonRow.case_id, actor)
    wanted = (
        select(
            CasePersonRow.person_id,
            CasePersonRow.part,
            CasePersonRow.relation,
            CaseRow.id,
            CaseRow.code,
            CaseRow.procedure_key,
            CaseRow.state,
            CaseRow.outcome,
            CaseRow.filed_at,
            UnitRow.name,
            seen.label("seen"),
        )
        .join(CaseRow, CaseRow.id == CasePersonRow.case_id)
        .join(UnitRow, UnitRow.id == CaseRow.unit_id)
        .where(CasePersonRow.person_id.in_(sorted(person_ids)))
        .order_by(CaseRow.id.desc(), CasePersonRow.part)
        .limit(limit)
    )
    rows = session.execute(wanted.where(seen) if only_seen else wanted)
    return [PartLine(*row[:10], seen=bool(row[10])) for row in rows]


def seen_by(case_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Whether the actor sees a dossier (access.sees_case), in SQL; the system sees all."""
    if actor.is_system:
        return select(CaseUnitRow.case_id).where(CaseUnitRow.case_id == case_id).exists()
    units = sorted(actor.units | actor.supervised)
    return (
        select(CaseUnitRow.case_id)
        .where(CaseUnitRow.case_id == case_id, (CaseUnitRow.unit_id + 0).in_(units))
        .exists()
    )


def visible(
    session: Session, actor: Actor, person_ids: Collection[int], parts: Collection[str] = ()
) -> set[int]:
    """Which of the persons have a dossier (and a part of these in it) that the actor sees."""
    if not person_ids:
        return set()
    wanted = select(CasePersonRow.person_id).where(
        CasePersonRow.person_id.in_(sorted(person_ids)), seen_by(CasePersonRow.case_id, actor)
    )
    if parts:
        wanted = wanted.where(CasePersonRow.part.in_(sorted(parts)))
    return set(session.scalars(wanted.distinct()))
