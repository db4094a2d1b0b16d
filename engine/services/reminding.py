"""When the next rung of a date is reached: planned as work opens and dates move."""

from __future__ import annotations

from datetime import datetime

from engine.domain.durations import ByAppointment
from engine.domain.ladder import Subject
from engine.domain.states import CaseState
from engine.persistence.ladders import ladders
from engine.persistence.tables import TaskRow
from engine.services.casework import Casework


def plan_new_task(
    work: Casework, role: str, unit_id: int, due_at: datetime | None, *, waits: bool
) -> tuple[int | None, datetime | None]:
    """The ladder of a task that opens now, and its first rung's moment.

    None where it has no date, or goes by the date of a case whose clock stands still (`waits`).
    """
    known = ladders(work.act.session)
    ladder_id, ladder = known.choose(Subject.TASK, work.case.procedure_key, role)
    if due_at is None or waits:
        return ladder_id, None
    now = work.act.now
    return ladder_id, ladder.next_moment(0, now, due_at, work.calendar(unit_id))


def replan_task(work: Casework, task: TaskRow) -> None:
    """After the date of an open task moved, or the clock of the case whose date it has."""
    ladder = ladders(work.act.session).of(Subject.TASK, task.ladder_id)
    still = task.due_text == str(ByAppointment()) and work.case.state == CaseState.PAUSED
    if task.due_at is None or still:
        task.remind_at = None
        return
    task.rung = ladder.still_done(task.rung, task.due_at, work.act.now)
    task.remind_at = ladder.next_moment(
        task.rung, task.opened_at, task.due_at, work.calendar(task.unit_id)
    )


def replan_case(work: Casework) -> None:
    """After the state or the date of the case changed; its tasks by appointment follow."""
    case, known = work.case, ladders(work.act.session)
    if case.accepted_at is not None and case.due_at is not None:
        if case.ladder_id is None and case.rung == 0:
            case.ladder_id, _ = known.choose(Subject.CASE, case.procedure_key, None)
        if case.state == CaseState.RUNNING:
            ladder = known.of(Subject.CASE, case.ladder_id)
            case.rung = ladder.still_done(case.rung, case.due_at, work.act.now)
            case.remind_at = ladder.next_moment(
                case.rung, case.accepted_at, case.due_at, work.calendar(case.unit_id)
            )
        else:
            case.remind_at = None
    for task in work.tasks.values():
        if task.row.due_text == str(ByAppointment()):
            replan_task(work, task.row)
