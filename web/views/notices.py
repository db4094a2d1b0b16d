"""What one is told: the list behind the bell, newest first, and the pages that it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.access import Permission, allows
from engine.domain.clock import local_day
from engine.domain.errors import Conflict, Unavailable
from engine.domain.notices import Kind
from engine.persistence import notices
from engine.persistence.cases import surroundings
from engine.persistence.notices import NoticeLine
from engine.services import notifying
from engine.services.act import Act
from web import scope
from web.presenting import day, sentence, weekday

bp = Blueprint("notices", __name__, url_prefix="/thong-bao")

#: The pages that notices lead to, and what in the address says which notices those are.
LED_TO = {"tasks.show": "task_id", "cases.show": "case_id"}

UNREAD = "chua-doc"

#: Icon and tone of each kind; tones are those of tags.
LOOKS = {
    Kind.REMINDER: ("hourglass-split", "soon"),
    Kind.OVERDUE: ("exclamation-octagon-fill", "overdue"),
    Kind.APOLOGY: ("envelope", "overdue"),
    Kind.ASSIGNED: ("person-fill", "plain"),
    Kind.DATE_MOVED: ("clock-fill", "plain"),
    Kind.CASE_ENDED: ("x-lg", "paused"),
    Kind.INCIDENT: ("exclamation-triangle-fill", "overdue"),
    Kind.CALENDAR: ("calendar3", "plain"),
}


@dataclass(frozen=True)
class Shown:
    """A notice in the list."""

    id: int
    kind: str  # in words
    icon: str
    tone: str
    text: tuple[str, str, str]  # before the dossier's code, the code, after it
    at: datetime
    unread: bool
    opens: str  # what the button says; empty where it leads nowhere


@dataclass(frozen=True)
class Day:
    """The notices of one day under its name."""

    name: str
    notices: list[Shown]


@bp.get("")
def show() -> ResponseReturnValue:
    """My notices, all or the unread ones, the latest first."""
    only_unread = request.args.get("xem") == UNREAD
    after = request.args.get("sau")
    kept = {"xem": UNREAD} if only_unread else {}
    with scope.act() as act:
        found = notifying.own(act, only_unread=only_unread, after=after)
        return render_template(
            "notices/show.html",
            days=_days(found.lines, act.today),
            only_unread=only_unread,
            unread_value=UNREAD,
            next_url=url_for("notices.show", **kept, sau=found.after) if found.after else "",
            first_url=url_for("notices.show", **kept) if after else "",
        )


@bp.get("/<int:notice_id>")
def open_one(notice_id: int) -> ResponseReturnValue:
    """Marks a notice as read and goes to what it is about, as far as one may still see that."""
    with scope.act(write=True) as act:
        found = notifying.open_one(act, notice_id)
        _count_again(act)
        if _still_open_to(act, found):
            return redirect(_place(found))
        return render_template("notices/elsewhere.html", notice=_shown(found))


@bp.post("/<int:notice_id>/da-doc")
def read(notice_id: int) -> ResponseReturnValue:
    """Marks one as read and stays in the list."""
    with scope.act(write=True) as act:
        notifying.open_one(act, notice_id)
    return redirect(url_for("notices.show", xem=request.form.get("xem") or None))


@bp.post("/da-doc")
def read_all() -> ResponseReturnValue:
    """Marks all as read."""
    with scope.act(write=True) as act:
        number = notifying.read_all(act)
    if number:
        flash(
            ngettext(
                "Đã đánh dấu %(num)d thông báo là đã đọc.",
                "Đã đánh dấu %(num)d thông báo là đã đọc.",
                number,
            ),
            "good",
        )
    return redirect(url_for("notices.show"))


@bp.before_app_request
def read_what_is_opened() -> None:
    """Who opens the page of a task or case, from wherever, has read what leads there."""
    who, name = scope.visitor(), LED_TO.get(request.endpoint or "")
    if who is None or name is None or request.method != "GET" or not scope.unread():
        return
    about = {name: (request.view_args or {})[name]}
    with scope.system_act() as act:
        if not notices.any_unread(act.session, who.user_id, **about):
            return
    try:
        with scope.application().act(who.user_id) as act:
            notifying.read_about(act, **about)
            _count_again(act)
    except (Conflict, Unavailable):  # the page itself can be shown all the same
        return


def _still_open_to(act: Act, found: NoticeLine) -> bool:
    """Whether the page that a notice leads to may still be seen: posts and duties change."""
    if found.kind == Kind.INCIDENT:
        return allows(act.actor, Permission.INCIDENT_HANDLE)
    if found.case_id is None:
        return True
    subject = surroundings(act.session, found.case_id).subject
    return allows(act.actor, Permission.CASE_VIEW, subject)


def _count_again(act: Act) -> None:
    g.pop("unread", None)
    scope.count_unread(act)


def _place(found: NoticeLine) -> str:
    if found.kind == Kind.INCIDENT:
        return url_for("incidents.show")
    if found.task_id is not None:
        return url_for("tasks.show", task_id=found.task_id)
    if found.case_id is not None:
        return url_for("cases.show", case_id=found.case_id)
    if found.kind == Kind.CALENDAR:
        return url_for("calendar.show")
    return url_for("notices.show")


def _days(lines: Iterable[NoticeLine], today: date) -> list[Day]:
    grouped = groupby(lines, key=lambda line: local_day(line.at))
    return [Day(_day_name(when, today), [_shown(one) for one in some]) for when, some in grouped]


def _day_name(when: date, today: date) -> str:
    if when == today:
        return _("Hôm nay, %(day)s", day=day(when))
    if when == today - timedelta(days=1):
        return _("Hôm qua, %(day)s", day=day(when))
    name = weekday(when)
    return f"{name[:1].upper()}{name[1:]}, {day(when)}"


def _shown(line: NoticeLine) -> Shown:
    icon, tone = LOOKS.get(Kind(line.kind), ("info-circle-fill", "plain"))
    return Shown(
        id=line.notice_id,
        kind=_kind(Kind(line.kind)),
        icon=icon,
        tone=tone,
        text=_parted(sentence(line.message), line.code or ""),
        at=line.at,
        unread=line.read_at is None,
        opens=_opens(line),
    )


def _parted(text: str, code: str) -> tuple[str, str, str]:
    """A code is not broken at the end of a line: people read it out, or type it."""
    return text.partition(code) if code and code in text else (text, "", "")


def _kind(kind: Kind) -> str:
    return {
        Kind.REMINDER: _("Sắp đến hạn"),
        Kind.OVERDUE: _("Quá hạn"),
        Kind.APOLOGY: _("Thư xin lỗi"),
        Kind.ASSIGNED: _("Việc được giao"),
        Kind.DATE_MOVED: _("Thời hạn thay đổi"),
        Kind.CASE_ENDED: _("Hồ sơ dừng hoặc rút"),
        Kind.INCIDENT: _("Sự cố"),
        Kind.CALENDAR: _("Lịch làm việc"),
    }[kind]


def _opens(line: NoticeLine) -> str:
    if line.kind == Kind.INCIDENT:
        return _("Xem sự cố")
    if line.task_id is not None:
        return _("Mở việc")
    if line.case_id is not None:
        return _("Mở hồ sơ")
    return _("Xem lịch") if line.kind == Kind.CALENDAR else ""
