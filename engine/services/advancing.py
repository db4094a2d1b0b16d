"""Projects what an act did to a case's token tree onto its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from engine.bpmn import execution
from engine.bpmn.execution.advance import Advance, OpenedTimer, OpenedWork
from engine.bpmn.execution.specs import Spec
from engine.bpmn.model import Node
from engine.bpmn.pictures import telling
from engine.domain.deadlines import Deadline
from engine.domain.durations import ByAppointment
from engine.domain.explanations import Explanation
from engine.domain.journal import Act as Journalled
from engine.domain.states import CaseState, TaskState, TimerState, change_case, change_task
from engine.domain.timing import Lap
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence.tables import TaskRow, TimerRow
from engine.persistence.work import NewTask, Post, first_opened, open_tasks, remove_offers
from engine.services import apologies, dating, reminding, routing, standing
from engine.services.casework import Casework
from engine.services.listing import leaving
from engine.services.projecting import Closed, Dossier, Facts, Opening, Waiting, timer_fires

#: Their tokens wait in the drawing, whatever became of the rows.
_STILL_WAITING = (TimerState.WAITING, TimerState.PARKED, TimerState.GIVEN_UP)


def project(
    work: Casework,
    advance: Advance,
    closed: TaskRow | None,
    fired: TimerRow | None = None,
) -> list[tuple[str, str | None]]:
    """Writes what `advance` says onto the rows of the case.

    It was caused by the task `closed`, by the timer `fired`, or by starting the drawing. What
    follows from it, and in which order, `projecting` decides.
    Returns the elements of the tasks that opened, with their deadlines, for the journal.
    """
    case = _StoredDossier(work, closed, fired)
    case.carry_on(advance, _closed(closed, fired))
    remove_offers(work.act.session, case.ended_tasks)
    leaving.settle(work)
    return case.opened


def _closed(task: TaskRow | None, timer: TimerRow | None) -> Closed | None:
    if task is not None:
        return Closed(task.token, task.process, task.element, task.round)
    if timer is not None:
        return Closed(timer.token, timer.process, timer.element, timer=True, planned=timer.fires_at)
    return None


def find_moment(work: Casework, timer: TimerRow) -> bool:
    """Looks anew for the moment of a claimed timer that had none; whether it has come.

    Where it has not, the timer waits for it. Raises what projecting.UNTOLD lists.
    """
    version, node = work.version, work.version.node(timer.process, timer.element)
    waiting = execution.waiting(version.spec, work.case.state_text)[1]
    lap = next((one.lap for one in waiting if one.token == timer.token), 1)
    round_ = work.case.rounds.get(version.key(timer.process, timer.element), 1)
    calendar = work.calendar(work.case.unit_id)
    fires = timer_fires(node, work.facts(round_), timer.opened_at, calendar, Lap(lap))
    timer.fires_at = timer.try_at = fires.due_at
    timer.explanation = fires.explanation.to_json()
    timer.attempts = 0
    if not node.due:  # otherwise its own was told when it opened
        _remember_due(work, timer.process, node, fires)
    if fires.due_at > work.act.now:
        timer.state, timer.closed_at = TimerState.WAITING, None
        _note_opened(work, timer)
        return False
    return True


def _note_opened(work: Casework, timer: TimerRow) -> None:
    name, until = timer.name or timer.element, timer.fires_at.isoformat()
    work.note(Journalled.TIMER_OPENED, timer.element, timer=name, until=until)


def _remember_due(work: Casework, process: str, node: Node, deadline: Deadline) -> None:
    """Kept where another step shares it: a case's row is written by every act."""
    case, version = work.case, work.version
    if (process, node.id) in version.shared_dues:
        key = version.key(process, node.id)
        case.step_dues = {**case.step_dues, key: deadline.explanation.to_json()}


