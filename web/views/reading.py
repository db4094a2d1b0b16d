"""Who read which person's data: by dossier, person, user and day, for administrators."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.clock import local_day
from engine.domain.errors import Misuse, NotFound
from engine.persistence.readings import ReadingLine
from engine.services import reading
from engine.services.reading import Asked
from web import exports, scope
from web.exports import Cell, Column, Table
from web.presenting import sentence
from web.views.acting import day_of

bp = Blueprint("reading", __name__, url_prefix="/quan-tri/luot-xem")

FIELDS = ("ma", "nguoi", "can_bo", "tu", "den")


@bp.get("")
def show() -> ResponseReturnValue:
    """Lines of the access log, the latest first."""
    typed, after = _typed(), request.args.get("sau")
    wrong = ""
    with scope.act() as act:
        try:
            which = reading.wanted(act, _asked(typed))
        except Misuse as refused:
            which, wrong = reading.wanted(act, Asked()), sentence(refused.message)
        found = reading.listed(act, which, after if not wrong else None)
        shown = {name: value for name, value in typed.items() if value}
        page = render_template(
            "reading/show.html",
            lines=[(line, what(line.what)) for line in found.lines] if not wrong else [],
            typed=typed,
            shown=shown,
            wrong=wrong,
            next_url=url_for("reading.show", **shown, sau=found.after)
            if found.after and not wrong
            else "",
            first_url=url_for("reading.show", **shown) if after else "",
        )
        return page, 422 if wrong else 200


@bp.get("/tai-ve.<kind>")
def export(kind: str) -> ResponseReturnValue:
    """The lines as chosen, in a file."""
    files = {"csv": exports.csv_file, "xlsx": exports.xlsx_file}
    if kind not in files:
        raise NotFound()
    with scope.act() as act:
        which = reading.wanted(act, _asked(_typed()))
        found, more = reading.whole(act, which, exports.MOST_ROWS)
        columns = [
            Column(_("Lúc"), 17),
            Column(_("Người xem"), 28),
            Column(_("Tên đăng nhập"), 18),
            Column(_("Đã xem"), 44),
            Column(_("Mã hồ sơ"), 18),
            Column(_("Người số"), 10),
            Column(_("Mã yêu cầu"), 34),
        ]
        table = Table(_("Lượt xem"), columns, _rows(found), exports.note_of(more))
        return files[kind](f"luot-xem-{local_day(act.now):%Y-%m-%d}", [table])


def what(stored: str) -> str:
    """A line's `what` in words: the page by its endpoint, and the number of what it showed."""
    endpoint, _bar, number = stored.partition("|")
    known = {
        "board.export": _("Tải số liệu giám sát, %(number)s dòng", number=number),
        "cases.attachment": _("Tải tệp đính kèm số %(number)s", number=number),
        "cases.show": _("Trang hồ sơ"),
        "filing.receipt": _("Giấy tiếp nhận, hẹn trả"),
        "originals.paper": _("Biên bản bàn giao bản gốc số %(number)s", number=number),
        "overdue.export": _("Tải danh sách việc đang theo dõi, %(number)s dòng", number=number),
        "persons.alike": _("Được báo là có hồ sơ về cùng người"),
        "reading.export": _("Tải nhật ký lượt xem, %(number)s dòng", number=number),
        "tasks.show": _("Trang làm việc của hồ sơ"),
    }
    if endpoint in known:
        return known[endpoint]
    room, _dot, page = endpoint.partition(".")
    numbered = {
        "attachments": _("Tệp đính kèm số %(number)s", number=number),
        "books": _("Tải sổ văn bản, %(number)s dòng", number=number),
        "document_acts": _("Văn bản số %(number)s", number=number),
        "documents": _("Văn bản số %(number)s", number=number),
        "dossier_lists": _("Danh sách hồ sơ số %(number)s", number=number),
        "letters": _("Thư xin lỗi số %(number)s", number=number),
        "list_papers": _("Văn bản của danh sách số %(number)s", number=number),
        "list_rows": _("Danh sách hồ sơ số %(number)s", number=number),
        "originals": _("Bản gốc số %(number)s", number=number),
        "registers": _("Tải sổ theo dõi hồ sơ, số %(number)s", number=number),
        "sealing": _("Chữ ký số của văn bản số %(number)s", number=number),
    }
    plain = {
        "annex": _("Phụ lục thời hạn"),
        "books": _("Tải sổ văn bản"),
        "clock": _("Trang tạm dừng, gia hạn, dừng hồ sơ"),
        "documents": _("Văn bản của hồ sơ"),
        "filing": _("Trang vừa tiếp nhận hồ sơ"),
        "giving": _("Trang giao lại việc"),
        "hurrying": _("Trang đánh dấu gấp"),
        "letters": _("Thư xin lỗi"),
        "linking": _("Hồ sơ liên kết"),
        "persons": _("Thông tin nhân thân"),
        "registers": _("Tải sổ theo dõi hồ sơ"),
    }
    found = numbered.get(room) if number else plain.get(room)
    return found or _("Trang “%(page)s”", page=f"{room} {page} {number}".strip())


def _typed() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:100] for name in FIELDS}


def _asked(typed: dict[str, str]) -> Asked:
    """Raises Misuse for what is no day."""
    return Asked(
        code=typed["ma"],
        person=typed["nguoi"],
        user=typed["can_bo"],
        since=day_of(typed["tu"]) if typed["tu"] else None,
        until=day_of(typed["den"]) if typed["den"] else None,
    )


def _rows(lines: list[ReadingLine]) -> Iterator[list[Cell]]:
    for line in lines:
        yield [
            line.at,
            line.name,
            line.username,
            what(line.what),
            line.code,
            line.person_id,
            line.request,
        ]
