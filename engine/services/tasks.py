"""What an officer does with a task: claim, release, save a draft, complete."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import cast

from sqlalchemy import Table, Update, bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from engine.bpmn import execution
from engine.domain.access import Actor, Permission, TaskSubject, allows
from engine.domain.errors import NotFound, NotPermitted, QuyTrinhError, TaskClosed, TaskTaken
from engine.domain.journal import Act as Journalled
from engine.domain.journal import canonical
from engine.domain.persons import Picks
from engine.domain.states import TaskState
from engine.persistence import people
from engine.persistence.cases import lock_case_of_task
from engine.persistence.tables import CaseRow, TaskRow
from engine.persistence.work import OpenTask, assign
from engine.services import advancing, ending, files, person_parts
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.documents import writing

_TASK = cast(Table, TaskRow.__table__)


def claim(act: Act, task_id: int) -> TaskRow:
    """Takes an open, unclaimed task by conditional update; one's own again changes nothing.

    A task of somebody who holds none of its posts any more is as good as unclaimed.
    Raises NotFound, NotPermitted, TaskTaken, TaskClosed.
    """
    work, task = _take_up(act, task_id, Permission.TASK_CLAIM)
    if task.row.assignee_id == act.actor.user_id:
        return task.row
    if task.row.assignee_id is not None and not left_behind(act, task.subject):
        raise TaskTaken()
    _claim(work, task)
    work.write_journal()
    return task.row


def release(act: Act, task_id: int) -> TaskRow:
    """Puts one's claimed task back into the queue; the draft stays with it."""
    work, task = _take_up(act, task_id, Permission.TASK_CLAIM)
    if task.row.assignee_id is None:
        return task.row
    if task.row.assignee_id != act.actor.user_id:
        raise TaskTaken()
    assign(act.session, task.row, None)
    work.note(Journalled.TASK_RELEASED, task.row.element, task=task.row.name)
    work.write_journal()
    return task.row


def save_draft(act: Act, task_id: int, submission: Mapping[str, object]) -> TaskRow:
    """Keeps a half-filled form with its files; claims a task nobody holds.

    What the form does not ask for is not kept.
    """
    work, task = _take_up(act, task_id, Permission.TASK_COMPLETE)
    _refuse_if_taken(act, task)
    if task.row.assignee_id is None:
        _claim(work, task)
    form = work.version.form_of(task.row.process, task.row.element)
    asked = form.names if form else frozenset()
    said = {name: value for name, value in submission.items() if name in asked}
    task.row.draft = files.keep_draft(work, task_id, said)
    work.write_journal()
    return task.row


def complete(
    act: Act,
    task_id: int,
    submission: Mapping[str, object],
    units: Mapping[str, int] | None = None,
    picks: Picks | None = None,
) -> CaseRow:
    """Completes a task and carries the case on.

    1. lock the case, load its open tasks; 2. permission; the task must be open and nobody
    else's; 3. validate the submission by the form (known: case data, lan_thu, kenh) and keep its
    files; 4. close the task by conditional update; 5. let the drawing go on; 6. project what
    opened and closed, acceptance and legal term included; 7. journal.
    `units` answers an earlier UnitChoiceNeeded: role id -> unit id. `picks` are the persons whom
    the officer chose from those found while typing.
    Raises NotFound, NotPermitted, FormInvalid, UnitChoiceNeeded, TaskClosed, TaskTaken,
    ExecutionFailed.
    """
    work, task = _take_up(act, task_id, Permission.TASK_COMPLETE, units)
    _refuse_if_taken(act, task)
    work.picks = picks or {}
    carry_out(work, task, _answers(work, task.row, submission))
    work.write_journal()
    return work.case


def carry_out(work: Casework, task: OpenTask, answers: Mapping[str, object]) -> None:
    """Steps 4 to 6 of completing: everything between validation and the journal."""
    row, case = task.row, work.case
    _close(work, task, answers)
    _merge(work, row, answers)
    form = work.version.form_of(row.process, row.element)
    person_parts.enter(work.act, case, form, answers, work.picks)
    if work.version.is_filing(row.process, row.element) and row.round > 1:
        case.received_at = work.act.now
        work.note(Journalled.CASE_RESUBMITTED, row.element, round=row.round)
    known = work.facts(row.round)
    advance = execution.complete(work.version.spec, case.state_text, known, row.token)
    opened = advancing.project(work, advance, row)
    writing.settle_signing(work, row)
    work.lead(
        Journalled.TASK_COMPLETED,
        row.element,
        task=row.name,
        round=row.round,
        answers=sha256(canonical(answers)).hexdigest(),
        opened=opened,
        on_behalf_of=row.on_behalf_of_id,
    )


def _take_up(
    act: Act, task_id: int, permission: Permission, units: Mapping[str, int] | None = None
) -> tuple[Casework, OpenTask]:
    """The locked case with one of its open tasks, once the actor may do this to it.

    For a task that is closed there are no offers any more: whoever works in its unit is told so,
    anybody else that they may not. Who may not see the case learns nothing: NotFound, as for a task
    that does not exist.
    """
    work = open_case(act, lock_case_of_task(act.session, task_id), units)
    for task in work.tasks.values():
        if task.row.id == task_id:
            if not allows(act.actor, permission, task.subject):
                raise _refused(work)
            return work, task
    closed = act.session.get_one(TaskRow, task_id)
    if act.actor.is_system or closed.unit_id in act.actor.units:
        raise TaskClosed(ending.why_ended(act, work.case))
    raise _refused(work)


