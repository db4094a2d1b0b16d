"""A case page's parts as templates show them: timeline, data, steps, journal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.bpmn.model import HUMAN, STARTING, TIMERS, Drawing, Kind
from engine.bpmn.pictures import telling
from engine.domain import journal as vocabulary
from engine.domain.clock import local
from engine.domain.explanations import Rule
from engine.domain.states import StopKind, TaskState, TimerState
from engine.domain.working_calendar import ONE_DAY, WorkingCalendar
from engine.persistence.tables import JournalRow, TaskRow, TimerRow
from engine.services.preceding import sent_back
from engine.services.viewing import CasePage
from web.presenting import (
    Remaining,
    allowed_time,
    case_state,
    day,
    moment_text,
    remaining,
    sentence,
)
from web.views import sheets
from web.views.before import done_by, remarks

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Event:
    """A step or wait in the timeline."""

    at: datetime
    mark: str  # done | current | overdue | ""
    icon: str
    name: str
    who: str
    when: str
    standing: Remaining | None
    link: str
    explain: str
    said: Sequence[str] = ()  # why it sent the dossier back
    outside: bool = False  # somebody outside does it, an officer records the result


def timeline(page: CasePage, now: datetime, calendar: WorkingCalendar) -> list[Event]:
    """Steps and waits in order of opening."""
    back = sent_back(page.tasks, page.journal)
    events = [_timer(page, one) for one in page.timers if _is_step(page, one)]
    events += [_task(page, task, now, calendar, back.get(task.id)) for task in page.tasks]
    return sorted(events, key=lambda event: event.at)


def _task(
    page: CasePage,
    task: TaskRow,
    now: datetime,
    calendar: WorkingCalendar,
    back: frozenset[str] | None,
) -> Event:
    role = page.drawing.lane_name(task.element) if task.element in page.drawing.nodes else None
    role = role or page.roles.get(task.role, task.role)
    unit = page.units.get(task.unit_id, "")
    name = task.name
    if task.round > 1:
        name = _("%(step)s (lần %(number)s)", step=task.name, number=task.round)
    due = _("hạn %(moment)s", moment=moment_text(task.due_at)) if task.due_at else ""
    link = url_for("tasks.show", task_id=task.id)
    explain = url_for("deadlines.step", task_id=task.id) if task.due_explanation else ""
    if task.state == TaskState.OPEN:
        standing = remaining(task.due_at, now, calendar)
        holder = page.people.get(task.assignee_id or 0, "")
        who = f"{role}, {unit} – {holder or _('chưa ai nhận')}"
        if task.external:
            who = _beside(_("Chờ %(role)s", role=role), holder or unit)
        return Event(
            at=task.opened_at,
            mark="overdue" if standing.tone == "overdue" else "current",
            icon="hourglass-split",
            name=name,
            who=who,
            when=_beside(_("Bắt đầu %(start)s", start=moment_text(task.opened_at)), due),
            standing=standing,
            link=link if task.id in page.workable else "",
            explain=explain,
            outside=task.external,
        )
    done = task.state == TaskState.DONE
    late = done and task.due_at is not None and task.closed_at and task.closed_at > task.due_at
    who = done_by(task, page.people, role)
    given = next((one for one in page.submissions if one.task.id == task.id), None)
    said = _("Xong %(end)s", end=moment_text(task.closed_at)) if done else _("Không còn phải làm")
    return Event(
        at=task.opened_at,
        mark="done" if done and not back else "",
        icon="reply" if back else "check-lg" if done else "x-lg",
        name=name,
        who=", ".join(part for part in (who, "" if task.external and who else role, unit) if part),
        when=_beside(said, due),
        standing=_outcome(page, back, bool(late)),
        link=link if done else "",
        explain=explain,
        said=remarks(given.form, task) if given and back else (),
    )


def _outcome(page: CasePage, back: frozenset[str] | None, late: bool) -> Remaining | None:
    """What there is to say of a finished step: that it sent the dossier back, or was late."""
    if back:
        supplement = page.tasks[0].element in back  # the filing
        said = _("Yêu cầu bổ sung") if supplement else _("Trả lại")
        return Remaining(said, "soon", "reply")
    return Remaining(_("Trễ hạn"), "overdue", "exclamation-octagon-fill") if late else None


def _beside(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def waits(page: CasePage) -> list[Event]:
    """The moments that the dossier waits for beside its steps, the next one first."""
    beside = [
        one
        for one in page.timers
        if one.state in _WAITING and not _is_step(page, one) and one.closed_at is None
    ]
    return [_timer(page, one) for one in sorted(beside, key=lambda one: one.fires_at)]


_WAITING = frozenset({TimerState.WAITING, TimerState.PARKED})


def _is_step(page: CasePage, timer: TimerRow) -> bool:
    """A wait on the way stands among the steps from its beginning, others once they have fired."""
    if timer.state == TimerState.WITHDRAWN:
        return False
    node = page.drawing.nodes.get(timer.element) if timer.process == page.drawing.key else None
    beside = node is not None and node.kind is not Kind.TIMER_CATCH
    return timer.state == TimerState.FIRED or not beside


def _timer(page: CasePage, timer: TimerRow) -> Event:
    waiting = timer.state != TimerState.FIRED
    node = page.drawing.nodes.get(timer.element) if timer.process == page.drawing.key else None
    who = _("Hệ thống chờ đủ thời gian")
    if timer.state == TimerState.PARKED:
        who = _("Hẹn giờ gặp lỗi, quản trị đang xử lý")
    elif timer.state == TimerState.GIVEN_UP:
        who = _("Quản trị đã cho thôi chờ")
    elif waiting and node is not None:
        who = sentence(telling.afterwards(page.drawing, node))
    elif not waiting:
        who = _("Đã đến thời điểm này")
    return Event(
        at=timer.opened_at if waiting or timer.closed_at is None else timer.closed_at,
        mark="current" if waiting else "done",
        icon="clock-fill" if waiting else "check-lg",
        name=timer.name or timer.element,
        who=who,
        when=_until(timer),
        standing=None,
        link="",
        explain=url_for("deadlines.timer", timer_id=timer.id, case_id=timer.case_id)
        if timer.explanation
        else "",
    )


def _waiting_until(timer: TimerRow) -> str:
    """A wait that ends at midnight ends with the day before, or begins a day that is drawn."""
    end = local(timer.fires_at)
    rule = (timer.explanation or {}).get("rule")
    if end.time() != time(0):
        return _("Chờ đến %(end)s", end=moment_text(timer.fires_at))
    if rule == Rule.FIXED_DATE:
        return _("Chờ đến đầu ngày %(day)s", day=day(end))
    return _("Chờ hết ngày %(day)s", day=day(end.date() - ONE_DAY))


def _until(timer: TimerRow) -> str:
    if timer.explanation is None:
        return _("Chưa biết chờ đến khi nào")
    if timer.state == TimerState.WAITING:
        return _waiting_until(timer)
    return _(
        "%(start)s đến %(end)s",
        start=moment_text(timer.opened_at),
        end=moment_text(timer.fires_at),
    )


def data(page: CasePage) -> list[dict[str, Any]]:
    """What each finished step submitted, the newest first."""
    parts = []
    for given in page.submissions:
        answers = sheets.answers(given.form, given.task.data)
        if answers:
            parts.append(
                {
                    "title": given.task.name,
                    "when": ", ".join(
                        part
                        for part in (
                            page.people.get(given.task.closed_by_id or 0, ""),
                            moment_text(given.task.closed_at),
                        )
                        if part
                    ),
                    "answers": answers,
                }
            )
    return parts


def steps(
    drawing: Drawing, marks: Mapping[str, str], drawings: Mapping[str, Drawing]
) -> list[dict[str, str]]:
    """The diagram as a list: every step with its performer and what became of it.

    `drawings` by key: those in whose steps another one's time may lean.
    """
    words = {
        "done": _("đã xong"),
        "current": _("đang làm"),
        "overdue": _("quá hạn"),
        "waiting": _("đang chờ"),
    }
    return [
        {
            "name": telling.title(drawing, node),
            "performer": drawing.lane_name(node.id) or "",
            "due": allowed_time(telling.allowed(drawing, node.due or node.timer, drawings)),
            "mark": words.get(marks.get(node.id, ""), ""),
        }
        for node in drawing.nodes.values()
        if node.kind in HUMAN | TIMERS | {Kind.CALL_ACTIVITY}
    ]


def outcome(page: CasePage) -> str:
    """The name of the end the case came to."""
    if page.case.outcome in set(StopKind):
        return case_state(page.case.state, page.case.outcome).text
    node = page.drawing.nodes.get(page.case.outcome or "")
    return node.name if node else ""


def start(page: CasePage) -> str:
    """The name of the start event at which the case began; nothing where there is one alone."""
    node = page.drawing.nodes.get(str(page.case.data.get(STARTING)))
    return (node.name or node.id) if node else ""


def journal(page: CasePage) -> list[dict[str, Any]]:
    """The case's journal in words, the newest first."""
    return [
        {
            "at": line.at,
            "actor": _actor(line, page.people),
            "text": sentence(vocabulary.sentence(line.act, _in_local_time(line.facts))),
        }
        for line in reversed(page.journal)
    ]


def _actor(line: JournalRow, people: Mapping[int, str]) -> str:
    """Who did it, and for whom where they stood in for somebody."""
    holder = people.get(line.facts.get("on_behalf_of") or 0)
    return _("%(name)s (thay %(other)s)", name=line.actor, other=holder) if holder else line.actor


def _in_local_time(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A line's facts with their moments, stored as ISO text, as people read them."""
    return {
        name: moment_text(datetime.fromisoformat(value))
        if isinstance(value, str) and _MOMENT.fullmatch(value)
        else value
        for name, value in facts.items()
    }
