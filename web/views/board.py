"""The supervisor's board: what burns, and where, with a way to the tasks behind each number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.clock import local_day
from engine.domain.errors import NotFound
from engine.persistence import worklists
from engine.persistence.board import Tally
from engine.persistence.watching import Limits, Standing, Wanted
from engine.services import board, catalogue
from engine.services.act import Act
from engine.services.board import Board, Line, Officer
from web import exports, scope
from web.exports import Cell, Column, Table
from web.presenting import day, grouped
from web.views import choices
from web.views.lists import lines
from web.views.overdue import watched_unit_names

bp = Blueprint("board", __name__, url_prefix="/giam-sat")

#: So many of the longest overdue tasks stand on the board itself.
WORST = 5

#: So many lines of a table stand on one page.
PAGE_LENGTH = 50


@dataclass(frozen=True)
class Figure:
    """A number at the top."""

    label: str
    number: int
    tone: str
    icon: str
    link: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a table: whose, and its numbers with where they lead to."""

    name: str
    second: str
    link: str
    open: int
    cells: list[tuple[str, int, str, str]]  # label, number, tone, link
    share: int  # percent of the open work that is overdue
    heat: str = ""


@bp.get("")
def show() -> ResponseReturnValue:
    """Figures, the longest overdue tasks, and a table by unit, procedure, step or officer."""
    unit_id, key = choices.number("don_vi"), request.args.get("thu_tuc", "")[:200]
    by = request.args.get("theo", "don-vi")
    page = max(1, choices.number("trang") or 1)
    with scope.act() as act:
        known = board.limits(act)
        found = board.overview(act, known, unit_id, key or None)
        kept: dict[str, Any] = {"don_vi": unit_id, "thu_tuc": key or None}
        tables = _tables(act, found, kept)
        by = by if by in tables else "don-vi"
        rows = tables[by]
        pages = max(1, -(-len(rows) // PAGE_LENGTH))
        page = min(page, pages)
        return render_template(
            "board/show.html",
            figures=_figures(found.total, known, kept),
            total=found.total,
            worst=_worst(act, known, unit_id, key),
            tabs=_labels(),
            by=by,
            rows=rows[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH],
            page=page,
            pages=pages,
            number=len(rows),
            units=watched_unit_names(act),
            procedures=catalogue.procedure_names(act),
            unit_id=unit_id,
            key=key,
            kept=kept,
            soon=known.soon,
        )


@bp.get("/tai-ve.<kind>")
def export(kind: str) -> Response:
    """All tables of the board in a file."""
    files = {"csv": exports.csv_file, "xlsx": exports.xlsx_file}
    if kind not in files:
        raise NotFound()
    unit_id, key = choices.number("don_vi"), request.args.get("thu_tuc", "")[:200]
    with scope.act() as act:
        found = board.overview(act, board.limits(act), unit_id, key or None)
        tables = [
            Table(_("Theo đơn vị"), _columns(_("Đơn vị")), _cells(found.units)),
            Table(_("Theo thủ tục"), _columns(_("Thủ tục")), _cells(found.procedures)),
            Table(
                _("Theo bước"),
                [*_columns(_("Bước")), Column(_("Thủ tục"), 40)],
                [
                    [*cells, line.procedure]
                    for cells, line in zip(_cells(found.steps), found.steps, strict=True)
                ],
            ),
            Table(
                _("Theo cán bộ"),
                [
                    *_columns(_("Cán bộ")),
                    Column(_("Xong 30 ngày qua")),
                    Column(_("Chức danh, đơn vị"), 60),
                ],
                [
                    [*_numbers(one.name, one.tally), one.finished, _posts(act, one)]
                    for one in found.officers
                ],
            ),
        ]
        return files[kind](f"giam-sat-{local_day(act.now):%Y-%m-%d}", tables)


def _labels() -> list[tuple[str, str]]:
    return [
        ("don-vi", _("Theo đơn vị")),
        ("thu-tuc", _("Theo thủ tục")),
        ("buoc", _("Theo bước")),
        ("can-bo", _("Theo cán bộ")),
    ]


def _figures(total: Tally, known: Limits, kept: dict[str, Any]) -> list[Figure]:
    def link(**more: Any) -> str:
        return url_for("overdue.show", **{**kept, **more})

    return [
        Figure(
            _("Quá hạn"),
            total.overdue,
            "overdue" if total.overdue else "calm",
            "exclamation-octagon-fill",
            link(),
            _("trên %(open)s việc đang mở", open=grouped(total.open)),
        ),
        Figure(
            _("Sắp đến hạn"),
            total.soon,
            "soon" if total.soon else "calm",
            "hourglass-split",
            link(xem="sap-den-han"),
            _("từ nay đến hết ngày %(day)s", day=day(known.soon)),
        ),
        Figure(
            _("Chưa ai nhận"),
            total.unclaimed,
            "soon" if total.left_lying else "calm",
            "inbox",
            link(xem="tat-ca", giu="chua-nhan"),
            _("%(number)s việc đã quá 1 ngày làm việc", number=grouped(total.left_lying)),
        ),
        Figure(
            _("Chờ bên ngoài lâu"),
            total.long_outside,
            "soon" if total.long_outside else "calm",
            "pause-circle-fill",
            link(xem="un-tac", giu="ben-ngoai"),
            _("lâu hơn thường lệ, trên %(number)s việc đang chờ", number=grouped(total.outside)),
        ),
        Figure(
            _("Gấp"),
            total.urgent,
            "soon" if total.urgent else "calm",
            "exclamation-triangle-fill",
            link(xem="gap"),
            _("việc của hồ sơ được đánh dấu"),
        ),
    ]


def _worst(act: Act, known: Limits, unit_id: int | None, key: str) -> list[Any]:
    wanted = Wanted(known, Standing.OVERDUE, unit_id=unit_id, procedure_key=key or None)
    return lines(act, worklists.watched(act.session, act.actor, wanted, limit=WORST).lines)


def _tables(act: Act, found: Board, kept: dict[str, Any]) -> dict[str, list[Row]]:
    return {
        "don-vi": [_row(line, {**kept, "don_vi": line.unit_id}) for line in found.units],
        "thu-tuc": [
            _row(
                line,
                {**kept, "thu_tuc": line.procedure_key},
                heat=url_for("heat.show", key=line.procedure_key, don_vi=kept["don_vi"]),
            )
            for line in found.procedures
        ],
        "buoc": [
            _row(
                line,
                {**kept, "thu_tuc": line.procedure_key, "buoc": "/".join(line.step or ())},
                second=line.procedure,
            )
            for line in found.steps
        ],
        "can-bo": [_desk(act, one, kept) for one in found.officers],
    }


def _row(line: Line, params: dict[str, Any], second: str = "", heat: str = "") -> Row:
    def link(**more: Any) -> str:
        return url_for("overdue.show", **{**params, **more})

    tally = line.tally
    return Row(
        name=line.name,
        second=second,
        link=link(xem="tat-ca"),
        open=tally.open,
        cells=[
            (_("Quá hạn"), tally.overdue, "overdue", link()),
            (_("Sắp đến hạn"), tally.soon, "soon", link(xem="sap-den-han")),
            (_("Chưa ai nhận"), tally.unclaimed, "", link(xem="tat-ca", giu="chua-nhan")),
            (_("Ùn tắc"), tally.stuck, "soon", link(xem="un-tac")),
            (_("Gấp"), tally.urgent, "", link(xem="gap")),
        ],
        share=round(100 * tally.overdue_share),
        heat=heat,
    )


def _desk(act: Act, one: Officer, kept: dict[str, Any]) -> Row:
    params = {**kept, "can_bo": one.user_id}
    tally = one.tally

    def link(**more: Any) -> str:
        return url_for("overdue.show", **{**params, **more})

    return Row(
        name=one.name,
        second=_posts(act, one),
        link=link(xem="tat-ca"),
        open=tally.open,
        cells=[
            (_("Quá hạn"), tally.overdue, "overdue", link()),
            (_("Sắp đến hạn"), tally.soon, "soon", link(xem="sap-den-han")),
            (_("Gấp"), tally.urgent, "", link(xem="gap")),
            (_("Xong 30 ngày qua"), one.finished, "", ""),
        ],
        share=round(100 * tally.overdue_share),
    )


def _posts(act: Act, one: Officer) -> str:
    """What the officer is, and where."""
    roles, units = act.app.roles.roles, scope.units()
    said = [
        f"{roles[role].name if role in roles else role}, {units[unit].name}"
        for role, unit in dict.fromkeys(one.posts)
    ]
    return "; ".join(said) or _("không còn giữ chức danh")


def _columns(first: str) -> list[Column]:
    titles = (
        _("Đang mở"),
        _("Quá hạn"),
        _("Sắp đến hạn"),
        _("Chưa ai nhận"),
        _("Chưa ai nhận quá 1 ngày làm việc"),
        _("Chờ bên ngoài"),
        _("Chờ bên ngoài lâu"),
        _("Gấp"),
    )
    return [Column(first, 44), *(Column(title) for title in titles)]


def _cells(found: Sequence[Line]) -> list[list[Cell]]:
    return [_numbers(line.name, line.tally) for line in found]


def _numbers(name: str, tally: Tally) -> list[Cell]:
    return [
        name,
        tally.open,
        tally.overdue,
        tally.soon,
        tally.unclaimed,
        tally.left_lying,
        tally.outside,
        tally.long_outside,
        tally.urgent,
    ]
