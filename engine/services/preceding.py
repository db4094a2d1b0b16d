"""What led to a task: the step before it, who sent it back or gave it, what was said earlier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.domain.journal import Act as Journalled
from engine.domain.states import TaskState
from engine.persistence.tables import AttachmentRow, CaseRow, JournalRow, TaskRow, UserRow
from engine.ports import Form
from engine.services.act import Act

_OPENING = (Journalled.TASK_COMPLETED, Journalled.TIMER_FIRED)


@dataclass(frozen=True)
class Step:
    """A finished step with the form it was answered on."""

    task: TaskRow
    form: Form | None


@dataclass(frozen=True)
class SentBack:
    """A step whose completion opened an earlier one again."""

    step: Step
    supplement: bool  # back to the filing: the applicant must add something


@dataclass(frozen=True)
class Handover:
    """Somebody gave the task to the officer who has it now."""

    by: str
    to_id: int
    to: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Preceding:
    """What an officer reads before deciding."""

    last: Step | None  # whose completion opened the task; after a wait, the last one before it
    sent_back: SentBack | None  # why the task is being done again
    handover: Handover | None
    application: Step | None  # the filing, unless it is `last`
    earlier: tuple[Step, ...]  # the other finished steps, each as last answered, newest first
    people: Mapping[int, str]
    files: Mapping[str, int]  # sha256 -> attachment id


def preceding(act: Act, task: TaskRow) -> Preceding:
    """What led to a task whose case the actor may see (`viewing.task_page` has asked)."""
    version = act.version(act.session.get_one(CaseRow, task.case_id).version_id)
    tasks = list(
        act.session.scalars(
            select(TaskRow).where(TaskRow.case_id == task.case_id).order_by(TaskRow.id)
        )
    )
    lines = _lines(act, task.case_id)
    filings = {node.id for node in version.filings.values()}

    def step(one: TaskRow) -> Step:
        return Step(one, version.form_of(one.process, one.element))

    last = _opener(task, tasks, lines)
    back = _sent_back(task, tasks, lines)
    answered = {(one.process, one.element): one for one in tasks if _before(one, task)}
    newest = sorted(answered.values(), key=lambda one: (one.closed_at, one.id), reverse=True)
    others = [one for one in newest if last is None or one.id != last.id]
    filed = (one for one in others if version.is_filing(one.process, one.element))
    application = next(filed, None)
    return Preceding(
        last=step(last) if last else None,
        sent_back=SentBack(step(back[0]), bool(filings & back[1])) if back else None,
        handover=_handover(task, lines),
        application=step(application) if application else None,
        earlier=tuple(step(one) for one in others if one is not application),
        people=_people(act, tasks),
        files=attachments(act, task.case_id),
    )


def sent_back(tasks: Sequence[TaskRow], lines: Iterable[JournalRow]) -> dict[int, frozenset[str]]:
    """The finished tasks (by id) that sent their dossier back, with the elements they reopened.

    `tasks` in order of opening. Back is to what had opened before the step itself first did: a
    step done again and passed on as before sends nothing back.
    """
    first = _first_openings(tasks)
    found: dict[int, frozenset[str]] = {}
    for line, done in _completions(tasks, lines):
        back = {one for one in opened_by(line) if first.get(one, done.id) < first[done.element]}
        if done.element in opened_by(line):
            back.add(done.element)
        if back:
            found[done.id] = frozenset(back)
    return found


def came_back(act: Act, case_ids: Collection[int]) -> set[int]:
    """The open tasks of these cases that were done before and sent back by a later step."""
    if not case_ids:
        return set()
    wanted = select(TaskRow).where(TaskRow.case_id.in_(case_ids)).order_by(TaskRow.id)
    tasks = list(act.session.scalars(wanted))
    found: set[int] = set()
    for case_id in case_ids:
        own = [task for task in tasks if task.case_id == case_id]
        back = sent_back(own, _lines(act, case_id))
        reopened = {(task.closed_at, one) for task in own for one in back.get(task.id, ())}
        found |= {
            task.id
            for task in own
            if task.state == TaskState.OPEN and (task.opened_at, task.element) in reopened
        }
    return found


def opened_by(line: JournalRow) -> tuple[str, ...]:
    """The elements that opened by the act of a journal line."""
    return tuple(element for element, _due in line.facts.get("opened", ()))


def attachments(act: Act, case_id: int) -> dict[str, int]:
    """The stored files of a case: hash -> attachment."""
    rows = act.session.execute(
        select(AttachmentRow.sha256, AttachmentRow.id).where(AttachmentRow.case_id == case_id)
    )
    return {row.sha256: row.id for row in rows}


def _lines(act: Act, case_id: int) -> list[JournalRow]:
    wanted = (*_OPENING, Journalled.TASK_REASSIGNED)
    return list(
        act.session.scalars(
            select(JournalRow)
            .where(JournalRow.chain == case_id, JournalRow.act.in_(wanted))
            .order_by(JournalRow.number)
        )
    )


def _completions(
    tasks: Sequence[TaskRow], lines: Iterable[JournalRow]
) -> list[tuple[JournalRow, TaskRow]]:
    """The completions of a case in order, each with the task that was completed."""
    done = {(one.element, one.round, one.closed_at): one for one in tasks}
    pairs = (
        (line, done.get((line.element or "", line.facts["round"], line.at)))
        for line in lines
        if line.act == Journalled.TASK_COMPLETED
    )
    return [(line, task) for line, task in pairs if task is not None]


def _first_openings(tasks: Iterable[TaskRow]) -> dict[str, int]:
    first: dict[str, int] = {}
    for task in tasks:
        first.setdefault(task.element, task.id)
    return first


def _before(one: TaskRow, task: TaskRow) -> bool:
    """Whether a step was finished when the task opened, or since then on another branch."""
    if one.state != TaskState.DONE or one.id == task.id or one.closed_at is None:
        return False
    return task.closed_at is None or one.closed_at <= task.closed_at


def _opener(task: TaskRow, tasks: Sequence[TaskRow], lines: Sequence[JournalRow]) -> TaskRow | None:
    """The step whose completion opened the task; the last one before it when a wait ended."""
    openings = [
        line
        for line in lines
        if line.act in _OPENING and line.at == task.opened_at and task.element in opened_by(line)
    ]
    if openings and openings[-1].act == Journalled.TASK_COMPLETED:
        done = _completions(tasks, openings[-1:])
        return done[0][1] if done else None
    before = [
        one
        for one in tasks
        if one.state == TaskState.DONE and one.closed_at and one.closed_at <= task.opened_at
    ]
    return max(before, key=lambda one: (one.closed_at, one.id), default=None)


def _sent_back(
    task: TaskRow, tasks: Sequence[TaskRow], lines: Sequence[JournalRow]
) -> tuple[TaskRow, frozenset[str]] | None:
    """The last time the dossier was sent back over a task that is done again: from it or after
    it, to it or before it."""
    if task.round == 1:
        return None
    first = _first_openings(tasks)
    back = sent_back(tasks, lines)
    for _line, done in reversed(_completions(tasks, lines)):
        reopened = back.get(done.id)
        if reopened is None or done.closed_at is None or done.closed_at > task.opened_at:
            continue
        if min(first[one] for one in reopened) <= first[task.element] <= first[done.element]:
            return done, reopened
    return None


def _handover(task: TaskRow, lines: Sequence[JournalRow]) -> Handover | None:
    """The last time the task was given to somebody, while it lies with them."""
    for line in reversed(lines):
        if line.act != Journalled.TASK_REASSIGNED or line.element != task.element:
            continue
        if line.at < task.opened_at or line.facts["to_id"] != task.assignee_id:
            return None
        return Handover(
            by=line.actor,
            to_id=line.facts["to_id"],
            to=line.facts["to"],
            at=line.at,
            reason=line.facts["reason"],
        )
    return None


def _people(act: Act, tasks: Iterable[TaskRow]) -> dict[int, str]:
    ids = {one for task in tasks for one in (task.closed_by_id, task.on_behalf_of_id) if one}
    rows = act.session.execute(select(UserRow.id, UserRow.full_name).where(UserRow.id.in_(ids)))
    return {row.id: row.full_name for row in rows}
