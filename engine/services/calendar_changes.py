"""Changing the working calendar: drafted, looked at, confirmed or dropped; years signed off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.adapters.holiday_years import SEEDED, seed_year
from engine.domain.access import Permission, require
from engine.domain.calendar_changes import (
    DOCUMENT_LENGTH,
    DayChange,
    news_in,
    problems,
    standing,
    words_of,
)
from engine.domain.errors import Conflict, FormInvalid, Misuse, NotFound
from engine.domain.explanations import day_text
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.states import ChangeState
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence import changes, moved_dates
from engine.persistence.calendars import known_years, load_calendar, save_years
from engine.persistence.moved_dates import Moved
from engine.persistence.people import units
from engine.persistence.tables import CalendarChangeRow, CalendarYearRow
from engine.services import calendar_preview, journalling, shifting
from engine.services.act import Act
from engine.services.calendar_preview import Listed, Summary
from engine.services.shifting import Counts, Shift

#: How far ahead a year may be added: further, no holiday is known.
YEARS_AHEAD = 3


def of_table(act: Act, days: Sequence[DayChange], unit_id: int | None) -> list[DayChange]:
    """Of a table's days those that change anything, be it only a reason or a document."""
    return news_in(days, calendar_of(act, unit_id), closes=unit_id is not None)


def check(
    act: Act, days: Sequence[DayChange], unit_id: int | None = None, *, restates: bool = False
) -> None:
    """Raises FormInvalid with all that speaks against a change (administrators).

    `restates`: the days come from a table, which may name what is known already.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    closes = unit_id is not None
    if closes and unit_id not in units(act.session):
        raise FormInvalid({"": [say("Hãy chọn đơn vị.")]})
    calendar = calendar_of(act, unit_id)
    found = problems(days, calendar, act.today, closes=closes, restates=restates)
    found += _drafted_elsewhere(act, days, unit_id)
    if found:
        raise FormInvalid({"": found})


def draft(
    act: Act,
    days: Sequence[DayChange],
    document: str,
    unit_id: int | None = None,
    *,
    restates: bool = False,
) -> CalendarChangeRow:
    """Keeps a change to be looked at; the calendar stays as it is (administrators).

    Raises FormInvalid: a day that is so already, past, of a year not held, named twice, or in
    another open draft; no reason; no document for a year signed off.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    check(act, days, unit_id, restates=restates)
    row = CalendarChangeRow(
        state=ChangeState.DRAFT,
        unit_id=unit_id,
        days=[one.to_json() for one in sorted(days, key=lambda one: one.day)],
        document=document[:DOCUMENT_LENGTH],
        drafted_at=act.now,
        drafted_by_id=act.actor.user_id,
        cursor=0,
        moved=0,
    )
    act.session.add(row)
    act.session.flush()
    journalling.note(
        act, Journalled.CALENDAR_DRAFTED, change=row.id, what=what(act, row), days=row.days
    )
    return row


def preview(act: Act, change_id: int) -> Summary:
    """Counts what an open draft would move; to be kept with `keep_preview`. Only reads.

    Raises NotFound, Conflict (no draft any more), CalendarUnknown.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    return calendar_preview.summed_up(act, shift_of(act, draft_of(act, change_id)))


def keep_preview(act: Act, change_id: int, summary: Summary) -> None:
    """Keeps what a draft would move, so that its page need not count it again."""
    require(act.actor, Permission.CALENDAR_EDIT)
    draft_of(act, change_id).preview = summary.to_json()


def listed(
    act: Act,
    change: CalendarChangeRow,
    after: int,
    unit_id: int | None = None,
    procedure_key: str | None = None,
) -> Listed:
    """A page of the dates that a draft would move (administrators)."""
    require(act.actor, Permission.CALENDAR_EDIT)
    return calendar_preview.listed(
        act,
        shift_of(act, change),
        after=after,
        unit_id=unit_id,
        procedure_key=procedure_key,
    )


def moved(act: Act, change_id: int, after: int, limit: int) -> Sequence[Moved]:
    """A page of the dates that a confirmed change has moved by now (administrators)."""
    require(act.actor, Permission.CALENDAR_EDIT)
    return moved_dates.moved(act.session, change_id, after, limit)


def confirm(act: Act, change_id: int) -> CalendarChangeRow:
    """Puts a draft into the calendar; from this moment dates are counted with it.

    1. permission; 2. is it a draft still, and does nothing speak against it by now; 3. note what
    stood there; 4. write the days and leave the open dates to the worker (services.moving): the
    calendar and the state MOVING in one act; 5. journal.
    Raises NotFound, Conflict, FormInvalid.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    row = draft_of(act, change_id)
    if not changes.go_on(act.session, change_id, ChangeState.DRAFT, ChangeState.MOVING):
        raise Conflict()
    act.session.refresh(row)
    closes = row.unit_id is not None
    calendar = calendar_of(act, row.unit_id)
    days = days_of(row)
    found = problems(days, calendar, act.today, closes=closes, restates=True)
    if found:
        raise FormInvalid({"": found})
    days = [replace(one, was=standing(calendar, one.day, closes=closes)) for one in days]
    row.days = [one.to_json() for one in days]
    row.confirmed_at, row.confirmed_by_id = act.now, act.actor.user_id
    if row.unit_id is None:
        changes.apply_days(act.session, days)
    else:
        changes.apply_closures(act.session, row.unit_id, days)
        _note_closures(act, row.unit_id, days)
    journalling.note(
        act, Journalled.CALENDAR_CONFIRMED, change=row.id, what=what(act, row), days=row.days
    )
    return row


