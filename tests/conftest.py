"""Fixtures for all rooms: databases of both kinds, and a town of officers at work in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.services.act import Application
from tests import factories
from tests.databases import KINDS, fresh_database, no_postgresql


def _kinds() -> list[object]:
    marks = {"postgresql": [pytest.mark.postgres]}
    return [pytest.param(kind, marks=marks.get(kind, [])) for kind in KINDS]


@pytest.fixture(params=_kinds())
def database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated, empty database; the test runs once on each kind that answers."""
    reason = no_postgresql() if request.param == "postgresql" else None
    if reason:
        pytest.skip(reason)
    with fresh_database(request.param) as engine:
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


@pytest.fixture
def town(app: Application) -> factories.World:
    """Everybody at their post on a Monday morning, Quy trình 02 deployed; on each database."""
    return factories.town(app)


@pytest.fixture
def small_town(sqlite: Engine, tmp_path: Path) -> factories.World:
    """The same town on SQLite alone, for tests that are not about the database."""
    return factories.town(factories.application(sqlite, tmp_path))
