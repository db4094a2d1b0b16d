"""The list of tasks for those who watch over others, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.clock import local_day
from engine.domain.errors import NotFound
from engine.persistence import people, worklists
from engine.persistence.calendars import load_calendar
from engine.persistence.queues import watched_units
from engine.persistence.worklists import InboxLine
from engine.services import board, catalogue
from engine.services.act import Act
from web import exports, scope
from web.exports import Cell, Column, Table
from web.views import choices
from web.views.choices import Choice
from web.views.lists import lines, standing

bp = Blueprint("overdue", __name__)

PAGE_LENGTH = 50


@bp.get("/qua-han")
def show() -> ResponseReturnValue:
    """Open tasks as chosen, the longest overdue first."""
    choice, after = choices.chosen(), request.args.get("sau")
    with scope.act() as act:
        known = board.limits(act)
        found = worklists.watched(
            act.session, act.actor, choice.wanted(known), choice.query, after, PAGE_LENGTH
        )
        params = choice.params
        return render_template(
            "overdue/show.html",
            choice=choice,
            lines=lines(act, found.lines),
            tabs=choices.tabs(),
            desks=choices.desks(),
            units=watched_unit_names(act),
            procedures=catalogue.procedure_names(act),
            step_name=_step_name(found.lines, choice),
            officer_name=people.names(act.session, [choice.officer_id]).get(choice.officer_id, "")
            if choice.officer_id
            else "",
            params=params,
            most=f"{exports.MOST_ROWS:,}".replace(",", "."),
            next_url=url_for("overdue.show", **params, sau=found.after) if found.after else "",
            first_url=url_for("overdue.show", **params) if after else "",
        )


@bp.get("/qua-han/tai-ve.<kind>")
def export(kind: str) -> Response:
    """The list as chosen, in a file."""
    files = {"csv": exports.csv_file, "xlsx": exports.xlsx_file}
    if kind not in files:
        raise NotFound()
    choice = choices.chosen()
    with scope.act() as act:
        found, more = worklists.watched_whole(
            act.session,
            act.actor,
            choice.wanted(board.limits(act)),
            choice.query,
            exports.MOST_ROWS,
        )
        name = dict(choices.tabs())[choice.standing]
        table = Table(name, _columns(), _rows(act, found), exports.note_of(more))
        return files[kind](f"viec-{choice.standing}-{local_day(act.now):%Y-%m-%d}", [table])


def _columns() -> list[Column]:
    return [
        Column(_("Mã hồ sơ"), 18),
        Column(_("Người nộp"), 28),
        Column(_("Thủ tục"), 34),
        Column(_("Bước"), 38),
        Column(_("Lần"), 6),
        Column(_("Đơn vị"), 30),
        Column(_("Chức danh"), 26),
        Column(_("Đang giữ"), 24),
        Column(_("Bắt đầu bước"), 17),
        Column(_("Hạn của bước"), 17),
        Column(_("Hẹn trả hồ sơ"), 17),
        Column(_("Tình trạng"), 30),
        Column(_("Gấp"), 6),
    ]


def _rows(act: Act, found: list[InboxLine]) -> Iterator[list[Cell]]:
    calendar = load_calendar(act.session, act.app.settings.shifts)
    roles = act.app.roles.roles
    for line in found:
        yield [
            line.code,
            line.applicant,
            line.procedure_name,
            line.name,
            line.round,
            line.unit_name,
            roles[line.role].name if line.role in roles else line.role,
            line.assignee_name or "",
            line.opened_at,
            line.due_at,
            line.case_due_at,
            standing(line, act.now, calendar).text,
            _("Gấp") if line.urgent else "",
        ]


def watched_unit_names(act: Act) -> list[tuple[int, str]]:
    known = scope.units()
    watched = [known[unit] for unit in watched_units(act.actor) if unit in known]
    return sorted(((unit.id, unit.name) for unit in watched), key=lambda one: one[1])


def _step_name(found: tuple[InboxLine, ...], choice: Choice) -> str:
    """What the chosen step is called: as its tasks are."""
    if choice.step is None:
        return ""
    return next((line.name for line in found), choice.step[1])
