"""Addresses that can be written to, and hours in which no mail leaves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.clock import ZONE, local
from engine.domain.errors import Misuse
from engine.domain.mail import QuietHours, checked_address, works
from engine.domain.working_calendar import CalendarYear, SpecialDay, WorkingCalendar

#: Wednesday 11 March is a holiday; Saturday the 14th is worked instead.
CALENDAR = WorkingCalendar(
    [
        CalendarYear(
            2026,
            signed_off=True,
            days=(
                SpecialDay(date(2026, 3, 11), worked=False, reason="Nghỉ"),
                SpecialDay(date(2026, 3, 14), worked=True, reason="Làm bù"),
            ),
        )
    ]
)
NIGHT = QuietHours(time(18), time(7))
NOON = QuietHours(time(12), time(13))


@pytest.mark.parametrize(
    ("hours", "at", "leaves"),
    [
        (NIGHT, "2026-03-09 07:00", "2026-03-09 07:00"),
        (NIGHT, "2026-03-09 17:59", "2026-03-09 17:59"),
        (NIGHT, "2026-03-09 18:00", "2026-03-10 07:00"),
        (NIGHT, "2026-03-10 03:00", "2026-03-10 07:00"),
        (NIGHT, "2026-03-10 23:00", "2026-03-12 07:00"),  # over the holiday
        (NIGHT, "2026-03-14 09:00", "2026-03-14 09:00"),  # a Saturday that is worked
        (NIGHT, "2026-03-15 09:00", "2026-03-16 07:00"),
        (NIGHT, "2027-01-02 09:00", "2027-01-04 07:00"),  # a year that nobody has entered
        (NOON, "2026-03-09 12:30", "2026-03-09 13:00"),
        (NOON, "2026-03-09 13:00", "2026-03-09 13:00"),
        (NOON, "2026-03-15 09:00", "2026-03-16 00:00"),
    ],
)
def test_mail_waits_for_the_end_of_quiet_hours_and_days_off(
    hours: QuietHours, at: str, leaves: str
) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    assert f"{local(hours.next_moment(moment, CALENDAR)):%Y-%m-%d %H:%M}" == leaves


@given(
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_what_leaves_leaves_on_a_working_day_outside_quiet_hours_and_as_early_as_it_may(
    starts: time, ends: time, later: timedelta
) -> None:
    if starts == ends:
        return
    quiet, moment = QuietHours(starts, ends), datetime(2026, 3, 1, tzinfo=ZONE) + later

    def may_leave(when: datetime) -> bool:
        return works(when.date(), CALENDAR) and not quiet.covers(when.time())

    leaves = local(quiet.next_moment(moment, CALENDAR))
    assert leaves >= moment
    assert may_leave(leaves)
    if leaves > moment:
        assert not may_leave(local(moment))
        assert not may_leave(leaves - timedelta(microseconds=1))


@pytest.mark.parametrize("text", ["lan.tt@anphu.gov.vn", " a+b@x-y.example ", "o'hara@a.example"])
def test_an_address_is_taken_without_its_blanks(text: str) -> None:
    assert checked_address(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lan",
        "lan@",
        "@anphu.vn",
        "lan@anphu",
        "lan@anphu..vn",
        "lan@-a.vn",
        ".lan@anphu.vn",
        "lan tt@anphu.vn",
        "lan@anphu.vn,mai@anphu.vn",
        "lan@anphu.vn\nBcc: x@y.vn",
        "Lan <lan@anphu.vn>",
        "lân@anphu.vn",
        f"{'a' * 65}@anphu.vn",
        f"a@{'b.' * 130}vn",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Misuse, match="không phải là một địa chỉ thư"):
        checked_address(text)
