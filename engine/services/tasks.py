"""What an officer does with a task: claim, release, save a draft, complete."""

from __future__ import annotations

from collections.abc import Mapping

from engine.persistence.tables import CaseRow, TaskRow
from engine.services.act import Act


def claim(act: Act, task_id: int) -> TaskRow:
    """Takes an open, unclaimed task by conditional update; one's own again changes nothing.

    Raises NotFound, NotPermitted, TaskTaken, TaskClosed.
    """
    raise NotImplementedError


def release(act: Act, task_id: int) -> TaskRow:
    """Puts one's claimed task back into the queue; the draft stays with it."""
    raise NotImplementedError


def save_draft(act: Act, task_id: int, submission: Mapping[str, object]) -> TaskRow:
    """Keeps a half-filled form (files are not kept); claims the task when nobody holds it."""
    raise NotImplementedError


def complete(
    act: Act,
    task_id: int,
    submission: Mapping[str, object],
    units: Mapping[str, int] | None = None,
) -> CaseRow:
    """Completes a task and carries the case on.

    1. load task, case and offers under the case's lock; 2. permission; the task must be open and
    nobody else's; 3. validate the submission by the form (known: case data, lan_thu, kenh);
    4. keep its files; 5. close the task by conditional update; 6. let the drawing go on;
    7. project what opened and closed (tasks, offers, timers, pauses); 8. acceptance and legal
    term; 9. journal.
    `units` answers an earlier UnitChoiceNeeded: role id -> unit id.
    Raises FormInvalid, UnitChoiceNeeded, TaskClosed, TaskTaken, CaseMoved, ExecutionFailed.
    """
    raise NotImplementedError
