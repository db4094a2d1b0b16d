"""The thư xin lỗi of a case: completed on a page, then a document with its number (mẫu 04)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.errors import Conflict, NotFound
from engine.domain.states import ApologyState
from engine.persistence import legal_acts
from engine.services import apologies, viewing
from engine.services.act import Act
from engine.services.documents import kinds
from engine.services.documents import viewing as documents
from web import scope
from web.presenting import day, sentence
from web.views import acting
from web.views.acting import REFUSED, Said, Words

bp = Blueprint("letters", __name__, url_prefix="/ho-so")
bp.register_error_handler(Conflict, acting.impossible)


@bp.get("/<int:case_id>/xin-loi")
def completing(case_id: int) -> ResponseReturnValue:
    """The letter to complete."""
    return acting.ask(lambda act, said: _apology_page(act, case_id, said))


@bp.post("/<int:case_id>/xin-loi")
def apologise(case_id: int) -> ResponseReturnValue:
    """Issues the letter and shows it, ready to be printed."""
    reason, written = request.form.get("reason", ""), request.form.get("day", "")
    try:
        with scope.act(write=True) as act:
            row = apologies.issue(act, case_id, reason, acting.day_of(written))
            act.session.flush()
            flash(_("Thư xin lỗi đã được ghi lại. Hãy in và gửi cho người nộp."), "good")
            return redirect(url_for("letters.letter", case_id=case_id, apology_id=row.id))
    except REFUSED as refused:
        said = Said(reason=reason, day=written, wrong=sentence(refused.message))
    with scope.act() as act:
        return _apology_page(act, case_id, said), 422


def _apology_page(act: Act, case_id: int, said: Said) -> str:
    apologies.refuse_unless_due(act, case_id)
    page = viewing.case_page(act, case_id)
    words = Words(
        title=_("Thư xin lỗi và hẹn lại ngày trả"),
        effects=[
            _(
                "Thư gửi %(name)s, xin lỗi vì không kịp ngày hẹn trả %(day)s.",
                name=page.case.applicant,
                day=day(page.case.due_at),
            ),
            _("Thư mang tên bạn, có số trong sổ, lưu nguyên bản và in được trên giấy A4."),
            _("Ngày hẹn trả theo thời hạn không đổi: hồ sơ vẫn tính là trễ hẹn."),
        ],
        submit=_("Ghi lại và in thư"),
        icon="printer",
        reason=_("Lý do chậm trễ"),
        most=apologies.REASON_LENGTH,
    )
    return acting.shown(page, words, said, new_day=True, example=acting.example(act, page))


@bp.get("/<int:case_id>/thu-xin-loi/<int:apology_id>")
def letter(case_id: int, apology_id: int) -> ResponseReturnValue:
    """A letter of apology as it was issued, or the page on which it is printed now."""
    with scope.act() as act:
        viewing.case_page(act, case_id)
        rows = legal_acts.apologies_of(act.session, case_id)
        row = next((one for one in rows if one.id == apology_id), None)
        if row is None or row.state != ApologyState.ISSUED or row.letter is None:
            raise NotFound()
        printed = documents.apology_document(act, case_id, apology_id)
        if printed is not None:
            return redirect(url_for("documents.show", document_id=printed.id))
        return redirect(url_for("documents.form", case_id=case_id, kind=kinds.APOLOGY))
