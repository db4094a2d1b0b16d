"""The office hours that working time is counted with, as administrators set them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from fractions import Fraction

from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import ChangeState
from engine.domain.working_calendar import Shift, WorkingCalendar
from engine.persistence import calendars, changes
from engine.persistence.tables import OfficeSettingRow
from engine.services import journalling
from engine.services.act import Act

REASON_LENGTH = 300

#: More shifts in a day are a slip.
MOST_SHIFTS = 4

_CLOCK_TIME = re.compile(r"(\d{1,2})[:hg.](\d{2})?")


@dataclass(frozen=True)
class Standing:
    """The office hours that hold, and who set them; `row` is None for those of the settings."""

    shifts: tuple[Shift, ...]
    row: OfficeSettingRow | None

    @property
    def hours(self) -> Fraction:
        """Working hours of one day."""
        return sum((shift.hours for shift in self.shifts), Fraction(0))


@dataclass(frozen=True)
class Past:
    """Office hours that were saved once."""

    shifts: tuple[Shift, ...]
    saved_at: datetime
    saved_by_id: int | None
    reason: str


def standing(act: Act) -> Standing:
    """Which office hours hold now: everybody may know."""
    row = calendars.saved_shifts(act.session)
    if row is None:
        return Standing(act.app.settings.shifts, None)
    return Standing(calendars.shifts_of(row), row)


def history(act: Act) -> list[Past]:
    """Every time that somebody set them, the latest first (administrators)."""
    require(act.actor, Permission.SETTING_EDIT)
    return [
        Past(calendars.shifts_of(row), row.saved_at, row.saved_by_id, row.reason)
        for row in calendars.shifts_history(act.session)
    ]


def in_words(shifts: Sequence[Shift]) -> str:
    """`07:30–11:30, 13:00–17:00`."""
    return ", ".join(f"{one.starts:%H:%M}–{one.ends:%H:%M}" for one in shifts)


def read(written: Sequence[tuple[str, str]]) -> tuple[Shift, ...]:
    """Shifts as people write them: pairs like (`7:30`, `11h30`); a blank pair is passed over.

    Raises Misuse: no time, an end before its start, shifts that overlap, none or too many.
    """
    found = []
    for number, (starts, ends) in enumerate(written, start=1):
        if not starts.strip() and not ends.strip():
            continue
        first, last = _clock_time(number, starts), _clock_time(number, ends)
        if last <= first:
            raise Misuse(say("Ca %(number)s: giờ kết thúc phải sau giờ bắt đầu.", number=number))
        found.append(Shift(first, last))
    if not found:
        raise Misuse(say("Hãy ghi ít nhất một ca làm việc."))
    if len(found) > MOST_SHIFTS:
        raise Misuse(say("Một ngày có nhiều nhất %(most)s ca.", most=MOST_SHIFTS))
    try:
        return WorkingCalendar((), found).shifts
    except ValueError:
        raise Misuse(say("Các ca phải theo thứ tự trong ngày và không chồng lên nhau.")) from None


def staying(act: Act) -> int:
    """How many open dates were counted with the hours that hold and keep them (administrators)."""
    require(act.actor, Permission.SETTING_EDIT)
    return calendars.open_dates(act.session)


def save(
    act: Act, shifts: Sequence[Shift], reason: str, seen: int | None = None
) -> OfficeSettingRow:
    """Office hours for everything that is counted from now on; dates that stand keep standing.

    `seen` is the id of the row that the administrator had before them (None: the settings').
    Raises NotPermitted, Misuse (nothing changes, no reason, mails would stay silent all day),
    Conflict (somebody else has saved meanwhile, or dates are being moved).
    """
    require(act.actor, Permission.SETTING_EDIT)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= REASON_LENGTH:
        raise Misuse(say("Hãy ghi lý do, không quá %(limit)s ký tự.", limit=REASON_LENGTH))
    shifts = read([(f"{one.starts:%H:%M}", f"{one.ends:%H:%M}") for one in shifts])
    # The line first: administrators who save at once queue behind it.
    journalling.note(
        act, Journalled.SETTING_SAVED, setting=str(say("Giờ làm việc")),
        what=in_words(shifts), reason=reason,
    )  # fmt: skip
    before = standing(act)
    if (before.row.id if before.row else None) != seen:
        raise Conflict(say("Giờ làm việc vừa được người khác sửa. Hãy tải lại trang rồi sửa lại."))
    if before.shifts == shifts:
        raise Misuse(say("Giờ làm việc này giống hệt giờ đang dùng: không có gì để lưu."))
    if changes.in_state(act.session, ChangeState.MOVING):
        raise Conflict(
            say("Đang dời các hạn theo một thay đổi lịch. Hãy đợi xong rồi mới đổi giờ làm việc.")
        )
    _refuse_silence(act, shifts)
    row = OfficeSettingRow(
        name=calendars.SHIFTS,
        value={"shifts": [[f"{s.starts:%H:%M}", f"{s.ends:%H:%M}"] for s in shifts]},
        saved_at=act.now,
        saved_by_id=act.actor.user_id,
        reason=reason,
    )
    act.session.add(row)
    act.session.flush()
    return row


def _refuse_silence(act: Act, shifts: Sequence[Shift]) -> None:
    """Mails wait for working time outside the quiet hours: there must be some."""
    quiet = act.app.settings.quiet_hours
    if quiet is not None and all(
        quiet.covers(one.starts) and quiet.covers(_last_minute(one)) for one in shifts
    ):
        raise Misuse(
            say(
                "Giờ làm việc này nằm trọn trong giờ yên tĩnh của thư (%(quiet)s): thư sẽ không "
                "bao giờ đến trong giờ làm việc.",
                quiet=str(quiet),
            )
        )


def _last_minute(shift: Shift) -> time:
    ends = shift.ends.hour * 60 + shift.ends.minute - 1
    return time(ends // 60, ends % 60)


def _clock_time(number: int, text: str) -> time:
    found = _CLOCK_TIME.fullmatch(text.strip().lower())
    try:
        if found:
            return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        pass
    raise Misuse(
        say(
            "Ca %(number)s: “%(text)s” không phải là giờ, ví dụ 07:30.",
            number=number,
            text=text.strip()[:20],
        )
    )
