"""Acts on the legal clock of a case, each on a page of its own that says first what it will do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.errors import Conflict
from engine.domain.states import StopKind, TaskState
from engine.ports import UploadedFile
from engine.services import clocks, ending, extending, pausing, viewing
from engine.services.act import Act
from engine.services.clocks import Clock
from engine.services.extending import Foreseen, Wish
from engine.services.viewing import CasePage
from web import scope
from web.presenting import day, number, sentence
from web.views import acting
from web.views.acting import REFUSED, Said, Words

bp = Blueprint("clock", __name__, url_prefix="/ho-so")
bp.register_error_handler(Conflict, acting.impossible)


# --- pause and resume ----------------------------------------------------------------------------


@bp.get("/<int:case_id>/tam-dung")
def pausing_page(case_id: int) -> ResponseReturnValue:
    """What stopping the clock would do."""
    return acting.ask(lambda act, said: _pause_page(act, case_id, said))


@bp.post("/<int:case_id>/tam-dung")
def pause(case_id: int) -> ResponseReturnValue:
    """Stops the legal clock, with the document that says so."""

    def do(act: Act, reason: str, document: UploadedFile | None) -> str:
        pausing.pause(act, case_id, reason, document)
        return _("Đã tạm dừng tính thời hạn.")

    return acting.carry_out(case_id, do, lambda act, said: _pause_page(act, case_id, said))


def _pause_page(act: Act, case_id: int, said: Said) -> str:
    pausing.refuse_unless_pausable(act, case_id)
    page, clock = _seen(act, case_id)
    effects = [
        _("Thời hạn dừng từ hôm nay, %(day)s; ngày hôm nay vẫn được tính.", day=day(act.now)),
        _left(clock),
        _(
            "Ngày hẹn trả %(day)s chưa đổi ngay. Khi tính tiếp, ngày hẹn được tính lại và cấp giấy "
            "hẹn mới.",
            day=day(page.case.due_at),
        ),
        _("Các bước đang mở vẫn làm được, hạn của từng bước vẫn chạy."),
    ]
    if clock.still:
        effects.insert(
            1,
            _("Thời hạn đang dừng sẵn theo quy trình; hai lần dừng gộp làm một, không tính đôi."),
        )
    words = Words(
        title=_("Tạm dừng thời hạn"),
        effects=effects,
        submit=_("Tạm dừng thời hạn"),
        icon="pause-circle-fill",
        reason=_("Lý do tạm dừng"),
        document=_("Văn bản làm căn cứ"),
    )
    return acting.shown(page, words, said)


@bp.get("/<int:case_id>/tiep-tuc")
def resuming_page(case_id: int) -> ResponseReturnValue:
    """What letting the clock run again would do."""
    return acting.ask(lambda act, said: _resume_page(act, case_id, said))


@bp.post("/<int:case_id>/tiep-tuc")
def resume(case_id: int) -> ResponseReturnValue:
    """Lets the legal clock run again."""

    def do(act: Act, _reason: str, _document: UploadedFile | None) -> str:
        pausing.resume(act, case_id)
        return _("Lần tạm dừng đã kết thúc.")

    return acting.carry_out(case_id, do, lambda act, said: _resume_page(act, case_id, said))


def _resume_page(act: Act, case_id: int, said: Said) -> str:
    found = pausing.foreseen(act, case_id)
    page, clock = _seen(act, case_id)
    mine = next(one for one in clock.still if one.by_act)
    effects = [
        _("Đang tạm dừng từ %(day)s: %(reason)s", day=day(mine.starts_at), reason=mine.reason)
    ]
    if found is None and page.case.due_at is None:
        effects.append(_("Hồ sơ không có ngày hẹn nên không ngày nào đổi."))
    elif found is None:
        others = ", ".join(one.reason for one in clock.still if not one.by_act)
        effects.append(
            _(
                "Thời hạn chưa chạy ngay: còn dừng theo quy trình cho đến khi xong %(steps)s.",
                steps=others,
            )
        )
    elif found.due_at == page.case.due_at:
        effects.append(_("Ngày hẹn trả vẫn là %(day)s.", day=day(found.due_at)))
    else:
        effects += [
            _moves(page.case.due_at, found.due_at),
            _("Cấp giấy hẹn mới (lần %(number)s).", number=page.case.receipt_number + 1),
        ]
    words = Words(
        title=_("Tính tiếp thời hạn"),
        effects=effects,
        submit=_("Tính tiếp thời hạn"),
        icon="play-circle-fill",
    )
    return acting.shown(page, words, said)


# --- extension -----------------------------------------------------------------------------------


@bp.get("/<int:case_id>/gia-han")
def extending_page(case_id: int) -> ResponseReturnValue:
    """By how much; then what it would do, and why it is asked."""
    asked = any(request.args.get(name, "").strip() for name in ("them", "ngay"))
    wrong = ""
    with scope.act() as act:
        extending.refuse_unless_extendable(act, case_id)
        try:
            if asked:
                found = extending.foreseen(act, case_id, _wish(request.args))
                return _extend_page(act, case_id, found, Said())
        except REFUSED as refused:
            wrong = sentence(refused.message)
        page, _clock = _seen(act, case_id)
        shown = render_template(
            "clock/extend.html",
            case=page.case,
            wrong=wrong,
            them=request.args.get("them", ""),
            ngay=request.args.get("ngay", ""),
            example=acting.example(act, page),
        )
        return shown, 422 if wrong else 200


@bp.post("/<int:case_id>/gia-han")
def extend(case_id: int) -> ResponseReturnValue:
    """Extends the term, once."""

    def do(act: Act, reason: str, document: UploadedFile | None) -> str:
        seen = _moment(request.form.get("seen", ""))
        row = extending.extend(act, case_id, _wish(request.form), reason, document, seen)
        return _("Đã gia hạn, hẹn trả ngày %(day)s.", day=day(row.after))

    def again(act: Act, said: Said) -> str:
        found = extending.foreseen(act, case_id, _wish(request.form))
        return _extend_page(act, case_id, found, said)

    return acting.carry_out(case_id, do, again)


def _extend_page(act: Act, case_id: int, found: Foreseen, said: Said) -> str:
    page, _clock = _seen(act, case_id)
    words = Words(
        title=_("Gia hạn giải quyết"),
        effects=[
            _moves(found.before, found.deadline.due_at),
            _(
                "Thêm %(term)s, tính từ sau ngày hẹn trả hiện nay; việc theo giấy hẹn dời theo.",
                term=str(found.by),
            ),
            _(
                "Cấp giấy hẹn mới (lần %(number)s) ghi lý do gia hạn.",
                number=page.case.receipt_number + 1,
            ),
            _("Mỗi hồ sơ chỉ được gia hạn một lần: sau lần này không gia hạn được nữa."),
        ],
        submit=_("Gia hạn đến %(day)s", day=day(found.deadline.due_at)),
        icon="calendar3",
        reason=_("Lý do gia hạn"),
        document=_("Văn bản quyết định gia hạn"),
    )
    wish = {"them": str(found.by), "seen": found.before.isoformat()}
    again = url_for("clock.extending_page", case_id=case_id)
    return acting.shown(page, words, said, hidden=wish, other=(again, _("Chọn lại thời gian")))


def _wish(given: Mapping[str, str]) -> Wish:
    """What was asked for. Raises Misuse for a day that is none."""
    text, written = given.get("them", "").strip(), given.get("ngay", "").strip()
    return Wish(text, acting.day_of(written) if written else None)


# --- stop and withdrawal -------------------------------------------------------------------------


@bp.get("/<int:case_id>/dung-giai-quyet")
def stopping_page(case_id: int) -> ResponseReturnValue:
    """What ending the case would close."""
    return acting.ask(lambda act, said: _end_page(act, case_id, StopKind.STOPPED, said))


@bp.post("/<int:case_id>/dung-giai-quyet")
def stop(case_id: int) -> ResponseReturnValue:
    """Ends the case for the office."""

    def do(act: Act, reason: str, document: UploadedFile | None) -> str:
        case = ending.stop(act, case_id, reason, document)
        return _("Đã dừng giải quyết hồ sơ %(code)s.", code=case.code)

    return acting.carry_out(
        case_id, do, lambda act, said: _end_page(act, case_id, StopKind.STOPPED, said)
    )


@bp.get("/<int:case_id>/rut-ho-so")
def withdrawing_page(case_id: int) -> ResponseReturnValue:
    """What taking the dossier back would close."""
    return acting.ask(lambda act, said: _end_page(act, case_id, StopKind.WITHDRAWN, said))


@bp.post("/<int:case_id>/rut-ho-so")
def withdraw(case_id: int) -> ResponseReturnValue:
    """Records that the applicant takes the dossier back."""

    def do(act: Act, reason: str, document: UploadedFile | None) -> str:
        case = ending.withdraw(act, case_id, reason, document)
        return _("Đã ghi nhận người nộp rút hồ sơ %(code)s.", code=case.code)

    return acting.carry_out(
        case_id, do, lambda act, said: _end_page(act, case_id, StopKind.WITHDRAWN, said)
    )


def _end_page(act: Act, case_id: int, kind: StopKind, said: Said) -> str:
    ending.refuse_unless_endable(act, case_id, kind)
    page, clock = _seen(act, case_id)
    still_open = [task for task in page.tasks if task.state == TaskState.OPEN]
    closes = ngettext(
        "%(num)d việc đang mở sẽ khép lại:", "%(num)d việc đang mở sẽ khép lại:", len(still_open)
    )
    effects = [
        _("Hồ sơ kết thúc ngay và không mở lại được. Người nộp muốn làm lại phải nộp hồ sơ mới.")
    ]
    if clock.draft:
        effects.append(_("Dự thảo thư xin lỗi được bỏ."))
    if any(task.assignee_id for task in still_open):
        effects.append(_("Người đang giữ việc được báo."))
    if still_open:
        effects.append(closes)
    stops = kind is StopKind.STOPPED
    words = Words(
        title=_("Dừng giải quyết hồ sơ") if stops else _("Người nộp rút hồ sơ"),
        effects=effects,
        submit=_("Dừng giải quyết") if stops else _("Ghi nhận rút hồ sơ"),
        icon="x-lg" if stops else "reply",
        reason=_("Lý do dừng giải quyết") if stops else _("Lý do người nộp rút hồ sơ"),
        document=_("Văn bản dừng giải quyết") if stops else _("Đơn rút hồ sơ (nếu có)"),
        required=stops,
        danger=True,
    )
    closing = [
        (task.name, page.people.get(task.assignee_id or 0, ""), page.units.get(task.unit_id, ""))
        for task in still_open
    ]
    return acting.shown(page, words, said, closing=closing)


# --- the same for all ----------------------------------------------------------------------------


def _seen(act: Act, case_id: int) -> tuple[CasePage, Clock]:
    page = viewing.case_page(act, case_id)
    return page, clocks.clock(act, page)


def _moves(before: datetime | None, after: datetime) -> str:
    return _(
        "Ngày hẹn trả sẽ chuyển từ %(before)s sang %(after)s.", before=day(before), after=day(after)
    )


def _left(clock: Clock) -> str:
    left = clock.left or 0
    if left < 0:
        return _("Hồ sơ đã quá ngày hẹn trả; tạm dừng không làm mất phần đã quá hạn.")
    if clock.plain:
        return _("Hồ sơ còn %(days)s ngày.", days=number(left))
    return _("Hồ sơ còn %(days)s ngày làm việc.", days=number(left))


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None
