"""`quytrinh calendar`: a year, a table of days, a closed unit; a trial unless confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from engine.domain.calendar_changes import DayChange, day_of, days_between, read_rows
from engine.domain.clock import local
from engine.domain.errors import FormInvalid, Misuse
from engine.domain.messages import Message, say
from engine.domain.working_calendar import CalendarYear
from engine.persistence import people
from engine.persistence.calendars import load_calendar
from engine.services import calendar_changes, calendar_preview, shifting
from engine.services.calendar_preview import Move, Summary
from web.commands.answers import answer, json_option, table
from web.commands.composed import Composed

#: Dates that a preview tells one by one; of more it tells the sum.
SHOWN = 20

_WORDS = {None: "bình thường", False: "nghỉ", True: "làm"}
confirm_option = click.option(
    "--confirm", is_flag=True, help="Đổi lịch thật; không có thì chỉ cho xem những hạn sẽ dời."
)


@click.group()
def calendar() -> None:
    """Lịch làm việc."""


@calendar.command("show")
@click.argument("year", type=int, required=False)
@json_option
@click.pass_obj
def show(composition: Composed, year: int | None, as_json: bool) -> None:
    """Kể những ngày khác thường của một năm (mặc định năm nay)."""
    with composition.office.act(None, write=False) as act:
        years = load_calendar(act.session, act.app.settings.shifts).years
        asked = year or act.today.year
    if asked not in years:
        known = ", ".join(map(str, sorted(years)))
        raise Misuse(say("Lịch chưa có năm %(year)s (có: %(known)s).", year=asked, known=known))
    answer(_year_document(years[asked]), _year_text(years[asked]), as_json)


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@confirm_option
@json_option
@click.pass_obj
def import_(composition: Composed, file: Path, confirm: bool, as_json: bool) -> None:
    """Đọc tệp CSV “ngày;nghỉ|làm|bình thường;lý do;văn bản” và cho biết những hạn sẽ dời."""
    try:
        days, wrong = read_rows(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Misuse(say("Tệp “%(name)s” không phải là UTF-8.", name=file.name)) from None
    if wrong:
        raise Misuse(Message(" ".join(map(str, wrong))))
    with composition.office.act(None, write=False) as act:
        new = calendar_changes.of_table(act, days, None)
    if not new:
        answer({"days": [], "moving": 0}, "Tệp không có gì khác với lịch hiện nay.", as_json)
        return
    documents = "; ".join(dict.fromkeys(one.document for one in new if one.document))
    _change(composition, new, documents, None, confirm, as_json, restates=True)


@calendar.command("close")
@click.argument("unit")
@click.argument("first")
@click.option("--to", "last", help="Đến hết ngày (mặc định: một ngày).")
@click.option("--reason", required=True, help="Lý do, ví dụ: lũ lụt.")
@click.option("--document", default="", help="Văn bản, nếu có.")
@confirm_option
@json_option
@click.pass_obj
def close(
    composition: Composed,
    unit: str,
    first: str,
    last: str | None,
    reason: str,
    document: str,
    confirm: bool,
    as_json: bool,
) -> None:
    """Cho đơn vị UNIT (mã) đóng cửa từ ngày FIRST, ví dụ 05/03/2026; cuối tuần được bỏ qua."""
    start, end = _day(first), _day(last or first)
    if end < start:
        raise Misuse(say("Ngày cuối đứng trước ngày đầu."))
    with composition.office.act(None, write=False) as act:
        unit_id = people.unit_with_code(act.session, unit)
        if unit_id is None:
            raise Misuse(say("Không có đơn vị nào mang mã “%(code)s”.", code=unit))
        known = calendar_changes.calendar_of(act, unit_id)
        days = [
            day
            for day in days_between(start, end)
            if start == end or not known.has(day.year) or known.is_working_day(day)
        ]
    changes = [DayChange(day, False, " ".join(reason.split()), document) for day in days]
    _change(composition, changes, document, unit_id, confirm, as_json)


def _change(
    composition: Composed,
    days: Sequence[DayChange],
    document: str,
    unit_id: int | None,
    confirm: bool,
    as_json: bool,
    *,
    restates: bool = False,
) -> None:
    """Tells what a change would move; with `confirm` makes it, and the worker moves the dates."""
    app = composition.office
    try:
        with app.act(None, write=False) as act:
            calendar_changes.check(act, days, unit_id, restates=restates)
            shift = shifting.planned(act, days, unit_id)
            summary = calendar_preview.summed_up(act, shift)
            moves = calendar_preview.listed(act, shift, limit=SHOWN).moves[:SHOWN]
        number = None
        if confirm:
            with app.act(None) as act:
                row = calendar_changes.draft(act, days, document, unit_id, restates=restates)
                calendar_changes.keep_preview(act, row.id, summary)
                number = calendar_changes.confirm(act, row.id).id
    except FormInvalid as refused:
        problems = " ".join(str(one) for one in refused.errors.get("", ()))
        raise Misuse(Message(problems)) from refused
    answer(_document(days, summary, moves, number), _text(days, summary, moves, number), as_json)


def _day(text: str) -> date:
    day = day_of(text)
    if day is None:
        raise Misuse(say("“%(text)s” không phải là ngày, ví dụ 05/03/2026.", text=text))
    return day


# --- answers -------------------------------------------------------------------------------------


def _year_document(year: CalendarYear) -> dict[str, object]:
    return {
        "year": year.year,
        "signed_off": year.signed_off,
        "documents": list(year.documents),
        "days": [
            {
                "day": one.day.isoformat(),
                "worked": one.worked,
                "reason": one.reason,
                "document": one.document,
            }
            for one in year.days
        ],
    }


def _year_text(year: CalendarYear) -> str:
    state = "đã duyệt" if year.signed_off else "chưa duyệt"
    rows = [(f"{one.day:%d/%m/%Y}", _WORDS[one.worked], one.reason) for one in year.days]
    return f"Lịch làm việc {year.year}, {state}.\n" + table(("Ngày", "Là", "Lý do"), rows)


def _document(
    days: Sequence[DayChange], summary: Summary, moves: Sequence[Move], number: int | None
) -> dict[str, object]:
    return {
        "change": number,
        "days": [
            {"day": one.day.isoformat(), "worked": one.worked, "reason": one.reason} for one in days
        ],
        "moving": summary.moving,
        "kept": summary.kept,
        "moves": [
            {
                "case": move.code,
                "subject": move.subject,
                "name": move.name,
                "before": local(move.before).isoformat(),
                "after": local(move.after).isoformat(),
                "kept": move.kept,
            }
            for move in moves
        ],
    }


def _text(
    days: Sequence[DayChange], summary: Summary, moves: Sequence[Move], number: int | None
) -> str:
    rows = [(f"{one.day:%d/%m/%Y}", _WORDS[one.worked], one.reason) for one in days]
    lines = [table(("Ngày", "Trở thành", "Lý do"), rows), ""]
    lines.append(f"{summary.moving} hạn sẽ dời, {summary.kept} hạn giữ nguyên (đã qua).")
    for move in moves:
        name = move.name or "hẹn trả kết quả"
        after = "giữ nguyên" if move.kept else f"{local(move.after):%d/%m/%Y %H:%M}"
        lines.append(f"  {move.code}  {name}: {local(move.before):%d/%m/%Y %H:%M} → {after}")
    if summary.moving + summary.kept > len(moves):
        lines.append("  …")
    lines.append("")
    if number is None:
        lines.append("Chưa có gì thay đổi. Thêm --confirm để đổi lịch.")
    else:
        lines.append(f"Đã đổi lịch (thay đổi số {number}). Tiến trình nền đang dời các hạn.")
    return "\n".join(lines)
