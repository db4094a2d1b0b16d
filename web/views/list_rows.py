"""What an open list holds and says: choosing dossiers, their rows, their order, the letter."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.errors import DossiersBlocked, Misuse, NotFound
from engine.persistence.tables import DossierListRow
from engine.services.act import Act
from engine.services.listing import gathering, letters, reissuing, viewing, writing
from engine.services.listing.viewing import Line, ListPage
from web import scope
from web.views.dossier_lists import numbers, refused_page

bp = Blueprint("list_rows", __name__, url_prefix="/danh-sach")

QUERY_LENGTH = 200


@bp.get("/moi")
def choose() -> ResponseReturnValue:
    """Chooses dossiers for a new list, or more of them for one that is being made."""
    with scope.act() as act:
        return _choosing(act)


@bp.post("/moi")
def make() -> ResponseReturnValue:
    """Makes the list, or puts the chosen dossiers on it."""
    chosen, to = numbers("viec"), numbers("danh_sach")
    try:
        with scope.act(write=True) as act:
            if to:
                row = gathering.add(act, to[0], chosen)
                told = ngettext("Đã thêm %(num)d hồ sơ.", "Đã thêm %(num)d hồ sơ.", len(chosen))
            else:
                row = gathering.make(act, chosen, request.form.get("ten", "")[:500])
                told = ngettext(
                    "Đã lập danh sách gồm %(num)d hồ sơ. Soát từng dòng rồi trình.",
                    "Đã lập danh sách gồm %(num)d hồ sơ. Soát từng dòng rồi trình.",
                    len(chosen),
                )
            flash(told, "good")
            return redirect(url_for("dossier_lists.one", list_id=row.id))
    except DossiersBlocked as stuck:
        with scope.act() as act:
            return _choosing(act, stuck=stuck), 409
    except Misuse as wrong:
        with scope.act() as act:
            return _choosing(act, wrong=wrong), 422


def _choosing(act: Act, stuck: DossiersBlocked | None = None, wrong: Misuse | None = None) -> str:
    said = request.values
    process, _slash, element = said.get("buoc", "")[:QUERY_LENGTH].partition("/")
    query = said.get("q", "").strip()[:QUERY_LENGTH]
    to = said.get("danh_sach", type=int)
    row = act.session.get(DossierListRow, to) if to and 0 < to < 2**31 else None
    if row is not None:
        viewing.visible(act, row.id)
        process, element = row.process, row.element
    found = gathering.candidates(act, process, element, query)
    name = next(
        (
            p.kind.name
            for p in gathering.places(act)
            if (p.process, p.element) == (process, element)
        ),
        None,
    )
    if name is None and row is None and not query:
        raise NotFound
    chosen = set(numbers("viec"))
    return render_template(
        "lists/choose.html",
        candidates=found,
        ready=sum(one.why_not is None and not one.missing for one in found),
        chosen=chosen,
        asked=request.method == "POST",
        name=name,
        title=said.get("ten", "") or _title(act),
        place=f"{process}/{element}",
        query=query,
        row=row,
        stuck=stuck.blocked if stuck else (),
        wrong=wrong.message if wrong else None,
        most=gathering.MOST,
    )


def _title(act: Act) -> str:
    return _(
        "Danh sách đề nghị cấp đổi Bằng “Tổ quốc ghi công” tháng %(month)s năm %(year)s",
        month=act.today.month,
        year=act.today.year,
    )


@bp.get("/<int:list_id>/dong/<int:case_id>")
def edit(list_id: int, case_id: int) -> ResponseReturnValue:
    """One row of an open list, to be written."""
    with scope.act() as act:
        return _row_page(viewing.list_page(act, list_id), case_id)


@bp.post("/<int:list_id>/dong/<int:case_id>")
def write(list_id: int, case_id: int) -> ResponseReturnValue:
    """Writes the row; goes to the next one, or back to the list."""
    values = {name: text[:500] for name, text in request.form.items()}
    try:
        with scope.act(write=True) as act:
            writing.write_row(act, list_id, case_id, values)
            page = viewing.list_page(act, list_id)
            ids = [line.case.id for line in page.lines]
            place = request.form.get("vi_tri", type=int) if page.may_change else None
            if place and ids[place - 1 : place] != [case_id]:
                writing.move(act, list_id, case_id, place)
    except Misuse as wrong:
        with scope.act() as act:
            return _row_page(viewing.list_page(act, list_id), case_id, values, wrong), 422
    following = ids[ids.index(case_id) + 1 :][:1]
    if request.form.get("sang_dong_sau") and following:
        return redirect(url_for("list_rows.edit", list_id=list_id, case_id=following[0]))
    flash(_("Đã ghi dòng của hồ sơ."), "good")
    return redirect(url_for("dossier_lists.one", list_id=list_id) + f"#h{case_id}")


def _row_page(
    page: ListPage,
    case_id: int,
    values: dict[str, str] | None = None,
    wrong: Misuse | None = None,
) -> str:
    found = [(at, line) for at, line in enumerate(page.lines, 1) if line.case.id == case_id]
    if not found or not page.may_correct:
        raise NotFound
    number, line = found[0]
    return render_template(
        "lists/row.html",
        page=page,
        line=line,
        number=number,
        said=_said(line, values),
        wrong=wrong.message if wrong else None,
        last=number == len(page.lines),
    )


def _said(line: Line, values: dict[str, str] | None) -> dict[str, str]:
    """What the fields hold: what was sent, else the row with what it suggests."""
    return {**line.row, **line.suggested, **(values or {})}


@bp.post("/<int:list_id>/dien")
def fill(list_id: int) -> ResponseReturnValue:
    """Writes the same into all blank rows of a column."""
    try:
        with scope.act(write=True) as act:
            key, value = request.form.get("cot", "")[:40], request.form.get("noi_dung", "")[:500]
            number = writing.fill_blanks(act, list_id, key, value)
            flash(ngettext("Đã điền %(num)d dòng.", "Đã điền %(num)d dòng.", number), "good")
        return redirect(url_for("dossier_lists.one", list_id=list_id) + "#dong")
    except Misuse as wrong:
        return refused_page(list_id, wrong)


@bp.post("/<int:list_id>/xep")
def order(list_id: int) -> ResponseReturnValue:
    """Orders the rows."""
    with scope.act(write=True) as act:
        writing.rearrange(act, list_id, request.form.get("theo", "")[:20])
        return redirect(url_for("dossier_lists.one", list_id=list_id) + "#dong")


@bp.post("/<int:list_id>/van-ban")
def write_letter(list_id: int) -> ResponseReturnValue:
    """Writes the list's name and what its letter says."""
    said = {part: request.form.get(part, "")[:5000] for part in letters.PARTS}
    try:
        with scope.act(write=True) as act:
            writing.rename(act, list_id, request.form.get("ten", "")[:500], said)
            flash(_("Đã ghi văn bản của danh sách."), "good")
        return redirect(url_for("dossier_lists.one", list_id=list_id) + "#van-ban")
    except Misuse as wrong:
        return refused_page(list_id, wrong)


