"""How long what only serves daily work is kept, and what would go now."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import retention
from engine.domain.access import Permission, require
from engine.domain.errors import Misuse
from engine.domain.retention import LONGEST, RULES, Kept
from engine.persistence import people
from engine.services import tidying
from engine.services.act import Act
from web import scope
from web.presenting import sentence

bp = Blueprint("retention", __name__, url_prefix="/quan-tri/luu-tru")


@bp.get("")
def show() -> ResponseReturnValue:
    """The rules that hold, to change."""
    with scope.act() as act:
        found = tidying.standing(act)
        return _page(act, found, {line.kept: str(line.days) for line in found.lines})


@bp.post("")
def save() -> ResponseReturnValue:
    """Shows what new rules would take away; on confirmation saves them."""
    written = {kept: request.form.get(kept, "")[:20] for kept in Kept}
    reason = request.form.get("reason", "")
    try:
        rules = retention.read(written)
        if request.form.get("lam") != "luu":
            with scope.act() as act:
                return _page(act, tidying.standing(act, rules), written, reason, tried=True)
        with scope.act(write=True) as act:
            tidying.save(act, rules, reason)
    except Misuse as refused:
        with scope.act() as act:
            require(act.actor, Permission.SETTING_EDIT)
            error = sentence(refused.message)
            return _page(act, tidying.standing(act), written, reason, error=error), 422
    flash(_("Đã lưu thời hạn lưu. Dữ liệu hết hạn được xóa vào ban đêm."), "good")
    return redirect(url_for("retention.show"))


def _page(
    act: Act,
    found: tidying.Standing,
    written: dict[Kept, str],
    reason: str = "",
    *,
    tried: bool = False,
    error: str = "",
) -> str:
    by = found.row.saved_by_id if found.row else None
    return render_template(
        "retention/show.html",
        lines=[(line, RULES[line.kept], written[line.kept]) for line in found.lines],
        standing=found,
        saved_by=people.names(act.session, [by]).get(by, "") if by else "",
        longest=LONGEST,
        reason=reason,
        reason_length=tidying.REASON_LENGTH,
        tried=tried,
        error=error,
    )
