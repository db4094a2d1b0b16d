"""The working calendar to read: a year at a glance, its special days, how it came to be so."""

from __future__ import annotations

import calendar as weeks
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import Permission, allows
from engine.domain.errors import Misuse, NotFound
from engine.domain.states import ChangeState
from engine.domain.working_calendar import WEEKEND, WorkingCalendar
from engine.persistence import changes
from engine.persistence.calendars import load_calendar
from engine.services import calendar_changes
from engine.services.act import Act
from web import scope
from web.presenting import sentence

bp = Blueprint("calendar", __name__, url_prefix="/lich")

HISTORY = 20


@dataclass(frozen=True)
class Cell:
    """A day of a month's table."""

    day: date
    look: str  # for the eye: weekend | off | worked | closed, today
    mark: str  # for everybody: what is special, in a word
    note: str  # why


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class Closure:
    """A unit is closed on a day."""

    day: date
    unit: str
    reason: str


@dataclass(frozen=True)
class Past:
    """A change that was confirmed."""

    id: int
    what: str
    document: str
    confirmed_at: object
    by: str
    moved: int
    moving: bool


@bp.get("")
def show() -> ResponseReturnValue:
    """One year, the present one unless another is asked for."""
    with scope.act() as act:
        return _page(act, request.args.get("nam", act.today.year, type=int))


@bp.post("/<int:year>/duyet")
def sign_off(year: int) -> ResponseReturnValue:
    """Says that a year agrees with its official document."""
    document = request.form.get("document", "")
    try:
        with scope.act(write=True) as act:
            calendar_changes.sign_off(act, year, document)
    except Misuse as refused:
        with scope.act() as act:
            return _page(act, year, document, sentence(refused.message)), 422
    flash(_("Đã duyệt lịch năm %(year)s.", year=year), "good")
    return redirect(url_for("calendar.show", nam=year))


@bp.post("/them-nam")
def add_year() -> ResponseReturnValue:
    """Holds the next year, to be checked."""
    year = request.form.get("year", 0, type=int)
    with scope.act(write=True) as act:
        calendar_changes.add_year(act, year)
    flash(_("Đã thêm năm %(year)s. Hãy đối chiếu với văn bản rồi duyệt.", year=year), "good")
    return redirect(url_for("calendar.show", nam=year))


def _page(act: Act, year: int, document: str = "", error: str = "") -> str:
    calendar = load_calendar(act.session, act.app.settings.shifts)
    may_edit = allows(act.actor, Permission.CALENDAR_EDIT)
    if not calendar.years:
        return render_template("calendar/show.html", calendar=calendar, year=None)
    if not calendar.has(year):
        if "nam" in request.args or request.method == "POST":
            raise NotFound()
        year = max(calendar.years)
    shown = calendar.years[year]
    closures = _closures(act, year)
    own = {
        row.day: row.reason
        for row in changes.closures_of(act.session, year)
        if row.unit_id in act.actor.units
    }
    next_year = max(calendar.years) + 1
    return render_template(
        "calendar/show.html",
        calendar=calendar,
        year=shown,
        days=sorted(shown.days, key=lambda special: special.day),
        months=_months(calendar, year, act.today, own),
        closures=closures,
        today=act.today,
        may_edit=may_edit,
        drafts=_open_changes(act) if may_edit else [],
        past=_history(act),
        next_year=next_year if next_year <= act.today.year + calendar_changes.YEARS_AHEAD else None,
        document=document,
        error=error,
    )


def _months(calendar: WorkingCalendar, year: int, today: date, own: dict[date, str]) -> list[Month]:
    return [
        Month(
            first=date(year, month, 1),
            weeks=[
                [
                    _cell(calendar, day, today, own.get(day)) if day.month == month else None
                    for day in week
                ]
                for week in weeks.Calendar().monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def _cell(calendar: WorkingCalendar, day: date, today: date, closed: str | None) -> Cell:
    reason = calendar.why_off(day)
    weekend = day.weekday() in WEEKEND
    look, mark, note = "", "", ""
    if closed is not None and reason is None:
        look, mark, note = "closed", _("đóng"), closed
    elif reason is not None and reason == WEEKEND.get(day.weekday()):
        look = "weekend"
    elif reason is not None:
        look, mark, note = "off", _("nghỉ"), sentence(reason)
    elif weekend:
        special = next(one for one in calendar.years[day.year].days if one.day == day)
        look, mark, note = "worked", _("làm"), special.reason
    return Cell(day, f"{look} today".strip() if day == today else look, mark, note)


def _closures(act: Act, year: int) -> list[Closure]:
    units = scope.units()
    return [
        Closure(row.day, units[row.unit_id].name, row.reason)
        for row in changes.closures_of(act.session, year)
    ]


def _open_changes(act: Act) -> list[tuple[int, str]]:
    found = changes.in_state(act.session, ChangeState.DRAFT)
    return [(row.id, calendar_changes.what(act, row)) for row in found]


def _history(act: Act) -> list[Past]:
    return [
        Past(
            id=row.id,
            what=calendar_changes.what(act, row),
            document=row.document,
            confirmed_at=row.confirmed_at,
            by=name or _("Hệ thống"),
            moved=row.moved,
            moving=row.state == ChangeState.MOVING,
        )
        for row, name in changes.history(act.session, None, HISTORY)
    ]
