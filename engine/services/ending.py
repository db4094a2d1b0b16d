"""Ending a case before its way does: stopped by the office, or withdrawn by the applicant."""

from __future__ import annotations

from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.errors import Conflict
from engine.domain.explanations import day_text
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.notices import Kind, Notice
from engine.domain.states import CaseState, StopKind, TaskState, change_case, change_task
from engine.persistence import legal_acts
from engine.persistence.cases import lock_case
from engine.persistence.tables import CaseRow, CaseStopRow
from engine.persistence.work import remove_offers
from engine.ports import UploadedFile
from engine.services import apologies, journalling, notifying, standing
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.documents import issuing, kinds
from engine.services.evidence import checked_reason, keep_document
from engine.services.listing import leaving

EVIDENCE_FIELDS = {StopKind.STOPPED: "can_cu_dung", StopKind.WITHDRAWN: "don_rut_ho_so"}
LINES = {
    StopKind.STOPPED: Journalled.CASE_STOPPED,
    StopKind.WITHDRAWN: Journalled.CASE_WITHDRAWN,
}


def stop(act: Act, case_id: int, reason: str, evidence: UploadedFile | None) -> CaseRow:
    """Dừng giải quyết: the office ends the case; `evidence` is the document that says so.

    Raises NotFound, NotPermitted, Conflict (finished already), Misuse (no reason or document).
    """
    work = _take_up(act, lock_case(act.session, case_id), StopKind.STOPPED)
    return _end(work, StopKind.STOPPED, reason, evidence)


def withdraw(act: Act, case_id: int, reason: str, paper: UploadedFile | None) -> CaseRow:
    """Rút hồ sơ: the applicant takes the dossier back; people of the receiving unit record it.

    Raises NotFound, NotPermitted, Conflict (finished already), Misuse (no reason).
    """
    work = _take_up(act, lock_case(act.session, case_id), StopKind.WITHDRAWN)
    return _end(work, StopKind.WITHDRAWN, reason, paper)


def refuse_unless_endable(act: Act, case_id: int, kind: StopKind) -> None:
    """Raises what the act would raise whatever is said: NotFound, NotPermitted, Conflict."""
    _take_up(act, act.session.get(CaseRow, case_id), kind)


def why_ended(act: Act, case: CaseRow) -> Message | None:
    """Why work on the case is gone, for whoever still had it before them; None: another reason."""
    row = legal_acts.stop_of(act.session, case.id) if case.outcome in set(StopKind) else None
    if row is None:
        return None
    told = {
        StopKind.STOPPED: say(
            "Hồ sơ %(code)s đã dừng giải quyết ngày %(day)s (%(reason)s), nên việc này không còn "
            "phải làm. Nội dung bạn vừa nhập không được ghi lại.",
            code=case.code,
            day=day_text(local_day(row.at)),
            reason=row.reason.rstrip("."),
        ),
        StopKind.WITHDRAWN: say(
            "Người nộp đã rút hồ sơ %(code)s ngày %(day)s (%(reason)s), nên việc này không còn "
            "phải làm. Nội dung bạn vừa nhập không được ghi lại.",
            code=case.code,
            day=day_text(local_day(row.at)),
            reason=row.reason.rstrip("."),
        ),
    }
    return told[StopKind(row.kind)]


def _take_up(act: Act, case: CaseRow | None, kind: StopKind) -> Casework:
    work = open_case(act, case)
    subject = work.surroundings.subject
    require(act.actor, Permission.CASE_VIEW, subject)
    if kind is StopKind.STOPPED:
        require(act.actor, Permission.CASE_STOP, subject)
    else:
        require(act.actor, Permission.CASE_WITHDRAW, work.case.unit_id)
    if work.case.state == CaseState.FINISHED:
        raise Conflict(say("Hồ sơ đã kết thúc, không thể dừng hay rút nữa."))
    return work


def _end(work: Casework, kind: StopKind, reason: str, document: UploadedFile | None) -> CaseRow:
    """1. keep the document; 2. end pauses, tasks, timers, offers and incidents; 3. the case's
    state and why, and the notice (mẫu 05) where the office stopped it; 4. tell whoever had its
    work; 5. journal."""
    act, case = work.act, work.case
    said = checked_reason(reason)
    keep_document(work, EVIDENCE_FIELDS[kind], document, required=kind is StopKind.STOPPED)
    standing.end_all_pauses(work)
    holders = _close_work(work)
    case.state = change_case(CaseState(case.state), CaseState.FINISHED)
    case.outcome, case.finished_at, case.remind_at = kind, act.now, None
    apologies.drop_draft(work)
    with journalling.together(act):  # the system's journal is locked last, after list and book
        leaving.settle(work)
        act.session.add(
            CaseStopRow(
                case_id=case.id, kind=kind, reason=said, at=act.now, by_id=act.actor.user_id
            )
        )
        act.session.flush()  # the notice is made from what is stored
        if kind is StopKind.STOPPED and act.app.ports.printer is not None:
            issuing.issue_within(work, kinds.kind_of(kinds.STOP))
    work.lead(LINES[kind], None, reason=said.rstrip("."))
    notifying.tell(act, holders, Notice(Kind.CASE_ENDED, _told(case, kind, said), case_id=case.id))
    work.write_journal()
    return case


def _close_work(work: Casework) -> set[int]:
    """Closes every open task and waiting timer; the users whose tasks they were."""
    act, tasks = work.act, [task.row for task in work.tasks.values()]
    work.tasks.clear()
    for task in tasks:
        task.state = change_task(TaskState(task.state), TaskState.WITHDRAWN)
        task.closed_at, task.draft, task.remind_at = act.now, None, None
        work.note(Journalled.TASK_WITHDRAWN, task.element, task=task.name)
    remove_offers(act.session, [task.id for task in tasks])
    for element, name in legal_acts.withdraw_timers(act.session, work.case.id, act.now):
        work.note(Journalled.TIMER_WITHDRAWN, element, timer=name)
    legal_acts.solve_incidents(act.session, work.case.id, act.now)
    return {task.assignee_id for task in tasks if task.assignee_id is not None}


def _told(case: CaseRow, kind: StopKind, reason: str) -> Message:
    if kind is StopKind.STOPPED:
        return say(
            "Hồ sơ %(code)s đã dừng giải quyết: %(reason)s. Việc của bạn ở hồ sơ này đã khép lại.",
            code=case.code,
            reason=reason.rstrip("."),
        )
    return say(
        "Người nộp đã rút hồ sơ %(code)s: %(reason)s. Việc của bạn ở hồ sơ này đã khép lại.",
        code=case.code,
        reason=reason.rstrip("."),
    )
