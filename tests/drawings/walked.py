"""How far each procedure is walked, as a table: `python -m tests.drawings.walked [ID …]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.drawings.exploring import Walker, covering
from tests.drawings.library import PROCEDURES, Piece, walked_at

HEAD = (
    "| id | loop-free paths | ends | flows back | longest path (steps) | walks (by answers) "
    "| of them in the suite through the services | acts there |\n|---|---|---|---|---|---|---|---|"
)


def row(piece: Piece) -> str:
    walker = Walker(piece)
    walks = walker.walks()
    straight = [walk for walk in walks if not walk.rounds]
    back = {flow for walk in walks for flow in walk.rounds}
    chosen = covering(walks, walked_at(piece))
    cells = (
        piece.id,
        f"{len({walk.way for walk in straight})}{'' if walker.complete else '+'}",
        ", ".join(sorted({walk.outcome for walk in straight})),
        len(back),
        max(len(walk.steps) for walk in straight),
        len(walks),
        len(chosen),
        sum(len(walk.steps) for walk in chosen),
    )
    return f"| {' | '.join(map(str, cells))} |"


def table(ids: list[str]) -> Iterator[str]:
    yield HEAD
    rows = [row(piece) for piece in PROCEDURES if not ids or piece.id in ids]
    yield from rows
    sums = [
        [int(cell) for cell in line.split("|")[1:-1] if cell.strip().isdigit()] for line in rows
    ]
    paths, back, _, *counts = map(sum, zip(*sums, strict=True))
    yield f"| **{len(rows)} procedures** | {paths} | | {back} | | {' | '.join(map(str, counts))} |"


if __name__ == "__main__":
    for line in table(sys.argv[1:]):
        print(line, flush=True)  # noqa: T201 - this is what it is for
