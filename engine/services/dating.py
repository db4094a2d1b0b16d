"""The date of a case: its legal term, the receipts that promise it, the work sorted by it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.domain.clock import local_day
from engine.domain.deadlines import Deadline
from engine.domain.durations import ByAppointment
from engine.domain.explanations import Explanation, day_text
from engine.domain.journal import Act as Journalled
from engine.domain.legal_clock import Pause
from engine.domain.messages import say
from engine.persistence.tables import RECEIPT_REASON_LENGTH, ReceiptRow
from engine.persistence.work import follow_case_due
from engine.persistence.worklists import FAR
from engine.services import expecting, projecting, reminding, standing
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
    date is the expected one.
    """
    case = work.case
    if case.accepted_at is None:
        return
    before = case.due_term
    term = projecting.stated_term(work.version.drawing, work.facts())
    changed = before != (str(term) if term else expecting.EXPECTED)
    if not changed and not resumed:
        return
    pauses = standing.spans(work) if before else []
    if term is not None:
        calendar = work.calendar(case.unit_id)
        deadline = projecting.term_deadline(term, case.accepted_at, calendar, pauses)
    elif before:
        deadline = expecting.moved_deadline(work, pauses)
    else:
        deadline = expecting.expected_deadline(work)
    moved = promise(work, deadline, str(term or expecting.EXPECTED), expected=term is None)
    if not before:
        issue_receipt(work)
    elif not last and (changed or moved):
        reasons = [_why_changed(work, before, element)] if changed else []
        issue_receipt(work, *reasons, *(_why_resumed(work, pauses) if resumed else ()))


def promise(work: Casework, deadline: Deadline, term: str, *, expected: bool = False) -> bool:
    """Writes the case's date; tasks due by appointment move with it. Whether it moved."""
    case, before = work.case, work.case.due_at
    case.due_at, case.due_term, case.due_expected = deadline.due_at, term, expected
    case.due_explanation = deadline.explanation.to_json()
    if before == case.due_at:
        return False
    if before is not None:
        work.note(Journalled.TERM_CHANGED, None, term=term, due=case.due_at.isoformat())
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
