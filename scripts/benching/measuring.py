"""What a measure is: a number beside the bound that it must keep."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from sqlalchemy import Engine, event


@dataclass(frozen=True)
class Measured:
    """One number of the bench. `bound` None: reported only."""

    name: str
    value: float | None
    bound: float | None = None
    seen: Mapping[str, object] = field(default_factory=dict)  # what it was worked out from

    @property
    def kept(self) -> bool:
        return self.bound is None or (self.value is not None and self.value <= self.bound)

    def __str__(self) -> str:
        value = "–" if self.value is None else f"{self.value:,.2f}"
        bound = "" if self.bound is None else f"  (at most {self.bound:g})"
        seen = "".join(f"  {name}={_short(one)}" for name, one in self.seen.items())
        return f"{'ok    ' if self.kept else 'BROKEN'} {self.name:<28} {value:>9}{bound}{seen}"


def _short(value: object) -> object:
    return f"{value:.3g}" if isinstance(value, float) else value


def say(text: str) -> None:
    """Progress, beside the JSON line."""
    print(text, file=sys.stderr, flush=True)


def seconds(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


def mean_of_best(rounds: Sequence[Sequence[float]]) -> float:
    """Rounds of the same steps: the best time of each step over the rounds, then their mean.

    What a step takes beyond its best is another program's work on the same processors: it falls
    on long steps more often than on short ones, and would spoil every ratio of the two.
    """
    steps = [min(times) for times in zip(*rounds, strict=True)]
    return sum(steps) / len(steps)


def times_over(rounds: Sequence[tuple[Sequence[float], float]]) -> float:
    """How many times a yardstick steps take: (their times, the yardstick's) of each round.

    Both of a round are taken one after the other, because processors change their speed; then the
    median of each step over the rounds, then their mean.
    """
    ratios = [[time / yardstick for time in times] for times, yardstick in rounds]
    steps = [median(ratio) for ratio in zip(*ratios, strict=True)]
    return sum(steps) / len(steps)


@dataclass
class Traffic:
    """What went to the database."""

    statements: int = 0
    commits: int = 0
    texts: list[str] = field(default_factory=list)


@contextmanager
def traffic(engine: Engine) -> Iterator[Traffic]:
    """Counts statements and commits; the words that open and close a transaction are no
    statements.
    """
    seen = Traffic()

    def executed(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.statements += 1
            seen.texts.append(statement)

    def committed(_connection: object) -> None:
        seen.commits += 1

    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)
