"""Finds which of many rectangles touch a given one, without comparing each with each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.bpmn.model import Place

_WIDE = 12  # entries that a branch of the index holds

#: Of so many that touch one, enough is said: no drawing makes a rule run away.
_MOST = 60


@dataclass(frozen=True)
class Box:
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether all of the other lies within."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def grown(self, by: float) -> Box:
        """The same, larger on each side; smaller where `by` is negative, never inside out."""
        by = max(by, (self.left - self.right) / 2, (self.top - self.bottom) / 2)
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def box(place: Place) -> Box:
    """A shape's rectangle; one drawn with negative width or height stands the other way round."""
    x, y = place.x + place.width, place.y + place.height
    return Box(min(place.x, x), min(place.y, y), max(place.x, x), max(place.y, y))


class Index:
    """Rectangles by name, packed into a tree of rectangles around them."""

    def __init__(self, boxes: Mapping[str, Box]) -> None:
        level: list[_Branch] = [_Branch(each, key, ()) for key, each in boxes.items()]
        level = _neighbours_together(level)
        while len(level) > 1:
            held = (level[at : at + _WIDE] for at in range(0, len(level), _WIDE))
            level = [_Branch(_united(some), "", some) for some in held]
        self._root = level[0] if level else None

    def touching(self, around: Box) -> Iterator[str]:
        """The names of what overlaps `around`; of a great many the first found."""
        return islice(self._touching(around), _MOST)

    def _touching(self, around: Box) -> Iterator[str]:
        front = [self._root] if self._root else []
        while front:
            branch = front.pop()
            if not branch.around.touches(around):
                continue
            if branch.held:
                front += branch.held
            else:
                yield branch.key


@dataclass(frozen=True)
class _Branch:
    around: Box
    key: str
    held: Sequence[_Branch]


def _neighbours_together(leaves: list[_Branch]) -> list[_Branch]:
    """In upright strips, each from top to bottom."""
    leaves.sort(key=lambda leaf: leaf.around.middle[0])
    strip = _WIDE * max(1, math.isqrt(len(leaves) // _WIDE))
    ordered: list[_Branch] = []
    for at in range(0, len(leaves), strip):
        ordered += sorted(leaves[at : at + strip], key=lambda leaf: leaf.around.middle[1])
    return ordered


def _united(some: Sequence[_Branch]) -> Box:
    return Box(
        min(each.around.left for each in some),
        min(each.around.top for each in some),
        max(each.around.right for each in some),
        max(each.around.bottom for each in some),
    )
