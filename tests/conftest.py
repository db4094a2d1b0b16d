"""Fixtures for all rooms: databases of both kinds, and a town of officers at work in them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from engine.services.act import Application
from tests import chromium, factories
from tests.databases import KINDS, fresh_database, no_postgresql
from tests.settled import SettledTowns

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: it is not looked through for garbage
    again and again, which was a fifth of the time of pages and services."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _kinds() -> list[object]:
    marks = {"postgresql": [pytest.mark.postgres]}
    return [pytest.param(kind, marks=marks.get(kind, [])) for kind in KINDS]


@pytest.fixture(params=_kinds())
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database; a test that uses it runs once on each kind that answers."""
    reason = no_postgresql() if request.param == "postgresql" else None
    if reason:
        pytest.skip(reason)
    return str(request.param)


@pytest.fixture
def database(kind: str) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    with fresh_database(kind) as engine:
        yield engine


@pytest.fixture
def sqlite() -> Iterator[Engine]:
    """A migrated, empty SQLite database, for what no other database could change."""
    with fresh_database("sqlite") as engine:
        yield engine


@pytest.fixture
def app(database: Engine, tmp_path: Path) -> Application:
    """An application over an empty database of each kind."""
    return factories.application(database, tmp_path)


@pytest.fixture(scope="session")
def settled_towns() -> Iterator[SettledTowns]:
    towns = SettledTowns()
    yield towns
    towns.close()


@pytest.fixture
def town(kind: str, settled_towns: SettledTowns, tmp_path: Path) -> Iterator[factories.World]:
    """Everybody at their post on a Monday morning, Quy trình 02 deployed; on each database."""
    with settled_towns.copy(kind, tmp_path) as world:
        yield world


@pytest.fixture
def small_town(settled_towns: SettledTowns, tmp_path: Path) -> Iterator[factories.World]:
    """The same town on SQLite alone, for tests that are not about the database."""
    with settled_towns.copy("sqlite", tmp_path) as world:
        yield world


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of this test process."""
    path = chromium.program()
    if path is None:
        pytest.skip("no Chromium: none on PATH, and QUYTRINH_TEST_CHROMIUM names none")
    with chromium.started(path) as browser:
        yield browser
