"""What pages show of tasks, cases and procedures: permission first, then plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from engine.bpmn.model import Drawing, Node, named_in
from engine.domain.access import CaseSubject, Permission, TaskSubject, allows, require
from engine.domain.deadlines import Deadline
from engine.domain.durations import SameAs, Since, parse_due
from engine.domain.errors import NotFound
from engine.domain.explanations import Explanation
from engine.domain.legal_clock import Pause, remaining_days, united
from engine.domain.messages import Message, say
from engine.domain.roles import Role
from engine.domain.states import CaseState, TaskState
from engine.persistence import cases, journal_store, versions
from engine.persistence.calendars import load_calendar
from engine.persistence.people import units
from engine.persistence.tables import (
    AttachmentRow,
    CaseRow,
    JournalRow,
    PauseRow,
    ReceiptRow,
    TaskRow,
    TimerRow,
    UnitRow,
    UserRow,
    VersionRow,
)
from engine.persistence.work import OpenTask, offers_of, open_tasks_of
from engine.ports import Form
from engine.services.act import Act
from engine.services.documents import prefilling
from engine.services.shelf import LoadedVersion
from engine.services.standing_on_drawings import marks_of, parts_entered
from engine.services.tasks import left_behind, may_take_over

Row = TypeVar("Row", TaskRow, TimerRow, AttachmentRow)


#: A stored file, its case, and what rules need to know of the case.
Attached = tuple[AttachmentRow, CaseRow, CaseSubject]


@dataclass(frozen=True)
class TaskPage:
    """One task as its officer sees it."""

    task: TaskRow
    case: CaseRow
    node: Node  # `documentation` holds the instructions
    role: Role
    unit: UnitRow
    form: Form | None
    term: Message | None  # its time in words, other steps by their names
    known: Mapping[str, object]  # case data and facts, for conditions
    values: Mapping[str, object]  # draft, else what the case knows already
    people: Mapping[int, str]  # user id -> full name (assignee, …)
    may_claim: bool
    may_release: bool
    may_complete: bool
    may_reassign: bool


@dataclass(frozen=True)
class Submission:
    """What was submitted at a finished step."""

    task: TaskRow
    form: Form | None


@dataclass(frozen=True)
class CasePage:
    """One case with all that happened."""

    case: CaseRow
    version: VersionRow
    drawing: Drawing
    drawings: Mapping[str, Drawing]  # by key, with those that it calls
    marks: Mapping[str, str]  # element id -> done | current | overdue | waiting
    parts: Sequence[tuple[Drawing, Mapping[str, str]]]  # called drawings entered, with their marks
    tasks: Sequence[TaskRow]  # in order of opening
    timers: Sequence[TimerRow]
    pauses: Sequence[PauseRow]
    receipts: Sequence[ReceiptRow]
    attachments: Sequence[AttachmentRow]
    journal: Sequence[JournalRow]
    submissions: Sequence[Submission]
    units: Mapping[int, str]
    roles: Mapping[str, str]
    people: Mapping[int, str]
    days_left: int | None  # while paused: “tạm dừng, còn n ngày”
    workable: frozenset[int]  # ids of open tasks the actor may work on
    may_hurry: bool
    may_pause: bool
    may_resume: bool


def task_page(act: Act, task_id: int) -> TaskPage:
    """Raises NotFound unless the actor may see the task's case."""
    task = act.session.get(TaskRow, task_id)
    case = act.session.get(CaseRow, task.case_id) if task else None
    if task is None or case is None:
        raise NotFound()
    require(act.actor, Permission.CASE_VIEW, cases.surroundings(act.session, case.id).subject)
    version = act.version(case.version_id)
    form = version.form_of(task.process, task.element)
    subject = _subject(act, task)
    is_open = task.state == TaskState.OPEN
    allowed = is_open and allows(act.actor, Permission.TASK_COMPLETE, subject)
    may_work = allowed and may_take_over(act, subject)
    unclaimed = task.assignee_id is None or left_behind(act, subject)
    return TaskPage(
        task=task,
        case=case,
        node=version.node(task.process, task.element),
        role=act.app.roles[task.role],
        unit=act.session.get_one(UnitRow, task.unit_id),
        form=form,
        term=_term(version, task),
        known={**case.data, "kenh": case.channel, "lan_thu": task.round},
        values=_values(act, version, case, task, form),
        people=names(act, [task.assignee_id, task.closed_by_id, task.on_behalf_of_id]),
        may_claim=may_work and unclaimed,
        may_release=allowed and task.assignee_id == act.actor.user_id,
        may_complete=may_work,
        may_reassign=is_open and allows(act.actor, Permission.TASK_REASSIGN, subject),
    )


