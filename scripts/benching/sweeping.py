"""What a worker's sweep costs when nothing is due, with few and with many timers waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, insert, select

from engine.domain.states import TimerState
from engine.persistence.database import unit_of_work
from engine.persistence.tables import CaseRow, TimerRow
from engine.services import timers
from engine.services.act import Application
from scripts.benching.measuring import Measured, say, seconds
from tests import crowd, factories
from tests.databases import KINDS, fresh_database, no_postgresql

FEW, MANY, QUICK = 1_000, 20_000, 5_000
BOUND = 1.5


def sweeping(quick: bool) -> list[Measured]:
    """A sweep over many waiting timers of which none is due, beside one over few."""
    many = QUICK if quick else MANY
    return [_sweep(kind, many) for kind in KINDS if kind != "postgresql" or no_postgresql() is None]


def _sweep(kind: str, many: int) -> Measured:
    say(f"a worker's sweep on {kind} with {many:,} waiting timers …")
    with _waiting(kind, FEW) as small, _waiting(kind, many) as large:
        pairs = [(_cost(small), _cost(large)) for _ in range(120)][20:]
    little, much = (min(times) for times in zip(*pairs, strict=True))
    seen = {"ms": much * 1000, "few_ms": little * 1000}
    return Measured(f"sweep_{kind}", much / little, BOUND, seen)


def _cost(app: Application) -> float:
    return seconds(lambda: timers.fire_due(app))


@contextmanager
def _waiting(kind: str, cases: int) -> Iterator[Application]:
    """An application over open cases that all wait for a timer."""
    with (
        fresh_database(kind) as database,
        TemporaryDirectory(prefix="quytrinh-bench-") as folder,
    ):
        crowd.fill(database, cases, 0)
        _wait(database)
        yield factories.application(database, Path(folder), crowd.NOW)


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
