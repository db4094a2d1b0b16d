"""Lines of task lists as templates show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.persistence.calendars import load_calendar
from engine.persistence.worklists import InboxLine
from engine.services.act import Act
from web.presenting import Remaining, remaining


@dataclass(frozen=True)
class Line:
    """An open task in a list."""

    task_id: int
    step: str
    round: int
    performer: str
    unit: str
    standing: Remaining
    due_at: datetime | None
    case_id: int
    code: str
    applicant: str
    subject: str
    holder: str | None
    mine: bool
    may_claim: bool


def lines(act: Act, found: tuple[InboxLine, ...]) -> list[Line]:
    """The lines of a page. What the list holds, the actor may see; the services decide acts."""
    calendar = load_calendar(act.session, act.app.settings.shifts)
    roles = act.app.roles.roles
    return [
        Line(
            task_id=line.task_id,
            step=line.name,
            round=line.round,
            performer=roles[line.role].name if line.role in roles else line.role,
            unit=line.unit_name,
            standing=remaining(line.due_at, act.now, calendar),
            due_at=line.due_at,
            case_id=line.case_id,
            code=line.code,
            applicant=line.applicant,
            subject=line.subject,
            holder=line.assignee_name,
            mine=line.assignee_id == act.actor.user_id,
            may_claim=line.assignee_id is None and act.actor.holds((line.role,), line.unit_id),
        )
        for line in found
    ]
