"""The letter and the list as paper: pages to look at, PDF and workbook to take away."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.errors import NotFound
from engine.services.listing import letters, viewing
from web import scope

bp = Blueprint("list_papers", __name__, url_prefix="/danh-sach")

#: Pixels of a page that is looked at; landscape pages are wider.
WIDTHS = {letters.LETTER: 900}
WIDE = 1300

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<int:list_id>/xem")
def look(list_id: int) -> ResponseReturnValue:
    """The letter with its list behind it, page by page, as they are or would be issued."""
    with scope.act() as act:
        page = viewing.list_page(act, list_id)
        papers = {
            kind: viewing.paper(act, list_id, kind) for kind in (letters.LETTER, page.row.kind)
        }
        pages = [
            (kind, number, paper.key or None)
            for kind, paper in papers.items()
            for number in range(1, viewing.pages_of(paper) + 1)
        ]
        return render_template("lists/look.html", page=page, row=page.row, pages=pages)


@bp.get("/<int:list_id>/xem/<kind>/<int:number>.png")
def picture(list_id: int, kind: str, number: int) -> ResponseReturnValue:
    """One page as a picture."""
    with scope.act() as act:
        width, key = WIDTHS.get(kind, WIDE), request.args.get("ban", "")[:64]
        found = viewing.picture(act, list_id, kind, number, width, key)
    answer = make_response(found)
    answer.content_type = "image/png"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/<int:list_id>/<kind>.pdf")
def pdf(list_id: int, kind: str) -> ResponseReturnValue:
    """The PDF; a draft says so in its name."""
    with scope.act() as act:
        paper = viewing.paper(act, list_id, kind)
    name = f"{kind}-{list_id}.pdf" if paper.issued else f"du-thao-{kind}-{list_id}.pdf"
    return _file(paper.pdf, "application/pdf", name)


@bp.get("/<int:list_id>/<kind>.xlsx")
def xlsx(list_id: int, kind: str) -> ResponseReturnValue:
    """The list as a workbook."""
    with scope.act() as act:
        if viewing.visible(act, list_id).kind != kind:
            raise NotFound
        content = viewing.sheet(act, list_id)
    return _file(content, XLSX, f"{kind}-{list_id}.xlsx")


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = make_response(content)
    answer.content_type = kind
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
