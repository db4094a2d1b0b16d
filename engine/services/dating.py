"""The date of a case: its legal term, the receipts that promise it, the work sorted by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.domain.clock import local_day
from engine.domain.deadlines import Deadline
from engine.domain.durations import ByAppointment, Duration, parse_duration
from engine.domain.explanations import Explanation, day_text
from engine.domain.extensions import extended
from engine.domain.journal import Act as Journalled
from engine.domain.legal_clock import Pause
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.persistence.tables import RECEIPT_REASON_LENGTH, ReceiptRow
from engine.persistence.work import follow_case_due
from engine.persistence.worklists import FAR
from engine.services import apologies, expecting, notifying, projecting, reminding, standing
from engine.services.casework import Casework


def promised(work: Casework) -> Deadline | None:
    """The date of the case as it stands."""
    stored = work.case.due_explanation
    if work.case.due_at is None or stored is None:
        return None
    return Deadline(work.case.due_at, Explanation.from_json(stored))


def settle_term(
    work: Casework, element: str | None = None, *, resumed: bool = False, last: bool = False
) -> None:
    """Evaluates the legal term of an accepted case anew.

    1. choose the stated alternative that holds now; 2. when it is another one than before, or the
    clock runs again (`resumed`), count it anew; 3. write the date, and what hangs on it; 4. a
    receipt for a term that changed and for a date that a standstill moved, each with its reason
    (none at the end of the case: there is nothing left to promise). Where no term is stated the
    date is the expected one; where no step has a time either, the case has none.
    """
    case = work.case
    if case.accepted_at is None:
        return
    before = case.due_term
    term = term_now(work)
    changed = before != (str(term) if term else expecting.EXPECTED)
    if not changed and not resumed:
        return
    pauses = standing.spans(work) if before else []
    deadline = counted(work, term, pauses)
    moved = promise(work, deadline, str(term or expecting.EXPECTED), expected=term is None)
    if not before:
        issue_receipt(work)
    elif not last and (changed or moved):
        reasons = [_why_changed(work, before, element)] if changed else []
        issue_receipt(work, *reasons, *(_why_resumed(work, pauses) if resumed else ()))


def term_now(work: Casework) -> Duration | None:
    """The stated alternative that holds now; None where the drawing states no term."""
    return projecting.stated_term(work.version.drawing, work.facts())


def counted(work: Casework, term: Duration | None, pauses: Sequence[Pause]) -> Deadline | None:
    """The date of an accepted case: its term, then its standstills, then its extension.

    None where nothing says how long the procedure may take.

    Standstills lengthen the term and, once that is over, the extension; an extension that was
    granted stays, whatever the term becomes: it is counted from the date that the term has then.
    """
    case = work.case
    if case.accepted_at is None:
        raise ValueError("a case has no date before acceptance")
    calendar = work.calendar(case.unit_id)
    deadline: Deadline | None
    if term is not None:
        deadline = projecting.term_deadline(term, case.accepted_at, calendar, pauses)
    elif not case.due_term:
        deadline = expecting.expected_deadline(work)
    elif case.due_at is None:
        deadline = None
    else:
        deadline = expecting.moved_deadline(work, pauses)
    extension = work.standstills.extension if case.due_term else None
    if deadline is None or extension is None:
        return deadline
    still = projecting.standstills(pauses)
    return extended(deadline, parse_duration(extension), calendar, still)


def promise(
    work: Casework, deadline: Deadline | None, term: str, *, expected: bool = False
) -> bool:
    """Writes the case's date; tasks due by appointment move with it. Whether it moved."""
    before = work.case.due_at
    work.case.due_term, work.case.due_expected = term, expected
    if deadline is None or not move(work, deadline):
        return False
    if before is not None:
        due = deadline.due_at.isoformat()
        work.note(Journalled.TERM_CHANGED, None, term=term, due=due)
    return True


