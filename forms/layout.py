"""form-js rows of sixteen columns, put on Bootstrap's twelve."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from forms.components import Component

GRID, DRAWN = 12, 16


def spans(components: Sequence[Component]) -> list[int]:
    """How many of twelve columns each component takes on a wide screen.

    Neighbours with the same row stand beside each other and fill the line exactly; those without
    a stated width share what the others leave.
    """
    found: list[int] = []
    for row, members in groupby(components, key=lambda component: component.placement.row):
        widths = [member.placement.columns for member in members]
        if row is None:
            found.extend(_alone(width) for width in widths)
        else:
            found.extend(_line(widths))
    return found


def _alone(width: int | None) -> int:
    """Without a row a component has its own line, whatever its width: nothing stands beside it."""
    return GRID if width is None else max(3, round(width * GRID / DRAWN))


def _line(widths: list[int | None]) -> list[int]:
    stated = sum(width for width in widths if width)
    open_ends = sum(width is None for width in widths)
    shared = max(1, (DRAWN - stated) // open_ends) if open_ends else 0
    drawn = [width or shared for width in widths]
    if sum(drawn) > DRAWN:
        return [GRID] * len(drawn) if len(drawn) == 1 else [_alone(width) for width in drawn]
    columns, before, total = [], 0, 0
    for width in drawn:
        total += width
        edge = round(total * GRID / DRAWN)
        columns.append(max(1, edge - before))
        before = edge
    return columns