def drop(act: Act, change_id: int) -> CalendarChangeRow:
    """Throws a draft away. Raises NotFound, Conflict."""
    require(act.actor, Permission.CALENDAR_EDIT)
    row = draft_of(act, change_id)
    if not changes.go_on(act.session, change_id, ChangeState.DRAFT, ChangeState.DROPPED):
        raise Conflict()
    journalling.note(act, Journalled.CALENDAR_DROPPED, change=row.id)
    return row


def sign_off(act: Act, year: int, document: str) -> None:
    """Says that a year was compared with its official document (administrators).

    Raises NotFound, Conflict when it is signed off, Misuse without a document or with open drafts.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    row = act.session.get(CalendarYearRow, year)
    if row is None:
        raise NotFound()
    if row.signed_off:
        raise Conflict(say("Lịch năm %(year)s đã được duyệt rồi.", year=year))
    document = " ".join(document.split())
    if not 0 < len(document) <= DOCUMENT_LENGTH:
        raise Misuse(say("Hãy ghi văn bản đã đối chiếu (tối đa %(most)s ký tự).",
                         most=DOCUMENT_LENGTH))  # fmt: skip
    for change in changes.in_state(act.session, ChangeState.DRAFT):
        if any(one.day.year == year for one in days_of(change)):
            raise Misuse(
                say(
                    "Thay đổi lịch số %(change)s của năm này chưa được xác nhận. Hãy xác nhận hoặc "
                    "bỏ nó trước khi duyệt.",
                    change=change.id,
                )
            )
    kept = [one for one in row.documents if one not in (str(SEEDED), document)]
    row.signed_off, row.documents = True, [*kept, document]
    journalling.note(act, Journalled.CALENDAR_SIGNED, year=year, document=document)


def add_year(act: Act, year: int) -> None:
    """Holds one more year, as the `holidays` package foresees it, for somebody to check.

    Raises Conflict when it is held, Misuse when it lies too far ahead or leaves a gap.
    """
    require(act.actor, Permission.CALENDAR_EDIT)
    known = known_years(act.session)
    if year in known:
        raise Conflict(say("Lịch đã có năm %(year)s.", year=year))
    if year > act.today.year + YEARS_AHEAD or (known and year != max(known) + 1):
        raise Misuse(
            say(
                "Chỉ thêm được năm tiếp theo của lịch, không quá năm %(last)s.",
                last=act.today.year + YEARS_AHEAD,
            )
        )
    save_years(act.session, [seed_year(year)])
    journalling.note(act, Journalled.CALENDAR_SAVED, year=year, documents=[str(SEEDED)])


# --- looking -------------------------------------------------------------------------------------


def one(act: Act, change_id: int) -> CalendarChangeRow:
    """A change in whatever state (administrators). Raises NotFound."""
    require(act.actor, Permission.CALENDAR_EDIT)
    row = act.session.get(CalendarChangeRow, change_id)
    if row is None:
        raise NotFound()
    return row


def draft_of(act: Act, change_id: int) -> CalendarChangeRow:
    """An open draft. Raises NotFound; Conflict when it was confirmed or dropped meanwhile."""
    row = one(act, change_id)
    if row.state != ChangeState.DRAFT:
        raise Conflict(say("Thay đổi lịch số %(change)s không còn là bản nháp.", change=row.id))
    return row


def shift_of(act: Act, change: CalendarChangeRow, counts: Counts | None = None) -> Shift:
    """A change as dates feel it: planned while it is a draft, confirmed after."""
    if change.state == ChangeState.DRAFT:
        return shifting.planned(act, days_of(change), change.unit_id)
    return shifting.confirmed(act, days_of(change), change.unit_id, counts)


def days_of(change: CalendarChangeRow) -> list[DayChange]:
    return [DayChange.from_json(stored) for stored in change.days]


def calendar_of(act: Act, unit_id: int | None) -> WorkingCalendar:
    """The calendar that a change is one of: a unit's with its closures, or the common one."""
    return load_calendar(act.session, act.app.settings.shifts, unit_id)


def what(act: Act, change: CalendarChangeRow) -> str:
    """A change in one line, for the journal and for notices."""
    said = words_of(days_of(change))
    if change.unit_id is None:
        return said
    return f"{units(act.session)[change.unit_id].name}: {said}"


def _note_closures(act: Act, unit_id: int, days: Sequence[DayChange]) -> None:
    unit = units(act.session)[unit_id].name
    for one_ in days:
        if one_.worked is False:
            day = day_text(one_.day)
            journalling.note(
                act, Journalled.CALENDAR_CLOSED, unit=unit, day=day, reason=one_.reason
            )


def _drafted_elsewhere(act: Act, days: Sequence[DayChange], unit_id: int | None) -> list[Message]:
    wanted = {one_.day for one_ in days}
    return [
        say(
            "Ngày %(day)s đang nằm trong thay đổi lịch số %(change)s chưa xác nhận. Hãy xác nhận "
            "hoặc bỏ thay đổi đó trước.",
            day=day_text(other.day),
            change=change.id,
        )
        for change in changes.in_state(act.session, ChangeState.DRAFT)
        if change.unit_id == unit_id
        for other in days_of(change)
        if other.day in wanted
    ]
