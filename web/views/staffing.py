"""What the pages about units, people and posts have in common: reading fields, naming posts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.calendar_changes import day_of
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.domain.working_calendar import ONE_DAY
from engine.services import organising
from engine.services.act import Act
from engine.services.posts import Ended
from web import scope
from web.presenting import Remaining, day

if TYPE_CHECKING:
    from engine.persistence.staff import PostLine, SubstituteLine


def sent_day(name: str, otherwise: date | None = None) -> date:
    """A day as it was typed; `otherwise` when the field is empty. Raises Misuse."""
    text = request.form.get(name, "").strip()
    if not text and otherwise is not None:
        return otherwise
    found = day_of(text)
    if found is None:
        raise Misuse(
            say("“%(text)s” không phải là ngày, ví dụ 05/03/2026.", text=text[:40])
            if text
            else say("Hãy ghi ngày, ví dụ 05/03/2026.")
        )
    return found


def sent_end(name: str) -> date | None:
    """The day after the last one that was typed; None when the field is empty. Raises Misuse."""
    if not request.form.get(name, "").strip():
        return None
    last = sent_day(name)
    if last == date.max:
        raise Misuse(say("Ngày này quá xa."))
    return last + ONE_DAY


def period(starts: date, ends: date | None) -> str:
    """`từ 01/07/2025 đến hết 31/12/2026`."""
    if ends is None:
        return _("từ %(starts)s", starts=day(starts))
    return _("từ %(starts)s đến hết %(last)s", starts=day(starts), last=day(ends - ONE_DAY))


def standing(line: PostLine | SubstituteLine, today: date) -> Remaining:
    """Whether a post or a substitution holds, is to come, or is over."""
    if line.over_on(today):
        return Remaining(_("Đã thôi"), "none", "x-lg")
    if not line.holds_on(today):
        return Remaining(_("Sắp tới"), "soon", "hourglass-split")
    return Remaining(_("Đang giữ"), "done", "check-circle-fill")


def role_name(act: Act, role: str) -> str:
    return organising.role_name(act, role)


def grouped(lines: list[PostLine], today: date) -> dict[str, list[PostLine]]:
    """Posts now, to come, and over."""
    return {
        "now": [line for line in lines if line.holds_on(today)],
        "later": [line for line in lines if line.starts > today and not line.over_on(today)],
        "over": [line for line in lines if line.over_on(today)],
    }


def cleared(ended: Ended) -> str:
    """What became of work on a desk, in words; empty when there was none."""
    said = []
    if ended.handed:
        said.append(
            ngettext(
                "%(num)d việc đang giữ được giao cho người mới.",
                "%(num)d việc đang giữ được giao cho người mới.",
                ended.handed,
            )
        )
    if ended.returned:
        said.append(
            ngettext(
                "%(num)d việc đang giữ trở về hàng chờ của chức danh.",
                "%(num)d việc đang giữ trở về hàng chờ của chức danh.",
                ended.returned,
            )
        )
    return " ".join(said)


def kinds(act: Act) -> list[tuple[str, str]]:
    """Kinds of units in which internal roles exist, by name; those that have units come too."""
    register = act.app.roles
    used = {unit.kind for unit in scope.units().values()}
    used |= {role.kind for role in register.roles.values() if role.internal}
    named = [(kind, register.authorities.get(kind, kind)) for kind in used]
    return sorted(named, key=lambda one: one[1])
