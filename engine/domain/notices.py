"""What people are told about: the kinds of notices, and one notice before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.messages import Message


class Kind(StrEnum):
    """Why somebody is told; chooses the icon and the words around it."""

    REMINDER = "reminder"  # a date comes near
    OVERDUE = "overdue"  # a date has passed
    APOLOGY = "apology"  # a thư xin lỗi waits to be completed
    ASSIGNED = "assigned"  # somebody gave them a task
    DATE_MOVED = "date_moved"  # the calendar or an act moved a date
    CASE_ENDED = "case_ended"  # stopped or withdrawn: their work on it is gone
    INCIDENT = "incident"  # something failed and waits for an administrator
    CALENDAR = "calendar"  # the working calendar changed


@dataclass(frozen=True)
class Notice:
    """One thing to tell; the page that it leads to is that of the task, else of the case."""

    kind: Kind
    message: Message
    case_id: int | None = None
    task_id: int | None = None
