"""Bringing in running dossiers: a sheet is tried first, and brought in when nothing is wrong."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.errors import Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.ports import UploadedFile
from engine.services import importing
from engine.services.act import Act
from engine.services.importing import MOST_ROWS, Plan, sheet
from engine.services.viewing import CasePage
from web import scope
from web.presenting import sentence
from web.views import sheets

bp = Blueprint("importing", __name__, url_prefix="/quan-tri/nhap-ho-so")

#: A page shows so many wrong cells; the rest when these are mended.
MOST_SHOWN = 200

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
def show() -> ResponseReturnValue:
    """What a sheet must look like, and the field to send one."""
    with scope.act() as act:
        require(act.actor, Permission.CASE_IMPORT)
        return _page()


@bp.get("/mau.xlsx")
def template() -> ResponseReturnValue:
    """The empty sheet, with today's procedures, steps and units."""
    with scope.act() as act:
        answer = Response(sheet.template(act), mimetype=_SHEET)
        name = f"ho-so-dang-giai-quyet-{local_day(act.now):%Y-%m-%d}.xlsx"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return answer


@bp.post("")
def send() -> ResponseReturnValue:
    """Tries the sheet; with `lam=nhap` the one tried just now is brought in."""
    with scope.act() as act:
        require(act.actor, Permission.CASE_IMPORT)
    try:
        name, content, kept = _sent()
        rows, unread = sheet.read(content)
        plan = Plan()
        if rows:
            with scope.act(write=True) as act:
                plan = importing.check(act, rows, name)
        plan.problems = sorted([*unread, *plan.problems], key=lambda one: one.line)
        if not plan.placed and not plan.problems:
            raise Misuse(say("Tệp không có dòng hồ sơ nào."))
        if plan.problems or request.form.get("lam") != "nhap":
            with scope.act():
                return _page(plan, name=name, kept=kept), 422 if plan.problems else 200
        with scope.act(write=True) as act:
            plan = importing.bring_in(act, rows, name, content)
    except Misuse as refused:
        with scope.act():
            return _page(error=sentence(refused.message)), 422
    with scope.act():
        return _page(plan, name=name, done=True)


def case_panel(_act: Act, page: CasePage) -> Markup:
    """Where a dossier came from that began elsewhere; nothing for all others."""
    if page.case.import_id is None:
        return Markup()
    line = next((one for one in page.journal if one.act == Journalled.CASE_IMPORTED), None)
    if line is None:
        return Markup()
    shown = render_template(
        "importing/panel.html",
        code=line.facts.get("code", ""),
        note=line.facts.get("note", ""),
        at=line.at,
    )
    return Markup(shown)  # noqa: S704  a template of ours, escaped by itself


def _sent() -> tuple[str, bytes, dict[str, str]]:
    """The sheet's name and bytes, sent now or kept when it was tried; and how it is kept.

    Raises Misuse.
    """
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        content, name = upload.read(), upload.filename.replace("\\", "/").rpartition("/")[2]
        return name[:255], content, _kept(name, content)
    digest = request.form.get("kept_file", "")
    again = sheets.kept_again(digest, request.form.get("kept_name", "")) if digest else None
    if again is None or not again.content:
        raise Misuse(say("Hãy chọn tệp Excel (.xlsx)."))
    return again.filename, again.content, _kept(again.filename, again.content)


def _kept(name: str, content: bytes) -> dict[str, str]:
    """Nobody sends a sheet twice to bring in what was tried."""
    sheet.read(content)  # only what is such a sheet
    kept = sheets.keep({"document": UploadedFile(name, content)})
    file = kept.values["document"]
    known = file if isinstance(file, dict) and "file" in file else {}
    return {
        "file": str(known.get("file", "")),
        "name": str(known.get("name", "")),
        "proof": kept.proof,
    }


def _page(
    plan: Plan | None = None,
    *,
    name: str = "",
    kept: dict[str, str] | None = None,
    done: bool = False,
    error: str = "",
) -> str:
    return render_template(
        "importing/show.html",
        plan=plan,
        shown=plan.problems[:MOST_SHOWN] if plan else [],
        name=name,
        kept=kept,
        done=done,
        error=error,
        most=MOST_ROWS,
        template_url=url_for("importing.template"),
        title=_("Nhập hồ sơ đang giải quyết dở"),
    )
