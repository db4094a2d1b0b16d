"""Marking a dossier as urgent, and no longer: its open work is shown first."""

from __future__ import annotations

from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import CaseState
from engine.persistence.cases import lock_case
from engine.persistence.tables import CaseRow
from engine.persistence.work import hurry_offers
from engine.services import notifying
from engine.services.act import Act
from engine.services.casework import Casework, open_case

REASON_LENGTH = 300


def hurry(act: Act, case_id: int, reason: str) -> CaseRow:
    """Marks a case as urgent, with its open work; who holds that is told.

    1. permission (supervisors, heads); 2. the case must be under way and not urgent yet; 3. mark;
    4. tell; 5. journal. Raises NotFound, NotPermitted, Conflict, Misuse.
    """
    work, reason = _take_up(act, case_id, reason, urgent=True)
    work.note(Journalled.CASE_HURRIED, None, reason=reason)
    said = say(
        "Hồ sơ %(code)s được đánh dấu là gấp: %(reason)s", code=work.case.code, reason=reason
    )
    for task in work.tasks.values():
        if task.row.assignee_id is not None:
            notice = Notice(Kind.REMINDER, said, case_id, task.row.id)
            notifying.tell(act, [task.row.assignee_id], notice)
    work.write_journal()
    return work.case


def unhurry(act: Act, case_id: int, reason: str) -> CaseRow:
    """Takes the mark off. Raises NotFound, NotPermitted, Conflict, Misuse."""
    work, reason = _take_up(act, case_id, reason, urgent=False)
    work.note(Journalled.CASE_UNHURRIED, None, reason=reason)
    work.write_journal()
    return work.case


def _take_up(act: Act, case_id: int, reason: str, *, urgent: bool) -> tuple[Casework, str]:
    work = open_case(act, lock_case(act.session, case_id))
    require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    require(act.actor, Permission.CASE_HURRY, work.surroundings.subject)
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH:
        raise Misuse(say("Hãy ghi lý do (tối đa %(most)s ký tự).", most=REASON_LENGTH))
    if work.case.state == CaseState.FINISHED:
        raise Conflict(say("Hồ sơ này đã kết thúc."))
    if work.case.urgent == urgent:
        already = say("Hồ sơ này đã được đánh dấu là gấp từ trước.")
        raise Conflict(already if urgent else say("Hồ sơ này không còn được đánh dấu là gấp."))
    work.case.urgent = urgent
    hurry_offers(act.session, case_id, urgent=urgent)
    return work, reason
