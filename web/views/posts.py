"""Posts: giving one in a few clicks, handing it on, ending it; substitutes for a time."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import SUPERVISOR, Permission, require
from engine.domain.errors import Misuse, NotFound
from engine.persistence import staff as stored
from engine.services import organising, posts, staff, units
from engine.services.act import Act
from web import scope
from web.presenting import day, sentence
from web.views import staffing

bp = Blueprint("posts", __name__, url_prefix="/quan-tri/chuc-danh-giao")


@bp.get("/them")
def give() -> ResponseReturnValue:
    """Who gets which post where: what is known already comes with the address."""
    with scope.act() as act:
        require(act.actor, Permission.USER_ADMIN)
        return _giving(act, request.args)


@bp.post("/them")
def save_new() -> ResponseReturnValue:
    """Gives the post; without a unit yet, asks for the role next."""
    sent = request.form
    try:
        with scope.act(write=True) as act:
            require(act.actor, Permission.USER_ADMIN)
            unit = units.meant(act, sent.get("unit", ""))
            if not sent.get("role"):
                return _giving(act, sent)
            user = staff.meant(act, sent.get("user", ""))
            post = organising.appoint(
                act,
                user,
                sent["role"],
                unit,
                staffing.sent_day("starts", act.today),
                ends=staffing.sent_end("last"),
                head="head" in sent,
                leader="leader" in sent,
            )
            said = _(
                "Đã giao %(role)s tại %(unit)s cho %(user)s %(period)s.",
                role=staffing.role_name(act, post.role),
                unit=unit.name,
                user=user.full_name,
                period=staffing.period(post.starts, post.ends),
            )
            unit_id, user_id, back = unit.id, user.id, sent.get("back", "")
    except Misuse as refused:
        with scope.act() as act:
            return _giving(act, sent, sentence(refused.message)), 422
    flash(said, "good")
    if back == "user":
        return redirect(url_for("users.one", user_id=user_id))
    return redirect(url_for("units.one", unit_id=unit_id))


@bp.get("/<int:post_id>")
def one(post_id: int) -> ResponseReturnValue:
    """A post with everything that can be done to it."""
    with scope.act() as act:
        return _page(act, post_id)


@bp.post("/<int:post_id>/thay")
def substitute(post_id: int) -> ResponseReturnValue:
    """Lets somebody stand in for a time."""
    try:
        with scope.act(write=True) as act:
            post = posts.one(act, post_id)
            user = staff.meant(act, request.form.get("user", ""))
            organising.substitute(
                act, post, user,
                staffing.sent_day("starts", act.today), staffing.sent_end("last"),
            )  # fmt: skip
            name = user.full_name
    except Misuse as refused:
        return _refused(post_id, "substitute", refused)
    flash(_("Đã cử %(user)s thay. Cả hai người cùng thấy việc.", user=name), "good")
    return redirect(url_for("posts.one", post_id=post_id))


@bp.post("/thay/<int:substitute_id>/thoi")
def end_substitute(substitute_id: int) -> ResponseReturnValue:
    """Sends a substitute home today, or takes back one that has not begun."""
    post_id = request.form.get("post", 0, type=int)
    try:
        with scope.act(write=True) as act:
            ended = posts.end_substitute(act, substitute_id, act.today)
    except Misuse as refused:
        return _refused(post_id, "substitute", refused)
    flash(" ".join((_("Đã thôi cử người thay."), staffing.cleared(ended))).strip(), "good")
    return redirect(url_for("posts.one", post_id=post_id))


@bp.post("/<int:post_id>/ban-giao")
def hand_on(post_id: int) -> ResponseReturnValue:
    """Somebody else has the post from a day on, with the work on the desk."""
    try:
        with scope.act(write=True) as act:
            posts.one(act, post_id)
            user = staff.meant(act, request.form.get("user", ""))
            given, ended = posts.hand_on(act, post_id, user.id, staffing.sent_day("on", act.today))
            said = _("%(user)s giữ chức danh này từ %(day)s.", user=user.full_name,
                     day=day(given.starts))  # fmt: skip
            given_id = given.id
    except Misuse as refused:
        return _refused(post_id, "hand_on", refused)
    flash(" ".join((said, staffing.cleared(ended))).strip(), "good")
    return redirect(url_for("posts.one", post_id=given_id))


@bp.post("/<int:post_id>/danh-dau")
def mark(post_id: int) -> ResponseReturnValue:
    """Head or leader, or no longer, from a day on."""
    sent = request.form
    try:
        with scope.act(write=True) as act:
            on = staffing.sent_day("on", act.today)
            marked = posts.mark(act, post_id, on, head="head" in sent, leader="leader" in sent)
            marked_id = marked.id
    except Misuse as refused:
        return _refused(post_id, "mark", refused)
    flash(_("Đã lưu chức danh."), "good")
    return redirect(url_for("posts.one", post_id=marked_id))


@bp.post("/<int:post_id>/thoi")
def end(post_id: int) -> ResponseReturnValue:
    """Ends the post on a day; work on the desk goes back into the queue."""
    try:
        with scope.act(write=True) as act:
            unit_id = posts.one(act, post_id).unit_id
            ended = posts.end(act, post_id, staffing.sent_day("on", act.today))
    except Misuse as refused:
        return _refused(post_id, "end", refused)
    flash(" ".join((_("Đã thôi giao chức danh."), staffing.cleared(ended))).strip(), "good")
    return redirect(url_for("units.one", unit_id=unit_id))


def _refused(post_id: int, where: str, refused: Misuse) -> ResponseReturnValue:
    with scope.act() as act:
        return _page(act, post_id, {where: sentence(refused.message)}), 422


def _page(act: Act, post_id: int, errors: dict[str, str] | None = None) -> str:
    row = posts.one(act, post_id)
    lines = stored.posts(act.session, user_ids=[row.user_id])
    line = next((one for one in lines if one.id == post_id), None)
    if line is None:
        raise NotFound()
    return render_template(
        "administration/post.html",
        post=line,
        role=staffing.role_name(act, row.role),
        substitutes=stored.substitutes(act.session, post_ids=[post_id]),
        held=len(posts.held_work(act, row)),
        period=staffing.period,
        state=lambda one: staffing.standing(one, act.today),
        today=act.today,
        over=line.over_on(act.today),
        errors=errors or {},
        typed=request.form,
        choices=staff.choices(act),
    )


def _giving(act: Act, sent: object, error: str = "") -> str:
    get = sent.get  # type: ignore[attr-defined]
    unit = None
    if get("unit", "").strip():
        try:
            unit = units.meant(act, get("unit", ""))
        except Misuse as refused:
            error = error or sentence(refused.message)
    roles = [] if unit is None else [
        (role.id, role.name)
        for role in act.app.roles.roles.values()
        if role.internal and role.kind == unit.kind
    ] + [(SUPERVISOR, staffing.role_name(act, SUPERVISOR))]  # fmt: skip
    return render_template(
        "administration/give.html",
        unit=unit,
        roles=roles,
        typed=sent,
        error=error,
        users=staff.choices(act),
        units=units.choices(act),
        today=act.today,
    )
