"""What a worker's sweep costs when nothing is due, with few and with many open cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert, select, update

from engine.domain.states import TimerState
from engine.persistence.database import unit_of_work
from engine.persistence.tables import CaseRow, TaskRow, TimerRow
from engine.services import calendars
from engine.services.act import Application
from engine.worker import Worker
from scripts.benching.measuring import Measured, say, seconds
from tests import crowd, factories
from tests.databases import KINDS, fresh_database, no_postgresql

FEW, MANY, QUICK = 100, 100_000, 5_000
BOUND = 1.5

#: Sweeps before the first that is measured: what is done once a day is done by then.
WARM = 5


def sweeping(quick: bool) -> list[Measured]:
    """A whole sweep, all rounds of it, over many open cases of which nothing is due, beside few.

    Each case waits for a timer, and its step and its date for the next rung of their ladders.
    """
    many = QUICK if quick else MANY
    return [_sweep(kind, many) for kind in KINDS if kind != "postgresql" or no_postgresql() is None]


def _sweep(kind: str, many: int) -> Measured:
    say(f"a worker's sweep on {kind} with {many:,} open cases of which nothing is due …")
    with _waiting(kind, FEW) as small, _waiting(kind, many) as large:
        pairs = [(seconds(small.sweep), seconds(large.sweep)) for _ in range(100)][WARM:]
    little, much = (min(times) for times in zip(*pairs, strict=True))
    seen = {"ms": much * 1000, "few_ms": little * 1000}
    return Measured(f"sweep_{kind}", much / little, BOUND, seen)


@contextmanager
def _waiting(kind: str, cases: int) -> Iterator[Worker]:
    """A worker over open cases that all wait."""
    with (
        fresh_database(kind) as database,
        TemporaryDirectory(prefix="quytrinh-bench-") as folder,
    ):
        crowd.fill(database, cases, 0)
        _wait(database)
        app = factories.application(database, Path(folder), crowd.NOW)
        with app.act(None) as act:
            calendars.seed(act)
        _settle(app)
        yield Worker(app)


def _settle(app: Application) -> None:
    """What a worker does once after it was away."""
    for _ in range(WARM):
        Worker(app).sweep()


def _wait(database: Engine) -> None:
    with unit_of_work(database) as session:
        ids = list(session.scalars(select(CaseRow.id)))
        rows = [
            {
                "case_id": case_id,
                "token": "t",
                "process": factories.QT02,
                "element": "B6_cho",
                "state": TimerState.WAITING,
                "opened_at": crowd.NOW,
                "fires_at": crowd.NOW + timedelta(hours=1 + number % 900),
                "try_at": crowd.NOW + timedelta(hours=1 + number % 900),
            }
            for number, case_id in enumerate(ids)
        ]
        session.execute(insert(TimerRow), rows)
        for row in (TaskRow, CaseRow):
            session.execute(update(row).values(remind_at=crowd.NOW + timedelta(hours=1)))
