"""The worker around its rounds: awake in time, whatever clock and database do; silent when told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.domain.clock import SystemClock
from engine.domain.errors import Unavailable
from engine.persistence.tables import HeartbeatRow
from engine.services import escalating, heartbeats
from engine.worker import Worker
from tests.factories import World
from tests.services.test_escalating import DUE, at_b2, reached


def alive(town: World) -> list[str]:
    with town.act(write=False) as act:
        return list(act.session.scalars(select(HeartbeatRow.worker)))


def waking(worker: Worker, job: str) -> float:
    """In how many seconds of the machine's clock a job is due."""
    found = worker._scheduler.get_job(job)
    assert found is not None
    return float((found.next_run_time - SystemClock().now()).total_seconds())


def test_a_database_that_is_away_for_a_while_costs_a_sweep_and_no_more(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, worker = at_b2(small_town, None), Worker(small_town.app)
    small_town.at(DUE)

    def away(*_: object) -> None:
        raise Unavailable()

    with monkeypatch.context() as broken:
        broken.setattr(heartbeats, "beat", away)
        worker.sweep()
    with monkeypatch.context() as broken:
        broken.setattr(escalating.escalations, "claim", away)  # gone in the middle of a rung
        worker.sweep()
    assert reached(small_town, case_id) == []
    assert small_town.task(case_id, "B2").remind_failures == 0  # nobody's fault
    worker.sweep()
    assert reached(small_town, case_id) == [("task", 1), ("task", 2)]


def test_a_worker_that_stops_as_it_was_told_is_not_missed(small_town: World) -> None:
    crashed, stopped = Worker(small_town.app), Worker(small_town.app)
    crashed._name = "crashed-1"
    crashed.sweep()
    stopped.sweep()
    assert len(alive(small_town)) == 2
    stopped.start()
    stopped.stop()
    stopped.sweep()  # what was planned meanwhile does nothing any more
    assert alive(small_town) == ["crashed-1"]
    small_town.clock.advance(heartbeats.SILENCE + timedelta(minutes=1))
    Worker(small_town.app).sweep()
    assert "crashed-1" not in alive(small_town)


def test_a_clock_that_is_set_back_does_not_put_the_worker_to_sleep(small_town: World) -> None:
    worker = Worker(small_town.app)
    worker._scheduler.start(paused=True)
    worker._scheduler.add_job(worker.sweep, worker._net, id="net")
    worker._wake_at(small_town.clock.now() + timedelta(days=4000))
    assert not worker.wake_if_set_back()
    small_town.clock.advance(timedelta(days=1))
    assert not worker.wake_if_set_back()  # ahead: the wait in hand ends none the later
    assert waking(worker, "next") > 3600
    small_town.clock.advance(timedelta(hours=-20))
    assert worker.wake_if_set_back()
    assert waking(worker, "next") <= 1
    assert waking(worker, "net") <= small_town.app.settings.worker_seconds
    worker._scheduler.shutdown()


def test_what_one_sweep_leaves_over_is_taken_up_at_once_after_the_other_rounds(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [at_b2(small_town, None) for _ in range(3)]
    small_town.at(DUE)
    worker, planned = Worker(small_town.app), []
    monkeypatch.setattr(worker, "_wake_at", planned.append)
    monkeypatch.setattr(escalating.escalate_due, "__defaults__", (2,))
    worker.sweep()
    assert sum(bool(reached(small_town, case_id)) for case_id in cases) == 2
    assert planned == [small_town.clock.now()]
    worker.sweep()
    assert all(reached(small_town, case_id) for case_id in cases)
    assert planned[1] > small_town.clock.now()
