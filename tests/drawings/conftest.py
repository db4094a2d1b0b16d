"""What the tests of the drawings share: each drawing, the register of roles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.adapters.role_file import read_roles
from engine.bpmn.model import Drawing
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.roles import RoleRegister
from tests.drawings.country import Countries
from tests.drawings.files import DRAWINGS, QT02, ROOT


@pytest.fixture(scope="session")
def roles() -> RoleRegister:
    return read_roles(ROOT / "bpmn" / "roles.toml")


@pytest.fixture(scope="session")
def qt02() -> Drawing:
    return read_drawing(QT02.read_bytes(), QT02.name)


@pytest.fixture(scope="session")
def countries() -> Iterator[Countries]:
    """Countries in which every role of the register is held."""
    settled = Countries()
    yield settled
    settled.close()


@pytest.fixture(params=DRAWINGS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    """Each drawing of the repository."""
    chosen: Path = request.param
    return chosen


@pytest.fixture
def drawing(path: Path) -> Drawing:
    return read_drawing(path.read_bytes(), path.name)
