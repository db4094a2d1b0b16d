"""Timers that never look at a clock: they fire when, and only when, the engine fires them."""
# mypy: disallow-subclassing-any=False

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.util.task import TaskState

_FIRED = "event_fired"
_LAP, _AGAIN = "lap", "again"


class HandFiredTimer(TimerEventDefinition):
    """A timer whose moment is a row in the database.

    SpiffWorkflow's own timers ask `datetime.now` whenever the tree is refreshed and read naive
    texts in the host's zone. Ours keeps no moment at all: the services compute one when the timer
    opens, and `fire` is called for its token when that moment has come.
    """

    def __init__(self, element: str) -> None:
        super().__init__(name=element, expression=None)

    def has_fired(self, my_task: Any) -> bool:
        return bool(my_task._get_internal_data(_FIRED, False))


def is_timer(task_spec: Any) -> bool:
    """Whether an element waits for a HandFiredTimer."""
    return isinstance(getattr(task_spec, "event_definition", None), HandFiredTimer)


def fire(task: Any, *, again: bool) -> None:
    """Let a waiting timer go on: its task becomes ready and runs with the automatic steps.

    `again`: another lap of its cycle waits afterwards, under a token of its own.
    """
    task._set_internal_data(**{_FIRED: True, _AGAIN: again})
    task.task_spec._update(task)


def open_next_lap(task: Any) -> None:
    """Beside a timer that has fired, the next lap of its cycle, when it was told so."""
    if task._get_internal_data(_AGAIN, False):
        after = task.parent._add_child(task.task_spec, TaskState.FUTURE)
        set_lap(after, lap(task) + 1)
        after.task_spec._update(after)


def lap(task: Any) -> int:
    """Which lap of a cycle a timer waits for, from 1."""
    return int(task._get_internal_data(_LAP, 1))


def set_lap(task: Any, number: int) -> None:
    task._set_internal_data(**{_LAP: number})
