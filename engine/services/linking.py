"""Dossiers that belong together: linked with a reason, and unlinked; both journals say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from engine.domain.access import CaseSubject, Permission, allows, require
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.persistence.cases import lock_case, surroundings
from engine.persistence.persons import seen_by
from engine.persistence.tables import CaseApartRow, CaseLinkRow, CaseRow, UnitRow
from engine.services.act import Act
from engine.services.casework import Casework, open_case

REASON_LENGTH = 300


@dataclass(frozen=True)
class Linked:
    """A dossier that this one is linked to; of one that the reader may not see, the least."""

    case_id: int
    code: str
    unit_name: str
    reason: str
    at: datetime
    seen: bool
    applicant: str
    subject: str
    state: str
    outcome: str | None


def links_of(act: Act, case_id: int) -> list[Linked]:
    """The dossiers linked to one that the actor sees (the caller has asked), the latest first."""
    rows = act.session.execute(
        select(CaseRow, UnitRow.name, CaseLinkRow, seen_by(CaseRow.id, act.actor).label("seen"))
        .join(
            CaseLinkRow,
            or_(
                and_(CaseLinkRow.case_id == case_id, CaseLinkRow.other_id == CaseRow.id),
                and_(CaseLinkRow.other_id == case_id, CaseLinkRow.case_id == CaseRow.id),
            ),
        )
        .join(UnitRow, UnitRow.id == CaseRow.unit_id)
        .order_by(CaseLinkRow.at.desc(), CaseRow.id)
    )
    return [
        Linked(
            case_id=case.id,
            code=case.code,
            unit_name=unit,
            reason=link.reason,
            at=link.at,
            seen=bool(seen),
            applicant=case.applicant if seen else "",
            subject=case.subject if seen else "",
            state=case.state if seen else "",
            outcome=case.outcome if seen else None,
        )
        for case, unit, link, seen in rows
    ]


def may_link(act: Act, subject: CaseSubject) -> bool:
    """Whether the actor may link a dossier with others."""
    return allows(act.actor, Permission.CASE_LINK, subject)


def case_of_code(act: Act, code: str) -> CaseRow:
    """The dossier of a code, which the actor must see. Raises Misuse naming the code."""
    wanted = " ".join(code.split()).upper()
    found = act.session.scalars(
        select(CaseRow).where(CaseRow.code == wanted, seen_by(CaseRow.id, act.actor))
    ).one_or_none()
    if found is None:
        raise Misuse(
            say(
                "Không thấy hồ sơ mã “%(code)s” trong các hồ sơ bạn được xem. Hãy kiểm tra lại mã.",
                code=wanted[:40],
            )
        )
    return found


def link(act: Act, case_id: int, other_id: int, reason: str) -> None:
    """Links two dossiers.

    1. lock both, the lower id first; 2. permission: to link the first, to see both; 3. they must
    be two and not linked yet; 4. the link, instead of a note that they are no duplicates; 5. the
    journal of both. Raises NotFound, NotPermitted, Conflict, Misuse.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH:
        raise Misuse(say("Hãy ghi lý do (tối đa %(most)s ký tự).", most=REASON_LENGTH))
    if case_id == other_id:
        raise Misuse(say("Không liên kết một hồ sơ với chính nó. Hãy ghi mã hồ sơ khác."))
    work, other = _take_up(act, case_id, other_id)
    pair = _pair(case_id, other_id)
    if act.session.get(CaseLinkRow, pair) is not None:
        raise Conflict(say("Hai hồ sơ này đã được liên kết từ trước."))
    apart = act.session.get(CaseApartRow, pair)
    if apart is not None:
        act.session.delete(apart)
    row = CaseLinkRow(
        case_id=pair[0], other_id=pair[1], reason=reason, at=act.now, by_id=act.actor.user_id
    )
    act.session.add(row)
    work.note(Journalled.CASE_LINKED, None, other=other.case.code, reason=reason)
    other.note(Journalled.CASE_LINKED, None, other=work.case.code, reason=reason)
    work.write_journal()
    other.write_journal()


def unlink(act: Act, case_id: int, other_id: int) -> None:
    """Takes a link away again. Raises NotFound, NotPermitted, Conflict."""
    work, other = _take_up(act, case_id, other_id)
    row = act.session.get(CaseLinkRow, _pair(case_id, other_id))
    if row is None:
        raise Conflict(say("Hai hồ sơ này không còn liên kết với nhau."))
    act.session.delete(row)
    work.note(Journalled.CASE_UNLINKED, None, other=other.case.code)
    other.note(Journalled.CASE_UNLINKED, None, other=work.case.code)
    work.write_journal()
    other.write_journal()


def _take_up(act: Act, case_id: int, other_id: int) -> tuple[Casework, Casework]:
    if case_id == other_id:
        raise NotFound()
    works = {one: open_case(act, lock_case(act.session, one)) for one in _pair(case_id, other_id)}
    subject = surroundings(act.session, case_id).subject
    require(act.actor, Permission.CASE_VIEW, subject)
    require(act.actor, Permission.CASE_VIEW, surroundings(act.session, other_id).subject)
    require(act.actor, Permission.CASE_LINK, subject)
    return works[case_id], works[other_id]


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)
