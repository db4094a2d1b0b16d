"""Lines of task lists as templates show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _

from engine.domain.roles import Role
from engine.domain.states import CaseState
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence.calendars import load_calendar
from engine.persistence.worklists import InboxLine
from engine.services.act import Act
from engine.services.preceding import came_back
from web.presenting import Remaining, case_state, day, remaining, waiting_for, working_time


@dataclass(frozen=True)
class Line:
    """An open task in a list."""

    task_id: int
    step: str
    round: int
    performer: str
    unit: str
    standing: Remaining
    due_at: datetime | None  # the moment that `standing` speaks of, unless it says it
    case_id: int
    code: str
    applicant: str
    subject: str
    holder: str | None
    mine: bool
    may_claim: bool
    external: bool
    mark: Remaining | None  # whose answer is waited for, that it came back, or goes with a list
    urgent: bool
    since: datetime  # when the step began
    lying: str  # how long ago that is, in working time


def lines(act: Act, found: tuple[InboxLine, ...], offered: bool = False) -> list[Line]:
    """The lines of a page; `offered`: what nobody holds is offered to a post of the actor.

    The claim button is a courtesy here: the services decide.
    """
    calendar = load_calendar(act.session, act.app.settings.shifts)
    roles = act.app.roles.roles
    back = came_back(act, {line.case_id for line in found if line.round > 1})
    return [
        Line(
            task_id=line.task_id,
            step=line.name,
            round=line.round,
            performer=roles[line.role].name if line.role in roles else line.role,
            unit=line.unit_name,
            standing=standing(line, act.now, calendar),
            due_at=_moment(line, act.now),
            case_id=line.case_id,
            code=line.code,
            applicant=line.applicant,
            subject=line.subject,
            holder=line.assignee_name,
            mine=line.assignee_id == act.actor.user_id,
            may_claim=line.assignee_id is None and (offered or _holds(act, line)),
            external=line.external,
            mark=_mark(line, roles, back),
            urgent=line.urgent,
            since=line.opened_at,
            lying=_lying(line, act.now, calendar),
        )
        for line in found
    ]


def _mark(line: InboxLine, roles: Mapping[str, Role], back: Collection[int]) -> Remaining | None:
    if line.external and line.role in roles:
        return waiting_for(roles[line.role], line.round)
    if line.task_id in back:
        return Remaining(_("Bị trả lại"), "soon", "reply")
    return Remaining(_("Đi cùng danh sách"), "none", "list") if line.list_id else None


def _lying(line: InboxLine, now: datetime, calendar: WorkingCalendar) -> str:
    hours = calendar.working_hours_between(line.opened_at, now)
    return working_time(hours, calendar.hours_per_day) if hours else ""


def standing(line: InboxLine, now: datetime, calendar: WorkingCalendar) -> Remaining:
    """How the work stands: by its own moment, or by the case's where it has none or that passed."""
    if _goes_by_case(line, now):
        return _by_case(line, now, calendar)
    return remaining(line.due_at, now, calendar)


def _goes_by_case(line: InboxLine, now: datetime) -> bool:
    """A case past its date outweighs a step that still has time, never one that has none left."""
    own_is_late = line.due_at is not None and line.due_at < now
    undated = line.due_at is None or line.due_at == line.case_due_at
    return undated or (line.sort_due < now and not own_is_late)


def _moment(line: InboxLine, now: datetime) -> datetime | None:
    if not _goes_by_case(line, now):
        return line.due_at
    return line.case_due_at if line.sort_due < now else None


def _by_case(line: InboxLine, now: datetime, calendar: WorkingCalendar) -> Remaining:
    promised = line.case_due_at
    if promised is None:
        return remaining(None, now, calendar)
    by_date = remaining(promised, now, calendar)
    if line.sort_due < now:
        hours = calendar.working_hours_between(promised, now)
        time = working_time(hours, calendar.hours_per_day)
        late = _("Hồ sơ quá hẹn trả %(time)s", time=time) if hours else _("Hồ sơ vừa quá hẹn trả")
        return replace(by_date, text=late)
    if line.case_state == CaseState.PAUSED:
        return case_state(line.case_state)
    if line.case_due_expected:
        return replace(by_date, text=_("Hẹn trả hồ sơ (dự kiến): %(day)s", day=day(promised)))
    return replace(by_date, text=_("Hẹn trả hồ sơ: %(day)s", day=day(promised)))


def _holds(act: Act, line: InboxLine) -> bool:
    """Whether the actor holds the role that does the line's work at the screen."""
    roles = act.app.roles
    role = roles.recorder(line.role) if line.role in roles.roles else line.role
    return act.actor.holds((role,), line.unit_id)
