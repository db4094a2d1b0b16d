"""On PostgreSQL officers walk the largest procedure of each field, from filing to result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import no_postgresql
from tests.drawings import library
from tests.drawings.country import Countries
from tests.drawings.exploring import Walker
from tests.drawings.library import PROCEDURES, Piece
from tests.drawings.officers import Office

#: By field.
LARGEST: dict[str, Piece] = {}
for _piece in sorted(PROCEDURES, key=lambda one: len(library.content(one.path))):
    LARGEST[_piece.path.parent.name] = _piece


@pytest.mark.postgres
@pytest.mark.skipif(no_postgresql() is not None, reason="no PostgreSQL answers")
@pytest.mark.parametrize("piece", LARGEST.values(), ids=lambda piece: piece.id)
def test_officers_walk_it_to_its_result(piece: Piece, countries: Countries, tmp_path: Path) -> None:
    walk = Walker(piece).plain()
    with countries.copy("postgresql", tmp_path) as country:
        assert Office(country, piece).walk(walk).outcome == walk.outcome
