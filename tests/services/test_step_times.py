"""What steps take: every finished task is counted once, in working time."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.step_times import (
    MONTH,
    Span,
    Times,
    bucket_of,
    hours_of,
    moment_before,
    share_within,
)
from engine.persistence import step_times as stored
from engine.persistence.calendars import load_calendar
from engine.persistence.tables import ProgressRow, StepTimeRow, UnitClosureRow
from engine.services import step_times
from tests.factories import QT02, World


def counted(town: World) -> dict[tuple[str, int], tuple[int, int]]:
    """(element, bucket) -> (number, late) of all weeks and units; filing (B1a) takes no time."""
    with town.act(write=False) as act:
        rows = act.session.query(StepTimeRow).filter(StepTimeRow.element != "B1a").all()
    spans = [
        {
            (row.element, int(bucket)): (number, row.late)
            for row in rows
            if row.span == span
            for bucket, number in row.buckets.items()
        }
        for span in Span
    ]
    assert spans[0] == spans[1]  # all of it lies within one week and one month
    return spans[0]


def test_finished_work_is_counted_once_in_working_time(town: World) -> None:
    case_id = town.file()
    town.at("2026-03-02 10:00")  # two hours of the first step's four
    town.do(case_id, "B1b")
    town.at("2026-03-09 09:10")  # five days, an hour and ten minutes later: late
    town.do(case_id, "B2")
    assert step_times.roll_up_round(town.app) is None
    assert counted(town) == {("B1b", 8): (1, 0)}  # what has just been closed is left for later
    town.clock.advance(timedelta(minutes=2))
    for _ in range(3):
        step_times.roll_up_round(town.app)
    long = bucket_of(5 * Fraction(8) - Fraction(50, 60))
    assert counted(town) == {("B1b", 8): (1, 0), ("B2", long): (1, 1)}
    with town.act(write=False) as act:
        row = act.session.query(StepTimeRow).filter_by(element="B2", span="week").one()
        assert (row.starts, row.unit_id) == (date(2026, 3, 9), town.units["ap"])
        assert (row.procedure_key, row.process) == (QT02, QT02)


def test_work_that_is_withdrawn_or_open_is_not_counted(small_town: World) -> None:
    town = small_town
    case_id = town.file()
    with town.act() as act:
        row = act.session.merge(town.task(case_id, "B1b"))
        row.state, row.closed_at = "withdrawn", act.now
    town.file()
    town.clock.advance(timedelta(days=1))
    assert step_times.roll_up_round(town.app) is None
    assert counted(town) == {}


def test_batches_lose_and_double_nothing_though_many_were_closed_at_once(town: World) -> None:
    cases = [town.file() for _ in range(5)]
    town.clock.advance(timedelta(minutes=10))
    step_times.roll_up_round(town.app)
    for case_id in cases:
        town.do(case_id, "B1b")
    town.clock.advance(timedelta(hours=1))
    seen = []
    for _ in range(4):
        with town.act() as act:
            seen.append(step_times.roll_up(act, limit=2))
    assert seen == [2, 2, 1, 0]
    assert counted(town) == {("B1b", 1): (5, 0)}


def test_a_batch_that_fails_is_counted_wholly_the_next_time(small_town: World) -> None:
    town = small_town
    town.do(town.file(), "B1b")
    town.clock.advance(timedelta(hours=1))

    def fail_after_counting() -> None:
        with town.act() as act:
            assert step_times.roll_up(act) == 2
            act.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_counting()
    assert counted(town) == {}
    with town.act(write=False) as act:
        assert act.session.query(ProgressRow).filter_by(name=stored.MARK).count() == 0
    step_times.roll_up_round(town.app)
    assert counted(town) == {("B1b", 0): (1, 0)}


def test_a_unit_that_was_closed_did_not_take_the_time(small_town: World) -> None:
    town = small_town
    with town.act() as act:
        closed = UnitClosureRow(unit_id=town.units["ap"], day=date(2026, 3, 3), reason="Ngập lụt")
        act.session.add(closed)
    case_id = town.file()
    town.at("2026-03-04 08:00")
    town.do(case_id, "B1b")
    town.clock.advance(timedelta(hours=1))
    step_times.roll_up_round(town.app)
    assert list(counted(town)) == [("B1b", 32)]


def test_usual_is_what_nine_of_ten_stay_within(town: World) -> None:
    with town.act() as act:
        for unit, element, day, bucket, number, late in (
            ("ap", "B2", act.today, 8, 5, 0),
            ("bm", "B2", act.today, 16, 4, 1),
            ("bm", "B2", act.today - timedelta(weeks=8), 32, 1, 1),
            ("bm", "B2", act.today - timedelta(weeks=60), 320, 90, 90),
            ("ap", "B3", act.today, 8, 4, 0),
            ("ap", "B2", act.today, 8, 5, 0),
        ):
            add = {
                (QT02, span, span.first_day(day), town.units[unit], QT02, element): Times(
                    {bucket: number}, number, late
                )
                for span in Span
            }
            stored.add_counts(act.session, add)
        assert stored.usual(act.session, QT02, QT02, "B2") is None  # nothing was ever rolled up
        assert stored.usual(act.session, QT02, QT02, "B2", act.today) == 4
        assert stored.usual(act.session, QT02, QT02, "B3", act.today) is None  # too few
        assert stored.usual(act.session, QT02, QT02, "B9", act.today) is None
        assert stored.usual(act.session, "khac", QT02, "B2", act.today) is None
        act.session.add(ProgressRow(name=stored.MARK, at=act.now, number=1))
        act.session.flush()
        assert stored.usual(act.session, QT02, QT02, "B2") == 4
        here = stored.times(act.session, QT02, MONTH, act.today, [town.units["bm"]])
        assert {step: (t.number, t.late) for step, t in here.items()} == {(QT02, "B2"): (4, 1)}
        only = stored.times(act.session, QT02, MONTH, act.today, None, [(QT02, "B3")])
        assert set(only) == {(QT02, "B3")}


@given(st.fractions(0, 5000, max_denominator=3600))
def test_a_bucket_holds_its_time_and_little_more(hours: Fraction) -> None:
    stands_for = hours_of(bucket_of(hours))
    assert hours <= stands_for <= max(hours * Fraction(9, 8), hours + Fraction(1, 4))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.sampled_from(["1/2", "9/10"]))
def test_a_share_is_the_nearest_rank_of_the_sorted_list(times: list[int], text: str) -> None:
    share = Fraction(text)
    rank = -(-len(times) * share.numerator // share.denominator)
    assert share_within(Counter(times), share) == hours_of(sorted(times)[rank - 1])


def test_nothing_counted_has_no_middle() -> None:
    assert (Times().median, Times().p90, Times().usual) == (None, None, None)


def test_a_moment_lies_so_much_working_time_back(small_town: World) -> None:
    with small_town.act(write=False) as act:
        calendar = load_calendar(act.session, act.app.settings.shifts)
        for hours in (Fraction(1, 4), Fraction(8), Fraction(300)):
            back = moment_before(act.now, hours, calendar)
            passed = calendar.working_hours_between(back, act.now)
            assert 0 <= passed - hours <= Fraction(1, 60)
        first = moment_before(act.now, Fraction(10**6), calendar)
        assert first - calendar.opening_moment(date(2025, 1, 1)) < timedelta(minutes=1)
