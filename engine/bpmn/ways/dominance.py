"""What every way to an element passes, and which elements lie on rounds: on any directed graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

Ways = Mapping[str, Iterable[str]]

_ABOVE_ALL = ""  # where all ways begin; no element is called so


@dataclass(frozen=True)
class Dominance:
    """Of each element that can be reached: the nearest one that every way to it passes."""

    nearest: Mapping[str, str | None]  # None: nothing but the beginning itself
    _spans: Mapping[str, tuple[int, int]]  # of each, when the tree of them was entered and left

    def passes(self, every_way_to: str, one: str) -> bool:
        """Whether every way to an element passes `one`; of itself it does."""
        if one not in self._spans or every_way_to not in self._spans:
            return False
        (begin, end), (inner, _) = self._spans[one], self._spans[every_way_to]
        return begin <= inner <= end


def dominance(roots: Iterable[str], ways: Ways) -> Dominance:
    """The classical rounds of meeting above, which settle at once where drawings are drawn well."""
    graph = {**ways, _ABOVE_ALL: tuple(roots)}
    order = in_order([_ABOVE_ALL], graph)
    place = {one: number for number, one in enumerate(order)}
    before = turned(order, graph)
    above: dict[str, str] = {_ABOVE_ALL: _ABOVE_ALL}
    settled = False
    while not settled:
        settled = True
        for one in order[1:]:
            found = _meeting([each for each in before[one] if each in above], above, place)
            if above.get(one) != found:
                above[one], settled = found, False
    nearest = {one: (key if key != _ABOVE_ALL else None) for one, key in above.items() if one}
    return Dominance(nearest, _spans(order, above))


def in_order(roots: Iterable[str], ways: Ways) -> list[str]:
    """Everything that can be reached, each before what comes after it unless a round leads back."""
    done: list[str] = []
    seen: set[str] = set()
    for root in roots:
        if root in seen:
            continue
        seen.add(root)
        under_way = [(root, iter(ways.get(root, ())))]
        while under_way:
            one, onward = under_way[-1]
            fresh = next((each for each in onward if each not in seen), None)
            if fresh is None:
                done.append(one)
                under_way.pop()
            else:
                seen.add(fresh)
                under_way.append((fresh, iter(ways.get(fresh, ()))))
    return done[::-1]


def turned(known: Iterable[str], ways: Ways) -> dict[str, list[str]]:
    """What comes right before each of the elements, among them."""
    before: dict[str, list[str]] = {one: [] for one in known}
    for one in before:
        for after in ways.get(one, ()):
            if after in before:
                before[after].append(one)
    return before


def rounds(order: Iterable[str], before: Ways) -> Iterator[list[str]]:
    """The elements, those together that lie on rounds with each other; each before what follows."""
    seen: set[str] = set()
    for first in order:
        if first in seen:
            continue
        seen.add(first)
        together, front = [], [first]
        while front:
            one = front.pop()
            together.append(one)
            fresh = {each for each in before[one] if each not in seen}
            seen |= fresh
            front += fresh
        yield together


def _meeting(keys: list[str], above: Mapping[str, str], place: Mapping[str, int]) -> str:
    """Where the ways to all of them part."""
    found = keys[0]
    for key in keys[1:]:
        while found != key:
            if place[found] > place[key]:
                found = above[found]
            else:
                key = above[key]
    return found


def _spans(order: list[str], above: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    below: dict[str, list[str]] = {one: [] for one in order}
    for one in order[1:]:
        below[above[one]].append(one)
    entered = {one: number for number, one in enumerate(in_order([_ABOVE_ALL], below))}
    last = dict(entered)
    for one in sorted(order[1:], key=entered.__getitem__, reverse=True):
        last[above[one]] = max(last[above[one]], last[one])
    return {one: (entered[one], last[one]) for one in order}
