"""Stopping and restarting the legal clock of a case by an act with evidence."""

from __future__ import annotations

from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.deadlines import Deadline
from engine.domain.errors import Conflict
from engine.domain.explanations import day_text
from engine.domain.legal_clock import Pause
from engine.domain.messages import say
from engine.domain.states import CaseState
from engine.persistence.cases import lock_case
from engine.persistence.tables import CaseRow, PauseRow
from engine.ports import UploadedFile
from engine.services import dating, standing
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.evidence import checked_reason, keep_document

EVIDENCE_FIELD = "can_cu_tam_dung"


def pause(act: Act, case_id: int, reason: str, evidence: UploadedFile | None) -> PauseRow:
    """Stops the legal clock of an accepted case; `evidence` is the document that says so.

    1. permission; 2. the case must be accepted, not finished, and not paused by an act already
    (a standstill that the drawing makes may last: the two unite); 3. keep the evidence; 4. begin
    the pause; 5. journal.
    Raises NotFound, NotPermitted, Conflict, Misuse (no reason or no evidence).
    """
    work = _take_up(act, lock_case(act.session, case_id))
    _refuse_unless_running(work)
    said = checked_reason(reason)
    keep_document(work, EVIDENCE_FIELD, evidence)
    begun = standing.begin_pause(work, said)
    dating.settle_state(work)
    work.write_journal()
    return begun


def resume(act: Act, case_id: int) -> PauseRow:
    """Ends the pause made by an act. Raises Conflict when there is none.

    The case's date moves, and is promised anew, once no other pause keeps the clock still.
    """
    work = _take_up(act, lock_case(act.session, case_id))
    standing_still, before = _paused_by_act(work), work.case.due_at
    standing.end_pause(work, standing_still)
    dating.settle_term(work, resumed=not standing.open_pauses(work))
    dating.settle_state(work)
    dating.tell_moved(work, before)
    work.write_journal()
    return standing_still


def refuse_unless_pausable(act: Act, case_id: int) -> None:
    """Raises what `pause` would raise whatever is said: NotFound, NotPermitted, Conflict."""
    _refuse_unless_running(_take_up(act, act.session.get(CaseRow, case_id)))


def foreseen(act: Act, case_id: int) -> Deadline | None:
    """The date that the case would have if it were resumed now; nothing is written.

    None while another pause would keep the clock still. Raises as `resume` does.
    """
    work = _take_up(act, act.session.get(CaseRow, case_id))
    mine = _paused_by_act(work)
    others = [one for one in standing.open_pauses(work) if one is not mine]
    if others:
        return None
    spans = [Pause(one.starts_at, one.ends_at or act.now) for one in standing.spans(work)]
    return dating.counted(work, dating.term_now(work), spans)


def _refuse_unless_running(work: Casework) -> None:
    case = work.case
    if case.state == CaseState.FINISHED:
        raise Conflict(say("Hồ sơ đã kết thúc nên không còn thời hạn để tạm dừng."))
    if case.accepted_at is None:
        raise Conflict(
            say(
                "Hồ sơ chưa được tiếp nhận đầy đủ, hợp lệ nên thời hạn chưa chạy, chưa thể tạm "
                "dừng."
            )
        )
    before = standing.by_act(work)
    if before is not None:
        raise Conflict(
            say(
                "Hồ sơ đang được tạm dừng từ %(day)s (%(reason)s). Hãy cho tính tiếp trước khi "
                "tạm dừng lần nữa.",
                day=day_text(local_day(before.starts_at)),
                reason=before.reason,
            )
        )


def _paused_by_act(work: Casework) -> PauseRow:
    """The pause to end. Raises Conflict that says why there is none."""
    mine = standing.by_act(work)
    if mine is not None:
        return mine
    others = standing.open_pauses(work)
    if others:
        raise Conflict(
            say(
                "Thời hạn đang dừng theo quy trình (%(steps)s) và tự chạy tiếp khi bước đó xong; "
                "không có lần tạm dừng nào để kết thúc.",
                steps=", ".join(one.reason for one in others),
            )
        )
    raise Conflict(say("Hồ sơ này không đang được tạm dừng."))


def _take_up(act: Act, case: CaseRow | None) -> Casework:
    work = open_case(act, case)
    require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    require(act.actor, Permission.CASE_PAUSE, work.surroundings.subject)
    return work
