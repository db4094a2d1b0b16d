"""One writing unit of work, and a small province in it; `database` is every test's (conftest)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.persistence.database import unit_of_work
from tests.persistence.town import Town


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """One writing unit of work around the whole test."""
    with unit_of_work(database) as opened:
        yield opened


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)
