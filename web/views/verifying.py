"""The page on which anybody signed in has a PDF's digital signatures looked at."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.signatures import Found, Verdict
from engine.services import verifying, viewing
from engine.services.verifying import Summary
from web import scope
from web.presenting import Remaining, day
from web.views import picking

bp = Blueprint("verifying", __name__, url_prefix="/xac-minh-chu-ky")


@bp.get("")
def show() -> ResponseReturnValue:
    """Asks for a file; with `tep` looks at one that a case holds."""
    wanted = picking.id_of(request.args.get("tep", ""))
    with scope.act() as act:
        if wanted is None:
            return _page("", None)
        row, content = viewing.attachment(act, wanted)
        return _page(row.filename, verifying.summary(act.app, content, act.now))


@bp.post("")
def look() -> ResponseReturnValue:
    """Looks at the file that was sent; nothing of it is kept."""
    sent = request.files.get("tep")
    with scope.act() as act:
        if sent is None or not sent.filename:
            return _page("", None, missing=True), 422
        seen = verifying.summary(act.app, sent.read(), act.now)
        return _page(sent.filename, seen), 422 if seen.problem else 200


def _page(filename: str, seen: Summary | None, missing: bool = False) -> str:
    return render_template(
        "verifying/show.html", filename=filename, seen=seen, missing=missing, signs=signs(seen)
    )


def signs(seen: Summary | None) -> list[tuple[Found, Remaining, str]]:
    """Each signature with its verdict as a tag, and the verdict in a sentence."""
    return [(one, tag_of(one.verdict), explained(one)) for one in (seen.found if seen else ())]


def tag_of(verdict: Verdict) -> Remaining:
    """A verdict as a tag."""
    return {
        Verdict.VALID: Remaining(_("Chữ ký hợp lệ"), "in-time", "check-circle-fill"),
        Verdict.ENDED: Remaining(_("Chứng thư nay đã hết hạn"), "soon", "clock-fill"),
        Verdict.UNTRUSTED: Remaining(
            _("Chưa rõ ai cấp chứng thư"), "soon", "exclamation-triangle-fill"
        ),
        Verdict.OUTSIDE: Remaining(
            _("Ký ngoài thời hạn chứng thư"), "overdue", "exclamation-octagon-fill"
        ),
        Verdict.UNKNOWN: Remaining(_("Không kiểm tra được"), "soon", "question-circle"),
        Verdict.ALTERED: Remaining(
            _("Đã bị sửa sau khi ký"), "overdue", "exclamation-octagon-fill"
        ),
    }[verdict]


def explained(one: Found) -> str:
    """What the verdict means, and what to do."""
    return {
        Verdict.VALID: _("Nội dung không bị sửa từ khi ký; chứng thư do nơi tin cậy cấp."),
        Verdict.ENDED: _(
            "Nội dung không bị sửa từ khi ký. Chứng thư còn hạn vào lúc ký ghi trong tệp, nay đã "
            "hết hạn ngày %(day)s.",
            day=day(one.ends_at),
        ),
        Verdict.UNTRUSTED: _(
            "Nội dung không bị sửa từ khi ký, nhưng nơi cấp chứng thư không có trong danh sách tin "
            "cậy của hệ thống. Hãy hỏi lại người gửi hoặc báo quản trị."
        ),
        Verdict.OUTSIDE: _(
            "Thời điểm ký ghi trong tệp nằm ngoài thời hạn của chứng thư. Không nên chấp nhận; hãy "
            "yêu cầu ký lại."
        ),
        Verdict.UNKNOWN: _(
            "Chữ ký thuộc loại hệ thống không đọc được, hoặc bị hỏng. Hãy yêu cầu ký lại theo "
            "chuẩn PAdES."
        ),
        Verdict.ALTERED: _(
            "Tệp đã bị thay đổi sau khi ký, hoặc chữ ký bị giả. Không chấp nhận; hãy lấy lại tệp "
            "gốc từ nơi ký."
        ),
    }[one.verdict]
