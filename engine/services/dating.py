"""When a step of a case is due, when its legal term ends, and the receipts that promise it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from engine.bpmn.expressions import holds
from engine.bpmn.model import Node
from engine.domain.deadlines import Deadline, legal_deadline, step_deadline, timer_moment
from engine.domain.durations import (
    ByAppointment,
    SameAs,
    choose,
    parse_alternatives,
    parse_due,
    parse_duration,
)
from engine.domain.journal import Act as Journalled
from engine.domain.legal_clock import Pause
from engine.domain.messages import say
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence import cases
from engine.persistence.tables import CaseRow, OfferRow, ReceiptRow
from engine.persistence.work import follow_case_due
from engine.persistence.worklists import FAR
from engine.services import expecting
from engine.services.casework import Casework

REASON_LENGTH = 300


@dataclass(frozen=True)
class StepDue:
    """When a step is due, in the words drawn, with the explanation when a count gave it."""

    text: str = ""
    at: datetime | None = None
    explanation: dict[str, Any] | None = None


def chosen(text: str | None, facts: Mapping[str, object]) -> str | None:
    """The alternative of a drawn text whose condition holds for a case."""
    return choose(parse_alternatives(text), lambda when: holds(when, facts)) if text else None


def step_due(
    work: Casework, node: Node, process: str, round_: int, calendar: WorkingCalendar
) -> StepDue:
    """When a step that opens now is due; an empty due when nothing is drawn.

    A step due by appointment has no explanation of its own: the case's term explains it.
    """
    text = chosen(node.due, work.facts(round_))
    if text is None:
        return StepDue()
    due = parse_due(text)
    if isinstance(due, ByAppointment):
        return StepDue(str(due), work.case.due_at)
    if isinstance(due, SameAs):
        stored = work.case.step_dues.get(work.version.key(process, due.element))
        return StepDue(str(due), datetime.fromisoformat(stored) if stored else None)
    deadline = step_deadline(due, work.act.now, calendar)
    return StepDue(str(due), deadline.due_at, deadline.explanation.to_json())


def timer_due(work: Casework, node: Node, round_: int, calendar: WorkingCalendar) -> Deadline:
    """When a timer that begins to wait now fires."""
    return timer_moment(chosen(node.timer, work.facts(round_)) or "", work.act.now, calendar)


def sort_due(case: CaseRow, due_at: datetime | None) -> datetime:
    """The moment by which an open task of the case is sorted."""
    return due_at or case.due_at or FAR


def settle_term(work: Casework, element: str | None = None, *, moved: bool = False) -> None:
    """Evaluates the legal term of an accepted case anew.

    1. choose the stated alternative that holds now; 2. when it is another one than before, or a
    pause has ended (`moved`), count it again; 3. write the date, and what hangs on it; 4. a term
    that changed issues a new receipt with its reason. Where no term is stated the date is the
    expected one, promised once.
    """
    case = work.case
    if case.accepted_at is None:
        return
    text = chosen(work.version.drawing.legal_term, work.facts())
    if text is None:
        _settle_expected(work, moved)
        return
    duration, before = parse_duration(text), case.due_term
    changed = str(duration) != before
    if not changed and not moved:
        return
    pauses = work.pauses if before else []
    deadline = legal_deadline(
        duration,
        case.accepted_at,
        work.calendar(case.unit_id),
        [Pause(pause.starts_at, pause.ends_at) for pause in pauses],
    )
    promise(work, deadline, str(duration))
    if changed:
        issue_receipt(work, _why_changed(work, before, element) if before else "")


def _settle_expected(work: Casework, moved: bool) -> None:
    if work.case.due_at is None:
        promise(work, expecting.expected_deadline(work), expecting.EXPECTED, expected=True)
        issue_receipt(work, "")
    elif moved:
        promise(work, expecting.later(work), expecting.EXPECTED, expected=True)


def promise(work: Casework, deadline: Deadline, term: str, *, expected: bool = False) -> None:
    """Writes the case's date; tasks sorted by it, and those due by appointment, move with it."""
    case, before = work.case, work.case.due_at
    case.due_at, case.due_term, case.due_expected = deadline.due_at, term, expected
    case.due_explanation = deadline.explanation.to_json()
    if before == case.due_at:
        return
    if before is not None:
        work.note(Journalled.TERM_CHANGED, None, term=term, due=case.due_at.isoformat())
    if work.tasks:
        _move_what_hangs_on(work, case.due_at)


def issue_receipt(work: Casework, reason: str) -> None:
    """One more receipt (BM 01) for the case's date as it is now; the first needs no reason."""
    case, session = work.case, work.act.session
    if case.due_at is None or case.due_explanation is None:
        return
    number = len(cases.receipts(session, case.id)) + 1 if reason else 1
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


def _move_what_hangs_on(work: Casework, due_at: datetime) -> None:
    session = work.act.session
    follow_case_due(session, work.case.id, due_at)
    for open_task in work.tasks.values():
        task = open_task.row
        if task.due_text == str(ByAppointment()):
            task.due_at = due_at
            session.execute(
                update(OfferRow)
                .where(OfferRow.task_id == task.id)
                .values(due_at=due_at, sort_due=due_at),
                execution_options={"synchronize_session": False},
            )


def _why_changed(work: Casework, before: str, element: str | None) -> str:
    """In one sentence, cut where steps and terms have names too long for it."""
    node = work.version.drawing.nodes.get(element or "")
    sentence = say(
        "Thời hạn giải quyết đổi từ %(before)s thành %(after)s sau bước %(step)s.",
        before=before,
        after=work.case.due_term,
        step=f"{node.id} – {node.name}" if node else "",
    )
    return str(sentence)[:REASON_LENGTH]
