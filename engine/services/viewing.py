"""What pages show of tasks, cases and procedures: permission first, then plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.bpmn.model import Drawing, Node
from engine.domain.roles import Role
from engine.persistence.tables import (
    AttachmentRow,
    CaseRow,
    JournalRow,
    PauseRow,
    ReceiptRow,
    TaskRow,
    TimerRow,
    UnitRow,
    VersionRow,
)
from engine.ports import Form
from engine.services.act import Act


@dataclass(frozen=True)
class TaskPage:
    """One task as its officer sees it."""

    task: TaskRow
    case: CaseRow
    node: Node  # `documentation` holds the instructions
    role: Role
    unit: UnitRow
    form: Form | None
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
    marks: Mapping[str, str]  # element id -> done | current | overdue | waiting
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
    days_left: Fraction | None  # while paused: “tạm dừng, còn n ngày”
    workable: frozenset[int]  # ids of open tasks the actor may work on
    may_pause: bool
    may_resume: bool


def task_page(act: Act, task_id: int) -> TaskPage:
    """Raises NotFound unless the actor may see the task's case."""
    raise NotImplementedError


def case_page(act: Act, case_id: int) -> CasePage:
    """Raises NotFound unless the actor may see the case."""
    raise NotImplementedError


def attachment(act: Act, attachment_id: int) -> tuple[AttachmentRow, bytes]:
    """A stored file of a case the actor may see. Raises NotFound."""
    raise NotImplementedError


def procedures(act: Act) -> list[VersionRow]:
    """All versions, by procedure and then newest first."""
    raise NotImplementedError


def version_drawing(act: Act, procedure_key: str, number: int) -> tuple[VersionRow, Drawing]:
    """A version with its main drawing. Raises NotFound."""
    raise NotImplementedError


def version_source(act: Act, procedure_key: str, number: int) -> tuple[str, bytes]:
    """The `.bpmn` of a version: file name and bytes."""
    raise NotImplementedError
