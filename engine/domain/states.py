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
