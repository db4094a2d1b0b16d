"""Officers work every procedure through the services, on the working calendar, from filing to end.

On SQLite as many walks as take every flow and reach every end; on PostgreSQL the one of them that
takes the most. All walks, at other times of the year: `scripts/soak --only walks-sqlite`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drawings.country import Countries
from tests.drawings.exploring import covering
from tests.drawings.library import PROCEDURES, Piece
from tests.drawings.officers import Office
from tests.drawings.test_walks import walked


@pytest.fixture(scope="session")
def countries() -> Iterator[Countries]:
    settled = Countries()
    yield settled
    settled.close()


@pytest.mark.parametrize("piece", PROCEDURES, ids=lambda piece: piece.id)
def test_officers_walk_it_to_each_of_its_ends(
    piece: Piece, kind: str, countries: Countries, tmp_path: Path
) -> None:
    _, walks = walked(piece)
    chosen = covering(walks)
    if kind == "postgresql":
        chosen = chosen[:1]
    with countries.copy(kind, tmp_path) as country:
        office = Office(country, piece)
        for walk in chosen:
            assert office.walk(walk).acts == len(walk.steps)
