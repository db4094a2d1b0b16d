"""Lists of cases, the latest first, of which everybody sees only those they may know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, select, union
from sqlalchemy.orm import Session

from engine.domain.access import Actor
from engine.persistence import paging
from engine.persistence.paging import Page
from engine.persistence.queues import MOST_QUEUES, Condition
from engine.persistence.searching import look_up
from engine.persistence.tables import CaseRow, CaseUnitRow, UnitRow, VersionRow


@dataclass(frozen=True)
class CaseLine:
    """Everything a list of cases shows of one."""

    case_id: int
    code: str
    applicant: str
    subject: str
    state: str
    unit_id: int
    unit_name: str
    procedure_key: str
    procedure_name: str
    version_number: int
    filed_at: datetime
    due_at: datetime | None
    due_expected: bool
    finished_at: datetime | None
    outcome: str | None


def search_cases(
    session: Session,
    actor: Actor,
    query: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page[CaseLine]:
    """Cases that the actor sees (access.sees_case), by code or name; all of them without a query.

    Raises Misuse for a bad cursor or limit.
    """
    limit = paging.checked_limit(limit)
    start = paging.id_of(after)
    units = sorted(actor.units | actor.supervised)
    if not units:
        return Page((), None)
    search = look_up(session, query)
    if search.few is not None:
        keys = _among(search.few, units, start, limit + 1)
    elif len(units) > MOST_QUEUES:
        keys = _in_passing(units, start, limit + 1, search.in_passing)
    else:
        keys = _merged(units, start, limit + 1, search.in_passing)
    lines = [CaseLine(*row) for row in session.execute(_lines(keys))]
    return paging.page(lines, limit, lambda line: paging.cursor_of_id(line.case_id))


def _among(
    case_ids: Sequence[int], units: Sequence[int], start: int | None, limit: int
) -> Subquery:
    """Of a few cases, those seen."""
    seen = select(CaseUnitRow.case_id).where(
        CaseUnitRow.case_id.in_(case_ids),
        (CaseUnitRow.unit_id + 0).in_(units),  # `+ 0`: by the index of cases, not of units
    )
    if start is not None:
        seen = seen.where(CaseUnitRow.case_id < start)
    return seen.distinct().order_by(CaseUnitRow.case_id.desc()).limit(limit).subquery("page")


def _in_passing(
    units: Sequence[int], start: int | None, limit: int, cases: Sequence[Condition]
) -> Subquery:
    """Along all cases, for somebody who sees nearly all of them."""
    seen = (
        select(CaseUnitRow.case_id)
        .where(CaseUnitRow.case_id == CaseRow.id, CaseUnitRow.unit_id.in_(units))
        .exists()
    )
    keys = select(CaseRow.id.label("case_id")).where(seen, *cases)
    if start is not None:
        keys = keys.where(CaseRow.id < start)
    return keys.order_by(CaseRow.id.desc()).limit(limit).subquery("page")


def _merged(
    units: Sequence[int], start: int | None, limit: int, cases: Sequence[Condition]
) -> Subquery:
    """The latest of each unit (a stretch of case_unit's key), put together without doubles."""
    firsts = [_latest(unit_id, start, limit, cases) for unit_id in units]
    if len(firsts) == 1:
        return firsts[0].subquery("page")
    merged = union(*(select(first.subquery()) for first in firsts)).subquery("units")
    return select(merged).order_by(merged.c.case_id.desc()).limit(limit).subquery("page")


def _latest(
    unit_id: int, start: int | None, limit: int, cases: Sequence[Condition]
) -> Select[*tuple[Any, ...]]:
    keys = select(CaseUnitRow.case_id).where(CaseUnitRow.unit_id == unit_id)
    if start is not None:
        keys = keys.where(CaseUnitRow.case_id < start)
    if cases:
        keys = keys.join(CaseRow, CaseRow.id == CaseUnitRow.case_id).where(*cases)
    return keys.order_by(CaseUnitRow.case_id.desc()).limit(limit)


def _lines(keys: Subquery) -> Select[*tuple[Any, ...]]:
    """The keys of a page with everything the page shows; columns in the order of CaseLine."""
    return (
        select(
            CaseRow.id,
            CaseRow.code,
            CaseRow.applicant,
            CaseRow.subject,
            CaseRow.state,
            CaseRow.unit_id,
            UnitRow.name,
            CaseRow.procedure_key,
            VersionRow.name,
            VersionRow.number,
            CaseRow.filed_at,
            CaseRow.due_at,
            CaseRow.due_expected,
            CaseRow.finished_at,
            CaseRow.outcome,
        )
        .select_from(keys)
        .join(CaseRow, CaseRow.id == keys.c.case_id)
        .join(VersionRow, VersionRow.id == CaseRow.version_id)
        .join(UnitRow, UnitRow.id == CaseRow.unit_id)
        .order_by(keys.c.case_id.desc())
    )
