"""Incidents: what failed, why, for how long, and what an administrator does about it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.access import CaseSubject, Permission, allows
from engine.domain.errors import Misuse
from engine.domain.messages import Message
from engine.domain.states import IncidentEnd, IncidentKind
from engine.persistence.cases import surroundings
from engine.persistence.incidents import Line
from engine.services import handling
from engine.services.act import Act
from web import scope
from web.presenting import Remaining, sentence

bp = Blueprint("incidents", __name__, url_prefix="/quan-tri/su-co")

CLOSED = "da-dong"

#: Kinds of which something waits to be tried again: closing them gives that up.
TRIED = frozenset({IncidentKind.TIMER, IncidentKind.MAIL})

_ICONS = {
    IncidentKind.TIMER: "hourglass-split",
    IncidentKind.MAIL: "envelope",
    IncidentKind.DECISION: "diagram-3",
    IncidentKind.LADDER: "bell",
    IncidentKind.CALENDAR: "calendar3",
}


@bp.get("")
def show() -> ResponseReturnValue:
    """What stands open, or what was closed; the latest first."""
    closed, kind = request.args.get("xem") == CLOSED, _kind(request.args.get("loai"))
    after = request.args.get("sau")
    seen = CLOSED if closed else None

    def address(cursor: str | None = None) -> str:
        return url_for("incidents.show", xem=seen, loai=kind, sau=cursor)

    with scope.act() as act:
        found = handling.listed(act, closed=closed, kind=kind, after=after)
        return render_template(
            "incidents/show.html",
            lines=[(line, what(line), outcome(line)) for line in found.lines],
            closed=closed,
            kind=kind,
            kinds=kinds(),
            next_url=address(found.after) if found.after else "",
            first_url=address() if after else "",
        )


@bp.get("/<int:incident_id>")
def one(incident_id: int) -> ResponseReturnValue:
    """One incident with everything known of it and what may be done."""
    with scope.act() as act:
        return _page(act, incident_id)


@bp.post("/<int:incident_id>/thu-lai")
def retry(incident_id: int) -> ResponseReturnValue:
    """Tries again at once, and says what came of it."""
    with scope.act(write=True) as act:
        handling.retry(act, incident_id)
    return _tried(incident_id)


@bp.post("/<int:incident_id>/chon-don-vi")
def choose_unit(incident_id: int) -> ResponseReturnValue:
    """Gives the next step to a unit and goes on."""
    unit_id = request.form.get("unit", type=int)
    if unit_id is None:
        with scope.act() as act:
            return _page(act, incident_id, unit_error=_("Hãy chọn một đơn vị.")), 422
    with scope.act(write=True) as act:
        handling.choose_unit(act, incident_id, unit_id)
    return _tried(incident_id)


@bp.post("/<int:incident_id>/thoi")
def give_up(incident_id: int) -> ResponseReturnValue:
    """Closes it with a reason."""
    reason = " ".join(request.form.get("reason", "").split())
    try:
        with scope.act(write=True) as act:
            handling.give_up(act, incident_id, reason)
    except Misuse as error:
        with scope.act() as act:
            return _page(act, incident_id, reason, str(error)), 422
    flash(_("Đã đóng sự cố."), "good")
    return redirect(url_for("incidents.show"))


def _tried(incident_id: int) -> ResponseReturnValue:
    who = scope.visitor()
    went_well = handling.try_now(scope.application(), who.user_id if who else None, incident_id)
    if went_well:
        flash(_("Đã chạy lại được. Hồ sơ đi tiếp."), "good")
    elif went_well is None:
        flash(_("Đã cho thử lại. Máy sẽ làm trong ít phút nữa; xong thì sự cố tự đóng."), "good")
    else:
        flash(_("Đã thử lại nhưng vẫn chưa được. Nguyên nhân mới nhất ở dưới."), "warn")
    return redirect(url_for("incidents.one", incident_id=incident_id))


def _page(
    act: Act, incident_id: int, reason: str = "", reason_error: str = "", unit_error: str = ""
) -> str:
    found = handling.look(act, incident_id)
    row = found.line.row
    return render_template(
        "incidents/one.html",
        incident=row,
        code=found.line.code,
        what=what(found.line),
        outcome=outcome(found.line),
        found=found,
        case_url=_case_url(act, row.case_id),
        advice=_advice(found),
        effect=_effect(row.kind),
        gives_up=row.kind in TRIED,
        reason=reason,
        reason_error=reason_error,
        unit_error=unit_error,
        reason_length=handling.REASON_LENGTH,
    )


def _case_url(act: Act, case_id: int | None) -> str:
    """The dossier's page, for an administrator who may see it by a post of theirs."""
    if case_id is None:
        return ""
    subject = CaseSubject(surroundings(act.session, case_id).units)
    if not allows(act.actor, Permission.CASE_VIEW, subject):
        return ""
    return url_for("cases.show", case_id=case_id)