def _refused(work: Casework) -> QuyTrinhError:
    sees = allows(work.act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    return NotPermitted() if sees else NotFound()


def may_take_over(act: Act, subject: TaskSubject) -> bool:
    """Whether a task is the actor's to do among its holders: free, their own, of somebody they
    stand in for, or of somebody who has lost its posts."""
    free_for = (None, act.actor.user_id, *_stood_in_for(act.actor, subject))
    return subject.assignee_id in free_for or left_behind(act, subject)


def left_behind(act: Act, subject: TaskSubject) -> bool:
    """Whether whoever claimed the task holds none of its posts any more."""
    holder = subject.assignee_id
    return holder is not None and not people.still_holds(
        act.session, holder, subject.offers, act.today
    )


def _refuse_if_taken(act: Act, task: OpenTask) -> None:
    if not may_take_over(act, task.subject):
        raise TaskTaken()


def _stood_in_for(actor: Actor, subject: TaskSubject) -> list[int]:
    return [
        post.substitute_for
        for post in actor.posts
        if post.substitute_for is not None and (post.role, post.unit_id) in subject.offers
    ]


def on_behalf_of(actor: Actor, task: OpenTask) -> int | None:
    """The holder whose post the actor fills by doing this task; None when the post is their own."""
    standing_in = _stood_in_for(actor, task.subject)
    if task.row.assignee_id in standing_in:
        return task.row.assignee_id
    own = any(
        post.substitute_for is None and (post.role, post.unit_id) in task.subject.offers
        for post in actor.posts
    )
    return None if own or not standing_in else standing_in[0]


def _claim(work: Casework, task: OpenTask) -> None:
    act, before = work.act, task.row.assignee_id
    stood_in_for = on_behalf_of(act.actor, task)
    _change(work, task, {"assignee_id": act.actor.user_id})
    assign(act.session, task.row, act.actor.user_id)
    facts = {"task": task.row.name, **({} if before is None else {"from_id": before})}
    if stood_in_for is not None:
        facts["on_behalf_of"] = stood_in_for
    work.note(Journalled.TASK_CLAIMED, task.row.element, **facts)


def _close(work: Casework, task: OpenTask, answers: Mapping[str, object]) -> None:
    act = work.act
    done = {
        "state": TaskState.DONE,
        "assignee_id": task.row.assignee_id or act.actor.user_id,
        "closed_at": act.now,
        "closed_by_id": act.actor.user_id,
        "on_behalf_of_id": on_behalf_of(act.actor, task),
        "draft": None,
        "remind_at": None,
        "data": dict(answers),
    }
    _change(work, task, done)
    del work.tasks[task.row.token]


def _change(work: Casework, task: OpenTask, values: Mapping[str, object]) -> None:
    """Changes an open task by conditional update: still open, still with whom it was read.

    Losing the race is TaskTaken or TaskClosed. In Core, because the ORM would spend longer on
    keeping the row in step than on the statement; the row is told afterwards.
    """
    holder = task.row.assignee_id
    bound = {f"to_{name}": value for name, value in values.items()}
    changed = work.act.session.connection().execute(
        _conditional_update(tuple(values), held=holder is not None),
        {"task": task.row.id, **({} if holder is None else {"holder": holder}), **bound},
    )
    if changed.rowcount != 1:
        work.act.session.refresh(task.row)
        raise TaskTaken() if task.row.state == TaskState.OPEN else TaskClosed()
    for name, value in values.items():
        set_committed_value(task.row, name, value)


@cache
def _conditional_update(names: tuple[str, ...], held: bool) -> Update:
    """Binds `task`, the `holder` of a task that is held, and each new value as `to_…`."""
    holder = _TASK.c.assignee_id
    return (
        update(_TASK)
        .where(
            _TASK.c.id == bindparam("task"),
            _TASK.c.state == TaskState.OPEN,
            holder == bindparam("holder") if held else holder.is_(None),
        )
        .values({name: bindparam(f"to_{name}", type_=_TASK.c[name].type) for name in names})
    )


def _merge(work: Casework, task: TaskRow, answers: Mapping[str, object]) -> None:
    """The answers become the case's; what the form asks but was hidden this time is gone."""
    form = work.version.form_of(task.process, task.element)
    asked = form.names if form else frozenset()
    kept = {name: value for name, value in work.case.data.items() if name not in asked}
    work.case.data = {**kept, **answers}


def _answers(work: Casework, task: TaskRow, submission: Mapping[str, object]) -> dict[str, object]:
    """What the form makes of the submission, files kept; a step without a form answers nothing."""
    form = work.version.form_of(task.process, task.element)
    if form is None:
        return {}
    return files.keep_files(work, task.id, form.validate(submission, work.facts(task.round)))
