"""Projects what an act did to a case's token tree onto its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import update

from engine.bpmn.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.expressions import holds
from engine.domain.journal import Act as Journalled
from engine.domain.states import CaseState, TaskState, TimerState, change_case, change_task
from engine.persistence.tables import TaskRow, TimerRow
from engine.persistence.work import NewTask, open_tasks, remove_offers
from engine.services import dating, routing, standing
from engine.services.casework import Casework


def project(
    work: Casework,
    advance: Advance,
    closed: TaskRow | None,
    fired: TimerRow | None = None,
) -> list[tuple[str, str | None]]:
    """Writes what `advance` says onto the rows of the case.

    It was caused by the task `closed`, by the timer `fired`, or by starting the drawing.

    Returns the elements of the tasks that opened, with their deadlines, for the journal.

    1. the state text and what decision tables decided; 2. close what was withdrawn; 3. acceptance;
    4. end the pauses of what closed; 5. the legal term; 6. open timers; 7. open tasks with their
    deadlines and offers, and the pauses they begin; 8. the case's state, or its end.
    """
    case = work.case
    case.state_text = advance.state
    if advance.decided:
        case.data = {**case.data, **advance.decided}
    ended, waits = _withdraw(work, advance.withdrawn)
    if fired is not None:
        waits.append(_wait_reason(work, fired.process, fired.element))
    if closed is not None:
        ended.append(closed.id)
        _accept(work, closed)
    resumed = standing.end_pauses_of(work, ended, waits)
    dating.settle_term(work, closed.element if closed else None, moved=resumed)
    for timer in advance.timers:
        _open_timer(work, timer)
    opened = _open_works(work, advance.opened, closed)
    remove_offers(work.act.session, ended)
    if advance.finished:
        _finish(work, advance.outcome)
    else:
        standing.settle_state(work)
    return opened


def _withdraw(work: Casework, tokens: Collection[str]) -> tuple[list[int], list[str]]:
    """Closes tasks and timers that ended without being done or fired.

    Returns the tasks' ids, and the reasons of the pauses that the waits may have begun.
    """
    tasks = [work.tasks.pop(token).row for token in tokens if token in work.tasks]
    for task in tasks:
        task.state = change_task(TaskState(task.state), TaskState.WITHDRAWN)
        task.closed_at, task.draft = work.act.now, None
        work.note(Journalled.TASK_WITHDRAWN, task.element, task=task.name)
    waits: list[str] = []
    timers = set(tokens) - {task.token for task in tasks}
    if timers:
        rows = work.act.session.execute(
            update(TimerRow)
            .where(
                TimerRow.case_id == work.case.id,
                TimerRow.token.in_(timers),
                TimerRow.state.in_((TimerState.WAITING, TimerState.PARKED)),
            )
            .values(state=TimerState.WITHDRAWN, closed_at=work.act.now)
            .returning(TimerRow.process, TimerRow.element, TimerRow.name),
            execution_options={"synchronize_session": False},
        )
        for row in rows:
            waits.append(_wait_reason(work, row.process, row.element))
            work.note(Journalled.TIMER_WITHDRAWN, row.element, timer=row.name)
    return [task.id for task in tasks], waits


def _wait_reason(work: Casework, process: str, element: str) -> str:
    return standing.wait_reason(work.version.node(process, element))


def _accept(work: Casework, closed: TaskRow) -> None:
    """Starts the legal clock when the completed step says that the dossier is accepted.

    A drawing in which no step says so accepts by filing.
    """
    case = work.case
    condition = work.version.node(closed.process, closed.element).acceptance
    if work.version.accepts:
        accepted = bool(condition) and holds(condition or "", work.facts(closed.round))
    else:
        accepted = closed.element == work.version.filing.id
    if accepted and case.accepted_at is None:
        case.accepted_at = work.act.now
        work.note(Journalled.CASE_ACCEPTED, closed.element)


def _open_works(
    work: Casework, opened: Iterable[OpenedWork], predecessor: TaskRow | None
) -> list[tuple[str, str | None]]:
    tasks = [_new_task(work, one, predecessor) for one in opened]
    ids = open_tasks(work.act.session, tasks)
    for task, task_id in zip(tasks, ids, strict=True):
        paused = work.version.node(task.process, task.element).clock_paused
        if paused and work.case.accepted_at is not None:
            standing.begin_pause(work, task.name, task_id, task.element)
    units = [unit_id for task in tasks for _, unit_id in task.offers]
    routing.let_units_see(work, units, predecessor)
    return [(task.element, task.due_at.isoformat() if task.due_at else None) for task in tasks]


def _new_task(work: Casework, one: OpenedWork, predecessor: TaskRow | None) -> NewTask:
    case, node = work.case, work.version.node(one.process, one.element)
    role = work.role_of(one.process, node)
    posts = routing.posts_for(work, one.process, node, predecessor)
    key = work.version.key(one.process, one.element)
    round_ = case.rounds.get(key, 0) + 1
    case.rounds = {**case.rounds, key: round_}
    due = dating.step_due(work, node, one.process, round_, work.calendar(posts[0][1]))
    if due.at is not None:
        case.step_dues = {**case.step_dues, key: due.at.isoformat()}
    if round_ > 1 and one.element == work.version.filing.id and case.accepted_at is None:
        work.note(Journalled.SUPPLEMENT_ASKED, one.element)
    return NewTask(
        case_id=case.id,
        token=one.token,
        process=one.process,
        element=one.element,
        name=node.name,
        external=not role.internal,
        role=role.id,
        round=round_,
        opened_at=work.act.now,
        due_at=due.at,
        due_text=due.text,
        due_explanation=due.explanation,
        sort_due=dating.sort_due(case, due.at),
        offers=posts,
    )


def _open_timer(work: Casework, one: OpenedTimer) -> None:
    """A row for a timer that now waits, with its moment; `due`, where drawn, is its budget."""
    case, node = work.case, work.version.node(one.process, one.element)
    calendar = work.calendar(case.unit_id)
    key = work.version.key(one.process, one.element)
    round_ = case.rounds.get(key, 0) + 1
    case.rounds = {**case.rounds, key: round_}
    moment = dating.timer_due(work, node, round_, calendar)
    due = dating.step_due(work, node, one.process, round_, calendar)
    case.step_dues = {**case.step_dues, key: (due.at or moment.due_at).isoformat()}
    work.act.session.add(
        TimerRow(
            case_id=case.id,
            token=one.token,
            process=one.process,
            element=one.element,
            name=node.name,
            state=TimerState.WAITING,
            opened_at=work.act.now,
            fires_at=moment.due_at,
            try_at=moment.due_at,
            explanation=moment.explanation.to_json(),
        )
    )
    until = moment.due_at.isoformat()
    work.note(Journalled.TIMER_OPENED, one.element, timer=node.name or node.id, until=until)
    if node.clock_paused and case.accepted_at is not None:
        standing.begin_pause(work, standing.wait_reason(node), element=one.element)


def _finish(work: Casework, outcome: str | None) -> None:
    """Ends the case. The drawing has withdrawn all its work; pauses made by an act end here."""
    case = work.case
    for pause in standing.open_pauses(work):
        standing.end_pause(work, pause)
    if case.accepted_at is None:
        work.note(Journalled.CASE_REFUSED)
    case.state = change_case(CaseState(case.state), CaseState.FINISHED)
    case.outcome, case.finished_at = outcome, work.act.now
    end = work.version.drawing.nodes.get(outcome or "")
    work.note(Journalled.CASE_FINISHED, outcome, outcome=end.name if end else "")