class _StoredDossier(Dossier):
    """A dossier kept in rows."""

    def __init__(self, work: Casework, closed: TaskRow | None, fired: TimerRow | None) -> None:
        self._work = work
        self._predecessor = closed
        self._posts: dict[str, tuple[Post, ...]] = {}  # by token
        self.ended_tasks = [] if closed is None else [closed.id]
        self._ended_timers = [] if fired is None else [fired.id]
        self.opened: list[tuple[str, str | None]] = []

    # --- what it knows ----------------------------------------------------------------------------

    @property
    def spec(self) -> Spec:
        return self._work.version.spec

    @property
    def now(self) -> datetime:
        return self._work.act.now

    @property
    def accepted_at(self) -> datetime | None:
        return self._work.case.accepted_at

    @property
    def promised(self) -> Deadline | None:
        return dating.promised(self._work)

    @property
    def calendar(self) -> WorkingCalendar:
        return self._work.calendar(self._work.case.unit_id)

    def calendar_of(self, work: OpenedWork) -> WorkingCalendar:
        node = self.spec.node(work.process, work.element)
        posts = routing.posts_for(self._work, work.process, node, self._predecessor)
        self._posts[work.token] = posts
        return self._work.calendar(posts[0][1])

    def facts(self, round_: int | None = None) -> Facts:
        return self._work.facts(round_)

    def due_of(self, process: str, element: str) -> Deadline | None:
        stored = self._work.case.step_dues.get(self._work.version.key(process, element))
        if stored is None:
            return None
        explanation = Explanation.from_json(stored)
        return Deadline(explanation.due, explanation)

    def first_opened(self, process: str, element: str) -> datetime | None:
        """Of what was done before a dossier was brought in, nothing is known but its receipt."""
        case, key = self._work.case, self._work.version.key(process, element)
        if key not in case.rounds:
            return None
        found = first_opened(self._work.act.session, case.id, process, element)
        return found or case.received_at

    def waiting(self) -> list[Waiting]:
        """Timers are looked for only where a drawing has any that would stop the clock."""
        found = [
            Waiting(token, task.row.process, task.row.element)
            for token, task in self._work.tasks.items()
        ]
        if self._work.version.pausing_timers:
            rows = self._work.act.session.execute(
                select(TimerRow.token, TimerRow.process, TimerRow.element).where(
                    TimerRow.case_id == self._work.case.id, TimerRow.state.in_(_STILL_WAITING)
                )
            )
            found += [Waiting(row.token, row.process, row.element) for row in rows]
        return found

    def stands_still(self) -> bool:
        return bool(standing.open_pauses(self._work))

    # --- what it writes down ----------------------------------------------------------------------

    def keep(self) -> None:
        case, advance = self._work.case, self.advance
        case.state_text = advance.state
        if advance.decided:
            case.data = {**case.data, **advance.decided}

    def withdraw(self, tokens: frozenset[str]) -> None:
        """Closes tasks and timers that ended without being done or fired."""
        work = self._work
        tasks = [work.tasks.pop(token).row for token in tokens if token in work.tasks]
        for task in tasks:
            task.state = change_task(TaskState(task.state), TaskState.WITHDRAWN)
            task.closed_at, task.draft, task.remind_at = work.act.now, None, None
            self.ended_tasks.append(task.id)
            work.note(Journalled.TASK_WITHDRAWN, task.element, task=task.name)
        timers = set(tokens) - {task.token for task in tasks}
        if not timers:
            return
        rows = work.act.session.execute(
            update(TimerRow)
            .where(
                TimerRow.case_id == work.case.id,
                TimerRow.token.in_(timers),
                TimerRow.state.in_(_STILL_WAITING),
            )
            .values(state=TimerState.WITHDRAWN, closed_at=work.act.now)
            .returning(TimerRow.id, TimerRow.element, TimerRow.name),
            execution_options={"synchronize_session": False},
        )
        for row in rows:
            self._ended_timers.append(row.id)
            work.note(Journalled.TIMER_WITHDRAWN, row.element, timer=row.name)

    def accept(self) -> None:
        self._work.case.accepted_at = self.now
        self._work.note(Journalled.CASE_ACCEPTED, self.closed.element if self.closed else None)

    def begin_pauses(self, waiting: Sequence[Waiting]) -> None:
        tokens = {one.token for one in waiting}
        for token in tokens & self._work.tasks.keys():
            task = self._work.tasks[token].row
            standing.begin_pause(self._work, task.name, task.element, task_id=task.id)
        timers = tokens - self._work.tasks.keys()
        if timers:
            rows = self._work.act.session.scalars(
                select(TimerRow).where(
                    TimerRow.case_id == self._work.case.id, TimerRow.token.in_(timers)
                )
            )
            for row in rows.all():
                self._begin_pause_of(row)

    def _begin_pause_of(self, timer: TimerRow) -> None:
        reason = timer.name or timer.element
        standing.begin_pause(self._work, reason, timer.element, timer_id=timer.id)

    def end_pauses(self, tokens: set[str] | None) -> bool:
        """What the tokens closed is known by its rows."""
        if tokens is None:
            return standing.end_all_pauses(self._work)
        return standing.end_pauses_of(self._work, self.ended_tasks, self._ended_timers)

    def settle_term(self, *, resumed: bool) -> None:
        closed, last = self.closed, self.advance.finished
        element = closed.element if closed and not closed.timer else None
        dating.settle_term(self._work, element, resumed=resumed, last=last)

    def next_round(self, one: OpenedWork | OpenedTimer) -> int:
        case, key = self._work.case, self._work.version.key(one.process, one.element)
        round_: int = case.rounds.get(key, 0) + 1
        case.rounds = {**case.rounds, key: round_}
        return round_

    def remember_due(self, process: str, node: Node, deadline: Deadline) -> None:
        _remember_due(self._work, process, node, deadline)

    def open_timer(self, opening: Opening) -> None:
        """One whose moment cannot be told is due at once: firing it looks for the moment again."""
        work, node, fires = self._work, opening.node, opening.fires
        fires_at = fires.due_at if fires else work.act.now
        row = TimerRow(
            case_id=work.case.id,
            token=opening.token,
            process=opening.process,
            element=node.id,
            name=telling.title(work.drawing(opening.process), node),
            state=TimerState.WAITING,
            opened_at=work.act.now,
            fires_at=fires_at,
            try_at=fires_at,
            explanation=fires.explanation.to_json() if fires else None,
        )
        work.act.session.add(row)
        if fires:
            _note_opened(work, row)
        if opening.pauses:
            work.act.session.flush()  # gives the id that the pause is known by
            self._begin_pause_of(row)

    def open_works(self, openings: Sequence[Opening]) -> None:
        work = self._work
        beginning = any(opening.pauses for opening in openings)
        still_since = standing.still_since(work, beginning=beginning)
        tasks = [self._new_task(opening, still_since) for opening in openings]
        ids = open_tasks(work.act.session, tasks)
        for opening, task, task_id in zip(openings, tasks, ids, strict=True):
            if opening.pauses:
                standing.begin_pause(work, task.name, task.element, task_id=task_id)
        units = [unit_id for task in tasks for _, unit_id in task.offers]
        routing.let_units_see(work, units, self._predecessor)
        self.opened = [
            (task.element, task.due_at.isoformat() if task.due_at else None) for task in tasks
        ]

    def _new_task(self, opening: Opening, still_since: datetime | None) -> NewTask:
        work, node, due = self._work, opening.node, opening.due
        role = work.role_of(opening.process, node)
        filing = work.version.is_filing(opening.process, node.id)
        if opening.round > 1 and filing and not self.accepted_at:
            work.note(Journalled.SUPPLEMENT_ASKED, node.id)
        by_case = isinstance(due.drawn, ByAppointment)
        offers = self._posts[opening.token]
        ladder_id, remind_at = reminding.plan_new_task(
            work, role.id, offers[0][1], due.at, waits=by_case and still_since is not None
        )
        return NewTask(
            case_id=work.case.id,
            token=opening.token,
            process=opening.process,
            element=node.id,
            name=node.name,
            external=not role.internal,
            role=role.id,
            round=opening.round,
            opened_at=work.act.now,
            due_at=due.at,
            due_text=due.text,
            due_explanation=due.deadline.explanation.to_json() if due.deadline else None,
            sort_due=dating.sort_due(work, None if by_case else due.at, still_since),
            offers=offers,
            by_case=by_case,
            procedure_key=work.case.procedure_key,
            urgent=work.case.urgent,
            ladder_id=ladder_id,
            remind_at=remind_at,
        )

    def settle_state(self) -> None:
        dating.settle_state(self._work)

    def finish(self) -> None:
        """The drawing has withdrawn all its work; pauses have ended with it."""
        work, case, advance = self._work, self._work.case, self.advance
        if case.accepted_at is None:
            work.note(Journalled.CASE_REFUSED)
        case.state = change_case(CaseState(case.state), CaseState.FINISHED)
        case.outcome, case.finished_at, case.remind_at = advance.outcome, work.act.now, None
        apologies.drop_draft(work)
        end = work.version.drawing.nodes.get(advance.outcome or "")
        work.note(Journalled.CASE_FINISHED, advance.outcome, outcome=end.name if end else "")
