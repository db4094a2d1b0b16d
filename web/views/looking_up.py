"""The page on which an applicant looks up a dossier by code and key; nobody signs in for it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.domain.errors import NotFound
from engine.domain.states import CaseState, StopKind
from engine.services import looking_up
from engine.services.act import Act
from engine.services.looking_up import Progress
from engine.services.viewing import CasePage
from web import auth, scope
from web.presenting import Remaining, day

bp = Blueprint("looking_up", __name__)

CODE_LENGTH = 40
KEY_TYPED = 30  # with whatever blanks and hyphens somebody puts in it


@dataclass(frozen=True)
class Stage:
    """A stage of a dossier's way: `mark` is done, current, overdue or nothing."""

    title: str
    text: str
    mark: str


def _code() -> str:
    """The code asked for, as guesses at it are counted; those without one are counted together.

    Cut off exactly where the page cuts it: otherwise blanks and a tail would make another code here
    and the same one there.
    """
    return "".join(_typed("ma", CODE_LENGTH).split()).upper() or "-"


def _typed(name: str, most: int) -> str:
    return request.args.get(name, "").strip()[:most]


@bp.get(looking_up.PAGE)
@auth.limiter.limit(lambda: current_app.config["LOOK_UP_LIMIT"], deduct_when=auth.failed)
@auth.limiter.limit(
    lambda: current_app.config["LOOK_UP_CODE_LIMIT"], key_func=_code, deduct_when=auth.failed
)
def show() -> Response:
    """The way of one dossier in plain words; without a code, the fields to type it."""
    code, key = _typed("ma", CODE_LENGTH), _typed("khoa", KEY_TYPED)
    if not code and not key:
        return _answer(_asked())
    if not code or not key:
        return _answer(_asked(code, _("Hãy nhập cả mã hồ sơ và khóa tra cứu.")), 422)
    try:
        with scope.system_act() as act:
            found = looking_up.look(act, code, key)
    except NotFound:
        wrong = _("Không thấy hồ sơ nào có mã và khóa này. Hãy xem lại từng chữ trên giấy hẹn.")
        return _answer(_asked(code, wrong), 404)
    return _answer(
        render_template(
            "looking_up/progress.html",
            found=found,
            state=_state(found),
            stages=_stages(found),
        )
    )


def panel(_act: Act, page: CasePage) -> Markup:
    """On a case's page: the key that the applicant may be told."""
    key = page.case.look_up_key
    if key is None:
        return Markup()
    address = url_for("looking_up.show", ma=page.case.code, khoa=key)
    return Markup(render_template("looking_up/panel.html", key=key, address=address))  # noqa: S704


def _asked(code: str = "", wrong: str = "") -> str:
    return render_template("looking_up/ask.html", code=code, wrong=wrong)


def _answer(page: str, status: int = 200) -> Response:
    """In no search engine, and its address, which holds the key, goes nowhere."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _state(found: Progress) -> Remaining:
    """Where the dossier stands, as an applicant says it."""
    if found.stop is StopKind.WITHDRAWN:
        return Remaining(_("Hồ sơ đã được rút theo đề nghị"), "none", "reply")
    if found.stop is StopKind.STOPPED:
        return Remaining(_("Hồ sơ đã dừng giải quyết"), "none", "x-lg")
    if found.state is CaseState.FINISHED:
        return Remaining(found.outcome or _("Hồ sơ đã kết thúc"), "none", "info-circle-fill")
    if found.supplement is not None:
        return Remaining(_("Cần bổ sung giấy tờ"), "soon", "exclamation-triangle-fill")
    if found.ready:
        return Remaining(_("Mời đến nhận kết quả"), "done", "check-circle-fill")
    if found.late:
        return Remaining(_("Chậm so với ngày hẹn"), "overdue", "exclamation-octagon-fill")
    if found.state is CaseState.PAUSED:
        return Remaining(_("Tạm dừng tính thời hạn"), "paused", "pause-circle-fill")
    if found.state is CaseState.FILED:
        return Remaining(_("Đã nộp, đang chờ kiểm tra"), "none", "hourglass-split")
    return Remaining(_("Đang giải quyết"), "in-time", "play-circle-fill")


def _stages(found: Progress) -> list[Stage]:
    """Filed, accepted, worked on, ended: what lies behind and what is still to come."""
    ended = found.state is CaseState.FINISHED
    accepted = found.accepted_at is not None
    stages = [Stage(_("Nộp hồ sơ"), _("Ngày %(day)s", day=day(found.filed_at)), "done")]
    if accepted or not ended:
        stages.append(
            Stage(
                _("Tiếp nhận"),
                _acceptance(found),
                "done" if accepted else "current",
            )
        )
    if accepted and not found.stop:
        worked = "done" if ended or found.ready else "overdue" if found.late else "current"
        stages.append(Stage(_("Giải quyết"), "", worked))
    if ended:
        stages.append(Stage(_("Kết thúc"), _("Ngày %(day)s", day=day(found.finished_at)), "done"))
    else:
        stages.append(Stage(_("Nhận kết quả"), "", "current" if found.ready else ""))
    return stages


def _acceptance(found: Progress) -> str:
    if found.accepted_at is not None:
        return str(_("Ngày %(day)s", day=day(found.accepted_at)))
    if found.supplement is not None:
        return str(_("Đang chờ ông/bà bổ sung giấy tờ"))
    return str(_("Cơ quan đang kiểm tra giấy tờ"))
