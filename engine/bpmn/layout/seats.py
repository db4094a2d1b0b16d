"""Which row of its lane each element stands in: beside what it follows, nobody on a seat twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from engine.bpmn.layout.columns import Edge


@dataclass(frozen=True)
class Seat:
    """A place on the grid: rows are counted through all lanes, from the top."""

    row: int
    column: int


@dataclass(frozen=True)
class Seating:
    """Where everything stands, and which rows each lane has (first, one past the last)."""

    seats: Mapping[str, Seat]
    bands: Sequence[tuple[int, int]]

    @property
    def rows(self) -> int:
        return self.bands[-1][1] if self.bands else 0

    @property
    def columns(self) -> int:
        return max((seat.column for seat in self.seats.values()), default=-1) + 1


def seating(
    elements: Sequence[str],
    columns: Mapping[str, int],
    lane_of: Mapping[str, int],
    lanes: int,
    edges: Iterable[Edge],
) -> Seating:
    """Seats for `elements`, from left to right; `lane_of` says in which of `lanes` each stands.

    An element goes beside the one it follows when nothing stands between them, else to the row
    nearest to it that is free there.
    """
    edges = list(edges)
    before: dict[str, list[str]] = {element: [] for element in elements}
    for source, target in edges:
        before[target].append(source)
    taken: set[tuple[int, int, int]] = set()  # lane, row in the lane, column
    followed: set[str] = set()  # elements beside which one already stands
    row_of: dict[str, int] = {}
    order = {element: index for index, element in enumerate(elements)}
    for element in sorted(elements, key=lambda one: (columns[one], order[one])):
        lane, column = lane_of[element], columns[element]
        near = [
            one
            for one in before[element]
            if one in row_of and lane_of[one] == lane and columns[one] < column
        ]
        near.sort(key=lambda one: (one in followed, columns[one] != column - 1, order[one]))
        wanted = row_of[near[0]] if near else 0
        row = _free_row(taken, lane, wanted, columns[near[0]] + 1 if near else column, column)
        if near and row == wanted:
            followed.add(near[0])
        row_of[element] = row
        taken.add((lane, row, column))
    heights = [
        max((row_of[one] for one in elements if lane_of[one] == lane), default=0) + 1
        for lane in range(lanes)
    ]
    starts = [sum(heights[:lane]) for lane in range(lanes)]
    bands = [(start, start + high) for start, high in zip(starts, heights, strict=True)]
    rows = {one: starts[lane_of[one]] + row_of[one] for one in elements}
    places = _close_together(bands, [(rows[one], rows[other]) for one, other in edges])
    return Seating({one: Seat(places[rows[one]], columns[one]) for one in elements}, bands)


def _close_together(
    bands: Iterable[tuple[int, int]], edges: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """Where each row goes within its lane so that flows between rows are short: fewer cross then.

    Whole rows move, so what stood beside what it follows still does.
    """
    between = Counter(edge for edge in edges if edge[0] != edge[1])
    place = {row: row for first, end in bands for row in range(first, end)}

    def length() -> int:
        return sum(abs(place[one] - place[other]) * n for (one, other), n in between.items())

    least = length()
    better = bool(between)
    while better:
        better = False
        for first, end in bands:
            for row, other in permutations(range(first, end), 2):
                before = dict(place)
                _move(place, range(first, end), row, place[other])
                if length() < least:
                    least, better = length(), True
                else:
                    place = before
    return place


def _move(place: dict[int, int], lane: range, row: int, to: int) -> None:
    """Puts a row of the lane at another place; the rows between make room."""
    order = sorted((one for one in lane if one != row), key=lambda one: place[one])
    order.insert(to - lane.start, row)
    place.update(zip(order, lane, strict=True))


def _free_row(
    taken: set[tuple[int, int, int]], lane: int, wanted: int, first: int, last: int
) -> int:
    """The row nearest to `wanted` whose seats from column `first` to `last` are all free."""
    for distance in range(len(taken) + 1):
        for row in {wanted - distance, wanted + distance}:
            if row >= 0 and not any((lane, row, one) in taken for one in range(first, last + 1)):
                return row
    return wanted + len(taken) + 1
