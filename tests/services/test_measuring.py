"""Figures of the installation are counted alike on both databases."""

from __future__ import annotations

from datetime import timedelta

from engine.services import heartbeats, measuring, tasks
from tests.factories import World
from tests.services.test_walks import DAMAGED


def test_the_office_is_counted_as_it_stands(town: World) -> None:
    with town.act(write=False) as act:
        nothing = measuring.look(act)
    assert nothing.open_tasks == {"claimed": 0, "free": 0, "outside": 0}
    assert (nothing.workers, nothing.worker_age, nothing.backup_age) == (0, None, None)
    held, posted = town.file(), town.file()
    with town.act("hoa") as act:
        tasks.claim(act, town.task(held, "B1b").id)
    town.walk(posted, "B1b", "B2", "B6", **DAMAGED)
    town.file()
    with town.act() as act:
        heartbeats.beat(act, "worker")
    town.clock.advance(timedelta(seconds=10))
    with town.act(write=False) as act:
        found = measuring.look(act)
    assert found.open_tasks == {"claimed": 1, "free": 1, "outside": 0}
    assert found.timers == {"waiting": 1, "due": 0, "parked": 0}
    assert (found.workers, found.worker_age, found.overdue_tasks) == (1, 10.0, 0)
    assert found.journal_lines > nothing.journal_lines
    town.clock.advance(timedelta(days=60))
    with town.act(write=False) as act:
        later = measuring.look(act)
    assert later.timers == {"waiting": 1, "due": 1, "parked": 0}
    assert (later.workers, later.overdue_tasks) == (0, 2)
