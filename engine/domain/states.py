"""What a case and a task may be, and which change may follow which: undeclared is refused."""

from __future__ import annotations

from enum import StrEnum

from engine.domain.errors import Conflict, TaskClosed


class CaseState(StrEnum):
    """Where a case stands. Overdue is no state: it is computed from `due_at`."""

    FILED = "filed"  # received, not yet accepted (B1); the legal clock does not run
    RUNNING = "running"  # accepted; the legal clock runs
    PAUSED = "paused"  # accepted; the legal clock stands still
    FINISHED = "finished"  # the drawing reached its end; `outcome` says which


class TaskState(StrEnum):
    """One piece of human work. Claimed is no state: it is an open task with an assignee."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"  # the drawing took another way (boundary event, migration)


class TimerState(StrEnum):
    WAITING = "waiting"
    FIRED = "fired"
    WITHDRAWN = "withdrawn"
    PARKED = "parked"  # failed too often: an incident an administrator sees
    GIVEN_UP = "given_up"  # an administrator gave it up, with a reason


class MailState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # handed to the mail server; its answer is not known yet
    SENT = "sent"
    PARKED = "parked"  # refused, or failed too often: an incident
    GIVEN_UP = "given_up"


class MailWish(StrEnum):
    """What a user wants by mail; in the page they are told everything."""

    EACH = "each"  # every notice, and the morning digest
    DIGEST = "digest"  # the morning digest alone
    NONE = "none"


class ApologyState(StrEnum):
    DRAFT = "draft"  # opened by the worker before the date passes
    ISSUED = "issued"
    DROPPED = "dropped"  # the case was finished, or its date moved, before it was needed


class StopKind(StrEnum):
    """How a case may end without going its way; also its `outcome`."""

    STOPPED = "stopped"  # dừng giải quyết, by the office
    WITHDRAWN = "withdrawn"  # rút hồ sơ, by the applicant


class ChangeState(StrEnum):
    """Where a change of the calendar stands."""

    DRAFT = "draft"
    MOVING = "moving"  # confirmed; the worker moves dates
    DONE = "done"
    DROPPED = "dropped"


class IncidentKind(StrEnum):
    TIMER = "timer"  # a drawn timer failed too often
    MAIL = "mail"  # a mail was refused, or failed too often
    DECISION = "decision"  # an act failed in the drawing: a rule table without a match, …
    LADDER = "ladder"  # a rung found nobody to tell, or failed
    CALENDAR = "calendar"  # a date could not be moved with the calendar


class IncidentEnd(StrEnum):
    RETRIED = "retried"
    GIVEN_UP = "given_up"
    SOLVED = "solved"  # it went well later, by itself


class NumberState(StrEnum):
    """A number of a book. Voided ones stay visible and are never given again."""

    RESERVED = "reserved"  # kept free for a paper that is still to come
    USED = "used"
    VOIDED = "voided"


class DocumentState(StrEnum):
    """Where a printed document stands."""

    DRAFT = "draft"
    SIGNED = "signed"  # approved by whoever signs; waits for its number
    ISSUED = "issued"
    REPLACED = "replaced"  # by a reissue that says why
    VOIDED = "voided"


class ListState(StrEnum):
    """Where a list of dossiers stands."""

    OPEN = "open"  # being put together
    MOVING = "moving"  # its dossiers go from step to step together
    ISSUED = "issued"  # signed, numbered, every dossier carries the reference
    DROPPED = "dropped"  # taken apart: each dossier goes its own way


class OriginalState(StrEnum):
    """Where a paper original stands."""

    HELD = "held"  # somebody has it, and said so
    MOVING = "moving"  # handed over, the other side has not confirmed yet
    RETURNED = "returned"  # back with the applicant, against signature
    ARCHIVED = "archived"  # kept in the archive for good


class HandOverState(StrEnum):
    HANDED = "handed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # the other side did not get it, or not as said
    CANCELLED = "cancelled"  # taken back by whoever handed it over


class ScanState(StrEnum):
    """What a virus scanner said of a stored file; infected ones are never stored."""

    NONE = ""  # there was no scanner then
    CLEAN = "clean"


class PersonPart(StrEnum):
    """A person's part in a dossier."""

    APPLICANT = "applicant"
    SUBJECT = "subject"  # the liệt sĩ, the wounded soldier, …
    RELATIVE = "relative"


CASE_CHANGES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.FILED: frozenset({CaseState.RUNNING, CaseState.PAUSED, CaseState.FINISHED}),
    CaseState.RUNNING: frozenset({CaseState.PAUSED, CaseState.FINISHED}),
    CaseState.PAUSED: frozenset({CaseState.RUNNING, CaseState.FINISHED}),
    CaseState.FINISHED: frozenset(),
}

TASK_CHANGES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset({TaskState.DONE, TaskState.WITHDRAWN}),
    TaskState.DONE: frozenset(),
    TaskState.WITHDRAWN: frozenset(),
}


def change_case(state: CaseState, to: CaseState) -> CaseState:
    """`to`, when a case may go there from `state` (staying is allowed). Raises Conflict."""
    if to != state and to not in CASE_CHANGES[state]:
        raise Conflict()
    return to


def change_task(state: TaskState, to: TaskState) -> TaskState:
    """`to`, when a task may go there from `state`. Raises TaskClosed."""
    if to not in TASK_CHANGES[state]:
        raise TaskClosed()
    return to


DOCUMENT_CHANGES: dict[DocumentState, frozenset[DocumentState]] = {
    DocumentState.DRAFT: frozenset(
        {DocumentState.SIGNED, DocumentState.ISSUED, DocumentState.VOIDED}
    ),
    DocumentState.SIGNED: frozenset(
        {DocumentState.DRAFT, DocumentState.ISSUED, DocumentState.VOIDED}
    ),
    DocumentState.ISSUED: frozenset({DocumentState.REPLACED, DocumentState.VOIDED}),
    DocumentState.REPLACED: frozenset(),
    DocumentState.VOIDED: frozenset(),
}


def change_document(state: DocumentState, to: DocumentState) -> DocumentState:
    """`to`, when a document may go there from `state`. Raises Conflict."""
    if to not in DOCUMENT_CHANGES[state]:
        raise Conflict()
    return to
