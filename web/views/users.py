"""Accounts: the list with a search, one account with posts and sessions, passwords, locks."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse
from engine.domain.states import MailWish
from engine.persistence import staff as stored
from engine.services import accounts, staff
from engine.services.act import Act
from engine.services.staff import Filter
from web import scope
from web.presenting import sentence
from web.views import staffing

bp = Blueprint("users", __name__, url_prefix="/quan-tri/nguoi-dung")


@bp.get("")
def show() -> ResponseReturnValue:
    """The accounts, by given name."""
    text, asked = request.args.get("tim", "").strip(), request.args.get("xem", "")
    which = Filter(asked) if asked in set(Filter) else Filter.ALL
    page = request.args.get("trang", 1, type=int)
    with scope.act() as act:
        found = staff.listed(act, text, which, page)

        def address(number: int) -> str:
            return url_for("users.show", tim=text or None, xem=which, trang=number)

        return render_template(
            "administration/users.html",
            found=found,
            text=text,
            which=which,
            filters=_filters(),
            role_name=lambda role: staffing.role_name(act, role),
            next_url=address(found.page + 1) if found.page < found.pages else "",
            first_url=address(1) if found.page > 1 else "",
        )


@bp.get("/them")
def add() -> ResponseReturnValue:
    """The form for a new account."""
    with scope.act() as act:
        require(act.actor, Permission.USER_ADMIN)
        return render_template("administration/user_add.html", typed={}, error="")


@bp.post("/them")
def save_new() -> ResponseReturnValue:
    """Adds an account; its password is shown once, right here."""
    sent = request.form
    password = staff.generated_password()
    try:
        with scope.act(write=True) as act:
            row = accounts.add_user(
                act,
                sent.get("username", "").strip().lower(),
                sent.get("full_name", ""),
                password,
                administrator="administrator" in sent,
                analyst="analyst" in sent,
                generated=True,
            )
            if sent.get("email", "").strip():
                accounts.set_mail(act, row.username, sent["email"], MailWish.EACH)
            shown = _password_page(row.id, row.username, row.full_name, password, fresh=True)
    except Misuse as refused:
        with scope.act() as act:
            require(act.actor, Permission.USER_ADMIN)
            error = sentence(refused.message)
            return render_template("administration/user_add.html", typed=sent, error=error), 422
    return shown


@bp.get("/<int:user_id>")
def one(user_id: int) -> ResponseReturnValue:
    """An account: what it may do, its posts, where it is signed in."""
    with scope.act() as act:
        return _page(act, user_id)


@bp.post("/<int:user_id>/sua")
def save(user_id: int) -> ResponseReturnValue:
    """Saves name, rights and mail address."""
    sent = request.form
    try:
        with scope.act(write=True) as act:
            changed = bool(
                staff.change(
                    act,
                    user_id,
                    sent.get("full_name", ""),
                    administrator="administrator" in sent,
                    analyst="analyst" in sent,
                )
            )
            row = staff.one(act, user_id)
            address = sent.get("email", "").strip()
            if address != row.email:
                wish = MailWish(row.mail) if address else MailWish.NONE
                wish = MailWish.EACH if address and wish is MailWish.NONE else wish
                accounts.set_mail(act, row.username, address, wish)
                changed = True
    except Misuse as refused:
        with scope.act() as act:
            return _page(act, user_id, editing=sentence(refused.message)), 422
    flash(_("Đã lưu tài khoản.") if changed else _("Không có gì thay đổi."), "good")
    return redirect(url_for("users.one", user_id=user_id))


@bp.post("/<int:user_id>/khoa")
def lock(user_id: int) -> ResponseReturnValue:
    """Locks the account and ends its sessions."""
    try:
        with scope.act(write=True) as act:
            held = staff.lock(act, user_id)
    except Misuse as refused:
        return _refused(user_id, refused)
    flash(_("Đã khóa tài khoản và kết thúc mọi phiên đăng nhập."), "good")
    if held:
        flash(
            ngettext(
                "%(num)d việc người này đang giữ đã về hàng chờ của chức danh.",
                "%(num)d việc người này đang giữ đã về hàng chờ của chức danh.",
                held,
            ),
            "warn",
        )
    return redirect(url_for("users.one", user_id=user_id))


@bp.post("/<int:user_id>/mo-khoa")
def unlock(user_id: int) -> ResponseReturnValue:
    """Lets the account sign in again."""
    try:
        with scope.act(write=True) as act:
            staff.unlock(act, user_id)
    except Misuse as refused:
        return _refused(user_id, refused)
    flash(_("Đã mở khóa tài khoản."), "good")
    return redirect(url_for("users.one", user_id=user_id))


@bp.post("/<int:user_id>/mat-khau")
def reset(user_id: int) -> ResponseReturnValue:
    """A new password, shown once."""
    try:
        with scope.act(write=True) as act:
            password = staff.reset_password(act, user_id)
            row = staff.one(act, user_id)
            shown = _password_page(user_id, row.username, row.full_name, password, fresh=False)
    except Misuse as refused:
        return _refused(user_id, refused)
    return shown


@bp.post("/<int:user_id>/phien")
def revoke(user_id: int) -> ResponseReturnValue:
    """Ends one session, or all of them."""
    with scope.act(write=True) as act:
        ended = staff.revoke(act, user_id, request.form.get("phien") or None)
    flash(
        ngettext("Đã kết thúc %(num)d phiên.", "Đã kết thúc %(num)d phiên.", ended)
        if ended
        else _("Phiên này đã kết thúc rồi."),
        "good",
    )
    return redirect(url_for("users.one", user_id=user_id, _anchor="phien"))


def _password_page(
    user_id: int, username: str, full_name: str, password: str, *, fresh: bool
) -> str:
    return render_template(
        "administration/password.html",
        user_id=user_id,
        username=username,
        full_name=full_name,
        password=password,
        fresh=fresh,
    )


def _refused(user_id: int, refused: Misuse) -> ResponseReturnValue:
    with scope.act() as act:
        return _page(act, user_id, refused=sentence(refused.message)), 422


def _page(act: Act, user_id: int, editing: str = "", refused: str = "") -> str:
    row = staff.one(act, user_id)
    substitutes = stored.substitutes(act.session, user_id=user_id)
    return render_template(
        "administration/user.html",
        user=row,
        own=row.id == act.actor.user_id,
        posts=staffing.grouped(stored.posts(act.session, user_ids=[user_id]), act.today),
        stands_in=[one for one in substitutes if one.user_id == user_id],
        stood_in=[one for one in substitutes if one.holder_id == user_id],
        sessions=staff.sessions(act, user_id),
        held=stored.count_held(act.session, user_id),
        role_name=lambda role: staffing.role_name(act, role),
        period=staffing.period,
        state=lambda line: staffing.standing(line, act.today),
        editing=editing,
        refused=refused,
        typed=request.form if editing else None,
    )


def _filters() -> list[tuple[str, str]]:
    return [
        (Filter.ALL, _("Tất cả")),
        (Filter.POSTLESS, _("Chưa có chức danh")),
        (Filter.FRESH, _("Chưa đổi mật khẩu được cấp")),
        (Filter.ADMINISTRATORS, _("Quản trị")),
        (Filter.LOCKED, _("Đã khóa")),
    ]
