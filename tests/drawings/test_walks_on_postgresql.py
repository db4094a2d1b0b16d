"""On PostgreSQL officers walk every procedure along its plain answers, from filing to result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import no_postgresql
from tests.drawings.country import Countries
from tests.drawings.exploring import Walker
from tests.drawings.library import PROCEDURES, Piece
from tests.drawings.officers import Office


@pytest.mark.postgres
@pytest.mark.skipif(no_postgresql() is not None, reason="no PostgreSQL answers")
@pytest.mark.parametrize("piece", PROCEDURES, ids=lambda piece: piece.id)
def test_officers_walk_it_to_its_result(piece: Piece, countries: Countries, tmp_path: Path) -> None:
    walk = Walker(piece).plain()
    with countries.copy("postgresql", tmp_path) as country:
        assert Office(country, piece).walk(walk).outcome == walk.outcome
