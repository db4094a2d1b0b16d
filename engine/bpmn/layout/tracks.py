"""Which track of its gutters and channels each flow gets: flows run side by side, not on another.

Flows that leave the same shape share their first track, flows that reach the same shape their last:
they part late and join early. Which of two runs lies nearer is chosen so that fewest flows cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from engine.bpmn.layout.courses import Course, Way
from engine.bpmn.layout.seats import Seating

Channel = tuple[int, bool]

_COVERED = 1_000


#: Runs side by side in one gutter beyond which they stay as they come.
_MOST_MOVED = 200


@dataclass(frozen=True)
class Run:
    """A stretch of a gutter or channel that one track must hold.

    `near` are the places along it (rows of a gutter, columns of a channel) at which flows join it
    from the side of track 0, `far` those from the side of the last track.
    """

    key: str
    near: frozenset[float] = frozenset()
    far: frozenset[float] = frozenset()

    @property
    def first(self) -> float:
        return min(self.near | self.far)

    @property
    def last(self) -> float:
        return max(self.near | self.far)

    def apart(self, other: Run) -> bool:
        """Whether both may lie on one track."""
        return self.last < other.first or other.last < self.first

    def crossings(self, other: Run) -> int:
        """How often the two cross when this one lies on the lower track.

        Where this one goes off at the very place at which the other comes in, both would lie on
        one another there, which is worse than any crossing.
        """
        crossed = sum(self.first < place < self.last for place in other.near) + sum(
            other.first < place < other.last for place in self.far
        )
        return crossed + _COVERED * len(self.far & other.near)


@dataclass
class Tracks:
    """The tracks of all gutters and channels: for each, which run lies on which."""

    leaving: dict[int, dict[str, int]] = field(default_factory=dict)  # gutter -> source -> track
    arriving: dict[int, dict[str, int]] = field(default_factory=dict)  # gutter -> target -> track
    channels: dict[Channel, dict[str, int]] = field(
        default_factory=dict
    )  # channel -> link -> track


def tracks(courses: Iterable[Course], seating: Seating) -> Tracks:
    """Tracks for every bend of the courses."""
    leaving: dict[int, dict[str, Run]] = {}
    arriving: dict[int, dict[str, Run]] = {}
    channels: dict[Channel, dict[str, Run]] = {}
    for course in courses:
        link = course.link
        source, target = seating.seats[link.source], seating.seats[link.target]
        after, before = leaving.setdefault(source.column, {}), target.column - 1
        if course.way is Way.EARLY:
            _enter(after, link.source, [source.row], [target.row])
        elif course.way is Way.LATE:
            _enter(arriving.setdefault(before, {}), link.target, [target.row], [source.row])
        elif course.way is Way.CHANNEL and course.channel is not None:
            row, below = course.channel
            level = row + (0.5 if below else -0.5)
            if not link.below:
                _enter(after, link.source, [source.row], [level])
            _enter(arriving.setdefault(before, {}), link.target, [target.row], [level])
            ends = (
                (source.row, source.column + (0 if link.below else 0.4)),
                (target.row, target.column - 0.6),
            )
            _enter(
                channels.setdefault(course.channel, {}),
                link.id,
                [place for row, place in ends if row < level],
                [place for row, place in ends if row > level],
            )
    return Tracks(
        leaving={place: _on_tracks([*runs.values()]) for place, runs in leaving.items()},
        arriving={place: _on_tracks([*runs.values()]) for place, runs in arriving.items()},
        channels={place: _on_tracks([*runs.values()]) for place, runs in channels.items()},
    )


def _enter(runs: dict[str, Run], key: str, near: Iterable[float], far: Iterable[float]) -> None:
    """Enters a run, or lengthens the one that the same shape has there already."""
    run = runs.get(key, Run(key))
    runs[key] = replace(run, near=run.near.union(near), far=run.far.union(far))


def _on_tracks(runs: Sequence[Run]) -> dict[str, int]:
    """The lowest track for each run that keeps it apart from others, and in their order."""
    found: dict[str, int] = {}
    placed: list[Run] = []
    for run in _in_order(runs):
        inner = [found[other.key] for other in placed if not run.apart(other)]
        found[run.key] = max(inner, default=-1) + 1
        placed.append(run)
    return found


def _in_order(runs: Sequence[Run]) -> list[Run]:
    """The runs from the inner track outwards: as few crossings as moving single runs can leave.

    Short runs begin innermost, so that nothing but a crossing spared moves them out.
    """
    order = sorted(runs, key=lambda one: (one.last - one.first, one.first, one.key))
    better = len(order) <= _MOST_MOVED
    crossed = _Crossings()
    while better:
        better = False
        for run in order:
            at = order.index(run)
            others = order[:at] + order[at + 1 :]
            costs = crossed.at_each_place(run, others)
            best = min(range(len(order)), key=costs.__getitem__)
            if costs[best] < costs[at]:
                order, better = [*others[:best], run, *others[best:]], True
    return order


class _Crossings:
    """How often runs cross; alike ones are looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[frozenset[float], ...], int] = {}

    def at_each_place(self, run: Run, others: Sequence[Run]) -> list[int]:
        """What a run crosses on each place among the others: before the first, after it …"""
        costs = [sum(self._of(run, other) for other in others)]
        for other in others:
            costs.append(costs[-1] - self._of(run, other) + self._of(other, run))
        return costs

    def _of(self, inner: Run, outer: Run) -> int:
        alike = (inner.near, inner.far, outer.near, outer.far)
        if alike not in self._known:
            self._known[alike] = inner.crossings(outer)
        return self._known[alike]
