"""Stopping and restarting the legal clock of a case by an act with evidence."""

from __future__ import annotations

from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, Misuse
from engine.domain.messages import say
from engine.domain.states import CaseState
from engine.persistence.cases import lock_case
from engine.persistence.tables import PauseRow
from engine.ports import UploadedFile
from engine.services import dating, files, standing
from engine.services.act import Act
from engine.services.casework import Casework, open_case

REASON_LENGTH = 300
EVIDENCE_FIELD = "can_cu_tam_dung"


def pause(act: Act, case_id: int, reason: str, evidence: UploadedFile) -> PauseRow:
    """Stops the legal clock of an accepted case; `evidence` is the document that says so.

    1. permission; 2. the case must be accepted, not finished, and not paused by an act already;
    3. keep the evidence; 4. begin the pause; 5. journal.
    Raises NotFound, NotPermitted, Conflict, Misuse (no reason or no evidence).
    """
    work = _take_up(act, case_id)
    case, reason = work.case, " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH or not evidence.content:
        raise Misuse(say("Tạm dừng tính thời hạn phải có lý do (tối đa 300 ký tự) và văn bản."))
    if case.accepted_at is None or case.state == CaseState.FINISHED or standing.by_act(work):
        raise Conflict(say("Hồ sơ này hiện không thể tạm dừng tính thời hạn."))
    files.keep_files(work, None, {EVIDENCE_FIELD: evidence})
    begun = standing.begin_pause(work, reason)
    dating.settle_state(work)
    work.write_journal()
    return begun


def resume(act: Act, case_id: int) -> PauseRow:
    """Ends the pause made by an act. Raises Conflict when there is none.

    The case's date moves, and is promised anew, once no other pause keeps the clock still.
    """
    work = _take_up(act, case_id)
    standing_still = standing.by_act(work)
    if standing_still is None:
        raise Conflict(say("Hồ sơ này không đang được tạm dừng."))
    standing.end_pause(work, standing_still)
    dating.settle_term(work, resumed=not standing.open_pauses(work))
    dating.settle_state(work)
    work.write_journal()
    return standing_still


def _take_up(act: Act, case_id: int) -> Casework:
    work = open_case(act, lock_case(act.session, case_id))
    require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    require(act.actor, Permission.CASE_PAUSE, work.surroundings.subject)
    return work
