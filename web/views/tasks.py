"""One task: what is to be done, its form, and the acts on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.clock import local_day
from engine.domain.errors import FormInvalid, NotPermitted, TaskClosed, UnitChoiceNeeded
from engine.domain.states import StopKind, TaskState
from engine.persistence import changes
from engine.persistence.calendars import load_calendar
from engine.services import rungs, tasks, viewing
from engine.services.act import Act
from engine.services.preceding import attachments, preceding
from engine.services.viewing import TaskPage
from web import errors, scope
from web.presenting import Remaining, clock_time, moment_text, remaining, waiting_for
from web.views import attached, panels, picking, sheets
from web.views.before import before
from web.views.rungs import shown as shown_rungs

bp = Blueprint("tasks", __name__, url_prefix="/viec")


@bp.get("/<int:task_id>")
def show(task_id: int) -> ResponseReturnValue:
    """The task with its form, or what came of it."""
    with scope.act() as act:
        return _page(act, viewing.task_page(act, task_id))


@bp.post("/<int:task_id>/nhan")
def claim(task_id: int) -> ResponseReturnValue:
    """Takes the task and goes to it."""
    with scope.act(write=True) as act:
        tasks.claim(act, task_id)
        flash(_("Bạn đã nhận việc này."), "good")
        return redirect(url_for("tasks.show", task_id=task_id))


@bp.post("/<int:task_id>/tra-lai")
def release(task_id: int) -> ResponseReturnValue:
    """Puts the task back into the queue."""
    with scope.act(write=True) as act:
        task = tasks.release(act, task_id)
        flash(_("Đã trả “%(step)s” lại hàng chờ.", step=task.name), "good")
        return redirect(url_for("inbox.show"))


@bp.post("/<int:task_id>/luu-nhap")
def save(task_id: int) -> ResponseReturnValue:
    """Keeps what has been filled in, right or wrong."""
    submission = sheets.posted(_form_of(task_id).form)
    try:
        with scope.act(write=True) as act:
            tasks.save_draft(act, task_id, submission)
            flash(_("Đã lưu nháp. Bạn có thể quay lại làm tiếp bất cứ lúc nào."), "good")
            return redirect(url_for("tasks.show", task_id=task_id))
    except FormInvalid as refused:
        return _again(task_id, submission, refused=refused), 422


@bp.post("/<int:task_id>/hoan-thanh")
def complete(task_id: int) -> ResponseReturnValue:
    """Completes the task; the form again when it is refused or a unit must be chosen."""
    seen = _form_of(task_id)
    submission = sheets.posted(seen.form)
    if sheets.only_rows_change():
        if not seen.may_complete:
            raise NotPermitted() if seen.task.state == TaskState.OPEN else TaskClosed()
        return _again(task_id, submission), 200
    try:
        with scope.act(write=True) as act:
            tasks.complete(
                act, task_id, submission, sheets.chosen_units(), picking.picked(seen.form)
            )
            return redirect(url_for("inbox.show", xong=task_id))
    except FormInvalid as refused:
        return _again(task_id, submission, refused=refused), 422
    except UnitChoiceNeeded as needed:
        return _again(task_id, submission, needed=needed), 422


@bp.errorhandler(TaskClosed)
def closed_already(error: TaskClosed) -> ResponseReturnValue:
    """Sent from a second tab after oneself was done: the finished task, not somebody's fault."""
    with scope.act() as act:
        page = viewing.task_page(act, (request.view_args or {})["task_id"])
        if page.task.closed_by_id == act.actor.user_id:
            return _page(act, page, late=True), errors.CONFLICT
    return errors.page(errors.CONFLICT, error.message)


def _form_of(task_id: int) -> TaskPage:
    """Read in a transaction of its own: nothing read before the case's lock is acted on."""
    with scope.act() as act:
        return viewing.task_page(act, task_id)


def _again(
    task_id: int,
    submission: Mapping[str, Any],
    refused: FormInvalid | None = None,
    needed: UnitChoiceNeeded | None = None,
) -> str:
    """The page once more with what was sent, files included: the act has said that they may."""
    kept = sheets.keep(submission)
    with scope.act() as act:
        return _page(act, viewing.task_page(act, task_id), kept, refused, needed)


def _page(
    act: Act,
    page: TaskPage,
    kept: sheets.Kept | None = None,
    refused: FormInvalid | None = None,
    needed: UnitChoiceNeeded | None = None,
    late: bool = False,
) -> str:
    task = page.task
    is_open = task.state == TaskState.OPEN
    values = page.values if kept is None else kept.values
    calendar = load_calendar(act.session, act.app.settings.shifts, task.unit_id)
    explained = task.due_explanation is not None
    found = preceding(act, task) if is_open else None
    hrefs = attached.links(task.case_id, found.files if found else attachments(act, task.case_id))
    items = sheets.shown(page.form, values, page.known, refused) if is_open else []
    attached.link_kept(items, hrefs)
    picking.show_again(items)
    return render_template(
        "tasks/show.html",
        page=page,
        open=is_open,
        mine=task.assignee_id == act.actor.user_id,
        holder=page.people.get(task.assignee_id) if task.assignee_id else None,
        external=task.external,
        waiting=waiting_for(page.role, task.round) if task.external else None,
        before=before(act, task, found) if found else None,
        files=hrefs,
        ladder=shown_rungs(rungs.of_task(act, task, page.case)),
        finish=_("Ghi nhận kết quả") if task.external else _("Hoàn thành"),
        late=late,
        standing=remaining(task.due_at, act.now, calendar),
        closed=_closed(page),
        closed_text=_closed_text(act, page),
        explain=url_for("deadlines.step", task_id=task.id) if explained else "",
        moved=changes.last_move(act.session, task.case_id, task.id) if is_open else None,
        items=items,
        uploads=sheets.asks_for_files(items),
        kept=kept.proof if kept else "",
        refused=refused is not None,
        given=sheets.answers(page.form, task.data),
        choice=sheets.choice(act, needed),
        panels=panels.of_task(act, page),
        notices_above=panels.notices_of_task(act, page),
    )


def _closed(page: TaskPage) -> Remaining:
    if page.task.state == TaskState.DONE:
        return Remaining(_("Đã xong"), "done", "check-circle-fill")
    return Remaining(_("Không còn phải làm"), "none", "x-lg")


def _closed_text(act: Act, page: TaskPage) -> str:
    task = page.task
    if task.closed_at and task.closed_by_id == act.actor.user_id:
        today = local_day(task.closed_at) == act.today
        moment = clock_time(task.closed_at) if today else moment_text(task.closed_at)
        return _("Bạn đã hoàn thành việc này lúc %(moment)s.", moment=moment)
    if task.state == TaskState.DONE:
        who = page.people.get(task.closed_by_id or 0, "")
        return _(
            "%(name)s đã hoàn thành lúc %(moment)s.", name=who, moment=moment_text(task.closed_at)
        )
    if page.case.outcome == StopKind.STOPPED:
        return _("Hồ sơ đã dừng giải quyết nên việc này không còn phải làm.")
    if page.case.outcome == StopKind.WITHDRAWN:
        return _("Người nộp đã rút hồ sơ nên việc này không còn phải làm.")
    return _("Hồ sơ đã đi hướng khác nên việc này không còn phải làm.")


__all__ = ("bp",)