@dataclass(frozen=True)
class What:
    """The kind of an incident and its cause, in words."""

    label: str
    icon: str
    cause: str


def kinds() -> dict[IncidentKind, str]:
    """Every kind with its name."""
    return {
        IncidentKind.TIMER: _("Bước hẹn giờ"),
        IncidentKind.MAIL: _("Thư đi"),
        IncidentKind.DECISION: _("Bản vẽ không đi tiếp được"),
        IncidentKind.LADDER: _("Nhắc hạn"),
        IncidentKind.CALENDAR: _("Lịch làm việc"),
    }


def what(line: Line) -> What:
    kind = IncidentKind(line.row.kind)
    return What(kinds()[kind], _ICONS[kind], sentence(Message(line.row.cause)))


def outcome(line: Line) -> Remaining:
    """How an incident stands, as a tag."""
    row = line.row
    if row.closed_at is None:
        again = ngettext("Đã lỗi %(num)d lần", "Đã lỗi %(num)d lần", row.times)
        times = again if row.times > 1 else _("Chưa xử lý")
        return Remaining(times, "overdue", "exclamation-octagon-fill")
    words = {
        IncidentEnd.RETRIED: (_("Đã xử lý"), "done", "check-circle-fill"),
        IncidentEnd.GIVEN_UP: (
            _("Thôi xử lý") if row.kind in TRIED else _("Đã đóng"),
            "none",
            "x-lg" if row.kind in TRIED else "check-lg",
        ),
        IncidentEnd.SOLVED: (_("Đã tự hết"), "done", "check-circle-fill"),
    }
    return Remaining(*words[IncidentEnd(row.outcome)])


def _kind(asked: str | None) -> IncidentKind | None:
    return IncidentKind(asked) if asked in set(IncidentKind) else None


def _advice(found: handling.Handled) -> str:
    """What would mend it."""
    row = found.line.row
    if row.closed_at is not None:
        return ""
    if found.choice is not None:
        return _(
            "Bước tiếp theo thuộc chức danh “%(role)s”. Máy không tự chọn được đơn vị, vì không"
            " có đúng một đơn vị phù hợp ở gần nơi nhận. Đơn vị bạn chọn chỉ dùng cho hồ sơ này.",
            role=found.choice.role_name,
        )
    words = {
        IncidentKind.TIMER: _(
            "Đã đến lúc hồ sơ phải đi tiếp nhưng máy không làm được. Sửa nguyên nhân rồi bấm"
            " “Thử lại”."
        ),
        IncidentKind.MAIL: _(
            "Người nhận vẫn thấy thông báo trong hệ thống. Hãy sửa địa chỉ thư hoặc cấu hình máy"
            " chủ thư."
        ),
        IncidentKind.DECISION: _(
            "Cán bộ không hoàn thành được bước này, hồ sơ vẫn như trước. Chuyên viên phân tích cần"
            " sửa bản vẽ, hoặc cán bộ trả lời khác đi. Bước này xong thì sự cố tự đóng."
        ),
        IncidentKind.LADDER: _("Có hạn cần nhắc mà chưa nhắc được ai. Hồ sơ không bị ảnh hưởng."),
        IncidentKind.CALENDAR: _(
            "Có hạn không tính được hoặc không dời được theo lịch. Hãy xem lại lịch làm việc."
        ),
    }
    return words[IncidentKind(row.kind)]


def _effect(kind: str) -> str:
    """What giving up means."""
    words = {
        IncidentKind.TIMER: _(
            "Máy thôi không thử nữa. Hồ sơ sẽ chờ ở bước này mãi, trừ khi có người xử lý cách khác"
            " hoặc bạn mở lại sự cố này để chạy tiếp."
        ),
        IncidentKind.MAIL: _(
            "Thư này không được gửi nữa. Người nhận vẫn thấy thông báo trong hệ thống."
        ),
    }
    closes = _("Sự cố được đóng. Nếu lỗi này xảy ra lần nữa, một sự cố mới sẽ được mở.")
    return words.get(IncidentKind(kind), closes)
