"""Acts on documents: made, written, approved, issued, issued anew, voided."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.errors import Conflict, Misuse, TemplateBroken, TemplateLacks
from engine.persistence.tables import DocumentRow
from engine.services.act import Act
from engine.services.documents import issuing, letters, renewing, viewing, writing
from engine.services.documents.viewing import DocumentPage
from web import scope
from web.presenting import sentence
from web.views import acting
from web.views.acting import Said, Words
from web.views.documents import name_of, wanted

bp = Blueprint("document_acts", __name__)

#: What leaves everything as it was, and is told on the page where the button is.
REFUSED = (Conflict, Misuse, TemplateLacks, TemplateBroken)


@bp.post("/ho-so/<int:case_id>/van-ban/lap/<kind>")
def issue_form(case_id: int, kind: str) -> ResponseReturnValue:
    """Fills in a form, numbers it and shows it, ready to be printed."""
    task_id, round_ = wanted()
    back = url_for("documents.of_case", case_id=case_id)

    def do(act: Act) -> DocumentRow:
        return issuing.issue_form(act, case_id, kind, task_id=task_id, round_=round_)

    return _do(do, _("Đã lập văn bản. Hãy in và trao cho người nhận."), back)


@bp.post("/ho-so/<int:case_id>/van-ban/soan/<kind>")
def begin(case_id: int, kind: str) -> ResponseReturnValue:
    """Begins a letter with text made from the data, and goes to write on."""
    task_id, _round = wanted()
    try:
        with scope.act(write=True) as act:
            row = writing.begin(act, case_id, kind, task_id or 0)
            return redirect(url_for("document_acts.write", document_id=row.id))
    except REFUSED as refused:
        flash(sentence(refused.message), "bad")
        return redirect(url_for("documents.of_case", case_id=case_id))


@bp.get("/van-ban/<int:document_id>/soan")
def write(document_id: int) -> ResponseReturnValue:
    """A draft to write on, beside its pages."""
    with scope.act() as act:
        return _writing(viewing.page(act, document_id))


@bp.post("/van-ban/<int:document_id>/soan")
def save(document_id: int) -> ResponseReturnValue:
    """Keeps what was written and shows how it looks."""
    said = dict(request.form)
    try:
        with scope.act(write=True) as act:
            writing.write(act, document_id, said)
            flash(_("Đã lưu dự thảo."), "good")
            return redirect(url_for("document_acts.write", document_id=document_id))
    except REFUSED as refused:
        wrong = sentence(refused.message)
    with scope.act() as act:
        return _writing(viewing.page(act, document_id), said, wrong), 422


def _writing(page: DocumentPage, said: dict[str, str] | None = None, wrong: str = "") -> str:
    if viewing.WRITE not in page.may:
        raise Conflict()
    values = {
        part.name: "\n".join(page.row.data[part.name])
        if part.lines
        else page.row.data.get(part.name, "")
        for part in page.parts
    }
    return render_template(
        "documents/write.html",
        page=page,
        row=page.row,
        case=page.case,
        name=name_of(page.kind),
        names={part.name: sentence(letters.NAMES[part.name]) for part in page.parts},
        values={**values, **(said or {})},
        wrong=wrong,
        pictures=[
            url_for("documents.picture", document_id=page.row.id, number=number)
            for number in range(1, page.pages + 1)
        ],
    )


@bp.post("/van-ban/<int:document_id>/ky-duyet")
def approve(document_id: int) -> ResponseReturnValue:
    """Ký duyệt."""
    return _do(
        lambda act: writing.approve(act, document_id),
        _("Đã ký duyệt. Văn thư sẽ cấp số và ban hành."),
        url_for("documents.show", document_id=document_id),
    )


@bp.post("/van-ban/<int:document_id>/ban-hanh")
def issue(document_id: int) -> ResponseReturnValue:
    """Cấp số và ban hành."""
    number_id = request.form.get("so", type=int)
    return _do(
        lambda act: writing.issue_written(act, document_id, number_id),
        _("Đã cấp số và ban hành."),
        url_for("documents.show", document_id=document_id),
    )


def _do(do: Callable[[Act], DocumentRow], said: str, back: str) -> ResponseReturnValue:
    """Does it and shows the document; refused, says why where the button was."""
    try:
        with scope.act(write=True) as act:
            row = do(act)
            flash(said, "good")
            return redirect(url_for("documents.show", document_id=row.id))
    except REFUSED as refused:
        flash(sentence(refused.message), "bad")
        return redirect(back)


# --- with a reason -------------------------------------------------------------------------------


@bp.get("/van-ban/<int:document_id>/cap-lai")
def reissuing(document_id: int) -> ResponseReturnValue:
    """What issuing anew would do."""
    return acting.ask(lambda act, said: _reissue_page(act, document_id, said))


@bp.post("/van-ban/<int:document_id>/cap-lai")
def reissue(document_id: int) -> ResponseReturnValue:
    """Issues a form anew; begins the letter that is to replace an issued one."""
    return _with_reason(
        document_id,
        renewing.reissue,
        _("Đã lập bản thay thế."),
        _reissue_page,
    )


@bp.get("/van-ban/<int:document_id>/huy")
def voiding(document_id: int) -> ResponseReturnValue:
    """What voiding would do."""
    return acting.ask(lambda act, said: _void_page(act, document_id, said))


@bp.post("/van-ban/<int:document_id>/huy")
def void(document_id: int) -> ResponseReturnValue:
    """Voids a document, its number with it."""
    return _with_reason(document_id, renewing.void, _("Đã hủy văn bản."), _void_page)


def _with_reason(
    document_id: int,
    do: Callable[[Act, int, str], DocumentRow],
    told: str,
    again: Callable[[Act, int, Said], str],
) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        with scope.act(write=True) as act:
            row = do(act, document_id, reason)
            flash(told, "good")
            return redirect(url_for("documents.show", document_id=row.id))
    except REFUSED as refused:
        said = Said(reason=reason, wrong=sentence(refused.message))
    with scope.act() as act:
        return again(act, document_id, said), 422


def _reissue_page(act: Act, document_id: int, said: Said) -> str:
    page = viewing.page(act, document_id)
    if viewing.REISSUE not in page.may:
        raise Conflict()
    written = page.kind.written
    words = Words(
        title=_("Cấp lại văn bản"),
        effects=[
            _("Lập bản mới thay “%(title)s”, số %(sign)s.", title=page.row.title, sign=_sign(page)),
            _("Bản mới là dự thảo: sửa, trình ký và cấp số như văn bản mới.")
            if written
            else _("Bản mới lấy dữ liệu hiện nay của hồ sơ và có số mới."),
            _("Bản mới ghi rõ thay thế văn bản nào và vì sao. Bản cũ vẫn xem lại được."),
        ],
        submit=_("Soạn bản thay thế") if written else _("Cấp lại"),
        icon="arrow-repeat",
        reason=_("Lý do cấp lại"),
    )
    return render_template("documents/act.html", page=page, words=words, said=said)


def _void_page(act: Act, document_id: int, said: Said) -> str:
    page = viewing.page(act, document_id)
    if viewing.VOID not in page.may:
        raise Conflict()
    number = _("Số %(sign)s cũng bị hủy, vẫn ghi trong sổ và không cấp lại.", sign=_sign(page))
    words = Words(
        title=_("Hủy văn bản"),
        effects=[
            _("“%(title)s” không còn hiệu lực, vẫn xem lại được.", title=page.row.title),
            *([number] if page.row.number_id else []),
        ],
        submit=_("Hủy văn bản"),
        icon="trash",
        reason=_("Lý do hủy"),
        danger=True,
    )
    return render_template("documents/act.html", page=page, words=words, said=said)


def _sign(page: DocumentPage) -> str:
    return page.row.sign or "–"
