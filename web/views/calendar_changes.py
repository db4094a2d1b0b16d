"""Changing the working calendar: entering a change, looking at what would move, confirming it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.domain.access import Permission, require
from engine.domain.calendar_changes import (
    DayChange,
    day_of,
    days_between,
    read_rows,
    swapped,
)
from engine.domain.errors import FormInvalid
from engine.domain.messages import Message, say
from engine.domain.states import ChangeState
from engine.persistence import people, versions
from engine.services import calendar_changes
from engine.services.act import Act
from engine.services.calendar_preview import Move, Subject, Summary
from web import scope
from web.presenting import Remaining

if TYPE_CHECKING:
    from engine.persistence.tables import CalendarChangeRow

bp = Blueprint("calendar_changes", __name__, url_prefix="/lich/thay-doi")

#: The ways in which a change is entered.
SWAP, DAY, UNIT, FILE = "hoan-doi", "ngay", "don-vi", "tep"

#: Rows for pairs of days that stand empty below those filled in.
PAIRS = 3

#: Dates on one page of those that a change has moved.
LINES = 50

#: A year's table is far smaller; what is larger is another file.
LARGEST_TABLE = 200_000

#: While dates move, the page comes anew by itself after so many seconds.
REFRESH = "4"


@dataclass(frozen=True)
class Entered:
    """A change as it was typed in."""

    days: list[DayChange]
    document: str
    unit_id: int | None = None
    table: bool = False


@dataclass(frozen=True)
class Line:
    """A date that would move, in the list."""

    code: str
    what: str
    unit: str
    before: datetime
    after: datetime
    by: str
    standing: Remaining


@bp.get("")
def enter() -> ResponseReturnValue:
    """The forms to enter a change with."""
    with scope.act() as act:
        require(act.actor, Permission.CALENDAR_EDIT)
        return _form(request.args.get("kieu", SWAP))


@bp.post("")
def draft() -> ResponseReturnValue:
    """Keeps the change as a draft and counts what it would move; nothing moves yet."""
    kind = request.form.get("kieu", SWAP)
    try:
        with scope.act(write=True) as act:
            require(act.actor, Permission.CALENDAR_EDIT)
            entered = _entered(act, kind)
            row = calendar_changes.draft(
                act, entered.days, entered.document, entered.unit_id, restates=entered.table
            )
            change_id = row.id
    except FormInvalid as refused:
        with scope.act():
            return _form(kind, refused.errors.get("", ())), 422
    _count(change_id)
    return redirect(url_for("calendar_changes.show", change_id=change_id))


@bp.get("/<int:change_id>")
def show(change_id: int) -> ResponseReturnValue:
    """A change: what it would move, how far it has moved, or what it moved."""
    with scope.act() as act:
        row = calendar_changes.one(act, change_id)
        response = make_response(_page(act, row))
        if row.state == ChangeState.MOVING:
            response.headers["Refresh"] = REFRESH
        return response


@bp.post("/<int:change_id>/tinh-lai")
def count(change_id: int) -> ResponseReturnValue:
    """Counts once more what a draft would move."""
    _count(change_id)
    return redirect(url_for("calendar_changes.show", change_id=change_id))


@bp.post("/<int:change_id>/xac-nhan")
def confirm(change_id: int) -> ResponseReturnValue:
    """Puts the draft into the calendar; the worker moves the dates."""
    try:
        with scope.act(write=True) as act:
            calendar_changes.confirm(act, change_id)
    except FormInvalid as refused:
        with scope.act() as act:
            row = calendar_changes.one(act, change_id)
            return _page(act, row, refused.errors.get("", ())), 422
    flash(_("Lịch đã đổi. Các hạn đang được dời, không cần chờ ở trang này."), "good")
    return redirect(url_for("calendar_changes.show", change_id=change_id))


@bp.post("/<int:change_id>/bo")
def drop(change_id: int) -> ResponseReturnValue:
    """Throws a draft away."""
    with scope.act(write=True) as act:
        calendar_changes.drop(act, change_id)
    flash(_("Đã bỏ thay đổi lịch số %(number)s. Lịch vẫn như cũ.", number=change_id), "good")
    return redirect(url_for("calendar.show"))


def _count(change_id: int) -> None:
    """Counting reads much: nobody who writes waits for it."""
    with scope.act() as act:
        summary = calendar_changes.preview(act, change_id)
    with scope.act(write=True) as act:
        calendar_changes.keep_preview(act, change_id, summary)


# --- what was typed in ---------------------------------------------------------------------------


def _entered(act: Act, kind: str) -> Entered:
    """Raises FormInvalid for what is no day."""
    document = _line("document")
    if kind == FILE:
        return _table(act)
    if kind == SWAP:
        return Entered(_pairs(document), document)
    wrong: list[Message] = []
    first = _day("first", say("Hãy nêu ngày đầu tiên."), wrong)
    last = _day("last", say("Ngày cuối không đúng."), wrong) if _line("last") else first
    if first and last and last < first:
        wrong.append(say("Ngày cuối đứng trước ngày đầu."))
    worked = {"nghi": False, "lam": True, "bo": None}.get(request.form.get("becomes", "nghi"))
    unit_id = request.form.get("unit", type=int) if kind == UNIT else None
    if kind == UNIT and unit_id is None:
        wrong.append(say("Hãy chọn đơn vị."))
    if wrong or first is None or last is None:
        raise FormInvalid({"": wrong})
    days = _days_meant(act, first, last, worked, unit_id)
    reason = _line("reason") if worked is not None else ""
    return Entered([DayChange(day, worked, reason, document) for day in days], document, unit_id)


def _days_meant(
    act: Act, first: date, last: date, worked: bool | None, unit_id: int | None
) -> list[date]:
    """Of a stretch of several days those that the change is about: no weekend is closed."""
    days = days_between(first, last)
    if len(days) == 1 or len(days) > 366:
        return days
    calendar = calendar_changes.calendar_of(act, unit_id)
    if any(not calendar.has(day.year) for day in days):
        return days
    if worked is False:
        return [day for day in days if calendar.is_working_day(day)] or days
    return days


def _pairs(document: str) -> list[DayChange]:
    wrong: list[Message] = []
    days: list[DayChange] = []
    offs, works = request.form.getlist("off"), request.form.getlist("worked")
    for number, (off_text, worked_text) in enumerate(zip(offs, works, strict=False), 1):
        if not off_text.strip() and not worked_text.strip():
            continue
        off, worked = day_of(off_text), day_of(worked_text)
        if off is None or worked is None:
            wrong.append(
                say("Cặp thứ %(number)s: hãy nêu cả ngày nghỉ và ngày làm bù.", number=number)
            )
        else:
            days += swapped(off, worked, document)
    if not document:
        wrong.append(say("Hãy nêu số và ngày của văn bản cho hoán đổi."))
    if wrong:
        raise FormInvalid({"": wrong})
    return days


def _table(act: Act) -> Entered:
    file = request.files.get("file")
    content = file.read(LARGEST_TABLE + 1) if file else b""
    if not content or len(content) > LARGEST_TABLE:
        raise FormInvalid({"": [say("Hãy chọn một tệp CSV, không quá 200 KB.")]})
    try:
        days, wrong = read_rows(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        wrong = [say("Tệp không phải là UTF-8. Khi lưu từ Excel hãy chọn “CSV UTF-8”.")]
    if wrong:
        raise FormInvalid({"": wrong})
    new = calendar_changes.of_table(act, days, None)
    if not new:
        raise FormInvalid(
            {"": [say("Tệp không có gì khác với lịch hiện nay (%(count)s ngày).",
                      count=len(days))]}
        )  # fmt: skip
    documents = dict.fromkeys(one.document for one in new if one.document)
    return Entered(new, "; ".join(documents), table=True)


def _line(name: str) -> str:
    return " ".join(request.form.get(name, "").split())


def _day(name: str, missing: Message, wrong: list[Message]) -> date | None:
    found = day_of(request.form.get(name, ""))
    if found is None:
        wrong.append(missing)
    return found


# --- pages ---------------------------------------------------------------------------------------


def _form(kind: str, problems: Sequence[Message] = ()) -> str:
    pairs = list(zip(request.form.getlist("off"), request.form.getlist("worked"), strict=False))
    units = sorted(scope.units().values(), key=lambda unit: unit.name)
    return render_template(
        "calendar/enter.html",
        kind=kind if kind in (SWAP, DAY, UNIT, FILE) else SWAP,
        kinds=(
            (SWAP, _("Hoán đổi ngày nghỉ")),
            (DAY, _("Ngày nghỉ, ngày làm")),
            (UNIT, _("Một đơn vị đóng cửa")),
            (FILE, _("Từ tệp CSV")),
        ),
        problems=problems,
        pairs=[*pairs, *[("", "")] * max(1, PAIRS - len(pairs))],
        typed=request.form,
        units=units,
    )


def _page(act: Act, row: CalendarChangeRow, problems: Sequence[Message] = ()) -> str:
    drafted = row.state == ChangeState.DRAFT
    summary = Summary.from_json(row.preview) if row.preview else None
    unit_id = request.args.get("don_vi", type=int)
    procedure = request.args.get("thu_tuc") or None
    after = request.args.get("sau", 0, type=int)
    if drafted:
        lines, next_after = _lines(act, row, after, unit_id, procedure)
    else:
        lines, next_after = _moved(act, row, after)
    units = people.units(act.session)
    names = {one.procedure_key: one.name for one in versions.procedures(act.session)}
    chosen = {"don_vi": unit_id, "thu_tuc": procedure}
    here = url_for("calendar_changes.show", change_id=row.id, **chosen)
    return render_template(
        "calendar/change.html",
        change=row,
        days=calendar_changes.days_of(row),
        unit=units[row.unit_id].name if row.unit_id else None,
        unsigned=_unsigned(act, row),
        summary=summary,
        groups=[
            (group, units[group.unit_id].name, names.get(group.procedure_key, group.procedure_key))
            for group in (summary.groups if summary else ())
        ],
        share=_share(row, summary),
        lines=lines,
        filtered=bool(unit_id or procedure),
        first_url=here if after else "",
        next_url=url_for(
            "calendar_changes.show", change_id=row.id, sau=next_after, **chosen, _anchor="lines"
        )
        if next_after
        else "",
        problems=problems,
        state=row.state,
    )


def _unsigned(act: Act, row: CalendarChangeRow) -> list[int]:
    """Years of the change that nobody has signed off."""
    calendar = calendar_changes.calendar_of(act, None)
    years = {one.day.year for one in calendar_changes.days_of(row)}
    return sorted(year for year in years if not calendar.is_signed_off(year))


def _share(row: CalendarChangeRow, summary: Summary | None) -> int:
    """How much of what the preview counted has moved, in per cent."""
    if row.state == ChangeState.DONE:
        return 100
    expected = summary.moving if summary else 0
    return min(99, 100 * row.moved // expected) if expected else 0


def _lines(
    act: Act, row: CalendarChangeRow, after: int, unit_id: int | None, procedure: str | None
) -> tuple[list[Line], int | None]:
    found = calendar_changes.listed(act, row, after, unit_id, procedure)
    shift = calendar_changes.shift_of(act, row)
    units = people.units(act.session)
    lines = [
        Line(
            code=move.code,
            what=_subject(move),
            unit=units[move.unit_id].name,
            before=move.before,
            after=move.after,
            by=_by(move.working_days(shift.after(move.unit_id)), move.calendar_days()),
            standing=_standing(move),
        )
        for move in found.moves
    ]
    return lines, found.after


def _moved(act: Act, row: CalendarChangeRow, after: int) -> tuple[list[Line], int | None]:
    """What a confirmed change has moved by now."""
    found = calendar_changes.moved(act, row.id, after, LINES + 1)
    units = people.units(act.session)
    lines = [
        Line(
            code=one.code,
            what=_("Chờ: %(name)s", name=one.name)
            if one.is_timer
            else one.name or _("Hẹn trả kết quả"),
            unit=units[one.unit_id].name,
            before=one.before,
            after=one.after,
            by="",
            standing=Remaining(_("Sớm hơn"), "soon", "arrow-left")
            if one.after < one.before
            else Remaining(_("Muộn hơn"), "in-time", "arrow-right"),
        )
        for one in found[:LINES]
    ]
    return lines, found[LINES - 1].id if len(found) > LINES else None


def _subject(move: Move) -> str:
    if move.subject is Subject.TERM:
        return _("Hẹn trả kết quả")
    if move.subject is Subject.TIMER:
        return _("Chờ: %(name)s", name=move.name)
    return move.name


def _by(working: int, days: int) -> str:
    if not days:
        return _("trong ngày")
    said = ngettext("%(num)d ngày", "%(num)d ngày", abs(days))
    work = ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", abs(working))
    if days > 0:
        return _("muộn hơn %(days)s (%(work)s)", days=said, work=work)
    return _("sớm hơn %(days)s (%(work)s)", days=said, work=work)


def _standing(move: Move) -> Remaining:
    if move.kept:
        return Remaining(_("Giữ nguyên"), "none", "pause-circle-fill")
    if move.after < move.before:
        return Remaining(_("Sớm hơn"), "soon", "arrow-left")
    return Remaining(_("Muộn hơn"), "in-time", "arrow-right")
