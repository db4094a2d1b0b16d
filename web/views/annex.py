"""The annex of a case: every date of the dossier on sheets of A4, with how each came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.clock import local_day
from engine.domain.errors import NotFound
from engine.domain.explanations import Explanation
from engine.domain.states import TaskState, TimerState
from engine.persistence.calendars import load_calendar
from engine.persistence.tables import PauseRow, TaskRow
from engine.services import clocks, viewing
from engine.services.act import Act
from engine.services.viewing import CasePage
from web import scope
from web.presenting import case_state, sentence
from web.views.before import done_by

bp = Blueprint("annex", __name__, url_prefix="/ho-so")


@dataclass(frozen=True)
class Step:
    """One step as the annex lists it; `hours` are working hours from opening to closing or now."""

    task: TaskRow
    name: str
    place: str
    who: str
    hours: Fraction
    days: Fraction
    result: str


@dataclass(frozen=True)
class Count:
    """How the present date was counted, in sums."""

    counted: int
    first: datetime
    last: datetime
    skipped: Sequence[tuple[str, int]]  # reason, how many days


@bp.get("/<int:case_id>/phu-luc-thoi-han")
def show(case_id: int) -> ResponseReturnValue:
    """All dates of one case, ready to be printed. Raises NotFound before acceptance."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        if page.case.accepted_at is None:
            raise NotFound()
        clock = clocks.clock(act, page)
        return render_template(
            "deadlines/annex.html",
            page=page,
            case=page.case,
            version=page.version,
            clock=clock,
            state=case_state(page.case.state, page.case.outcome),
            unit=page.units.get(page.case.unit_id, ""),
            steps=[_step(act, page, task) for task in page.tasks],
            timers=[one for one in page.timers if one.state != TimerState.WITHDRAWN],
            pauses=[(one, _days_of(one, act.now)) for one in page.pauses],
            count=_count(clock.explanation),
            names=_names(page),
            printed_at=act.now,
            printed_by=act.actor.name,
        )


def _step(act: Act, page: CasePage, task: TaskRow) -> Step:
    calendar = load_calendar(act.session, act.app.settings.shifts, task.unit_id)
    hours = calendar.working_hours_between(task.opened_at, task.closed_at or act.now)
    role = page.roles.get(task.role, task.role)
    name = task.name
    if task.round > 1:
        name = _("%(step)s (lần %(number)s)", step=task.name, number=task.round)
    return Step(
        task=task,
        name=name,
        place=page.units.get(task.unit_id, ""),
        who=done_by(task, page.people, role) if task.state == TaskState.DONE else role,
        hours=hours,
        days=hours / calendar.hours_per_day,
        result=_result(task, act.now),
    )


def _result(task: TaskRow, now: datetime) -> str:
    if task.state == TaskState.WITHDRAWN:
        return _("Không còn phải làm")
    late = task.due_at is not None and (task.closed_at or now) > task.due_at
    if task.state == TaskState.OPEN:
        return _("Đang làm, quá hạn") if late else _("Đang làm")
    if task.due_at is None:
        return _("Đã xong")
    return _("Xong, trễ hạn") if late else _("Xong đúng hạn")


def _days_of(pause: PauseRow, now: datetime) -> int:
    """Calendar days that a pause took out: not the day it began, the day it ended with them."""
    return (local_day(pause.ends_at or now) - local_day(pause.starts_at)).days


def _count(explanation: Explanation | None) -> Count | None:
    if explanation is None or not explanation.counted:
        return None
    reasons = Counter(sentence(one.reason) for one in explanation.skipped)
    days = sorted(one.day for one in explanation.counted)
    return Count(
        counted=len(days),
        first=explanation.start,
        last=explanation.due,
        skipped=reasons.most_common(),
    )


def _names(page: CasePage) -> dict[int, str]:
    """What each task and timer of the case is called, for the dates that moved."""
    return {task.id: task.name for task in page.tasks}