def _term(version: LoadedVersion, task: TaskRow) -> Message | None:
    """The time of a step as an officer reads it: another step is named, not called by its code."""
    if not task.due_text:
        return None
    due = parse_due(task.due_text)
    if not isinstance(due, SameAs | Since):
        return Message("%(term)s", {"term": task.due_text})
    named = named_in(task.process, due.element, version.spec.drawings)
    step = (named[1].name or named[1].id) if named else due.element
    if isinstance(due, SameAs):
        return say("cùng hạn với “%(step)s”", step=step)
    return say("%(time)s kể từ khi mở “%(step)s”", time=str(due.duration), step=step)


def case_page(act: Act, case_id: int) -> CasePage:
    """Raises NotFound unless the actor may see the case."""
    case, subject = _visible(act, case_id)
    version = act.version(case.version_id)
    tasks = _all(act, TaskRow, case_id)
    timers = _all(act, TimerRow, case_id)
    attachments = _all(act, AttachmentRow, case_id)
    pauses = cases.pauses(act.session, case_id)
    journal = journal_store.lines_of(act.session, case_id)
    stood_in_for = (line.facts.get("on_behalf_of") for line in journal)
    open_tasks = {task.row.id: task for task in open_tasks_of(act.session, case_id).values()}
    paused_by_act = any(pause.ends_at is None and pause.by_act for pause in pauses)
    pausable = case.accepted_at is not None and case.state != CaseState.FINISHED
    may_pause = allows(act.actor, Permission.CASE_PAUSE, subject)
    marks = marks_of(version.spec, case, tasks, timers, act.now)
    return CasePage(
        case=case,
        version=act.session.get_one(VersionRow, case.version_id),
        drawing=version.drawing,
        drawings=version.spec.drawings,
        marks=marks[version.spec.main],
        parts=[(one, marks[one.key]) for one in parts_entered(version.spec, marks)],
        tasks=tasks,
        timers=timers,
        pauses=pauses,
        receipts=cases.receipts(act.session, case_id),
        attachments=attachments,
        journal=journal,
        submissions=[
            Submission(task, version.form_of(task.process, task.element))
            for task in tasks
            if task.state == TaskState.DONE
        ],
        units={unit.id: unit.name for unit in units(act.session).values()},
        roles={role.id: role.name for role in act.app.roles.roles.values()},
        people=names(
            act,
            [*_people_of(tasks), *(file.uploaded_by_id for file in attachments), *stood_in_for],
        ),
        days_left=_days_left(act, case, pauses),
        workable=frozenset(_workable(act, open_tasks.values())),
        may_hurry=case.state != CaseState.FINISHED
        and allows(act.actor, Permission.CASE_HURRY, subject),
        may_pause=pausable and may_pause and not paused_by_act,
        may_resume=pausable and may_pause and paused_by_act,
    )


def attachment(act: Act, attachment_id: int) -> tuple[AttachmentRow, bytes]:
    """A stored file of a case the actor may see. Raises NotFound."""
    row, _, _ = attached(act, attachment_id)
    return row, act.app.ports.files.read(row.sha256)


def attached(act: Act, attachment_id: int) -> Attached:
    """The same without its bytes, with its case. Raises NotFound."""
    row = act.session.get(AttachmentRow, attachment_id)
    if row is None:
        raise NotFound()
    return row, *_visible(act, row.case_id)


def version_drawing(act: Act, procedure_key: str, number: int) -> tuple[VersionRow, Drawing]:
    """A version with its main drawing. Raises NotFound."""
    row = _version(act, procedure_key, number)
    return row, act.version(row.id).drawing


def version_source(act: Act, procedure_key: str, number: int) -> tuple[str, bytes]:
    """The `.bpmn` of a version: file name and bytes."""
    row = _version(act, procedure_key, number)
    texts = versions.version_texts(act.session, row.id)
    return f"{procedure_key}-{number}.bpmn", texts.drawing


