"""A scope of a drawing as a net of tokens, and every state that it can come to.

A state says how many tokens each place holds. Which elements become which places and steps is told
in `soundness`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

#: Tokens of all states together that are kept: some hundred megabytes.
_MOST_KEPT = 1_000_000
#: Tokens that may come to one end, each for itself.
_MOST_ENDING = 16

State = tuple[tuple[int, int], ...]  # (place, tokens), places ascending, no zeros


class Fault(Enum):
    """What may go wrong."""

    STUCK = "stuck"  # tokens wait for others that can never come
    TWICE = "twice"  # two tokens on one flow: everything after it is done twice
    MANY = "many"  # so many steps are open at once
    UNKNOWN = "unknown"  # too many states to tell, or too little time


@dataclass(frozen=True)
class Verdict:
    """A fault, where it shows, and a way that leads there: ids of elements as they are passed."""

    fault: Fault
    element: str  # the join that waits in vain; what is begun twice; the scope that is too large
    way: tuple[str, ...] = ()
    count: int = 0  # of TWICE: the tokens; of MANY: the steps; of UNKNOWN: the states looked at


@dataclass
class Allowance:
    """How far a proof may go: so many states of each net, so many seconds for all of them."""

    states: int
    seconds: float
    begun: float = field(default_factory=time.perf_counter)

    def spent(self, states: int) -> bool:
        """Whether a search that has come to so many states must end."""
        return states > self.states or time.perf_counter() > self.begun + self.seconds


@dataclass(frozen=True)
class Step:
    """Something that may happen: it takes tokens from places and puts tokens on others."""

    node: str
    takes: tuple[int, ...]
    puts: tuple[int, ...]
    clears: bool = False  # and takes every other token with it


@dataclass
class Net:
    """One scope, or what one event begins. `inclusive`: joins that look at what may still come."""

    scope: str
    begins: int  # the place that holds the first token
    steps: list[Step] = field(default_factory=list)
    inclusive: list[Join] = field(default_factory=list)
    joins: set[str] = field(default_factory=set)  # elements at which tokens wait for others
    entered: dict[int, str] = field(default_factory=dict)  # place -> the element it leads into
    merged: dict[int, str] = field(default_factory=dict)  # place -> the first to get several flows
    ending: set[int] = field(default_factory=set)  # places on which nothing is left to do but end
    weights: dict[int, int] = field(default_factory=dict)  # place -> steps open while it is held


@dataclass(frozen=True)
class Join:
    """An inclusive join: each incoming place, the places from which it can still be reached, and
    all combinations of places that it may put tokens on."""

    node: str
    reach: Mapping[int, frozenset[int]]
    puts: tuple[tuple[int, ...], ...]


class Search:
    """Looks at every state that a net can come to, the nearest first."""

    def __init__(self, net: Net, allowance: Allowance) -> None:
        self.net = net
        self.allowance = allowance
        self.came: dict[State, tuple[State, str] | None] = {}
        self.widest: tuple[int, State] = (0, ())  # the most steps open at once, and where
        self._kept = 0
        self._found: dict[Fault, Verdict] = {}
        self._steps: dict[int, list[Step]] = {}
        self._joins: dict[int, list[Join]] = {}
        for step in net.steps:
            for place in step.takes[:1]:
                self._steps.setdefault(place, []).append(step)
        for join in net.inclusive:
            for place in join.reach:
                self._joins.setdefault(place, []).append(join)

    def faults(self) -> Iterator[Verdict]:
        """The first fault of each kind."""
        first: State = ((self.net.begins, 1),)
        self.came[first] = None
        front = deque([first])
        while front and Fault.UNKNOWN not in self._found:
            self._look(front.popleft(), front)
            if self.allowance.spent(len(self.came)) or self._kept > _MOST_KEPT:
                self._note(Fault.UNKNOWN, self.net.scope, first, len(self.came))
        yield from self._found.values()

    def _look(self, state: State, front: deque[State]) -> None:
        """At one state: what is wrong with it, and what may follow."""
        over = ((place, tokens) for place, tokens in state if tokens > self._most(place))
        twice, tokens = next(over, (None, 0))
        if twice is not None:
            where = self.net.merged.get(twice, self.net.entered[twice])
            self._note(Fault.TWICE, where, state, tokens)
            return  # what follows from a fault tells nothing new
        steps = sum(self.net.weights.get(place, 0) * tokens for place, tokens in state)
        self.widest = max(self.widest, (steps, state), key=lambda pair: pair[0])
        after = list(self._after(state))
        waiting = [self.net.entered[place] for place, _ in state]
        in_vain = next((key for key in waiting if key in self.net.joins), None)
        if in_vain is not None and not after:
            self._note(Fault.STUCK, in_vain, state)
        for node, then in after:
            if then not in self.came:
                self._kept += len(then)
                self.came[then] = state, node
                front.append(then)

    def _most(self, place: int) -> int:
        """How many tokens a place may hold: two may come to an end, each for itself."""
        return _MOST_ENDING if place in self.net.ending else 1

    def _note(self, fault: Fault, element: str, state: State, count: int = 0) -> None:
        self._found.setdefault(fault, Verdict(fault, element, self.way(state), count))

    def way(self, state: State) -> tuple[str, ...]:
        """The elements passed on the shortest way to a state."""
        passed = []
        here = self.came[state]
        while here is not None:
            before, node = here
            passed.append(node)
            here = self.came[before]
        return tuple(reversed(passed))

    def _after(self, state: State) -> Iterator[tuple[str, State]]:
        held = dict(state)
        for step in (step for place in held for step in self._steps.get(place, ())):
            if all(held.get(place, 0) >= step.takes.count(place) for place in step.takes):
                yield step.node, () if step.clears else _moved(held, step.takes, step.puts)
        for join in {join.node: join for key in held for join in self._joins.get(key, ())}.values():
            taken = tuple(place for place in join.reach if place in held)
            if taken and self._complete(join, held, taken):
                for puts in join.puts:
                    yield join.node, _moved(held, taken, puts)

    def _complete(self, join: Join, held: Mapping[int, int], taken: tuple[int, ...]) -> bool:
        """Whether no token elsewhere can still come to an incoming flow that is empty."""
        filled = frozenset().union(*(join.reach[place] for place in taken))
        empty = [join.reach[place] for place in join.reach if place not in held]
        awaited = frozenset[int]().union(*empty) - filled
        return not any(place in awaited for place in held)


def _moved(held: Mapping[int, int], takes: Iterable[int], puts: Iterable[int]) -> State:
    after = dict(held)
    for place in takes:
        after[place] -= 1
    for place in puts:
        after[place] = after.get(place, 0) + 1
    return tuple(sorted((place, tokens) for place, tokens in after.items() if tokens))
