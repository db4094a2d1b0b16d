"""What timers say, and their moments: dates, the dossier's dates, cycles."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.clock import ZONE, local
from engine.domain.deadlines import recounted
from engine.domain.durations import parse_duration
from engine.domain.errors import BadDuration, NoMoment
from engine.domain.explanations import Explanation, Rule
from engine.domain.timing import (
    Cycle,
    DateOf,
    FixedDate,
    Lap,
    Timing,
    parse_cycle,
    parse_date,
    timer_deadline,
)
from engine.domain.working_calendar import WorkingCalendar

NEW_YEARS_EVE = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31/12/2026", FixedDate(NEW_YEARS_EVE)),
        ("Ngày 31/12/2026", FixedDate(NEW_YEARS_EVE)),
        ("2026-12-31", FixedDate(NEW_YEARS_EVE)),
        ("08:00 ngày 31/12/2026", FixedDate(NEW_YEARS_EVE, time(8))),
        ("31/12/2026 lúc 8h30", FixedDate(NEW_YEARS_EVE, time(8, 30))),
        ("31/12/2026, 00:00", FixedDate(NEW_YEARS_EVE, time(0))),
        ("2026-12-31T08:00:00", FixedDate(NEW_YEARS_EVE, time(8))),
        ("2026-12-30T18:00:00Z", FixedDate(NEW_YEARS_EVE, time(1))),
        ("2026-12-31T08:00+07:00", FixedDate(NEW_YEARS_EVE, time(8))),
        ("${ngay_hen}", DateOf("ngay_hen")),
        ("${ ngay_hen } 08:00", DateOf("ngay_hen", time(8))),
        ("lúc 17:00 ngày ${Ngày_hẹn}", DateOf("Ngày_hẹn", time(17))),
    ],
)
def test_a_date_is_read(text: str, said: FixedDate | DateOf) -> None:
    assert parse_date(text) == said
    assert parse_date(str(said)) == said


@pytest.mark.parametrize(
    "text",
    [
        "", "mai", "31/02/2026", "31/12/26", "31/12/1999", "2200-01-01", "24:00 31/12/2026",
        "2026-13-01", "2026-12-31T25:00", "40 ngày", "${a.b}", "${a} ngày mai", "31/12/2026 08:60",
        "99/99/9999 99:99",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadDuration):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "every", "laps", "said"),
    [
        ("mỗi 5 ngày làm việc", "5 ngày làm việc", None, "mỗi 5 ngày làm việc"),
        ("Mỗi 5 ngày làm việc, 3 lần", "5 ngày làm việc", 3, "mỗi 5 ngày làm việc, 3 lần"),
        ("mỗi 0,5 ngày làm việc tối đa 3 lần", "0,5 ngày làm việc", 3, None),
        ("mỗi tháng", "1 tháng", None, "mỗi 1 tháng"),
        ("mỗi ngày làm việc, 1 lần", "1 ngày làm việc", 1, None),
    ],
)
def test_a_cycle_is_read(text: str, every: str, laps: int | None, said: str | None) -> None:
    cycle = parse_cycle(text)
    assert cycle == Cycle(parse_duration(every), laps)
    assert parse_cycle(str(cycle)) == cycle
    assert said is None or str(cycle) == said


@pytest.mark.parametrize(
    "text",
    [
        "", "mỗi", "mỗi 5", "mỗi 0 ngày", "mỗi 5 ngày, 0 lần", "mỗi 5 ngày, 1000 lần",
        "mỗi 0,1 giờ làm việc", "5 ngày", "R3/P5D", "R/PT1H", "0 0 9 * * ?", "mỗi 5 ngày, lần",
    ],
)  # fmt: skip
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(BadDuration):
        parse_cycle(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_date, parse_cycle):
        with contextlib.suppress(BadDuration):
            assert parse(text)


# --- moments --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    from engine.adapters.holiday_years import shipped_years

    return WorkingCalendar(shipped_years())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MONDAY = at("2026-03-02T10:00")


@pytest.mark.parametrize(
    ("text", "value", "due"),
    [
        ("04/03/2026", None, "2026-03-04T00:00"),
        ("08:00 ngày 04/03/2026", None, "2026-03-04T08:00"),
        ("${d}", "2026-03-04", "2026-03-04T00:00"),
        ("${d} 17:00", "04/03/2026", "2026-03-04T17:00"),
        ("${d}", "2026-03-04T09:30", "2026-03-04T09:30"),
        ("01/03/2026", None, "2026-03-02T10:00"),  # past: at once
    ],
)
def test_the_moment_of_a_date(
    text: str, value: str | None, due: str, calendar: WorkingCalendar
) -> None:
    found = timer_deadline(Timing.DATE, text, {"d": value}, MONDAY, calendar)
    assert local(found.due_at) == at(due)
    explanation = found.explanation
    assert (explanation.rule, explanation.counted) == (Rule.FIXED_DATE, ())
    assert Explanation.from_json(explanation.to_json()) == explanation
    assert recounted(explanation, WorkingCalendar([])).due_at == found.due_at


@pytest.mark.parametrize("value", [None, "", "mai", 7, "1948", ["2026-03-04"], "${d}"])
def test_a_variable_that_holds_no_day_has_no_moment(
    value: object, calendar: WorkingCalendar
) -> None:
    with pytest.raises(NoMoment):
        timer_deadline(Timing.DATE, "${d}", {"d": value}, MONDAY, calendar)


@pytest.mark.parametrize("every", ["1 ngày", "3 ngày làm việc", "1 tháng", "6 giờ làm việc"])
def test_the_laps_of_a_cycle_follow_each_other_without_gap_or_drift(
    every: str, calendar: WorkingCalendar
) -> None:
    last, days = None, []
    for number in range(1, 8):
        opened = last or MONDAY
        lap = Lap(number, last)
        found = timer_deadline(Timing.CYCLE, f"mỗi {every}", {}, opened, calendar, lap)
        assert found.due_at > opened
        again = recounted(found.explanation, calendar)
        assert again.due_at == found.due_at
        days += [one.day for one in found.explanation.counted]
        last = found.due_at
    if "giờ" not in every:  # every day is counted once
        assert days == sorted(set(days))
        assert all((b - a).days == 1 or "làm việc" in every for a, b in pairwise(days))


def test_a_lap_that_would_be_past_is_counted_from_now(calendar: WorkingCalendar) -> None:
    late = MONDAY + timedelta(days=30)
    found = timer_deadline(Timing.CYCLE, "mỗi 2 ngày", {}, late, calendar, Lap(2, MONDAY))
    assert local(found.due_at) == at("2026-04-04T00:00")