def _version(act: Act, procedure_key: str, number: int) -> VersionRow:
    require(act.actor, Permission.PROCEDURE_VIEW)
    row = act.session.scalars(
        select(VersionRow).where(
            VersionRow.procedure_key == procedure_key, VersionRow.number == number
        )
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _visible(act: Act, case_id: int) -> tuple[CaseRow, CaseSubject]:
    case = act.session.get(CaseRow, case_id)
    if case is None:
        raise NotFound()
    subject = cases.surroundings(act.session, case_id).subject
    require(act.actor, Permission.CASE_VIEW, subject)
    return case, subject


def _subject(act: Act, task: TaskRow) -> TaskSubject:
    return TaskSubject(offers_of(act.session, task.id), task.assignee_id)


def _values(
    act: Act, version: LoadedVersion, case: CaseRow, task: TaskRow, form: Form | None
) -> dict[str, object]:
    """What the form is filled with: the submission once done, else the draft, else case data.

    Of a form that is drawn at several elements (an opinion that each chief gives) only what this
    element answered in earlier rounds is known: not what somebody else answered on the same form.
    Decisions, that is choices on which the drawing's ways depend, are made afresh each time the
    step comes back; everything else is kept so that nobody types it twice. Number and day of the
    document issued at the step stand in the fields made for them, unless the draft says otherwise.
    """
    if task.state != TaskState.OPEN:
        return dict(task.data or {})
    if form is None:
        return dict(task.draft or {})
    issued = prefilling.values(act, task, form)
    if task.draft is not None:
        return {**task.draft, **{n: v for n, v in issued.items() if not task.draft.get(n)}}
    afresh = {
        name
        for name in form.names & version.deciding
        if task.round > 1 and form.answers(name) is not None
    }
    before = known_answers(act, version, case, task)
    known = {name: before[name] for name in form.names - afresh if name in before}
    return {**known, **issued}


def known_answers(
    act: Act, version: LoadedVersion, case: CaseRow, task: TaskRow
) -> Mapping[str, object]:
    """What a task's form may be filled with: the case's data; for a shared form, its own rounds."""
    if version.node(task.process, task.element).form not in version.shared_forms:
        return case.data
    if task.round == 1:
        return {}
    earlier = act.session.scalars(
        select(TaskRow.data)
        .where(
            TaskRow.case_id == case.id,
            TaskRow.process == task.process,
            TaskRow.element == task.element,
            TaskRow.state == TaskState.DONE,
        )
        .order_by(TaskRow.id)
    )
    return {name: value for data in earlier for name, value in (data or {}).items()}


def _all(act: Act, table: type[Row], case_id: int) -> list[Row]:
    rows = select(table).where(table.case_id == case_id).order_by(table.id)
    return list(act.session.scalars(rows))


def names(act: Act, user_ids: Iterable[int | None]) -> dict[int, str]:
    """Full names by user id."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    rows = act.session.execute(select(UserRow.id, UserRow.full_name).where(UserRow.id.in_(wanted)))
    return {row.id: row.full_name for row in rows}


def _people_of(tasks: Iterable[TaskRow]) -> Iterator[int | None]:
    for task in tasks:
        yield from (task.assignee_id, task.closed_by_id, task.on_behalf_of_id)


def _days_left(act: Act, case: CaseRow, pauses: Sequence[PauseRow]) -> int | None:
    """While the clock stands still: the days left when the present standstill began."""
    if case.state != CaseState.PAUSED or case.due_explanation is None:
        return None
    began = united(Pause(pause.starts_at, pause.ends_at) for pause in pauses)[-1].starts_at
    explanation = Explanation.from_json(case.due_explanation)
    calendar = load_calendar(act.session, act.app.settings.shifts, case.unit_id)
    return remaining_days(Deadline(explanation.due, explanation), began, calendar)


def next_work(act: Act, case_id: int) -> TaskRow | None:
    """The open step of a case that waits for the actor, not for anybody outside; the oldest first.

    For a page that has shown that the actor may see the case.
    """
    found = {task.row.id: task for task in open_tasks_of(act.session, case_id).values()}
    mine = sorted(_workable(act, (one for one in found.values() if not one.row.external)))
    return found[mine[0]].row if mine else None


def _workable(act: Act, tasks: Iterable[OpenTask]) -> Iterator[int]:
    for task in tasks:
        allowed = allows(act.actor, Permission.TASK_COMPLETE, task.subject)
        if allowed and may_take_over(act, task.subject):
            yield task.row.id
