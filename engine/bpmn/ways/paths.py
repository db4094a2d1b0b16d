"""Every loop-free way through a drawing, from its start to one of its ends.

A way visits no element twice, so returns and second rounds are left out. It passes all branches
of a parallel block, of an inclusive one every set of branches that can be taken together; blocks
are what `ways.blocks` understands, any other split is one way per branch, and noted. What a timer
begins that interrupts nothing is more work, and on no way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations, product

from engine.bpmn.decisions.tables import DecisionTable
from engine.bpmn.model import Drawing, Flow, Kind, Node
from engine.bpmn.ways import Block, Item, Left, Passed, Path, Taken
from engine.bpmn.ways.blocks import joins, splits
from engine.bpmn.ways.branches import handlers
from engine.bpmn.ways.feasibility import Allowance, Exhausted
from engine.bpmn.ways.judging import Given, Judge
from engine.domain.messages import Message, say
from engine.ports import Form

__all__ = ("FACTS", "MAX_PATHS", "Explorer", "Given", "Passed", "Path")

#: What the engine itself knows of a dossier: the first round of each step, filed at the counter.
FACTS: Mapping[str, object] = {"kenh": "counter", "lan_thu": 1}

#: Ways, and steps taken in the search for them, before it is given up as endless.
MAX_PATHS = 1_000
_MAX_STEPS = 20_000  # Quy trình 02 takes some 200
_MAX_TRIES = 300_000  # spent on judging ways while they are looked for: some seconds
_MAX_LENGTH = 400  # elements of one way in one drawing; no procedure comes near it

_Items = tuple[Item, ...]


class _TooMany(Exception):
    """The search met its bound."""


class Explorer:
    """Finds the ways through a drawing, and what their conditions leave possible.

    `called` are the called drawings by key (a call of one that is missing counts as one element);
    `form` gives the forms by name: with them, a variable that no work on the way sets is known to
    be null. `facts` are what the engine itself knows (`kenh`, `lan_thu`). `table` gives the
    decision tables by id: with them, what a rule task sets follows from what it reads. `most` ways
    are listed; `allowance` bounds the tries spent on judging them.
    """

    def __init__(
        self,
        drawing: Drawing,
        called: Mapping[str, Drawing] | None = None,
        form: Callable[[str], Form | None] | None = None,
        facts: Mapping[str, object] | None = None,
        table: Callable[[str], DecisionTable | None] | None = None,
        *,
        most: int = MAX_PATHS,
        allowance: Allowance | None = None,
    ) -> None:
        self.drawing = drawing
        self.drawings = {**(called or {}), drawing.key: drawing}
        self.judge = Judge(
            self.drawings,
            form,
            dict(facts or {}),
            table,
            part=not drawing.startable,
            allowance=allowance,
        )
        self._most = most
        self._allowance = allowance
        self._joins = {key: joins(each) for key, each in self.drawings.items()}
        self._cutting = {key: _cutting(each) for key, each in self.drawings.items()}
        self._steps_left = _MAX_STEPS

    # --- finding ----------------------------------------------------------------------------

    @cached_property
    def _found(self) -> tuple[tuple[Path, ...], bool]:
        found: list[Path] = []
        self._steps_left = _MAX_STEPS
        allowance = self.judge.allowance or Allowance(_MAX_TRIES)
        self.judge.allowance = allowance
        try:
            for items in self._scope(self.drawing, None, (self.drawing.key,)):
                path = Path(items)
                allowance.use(len(path.steps))  # reading a way costs as well
                if not self.allows(path):
                    continue
                if len(found) == self._most:
                    raise _TooMany
                found.append(path)
        except (_TooMany, Exhausted, RecursionError):  # nested deeper than anything people draw
            return tuple(found), False
        finally:
            self.judge.allowance = self._allowance  # what is asked later of one way is answered
        return tuple(found), True

    def paths(self) -> tuple[tuple[Path, ...], bool]:
        """(the ways whose conditions can hold together, whether these are all of them)."""
        return self._found

    def allows(self, path: Path, further: Sequence[tuple[str, bool]] = ()) -> bool:
        """Whether the conditions on the way, and `further` ones at its end, can hold together."""
        return self.judge.allows(path, further)

    def answers(self, path: Path) -> tuple[Given, ...] | None:
        """What each of `path.passed` answers so that a dossier takes this way; None: none does.

        Only what the conditions of the way ask for: every other answer is the form's own.
        """
        return self.judge.answers(path)

    def notes(self) -> Iterator[Message]:
        """Splits that are no blocks: what is not known of the ways through them."""
        for _, split in self.loose_splits():
            if split.drawn is not None:
                yield say(
                    "“%(step)s” có nhiều luồng ra mà các nhánh không gộp lại: mỗi nhánh được kể "
                    "như một đường đi riêng, nên thời gian cộng ở đây có thể thiếu.",
                    step=split.name or split.shown,
                )
                continue
            yield say(
                "Cổng “%(gateway)s” tách thành các nhánh mà không gộp lại ở một cổng cùng "
                "loại: mỗi nhánh được kể như một đường đi riêng, nên thời gian cộng ở đây "
                "có thể thiếu.",
                gateway=split.name or split.id,
            )

    def loose_splits(self) -> Iterator[tuple[str, Node]]:
        """The splits that are no blocks, with the keys of their drawings."""
        for key, drawing in self.drawings.items():
            for split in splits(drawing):
                if split.id not in self._joins[key]:
                    yield key, split

    def _scope(
        self, drawing: Drawing, parent: str | None, stack: tuple[str, ...]
    ) -> Iterator[_Items]:
        """The ways through a drawing (parent None) or one of its sub-processes."""
        for node in drawing.nodes.values():
            if node.kind is Kind.START and node.parent == parent:
                yield from self._from(drawing, node, frozenset({node.id}), stack)
        for trigger in handlers(drawing, parent):
            if trigger.interrupting:  # it takes the place of the whole scope
                yield from self._from(drawing, trigger, frozenset({trigger.id}), stack)

    def _from(
        self,
        drawing: Drawing,
        node: Node,
        seen: frozenset[str],
        stack: tuple[str, ...],
        stop: str | None = None,
    ) -> Iterator[_Items]:
        """The ways from `node` on, to an end or to just before `stop`."""
        self._steps_left -= 1
        if self._steps_left < 0 or len(seen) > _MAX_LENGTH:
            raise _TooMany
        for before, leaving in self._through(drawing, node, stack):
            if not leaving.outgoing:
                yield before
            elif leaving.id in self._joins[drawing.key]:
                for block, join in self._block(drawing, leaving, seen, stack):
                    for rest in self._from(drawing, join, seen | {join.id}, stack, stop):
                        yield (*before, *block, *rest)
            else:
                for taken, target in self._onward(drawing, leaving, seen):
                    if target.id == stop:
                        yield (*before, *taken)
                        continue
                    for rest in self._from(drawing, target, seen | {target.id}, stack, stop):
                        yield (*before, *taken, *rest)

    def _onward(
        self, drawing: Drawing, leaving: Node, seen: frozenset[str]
    ) -> Iterator[tuple[_Items, Node]]:
        """Each flow that leads on, with the element it leads to."""
        for key in leaving.outgoing:
            flow = drawing.flows[key]
            if flow.target not in seen:
                taken = (Taken(drawing.key, flow),) if len(leaving.outgoing) > 1 else ()
                yield taken, drawing.nodes[flow.target]

    def _block(
        self, drawing: Drawing, split: Node, seen: frozenset[str], stack: tuple[str, ...]
    ) -> Iterator[tuple[_Items, Node]]:
        """Each way through the branches of a block, with its join."""
        join = drawing.nodes[self._joins[drawing.key][split.id]]
        flows = [drawing.flows[key] for key in split.outgoing]
        for chosen in _chosen_together(split, flows):
            choosing = split.kind is Kind.INCLUSIVE
            left: _Items = tuple(
                Left(drawing.key, flow)
                for flow in flows
                if choosing and flow not in chosen and flow.id != split.default_flow
            )
            ways = []
            for flow in chosen:
                taken: _Items = (Taken(drawing.key, flow),) if choosing else ()
                target = drawing.nodes[flow.target]
                if target.id == join.id:
                    ways.append([taken])
                    continue
                inside = self._from(drawing, target, seen | {target.id}, stack, join.id)
                ways.append([(*taken, *way) for way in inside])
            for branches in product(*ways):
                self._steps_left -= 1
                if self._steps_left < 0:
                    raise _TooMany
                if len(branches) == 1:
                    yield (*left, *branches[0]), join
                else:
                    yield (*left, Block(drawing.key, split, join, branches)), join

    def _through(
        self, drawing: Drawing, node: Node, stack: tuple[str, ...]
    ) -> Iterator[tuple[_Items, Node]]:
        """The ways over one element, with the element they leave from.

        An activity may be left over a boundary event that interrupts it instead of being done.
        """
        own = Passed(drawing.key, node)
        for inside in self._inside(drawing, node, stack):
            yield (*inside, own), node
        for event in self._cutting[drawing.key].get(node.id, ()):
            yield (Passed(drawing.key, event),), event

    def _inside(self, drawing: Drawing, node: Node, stack: tuple[str, ...]) -> Iterator[_Items]:
        called = self.drawings.get(node.called or "") if node.kind is Kind.CALL_ACTIVITY else None
        if called is not None and called.key not in stack:
            yield from self._scope(called, None, (*stack, called.key))
        elif node.kind is Kind.SUB_PROCESS:
            yield from self._scope(drawing, node.id, stack)
        else:
            yield ()


def _cutting(drawing: Drawing) -> Mapping[str, list[Node]]:
    """The events on the edge of each activity that end it."""
    found: dict[str, list[Node]] = {}
    for event in drawing.nodes.values():
        if event.attached_to is not None and event.interrupting:
            found.setdefault(event.attached_to, []).append(event)
    return found


def _chosen_together(split: Node, flows: Sequence[Flow]) -> Iterator[tuple[Flow, ...]]:
    """The sets of flows that a gateway may send tokens along, in the order drawn.

    A parallel one all; an inclusive one those whose conditions hold, else its default.
    """
    if split.kind is Kind.PARALLEL:
        yield tuple(flows)
        return
    always = {flow.id for flow in flows if not flow.condition and flow.id != split.default_flow}
    free = [flow.id for flow in flows if flow.condition and flow.id != split.default_flow]
    every = chain.from_iterable(combinations(free, size) for size in range(1, len(free) + 1))
    for held in every:
        yield tuple(flow for flow in flows if flow.id in always or flow.id in held)
    last = tuple(f for f in flows if f.id in always or (not always and f.id == split.default_flow))
    if last:
        yield last
