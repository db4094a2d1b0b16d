"""The working calendar, to read: which days of a year are off or worked, and by which document."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.errors import NotFound
from engine.persistence.calendars import load_calendar
from web import scope

bp = Blueprint("calendar", __name__, url_prefix="/lich")


@bp.get("")
def show() -> ResponseReturnValue:
    """One year, the present one unless another is asked for."""
    with scope.act() as act:
        calendar = load_calendar(act.session, act.app.settings.shifts)
        year = request.args.get("nam", act.today.year, type=int)
        if not calendar.years:
            return render_template("calendar/show.html", calendar=calendar, year=None)
        if not calendar.has(year):
            if "nam" in request.args:
                raise NotFound()
            year = max(calendar.years)
        shown = calendar.years[year]
        days = sorted(shown.days, key=lambda special: special.day)
        return render_template(
            "calendar/show.html", calendar=calendar, year=shown, days=days, today=act.today
        )
