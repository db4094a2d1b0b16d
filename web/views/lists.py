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


def lines(act: Act, found: tuple[InboxLine, ...], offered: bool = False) -> list[Line]:
    """The lines of a page; `offered`: what nobody holds is offered to a post of the actor.

    The claim button is a courtesy here: the services decide.
    """
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
            may_claim=line.assignee_id is None and (offered or _holds(act, line)),
        )
        for line in found
    ]


def _holds(act: Act, line: InboxLine) -> bool:
    """Whether the actor holds the role that does the line's work at the screen."""
    roles = act.app.roles
    role = roles.recorder(line.role) if line.role in roles.roles else line.role
    return act.actor.holds((role,), line.unit_id)
