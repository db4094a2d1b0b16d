"""One's own account: password and open sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.errors import Misuse, SignInRefused
from engine.domain.states import MailWish
from engine.services import journalling, own_account
from engine.services.act import Act
from web import auth, scope
from web.presenting import sentence

bp = Blueprint("account", __name__, url_prefix="/tai-khoan")


@bp.get("")
def show() -> ResponseReturnValue:
    """Who I am, and where I am signed in."""
    return _page({})


@bp.get("/mat-khau")
def first() -> ResponseReturnValue:
    """Where somebody with a password from an administrator sets one of their own first."""
    return render_template("account/first.html", errors={})


@bp.post("/mat-khau")
@auth.limiter.limit("10 per minute")
def password() -> ResponseReturnValue:
    """Changes the password. All sessions end, so the new one is tried out at once."""
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _refused({"again": _("Hai lần nhập mật khẩu mới không giống nhau.")}), 422
    try:
        with scope.act(write=True) as act:
            own_account.change_password(act, request.form.get("current", ""), new)
            auth.end()
            flash(_("Đã đổi mật khẩu. Hãy đăng nhập bằng mật khẩu mới."), "good")
            return redirect(url_for("signing.show"))
    except SignInRefused as refused:
        who = scope.visitor()
        if who is not None:
            journalling.refused(scope.application(), who.user_id, who.username, refused)
        return _refused({"current": _("Mật khẩu hiện tại không đúng.")}), 422
    except Misuse as refused:
        return _refused({"new": sentence(refused.message)}), 422


def _refused(errors: dict[str, str]) -> str:
    """The page from which the password was to be changed."""
    who = scope.visitor()
    if who is not None and who.must_change:
        return render_template("account/first.html", errors=errors)
    return _page(errors)


@bp.post("/thu")
def mail() -> ResponseReturnValue:
    """Sets where I get mail, and what."""
    address = request.form.get("address", "").strip()
    asked = request.form.get("wish", "")
    wish = MailWish(asked) if asked in set(MailWish) else None
    if wish is None:
        return _page({"wish": _("Hãy chọn một mục.")}, address), 422
    try:
        with scope.act(write=True) as act:
            own_account.set_mail(act, address, wish)
            flash(_("Đã lưu cách nhận thư."), "good")
            return redirect(url_for("account.show", _anchor="thu"))
    except Misuse as refused:
        return _page({"address": sentence(refused.message)}, address, wish), 422


@bp.post("/phien")
def end_others() -> ResponseReturnValue:
    """Signs out everywhere but here."""
    with scope.act(write=True) as act:
        own_account.end_other_sessions(act, session[auth.KEY])
        flash(_("Đã đăng xuất khỏi mọi máy khác."), "good")
        return redirect(url_for("account.show"))


def _page(errors: dict[str, str], address: str | None = None, wish: MailWish | None = None) -> str:
    """The page; with what was typed of mail where that is told to be wrong."""
    with scope.act() as act:
        known = own_account.mail_wishes(act)
        return render_template(
            "account/show.html",
            sessions=own_account.sessions(act, session[auth.KEY]),
            errors=errors,
            mail=known,
            address=known.address if address is None else address,
            wish=wish or known.wish,
            wishes=_wishes(act),
        )


def _wishes(act: Act) -> list[tuple[str, str, str]]:
    """What may be wished for: value, name, what that means."""
    at = f"{act.app.settings.digest_at:%H:%M}"
    return [
        (
            MailWish.EACH.value,
            _("Từng thông báo và bản tin sáng"),
            _("Có thông báo là có thư. Ban đêm và ngày nghỉ thư chờ đến giờ làm việc."),
        ),
        (
            MailWish.DIGEST.value,
            _("Chỉ bản tin sáng"),
            _(
                "Mỗi ngày làm việc một thư lúc %(at)s: việc quá hạn, đến hạn hôm nay, sắp đến hạn.",
                at=at,
            ),
        ),
        (
            MailWish.NONE.value,
            _("Không nhận thư"),
            _("Bạn chỉ xem thông báo ở hình chuông phía trên."),
        ),
    ]
