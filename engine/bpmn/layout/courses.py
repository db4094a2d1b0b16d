"""Which way each flow takes between the seats: along free rows, through gutters and channels.

Columns are parted by gutters (gutter c lies after column c, -1 before the first), rows by channels
(two lanes have one each side of their border). No shape stands in either, so no flow crosses one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from engine.bpmn.layout.seats import Seat, Seating


class Exit(Enum):
    """Where a flow leaves its source; it always arrives at the left."""

    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"


class Way(Enum):
    """What a flow runs along."""

    STRAIGHT = "straight"  # its own row, nothing between
    DROP = "drop"  # out of top or bottom, straight to the target's row, along it
    EARLY = "early"  # the gutter after the source, then the target's row
    LATE = "late"  # the source's row, then the gutter before the target
    CHANNEL = "channel"  # a channel between the two gutters


@dataclass(frozen=True)
class Link:
    """A flow to be drawn. `below`: it leaves a boundary event at the bottom of its host.

    `named`: its name stands beside it, in the gutter after its source.
    """

    id: str
    source: str  # the element whose seat it leaves
    target: str
    below: bool = False
    port: str = ""  # what it leaves: the element, or the boundary event
    named: bool = False


@dataclass(frozen=True)
class Course:
    """How a link runs. `channel`: (row, True) is the channel below that row, False above it."""

    link: Link
    way: Way
    leaves: Exit
    channel: tuple[int, bool] | None = None


@dataclass(frozen=True)
class _Line:
    """The stretch of a row, in columns, along which a link runs."""

    link: Link
    first: float
    last: float

    def covers(self, other: _Line) -> bool:
        """Whether two links that have no end in common would lie on one another."""
        apart = self.last <= other.first or other.last <= self.first
        return not apart and not {self.link.source, self.link.target} & {
            other.link.source,
            other.link.target,
        }


@dataclass
class Chooser:
    """Chooses a course for one link after the other; what it gave away it gives to nobody else."""

    seating: Seating
    drops: Mapping[str, int]  # element -> how many of its flows may leave at top and bottom
    taken: dict[tuple[int, int], str] = field(default_factory=dict)  # row, column -> what is there
    dropped: set[tuple[str, Exit]] = field(default_factory=set)  # ports in use
    shafts: set[tuple[int, int]] = field(default_factory=set)  # seats that a drop runs through
    lines: dict[int, list[_Line]] = field(default_factory=dict)  # row -> what runs along it
    turns: set[tuple[int, int, int]] = field(default_factory=set)  # no other turns back beside it
    names: set[tuple[int, int]] = field(
        default_factory=set
    )  # row, gutter: a flow's name stands there

    def __post_init__(self) -> None:
        for element, seat in self.seating.seats.items():
            self.taken[seat.row, seat.column] = element

    def courses(self, links: Sequence[Link]) -> list[Course]:
        """A course for each link, in their order."""
        ahead = {link.id: self._straight(link) for link in links}
        found = {key: course for key, course in ahead.items() if course}
        for course in found.values():
            self._take(course, self.seating.seats[course.link.source].row)
        for link in links:
            if link.id not in found:
                found[link.id] = self._course(link)
        return [found[link.id] for link in links]

    def _straight(self, link: Link) -> Course | None:
        source, target = self._ends(link)
        if link.below or source.row != target.row or target.column <= source.column:
            return None
        clear = self._clear(source.row, source.column + 1, target.column)
        return Course(link, Way.STRAIGHT, Exit.RIGHT) if clear else None

    def _course(self, link: Link) -> Course:
        source, target = self._ends(link)
        down = target.row > source.row
        ahead = target.column > source.column
        drop = Exit.BOTTOM if link.below or down else Exit.TOP
        if ahead and self._may_drop(link, source, target, drop):
            self._take(Course(link, Way.DROP, drop), target.row)
            self.dropped.add((link.port or link.source, drop))
            low, high = sorted((source.row, target.row))
            self.shafts |= {(row, source.column) for row in range(low, high + 1)}
            return Course(link, Way.DROP, drop)
        if link.below:
            return Course(link, Way.CHANNEL, Exit.BOTTOM, (source.row, True))
        if ahead and source.row != target.row:
            for way, row in ((Way.EARLY, target.row), (Way.LATE, source.row)):
                course = Course(link, way, Exit.RIGHT)
                if self._clear(row, source.column + 1, target.column) and self._free(course, row):
                    self._take(course, row)
                    return course
        if ahead:
            return Course(link, Way.CHANNEL, Exit.RIGHT, (target.row, not down))
        # Back: over the rows it passes, near the row it comes from.
        return Course(link, Way.CHANNEL, Exit.RIGHT, (source.row, down))

    def _free(self, course: Course, row: int) -> bool:
        """Whether the row has room for a link's line, and for its name above it."""
        line, link = self._line(course), course.link
        if link.named and (row, self._gutter(link)) in self.names:
            return False
        if self._turn(course, back=True) in self.turns:
            return False
        return not any(line.covers(other) for other in self.lines.get(row, ()))

    def _take(self, course: Course, row: int) -> None:
        """The course runs along the row, its name above it."""
        self.lines.setdefault(row, []).append(self._line(course))
        self.turns.add(self._turn(course))
        if course.link.named:
            self.names.add((row, self._gutter(course.link)))

    def _line(self, course: Course) -> _Line:
        source, target = self._ends(course.link)
        first = source.column + (0.4 if course.way is Way.EARLY else 0)
        last = target.column - (0.6 if course.way is Way.LATE else 0)
        return _Line(course.link, first, last)

    def _turn(self, course: Course, *, back: bool = False) -> tuple[int, int, int]:
        """The gutter in which a course changes rows, and from which to which (or `back`)."""
        source, target = self._ends(course.link)
        gutter = target.column - 1 if course.way is Way.LATE else source.column
        rows = (target.row, source.row) if back else (source.row, target.row)
        return gutter, *rows

    def _gutter(self, link: Link) -> int:
        return self.seating.seats[link.source].column

    def _may_drop(self, link: Link, source: Seat, target: Seat, drop: Exit) -> bool:
        """Whether the link may leave at top or bottom straight to the target's row."""
        port = link.port or link.source
        used = sum(one == port for one, _ in self.dropped)
        if (
            used >= (1 if link.below else self.drops.get(link.source, 0))
            or source.row == target.row
            or (drop is Exit.TOP) != (target.row < source.row)
        ):
            return False
        if (port, drop) in self.dropped or not self._free(Course(link, Way.DROP, drop), target.row):
            return False
        step = 1 if target.row > source.row else -1
        column = [(row, source.column) for row in range(source.row + step, target.row + step, step)]
        return not any(
            seat in self.taken or seat in self.shafts for seat in column
        ) and self._clear(target.row, source.column + 1, target.column)

    def _clear(self, row: int, first: int, last: int) -> bool:
        """Whether nothing stands in the row from column `first` to before `last`."""
        return not any((row, column) in self.taken for column in range(first, last))

    def _ends(self, link: Link) -> tuple[Seat, Seat]:
        return self.seating.seats[link.source], self.seating.seats[link.target]
