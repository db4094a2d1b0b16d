"""What the supervisors' board and the heat map cost over a province's work of years."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient

from engine.services import accounts, step_times
from scripts.benching.measuring import Measured, say, seconds
from tests import factories, province
from tests.databases import KINDS, fresh_database, no_postgresql
from tests.factories import QT02
from web.app import create_app
from web.auth import KEY

MUCH = (100_000, 1_000_000)  # open and finished tasks
QUICK = (10_000, 100_000)
BOUND = 500  # milliseconds of server time
ROUNDS = 5
NOW = "2026-06-01 10:00"

BOARD = ("/giam-sat", "/giam-sat?theo=can-bo", "/giam-sat?theo=buoc")
HEAT = (f"/giam-sat/ban-do-nhiet/{QT02}", f"/giam-sat/ban-do-nhiet/{QT02}?ky=30-ngay")


def board(quick: bool) -> Iterator[Measured]:
    """A province's supervisor, with 100,000 open and 1,000,000 finished tasks below."""
    for kind in KINDS:
        yield from _board(kind, QUICK if quick else MUCH)


def _board(kind: str, much: tuple[int, int]) -> list[Measured]:
    names = [f"board_{kind}", f"heat_{kind}"]
    reason = no_postgresql() if kind == "postgresql" else None
    if reason:
        say(f"{names[0]} left out: {reason}")
        return [Measured(name, None) for name in names]
    say(f"board on {kind} with {much[0]:,} open and {much[1]:,} finished tasks …")
    with _pages(kind, *much) as (pages, counting):
        counted = Measured(f"roll_up_{kind}_s", counting)
        return [counted, _slowest(names[0], pages, BOARD), _slowest(names[1], pages, HEAT)]


def _slowest(name: str, pages: FlaskClient, addresses: tuple[str, ...]) -> Measured:
    """The best time of each page (what is beyond it is other programs' work), then the worst."""
    times = {address: _best(pages, address) * 1000 for address in addresses}
    worst = max(times, key=lambda address: times[address])
    return Measured(name, times[worst], BOUND, {"page": worst})


def _best(pages: FlaskClient, address: str) -> float:
    def ask() -> None:
        response = pages.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status}")

    return min([seconds(ask) for _ in range(1 + ROUNDS)][1:])


@contextmanager
def _pages(kind: str, open_tasks: int, finished_tasks: int) -> Iterator[tuple[FlaskClient, float]]:
    """The supervisor's browser, and how many seconds the worker counted the finished work."""
    with (
        fresh_database(kind) as database,
        TemporaryDirectory(prefix="quytrinh-bench-") as folder,
    ):
        town = factories.town(factories.application(database, Path(folder)))
        town.at(NOW)
        province.fill(town, open_tasks, finished_tasks)

        def count() -> None:
            while step_times.roll_up_round(town.app):
                pass

        counting = seconds(count)
        province.analyse(database)
        client = create_app(town.app).test_client()
        with town.act() as act:
            key = accounts.sign_in(act, "phuc", factories.PASSWORD)
        with client.session_transaction() as session:
            session[KEY] = key
        yield client, counting