@bp.get("/<int:list_id>/bo/<int:case_id>")
def leaving(list_id: int, case_id: int) -> ResponseReturnValue:
    """Asks why a dossier leaves the list."""
    with scope.act() as act:
        return _leaving(viewing.list_page(act, list_id), case_id)


@bp.post("/<int:list_id>/bo/<int:case_id>")
def leave(list_id: int, case_id: int) -> ResponseReturnValue:
    """Takes the dossier off."""
    reason = request.form.get("ly_do", "")[:500]
    try:
        with scope.act(write=True) as act:
            gathering.take_off(act, list_id, case_id, reason)
            flash(_("Đã rút hồ sơ khỏi danh sách."), "good")
        return redirect(url_for("dossier_lists.one", list_id=list_id))
    except Misuse as wrong:
        with scope.act() as act:
            return _leaving(viewing.list_page(act, list_id), case_id, reason, wrong), 422


def _leaving(page: ListPage, case_id: int, reason: str = "", wrong: Misuse | None = None) -> str:
    line = next((line for line in page.lines if line.case.id == case_id), None)
    if line is None or not (page.may_change or page.may_work):
        raise NotFound
    return render_template(
        "lists/leave.html",
        page=page,
        line=line,
        reason=reason,
        wrong=wrong.message if wrong else None,
    )


@bp.get("/<int:list_id>/cap-lai")
def correct(list_id: int) -> ResponseReturnValue:
    """Asks why an issued list is issued anew."""
    with scope.act() as act:
        return _correcting(viewing.list_page(act, list_id))


@bp.post("/<int:list_id>/cap-lai")
def reissue(list_id: int) -> ResponseReturnValue:
    """Issues the list anew, with its letter where that was chosen."""
    reason, letter = request.form.get("ly_do", "")[:500], bool(request.form.get("cong_van"))
    try:
        with scope.act(write=True) as act:
            reissuing.reissue(act, list_id, reason, with_letter=letter)
            flash(_("Đã cấp lại. Bản trước vẫn được giữ, ghi là đã thay thế."), "good")
        return redirect(url_for("dossier_lists.one", list_id=list_id))
    except Misuse as wrong:
        with scope.act() as act:
            return _correcting(viewing.list_page(act, list_id), reason, wrong), 422


def _correcting(page: ListPage, reason: str = "", wrong: Misuse | None = None) -> str:
    if not page.may_reissue:
        raise NotFound
    said = wrong.message if wrong else None
    return render_template("lists/reissue.html", page=page, reason=reason, wrong=said)
