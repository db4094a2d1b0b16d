"""A way through a drawing: what is passed one after the other, and what side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.model import Flow, Node


@dataclass(frozen=True)
class Passed:
    """An element that is gone through."""

    process: str
    node: Node


@dataclass(frozen=True)
class Taken:
    """A flow taken where there were several to choose from."""

    process: str
    flow: Flow


@dataclass(frozen=True)
class Left:
    """A flow of an inclusive gateway that was not taken beside those that were."""

    process: str
    flow: Flow


@dataclass(frozen=True)
class Block:
    """Branches side by side: all of them are passed before the way goes on at the join."""

    process: str
    split: Node
    join: Node
    branches: tuple[tuple[Item, ...], ...]


Step = Passed | Taken | Left
Item = Step | Block


@dataclass(frozen=True)
class Path:
    """A loop-free way from the start to an end; `items` keep its blocks together."""

    items: tuple[Item, ...]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """In one line, as one person could do it all: of a block one branch after the other."""
        return tuple(_in_line(self.items))

    @cached_property
    def passed(self) -> tuple[Passed, ...]:
        return tuple(step for step in self.steps if isinstance(step, Passed))

    @property
    def elements(self) -> tuple[tuple[str, str], ...]:
        """(process, element) of what is passed."""
        return tuple((step.process, step.node.id) for step in self.passed)

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The flows taken where there was a choice."""
        return tuple(step.flow for step in self.steps if isinstance(step, Taken))

    @property
    def outcome(self) -> str:
        """The id of the end event it reaches; of the last step where no end is drawn."""
        return self.passed[-1].node.shown


def _in_line(items: tuple[Item, ...]) -> Iterator[Step]:
    for item in items:
        if isinstance(item, Block):
            for branch in item.branches:
                yield from _in_line(branch)
        else:
            yield item
