"""Every test that takes `database` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.persistence.database import unit_of_work
from tests.databases import fresh_database, no_postgresql
from tests.persistence.town import Town


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "postgresql" and (reason := no_postgresql()):
        pytest.skip(reason)
    with fresh_database(request.param) as engine:
        yield engine


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """One writing unit of work around the whole test."""
    with unit_of_work(database) as opened:
        yield opened


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)
