"""Bringing units, people and posts in from a workbook: a look at it first, always."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.adapters.workbooks import MOST_BYTES
from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.messages import say
from engine.ports import UploadedFile
from engine.services.staffing import importing
from engine.services.staffing.plans import Entry, Fate, Plan
from engine.services.staffing.template import template
from web import scope
from web.exports import Column, Table, xlsx_file
from web.presenting import day, sentence

bp = Blueprint("staff_import", __name__, url_prefix="/quan-tri/nhap-nhan-su")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: So many problems and rows stand on a page; of more it tells the number.
MOST_SHOWN = 200

#: Accounts of one import, in the list of their passwords.
MOST_PASSWORDS = 20_000

NAME_LENGTH = 120


@dataclass(frozen=True)
class Part:
    """What would become of one sheet."""

    name: str
    added: int
    changed: int
    same: int
    shown: list[Entry]
    more: int


@bp.get("")
def show() -> ResponseReturnValue:
    """Where the workbook is fetched and handed in."""
    with scope.act() as act:
        require(act.actor, Permission.USER_ADMIN)
        return _form()


@bp.get("/mau.xlsx")
def fetch() -> ResponseReturnValue:
    """The workbook to fill in; with `hien-co` everything that is there."""
    filled = "hien-co" in request.args
    with scope.act() as act:
        content = template(act, filled=filled)
    response = make_response(content)
    response.headers["Content-Type"] = XLSX
    name = f"nhan-su-{day(act.today).replace('/', '-')}.xlsx" if filled else "mau-nhan-su.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.post("")
def look() -> ResponseReturnValue:
    """What the workbook would do; it is kept under its hash until it is brought in."""
    upload = request.files.get("file")
    with scope.act() as act:
        require(act.actor, Permission.USER_ADMIN)
        if upload is None or not upload.filename:
            return _form(_("Hãy chọn tệp Excel.")), 422
        content = upload.stream.read(MOST_BYTES + 1)
        name = upload.filename[-NAME_LENGTH:]
        try:
            made = importing.plan(act, name, content)
            if not made.errors and made.changing:
                act.app.ports.files.keep(UploadedFile(name, content))
        except Misuse as refused:
            return _form(sentence(refused.message)), 422
        return _plan_page(made)


@bp.post("/nhap")
def perform() -> ResponseReturnValue:
    """Brings in what was looked at; the passwords of new accounts are shown right here, once."""
    sent = request.form
    try:
        with scope.act(write=True) as act:
            require(act.actor, Permission.USER_ADMIN)
            content = act.app.ports.files.read(sent.get("tep", ""))
            name = sent.get("ten", "")[-NAME_LENGTH:] or "nhan-su.xlsx"
            done = importing.perform(act, name, content, sent.get("xem-truoc", ""))
            return render_template(
                "administration/import_done.html",
                parts=_parts(done.plan),
                filename=name,
                passwords=done.passwords,
                packed=json.dumps(
                    [[one.username, one.full_name, one.password] for one in done.passwords],
                    ensure_ascii=False,
                ),
            )
    except NotFound:
        with scope.act() as act:
            require(act.actor, Permission.USER_ADMIN)
            return _form(_("Không còn giữ tệp này. Hãy gửi lại tệp.")), 422
    except (Conflict, Misuse) as refused:
        with scope.act() as act:
            made = importing.plan(act, name, content)
            return _plan_page(made, sentence(refused.message)), 409


@bp.post("/mat-khau.xlsx")
def passwords() -> Response:
    """The passwords as a file, out of the page that shows them: nowhere else do they stand."""
    with scope.act() as act:
        require(act.actor, Permission.USER_ADMIN)
        rows = _packed(request.form.get("mat-khau", ""))
    columns = [
        Column(_("Tên đăng nhập"), 22),
        Column(_("Họ và tên"), 32),
        Column(_("Mật khẩu được cấp"), 26),
    ]
    note = _("Mỗi người phải đổi mật khẩu khi đăng nhập lần đầu. Hãy xóa tệp này sau khi trao.")
    return xlsx_file("mat-khau-duoc-cap", [Table(_("Mật khẩu"), columns, rows, note)])


def _packed(text: str) -> list[tuple[str, str, str]]:
    try:
        rows = [tuple(map(str, row)) for row in json.loads(text)][:MOST_PASSWORDS]
    except (ValueError, TypeError):
        rows = []
    if not rows or any(len(row) != 3 for row in rows):
        raise Misuse(say("Danh sách mật khẩu không còn. Hãy đặt lại mật khẩu cho từng người."))
    return [(username, name, password) for username, name, password in rows]


def _form(error: str = "") -> str:
    return render_template("administration/import.html", error=error, megabytes=MOST_BYTES // 2**20)


def _plan_page(made: Plan, refused: str = "") -> str:
    return render_template(
        "administration/import_plan.html",
        plan=made,
        errors=made.errors[:MOST_SHOWN],
        warnings=made.warnings[:MOST_SHOWN],
        most=MOST_SHOWN,
        parts=_parts(made),
        refused=refused,
    )


def _parts(made: Plan) -> list[Part]:
    named = (
        (_("Đơn vị"), made.units),
        (_("Người dùng"), made.users),
        (_("Chức danh"), made.posts),
    )
    found = []
    for name, entries in named:
        moving = [one for one in entries if one.fate is not Fate.SAME]
        found.append(
            Part(
                name,
                made.count(entries, Fate.ADDED),
                made.count(entries, Fate.CHANGED),
                made.count(entries, Fate.SAME),
                list(moving[:MOST_SHOWN]),
                max(0, len(moving) - MOST_SHOWN),
            )
        )
    return found
