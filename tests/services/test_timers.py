"""Timers: fired once in effect, never lost, one failure stops nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.domain.errors import TaskClosed
from engine.domain.states import TimerState
from engine.persistence import journal_store
from engine.persistence.tables import AnchorRow, HeartbeatRow, TimerRow
from engine.services import advancing, timers
from engine.worker import Worker
from tests.factories import World
from tests.services.test_walks import DAMAGED


def posted(town: World) -> int:
    """A case whose notice hangs: its timer waits."""
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", **DAMAGED)
    return case_id


def test_nothing_fires_before_its_moment(town: World) -> None:
    case_id = posted(town)
    timer = town.timer(case_id)
    town.clock.move_to(timer.fires_at - timedelta(seconds=1))
    sweep = timers.fire_due(town.app)
    assert (sweep.fired, sweep.failed, sweep.next_at) == (0, 0, timer.fires_at)
    with town.act() as act:
        assert timers.fire(act, timer.id) is None
    assert town.open_elements(case_id) == []


def test_a_due_timer_fires_and_opens_what_follows(town: World) -> None:
    case_id = posted(town)
    town.pass_posting(case_id)
    assert town.timer(case_id).state == TimerState.FIRED
    assert town.open_elements(case_id) == ["B6_ket_qua"]
    assert town.acts(case_id)[-1] == "timer:fired"
    assert timers.fire_due(town.app) == timers.Sweep(0, 0, None)


def test_two_workers_fire_each_timer_once(town: World) -> None:
    cases = [posted(town) for _ in range(3)]
    town.clock.move_to(town.timer(cases[-1]).fires_at)
    together = Barrier(2)

    def sweep(_: int) -> int:
        together.wait(timeout=10)
        return timers.fire_due(town.app).fired

    with ThreadPoolExecutor(2) as pool:
        fired = sum(pool.map(sweep, range(2)))
    fired += timers.fire_due(town.app).fired  # what one skipped because the other had its case
    assert fired == 3
    for case_id in cases:
        assert town.open_elements(case_id) == ["B6_ket_qua"]
        assert town.acts(case_id).count("timer:fired") == 1


def test_a_worker_that_dies_in_the_middle_loses_and_doubles_nothing(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = posted(town)
    timer = town.timer(case_id)
    town.clock.move_to(timer.fires_at)
    before = town.acts(case_id)

    class Killed(BaseException):
        """What no handler catches."""

    def die(*_: object) -> None:
        raise Killed

    # After the claim and the drawing's step, before anything is written of them.
    with monkeypatch.context() as patched:
        patched.setattr(advancing, "project", die)
        with pytest.raises(Killed):
            timers.fire_due(town.app)
    assert town.timer(case_id).state == TimerState.WAITING
    assert town.acts(case_id) == before
    assert timers.fire_due(town.app).fired == 1
    assert town.open_elements(case_id) == ["B6_ket_qua"]


def test_one_failure_does_not_stop_the_others(town: World) -> None:
    broken, sound = posted(town), posted(town)
    spoil(town, broken)
    town.clock.move_to(town.timer(sound).fires_at)
    sweep = timers.fire_due(town.app)
    assert (sweep.fired, sweep.failed) == (1, 1)
    assert town.open_elements(sound) == ["B6_ket_qua"]


def test_a_failing_timer_is_tried_later_and_later_and_then_parked(town: World) -> None:
    case_id = posted(town)
    spoil(town, case_id)
    town.clock.move_to(town.timer(case_id).fires_at)
    for attempt, delay in enumerate(timers.DELAYS, start=1):
        assert timers.fire_due(town.app).failed == 1
        timer = town.timer(case_id)
        assert (timer.attempts, timer.try_at) == (attempt, town.clock.now() + delay)
        assert "TaskClosed" in timer.error
        town.clock.advance(delay)
    assert timers.fire_due(town.app).failed == 1
    assert town.timer(case_id).state == TimerState.PARKED
    assert timers.fire_due(town.app).failed == 0
    assert town.acts(case_id)[-1] == "timer:parked"


def test_an_administrator_sees_a_parked_timer_and_retries_it(town: World) -> None:
    case_id = posted(town)
    token = spoil(town, case_id)
    town.clock.move_to(town.timer(case_id).fires_at)
    for delay in (*timers.DELAYS, timedelta(0)):
        timers.fire_due(town.app)
        town.clock.advance(delay)
    with town.act() as act:  # mended
        act.session.get_one(TimerRow, town.timer(case_id).id).token = token
    with town.act("uyen") as act:
        timers.retry(act, town.timer(case_id).id)
    assert timers.fire_due(town.app).fired == 1
    with pytest.raises(TaskClosed), town.act("uyen") as act:
        timers.retry(act, town.timer(case_id).id)


def test_the_sweep_does_no_more_than_its_limit(small_town: World) -> None:
    for _ in range(3):
        case_id = posted(small_town)
    small_town.clock.move_to(small_town.timer(case_id).fires_at)
    sweep = timers.fire_due(small_town.app, limit=2)
    assert sweep.fired == 2
    assert sweep.next_at == small_town.clock.now()


def test_the_worker_says_that_it_lives_and_fires(small_town: World) -> None:
    case_id = posted(small_town)
    small_town.clock.move_to(small_town.timer(case_id).fires_at)
    Worker(small_town.app).sweep()
    assert small_town.open_elements(case_id) == ["B6_ket_qua"]
    with small_town.act(write=False) as act:
        assert act.session.query(HeartbeatRow).one().at == small_town.clock.now()


def test_the_worker_stops_when_asked(small_town: World) -> None:
    worker = Worker(small_town.app)
    worker.start()
    worker.stop()


def spoil(town: World, case_id: int) -> str:
    """Makes a timer point to a token that does not exist; returns the real one."""
    with town.act() as act:
        timer = act.session.get_one(TimerRow, town.timer(case_id).id)
        token, timer.token = timer.token, "nowhere"
        return token


def test_the_first_sweep_of_a_day_anchors_the_journal_once(town: World) -> None:
    case_id = town.file()
    town.at("2026-03-03 00:10")
    worker = Worker(town.app)
    worker.sweep()
    worker.sweep()
    town.do(case_id, "B1b")
    with town.act(write=False) as act:
        (anchor,) = act.session.scalars(select(AnchorRow))
        assert anchor.day == date(2026, 3, 2)
        assert anchor.lines > 0
        assert journal_store.verify(act.session) == []
    town.at("2026-03-04 00:10")
    worker.sweep()
    with town.act(write=False) as act:
        assert len(act.session.scalars(select(AnchorRow)).all()) == 2
        assert journal_store.verify(act.session) == []
