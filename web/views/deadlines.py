"""“Vì sao ngày này?”: how the date of a step or of a case was counted."""

from __future__ import annotations

import calendar as month_layout
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.clock import local_day
from engine.domain.durations import ByAppointment
from engine.domain.errors import NotFound
from engine.domain.explanations import CountedDay, Explanation, Rule, SkippedDay
from engine.domain.working_calendar import WEEKEND
from engine.services import clocks, viewing
from engine.services.act import Act
from engine.services.clocks import Moved
from web import scope
from web.presenting import sentence

bp = Blueprint("deadlines", __name__)

#: So many days are told one by one; more are shown month by month.
LIST_DAYS = 12
SATURDAY = 5
DECEMBER = 12


@bp.get("/viec/<int:task_id>/vi-sao")
def step(task_id: int) -> ResponseReturnValue:
    """How the deadline of a step was counted."""
    with scope.act() as act:
        page = viewing.task_page(act, task_id)
        if page.task.due_explanation is None:
            raise NotFound()
        by_case = page.task.due_text == str(ByAppointment())
        return _page(
            Explanation.from_json(page.task.due_explanation),
            _("Hạn của bước “%(step)s”", step=page.task.name),
            page.case.code,
            url_for("tasks.show", task_id=task_id),
            moves=_moves(act, page.case.id, task_id=task_id),
            begun="" if by_case else _("khi bước này mở ra"),
        )


@bp.get("/ho-so/<int:case_id>/vi-sao")
def legal(case_id: int) -> ResponseReturnValue:
    """How the legal term of a case was counted."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        if page.case.due_explanation is None:
            raise NotFound()
        return _page(
            Explanation.from_json(page.case.due_explanation),
            _("Ngày hẹn trả kết quả (dự kiến)")
            if page.case.due_expected
            else _("Ngày hẹn trả kết quả"),
            page.case.code,
            url_for("cases.show", case_id=case_id),
            moves=_moves(act, case_id),
            begun=_("khi tiếp nhận đủ, hợp lệ"),
        )


@bp.get("/ho-so/<int:case_id>/giay-hen/<int:number>/vi-sao")
def receipt(case_id: int, number: int) -> ResponseReturnValue:
    """How the date promised by one receipt was counted."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        issued = next((r for r in page.receipts if r.number == number), None)
        if issued is None:
            raise NotFound()
        return _page(
            Explanation.from_json(issued.explanation),
            _("Ngày hẹn trên giấy hẹn lần %(number)s", number=number),
            page.case.code,
            url_for("cases.show", case_id=case_id),
            moves=[one for one in _moves(act, case_id) if one.row.before == issued.due_at],
            begun=_("khi tiếp nhận đủ, hợp lệ"),
        )


@bp.get("/ho-so/<int:case_id>/cho/<int:timer_id>/vi-sao")
def timer(case_id: int, timer_id: int) -> ResponseReturnValue:
    """How the end of a wait was counted."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        waiting = next((t for t in page.timers if t.id == timer_id), None)
        if waiting is None or waiting.explanation is None:
            raise NotFound()
        return _page(
            Explanation.from_json(waiting.explanation),
            waiting.name or waiting.element,
            page.case.code,
            url_for("cases.show", case_id=case_id),
            moves=_moves(act, case_id, timer_id=timer_id),
            begun=_("khi bắt đầu chờ"),
        )


@dataclass(frozen=True)
class Cell:
    """A day in a month's table."""

    number: int
    look: str  # "" | counted | skipped, with start, special or last
    note: str
    order: int | None  # 1, 2, … of the counted days


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[Cell | None]]


def _moves(
    act: Act, case_id: int, *, task_id: int | None = None, timer_id: int | None = None
) -> list[Moved]:
    """How a date moved with the calendar: of a task, of a timer, or (neither) of the case."""
    return clocks.moves_of(clocks.moves(act, case_id), task_id, timer_id)


def _page(
    explanation: Explanation, title: str, code: str, back: str, *, moves: list[Moved], begun: str
) -> str:
    """`begun`: the event from which it is counted, "" where the notes say it."""
    days: list[tuple[date, CountedDay | SkippedDay]] = [
        *((counted.day, counted) for counted in explanation.counted),
        *((skipped.day, skipped) for skipped in explanation.skipped),
    ]
    days.sort(key=lambda entry: entry[0])
    weekend = {str(reason) for reason in WEEKEND.values()}
    return render_template(
        "deadlines/show.html",
        explanation=explanation,
        with_time=explanation.rule is Rule.WORKING_CLOCK,
        title=title,
        code=code,
        back=back,
        moves=moves,
        begun=begun,
        days=days if len(days) <= LIST_DAYS else [],
        months=_months(explanation, dict(days)) if len(days) > LIST_DAYS else [],
        holidays=[s for s in explanation.skipped if str(s.reason) not in weekend],
    )


def _months(explanation: Explanation, said: dict[date, CountedDay | SkippedDay]) -> list[Month]:
    start, last = local_day(explanation.start), local_day(explanation.due)
    orders = {counted.day: n for n, counted in enumerate(explanation.counted, 1)}
    first, end = min(start, *said), max(last, *said)
    months = []
    year, month = first.year, first.month
    while (year, month) <= (end.year, end.month):
        weeks = month_layout.Calendar().monthdatescalendar(year, month)
        months.append(
            Month(
                date(year, month, 1),
                [
                    [
                        _cell(d, said.get(d), orders.get(d), d == start, d == last)
                        if d.month == month
                        else None
                        for d in week
                    ]
                    for week in weeks
                ],
            )
        )
        year, month = (year, month + 1) if month < DECEMBER else (year + 1, 1)
    return months


def _cell(
    day: date, said: CountedDay | SkippedDay | None, order: int | None, start: bool, last: bool
) -> Cell:
    look, note = [], ""
    match said:
        case CountedDay():
            look.append("counted")
            note = _("Tính, ngày thứ %(number)s", number=order)
        case SkippedDay():
            look.append("skipped" if day.weekday() >= SATURDAY else "skipped special")
            note = _("Không tính: %(reason)s", reason=sentence(said.reason))
    if start:
        look.append("start")
        note = note or _("Ngày bắt đầu, không tính")
    if last:
        look.append("last")
    return Cell(day.day, " ".join(look), note, order)
