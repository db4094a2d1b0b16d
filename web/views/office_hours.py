"""The office hours, and the form on which administrators change them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse
from engine.persistence import people
from engine.services import office_hours
from engine.services.act import Act
from web import scope
from web.presenting import number, sentence

bp = Blueprint("office_hours", __name__, url_prefix="/quan-tri/gio-lam-viec")


@bp.get("")
def show() -> ResponseReturnValue:
    """The hours that hold, to change."""
    with scope.act() as act:
        require(act.actor, Permission.SETTING_EDIT)
        found = office_hours.standing(act)
        return _page(act, [(f"{s.starts:%H:%M}", f"{s.ends:%H:%M}") for s in found.shifts])


@bp.post("")
def save() -> ResponseReturnValue:
    """Shows what new hours would mean; on confirmation saves them."""
    written = list(zip(request.form.getlist("starts"), request.form.getlist("ends"), strict=False))[
        : office_hours.MOST_SHIFTS
    ]
    reason = request.form.get("reason", "")
    try:
        shifts = office_hours.read(written)
        if request.form.get("lam") != "luu":
            with scope.act() as act:
                require(act.actor, Permission.SETTING_EDIT)
                hours = number(office_hours.Standing(shifts, None).hours)
                trial = (office_hours.in_words(shifts), hours)
                return _page(act, written, reason, trial=trial)
        with scope.act(write=True) as act:
            seen = request.form.get("dang_dung", type=int)
            office_hours.save(act, shifts, reason, seen)
    except Misuse as refused:
        with scope.act() as act:
            require(act.actor, Permission.SETTING_EDIT)
            return _page(act, written, reason, error=sentence(refused.message)), 422
    flash(_("Đã lưu giờ làm việc. Hạn tính từ bây giờ theo giờ mới."), "good")
    return redirect(url_for("office_hours.show"))


def _page(
    act: Act,
    written: list[tuple[str, str]],
    reason: str = "",
    *,
    error: str = "",
    trial: tuple[str, str] | None = None,
) -> str:
    found, past = office_hours.standing(act), office_hours.history(act)
    return render_template(
        "administration/hours.html",
        standing=found,
        hours=number(found.hours),
        said=office_hours.in_words(found.shifts),
        written=[*written, *[("", "")] * (office_hours.MOST_SHIFTS - 1 - len(written))],
        reason=reason,
        reason_length=office_hours.REASON_LENGTH,
        error=error,
        trial=trial,
        staying=office_hours.staying(act),
        past=[(one, office_hours.in_words(one.shifts)) for one in past],
        people=people.names(act.session, [one.saved_by_id for one in past if one.saved_by_id]),
    )
