"""What the inbox costs when very much is waiting, beside little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient

from engine.services import accounts, calendars
from engine.services.act import Application
from scripts.benching.measuring import Measured, say, seconds
from tests import crowd, factories
from tests.databases import KINDS, fresh_database, no_postgresql
from web.app import create_app
from web.auth import KEY

LITTLE = (1_000, 10_000)  # open and finished tasks
MUCH = (100_000, 1_000_000)
QUICK = (10_000, 100_000)
BOUND = 1.5
PAGES = ("/viec?xem=mine", "/viec?xem=role", "/viec?xem=unit")
SEARCH = "/viec?xem=unit&q=nguyen+van"
ROUNDS = 20


def inbox(quick: bool) -> Iterator[Measured]:
    """The officer's inbox with 100,000 open and 1,000,000 finished tasks, beside 1,000 open."""
    for kind in KINDS:
        yield from _inbox(kind, QUICK if quick else MUCH)


def _inbox(kind: str, much: tuple[int, int]) -> list[Measured]:
    name = f"inbox_{kind}"
    reason = no_postgresql() if kind == "postgresql" else None
    if reason:
        say(f"{name} left out: {reason}")
        return [Measured(name, None)]
    say(f"inbox on {kind} with {much[0]:,} open and {much[1]:,} finished tasks …")
    with _pages(kind, *LITTLE) as few, _pages(kind, *much) as many:
        found = [_compare(name, few, many, address) for address in PAGES]
        search = _compare(f"{name}_search", few, many, SEARCH)
    worst = max(found, key=lambda one: one.value or 0)
    return [replace(worst, bound=BOUND), search]


def _compare(name: str, few: FlaskClient, many: FlaskClient, address: str) -> Measured:
    pairs = [(_cost(few, address), _cost(many, address)) for _ in range(2 + ROUNDS)][2:]
    little, large = (min(times) for times in zip(*pairs, strict=True))
    seen = {"page": address, "ms": large * 1000, "little_ms": little * 1000}
    return Measured(name, large / little, None, seen)


def _cost(pages: FlaskClient, address: str) -> float:
    def ask() -> None:
        response = pages.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status}")

    return seconds(ask)


@contextmanager
def _pages(kind: str, open_tasks: int, finished_tasks: int) -> Iterator[FlaskClient]:
    """A browser of the officer to whom all of it is offered."""
    with (
        fresh_database(kind) as database,
        TemporaryDirectory(prefix="quytrinh-bench-") as folder,
    ):
        crowd.fill(database, open_tasks, finished_tasks)
        app = factories.application(database, Path(folder), crowd.NOW)
        client = create_app(app).test_client()
        key = _signed_in(app)
        with client.session_transaction() as session:
            session[KEY] = key
        yield client


def _signed_in(app: Application) -> str:
    with app.act(None) as act:
        calendars.seed(act)
        accounts.set_password(act, "lan.tt", factories.PASSWORD)
    with app.act(None) as act:
        return accounts.sign_in(act, "lan.tt", factories.PASSWORD)
