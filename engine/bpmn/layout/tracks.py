"""Which track of its gutters and channels each flow gets: flows run side by side, not on another.

Flows that leave the same shape share their first track, flows that reach the same shape their last:
they part late and join early.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.bpmn.layout.courses import Course, Way
from engine.bpmn.layout.seats import Seating

Channel = tuple[int, bool]


@dataclass(frozen=True)
class Run:
    """A stretch of a gutter or channel that one track must hold: from, to (in rows or columns)."""

    key: str
    first: float
    last: float


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
        source, target = seating.seats[course.link.source], seating.seats[course.link.target]
        if course.way is Way.EARLY:
            _add(leaving, source.column, course.link.source, source.row, target.row)
        elif course.way is Way.LATE:
            _add(arriving, target.column - 1, course.link.target, source.row, target.row)
        elif course.way is Way.CHANNEL and course.channel is not None:
            row, below = course.channel
            level = row + (0.5 if below else -0.5)
            if not course.link.below:
                _add(leaving, source.column, course.link.source, source.row, level)
            _add(arriving, target.column - 1, course.link.target, level, target.row)
            start = source.column if course.link.below else source.column + 0.4
            ends = sorted((start, target.column - 0.6))
            channels.setdefault(course.channel, {})[course.link.id] = Run(course.link.id, *ends)
    return Tracks(
        leaving={place: _coloured(runs.values()) for place, runs in leaving.items()},
        arriving={place: _coloured(runs.values()) for place, runs in arriving.items()},
        channels={place: _coloured(runs.values()) for place, runs in channels.items()},
    )


def _add(runs: dict[int, dict[str, Run]], place: int, key: str, one: float, other: float) -> None:
    """Enters a run, or lengthens the one that the same shape has there already."""
    first, last = sorted((one, other))
    known = runs.setdefault(place, {}).get(key)
    if known is not None:
        first, last = min(first, known.first), max(last, known.last)
    runs[place][key] = Run(key, first, last)


def _coloured(runs: Iterable[Run]) -> dict[str, int]:
    """The lowest track for each run on which it meets no other; short runs get the inner ones."""
    held: list[list[Run]] = []
    found: dict[str, int] = {}
    for run in sorted(runs, key=lambda one: (one.last - one.first, one.first, one.key)):
        for track, others in enumerate(held):
            if all(run.last < other.first or other.last < run.first for other in others):
                others.append(run)
                found[run.key] = track
                break
        else:
            found[run.key] = len(held)
            held.append([run])
    return found
