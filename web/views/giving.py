"""Giving tasks to somebody else: one, or many chosen in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import Permission, require, watches
from engine.domain.errors import NotFound, NotPermitted, QuyTrinhError
from engine.persistence.calendars import load_calendar
from engine.services import journalling, reassigning, viewing
from engine.services.act import Act
from engine.services.reassigning import Group
from web import scope
from web.presenting import remaining, sentence
from web.views.lists import lines

REASON_LENGTH = 300

bp = Blueprint("giving", __name__)


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


# --- many at once --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of one chosen task; `why` not, where it did not go through."""

    task_id: int
    code: str
    step: str
    to: str
    why: str = ""


@bp.get("/giam-sat/giao-lai")
def choose() -> ResponseReturnValue:
    """The chosen tasks by who could do them, and those people with what lies on their desks."""
    with scope.act() as act:
        return _bulk_page(act, _task_ids(request.args.getlist("viec")), {}, "")


@bp.post("/giam-sat/giao-lai")
def give() -> ResponseReturnValue:
    """Gives each in an act of its own, and says which went through and which did not, and why."""
    task_ids = _task_ids(request.form.getlist("viec"))
    reason = " ".join(request.form.get("reason", "").split())
    with scope.act() as act:
        groups = reassigning.groups(act, task_ids)
        people = {group.key: _number(f"user-{group.key}") for group in groups}
        named = _named(groups, people)
        if not groups or len(named) < len(groups) or not 0 < len(reason) <= REASON_LENGTH:
            return _bulk_page(act, task_ids, people, reason, judged=True), 422
    outcomes = [
        _give_one(line.task_id, named[group.key], reason, line.code, line.name)
        for group in groups
        for line in group.tasks
    ]
    with scope.act():
        return render_template(
            "overdue/given.html",
            done=[one for one in outcomes if not one.why],
            failed=[one for one in outcomes if one.why],
            gone=len(set(task_ids) - {one.task_id for one in outcomes}),
        )


def _give_one(task_id: int, to: tuple[int, str], reason: str, code: str, step: str) -> Outcome:
    user_id, name = to
    try:
        with scope.act(write=True) as act:
            reassigning.reassign(act, task_id, user_id, reason)
    except QuyTrinhError as error:
        if isinstance(error, (NotPermitted, NotFound)):
            who = scope.visitor()
            attempt = f"{request.method} {request.path} #{task_id}"
            journalling.refused(scope.application(), who.user_id if who else None, attempt, error)
        return Outcome(task_id, code, step, name, sentence(error.message))
    return Outcome(task_id, code, step, name)


def _bulk_page(
    act: Act,
    task_ids: Sequence[int],
    people: Mapping[str, int | None],
    reason: str,
    judged: bool = False,
) -> str:
    require(act.actor, Permission.BOARD_VIEW)
    groups = reassigning.groups(act, task_ids)
    roles, units = act.app.roles.roles, scope.units()
    shown = [
        {
            "posts": [
                f"{roles[role].name if role in roles else role} – {units[unit].name}"
                for role, unit in sorted(group.posts)
            ],
            "lines": lines(act, group.tasks),
            "candidates": group.candidates,
            "key": group.key,
            "chosen": people.get(group.key),
            "error": judged and people.get(group.key) is None,
        }
        for group in groups
    ]
    return render_template(
        "overdue/bulk.html",
        groups=shown,
        roles=roles,
        number=sum(len(group.tasks) for group in groups),
        gone=len(task_ids) - sum(len(group.tasks) for group in groups),
        reason=reason,
        error_reason=_reason_error(reason) if judged else "",
    )


def _named(groups: Sequence[Group], people: Mapping[str, int | None]) -> dict[str, tuple[int, str]]:
    """The person chosen for each group, where one of its candidates is."""
    return {
        group.key: (one.user_id, one.name)
        for group in groups
        for one in group.candidates
        if one.user_id == people.get(group.key)
    }


def _task_ids(said: Sequence[str]) -> list[int]:
    """Each once, in the order of the page; what is no number is no task."""
    ids = [int(text) for text in said if text.isascii() and text.isdigit() and len(text) < 10]
    return list(dict.fromkeys(ids))


def _number(name: str) -> int | None:
    return request.form.get(name, type=int)
