"""Pauses of the legal clock, and the days it has left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.clock import ZONE
from engine.domain.deadlines import legal_deadline
from engine.domain.durations import parse_duration
from engine.domain.legal_clock import Pause, paused_days, remaining_days, united
from engine.domain.working_calendar import WorkingCalendar
from tests.domain.vietnamese_time import at

LATE = date(2026, 12, 31)


def pause(starts: str, ends: str | None = None) -> Pause:
    return Pause(at(f"2026-03-{starts}"), at(f"2026-03-{ends}") if ends else None)


def test_overlapping_pauses_unite() -> None:
    apart = pause("20 08:00", "21 08:00")
    first, second = pause("04 10:00", "06 09:00"), pause("05 08:00", "09 08:00")

    assert united([apart, second, first]) == (pause("04 10:00", "09 08:00"), apart)


def test_a_pause_within_another_adds_nothing() -> None:
    outer = pause("04 10:00", "20 09:00")

    assert united([pause("05 08:00", "06 08:00"), outer]) == (outer,)


def test_a_pause_that_lasts_swallows_what_follows() -> None:
    assert united([pause("04 10:00"), pause("05 08:00", "06 08:00")]) == (pause("04 10:00"),)
    assert united([pause("04 10:00", "06 08:00"), pause("05 08:00")]) == (pause("04 10:00"),)


def test_the_day_a_pause_begins_counts_and_the_day_it_ends_does_not() -> None:
    days = paused_days([pause("04 10:00", "06 09:00")], LATE)

    assert days == {date(2026, 3, 5), date(2026, 3, 6)}
    assert paused_days([pause("04 10:00", "04 16:00")], LATE) == frozenset()


def test_a_pause_that_lasts_reaches_as_far_as_asked() -> None:
    assert paused_days([pause("04 10:00")], date(2026, 3, 6)) == {
        date(2026, 3, 5),
        date(2026, 3, 6),
    }
    assert paused_days([pause("04 10:00", "09 09:00")], date(2026, 3, 5)) == {date(2026, 3, 5)}


def test_a_pause_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        pause("06 10:00", "04 10:00")


@pytest.mark.parametrize(
    ("term", "now", "left"),
    [
        ("5 ngày làm việc", "2026-03-02 11:00", 5),
        ("5 ngày làm việc", "2026-03-04 10:00", 3),  # a pause that begins now leaves three
        ("5 ngày làm việc", "2026-03-08 10:00", 1),
        ("5 ngày làm việc", "2026-03-09 18:00", 0),
        ("5 ngày làm việc", "2026-03-10 08:00", -1),
        ("5 ngày làm việc", "2026-03-15 08:00", -4),  # the weekend makes nothing later
        ("10 ngày", "2026-03-06 10:00", 6),  # plain days left, weekend and all
    ],
)
def test_remaining_days_are_those_the_term_still_counts(
    calendar: WorkingCalendar, term: str, now: str, left: int
) -> None:
    deadline = legal_deadline(parse_duration(term), at("2026-03-02 10:00"), calendar)

    assert remaining_days(deadline, at(now), calendar) == left


spans = st.tuples(st.integers(0, 500), st.integers(0, 200)).map(
    lambda hours: Pause(
        datetime(2026, 3, 1, tzinfo=ZONE) + timedelta(hours=hours[0]),
        datetime(2026, 3, 1, tzinfo=ZONE) + timedelta(hours=hours[0] + hours[1]),
    )
)


@given(st.lists(spans, max_size=6))
def test_uniting_pauses_keeps_every_paused_day(pauses: list[Pause]) -> None:
    one = united(pauses)

    assert paused_days(one, LATE) >= paused_days(pauses, LATE)
    assert all(
        before.ends_at is not None and before.ends_at < after.starts_at
        for before, after in pairwise(one)
    )
    assert united(one) == one
