"""Form 07, the sổ theo dõi hồ sơ of a unit and year: read, printed, closed for the year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import Permission, allows
from engine.domain.clock import local_day
from engine.domain.errors import Conflict, Misuse
from engine.domain.messages import Message
from engine.domain.states import DocumentState
from engine.persistence import registers as stored
from engine.services import book_prints, registers
from engine.services.act import Act
from engine.services.registers import Line
from web import exports, scope
from web.exports import Cell, Column, Table
from web.presenting import sentence
from web.views import books

bp = Blueprint("registers", __name__, url_prefix="/so-theo-doi")

REFUSED = (Misuse, Conflict)


@bp.get("")
def show() -> ResponseReturnValue:
    """The dossiers that one of my units received in a year, the latest first."""
    with scope.act() as act:
        return _page(act)


@bp.post("/chot")
def close() -> ResponseReturnValue:
    """Keeps the year's register as it stands: “chốt sổ năm”."""
    unit_id = request.form.get("unit", type=int) or 0
    year = request.form.get("year", type=int) or 0
    reason = request.form.get("reason", "")
    try:
        with scope.act(write=True) as act:
            book_prints.close_year(act, unit_id, year, reason)
            flash(_("Đã chốt sổ năm %(year)s và lưu bản in.", year=year), "good")
            return redirect(_address(unit_id, year))
    except REFUSED as refused:
        wrong = refused.message
    with scope.act() as act:
        return _page(act, unit_id, year, reason, wrong), 422


@bp.get("/<int:unit_id>/<int:year>.pdf")
def printed(unit_id: int, year: int) -> Response:
    """The register as it stands now, on paper."""
    with scope.act() as act:
        return books.pdf(book_prints.register_sheet(act, unit_id, year))


@bp.get("/<int:unit_id>/<int:year>.xlsx")
def export(unit_id: int, year: int) -> Response:
    """The same in a spreadsheet."""
    with scope.act() as act:
        rows = _rows(registers.whole(act, unit_id, year, exports.MOST_ROWS))
        table = Table(book_prints.register_title(year), _columns(), rows)
        return exports.xlsx_file(f"so-theo-doi-{year}-{local_day(act.now):%Y-%m-%d}", [table])


@bp.get("/ban-chot/<int:document_id>")
def kept(document_id: int) -> Response:
    """A register as it was kept when its year was closed."""
    with scope.act() as act:
        return books.pdf(book_prints.kept_sheet(act, document_id))


def _page(
    act: Act,
    unit_id: int | None = None,
    year: int | None = None,
    reason: str = "",
    wrong: Message | None = None,
) -> str:
    choice = books.units_to_choose(act)
    if not choice:
        return render_template("books/none.html", administers=False)
    unit = books.chosen_unit(choice, unit_id or request.args.get("don-vi", type=int))
    year = year or books.chosen_year(act)
    after = request.args.get("sau")
    found = registers.page(act, unit.id, year, after)
    closed = book_prints.kept_registers(act, unit.id, year)
    ids = [line.entry.case_id for line in found.lines]
    return render_template(
        "registers/show.html",
        unit=unit,
        units=choice,
        year=year,
        years=sorted({*registers.years(act, unit.id), year}, reverse=True),
        lines=found.lines,
        seen=stored.seen(act.session, ids, act.actor.units | act.actor.supervised),
        kept=closed,
        stands=any(row.state == DocumentState.ISSUED for row in closed),
        may_close=allows(act.actor, Permission.BOOK_KEEP, unit.id)
        and bool(found.lines)
        and registers.over(act, year),
        reason=reason,
        wrong=wrong,
        next_url=_address(unit.id, year, found.after) if found.after else "",
        first_url=_address(unit.id, year) if after else "",
    )


def _columns() -> list[Column]:
    return [
        Column(_("STT"), 6),
        Column(_("Mã hồ sơ"), 18),
        Column(_("Người nộp"), 30),
        Column(_("Thủ tục"), 38),
        Column(_("Ngày tiếp nhận"), 17),
        Column(_("Hẹn trả"), 17),
        Column(_("Dự kiến"), 9),
        Column(_("Ngày trả"), 17),
        Column(_("Kết quả hoặc nơi đang giải quyết"), 46),
        Column(_("Đúng hẹn, trễ hẹn"), 24),
        Column(_("Ký nhận"), 14),
    ]


def _rows(lines: Iterable[Line]) -> Iterator[list[Cell]]:
    for place, line in enumerate(lines, start=1):
        entry = line.entry
        yield [
            place,
            entry.code,
            entry.applicant,
            entry.procedure,
            entry.filed_at,
            entry.due_at,
            _("dự kiến") if entry.due_at and entry.due_expected else "",
            entry.finished_at,
            line.place,
            sentence(line.standing),
            "",
        ]


def _address(unit_id: int, year: int, after: str | None = None) -> str:
    return url_for("registers.show", **{"don-vi": unit_id, "nam": year, "sau": after})
