"""Every walk of a procedure through the services, begun on a random day, with random patience."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from engine.domain.clock import ZONE
from tests.databases import no_postgresql
from tests.drawings.country import Countries
from tests.drawings.exploring import Walker
from tests.drawings.library import PROCEDURES
from tests.drawings.officers import Office

#: Days in force of every procedure that is not closed, in years whose calendar is known.
FIRST = datetime(2025, 7, 2, tzinfo=ZONE)
DAYS = 360
SLOWEST = 200  # hours between two steps

_COUNTRIES = Countries()


def walk_on_sqlite(seed: int) -> None:
    """All walks of the procedure whose turn it is."""
    _walk("sqlite", seed)


def walk_on_postgresql(seed: int) -> None:
    reason = no_postgresql()
    if reason is not None:
        raise RuntimeError(reason)
    _walk("postgresql", seed)


def _walk(kind: str, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    piece = PROCEDURES[seed % len(PROCEDURES)]
    minutes = chance.randrange(7 * 60, 18 * 60)
    beginning = FIRST + timedelta(days=chance.randrange(DAYS), minutes=minutes)
    lapses = [timedelta(hours=SLOWEST * chance.random() ** 3) for _ in range(97)]
    with tempfile.TemporaryDirectory() as folder, _COUNTRIES.copy(kind, Path(folder)) as country:
        office = Office(country, piece, beginning, lapses)
        for walk in Walker(piece).walks():
            assert office.walk(walk).acts == len(walk.steps)  # noqa: S101
