"""The dates of one locked case under a confirmed change of the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.clock import local_day
from engine.domain.explanations import day_text
from engine.domain.journal import Act as Journalled
from engine.domain.legal_clock import Pause
from engine.domain.messages import say
from engine.persistence import changes
from engine.persistence.changes import NewMove
from engine.persistence.tables import CaseRow, TaskRow, TimerRow
from engine.persistence.work import OpenTask
from engine.services import calendar_changes, dating, reminding, standing
from engine.services.act import Act
from engine.services.calendar_preview import (
    goes_by_case,
    last_of,
    partner_of,
    place_of,
    term_of,
)
from engine.services.casework import Casework
from engine.services.shifting import Shift, Shifted

#: The date of a case as its journal names it.
OF_THE_CASE = say("Hẹn trả kết quả")


@dataclass(frozen=True)
class Around:
    """What belongs to some locked cases, read together; and the change in words."""

    what: str
    tasks: Mapping[int, dict[str, OpenTask]]
    timers: Mapping[int, Sequence[TimerRow]]
    pauses: Mapping[int, Sequence[Pause]]
    extensions: Mapping[int, str]
    units: Mapping[tuple[int, str, str], int]  # where steps stood that others share the date of


def around(act: Act, change_id: int, cases: Sequence[CaseRow]) -> Around:
    """Everything beside the rows of the cases that their dates hang on."""
    session, ids = act.session, [case.id for case in cases]
    tasks = changes.open_tasks_of_all(session, ids)
    partners = {
        last_of(partner)
        for open_tasks in tasks.values()
        for task in open_tasks.values()
        if (partner := partner_of(task.row.due_text))
    }
    shared = partners | {key.rsplit("/", 1)[-1] for case in cases for key in case.step_dues}
    return Around(
        what=calendar_changes.what(act, calendar_changes.one(act, change_id)),
        tasks=tasks,
        timers=changes.timers_of(session, ids),
        pauses=changes.pauses_of(session, ids),
        extensions=changes.extensions_of(session, ids),
        units=changes.units_of_steps(session, ids, shared) if shared else {},
    )


def redate(act: Act, cases: Sequence[CaseRow], change_id: int, shift: Shift, near: Around) -> int:
    """Moves what has to move of locked cases, with reminders, queues, receipts and journal.

    How many dates: a task due by appointment has its case's and is not counted again.
    Raises CalendarUnknown.
    """
    moved, followed = [], []
    own: dict[int, datetime] = {}
    of_cases: dict[int, datetime] = {}
    for case in cases:
        moving = _Moving(act, case, change_id, shift, near)
        moves = [*moving.term(), *moving.tasks(), *moving.timers()]
        moving.remembered()
        if moves:
            of_cases[case.id] = moving.sorted_by()
        moving.close()
        own |= {move.task_id: move.after for move in moves if move.task_id is not None}
        moved += moves
        followed += moving.followed
    changes.move_offers(act.session, own, of_cases)
    changes.note_moves(act.session, change_id, [*moved, *followed], act.now)
    return len(moved)


class _Moving:
    def __init__(self, act: Act, case: CaseRow, change_id: int, shift: Shift, near: Around) -> None:
        self._act, self._case, self._shift, self._near = act, case, shift, near
        self._change_id = change_id
        self._work = Casework(
            act=act, case=case, version=act.version(case.version_id), tasks=near.tasks[case.id]
        )
        self.followed: list[NewMove] = []  # tasks that have the case's date

    def term(self) -> Iterator[NewMove]:
        """The date of the case, with a new receipt; its tasks by appointment follow."""
        case, work = self._case, self._work
        if case.accepted_at is None or case.due_at is None:
            return
        near = self._near
        term = term_of(
            case,
            near.pauses.get(case.id, ()),
            near.extensions.get(case.id),
            (case.due_explanation or {}).get("working_days"),
        )
        moved = self._shift.term(term, case.due_explanation)
        if moved is None or moved.kept:
            return
        before, after = case.due_at, moved.deadline.due_at
        dating.move(work, moved.deadline)
        self._note(None, str(OF_THE_CASE), before, after)
        dating.issue_receipt(work, str(self._why(before, after)))
        for task in work.tasks.values():
            if goes_by_case(task.row.due_text):
                self.followed.append(NewMove(case.id, task.row.id, None, before, after))
        yield NewMove(case.id, None, None, before, after)

    def tasks(self) -> Iterator[NewMove]:
        """The own dates of open tasks, and reminders that hang on a changed day."""
        for task in self._work.tasks.values():
            row, before = task.row, task.row.due_at
            moved = self._task(row)
            if moved is None or moved.kept or before is None:
                self._remind(row)
                continue
            row.due_at = moved.deadline.due_at
            row.due_explanation = moved.deadline.explanation.to_json()
            reminding.replan_task(self._work, row)
            self._note(row.element, row.name, before, row.due_at)
            yield NewMove(self._case.id, row.id, None, before, row.due_at)

    def _task(self, row: TaskRow) -> Shifted | None:
        if row.due_at is None or row.due_explanation is None or goes_by_case(row.due_text):
            return None
        partner, unit_id = partner_of(row.due_text), row.unit_id
        if partner:
            place = place_of(self._act, self._case.version_id, row.process, partner)
            unit_id = self._unit_of(*place)
        return self._shift.step(row.due_explanation, row.due_at, unit_id)

    def _remind(self, row: TaskRow) -> None:
        at = row.remind_at
        if at is None or not self._shift.concerns(row.unit_id):
            return
        if self._shift.touches(row.opened_at, at):
            reminding.replan_task(self._work, row)

    def timers(self) -> Iterator[NewMove]:
        """Waiting timers fire later or earlier; one that is due already fires as it is."""
        for timer in self._near.timers.get(self._case.id, ()):
            if timer.explanation is None or timer.fires_at <= self._act.now:
                continue
            moved = self._shift.step(timer.explanation, timer.fires_at, self._case.unit_id)
            if moved is None or moved.kept:
                continue
            before, after = timer.fires_at, moved.deadline.due_at
            timer.fires_at = timer.try_at = after
            timer.explanation = moved.deadline.explanation.to_json()
            self._note(timer.element, timer.name or timer.element, before, after)
            yield NewMove(self._case.id, None, timer.id, before, after)

    def remembered(self) -> None:
        """The dates of steps that steps to come will share."""
        case = self._case
        changed: dict[str, Any] = {}
        for key, stored in case.step_dues.items():
            process, _, element = key.rpartition("/")
            process = process or self._work.version.spec.main
            due = datetime.fromisoformat(stored["due"])
            moved = self._shift.step(stored, due, self._unit_of(process, element))
            if moved is not None and not moved.kept:
                changed[key] = moved.deadline.explanation.to_json()
        if changed:
            case.step_dues = {**case.step_dues, **changed}

    def sorted_by(self) -> datetime:
        """The moment that the work of the case is sorted by, unless its own comes earlier."""
        return dating.sort_due(self._work, None, standing.still_since(self._work))

    def close(self) -> None:
        """The reminders of the case, the journal, its row: its state is what it was."""
        case, work = self._case, self._work
        start, at = case.accepted_at or case.received_at, case.remind_at
        hangs_on = at is not None and self._shift.concerns(case.unit_id)
        if case.due_at != work.sorted_by[1] or (
            at is not None and hangs_on and self._shift.touches(start, at)
        ):
            reminding.replan_case(work)
        work.write_journal()

    def _unit_of(self, process: str, element: str) -> int:
        """Where a step stands or stood; a timer's calendar is the case's."""
        return self._near.units.get((self._case.id, process, element), self._case.unit_id)

    def _note(self, element: str | None, name: str, before: datetime, after: datetime) -> None:
        self._work.note(
            Journalled.DEADLINE_MOVED,
            element,
            subject=name,
            before=before.isoformat(),
            after=after.isoformat(),
            change=self._change_id,
            what=self._near.what,
        )

    def _why(self, before: datetime, after: datetime) -> object:
        return say(
            "Lịch làm việc thay đổi (%(what)s): ngày hẹn trả dời từ %(before)s sang %(after)s.",
            what=self._near.what,
            before=day_text(local_day(before)),
            after=day_text(local_day(after)),
        )
