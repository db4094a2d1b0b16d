"""Giving an open task to another officer."""

from __future__ import annotations

from dataclasses import dataclass

from engine.persistence.tables import TaskRow
from engine.services.act import Act


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be given the task, with what lies on their desk."""

    user_id: int
    name: str
    role: str
    unit_id: int
    substitute: bool
    open_tasks: int
    overdue_tasks: int


def holders(act: Act, task_id: int) -> list[Candidate]:
    """Who may be given the task: holders and substitutes of the posts it is offered to."""
    raise NotImplementedError


def reassign(act: Act, task_id: int, user_id: int, reason: str) -> TaskRow:
    """Gives an open task to a candidate, with a reason (heads of the role, supervisors)."""
    raise NotImplementedError
