"""Overdue work for those who watch over others, and giving a task to somebody else."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import watches
from engine.domain.errors import NotPermitted
from engine.persistence import worklists
from engine.persistence.calendars import load_calendar
from engine.services import reassigning, viewing
from engine.services.act import Act
from web import scope
from web.presenting import remaining
from web.views.lists import lines

REASON_LENGTH = 300

bp = Blueprint("overdue", __name__)


@bp.get("/qua-han")
def show() -> ResponseReturnValue:
    """Overdue tasks, the longest overdue first."""
    unit_id = request.args.get("don_vi", type=int)
    after = request.args.get("sau")
    with scope.act() as act:
        if not watches(act.actor):
            raise NotPermitted()
        found = worklists.overdue(act.session, act.actor, act.now, after, unit_id=unit_id)
        known = scope.units()
        watched = act.actor.supervised | {p.unit_id for p in act.actor.posts if p.head}
        return render_template(
            "overdue/show.html",
            lines=lines(act, found.lines),
            units=sorted((known[u] for u in watched if u in known), key=lambda unit: unit.name),
            unit_id=unit_id,
            next_url=url_for("overdue.show", don_vi=unit_id, sau=found.after)
            if found.after
            else "",
            first_url=url_for("overdue.show", don_vi=unit_id) if after else "",
        )


@bp.get("/viec/<int:task_id>/giao-lai")
def candidates(task_id: int) -> ResponseReturnValue:
    """Who may be given the task, with what lies on their desk."""
    with scope.act() as act:
        return _page(act, task_id)


@bp.post("/viec/<int:task_id>/giao-lai")
def reassign(task_id: int) -> ResponseReturnValue:
    """Gives the task to somebody else, with the reason."""
    user_id = request.form.get("user", type=int)
    reason = " ".join(request.form.get("reason", "").split())
    if user_id is None or not 0 < len(reason) <= REASON_LENGTH:
        with scope.act() as act:
            return _page(act, task_id, user_id, reason, judged=True), 422
    with scope.act(write=True) as act:
        task = reassigning.reassign(act, task_id, user_id, reason)
        name = {c.user_id: c.name for c in reassigning.holders(act, task_id)}.get(user_id, "")
        flash(_("Đã giao “%(step)s” cho %(name)s.", step=task.name, name=name), "good")
        if watches(act.actor):
            return redirect(url_for("overdue.show"))
        return redirect(url_for("tasks.show", task_id=task_id))


def _page(
    act: Act, task_id: int, chosen: int | None = None, reason: str = "", judged: bool = False
) -> str:
    found = reassigning.holders(act, task_id)
    page = viewing.task_page(act, task_id)
    calendar = load_calendar(act.session, act.app.settings.shifts, page.task.unit_id)
    return render_template(
        "overdue/reassign.html",
        page=page,
        candidates=found,
        roles=act.app.roles.roles,
        standing=remaining(page.task.due_at, act.now, calendar),
        chosen=chosen,
        reason=reason,
        error_user=_("Hãy chọn một người.") if judged and chosen is None else "",
        error_reason=_reason_error(reason) if judged else "",
        back=url_for("tasks.show", task_id=task_id),
    )


def _reason_error(reason: str) -> str:
    if not reason:
        return _("Hãy ghi lý do.")
    if len(reason) > REASON_LENGTH:
        return _("Lý do dài quá %(limit)s ký tự. Hãy viết ngắn lại.", limit=REASON_LENGTH)
    return ""