def move(work: Casework, deadline: Deadline) -> bool:
    """Another date, or another reason for it, by the same term. Whether the date is another.

    The draft of a thư xin lỗi for a date that became a later one is not needed any more; its tasks
    by appointment move with the case.
    """
    case, before = work.case, work.case.due_at
    case.due_at, case.due_explanation = deadline.due_at, deadline.explanation.to_json()
    if before == case.due_at:
        return False
    if before is not None:
        apologies.follow_date(work)
    shared = projecting.by_appointment(deadline)
    for task in work.tasks.values():
        if task.row.due_text == str(ByAppointment()) and shared is not None:
            task.row.due_at = shared.due_at
            task.row.due_explanation = shared.explanation.to_json()
    return True


def issue_receipt(work: Casework, *reasons: str) -> None:
    """One more receipt (BM 01) for the case's date as it is now; the first needs no reason."""
    case, session = work.case, work.act.session
    if case.due_at is None or case.due_explanation is None:
        return
    number, reason = case.receipt_number + 1, " ".join(reasons)[:RECEIPT_REASON_LENGTH]
    case.receipt_number = number
    session.add(
        ReceiptRow(
            case_id=case.id,
            number=number,
            issued_at=work.act.now,
            due_at=case.due_at,
            term=case.due_term,
            reason=reason,
            explanation=case.due_explanation,
        )
    )
    due = case.due_at.isoformat()
    work.note(Journalled.RECEIPT_ISSUED, None, number=number, due=due, reason=reason)


def tell_moved(work: Casework, before: datetime | None) -> None:
    """Whoever holds open work of the case is told that somebody's act moved its date."""
    case = work.case
    if before is None or case.due_at is None or case.due_at == before:
        return
    message = say(
        "Ngày hẹn trả của hồ sơ %(code)s chuyển từ %(before)s sang %(after)s.",
        code=case.code,
        before=day_text(local_day(before)),
        after=day_text(local_day(case.due_at)),
    )
    held = {task.row.assignee_id for task in work.tasks.values()}
    told = [user_id for user_id in held if user_id is not None]
    notifying.tell(work.act, told, Notice(Kind.DATE_MOVED, message, case_id=case.id))


# --- sorting -------------------------------------------------------------------------------------


def sort_due(work: Casework, own: datetime | None, still_since: datetime | None) -> datetime:
    """The moment by which an open task of the case is sorted: its own or the case's, the earlier.

    While the clock stands still the case has no date, unless it had passed before.
    """
    due_at = work.case.due_at
    if due_at is None or (still_since is not None and due_at >= still_since):
        due_at = FAR
    return min(own or FAR, due_at)


def settle_state(work: Casework) -> None:
    """The case's state; its open work moves in the queues when that or the date changed."""
    case, still_since = work.case, standing.still_since(work)
    standing.settle_state(work)
    if (case.state, case.due_at) == work.sorted_by:
        return
    reminding.replan_case(work)
    if work.tasks:
        follow_case_due(work.act.session, case.id, sort_due(work, None, still_since))


# --- reasons -------------------------------------------------------------------------------------


def _why_changed(work: Casework, before: str, element: str | None) -> str:
    node = work.version.drawing.nodes.get(element or "")
    return str(
        say(
            "Thời hạn giải quyết đổi từ %(before)s thành %(after)s sau bước %(step)s.",
            before=before,
            after=work.case.due_term,
            step=f"{node.id} – {node.name}" if node else "",
        )
    )


def _why_resumed(work: Casework, pauses: Iterable[Pause]) -> list[str]:
    return [
        str(
            say(
                "Tạm dừng tính thời hạn từ %(start)s đến %(end)s.",
                start=day_text(local_day(pause.starts_at)),
                end=day_text(local_day(pause.ends_at)),
            )
        )
        for pause in projecting.standstills(pauses)
        if pause.ends_at == work.act.now
    ]
