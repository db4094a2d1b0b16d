"""The escalation ladder: when its rungs are reached, and how an administrator writes one."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.holiday_years import shipped_years
from engine.domain.clock import ZONE, local, utc
from engine.domain.errors import Misuse
from engine.domain.ladder import DEFAULT, Ladder, Rung, Subject, Tells
from engine.domain.working_calendar import WorkingCalendar
from tests.domain.vietnamese_time import at, shown

SHIPPED = WorkingCalendar(shipped_years())
TASK, CASE = DEFAULT[Subject.TASK], DEFAULT[Subject.CASE]

moments = st.integers(0, 400 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 2, tzinfo=ZONE) + timedelta(minutes=minutes)
)
hours = st.integers(0, 40 * 8 * 4).map(lambda quarters: Fraction(quarters, 4))
places = st.lists(
    st.one_of(st.integers(1, 99).map("{}%".format), st.integers(-20, 20).map("{:+d}".format)),
    min_size=1,
    max_size=6,
    unique=True,
)


def ladder(*places_: str) -> Ladder:
    return Ladder.of([(place, "head", False) for place in places_])


def moment(number: int, opened: str, due: str, of: Ladder = TASK) -> str:
    found = of.next_moment(number, at(opened), at(due), SHIPPED)
    assert found is not None
    return shown(found)


def written(some: list[str]) -> Ladder:
    """The places in an order that a ladder may have."""
    shares = sorted((one for one in some if "%" in one), key=lambda one: int(one[:-1]))
    return ladder(*shares, *sorted((one for one in some if "%" not in one), key=int))


def test_a_step_of_five_days_is_climbed_as_the_design_says() -> None:
    five_days = ("2026-03-02 08:00", "2026-03-09 08:00")
    assert [moment(rung, *five_days) for rung in range(4)] == [
        "2026-03-05 15:30",  # three quarters of 40 working hours
        "2026-03-09 08:00",  # due
        "2026-03-10 08:00",  # one working day later
        "2026-03-12 08:00",  # three
    ]
    assert TASK.next_moment(4, at(five_days[0]), at(five_days[1]), SHIPPED) is None


def test_rungs_pass_over_weekends_holidays_and_swapped_days() -> None:
    assert moment(2, "2026-02-09 08:00", "2026-02-13 17:00") == "2026-02-23 17:00"  # Tết between
    assert moment(1, "2026-02-02 08:00", "2026-02-23 17:00", CASE) == "2026-02-13 17:00"
    assert moment(2, "2026-01-07 08:00", "2026-01-09 17:00") == "2026-01-10 17:00"  # worked


def test_days_before_a_date_that_is_nearer_stand_at_half_of_its_time() -> None:
    half_a_day = ("2026-03-02 08:00", "2026-03-02 13:30")
    assert moment(0, *half_a_day, ladder("-1", "0")) == "2026-03-02 10:00"


def test_a_rung_never_comes_after_one_above_it() -> None:
    """In two days 75 % come after “one day before”: both are told then, the second is not late."""
    two_days = ("2026-03-02 08:00", "2026-03-04 08:00")
    assert moment(0, *two_days, CASE) == moment(1, *two_days, CASE) == "2026-03-03 08:00"


def test_a_date_without_any_working_time_is_reminded_of_when_it_is_due() -> None:
    assert moment(0, "2026-03-07 09:00", "2026-03-07 10:00") == "2026-03-07 10:00"


def test_what_lies_beyond_the_calendar_is_asked_again_when_its_years_are_over() -> None:
    last = max(SHIPPED.years)
    opened, due = at(f"{last}-12-01 08:00"), at(f"{last}-12-31 17:00")
    beyond = TASK.next_moment(3, opened, due, SHIPPED)
    assert beyond is not None
    assert shown(beyond) == f"{last + 1}-01-01 00:00"
    assert TASK.reached(1, opened, due, due + timedelta(hours=1), SHIPPED) == 2


@settings(max_examples=60)
@given(places, moments, hours, st.integers(0, 60 * 24 * 60))
def test_rungs_come_in_order_in_working_time_and_are_reached_once(
    some: list[str], opened: datetime, length: Fraction, later: int
) -> None:
    of, due = written(some), SHIPPED.add_working_hours(opened, length)[0]
    found = [of.next_moment(n, opened, due, SHIPPED) for n in range(len(of.rungs))]
    reached = [moment for moment in found if moment is not None]
    assert reached == sorted(reached)
    for rung, moment_ in zip(of.rungs, reached, strict=True):
        assert (moment_ >= due) if rung.late else (utc(opened) <= moment_ <= due)
        if length > 0:
            assert SHIPPED.is_working_day(local(moment_).date())
    now = opened + timedelta(minutes=later)
    done = of.reached(0, opened, due, now, SHIPPED)
    assert done == sum(moment_ <= now for moment_ in reached)
    assert of.reached(done, opened, due, now - timedelta(days=30), SHIPPED) == done  # set back


@settings(max_examples=60)
@given(moments, hours, st.integers(0, 10), st.integers(0, 10))
def test_days_after_a_date_add_up(opened: datetime, length: Fraction, a: int, b: int) -> None:
    due = SHIPPED.add_working_hours(opened, length)[0]
    after = Rung(Tells.HEAD, days=a).moment(opened, due, SHIPPED)
    both = Rung(Tells.HEAD, days=a + b).moment(opened, due, SHIPPED)
    assert Rung(Tells.HEAD, days=b).moment(opened, after, SHIPPED) == both


@settings(max_examples=60)
@given(moments, hours, hours, st.integers(1, 98))
def test_a_later_date_or_a_greater_share_is_never_reached_earlier(
    opened: datetime, length: Fraction, more: Fraction, share: int
) -> None:
    due = SHIPPED.add_working_hours(opened, length)[0]
    later = SHIPPED.add_working_hours(due, more)[0]
    part = Rung(Tells.HEAD, share=Fraction(share, 100))
    greater = Rung(Tells.HEAD, share=Fraction(share + 1, 100))
    assert part.moment(opened, due, SHIPPED) <= greater.moment(opened, due, SHIPPED)
    for rung in (part, Rung(Tells.HEAD, days=0), Rung(Tells.HEAD, days=share % 9)):
        assert rung.moment(opened, due, SHIPPED) <= rung.moment(opened, later, SHIPPED)


def test_a_date_that_moves_into_the_future_is_late_no_more() -> None:
    now, ahead, past = at("2026-03-09 08:00"), at("2026-03-10 08:00"), at("2026-03-08 08:00")
    assert TASK.still_done(3, ahead, now) == 1
    assert TASK.still_done(3, past, now) == 3
    assert TASK.still_done(0, ahead, now) == 0


@given(places)
def test_a_ladder_is_stored_and_read_again(some: list[str]) -> None:
    of = written(some)
    assert Ladder.from_json(of.to_json()) == of
    assert Ladder.from_json(CASE.to_json()) == CASE


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "phải báo cho ít nhất một người"),
        ([("75%", "nobody", False)], "Bậc 1: hãy chọn người được báo"),
        ([("0", "head", False), ("mai", "head", False)], "Bậc 2: không hiểu thời điểm “mai”"),
        ([("0%", "head", False)], "không hiểu thời điểm “0%”"),
        ([("+61", "head", False)], "không hiểu thời điểm"),
        ([("+1", "head", False), ("0", "head", False)], "Bậc 2 phải đến sau bậc 1"),
        ([("0", "head", False), ("75%", "head", False)], "Bậc 2 phải đến sau bậc 1"),
        ([("0", "head", False), ("+0", "head", False)], "Bậc 2 phải đến sau bậc 1"),
        ([(f"+{n}", "head", False) for n in range(11)], "nhiều nhất 10 bậc"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_with_the_rung(
    rows: list[tuple[str, str, bool]], said: str
) -> None:
    with pytest.raises(Misuse) as refused:
        Ladder.of(rows)
    assert said in str(refused.value)
