"""The heat map: a procedure's drawing coloured by what is late, and the same as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn.pictures import svg
from engine.bpmn.pictures.figures import Warmth
from engine.domain.access import Permission, require
from engine.domain.step_times import MONTH, YEAR
from engine.persistence import board as boards
from engine.persistence.board import Tally
from engine.persistence.calendars import load_calendar
from engine.services import board, catalogue, heat
from engine.services.heat import HeatStep
from web import scope
from web.presenting import allowed_time, day, grouped, working_time
from web.views import choices
from web.views.overdue import watched_unit_names

bp = Blueprint("heat", __name__, url_prefix="/giam-sat/ban-do-nhiet")

PERIODS = {"12-thang": YEAR, "30-ngay": MONTH}


@dataclass(frozen=True)
class Row:
    """A step in the table, with the words of its place on the drawing."""

    step: HeatStep
    link: str
    share: str
    median: str
    p90: str
    slow: bool  # the P90 is longer than the time allowed
    due: str
    late: str
    title: str


@bp.get("")
def choose() -> ResponseReturnValue:
    """The procedures there are, those with most open work first; straight to the only one."""
    with scope.act() as act:
        require(act.actor, Permission.BOARD_VIEW)
        procedures = catalogue.procedure_names(act)
        if len(procedures) == 1:
            return redirect(url_for("heat.show", key=next(iter(procedures))))
        tallies = {key: Tally() for key in procedures}
        for heap in boards.tallies(act.session, act.actor, board.limits(act)):
            tallies[heap.place.procedure_key].add(heap.tally)
        return render_template(
            "board/procedures.html",
            procedures=procedures,
            tallies=dict(sorted(tallies.items(), key=lambda one: -one[1].open)),
        )


@bp.get("/<key>")
def show(key: str) -> ResponseReturnValue:
    """The drawing and the table."""
    unit_id = choices.number("don_vi")
    period = request.args.get("ky", "12-thang")
    period = period if period in PERIODS else "12-thang"
    with scope.act() as act:
        found = heat.heat(act, board.limits(act), key, unit_id, PERIODS[period])
        calendar = load_calendar(act.session, act.app.settings.shifts)
        kept: dict[str, Any] = {"don_vi": unit_id, "ky": period if period != "12-thang" else None}
        rows = [_row(key, unit_id, step, calendar.hours_per_day) for step in found.steps]
        on_drawing = {row.step.element: row for row in rows if row.step.drawn}
        warmths = {element: _warmth(row) for element, row in on_drawing.items()}
        picture = svg.render(
            found.drawing,
            links={element: row.link for element, row in on_drawing.items() if row.link}
            | {call.element: "#bang" for call in found.calls if call.tally.open},
            warmths=warmths | {call.element: _warmth_of_call(call) for call in found.calls},
        )
        sort = request.args.get("sap", "")
        sort = sort if sort in SORTS else ""
        return render_template(
            "board/heat.html",
            version=found.version,
            key=key,
            picture=Markup(picture),  # noqa: S704  escaped by the renderer
            rows=sorted(rows, key=SORTS[sort]) if sort else rows,
            sort=sort,
            kept=kept,
            units=watched_unit_names(act),
            unit_id=unit_id,
            period=period,
            periods=[("12-thang", _("12 tháng qua")), ("30-ngay", _("30 ngày qua"))],
            since=day(found.since),
            levels=_levels(),
            counted=sum(step.times.number for step in found.steps),
            procedures=catalogue.procedure_names(act),
        )


#: How the table may be sorted, by what stands in the address; without it, as drawn.
SORTS: dict[str, Callable[[Row], Any]] = {
    "mo": lambda row: -row.step.tally.open,
    "qua-han": lambda row: -row.step.tally.overdue,
    "ti-le": lambda row: (-row.step.tally.overdue_share, -row.step.tally.overdue),
    "trung-vi": lambda row: -(row.step.times.median or Fraction(-1)),
    "p90": lambda row: -(row.step.times.p90 or Fraction(-1)),
    "so-luong": lambda row: -row.step.times.number,
}


def _levels() -> list[str]:
    """The legend, from cold to hot."""
    return [
        _("Không có việc quá hạn"),
        _("Quá hạn đến %(most)s%%", most=10),
        _("Quá hạn đến %(most)s%%", most=25),
        _("Quá hạn đến %(most)s%%", most=50),
        _("Quá hạn trên %(most)s%%", most=50),
    ]


def _row(key: str, unit_id: int | None, step: HeatStep, per_day: Fraction) -> Row:
    tally, times = step.tally, step.times
    link = ""
    if tally.open:
        link = url_for(
            "overdue.show",
            xem="qua-han" if tally.overdue else "tat-ca",
            thu_tuc=key,
            buoc=f"{step.process}/{step.element}",
            don_vi=unit_id,
        )
    share = f"{round(100 * tally.overdue_share)}%" if tally.open else ""
    median, p90 = (_time(hours, per_day) for hours in (times.median, times.p90))
    slow = times.exceeds(step.allowed.longest(per_day))
    due = allowed_time(step.allowed)
    late = f"{round(100 * times.late / times.number)}%" if times.number else ""
    said = _standing(step)
    if times.number:
        said.append(
            _(
                "Đã xong %(number)s; một nửa trong %(median)s, chín phần mười trong %(p90)s",
                number=grouped(times.number),
                median=median,
                p90=p90,
            )
        )
    said.append(_("Thời hạn: %(due)s", due=due) if due else _("Không định hạn"))
    if slow:
        said.append(_("Một phần mười việc xong lâu hơn thời hạn"))
    return Row(step, link, share, median, p90, slow, due, late, "\n".join(said))


def _time(hours: Fraction | None, per_day: Fraction) -> str:
    """Working time with halves: it is compared with limits of half a day."""
    if hours is None:
        return ""
    if hours >= per_day:
        tenths = round(hours / per_day, 1)
        days = f"{float(tenths):.1f}".removesuffix(".0").replace(".", ",")
        return _("%(days)s ngày làm việc", days=days)
    return working_time(hours, per_day) if hours else _("dưới 15 phút")


def _warmth(row: Row) -> Warmth:
    tally = row.step.tally
    badge = f"{tally.open} / {tally.overdue}" if tally.open else ""
    return Warmth(row.step.level, badge, row.title)


def _standing(step: HeatStep) -> list[str]:
    """A step and its open work in words."""
    tally, name = step.tally, f"{step.code} {step.name}".strip()
    if not tally.open:
        return [name, _("Không có việc đang mở")]
    return [
        name,
        _(
            "Đang mở %(open)s, quá hạn %(overdue)s (%(share)s)",
            open=grouped(tally.open),
            overdue=grouped(tally.overdue),
            share=f"{round(100 * tally.overdue_share)}%",
        ),
    ]


def _warmth_of_call(call: HeatStep) -> Warmth:
    tally = call.tally
    badge = f"{tally.open} / {tally.overdue}" if tally.open else ""
    said = [*_standing(call), _("Phần dùng chung: các bước ở bảng bên dưới")]
    return Warmth(call.level, badge, "\n".join(said))
