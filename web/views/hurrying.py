"""Marking a dossier as urgent, or no longer, with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import Permission, require
from engine.persistence.cases import surroundings
from engine.persistence.tables import CaseRow
from engine.services import hurrying
from engine.services.act import Act
from web import scope

bp = Blueprint("hurrying", __name__)


@bp.get("/ho-so/<int:case_id>/gap")
def show(case_id: int) -> ResponseReturnValue:
    """Asks for the reason."""
    with scope.act() as act:
        return _page(act, case_id)


@bp.post("/ho-so/<int:case_id>/gap")
def change(case_id: int) -> ResponseReturnValue:
    """Marks, or takes the mark off."""
    reason = " ".join(request.form.get("reason", "").split())
    if not 0 < len(reason) <= hurrying.REASON_LENGTH:
        with scope.act() as act:
            return _page(act, case_id, reason, judged=True), 422
    with scope.act(write=True) as act:
        if request.form.get("off"):
            hurrying.unhurry(act, case_id, reason)
            flash(_("Đã bỏ đánh dấu gấp."), "good")
        else:
            hurrying.hurry(act, case_id, reason)
            flash(_("Đã đánh dấu hồ sơ là gấp. Việc đang mở được đưa lên đầu."), "good")
    return redirect(url_for("cases.show", case_id=case_id))


def _page(act: Act, case_id: int, reason: str = "", judged: bool = False) -> str:
    subject = surroundings(act.session, case_id).subject
    require(act.actor, Permission.CASE_VIEW, subject)
    require(act.actor, Permission.CASE_HURRY, subject)
    error = ""
    if judged:
        error = _("Lý do dài quá %(limit)s ký tự. Hãy viết ngắn lại.", limit=hurrying.REASON_LENGTH)
        error = error if reason else _("Hãy ghi lý do.")
    return render_template(
        "board/hurry.html",
        case=act.session.get_one(CaseRow, case_id),
        reason=reason,
        error_reason=error,
        most=hurrying.REASON_LENGTH,
    )
